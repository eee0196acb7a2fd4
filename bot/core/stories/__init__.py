"""Stories: posts that say the same in other words, on whatever network. Pure.

text -> reading -> nearest stories of the window -> evidence -> guards, score -> same story | new story
"""

from .decision import Match, NewStory, SameStory, decide_story
from .guards import Guard, Objection
from .post import StoryPlace, StoryPost, story_post
from .window import WINDOW, StoryWindow

__all__ = [
    "WINDOW",
    "Guard",
    "Match",
    "NewStory",
    "Objection",
    "SameStory",
    "StoryPlace",
    "StoryPost",
    "StoryWindow",
    "decide_story",
    "story_post",
]

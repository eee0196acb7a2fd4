"""Posts and windows of stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.models import PostKey, TopicKey
from bot.core.stories import NewStory, SameStory, StoryPost, StoryWindow, decide_story, story_post
from bot.core.stories.decision import Match, compared

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TOPIC = TopicKey("topic")


def a_story_post(
    key: str, text: str, *, at: datetime = NOW, topic: str = TOPIC, url: str | None = None
) -> StoryPost:
    return story_post(PostKey(key), text, at=at, topics=[TopicKey(topic)], url=url)


def a_window(*texts: str) -> StoryWindow:
    """A window in which each text is a story of its own, a minute apart, the newest last."""
    window = StoryWindow()
    for number, text in enumerate(texts):
        post = a_story_post(f"told {number}", text, at=NOW - timedelta(minutes=len(texts) - number))
        window.add(post, post.alone)
    return window


def decide(window: StoryWindow, text: str, *, key: str = "later", now: datetime = NOW) -> SameStory | NewStory:
    return decide_story(window, a_story_post(key, text, at=now), now)


def match_of(ours: str, theirs: str) -> Match:
    """The comparison of two texts in a window that holds both."""
    window = a_window(ours, theirs)
    return compared(a_story_post("a", ours), a_story_post("b", theirs), window.weigher({TOPIC}))

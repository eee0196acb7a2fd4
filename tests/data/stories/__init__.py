"""Labelled posts: ``tuning_*.toml`` to choose by, ``judging_*.toml`` and ``fresh_*.toml`` only to measure.

No topic is in two of them. ``fresh`` was written after the judging half had been measured with once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["tuning", "judging", "fresh"]
HALVES_JUDGED: tuple[Half, ...] = ("judging", "fresh")
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class LabelledStory:
    """The first post of a story, and others with their kinds: those that tell it, and those that do not."""

    language: str
    topic: str
    text: str
    same: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A later post with the story that it does or does not tell."""

    story: LabelledStory
    text: str
    kind: str
    same: bool


def labelled_stories(half: Half) -> tuple[LabelledStory, ...]:
    """All stories of a half."""
    found = []
    for language in LANGUAGES:
        path = Path(__file__).with_name(f"{half}_{language}.toml")
        for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            same, other = ([(kind, text) for kind, text in story[name]] for name in ("same", "other"))
            found.append(LabelledStory(language, story["topic"], story["text"], tuple(same), tuple(other)))
    return tuple(found)


def labelled_pairs(stories: tuple[LabelledStory, ...]) -> Iterator[LabelledPair]:
    """Each later post with its story."""
    for story in stories:
        for posts, same in ((story.same, True), (story.other, False)):
            for kind, text in posts:
                yield LabelledPair(story, text, kind, same)

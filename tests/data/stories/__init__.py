"""Labelled posts: ``tuning_*.toml`` to choose by, ``judging_*``, ``fresh_*`` and ``second_*`` only to measure.

No topic is in two of them. ``fresh`` was written after the judging half had been measured with once; ``second``
when the freer paraphrases and casual other news of ``tuning_other_*.toml`` had been learned from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Half = Literal["tuning", "judging", "fresh", "second"]
HALVES_JUDGED: tuple[Half, ...] = ("judging", "fresh", "second")
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
        for story in _read(half, language):
            same, other = ([(kind, text) for kind, text in story[name]] for name in ("same", "other"))
            found.append(LabelledStory(language, story["topic"], story["text"], tuple(same), tuple(other)))
    return tuple(found)


def _read(half: Half, language: str) -> list[dict[str, Any]]:
    """The stories of a half in a language, from its file and those that were added to it (``tuning_b_ja``)."""
    paths = sorted(Path(__file__).parent.glob(f"{half}*_{language}.toml"))
    return [story for path in paths for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]]


def labelled_pairs(stories: tuple[LabelledStory, ...]) -> Iterator[LabelledPair]:
    """Each later post with its story."""
    for story in stories:
        for posts, same in ((story.same, True), (story.other, False)):
            for kind, text in posts:
                yield LabelledPair(story, text, kind, same)

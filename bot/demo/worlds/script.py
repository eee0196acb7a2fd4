"""Material of the demo's worlds: topics, scripted posts, and articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

Language = Literal["ja", "en"]


class Fate(Enum):
    """The course of a post's RP: settled long ago, rising during the demo, in a surge, or of days before."""

    SETTLED = "settled"
    RISING = "rising"
    SURGE = "surge"
    EARLIER = "earlier"


class Place(Enum):
    """The site that shows a post: the trend page, or one of the two servers."""

    PAGE = "page"
    MASTODON = "mastodon"
    MISSKEY = "misskey"


@dataclass(frozen=True, slots=True)
class ScriptedPost:
    """A post before it is published. ``peak``: the RP it ends up with."""

    name: str
    handle: str
    peak: int
    text: str
    fate: Fate = Fate.SETTLED
    place: Place = Place.PAGE


@dataclass(frozen=True, slots=True)
class ScriptedPicture:
    """A picture of a post or an article, which the demo draws.

    ``alt``: its description. ``is_video``: it is the poster of a video.
    """

    alt: str
    is_video: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A topic of the demo. ``volume``: posts counted when the demo starts; ``male``: per cent.

    ``earlier``: posts of the days before, at the servers alone: what people usually say of the topic.
    """

    topic: str
    volume: int
    male: int
    group: str
    drafts: tuple[ScriptedPost, ...]
    earlier: tuple[ScriptedPost, ...] = ()

    @property
    def surges(self) -> bool:
        """Whether this is the topic everybody starts to talk about."""
        return any(draft.fate is Fate.SURGE for draft in self.drafts)


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the demo's feed. ``minutes``: when it appears, counted from the start."""

    title: str
    summary: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Cast:
    """A whole world in one language: its topics, the surging one first, and what its feed is called and holds.

    ``pictures``: of posts by the handle of their author, who has only one; ``photos``: of articles by their title.
    """

    language: Language
    scripts: tuple[Script, ...]
    paper: str
    articles: tuple[Article, ...]
    pictures: Mapping[str, ScriptedPicture] = field(default_factory=dict)
    photos: Mapping[str, ScriptedPicture] = field(default_factory=dict)


def settled(name: str, handle: str, peak: int, text: str, place: Place = Place.PAGE) -> ScriptedPost:
    """A post whose RP hardly moves any more."""
    return ScriptedPost(name, handle, peak, text, Fate.SETTLED, place)


def rising(name: str, handle: str, peak: int, text: str, place: Place = Place.PAGE) -> ScriptedPost:
    """A post that gains RP while one watches."""
    return ScriptedPost(name, handle, peak, text, Fate.RISING, place)


def surge(name: str, handle: str, peak: int, text: str, place: Place = Place.PAGE) -> ScriptedPost:
    """A post of the surge, published after the start."""
    return ScriptedPost(name, handle, peak, text, Fate.SURGE, place)


def earlier(*posts: tuple[str, str, str]) -> tuple[ScriptedPost, ...]:
    """Posts of the days before, by turns at the two servers: name, handle and text of each."""
    places = (Place.MASTODON, Place.MISSKEY)
    return tuple(
        ScriptedPost(name, handle, 2 + index % 5, text, Fate.EARLIER, places[index % 2])
        for index, (name, handle, text) in enumerate(posts)
    )

"""Edits of a subscription's minimums and muted authors by one click, and their undoing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.core.alerting.count_steps import next_step
from bot.core.errors import RefusedRequest
from bot.core.models import SourceName, Subscription
from bot.core.pace.threshold import PACE_MAX, fewer, more
from bot.core.surge.settings import Preset


def with_min_rp(old: Subscription, min_rp: Mapping[SourceName, int]) -> Subscription:
    """The subscription with these minimums, and without a pace."""
    return replace(old, settings=replace(old.settings, min_rp=min_rp, pace=None))


def with_pace(old: Subscription, pace: int) -> Subscription:
    """The subscription with another pace than it has."""
    return replace(old, settings=replace(old.settings, pace=pace))


def fewer_alerts(old: Subscription) -> Subscription:
    """The subscription with the next lower pace, or without a pace with higher minimums.

    Raises ``RefusedRequest`` where there is none.
    """
    return raised(old) if old.settings.pace is None else stepped_pace(old, up=False)


def stepped_pace(old: Subscription, *, up: bool) -> Subscription:
    """The subscription with the next pace of 1, 2, 3, 5, 8 … Raises ``RefusedRequest`` where there is none."""
    pace = old.settings.pace
    found = None if pace is None else (more(pace) if up else fewer(pace))
    if found is None:
        raise RefusedRequest("error-pace-highest" if up else "error-pace-lowest")
    return with_pace(old, found)


def pace_again(old: Subscription, before: int, made: int) -> Subscription:
    """The subscription with the pace ``before``.

    Raises ``RefusedRequest`` where it is not ``made`` any more, or ``before`` is no pace.
    """
    if old.settings.pace != made or not 1 <= before <= PACE_MAX:
        raise RefusedRequest("error-undo-changed")
    return with_pace(old, before)


def raised(old: Subscription) -> Subscription:
    """Every minimum at the next step of 1, 2, 5, 10, 20 …, but a feed's: it has no RP to reach one.

    Raises ``RefusedRequest`` where it is a feed's alone.
    """
    now = old.settings.min_rp
    counted = {source for source in now if source.traits.counts_reposts}
    if not counted:
        raise RefusedRequest("error-feed-no-reposts")
    return with_min_rp(old, {source: next_step(rp) if source in counted else rp for source, rp in now.items()})


def lowered(old: Subscription, before: Mapping[SourceName, int]) -> Subscription:
    """Each minimum as before ``raised``, where it is still what that made of it.

    Raises ``RefusedRequest`` where every minimum was changed since, or a pace took their place.
    """
    now = old.settings.min_rp
    back = {source: rp for source, rp in before.items() if now.get(source) == next_step(rp)}
    if not back or old.settings.pace is not None:
        raise RefusedRequest("error-undo-changed")
    return with_min_rp(old, {**now, **back})


def with_fewer_surges(old: Subscription) -> Subscription:
    """The subscription with the next less sensitive choice of surges.

    Raises ``RefusedRequest`` where they are off.
    """
    now = old.settings.surge
    if now is None:
        raise RefusedRequest("error-surge-off")
    return with_surge(old, _FEWER[now])


def with_surges_again(old: Subscription, before: Preset) -> Subscription:
    """The subscription with its surges as before ``with_fewer_surges``.

    Raises ``RefusedRequest`` where they were changed since.
    """
    if old.settings.surge is not _FEWER[before]:
        raise RefusedRequest("error-undo-changed")
    return with_surge(old, before)


def with_surge(old: Subscription, surge: Preset | None) -> Subscription:
    """The subscription with these surges."""
    return replace(old, settings=replace(old.settings, surge=surge))


_FEWER: Final = {Preset.EVERY: Preset.UNUSUAL, Preset.UNUSUAL: Preset.RARE, Preset.RARE: None}


def muting(old: Subscription, handle: str) -> Subscription:
    """The subscription with this author muted besides the others."""
    return _with_muted(old, tuple(dict.fromkeys((*old.settings.rules.muted_authors, handle.casefold()))))


def not_muting(old: Subscription, handle: str) -> Subscription:
    """The subscription with this author muted no longer. Raises ``RefusedRequest`` where it is not muted."""
    muted = old.settings.rules.muted_authors
    left = tuple(author for author in muted if author != handle.casefold())
    if left == muted:
        raise RefusedRequest("error-undo-changed")
    return _with_muted(old, left)


def muting_nobody(old: Subscription) -> Subscription:
    """The subscription with no author muted."""
    return _with_muted(old, ())


def _with_muted(old: Subscription, authors: tuple[str, ...]) -> Subscription:
    rules = replace(old.settings.rules, muted_authors=authors)
    return replace(old, settings=replace(old.settings, rules=rules))

"""Differences between a server's settings as they are and as a file has them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    ChannelId,
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildFile,
    GuildSettings,
)
from bot.core.trending.rising import folded

Filed = (
    FiledSubscription
    | FiledDigest
    | FiledHours
    | FiledForum
    | FiledBlockedTopic
    | FiledHidden
    | FiledNotifyRole
    | GuildSettings
)


class ImportEffect(StrEnum):
    """The effect of an import on one thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FileFlaw:
    """A mistake in a file: the line (0: unknown), the key that leads there, and the sentence about it."""

    line: int
    where: str
    text_id: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that an import adds, changes or removes: as it is, and as it will be."""

    effect: ImportEffect
    before: Filed | None
    after: Filed | None

    @property
    def of(self) -> Filed:
        """The thing as it will be, or as it was."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError(self.effect)
        return found

    @property
    def back(self) -> Difference:
        """The difference that undoes this one."""
        if self.effect is ImportEffect.CHANGED:
            return Difference(self.effect, self.after, self.before)
        added = ImportEffect.ADDED if self.effect is ImportEffect.REMOVED else ImportEffect.REMOVED
        return Difference(added, self.after, self.before)

    @property
    def channel(self) -> ChannelId | None:
        """The channel that it is of; None for what is the server's."""
        return channel_of(self.of)


def differences(now: GuildFile, wanted: GuildFile, *, removes: bool) -> tuple[Difference, ...]:
    """Everything that an import changes. ``removes``: also what the file does not have is removed.

    A subscription is the same by channel and topic, a digest by channel and name. Who made a thing is kept.
    A channel stays a forum.
    """
    found = [
        *_of_each(now.subscriptions, wanted.subscriptions, removes=removes),
        *_of_each(now.digests, wanted.digests, removes=removes),
        *_of_each(now.quiet_hours, wanted.quiet_hours, removes=removes),
        *_of_each(now.forums, wanted.forums, removes=False),
        *_of_each(now.blocked_topics, wanted.blocked_topics, removes=removes),
        *_of_each(now.hidden, wanted.hidden, removes=removes),
        *_of_each(_present(now.notify_role), _present(wanted.notify_role), removes=removes),
    ]
    if wanted.settings != now.settings and (removes or wanted.settings != GuildSettings()):
        effect = ImportEffect.ADDED if now.settings == GuildSettings() else ImportEffect.CHANGED
        found.insert(0, Difference(effect, now.settings, wanted.settings))
    return tuple(found)


def channel_of(one: Filed) -> ChannelId | None:
    """The channel of a thing; None for what is the server's."""
    match one:
        case FiledSubscription() | FiledHours() | FiledForum():
            return one.channel
        case FiledDigest():
            return one.settings.channel_id
        case _:
            return None


def identity_of(one: Filed) -> Hashable:
    """The identity of a thing: two of a kind are the same with the same one."""
    match one:
        case FiledSubscription():
            return one.channel, one.topic.key
        case FiledDigest():
            return one.settings.channel_id, one.settings.name
        case FiledHours() | FiledForum():
            return one.channel
        case FiledBlockedTopic():
            return folded(one.name)
        case FiledHidden():
            return one.post
        case _:
            return None


def with_channels(file: GuildFile, moved: Mapping[ChannelId, ChannelId]) -> GuildFile:
    """The file with other channels in the place of its own."""

    def there(channel: ChannelId) -> ChannelId:
        return moved.get(channel, channel)

    return replace(
        file,
        subscriptions=tuple(replace(one, channel=there(one.channel)) for one in file.subscriptions),
        digests=tuple(
            replace(one, settings=replace(one.settings, channel_id=there(one.settings.channel_id)))
            for one in file.digests
        ),
        quiet_hours=tuple(replace(one, channel=there(one.channel)) for one in file.quiet_hours),
        forums=tuple(replace(one, channel=there(one.channel)) for one in file.forums),
        settings=replace(
            file.settings,
            status_channel=None if file.settings.status_channel is None else there(file.settings.status_channel),
        ),
    )


def channels_in(file: GuildFile) -> list[ChannelId]:
    """The channels that a file names, each once."""
    things: tuple[Filed, ...] = (*file.subscriptions, *file.digests, *file.quiet_hours, *file.forums)
    found = [channel for one in things if (channel := channel_of(one)) is not None]
    status = [] if file.settings.status_channel is None else [file.settings.status_channel]
    return list(dict.fromkeys([*found, *status]))


def only_in(file: GuildFile, channels: Collection[ChannelId]) -> GuildFile:
    """The file without what is of other channels."""
    status = file.settings.status_channel
    return replace(
        file,
        settings=file.settings if status in channels else replace(file.settings, status_channel=None),
        subscriptions=tuple(one for one in file.subscriptions if one.channel in channels),
        digests=tuple(one for one in file.digests if one.settings.channel_id in channels),
        quiet_hours=tuple(one for one in file.quiet_hours if one.channel in channels),
        forums=tuple(one for one in file.forums if one.channel in channels),
    )


def things_of(file: GuildFile) -> dict[Hashable, Filed]:
    """Everything of a server by kind and identity."""
    things: tuple[Filed, ...] = (
        *file.subscriptions,
        *file.digests,
        *file.quiet_hours,
        *file.forums,
        *file.blocked_topics,
        *file.hidden,
        *_present(file.notify_role),
        file.settings,
    )
    return {_kind_and_identity(one): one for one in things}


def is_still_meant(one: Difference, now: Mapping[Hashable, Filed]) -> bool:
    """Whether a thing is as it was when the difference was found, or as the difference makes it.

    ``now``: of ``things_of``.
    """
    there = now.get(_kind_and_identity(one.of))
    return any(_same(there, known) for known in (one.before, one.after))


def _kind_and_identity(one: Filed) -> Hashable:
    return type(one), identity_of(one)


def _same(one: Filed | None, other: Filed | None) -> bool:
    if one is None or other is None:
        return one is other
    return _chosen(one) == _chosen(other)


def _present(one: FiledNotifyRole | None) -> tuple[FiledNotifyRole, ...]:
    return () if one is None else (one,)


def _of_each(now: Iterable[Any], wanted: Iterable[Any], *, removes: bool) -> Iterator[Difference]:
    there = {identity_of(one): one for one in now}
    left = dict(there)
    for one in wanted:
        before = left.pop(identity_of(one), None)
        if before is None:
            if identity_of(one) not in there:
                yield Difference(ImportEffect.ADDED, None, one)
        elif _chosen(before) != _chosen(one):
            yield Difference(ImportEffect.CHANGED, before, one)
    if removes:
        yield from (Difference(ImportEffect.REMOVED, one, None) for one in left.values())


def _chosen(one: Filed) -> object:
    """The part of a thing that an import changes."""
    match one:
        case FiledSubscription():
            notify_role = None if one.notify_role is None else one.notify_role.role_id
            return one.topic, one.settings, one.paused, one.muted_until, notify_role
        case FiledDigest():
            return one.settings, one.paused
        case FiledHidden() | FiledBlockedTopic():
            return identity_of(one)
        case FiledNotifyRole():
            return one.role_id
        case _:
            return one

"""Several subscriptions paused, resumed, muted or removed at once, and all of that undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.bulk_changes import BatchAction, Changed
from bot.core.errors import RefusedRequest
from bot.core.models import GuildId, PauseReason, Subscription, SubscriptionId
from bot.services.subscriptions.service import SubscriptionService

MUTE_FOR = timedelta(days=1)


@dataclass(slots=True)
class Batch:
    """The result for each subscription: changed, nothing to do, or refused with a reason."""

    done: list[Changed] = field(default_factory=list)
    skipped: list[Subscription] = field(default_factory=list)
    refused: list[tuple[SubscriptionId, RefusedRequest]] = field(default_factory=list)


async def do_to_all(
    service: SubscriptionService, action: BatchAction, subscriptions: Iterable[Subscription], now: datetime
) -> Batch:
    """Do it to one after the other; who may is the caller's to check. ``now``: UTC, from which a mute counts."""
    batch = Batch()
    for one in subscriptions:
        if _has_nothing_to_do(action, one):
            batch.skipped.append(one)
            continue
        try:
            batch.done.append(Changed(await _do(service, action, one, now), _before(action, one, now)))
        except RefusedRequest as refused:
            batch.refused.append((one.id, refused))
    return batch


async def undo_all(
    service: SubscriptionService,
    action: BatchAction,
    changed: Iterable[tuple[SubscriptionId, str]],
    guild_id: GuildId,
    now: datetime,
) -> Batch:
    """Undo it for one after the other. ``changed``: as ``Changed`` has them; who may is the caller's to check."""
    batch = Batch()
    for number, before in changed:
        try:
            batch.done.append(Changed(await _UNDO[action](service, number, before, guild_id, now)))
        except RefusedRequest as refused:
            batch.refused.append((number, refused))
    return batch


def _has_nothing_to_do(action: BatchAction, one: Subscription) -> bool:
    if action is BatchAction.PAUSE:
        return one.paused is not None
    return action is BatchAction.RESUME and one.paused is None


async def _do(service: SubscriptionService, action: BatchAction, one: Subscription, now: datetime) -> Subscription:
    match action:
        case BatchAction.PAUSE:
            return await service.pause(one.id, one.guild_id)
        case BatchAction.RESUME:
            return await service.resume(one.id, one.guild_id)
        case BatchAction.MUTE:
            return await service.mute(one.id, now + MUTE_FOR, one.guild_id)
        case BatchAction.REMOVE:
            return await service.remove(one.id, one.guild_id)


def _before(action: BatchAction, one: Subscription, now: datetime) -> str:
    if action is BatchAction.RESUME:
        return one.paused or ""
    if action is BatchAction.MUTE and one.muted_until is not None and one.muted_until > now:
        return str(int(one.muted_until.timestamp()))
    return ""


async def _resume(
    service: SubscriptionService, number: SubscriptionId, _: str, guild_id: GuildId, __: datetime
) -> Subscription:
    return await service.resume(number, guild_id)


async def _pause(
    service: SubscriptionService, number: SubscriptionId, before: str, guild_id: GuildId, _: datetime
) -> Subscription:
    """The subscription as it was paused, with its reason."""
    why = PauseReason(before) if before in set(PauseReason) else PauseReason.BY_USER
    return await service.pause(number, guild_id, why)


async def _mute_as_before(
    service: SubscriptionService, number: SubscriptionId, before: str, guild_id: GuildId, now: datetime
) -> Subscription:
    is_time = before.isascii() and before.isdecimal() and len(before) <= 10
    until = datetime.fromtimestamp(int(before), UTC) if is_time else None
    return await service.mute(number, until if until is not None and until > now else None, guild_id)


async def _restore(
    service: SubscriptionService, number: SubscriptionId, _: str, guild_id: GuildId, __: datetime
) -> Subscription:
    return await service.restore(number, guild_id)


_Undo = Callable[[SubscriptionService, SubscriptionId, str, GuildId, datetime], Awaitable[Subscription]]
_UNDO: dict[BatchAction, _Undo] = {
    BatchAction.PAUSE: _resume,
    BatchAction.RESUME: _pause,
    BatchAction.MUTE: _mute_as_before,
    BatchAction.REMOVE: _restore,
}

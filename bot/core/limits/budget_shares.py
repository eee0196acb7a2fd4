"""A day's budget shared by those who cause it to be spent: servers, and the operator as one of them.

Max-min: each has an equal share, which is its own for as long as it waits for it; what nobody waits for is given
away little by little, so that towards the end of the day the whole budget can be used, and at once where only one
asks. What several cause together (a topic that all of them follow) is paid by all of them alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import GuildId

LEAST_SHARE: Final = 20
"""Reads with which a fetch can be made at all: where there are more servers than such shares, those who had least
are
served first, one after the other."""


@dataclass(frozen=True, slots=True)
class Account:
    """The spending of a party on one day; ``waits``: it was refused since it was last granted a read."""

    spent: int = 0
    waits: bool = False


def grant(
    limit: int,
    spent: int,
    accounts: Mapping[GuildId, Account],
    payers: Collection[GuildId],
    wanted: int,
    *,
    least: int,
    passed: float,
) -> int:
    """The number of reads granted; 0 if that would be fewer than ``least``.

    ``limit``, ``spent``: of the day, by all, what nobody is charged for included. ``accounts``: of all who follow
    anything there, or spent anything. ``payers``: who is to pay. ``passed``: how much of the day has, from 0 to 1.
    """
    parties = {**dict.fromkeys(payers, Account()), **accounts}
    left = max(limit - spent, 0)
    share = share_of(limit, len(parties))
    own = sum(max(share - parties[one].spent, 0) for one in payers)
    kept = sum(_kept_for(account, share, passed) for one, account in parties.items() if one not in payers)
    granted = min(wanted, left, max(own, left - kept))
    return granted if granted >= max(least, 1) else 0


def share_of(limit: int, parties: int) -> int:
    """An equal share, of use to somebody."""
    return max(limit // max(parties, 1), min(LEAST_SHARE, limit))


def _kept_for(account: Account, share: int, passed: float) -> int:
    """The reads reserved for a party: all of its share while it waits, else less and less of it."""
    rest = max(share - account.spent, 0)
    return rest if account.waits else int(rest * (1 - min(max(passed, 0.0), 1.0)))


def charged(accounts: Mapping[GuildId, Account], payers: Collection[GuildId], reads: int) -> dict[GuildId, int]:
    """The reads charged to each payer, in equal parts; the remainder to those with the least spent.

    Negative ``reads`` are given back.
    """
    order = sorted(payers, key=lambda one: (accounts.get(one, Account()).spent, one), reverse=reads < 0)
    each, more = divmod(abs(reads), len(order)) if order else (0, 0)
    sign = -1 if reads < 0 else 1
    return {one: sign * (each + (place < more)) for place, one in enumerate(order)}

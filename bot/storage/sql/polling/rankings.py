"""Rankings of sources, shared by all processes: who asks, when, and what was answered last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.trending.rankings import ASKED_EVERY, Ranking
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import from_us, json_list, to_us
from bot.storage.sql.mapping.json_forms import form_of

LONGEST_WAIT: Final = timedelta(days=1)
"""The longest that a place is not asked again. A later time was written while a clock was ahead."""

_ANSWER: Final = form_of(Ranking)
_KNOWN: Final = """
SELECT place, asked_at, next_at, answered_at, answer FROM rankings
WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place
"""
_CLAIM: Final = """
INSERT INTO rankings (place, asked_at, next_at) VALUES (?1, ?2, ?3)
ON CONFLICT (place) DO UPDATE SET asked_at = excluded.asked_at, next_at = excluded.next_at
WHERE rankings.next_at <= ?2 OR rankings.next_at > ?4
"""
_KEEP: Final = "UPDATE rankings SET next_at = ?, answered_at = ?, answer = ? WHERE place = ?"
_GIVE_BACK: Final = "UPDATE rankings SET next_at = ? WHERE place = ? AND asked_at = ?"


@dataclass(frozen=True, slots=True)
class StoredRanking:
    """A place's last answer, if there was one. ``next_at``: it is not asked again before."""

    asked_at: datetime
    next_at: datetime
    ranking: Ranking | None

    def may_be_asked(self, now: datetime) -> bool:
        """Whether a request may be made."""
        return self.next_at <= now or self.next_at > now + LONGEST_WAIT

    def is_under_way(self, now: datetime, within: timedelta) -> bool:
        """Whether a process asked a moment ago and has no answer yet."""
        is_answered = self.ranking is not None and self.ranking.at >= self.asked_at
        return not is_answered and now - self.asked_at < within


class RankingStore(Store):
    """Rankings by place. A claim is made before a request: over all processes there is one in ten minutes."""

    async def known(self, places: Iterable[str]) -> dict[str, StoredRanking]:
        """The last answers of places that were ever asked."""
        wanted = json_list(places)
        return await self._database.ask(partial(_known, wanted))

    async def claim(self, place: str, now: datetime) -> bool:
        """Be the one that asks a place now. False: it was asked less than ``ASKED_EVERY`` ago, or is not due."""
        values = (place, to_us(now), to_us(now + ASKED_EVERY), to_us(now + LONGEST_WAIT))
        return await self._database.write(lambda tx: tx.execute(_CLAIM, values).rowcount == 1)

    async def keep(self, ranking: Ranking, next_at: datetime) -> None:
        """Store an answer, or a failure; ``next_at``: the place may be asked again."""
        values = (to_us(next_at), to_us(ranking.at), _ANSWER.encode(ranking), ranking.place.key)

        def work(tx: Tx) -> None:
            tx.execute(_KEEP, values)

        await self._database.write(work, durable=False)

    async def give_back(self, place: str, asked_at: datetime) -> None:
        """Let a place be asked again: a claim of ``asked_at`` led to no request."""

        def work(tx: Tx) -> None:
            tx.execute(_GIVE_BACK, (to_us(asked_at), place, to_us(asked_at)))

        await self._database.write(work, durable=False)


def _known(places: str, tx: Tx) -> dict[str, StoredRanking]:
    return {row["place"]: _stored_from(row) for row in tx.execute(_KNOWN, (places,))}


def _stored_from(row: Row) -> StoredRanking:
    answer = None if row["answer"] is None else _ANSWER.decode(row["answer"])
    return StoredRanking(from_us(row["asked_at"]), from_us(row["next_at"]), answer)

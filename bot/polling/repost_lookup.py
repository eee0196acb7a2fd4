"""Asks one source for the RP of posts that another shows without: X for what a trend page shows.

fetch ─▶ which posts are worth it? ─▶ read them, within the budget ─▶ the answer, with counts ─▶ plan_poll
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alerting.repost_lookup import ids_to_look_up, merge_counts, with_lookup_ids
from bot.core.errors import SourceError
from bot.core.models import DueWatch, FetchResult, SourceName, Validators, WatchId
from bot.polling.rule_evaluator import RuleEvaluator, run_in_rule_thread
from bot.sources.base import PostReader
from bot.storage.sql.polling.polls import PollStore

log = logging.getLogger(__name__)

AGAIN_EVERY = timedelta(hours=1)
"""Each reading of each post is paid for: what is known is read again at most this often."""


class RepostLookup:
    """``readers``: who is asked, by the source whose posts lack RP. A restart costs at most one early reading."""

    def __init__(
        self,
        polls: PollStore,
        readers: Mapping[SourceName, PostReader],
        *,
        max_age: timedelta,
        clock: Callable[[], datetime],
        rule_evaluator: RuleEvaluator | None = None,
    ) -> None:
        self._rule_evaluator = rule_evaluator or RuleEvaluator()
        self._polls = polls
        self._readers = readers
        self._max_age = max_age
        self._clock = clock
        self._read_at: dict[WatchId, datetime] = {}

    def change(self, readers: Mapping[SourceName, PostReader], max_age: timedelta) -> None:
        """Go by other settings from the next poll on."""
        self._readers, self._max_age = readers, max_age

    def without_recent_rechecks(self, due: DueWatch) -> DueWatch:
        """The watch with the posts that may be read again now; then the whole page is wanted, not "unchanged"."""
        watch = due.watch
        if watch.source not in self._readers or not due.rechecks:
            return due
        read_at = self._read_at.get(watch.id)
        if read_at is not None and self._clock() - read_at < AGAIN_EVERY:
            return replace(due, rechecks=())
        return replace(due, watch=replace(watch, validators=Validators()))

    async def enrich(self, due: DueWatch, fetched: FetchResult) -> FetchResult:
        """The answer with the RP that others know. A failure leaves them unknown, and costs nobody an alert."""
        watch, reader = due.watch, self._readers.get(due.watch.source)
        if reader is None or not (due.rechecks or any(post.rp is None for post in fetched.posts)):
            return fetched
        now = self._clock()
        state = await self._polls.state(watch, [post.key for post in fetched.posts], now)
        verdicts = await self._rule_evaluator.of_poll(state, fetched)
        state = verdicts.without_too_costly(state)
        fetched = await run_in_rule_thread(with_lookup_ids, state, fetched, reader.name, verdicts.words)
        wanted = ids_to_look_up(state, fetched, due.rechecks, self._max_age, now)
        if not wanted:
            return fetched
        if due.rechecks:
            self._read_at = {one: at for one, at in self._read_at.items() if now - at < AGAIN_EVERY}
            self._read_at[watch.id] = now
        try:
            return merge_counts(fetched, await reader.read_posts(wanted, now, topic=watch.topic.key))
        except SourceError as error:
            log.info("%d posts of %s/%s stay without RP: %s", len(wanted), watch.source, watch.topic.name, error)
            return fetched

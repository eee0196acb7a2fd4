"""Planning of a poll: what is known, rules judged, decisions, stories, and the topic's hour.

polls.state -> rules judged -> plan_poll -> stories of what it alerts -> plan_poll again -> marks, rising words
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.core.alerting import dominance
from bot.core.alerting.policy import PollPolicy
from bot.core.alerting.rules import WordCheck
from bot.core.alerting.surges import with_carriers
from bot.core.errors import SourceError
from bot.core.identity.entries import renamed
from bot.core.models import (
    FetchResult,
    GuildId,
    NotModified,
    PollPlan,
    PollState,
    Post,
    PostHash,
    PostKey,
    SourceName,
    StoryLinks,
    Watch,
)
from bot.core.planning.plan import needs_state, plan_failure, plan_poll, plan_unchanged
from bot.event_loop import LoopBudget
from bot.storage.stores import Storage

from .host_budgets import HostBudgets
from .poll_log import log, watch_name
from .rule_evaluator import RuleEvaluator, run_in_rule_thread

if TYPE_CHECKING:
    from bot.core.keywords.rising import RisingWords

    from .story_matcher import StoryMatcher

PLAN_IN_THREAD_FROM = 1_000
"""Posts times listeners from which a poll is planned in a thread: each takes 6 µs."""
SURGE_BEFORE: Final = timedelta(minutes=45)
"""Time before a surge was noticed whose posts are part of it: the median delay of a surge five times as high."""


class PollPlanner:
    """Plans polls. Commits nothing.

    ``policies``: one a source, read at each plan. ``hosts``: what is known of the hosts that are polled.
    """

    def __init__(
        self,
        storage: Storage,
        policies: Mapping[SourceName, PollPolicy],
        hosts: HostBudgets,
        rule_evaluator: RuleEvaluator,
        loop_budget: LoopBudget,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._policies = policies
        self._hosts = hosts
        self._rule_evaluator = rule_evaluator
        self._loop_budget = loop_budget
        self._clock = clock
        self._stories: StoryMatcher | None = None

    def forget_stories(self) -> None:
        """Have the window of stories made anew from storage, as after a restart."""
        self._stories = None

    async def forget_hidden(self, hidden: Set[PostHash]) -> None:
        """Have the window of stories without hidden posts, as far as their text is not stored any more."""
        if self._stories is not None:
            await self._stories.forget_hidden(hidden, self._clock())

    async def plan(
        self, watch: Watch, answer: FetchResult | NotModified | SourceError, *, fresh: bool
    ) -> PollPlan:
        """Read what is known, and decide. Not ``fresh``: on the watch as claimed, which the commit checks.

        Raises ``StalePlan`` for a watch that is gone, and ``DatabaseBusy``.
        """
        policy, now = self._policies[watch.source], self._clock()
        keys, fingerprints = (_keys(answer), answer.fingerprints) if isinstance(answer, FetchResult) else ([], {})
        state = PollState(watch, {})
        if fresh:
            state = await self._storage.polls.state(watch, keys, now, fingerprints)
        if isinstance(answer, FetchResult):
            return await self._plan_answer(state, renamed(answer, state.same, state.known, now), policy, now)
        await self._loop_budget.checkpoint()
        if isinstance(answer, SourceError):
            return plan_failure(state.watch, answer, policy, now)
        host = self._hosts.get(state.watch)
        if needs_state(state.watch, answer):
            return plan_poll(state, answer, policy, now, host)
        return plan_unchanged(state.watch, answer, policy, now, host)

    async def _plan_answer(
        self, state: PollState, answer: FetchResult, policy: PollPolicy, now: datetime
    ) -> PollPlan:
        """Judge, then decide; again where a post says the same as another one."""
        verdicts = await self._rule_evaluator.of_poll(state, answer)
        if verdicts.too_costly:
            count = len(verdicts.too_costly)
            log.warning("%s: the patterns of %d subscriptions cost too much", watch_name(state.watch), count)
            state = verdicts.without_too_costly(state)
        host = self._hosts.get(state.watch)

        async def decided(state: PollState) -> PollPlan:
            plan_it = partial(plan_poll, state, answer, policy, now, host, verdicts.words)
            return await self._in_time(plan_it, state, answer)

        plan = await decided(state)
        stories = await self._story_links(state, plan, answer, now)
        if stories.any:
            plan = await decided(replace(state, stories=stories))
        plan = await self._marked(replace(plan, compared_until=stories.compared_until), answer, verdicts.words)
        return replace(plan, too_costly=tuple(sorted(verdicts.too_costly))) if verdicts.too_costly else plan

    async def _in_time(self, plan_it: Callable[[], PollPlan], state: PollState, answer: FetchResult) -> PollPlan:
        """The plan; made in a thread where many posts meet many listeners, else in a slice of the event loop."""
        if len(state.listeners) * len(answer.posts) > PLAN_IN_THREAD_FROM:
            return await run_in_rule_thread(plan_it)
        await self._loop_budget.checkpoint()
        return plan_it()

    async def _story_links(
        self, state: PollState, plan: PollPlan, answer: FetchResult, now: datetime
    ) -> StoryLinks:
        """The links of posts that raise an alert, or only lack RP, to what else says the same.

        What compares them is imported for the first one, beside the loop: 60 ms of CPU, a sixth of a start.
        """
        if not (plan.alerts or plan.held or plan.below) or not any(
            listener.rules.fold for listener in state.listeners
        ):
            return StoryLinks()
        if self._stories is None:
            made = (await asyncio.to_thread(_story_matcher))(self._storage.stories)
            self._stories = self._stories or made
        return await self._stories.links(state, plan, answer, now)

    async def _marked(self, plan: PollPlan, answer: FetchResult | NotModified, words: WordCheck) -> PollPlan:
        """The plan with what the topic's hour says of it.

        Its alerts are marked where one author or site makes most of the hour, and its surges show posts of it.
        """
        if not dominance.is_asked(plan) and not plan.surges.cards:
            return plan
        stored = await self._storage.polls.written_since(
            plan.watch.id, plan.at - dominance.SPAN, dominance.POSTS_MAX
        )
        shown = answer.posts if isinstance(answer, FetchResult) else ()
        posts = {post.key: post for post in (*stored, *shown)}
        if plan.surges.cards:
            guilds = {card.guild_id for card in plan.surges.cards}
            hidden = await self._storage.polls.hidden_among(guilds, posts)
            plan = await run_in_rule_thread(with_carriers, plan, posts.values(), hidden, words)
            plan = await self._with_rising_words(plan, tuple(posts.values()))
        return dominance.marked(plan, posts.values())

    async def _with_rising_words(self, plan: PollPlan, shown: Sequence[Post]) -> PollPlan:
        """The plan with the words that rose with its surges, of what the watch stored and shows."""
        from .topic_words import TopicWords  # noqa: PLC0415 - surges are rare, and a start is not

        finder, cards = TopicWords(self._storage, self._clock), []
        watch = plan.watch
        rising: dict[datetime, Mapping[GuildId, RisingWords]] = {}
        guilds = {card.guild_id for card in plan.surges.cards}
        for card in plan.surges.cards:
            content = card.content
            if content.began_at not in rising:
                rising[content.began_at] = await finder.of_watches(
                    watch.topic, [watch.id], content.began_at - SURGE_BEFORE, plan.at, guilds, shown=shown
                )
            words = tuple(one.text for one in rising[content.began_at][card.guild_id].words)
            cards.append(replace(card, content=replace(content, rising=words)))
        return replace(plan, surges=replace(plan.surges, cards=tuple(cards)))


def _story_matcher() -> type[StoryMatcher]:
    from .story_matcher import StoryMatcher  # noqa: PLC0415 - see ``PollPlanner._story_links``

    return StoryMatcher


def _keys(answer: FetchResult) -> list[PostKey]:
    """Every post the answer speaks of, also those it says are not there."""
    posts = (*answer.posts, *answer.counted)
    return [*(post.key for post in posts), *answer.gone, *answer.deleted]

"""Holds posts against the words of rules: each post once, beside the event loop, within a budget.

    words of the listeners x posts of a poll -> cached verdicts -> the rest, evaluated -> RuleVerdicts

RE2 is linear, but patterns x posts x text is a product, and a pattern whose states do not fit into its memory
costs its size at every byte (measured: 7 to 14 ns an instruction). So patterns have a price, which is tried out
when they are typed, and a budget, measured in CPU time when they are asked: of a subscription in a poll, and of a
server over time. Who costs more is set aside, with a notice; what the words would have said is never guessed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace
from functools import partial
from typing import Final, ParamSpec, TypeVar

from bot.core.alerting.patterns import BadPattern, compile_pattern, is_pattern, sample_texts
from bot.core.alerting.rules import Readable, Verdict, check_readable, check_words, has_words, readable
from bot.core.alerting.verdicts import RulesId, TextId, VerdictMemory, rules_id, text_id
from bot.core.lazy_dataclass import dataclass
from bot.core.models import FetchResult, GuildId, Listener, PollState, Post, Rules, SubscriptionId
from bot.event_loop import LoopBudget

P = ParamSpec("P")
T = TypeVar("T")
_Read = tuple[str | None, str]
"""All that words are looked for in: warning and text."""

PAGE_CHARS: Final = 300_000
"""A full page: 500 posts of 600 characters."""
POLL_CPU_S: Final = 0.25
"""Seconds of CPU that a subscription's patterns may take of a full page, or of less; longer pages have more."""
PATTERN_COST_MAX: Final = 0.8 * POLL_CPU_S / PAGE_CHARS
"""Seconds a character that a subscription's patterns may cost when they are typed: 667 ns. Usual ones take 5 to
60; more, where they leave a gap (``a.{0,100}b``). Less than the budget: none is set aside later by chance."""
CHEAP: Final = 1e-7
"""Seconds a character below which a rule is evaluated also when its server has spent its budget."""
SERVER_S: Final = 10.0
SERVER_SHARE: Final = 0.02
"""A server's patterns may take ten seconds of CPU at once (as after a restart), and two per cent of the time."""
REMEMBERED: Final = 100_000
"""Verdicts kept: at 200 bytes each, 20 MB."""
COSTLY_FOR_S: Final = 600.0
"""Words that were too dear are not tried again for so long, in whatever channels they are used."""
COSTLY_KEPT: Final = 1_000
SERVERS_KEPT: Final = 10_000
INLINE_CHARS: Final = 5_000
"""Up to so many characters are held against plain words (at most 40) in a turn of the loop: 2 ms, at most."""
PROBE_CHARS: Final = 4_000
"""Characters of a longer text that are tried first: one search cannot be broken off."""

_RULE_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="judge")
"""A thread of its own: names are looked up in the event loop's threads. RE2 releases the GIL while it searches."""


_REQUEST_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="asked")
"""A thread for what people ask, which keeps no poll waiting."""


async def run_in_rule_thread(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Work with rules that people can make long, in the thread that judges; one piece after the other."""
    return await asyncio.get_running_loop().run_in_executor(_RULE_THREAD, partial(work, *args, **named))


async def run_in_request_thread(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Run work with rules that a person asked for, in a thread of its own."""
    return await asyncio.get_running_loop().run_in_executor(_REQUEST_THREAD, partial(work, *args, **named))


@dataclass(frozen=True, slots=True)
class RuleVerdicts:
    """Verdicts of words on the posts of a poll. ``too_costly``: subscriptions whose words exceeded the budget."""

    too_costly: frozenset[SubscriptionId] = frozenset()
    verdicts: Mapping[int, Mapping[_Read, Verdict]] = field(default_factory=dict)
    """Verdicts by the identity of the listener's rules (10,000 listeners are asked 40 times each) and by what was
    read: whoever changes the text of a post before the plan has it judged anew."""

    def without_too_costly(self, state: PollState) -> PollState:
        """The state without those whose words could not be asked: nothing is decided for them."""
        if not self.too_costly:
            return state
        without_too_costly = tuple(one for one in state.listeners if one.subscription_id not in self.too_costly)
        return replace(state, listeners=without_too_costly)

    def words(self, post: Post, rules: Rules) -> Verdict:
        """A ``WordCheck``: what was judged, and judged now what was not asked for."""
        known = self.verdicts.get(id(rules))
        verdict = None if known is None else known.get((post.content_warning, post.text))
        return check_words(post, rules) if verdict is None else verdict


class RuleEvaluator:
    """Judges and remembers. ``cpu``: seconds of CPU of the thread it is asked in; ``timer``: seconds that pass."""

    def __init__(
        self,
        *,
        cpu: Callable[[], float] = time.thread_time,
        timer: Callable[[], float] = time.monotonic,
        most: int = REMEMBERED,
    ) -> None:
        self._cpu = cpu
        self._memory = VerdictMemory(most)
        self._rule_budgets = RuleBudgets(timer)
        self._timer = timer
        self._costly: OrderedDict[RulesId, float] = OrderedDict()
        self._loop_budget = LoopBudget()
        self.judged = 0
        """Texts held against words so far."""

    async def of_poll(self, state: PollState, fetched: FetchResult) -> RuleVerdicts:
        """Hold every post of an answer against the words of every listener, equal words once."""
        groups: dict[tuple[tuple[str, ...], ...], list[Listener]] = {}
        for listener in state.listeners:
            if has_words(listener.rules):
                groups.setdefault((listener.rules.include, listener.rules.exclude), []).append(listener)
        if not groups:
            return RuleVerdicts()
        texts = _PollTexts((*fetched.posts, *fetched.counted, *state.own_words.values()))
        too_costly: set[SubscriptionId] = set()
        verdicts: dict[int, Mapping[_Read, Verdict]] = {}
        for listeners in groups.values():
            await self._loop_budget.checkpoint()
            found = await self._of_group(listeners, texts)
            too_costly |= found.too_costly
            by_text = {read: found.verdicts[text] for read, text in texts.ids.items() if text in found.verdicts}
            verdicts |= {id(listener.rules): by_text for listener in listeners}
        return RuleVerdicts(frozenset(too_costly), verdicts)

    async def _of_group(self, listeners: list[Listener], texts: _PollTexts) -> _GroupVerdicts:
        """Listeners of the same words."""
        rules = listeners[0].rules
        name = rules_id(rules)
        known = self._memory.recall(name, texts.distinct)
        missing = [text for text in texts.distinct if text not in known]
        everybody = frozenset(listener.subscription_id for listener in listeners)
        if not missing:
            return _GroupVerdicts(known)
        if self._was_costly(name):
            return _GroupVerdicts(known, everybody)
        work = _Evaluation(rules, missing, texts, self._cpu)
        trial = work.run() if work.is_short else await run_in_rule_thread(work.run)
        self.judged += len(trial.verdicts)
        self._memory.remember(name, trial.verdicts)
        if not trial.finished:
            self._note_costly(name)
            return _GroupVerdicts(known | trial.verdicts, everybody)
        return _GroupVerdicts(known | trial.verdicts, self._over_budget(listeners, trial))

    def _over_budget(self, listeners: list[Listener], trial: _Trial) -> frozenset[SubscriptionId]:
        """Charge the servers, each its share; whose purse is empty is set aside unless the words are cheap."""
        guilds = {listener.guild_id for listener in listeners}
        empty = {guild for guild in guilds if not self._rule_budgets.spend(guild, trial.spent_s / len(guilds))}
        if trial.spent_s <= CHEAP * max(trial.chars, PAGE_CHARS / 100):
            return frozenset()
        return frozenset(listener.subscription_id for listener in listeners if listener.guild_id in empty)

    def _was_costly(self, name: RulesId) -> bool:
        until = self._costly.get(name)
        return until is not None and self._timer() < until

    def _note_costly(self, name: RulesId) -> None:
        self._costly[name] = self._timer() + COSTLY_FOR_S
        self._costly.move_to_end(name)
        if len(self._costly) > COSTLY_KEPT:
            self._costly.popitem(last=False)


class RuleBudgets:
    """The budget of each server: ``SERVER_S`` seconds, refilled with ``SERVER_SHARE`` of the time that passes."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._held: OrderedDict[GuildId, tuple[float, float]] = OrderedDict()

    def spend(self, guild: GuildId, seconds: float) -> bool:
        """Take so much; False where nothing is left then."""
        now = self._timer()
        left, at = self._held.pop(guild, (SERVER_S, now))
        left = min(SERVER_S, left + max(0.0, now - at) * SERVER_SHARE) - seconds
        self._held[guild] = max(left, 0.0), now
        if len(self._held) > SERVERS_KEPT:
            self._held.popitem(last=False)
        return left > 0


def pattern_cost(words: Iterable[str], cpu: Callable[[], float] = time.thread_time) -> float:
    """Seconds a character that the patterns among words cost together at the worst that was found.

    Each is tried on texts of its own letters, where its states multiply if they can; twice, because the first time
    a pattern makes its states. Takes up to 0.1 s a pattern: not for the event loop.
    """
    total = 0.0
    for word in words:
        if is_pattern(word):
            try:
                search = compile_pattern(word)
            except BadPattern:  # stored before there were patterns: a word like any other
                continue
            total += _worst(search, word, PATTERN_COST_MAX - total, cpu)
            if total > PATTERN_COST_MAX:
                break
    return total


def _worst(search: Callable[[str], bool], word: str, most: float, cpu: Callable[[], float]) -> float:
    """The highest cost found; the first above ``most`` is enough."""
    worst = 0.0
    for text in sample_texts(word, random.Random(word)):  # noqa: S311 - the same texts for the same pattern
        worst = max(worst, _cost(search, text, cpu))
        if worst > most:
            break
    return worst


def _cost(search: Callable[[str], bool], text: str, cpu: Callable[[], float]) -> float:
    tries = []
    for _ in range(3):
        began = cpu()
        search(text)
        tries.append((cpu() - began) / len(text))
    return min(tries)


class _PollTexts:
    """The texts of a poll; folded once, when first needed."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self._posts: dict[TextId, Post] = {}
        self._folded: dict[TextId, Readable] = {}
        self.ids: dict[_Read, TextId] = {}
        for post in posts:
            read = post.content_warning, post.text
            if read not in self.ids:
                self.ids[read] = text_id(post)
                self._posts.setdefault(self.ids[read], post)
        self.distinct: tuple[TextId, ...] = tuple(self._posts)

    def length(self, text: TextId) -> int:
        post = self._posts[text]
        return len(post.text) + len(post.content_warning or "")

    def folded(self, text: TextId) -> Readable:
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = readable(self._posts[text])
        return found


@dataclass(frozen=True, slots=True)
class _Trial:
    """Result of evaluating a rule. ``finished`` False: the budget ended, and only the first texts were read."""

    verdicts: dict[TextId, Verdict]
    spent_s: float
    chars: int
    finished: bool


@dataclass(frozen=True, slots=True)
class _GroupVerdicts:
    verdicts: dict[TextId, Verdict]
    too_costly: frozenset[SubscriptionId] = frozenset()


class _Evaluation:
    """The words of rules and the texts that they were not held against yet."""

    def __init__(self, rules: Rules, missing: list[TextId], texts: _PollTexts, cpu: Callable[[], float]) -> None:
        self._rules = rules
        self._missing = missing
        self._texts = texts
        self._cpu = cpu
        self._has_patterns = any(is_pattern(word) for word in (*rules.include, *rules.exclude))
        self._chars = sum(map(texts.length, missing))
        self._budget_s = POLL_CPU_S * max(1.0, self._chars / PAGE_CHARS)

    @property
    def is_short(self) -> bool:
        """Whether it is no work for a thread."""
        return not self._has_patterns and self._chars <= INLINE_CHARS

    def run(self) -> _Trial:
        """Ask, until the budget is spent. Plain words cost by the length of the texts, and always finish."""
        verdicts: dict[TextId, Verdict] = {}
        spent_s = 0.0
        for name in self._missing:
            text = self._texts.folded(name)
            began = self._cpu()
            if not self._has_patterns or self._is_affordable(text, spent_s):
                verdicts[name] = check_readable(text, self._rules)
            spent_s += self._cpu() - began
            if self._has_patterns and (name not in verdicts or spent_s > self._budget_s):
                return _Trial(verdicts, spent_s, self._chars, finished=False)
        return _Trial(verdicts, spent_s if self._has_patterns else 0.0, self._chars, finished=True)

    def _is_affordable(self, text: Readable, spent_s: float) -> bool:
        """Whether the whole of a long text fits into what is left, by what its beginning costs."""
        if len(text.folded) <= PROBE_CHARS:
            return True
        began = self._cpu()
        check_readable(Readable(text.folded[:PROBE_CHARS], text.flat[:PROBE_CHARS]), self._rules)
        expected_s = (self._cpu() - began) * len(text.folded) / PROBE_CHARS
        return spent_s + expected_s <= 2 * self._budget_s

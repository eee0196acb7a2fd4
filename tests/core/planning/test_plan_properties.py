"""plan_poll over any sequence of polls, held against a small memory that commits like the storage does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    FetchResult,
    KnownPost,
    Listener,
    PollPlan,
    PollState,
    Post,
    PostKey,
    SourceName,
    Watch,
)
from bot.core.planning.plan import plan_poll
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_watch


@dataclass
class Memory:
    """What the storage promises, in its smallest form; ``channel`` is what the channel was told or counted."""

    watch: Watch = field(default_factory=lambda: a_watch(polled=False))
    known: dict[PostKey, KnownPost] = field(default_factory=dict)
    told: set[tuple[int, PostKey]] = field(default_factory=set)
    baselined: set[tuple[int, PostKey]] = field(default_factory=set)
    channel: list[tuple[int, PostKey]] = field(default_factory=list)

    def state(self, listeners: tuple[Listener, ...]) -> PollState:
        return PollState(
            watch=self.watch,
            known=dict(self.known),
            listeners=listeners,
            alerted=frozenset(self.told),  # type: ignore[arg-type]
            baselined=frozenset(self.baselined),  # type: ignore[arg-type]
        )

    def commit(self, plan: PollPlan) -> None:
        for change in plan.changes:
            old = self.known.get(change.post.key)
            self.known[change.post.key] = KnownPost(
                key=change.post.key,
                rp=change.post.rp,
                max_rp=change.max_rp,
                created_at=change.post.created_at,
                first_seen_at=old.first_seen_at if old else plan.at,
                content_hash=change.content_hash,
            )
        for alert in (*plan.alerts, *(held.alert for held in plan.held)):
            key = (int(alert.channel_id), alert.content.post.key)
            assert key not in self.told
            self.told.add(key)
            self.channel.append(key)
        self.baselined |= {(int(b.subscription_id), b.post_key) for b in plan.baselines}
        self.watch = replace(self.watch, last_ok_at=plan.update.last_ok_at)


rps = st.one_of(st.none(), st.integers(0, 300))
pages = st.lists(st.tuples(st.sampled_from("abcde"), rps), max_size=6, unique_by=lambda seen: seen[0])
LISTENERS = (a_listener(1, 100), a_listener(2, 50, channel=101), a_listener(3, 200))
BARS = {101: 50, 103: 200}


def posts(page: list[tuple[str, int | None]]) -> tuple[Post, ...]:
    return tuple(a_post(name, rp) for name, rp in page)


def poll(page: list[tuple[str, int | None]]) -> FetchResult:
    return FetchResult(source=SourceName.TRENDPAGE, posts=posts(page))


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.invariant(4)
@given(st.lists(pages, max_size=12), st.data())
def test_no_alert_twice_and_none_lost_wherever_crashes_fall(
    history: list[list[tuple[str, int | None]]], data: st.DataObject
) -> None:
    """Invariants 1, 2, 4: a crash before the commit repeats the poll; each post is told exactly once a channel."""
    memory = Memory()
    passed: set[tuple[int, PostKey]] = set()
    before: set[tuple[int, PostKey]] = set()
    for number, page in enumerate(history):
        now = NOW + timedelta(minutes=5 * number)
        for _ in range(data.draw(st.integers(0, 2))):
            plan_poll(memory.state(LISTENERS), poll(page), POLICY, now)  # planned, and the process died
        memory.commit(plan_poll(memory.state(LISTENERS), poll(page), POLICY, now))
        crossed = {
            (channel, post.key)
            for channel, bar in BARS.items()
            for post in posts(page)
            if post.rp is not None and post.rp >= bar
        }
        if number == 0:
            before = crossed
        passed |= crossed

    assert len(memory.channel) == len(set(memory.channel))
    # What one subscription of a channel counts as old, a stricter one may still tell when it rises to its bar.
    assert passed - before <= set(memory.channel) <= passed


@given(pages, st.randoms())
def test_order_of_posts_is_irrelevant(page: list[tuple[str, int | None]], random: object) -> None:
    shuffled = list(page)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    memory = Memory(watch=a_watch())

    one = plan_poll(memory.state(LISTENERS), poll(page), POLICY, NOW)
    other = plan_poll(memory.state(LISTENERS), poll(shuffled), POLICY, NOW)

    assert one.alerts == other.alerts
    assert {(h.alert, h.why) for h in one.held} == {(h.alert, h.why) for h in other.held}


@pytest.mark.invariant(5)
@given(st.lists(rps, min_size=1, max_size=20))
def test_unknown_rp_never_passes_and_never_hides_a_known_one(curve: list[int | None]) -> None:
    """Invariant 5, and 110 -> 95 -> 110 once: told when the first known RP reaches the bar, and only then."""
    memory = Memory(watch=a_watch())
    listener = (a_listener(1, 100),)
    alerted_at = []
    for number, rp in enumerate(curve):
        plan = plan_poll(memory.state(listener), poll([("a", rp)]), POLICY, NOW)
        memory.commit(plan)
        alerted_at += [number] * len(plan.alerts)

    first = next((n for n, rp in enumerate(curve) if rp is not None and rp >= 100), None)
    assert alerted_at == ([] if first is None else [first])

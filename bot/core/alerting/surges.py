"""Surge alerts of one poll: its observations, judged by each preset of its listeners.

counts -> detector of each preset -> a card for each listener | other figures on cards that were sent

One detector serves all listeners of a preset: their settings are the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.models import (
    EVERYWHERE,
    ContentKey,
    Counted,
    GuildId,
    Listener,
    PollPlan,
    PollState,
    Post,
    PostCount,
    PostKey,
    Rules,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    SurgeUpdate,
    Topic,
)
from bot.core.models.counts import DAY, HOUR
from bot.core.redaction import is_hidden
from bot.core.surge.alerts import SurgeChange, SurgeEvent
from bot.core.surge.day import HourlyCurve, day_before
from bot.core.surge.detector import observe
from bot.core.surge.hours import MIN_SEEN_S
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState, after_source_change, begun_from

from .alerts import trimmed
from .policy import PollPolicy
from .rules import Verdict, WordCheck, check_content, check_words

FRESH: Final = timedelta(hours=1)
"""A surge that began longer ago, in posts that are only read now, raises no alert: it is old news."""
HISTORY: Final = timedelta(days=21)
"""Stored counts that a detector without a state begins from."""
CARRIERS: Final = 3
CARRIERS_WITHIN: Final = timedelta(hours=2)
_REPLAYED: Final = timedelta(hours=3)
"""The newest stored counts are observed one by one, so that the detector knows the last hour."""
_WAIT_AT_LIMIT: Final = timedelta(hours=1)
_WORTH_AN_EDIT: Final = 1.25
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_JAPAN: Final = ZoneInfo("Asia/Tokyo")


def decide_surges(
    state: PollState, counted: Counted | None, policy: PollPolicy, now: datetime, *, has_missed_polls: bool
) -> SurgePlan:
    """Everything that an answer changes in the surges of its topic.

    ``has_missed_polls``: polls were missed before it, and nothing in it is sent as new.
    """
    if counted is None or state.watch.topic.is_address or _says_nothing(counted):
        return SurgePlan()
    zone = zone_of(state.watch.topic)
    states: dict[Preset, SurgeState] = {}
    cards: list[SurgeCard] = []
    updates: list[SurgeUpdate] = []
    for preset in _presets(state):
        before = state.surge_states.get(preset) or _begun(state, counted, preset, zone)
        states[preset], events = _observed(before, counted, preset, zone)
        curve = day_before(states[preset], zone) if events else None
        updates += _updates(state, preset, events, curve)
        if not has_missed_polls:
            cards += _cards(state, preset, events, counted, policy, now, curve)
    return SurgePlan(states, tuple(cards), tuple(updates))


def _says_nothing(counted: Counted) -> bool:
    """Whether an answer has neither observations nor history: the first one, or a page that did not change."""
    return not counted.observations and not counted.counts and not counted.source_changed


def zone_of(topic: Topic) -> tzinfo:
    """The time zone whose days and weekends a topic has: Japan's for one that is written in Japanese."""
    return _JAPAN if _JAPANESE.search(topic.key) else UTC


def _observed(
    before: SurgeState, counted: Counted, preset: Preset, zone: tzinfo
) -> tuple[SurgeState, tuple[SurgeEvent, ...]]:
    """The state after the observations of an answer, and the events they brought, in order."""
    state = after_source_change(before) if counted.source_changed else before
    events: list[SurgeEvent] = []
    for seen in counted.observations:
        state, found = observe(state, seen, PRESETS[preset], zone)
        events += found
    return state, tuple(events)


def _presets(state: PollState) -> list[Preset]:
    """The presets of the listeners, and those with a detector, whose surge may last."""
    wanted = {listener.surge for listener in state.listeners if listener.surge is not None}
    return [preset for preset in Preset if preset in wanted or preset in state.surge_states]


# -- without a state -------------------------------------------------------------------------------------


def _begun(state: PollState, counted: Counted, preset: Preset, zone: tzinfo) -> SurgeState:
    """A detector that begins now; a source's own history is in it, without observations."""
    history = () if counted.observations else counted.counts
    until = state.counting.until if counted.observations else counted.state.until
    return rebuilt((*state.past_counts, *history), until or counted.state.until, preset, zone)


def rebuilt(counts: Sequence[PostCount], until: datetime | None, preset: Preset, zone: tzinfo) -> SurgeState:
    """The state of a detector that begins with stored counts. ``until``: the end of what they count.

    Surges in these counts raise no alert: they are over, or were sent.
    """
    if not counts or until is None:
        return SurgeState()
    replayed_from = _hour(until - _REPLAYED)
    state = begun_from(_hours(one for one in counts if one.start < replayed_from))
    for one in sorted(counts, key=lambda each: each.start):
        end = min(one.start + one.span, until)
        if one.start >= replayed_from and one.span <= HOUR and end > one.start and one.seen:
            seen = CountObservation(end, one.of_people, min(one.seen, end - one.start), one.complete)
            state, _ = observe(state, seen, PRESETS[preset], zone)
    return state


def _hours(counts: Iterable[PostCount]) -> dict[datetime, float | None]:
    """Posts of whole hours at the rate that was seen; None where too little was, or a limit cut it."""
    parts: dict[datetime, list[PostCount]] = {}
    for one in counts:
        if one.span <= HOUR:
            parts.setdefault(_hour(one.start), []).append(one)
    hours: dict[datetime, float | None] = {}
    for begin, own in parts.items():
        seen_s = sum(one.seen.total_seconds() for one in own)
        is_known = seen_s >= MIN_SEEN_S and all(one.complete for one in own)
        hours[begin] = sum(one.of_people for one in own) * HOUR.total_seconds() / seen_s if is_known else None
    return hours


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


# -- to channels -----------------------------------------------------------------------------------------


def _updates(
    state: PollState, preset: Preset, events: Sequence[SurgeEvent], curve: HourlyCurve | None
) -> Iterator[SurgeUpdate]:
    """Cards of the preset that should show other figures by now."""
    for surge in state.open_surges:
        own = [event for event in events if surge.preset is preset and event.began_at == surge.began_at]
        if own and is_worth_an_edit(surge.figures, figures := _figures(own[-1], curve)):
            yield SurgeUpdate(surge, figures)


def is_worth_an_edit(shown: SurgeFigures, now: SurgeFigures) -> bool:
    """Whether a card should show other figures: its surge is over, or its height changed by a quarter."""
    if now.over or now.peak_ratio >= shown.peak_ratio * _WORTH_AN_EDIT:
        return True
    return not 1 / _WORTH_AN_EDIT < now.ratio / shown.ratio < _WORTH_AN_EDIT


def _cards(
    state: PollState,
    preset: Preset,
    events: Sequence[SurgeEvent],
    counted: Counted,
    policy: PollPolicy,
    now: datetime,
    curve: HourlyCurve | None,
) -> Iterator[SurgeCard]:
    """Cards of a surge that begins, and lines of one that has grown, for each listener that may be sent alerts."""
    event = next((each for each in reversed(events) if each.change in _ALERTED), None)
    if event is None or now - event.at > FRESH or events[-1].change is SurgeChange.ENDS:
        return
    grew = event.change is SurgeChange.GROWS
    alerted = {surge.subscription_id for surge in state.open_surges if surge.began_at == event.began_at}
    contents: dict[ContentKey, SurgeContent] = {}
    for listener in state.listeners:
        if (
            listener.surge is preset
            and _may_be_sent(listener, now)
            and (listener.subscription_id in alerted) == grew
        ):
            if listener.content_key not in contents:
                contents[listener.content_key] = _content(state, listener, preset, event, counted, curve)
            is_full = 0 < policy.hourly_limit <= listener.alerts_last_hour
            yield SurgeCard(
                listener.subscription_id,
                listener.guild_id,
                listener.channel_id,
                contents[listener.content_key],
                not_before=now + _WAIT_AT_LIMIT if is_full else now,
                rules=listener.rules,
            )


_ALERTED: Final = frozenset({SurgeChange.BEGINS, SurgeChange.GROWS})


def _may_be_sent(listener: Listener, now: datetime) -> bool:
    is_muted = listener.muted_until is not None and now < listener.muted_until
    return not is_muted and not listener.digest_only


def _content(
    state: PollState,
    listener: Listener,
    preset: Preset,
    event: SurgeEvent,
    counted: Counted,
    curve: HourlyCurve | None,
) -> SurgeContent:
    """All that drawing the card will need, but the posts that carry the surge."""
    return SurgeContent(
        topic=listener.topic or state.watch.topic,
        source=state.watch.source,
        language=listener.language,
        preset=preset,
        began_at=event.began_at,
        figures=_figures(event, curve),
        by_people=any(one.people is not None for one in counted.counts),
        as_large_at=event.as_large_at,
        role_id=listener.role_id,
        grew=event.change is SurgeChange.GROWS,
    )


def _figures(event: SurgeEvent, curve: HourlyCurve | None) -> SurgeFigures:
    return SurgeFigures(
        at=event.at,
        ratio=round(event.ratio, 2),
        peak_ratio=round(event.peak_ratio, 2),
        per_hour=round(event.per_hour, 1),
        normal_per_hour=round(event.normal_per_hour, 1),
        at_least=event.at_least,
        over=event.change is SurgeChange.ENDS,
        curve=curve,
    )


# -- the posts that carry it -----------------------------------------------------------------------------


def with_carriers(
    plan: PollPlan,
    posts: Iterable[Post],
    hidden: Collection[tuple[GuildId, PostKey]],
    words: WordCheck = check_words,
) -> PollPlan:
    """The plan with the posts that carry its surges, chosen for each subscription by its rules.

    ``posts``: of the topic, stored or shown. Sensitive ones are left out: the card was not asked for.
    """
    ranked = sorted({post.key: post for post in posts}.values(), key=lambda post: _weight(post, plan.at))
    apart = {guild for guild, _ in hidden}
    chosen: dict[tuple[Rules, GuildId], tuple[Post, ...]] = {}
    cards: list[SurgeCard] = []
    for card in plan.surges.cards:
        key = card.rules, card.guild_id if card.guild_id in apart else EVERYWHERE
        if key not in chosen:
            seen = (post for post in ranked if not is_hidden(hidden, card.guild_id, post.key))
            chosen[key] = _carriers(card.rules, seen, words)
        carriers = () if card.content.grew else chosen[key]
        cards.append(replace(card, content=replace(card.content, carriers=carriers)))
    return replace(plan, surges=replace(plan.surges, cards=tuple(cards)))


def _carriers(rules: Rules, ranked: Iterable[Post], words: WordCheck) -> tuple[Post, ...]:
    """The posts with the most reposts that the rules let through, one of each author."""
    found: dict[str, Post] = {}
    for post in ranked:
        author = post.author_handle or post.author_name or post.key
        fits = not post.sensitive and not post.by_bot and author not in found
        if fits and check_content(post, rules, words) is Verdict.PASSES:
            found[author] = trimmed(post)
        if len(found) == CARRIERS:
            break
    return tuple(found.values())


def _weight(post: Post, now: datetime) -> tuple[bool, int, str]:
    """The order of carriers: posts of the surge's time first, then by reposts; the key decides ties."""
    written = post.created_at
    is_old = written is None or now - written > (DAY if post.day_only else CARRIERS_WITHIN)
    return is_old, -(post.rp or 0), post.key

"""plan_poll: new posts, risen posts, alerts for each channel, and the next poll.

    state + fetched + policy + now -> merge -> decide -> hold what is too much -> PollPlan

It knows no Discord, no HTTP and no SQL; the plan it returns is committed in one transaction, so a crash
before the commit means the same poll again, and a crash after it loses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.core.cadence import index
from bot.core.cadence.forecast import updated_forecast
from bot.core.cadence.host_budget import HostBudget, schedule_next
from bot.core.cadence.rechecks import candidates_after, next_recheck_at, recheck_changes
from bot.core.errors import SourceError
from bot.core.health.silence import with_answer, within_overlap_wait
from bot.core.health.watch import after_failure, after_poll, is_source_problem, last_poll_unanswered
from bot.core.identity.entries import corrected_links
from bot.core.identity.origins import Origins
from bot.core.limits import retention
from bot.core.models import (
    EntryMemo,
    FetchResult,
    GuildId,
    KnownPost,
    NextPoll,
    NotModified,
    PollForecast,
    PollPlan,
    PollState,
    Post,
    PostChange,
    PostKey,
    Snapshot,
    Validators,
    Watch,
    WatchUpdate,
)
from bot.core.redaction import is_hidden_from_all

from .alerts import Decisions, apply_hourly_cap, decide_posts, missed_polls, with_count_source
from .echoes import echoes
from .followups import count_updates, gone_at_changes, posts_with_live_counts, take_downs
from .policy import PollPolicy
from .rules import WordJudge, judge_words

_NOBODY: frozenset[GuildId] = frozenset()


SMALL_MEMO: Final = 32_000
"""Bytes of a memo that is always kept: of a usual feed, which lists 10 to 50 entries, it takes 6 to 29 KB."""


def plan_poll(
    state: PollState,
    answer: FetchResult | NotModified,
    policy: PollPolicy,
    now: datetime,
    host: HostBudget | None = None,
    words: WordJudge = judge_words,
) -> PollPlan:
    """Decide everything that follows from one poll.

    ``host``: what is known of whom was asked. ``words``: who knows what the words of rules say of a post.
    """
    origins = Origins(state.watch, policy.servers)
    shown = answer if isinstance(answer, FetchResult) else None
    heard, unheard = origins.heard(state, shown) if shown else (None, frozenset[PostKey]())
    away = missed_polls(state.watch, policy, now, host.mean if host else policy.interval)
    fetched = _taken(state, heard, policy) if heard else None
    posts = _merged(state, fetched) if fetched else ()
    # The first look's posts stay silent and a late one's are counted, also what is too much to be stored.
    judged = _merged(state, heard) if heard and (away or state.watch.last_ok_at is None) else posts
    decided = decide_posts(state, judged, policy, now, words)
    told, held = apply_hourly_cap(state, with_count_source(decided.alerts, fetched), policy, now, away=away)
    live = posts_with_live_counts(state, told, policy.live_counts, now)
    highest_threshold = max((listener.min_rp for listener in state.listeners), default=None)
    recheck_times = {
        post.key: _recheck_at(state, post, policy, highest_threshold, post.key in live, now) for post in posts
    }
    forecast = _forecast(state, fetched, posts, decided, policy, now, unheard)
    gone = take_downs(state, fetched, now)
    update = _update(state, answer, policy, forecast, host, now, away=away)
    return PollPlan(
        watch=state.watch,
        at=now,
        update=update,
        changes=tuple(_changes(state, posts, recheck_times)),
        snapshot=_worth_keeping(fetched.snapshot) if fetched else None,
        alerts=told,
        held=held,
        baselines=tuple(decided.baselines),
        recheck_times=(*recheck_changes(state, posts, recheck_times, fetched, now), *_no_more(state, unheard)),
        # What was told of a post that another server speaks for is changed by that one's word alone.
        recounts=tuple(
            count_updates(
                state, [one for one in posts if not origins.is_foreign(one.key)], policy.live_counts, now
            )
        ),
        gone=tuple(gone_at_changes(state, posts, fetched, now)),
        take_downs=tuple(key for key in gone if origins.ends(key)),
        lost=tuple(key for key in gone if not origins.ends(key)),
        put_back=tuple(
            post.key for post in posts if post.key in state.said_gone and origins.revives(post, fetched)
        ),
        own=tuple(post.key for post in posts if post.key not in state.known and origins.is_home_of(post.key)),
        echoes=() if not policy.is_page else tuple(echoes(state, posts, policy.new_post_max_age, now)),
        others_within=_others_within(state.watch, fetched, policy, host, now),
        kept=retention.kept(state.watch.source, update.health_record.turnovers),
        seen=tuple(post.key for post in shown.posts) if shown else (),
        fresh_names=_names_to_keep(state, judged),
        old_names=state.old_names,
        links=corrected_links(state.same, state.fresh_names),
        memo=_memo_to_keep(state, shown.memo) if shown and shown.memo else None,
    )


def plan_unchanged(
    watch: Watch, answer: NotModified, policy: PollPolicy, now: datetime, host: HostBudget | None = None
) -> PollPlan:
    """The plan of ``plan_poll`` for an unchanged page, from the watch alone; see ``needs_state``."""
    state = PollState(watch=watch, known={})
    away = missed_polls(watch, policy, now, host.mean if host else policy.interval)
    forecast = updated_forecast(watch.forecast, 0, (), now)
    update = _update(state, answer, policy, forecast, host, now, away=away)
    return PollPlan(
        watch=watch,
        at=now,
        update=update,
        others_within=_others_within(watch, None, policy, host, now),
        kept=retention.kept(watch.source, update.health_record.turnovers),
    )


def needs_state(watch: Watch, answer: FetchResult | NotModified | SourceError) -> bool:
    """Whether a plan depends on more than its watch: on posts, or on the thresholds of listeners.

    Without posts nothing is decided; a candidate is kept only while a listener has its threshold.
    """
    return isinstance(answer, FetchResult) or (isinstance(answer, NotModified) and bool(watch.forecast.candidates))


def _names_to_keep(state: PollState, judged: Iterable[Post]) -> tuple[tuple[PostKey, int], ...]:
    """Names of decided posts, and new names of known ones; an entry left for the next poll needs none."""
    decided = {post.key for post in judged}
    return tuple((key, name) for key, name in state.fresh_names if key in decided or key in state.known)


def _memo_to_keep(state: PollState, memo: EntryMemo) -> EntryMemo | None:
    """The memo without entries that were taken down anywhere (invariant 8); None where it would not pay.

    A page with a large memo whose entries are mostly new has turned over: it would be written at each poll and
    not used.
    """
    keys = {key: state.same.get(key, key) for key, _ in memo.entries}
    size = sum(len(record) for _, record in memo.entries)
    if size > SMALL_MEMO and 2 * sum(key in state.known for key in keys.values()) < len(keys):
        return None
    hidden = {key for _, key in state.hidden}
    if not hidden:
        return memo
    return replace(memo, entries=tuple(one for one in memo.entries if keys[one[0]] not in hidden))


def plan_failure(watch: Watch, error: SourceError, policy: PollPolicy, now: datetime) -> PollPlan:
    """Decide what follows from a failed poll: nothing is known, poll again later."""
    failures = watch.failures + 1
    condition = after_failure(watch, error, now)
    update = WatchUpdate(
        next_poll_at=index.back_off(watch.id, now, policy.interval, failures, error.retry_after),
        cursor=watch.cursor,
        validators=watch.validators,
        last_ok_at=watch.last_ok_at,
        failures=failures,
        health=condition.health,
        health_note=condition.note,
        health_record=condition.health_record,
        forecast=watch.forecast,
    )
    return PollPlan(watch=watch, at=now, update=update)


def content_digest(post: Post) -> str:
    """Changes when anything stored of a post changed, so that unchanged rows are not written again."""
    return hashlib.blake2b(msgspec.json.encode(post), digest_size=8).hexdigest()


# -- what is known now ---------------------------------------------------------------------------------


def _taken(state: PollState, heard: FetchResult, policy: PollPolicy) -> FetchResult:
    """As much of an answer as is stored."""
    threshold = min((listener.min_rp for listener in state.listeners), default=None)
    return retention.taken(state.watch, heard, state.known, whole_page=policy.is_page, threshold=threshold)


def _merged(state: PollState, fetched: FetchResult) -> tuple[Post, ...]:
    """Each identity once; an RP that is missing now does not overwrite a known one (invariant 5)."""
    counted = {post.key: post.rp for post in fetched.counted}
    merged: dict[PostKey, Post] = {}
    for post in map(retention.read, (*fetched.posts, *fetched.counted)):
        if post.rp is None:
            rp, known = counted.get(post.key), state.known.get(post.key)
            rp = known.rp if rp is None and known is not None else rp
            post = post if rp is None else replace(post, rp=rp)  # noqa: PLW2901 - the merged post is the post
        merged.setdefault(post.key, post)
    return tuple(merged.values())


def _peak(post: Post, known: KnownPost | None) -> int | None:
    """The highest RP ever known."""
    seen = [rp for rp in (post.rp, known.max_rp if known else None) if rp is not None]
    return max(seen, default=None)


# -- what is written -----------------------------------------------------------------------------------


def _changes(
    state: PollState, posts: tuple[Post, ...], recheck_times: dict[PostKey, datetime | None]
) -> Iterator[PostChange]:
    """New posts and those of which something changed."""
    guilds = state.digest_guilds | {listener.guild_id for listener in state.listeners} if state.hidden else _NOBODY
    for post in posts:
        known = state.known.get(post.key)
        post = _as_stored(state, post, guilds)  # noqa: PLW2901 - what is hidden from all is stored without its text
        digest = content_digest(post)
        if known is None or known.digest != digest:
            yield PostChange(
                post=post,
                max_rp=_peak(post, known),
                recheck_at=recheck_times[post.key],
                digest=digest,
                is_new=known is None,
                sampled=post.rp is not None and (known is None or known.rp != post.rp),
            )


def _as_stored(state: PollState, post: Post, guilds: frozenset[GuildId]) -> Post:
    """The post as it is stored: without its text if no listener may see it (invariant 8)."""
    post = retention.slim(post)
    if not state.hidden:
        return post
    return post.redacted() if is_hidden_from_all(state.hidden, guilds, post.key) else post


def _recheck_at(
    state: PollState, post: Post, policy: PollPolicy, highest_threshold: int | None, is_live: bool, now: datetime
) -> datetime | None:
    """The next recheck of a post below a threshold (invariant 4), of one sent lately, or of one for a digest."""
    if not policy.can_recheck or post.source_id is None:
        return None
    known = state.known.get(post.key)
    peak = _peak(post, known)
    below = state.digested or (highest_threshold is not None and (peak is None or peak < highest_threshold))
    return next_recheck_at(known, post, now) if below or is_live else None


def _no_more(state: PollState, unheard: Collection[PostKey]) -> Iterator[tuple[PostKey, None]]:
    """Posts that this place was asked for by id before their home was."""
    for key in unheard:
        known = state.known.get(key)
        if known is not None and known.recheck_at is not None:
            yield key, None


# -- how the watch is ----------------------------------------------------------------------------------


def _worth_keeping(snapshot: Snapshot | None) -> Snapshot | None:
    """A snapshot that says anything at all."""
    if snapshot is None or snapshot == Snapshot(observed_at=snapshot.observed_at):
        return None
    return snapshot


def _forecast(
    state: PollState,
    fetched: FetchResult | None,
    posts: tuple[Post, ...],
    decided: Decisions,
    policy: PollPolicy,
    now: datetime,
    unheard: Collection[PostKey],
) -> PollForecast:
    """The forecast after this poll; posts that no listener may be sent are left out."""
    crossings = len({alert.content.post.key for alert in decided.alerts})
    near = candidates_after(state, fetched, posts, decided.thresholds, now, whole_page=policy.is_page)
    return updated_forecast(state.watch.forecast, crossings, (one for one in near if one.key not in unheard), now)


def _update(
    state: PollState,
    answer: FetchResult | NotModified,
    policy: PollPolicy,
    forecast: PollForecast,
    host: HostBudget | None,
    now: datetime,
    *,
    away: bool,
) -> WatchUpdate:
    """The update of the watch after a poll. A 304 keeps cursor and validators."""
    watch, fetched = state.watch, answer if isinstance(answer, FetchResult) else None
    familiar = retention.familiar(state)
    condition = after_poll(
        watch, fetched, state.known, now, whole_page=policy.is_page, missed_polls=away, familiar=familiar
    )
    # A page that is not as it was is read in full each time: "unchanged" would make it look well.
    validators = replace(fetched.validators, body=None) if fetched else watch.validators
    ails = fetched is not None and is_source_problem(condition.health, condition.health_record)
    next_poll = _next_poll(watch, forecast, policy, host, now)
    wait = next_poll.wait if next_poll else policy.interval * index.jitter(watch.id, now)
    wait = within_overlap_wait(wait, condition.health_record)
    wait = max(wait, retention.flood_wait(watch, fetched, familiar, condition.health_record.turnovers, now))
    reset_at = fetched.reset_at if fetched else None
    return WatchUpdate(
        next_poll_at=max(now + wait, reset_at or now),
        cursor=fetched.cursor if fetched and fetched.cursor is not None else watch.cursor,
        validators=Validators() if ails else validators,
        last_ok_at=now,
        failures=0,
        health=condition.health,
        health_note=condition.note,
        health_record=with_answer(
            condition.health_record, watch, answer, now, is_source_problem=ails, familiar=familiar
        ),
        forecast=forecast,
        next_poll=next_poll,
    )


def _others_within(
    watch: Watch, fetched: FetchResult | None, policy: PollPolicy, host: HostBudget | None, now: datetime
) -> timedelta | None:
    """The time until which the host's other unanswered watches are polled: this poll is its first sign of life.

    Each backs off on its own, for hours after a long outage. None if nothing was wrong, or during a Retry-After.
    """
    rests = fetched is not None and fetched.reset_at is not None and fetched.reset_at > now
    if rests or not last_poll_unanswered(watch):
        return None
    return host.mean if host else policy.interval


def _next_poll(
    watch: Watch, forecast: PollForecast, policy: PollPolicy, host: HostBudget | None, now: datetime
) -> NextPoll | None:
    """The next poll by the forecast; None for a fixed interval.

    The wait stays well below the time after which the bot takes itself to have been away.
    """
    if policy.fixed_interval:
        return None
    return schedule_next(watch.id, forecast, host or HostBudget(policy.interval), policy.catch_up_after / 2, now)

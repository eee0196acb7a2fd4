"""plan_poll: new posts, risen posts, alerts for each channel, and the next poll.

    state + fetched + policy + now -> merge -> decide -> hold what is too much -> PollPlan

It knows no Discord, no HTTP and no SQL; the plan it returns is committed in one transaction, so a crash
before the commit means the same poll again, and a crash after it loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.alerting.alerts import (
    Decisions,
    apply_hourly_limit,
    biggest_first,
    decide_posts,
    missed_polls,
    with_count_source,
)
from bot.core.alerting.echoes import echoes
from bot.core.alerting.folding import NEAR_SHARE, fold_alerts, folds_into_sent, gathered_by
from bot.core.alerting.followups import count_updates, gone_at_changes, take_downs
from bot.core.alerting.policy import PollPolicy
from bot.core.alerting.rules import WordCheck, check_words
from bot.core.alerting.surges import decide_surges
from bot.core.cadence import index
from bot.core.cadence.forecast import updated_forecast
from bot.core.cadence.host_budget import HostBudget
from bot.core.cadence.rechecks import candidates_after, recheck_changes
from bot.core.counting.answer import count_answer
from bot.core.errors import SourceError
from bot.core.health.watch import after_failure
from bot.core.identity.entries import corrected_links
from bot.core.identity.origins import Origins
from bot.core.limits import retention
from bot.core.models import (
    Alert,
    ChannelId,
    Counted,
    FetchResult,
    Fold,
    HeldAlert,
    NotModified,
    PollForecast,
    PollPlan,
    PollState,
    Post,
    PostChange,
    PostKey,
    Watch,
    WatchUpdate,
)
from bot.core.planning.pace import (
    budgets_of,
    crossings_after,
    folds_within_budgets,
    with_thresholds,
    within_budgets,
)
from bot.core.planning.posts import (
    AnswerRead,
    fingerprints_to_keep,
    memo_to_keep,
    no_more_rechecks,
    post_changes,
    read_answer,
    recheck_times_of,
    velocities_after,
)
from bot.core.planning.slid_in import slid_in
from bot.core.planning.watch_update import others_within, watch_update


def plan_poll(
    state: PollState,
    answer: FetchResult | NotModified,
    policy: PollPolicy,
    now: datetime,
    host: HostBudget | None = None,
    words: WordCheck = check_words,
) -> PollPlan:
    """Decide everything that follows from one poll.

    ``host``: what is known of whom was asked. ``words``: who knows what the words of rules say of a post.
    """
    origins = Origins(state.watch, policy.servers)
    mean = host.mean if host else policy.interval
    has_missed_polls = missed_polls(state.watch, policy, now, mean)
    read = read_answer(state, answer, policy, origins, has_missed_polls=has_missed_polls)
    state = replace(state, slid_in=slid_in(state, read.fetched, retention.familiar(state)))
    crossings = crossings_after(state, read.to_decide, policy, now, mean)
    state = with_thresholds(state, read.to_decide, crossings, policy, now, words)
    decided = decide_posts(state, read.to_decide, policy, now, words)
    alerts, held, folds = _sorted_alerts(state, read, decided, policy, now, has_missed_polls=has_missed_polls)
    shown = (*alerts, *(fold.alert for fold in folds))
    recheck_times = recheck_times_of(state, read.posts, shown, policy, now)
    changes = tuple(post_changes(state, read.posts, recheck_times, now))
    forecast = replace(_forecast(state, read, decided, policy, now), velocities=velocities_after(state, changes))
    update = watch_update(state, answer, policy, forecast, host, now, has_missed_polls=has_missed_polls)
    counted = None if read.fetched is None else count_answer(state.counting, read.fetched, state.known, now)
    plan = PollPlan(
        watch=state.watch,
        at=now,
        update=update,
        changes=changes,
        snapshot=read.snapshot,
        alerts=alerts,
        held=held,
        folds=folds,
        gathered=tuple(gathered_by(state, alerts, words)),
        below=_below(decided, changes),
        compared_until=state.stories.compared_until,
        baselines=tuple(decided.baselines),
        recheck_times=(
            *recheck_changes(state, read.posts, recheck_times, read.fetched, now),
            *no_more_rechecks(state, read.rejected),
        ),
        others_within=others_within(state.watch, read.fetched, policy, host, now),
        kept=retention.kept(state.watch.source, update.health_record.turnovers),
        counted=None if counted == Counted(state.counting) else counted,
        surges=decide_surges(state, counted, policy, now, has_missed_polls=has_missed_polls),
        crossings=None if crossings is state.crossings.get(state.watch.id) else crossings,
        budgets=budgets_of(state, alerts),
    )
    return _with_identities(_with_followups(plan, state, read, policy, origins), state, read)


def _sorted_alerts(
    state: PollState,
    read: AnswerRead,
    decided: Decisions,
    policy: PollPolicy,
    now: datetime,
    *,
    has_missed_polls: bool,
) -> tuple[tuple[Alert, ...], tuple[HeldAlert, ...], tuple[Fold, ...]]:
    """The decided alerts by what becomes of them: sent, held for a summary, or folded into one that is sent."""
    unfolded, all_folded = fold_alerts(state, biggest_first(with_count_source(decided.alerts, read.fetched)))
    in_pace = within_budgets(state, unfolded, now)
    folded = folds_within_budgets(all_folded, unfolded, in_pace)
    alerts, held = apply_hourly_limit(state, in_pace, policy, now, has_missed_polls=has_missed_polls)
    folds, also_held = folds_into_sent(folded, held)
    return alerts, (*held, *also_held), folds


def _with_followups(
    plan: PollPlan, state: PollState, read: AnswerRead, policy: PollPolicy, origins: Origins
) -> PollPlan:
    """The plan with what follows for posts that were sent or stored before: counts, take-downs, echoes."""
    gone = take_downs(state, read.fetched, plan.at)
    return replace(
        plan,
        count_updates=tuple(_count_updates(state, read.posts, policy, origins, plan.at)),
        gone=tuple(gone_at_changes(state, read.posts, read.fetched, plan.at)),
        take_downs=tuple(key for key in gone if origins.ends(key)),
        lost=tuple(key for key in gone if not origins.ends(key)),
        put_back=tuple(_put_back(state, read, origins)),
        own=tuple(post.key for post in read.posts if post.key not in state.known and origins.is_home_of(post.key)),
        echoes=() if not policy.is_page else tuple(echoes(state, read.posts, policy.new_post_max_age, plan.at)),
    )


def _with_identities(plan: PollPlan, state: PollState, read: AnswerRead) -> PollPlan:
    """The plan with the names by which entries of a feed are recognised at the next poll."""
    return replace(
        plan,
        seen=read.seen,
        new_fingerprints=fingerprints_to_keep(state, read.to_decide),
        seen_again=state.seen_again,
        links=corrected_links(state.same, state.new_fingerprints),
        memo=memo_to_keep(state, read.memo),
    )


def plan_unchanged(
    watch: Watch, answer: NotModified, policy: PollPolicy, now: datetime, host: HostBudget | None = None
) -> PollPlan:
    """The plan of ``plan_poll`` for an unchanged page, from the watch alone; see ``needs_state``."""
    state = PollState(watch=watch, known={})
    has_missed_polls = missed_polls(watch, policy, now, host.mean if host else policy.interval)
    forecast = updated_forecast(watch.forecast, 0, (), now)
    update = watch_update(state, answer, policy, forecast, host, now, has_missed_polls=has_missed_polls)
    return PollPlan(
        watch=watch,
        at=now,
        update=update,
        others_within=others_within(watch, None, policy, host, now),
        kept=retention.kept(watch.source, update.health_record.turnovers),
    )


def needs_state(watch: Watch, answer: FetchResult | NotModified | SourceError) -> bool:
    """Whether a plan depends on more than its watch: on posts, or on the thresholds of listeners.

    Without posts nothing is decided; a candidate is kept only while a listener has its threshold.
    """
    return isinstance(answer, FetchResult) or (isinstance(answer, NotModified) and bool(watch.forecast.candidates))


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


def _forecast(
    state: PollState, read: AnswerRead, decided: Decisions, policy: PollPolicy, now: datetime
) -> PollForecast:
    """The forecast after this poll; posts that no listener may be sent are left out."""
    crossings = len({alert.content.post.key for alert in decided.alerts})
    near = candidates_after(state, read.fetched, read.posts, decided.thresholds, now, whole_page=policy.is_page)
    nearest = (one for one in near if one.key not in read.rejected)
    return updated_forecast(state.watch.forecast, crossings, nearest, now)


def _below(decided: Decisions, changes: Iterable[PostChange]) -> tuple[PostKey, ...]:
    """Posts that changed, lack nothing but RP, and have a fifth of it."""
    rp = {change.post.key: change.post.rp or 0 for change in changes}
    thresholds = decided.thresholds.items()
    return tuple(key for key, threshold in thresholds if rp.get(key, 0) >= NEAR_SHARE * threshold > 0)


def _count_updates(
    state: PollState, posts: Iterable[Post], policy: PollPolicy, origins: Origins, now: datetime
) -> Iterator[tuple[ChannelId, PostKey, int]]:
    """Fresher counts of sent posts. Those that another server speaks for are changed by that one's word alone."""
    own = [post for post in posts if not origins.is_foreign(post.key)]
    return count_updates(state, own, policy.live_counts, now)


def _put_back(state: PollState, read: AnswerRead, origins: Origins) -> Iterator[PostKey]:
    """Posts that were said to be gone, and are there again."""
    return (post.key for post in read.posts if post.key in state.said_gone and origins.revives(post, read.fetched))

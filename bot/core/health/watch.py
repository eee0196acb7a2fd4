"""The health of a watch: ok, degraded or down, and why, so that a broken source never looks like a quiet topic.

errors   failed polls: degraded at once, down when they go on
drift    it answers, but what its posts used to show is gone from all of them; what no alert depends on is missed
         only when several polls showed it, and for two weeks
turning  each poll finds another page: posts between two polls were never seen
silence  it answers as ever, and nothing new has come for far longer than usual
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.causes import Cause
from bot.core.errors import SourceChanged, SourceError
from bot.core.lazy_dataclass import dataclass
from bot.core.limits import retention
from bot.core.models import (
    AnswerTrait,
    ArrivalStats,
    FetchResult,
    Health,
    KnownPost,
    PostKey,
    TraitStats,
    Watch,
    WatchHealth,
)

from .silence import gap_hours, with_overlap_wait

DOWN_AFTER = 5
"""Failed polls in a row until a watch counts as down rather than degraded."""
DOWN_FOR = timedelta(minutes=20)
"""Time of failures after which it is down as well: back-off makes five polls take hours."""
MIN_POSTS_FOR_DRIFT = 3
"""So many posts without what all of them should have are drift; one or two may be an accident."""

REGULAR_GAPS = 20
REGULAR_FOR = timedelta(days=7)
"""Silence is judged only of a watch with so many gaps over so long a time: each weekday was seen once."""
SILENT_TIMES = 10
SILENT_AT_LEAST = timedelta(hours=24)
"""Nothing new for ten usual gaps and a whole day. A usual gap is weighted by time, so that one night of eight
hours among gaps of ten minutes makes it about 2.5 h: ten of them are more than a day. Of posts that come at
random it is two mean gaps: in a simulation of 240,000 gaps none was taken for silence."""
ARRIVALS_MEMORY = timedelta(days=14)
"""Decay time of arrivals: after it an arrival has a weight of 1/e."""

_HOUR = timedelta(hours=1)

_DRIFT = {
    AnswerTrait.POSTS: (Cause.NO_POSTS, "shows no posts any more"),
    AnswerTrait.RP: (Cause.NO_RP, "shows no RP any more"),
    AnswerTrait.IDS: (Cause.NO_IDS, "shows no ids of posts any more"),
    AnswerTrait.TIMES: (Cause.NO_TIMES, "shows no times of posts any more"),
    AnswerTrait.AUTHORS: (Cause.NO_AUTHORS, "shows no authors any more"),
    AnswerTrait.VOLUME: (Cause.NO_VOLUME, "counts no posts any more"),
}
"""The cause that a missing trait is, and words for the log, the worst first."""
_MISSED_AFTER_ONE = frozenset({AnswerTrait.POSTS, AnswerTrait.RP})
"""Missed after one poll, for ever: without them there are no alerts, and no time makes that well (invariant 5)."""
MIN_ANSWERS_WITH_TRAIT = 3
"""Answers that must show a minor trait before it is missed: one entry of a feed may have an author by chance."""
TRAIT_MEMORY = timedelta(days=14)
"""Time after which a minor trait that was not shown is no longer missed."""


@dataclass(frozen=True, slots=True)
class WatchCondition:
    """The health of a watch after a poll. ``note`` is English, for the log and the command line."""

    health: Health
    note: str | None
    health_record: WatchHealth


def after_poll(
    watch: Watch,
    fetched: FetchResult | None,
    known: Mapping[PostKey, KnownPost],
    now: datetime,
    *,
    whole_page: bool,
    missed_polls: bool,
    familiar: Collection[PostKey] | None = None,
) -> WatchCondition:
    """The health after an answered poll (``fetched`` None: unchanged since the last).

    ``known``: what is stored of the posts of this answer. ``whole_page``: an answer is all there is, not only
    what came since. ``missed_polls``: polls were missed for so long that the time without new posts says nothing.
    ``familiar``: posts of the answer that were met before, where that is more than is stored.
    """
    health_record = _record_after(
        watch, fetched, known, now, whole_page=whole_page, missed_polls=missed_polls, familiar=familiar
    )
    fault = (
        _drift_fault(watch, health_record, fetched, known, whole_page=whole_page)
        or _turnover_fault(health_record)
        or _silence_fault(health_record, fetched, now)
        or _gap_fault(health_record, now)
    )
    if fault is not None:
        return _unwell(watch, fault.health_record, Health.DEGRADED, fault.cause, fault.note, now)
    if watch.health is not Health.OK:
        health_record = replace(health_record, since=now)
    return WatchCondition(Health.OK, None, health_record)


class _Fault(NamedTuple):
    """A fault of an answered poll; ``note``: of ``WatchCondition``."""

    cause: Cause
    note: str
    health_record: WatchHealth


def _record_after(
    watch: Watch,
    fetched: FetchResult | None,
    known: Mapping[PostKey, KnownPost],
    now: datetime,
    *,
    whole_page: bool,
    missed_polls: bool,
    familiar: Collection[PostKey] | None,
) -> WatchHealth:
    """The health record with what this answer showed, and without a cause."""
    new = fetched is not None and any(post.key not in known for post in fetched.posts)
    trait_stats = _trait_stats(watch.health_record, fetched, now)
    met, turnovers = known if familiar is None else familiar, 0
    if whole_page:
        turnovers = retention.turnovers(watch, fetched, met, now, missed_polls=missed_polls)
    health_record = replace(
        watch.health_record,
        cause=None,
        hours=0,
        usual_hours=0,
        shown=_usual(trait_stats),
        arrivals=next_arrivals(watch.health_record.arrivals, now, new=new, missed_polls=missed_polls),
        wait_until=None,
        trait_stats=trait_stats,
        turnovers=turnovers,
    )
    if whole_page:
        return with_overlap_wait(health_record, watch, fetched, met, now, missed_polls=missed_polls)
    return health_record


def _drift_fault(
    watch: Watch,
    health_record: WatchHealth,
    fetched: FetchResult | None,
    known: Mapping[PostKey, KnownPost],
    *,
    whole_page: bool,
) -> _Fault | None:
    """The worst trait that the source used to show and does not any more."""
    if fetched is None:
        return None
    lost = _lost_trait(replace(watch, health_record=health_record), fetched, known, whole_page=whole_page)
    return None if lost is None else _Fault(*_DRIFT[lost], health_record)


def _turnover_fault(health_record: WatchHealth) -> _Fault | None:
    """Nearly every post was new at several polls in a row."""
    if health_record.turnovers < retention.TURNOVERS_DEGRADED:
        return None
    note = "so much is new at each look that posts are missed between two looks"
    return _Fault(Cause.TURNS_OVER, note, health_record)


def _silence_fault(health_record: WatchHealth, fetched: FetchResult | None, now: datetime) -> _Fault | None:
    """Nothing new for far longer than usual; not where the page itself counts no posts."""
    arrivals = health_record.arrivals
    counts_none = fetched is not None and fetched.snapshot is not None and fetched.snapshot.volume == 0
    if arrivals is None or counts_none or not is_silent(arrivals, now):
        return None
    hours = (now - arrivals.last_new_at) // _HOUR
    usual = max(1, math.ceil(arrivals.usual_gap / _HOUR))
    note = f"nothing new for {hours} h, usually about every {usual} h"
    return _Fault(Cause.SILENT, note, replace(health_record, hours=hours, usual_hours=usual))


def _gap_fault(health_record: WatchHealth, now: datetime) -> _Fault | None:
    """A poll of the last day that found no entry of the poll before."""
    gap = gap_hours(health_record, now)
    if gap is None or health_record.turnovers >= retention.TURNOVERS_REPEATED:
        return None
    note = f"all entries were new {gap} h ago: some may have come and gone unseen; looked at sooner now"
    return _Fault(Cause.GAP, note, replace(health_record, hours=gap))


def after_failure(watch: Watch, error: SourceError, now: datetime) -> WatchCondition:
    """The health after a failed poll."""
    failures = watch.failures + 1
    wait_until = now + error.retry_after if error.retry_after else None
    health_record = replace(watch.health_record, cause=None, hours=0, usual_hours=0, wait_until=wait_until)
    degraded = _unwell(watch, health_record, Health.DEGRADED, error.cause, error.detail, now)
    since = degraded.health_record.since or now
    lasting = failures >= DOWN_AFTER or (failures > 1 and now - since >= DOWN_FOR)
    # A source that answers in another form does answer.
    is_down = error.permanent or (lasting and not isinstance(error, SourceChanged))
    return replace(degraded, health=Health.DOWN) if is_down else degraded


def last_poll_unanswered(watch: Watch) -> bool:
    """Whether its last poll failed because its host did not answer, to this topic as to any other."""
    cause = watch.health_record.cause
    return watch.failures > 0 and cause is not None and cause.host_unreachable


def is_source_problem(health: Health, health_record: WatchHealth) -> bool:
    """Whether something is wrong with the source: not where a topic is only silent, or cannot be asked for."""
    return health is not Health.OK and _blames_source(health_record.cause)


def is_unsupported_topic(health: Health, health_record: WatchHealth) -> bool:
    """Whether the topic cannot be asked for there, and so is not polled, however well the source is."""
    return health is not Health.OK and health_record.cause is Cause.TOPIC_UNSUPPORTED


# -- drift ---------------------------------------------------------------------------------------------


def drift(
    watch: Watch, fetched: FetchResult, known: Mapping[PostKey, KnownPost], *, whole_page: bool
) -> Cause | None:
    """The worst of what an answer does not show any more; None when all is there."""
    lost = _lost_trait(watch, fetched, known, whole_page=whole_page)
    return None if lost is None else _DRIFT[lost][0]


def _lost_trait(
    watch: Watch, fetched: FetchResult, known: Mapping[PostKey, KnownPost], *, whole_page: bool
) -> AnswerTrait | None:
    """The worst of what the source used to show and does not any more; None when all is there.

    A timeline without posts is quiet. So is a page that counts none, or that never had any.
    """
    missing = watch.health_record.shown - _shown(fetched)
    if not fetched.posts:
        volume = fetched.snapshot.volume if fetched.snapshot else None
        counted = volume is None or volume > 0
        return AnswerTrait.POSTS if whole_page and counted and (volume or AnswerTrait.POSTS in missing) else None
    # What another source counts, this one need not show.
    shows_rp = fetched.counted_by is None or AnswerTrait.RP in watch.health_record.shown
    if shows_rp and _lost_known_rp(fetched, known):
        return AnswerTrait.RP
    if len(fetched.posts) < MIN_POSTS_FOR_DRIFT:
        missing &= {AnswerTrait.VOLUME}
    # Timelines count a tag only now and then, and a feed's entries have an author or have none.
    if not whole_page:
        missing -= {AnswerTrait.VOLUME}
    if watch.source.traits.lists_articles:
        missing -= {AnswerTrait.AUTHORS}
    return next((trait for trait in _DRIFT if trait in missing), None)


def _lost_known_rp(fetched: FetchResult, known: Mapping[PostKey, KnownPost]) -> bool:
    """Whether no post has an RP though one of these very posts had."""
    listed = (known.get(post.key) for post in fetched.posts)
    had = any(one is not None and one.max_rp is not None for one in listed)
    return had and all(post.rp is None for post in fetched.posts)


def _trait_stats(
    health_record: WatchHealth, fetched: FetchResult | None, now: datetime
) -> dict[AnswerTrait, TraitStats]:
    """The sightings after a poll. Traits stored by an older version count as shown at an unknown time."""
    before = {trait: TraitStats(MIN_ANSWERS_WITH_TRAIT, now) for trait in health_record.shown} | dict(
        health_record.trait_stats
    )
    kept = {
        trait: seen
        for trait, seen in before.items()
        if trait in _MISSED_AFTER_ONE or now - seen.last_at <= TRAIT_MEMORY
    }
    for trait in _shown(fetched):
        polls = kept[trait].polls if trait in kept else 0
        kept[trait] = TraitStats(min(polls + 1, MIN_ANSWERS_WITH_TRAIT), now)
    return kept


def _usual(trait_stats: Mapping[AnswerTrait, TraitStats]) -> frozenset[AnswerTrait]:
    """Traits that are missed if they are not shown."""
    return frozenset(
        trait
        for trait, seen in trait_stats.items()
        if trait in _MISSED_AFTER_ONE or seen.polls >= MIN_ANSWERS_WITH_TRAIT
    )


def _shown(fetched: FetchResult | None) -> frozenset[AnswerTrait]:
    """Traits shown by at least one post of an answer, or by the answer itself."""
    if fetched is None:
        return frozenset()
    posts = fetched.posts
    there = {
        AnswerTrait.POSTS: bool(posts),
        AnswerTrait.RP: any(post.rp is not None for post in posts),
        AnswerTrait.AUTHORS: any(post.author_name or post.author_handle for post in posts),
        AnswerTrait.TIMES: any(post.created_at for post in posts),
        AnswerTrait.IDS: any(post.source_id or post.url for post in posts),
        AnswerTrait.VOLUME: fetched.snapshot is not None and fetched.snapshot.volume is not None,
    }
    return frozenset(trait for trait, is_there in there.items() if is_there)


# -- silence -------------------------------------------------------------------------------------------


def next_arrivals(arrivals: ArrivalStats | None, now: datetime, *, new: bool, missed_polls: bool) -> ArrivalStats:
    """The rhythm after a poll.

    The usual gap is the mean of the gaps between polls with something new, each weighted by its own length (the
    gap one finds oneself in at any moment), and fading with ``ARRIVALS_MEMORY``. A gap nobody watched is left out.
    """
    if arrivals is None:
        return ArrivalStats(since=now, last_new_at=now)
    if missed_polls:
        return replace(arrivals, last_new_at=now)
    if not new:
        return arrivals
    since = min(arrivals.since, now)  # a clock may step back
    gap = max(now - arrivals.last_new_at, timedelta(0))
    watched = max(now - since, timedelta(microseconds=1))
    weight = min(1.0, max(1 - math.exp(-gap / ARRIVALS_MEMORY), gap / watched))
    usual = arrivals.usual_gap + weight * (gap - arrivals.usual_gap)
    return ArrivalStats(since, now, usual, arrivals.gaps + 1)


def is_silent(arrivals: ArrivalStats, now: datetime) -> bool:
    """Whether a watch with a regular history found nothing new for far too long."""
    regular = arrivals.gaps >= REGULAR_GAPS and arrivals.last_new_at - arrivals.since >= REGULAR_FOR
    limit = max(SILENT_TIMES * arrivals.usual_gap, SILENT_AT_LEAST)
    return regular and now - arrivals.last_new_at > limit


# -- since when ----------------------------------------------------------------------------------------


def _unwell(
    watch: Watch, health_record: WatchHealth, health: Health, cause: Cause, note: str, now: datetime
) -> WatchCondition:
    """Unwell since now, unless it was before; a silent topic whose source breaks is unwell anew."""
    goes_on = watch.health is not Health.OK and _blames_source(watch.health_record.cause) == cause.blames_source
    since = (watch.health_record.since if goes_on else None) or now
    return WatchCondition(health, note, replace(health_record, since=since, cause=cause))


def _blames_source(cause: Cause | None) -> bool:
    return cause is None or cause.blames_source

"""How a watch is doing: ok, degraded or down, and why, so that a broken source never looks like a quiet topic.

errors   failed looks: degraded at once, down when they go on
drift    it answers, but what its posts used to show is gone from all of them; what no alert depends on is missed
         only when several looks showed it, and for two weeks
turning  each look finds another page: what came between two looks was never seen
silence  it answers as ever, and nothing new has come for far longer than usual
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import stock
from .deafness import gap_hours, with_pace
from .errors import SourceChanged, SourceError
from .models import Fetched, Health, KnownPost, PostKey, Reason, Rhythm, Sighting, SourceName, Trait, Vitals, Watch

DOWN_AFTER = 5
"""Failed looks in a row until a watch counts as down rather than degraded."""
DOWN_FOR = timedelta(minutes=20)
"""Failing for so long it is down as well: back-off makes five looks take hours."""
MANY = 3
"""So many posts without what all of them should have are drift; one or two may be an accident."""

REGULAR_GAPS = 20
REGULAR_FOR = timedelta(days=7)
"""Silence is judged only of a watch with so many gaps over so long a time: each weekday was seen once."""
SILENT_TIMES = 10
SILENT_AT_LEAST = timedelta(hours=24)
"""Nothing new for ten usual gaps and a whole day. A usual gap is weighted by time, so that one night of eight
hours among gaps of ten minutes makes it about 2.5 h: ten of them are more than a day. Of posts that come at
random it is two mean gaps: in a simulation of 240,000 gaps none was taken for silence."""
RHYTHM_MEMORY = timedelta(days=14)
"""What came so long ago counts a third (1/e) of what comes now."""

SILENT = "health-silent"
TURNS_OVER = "health-turns-over"
"""Each look finds another page, so that posts come and go unseen between two looks."""
CHANGED = "health-changed"
UNFIT = "health-topic"
"""The topic cannot be asked for there."""
GAP = "health-gap"
"""A look found nothing left of what the one before had seen; said for a day."""
OF_THE_TOPIC = (SILENT, UNFIT, GAP)
"""Nothing is wrong with the source."""
NO_ANSWER = ("health-unreachable", "health-host", "health-busy")
"""Why looks failed that fail no more once the host answers again, whatever they asked for."""
_HOUR = timedelta(hours=1)

_LOST = {
    Trait.POSTS: ("health-no-posts", "shows no posts any more"),
    Trait.RP: ("health-no-rp", "shows no RP any more"),
    Trait.IDS: ("health-no-ids", "shows no ids of posts any more"),
    Trait.TIMES: ("health-no-times", "shows no times of posts any more"),
    Trait.AUTHORS: ("health-no-authors", "shows no authors any more"),
    Trait.VOLUME: ("health-no-volume", "counts no posts any more"),
}
"""Sentence for people and words for the log, the worst first."""
MINOR = frozenset({"health-no-ids", "health-no-times", "health-no-authors", "health-no-volume", TURNS_OVER})
"""What keeps no alert from being told."""
_AT_ONCE = frozenset({Trait.POSTS, Trait.RP})
"""Missed after one look, for ever: without them nothing can be told, and no time makes that well (invariant 5)."""
USUAL_LOOKS = 3
"""What is minor is missed when so many looks showed it: one entry of a feed may have had an author by chance."""
TRAIT_MEMORY = timedelta(days=14)
"""What is minor and was not shown for so long is not missed any more."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a look says of its watch. ``note`` is English, for the log and the command line."""

    health: Health
    note: str | None
    vitals: Vitals


def after_look(
    watch: Watch,
    fetched: Fetched | None,
    known: Mapping[PostKey, KnownPost],
    now: datetime,
    *,
    whole_page: bool,
    was_away: bool,
    familiar: Collection[PostKey] | None = None,
) -> Condition:
    """What follows from a look that was answered (``fetched`` None: nothing changed since the last).

    ``known``: what is stored of the posts of this answer. ``whole_page``: an answer is all there is, not only
    what came since. ``was_away``: nobody looked for so long that the time without news says nothing.
    ``familiar``: posts of the answer that were met before, where that is more than is stored.
    """
    new = fetched is not None and any(post.key not in known for post in fetched.posts)
    rhythm = next_rhythm(watch.vitals.rhythm, now, new=new, was_away=was_away)
    sightings = _sightings(watch.vitals, fetched, now)
    turns = 0
    if whole_page:
        met = known if familiar is None else familiar
        turns = stock.turns(watch, fetched, met, now, was_away=was_away)
    vitals = replace(
        watch.vitals,
        shown=_usual(sightings),
        rhythm=rhythm,
        wait_until=None,
        sightings=sightings,
        turns=turns,
    )
    if whole_page:
        vitals = with_pace(vitals, watch, fetched, met, now, was_away=was_away)
    lost = _lost_trait(replace(watch, vitals=vitals), fetched, known, whole_page=whole_page) if fetched else None
    if lost is not None:
        text_id, note = _LOST[lost]
        return _unwell(watch, vitals, Health.DEGRADED, Reason(text_id), note, now)
    if turns >= stock.TURNS_OVER:
        note = "so much is new at each look that posts are missed between two looks"
        return _unwell(watch, vitals, Health.DEGRADED, Reason(TURNS_OVER), note, now)
    counts_none = fetched is not None and fetched.snapshot is not None and fetched.snapshot.volume == 0
    if not counts_none and is_silent(rhythm, now):
        hours = (now - rhythm.last_new_at) // _HOUR
        usual = max(1, math.ceil(rhythm.usual_gap / _HOUR))
        reason = Reason(SILENT, {"hours": hours, "usual": usual})
        note = f"nothing new for {hours} h, usually about every {usual} h"
        return _unwell(watch, vitals, Health.DEGRADED, reason, note, now)
    gap = gap_hours(vitals, now)
    if gap is not None and turns < stock.TURNS_AGAIN:
        note = f"all entries were new {gap} h ago: some may have come and gone unseen; looked at sooner now"
        return _unwell(watch, vitals, Health.DEGRADED, Reason(GAP, {"hours": gap}), note, now)
    since = watch.vitals.since if watch.health is Health.OK else now
    return Condition(Health.OK, None, replace(vitals, since=since, why=None))


def after_failure(watch: Watch, error: SourceError, now: datetime) -> Condition:
    """What follows from a look that failed."""
    failures = watch.failures + 1
    reason = Reason(error.text_id.replace("source-error-", "health-"))
    wait_until = now + error.retry_after if error.retry_after else None
    vitals = replace(watch.vitals, wait_until=wait_until)
    degraded = _unwell(watch, vitals, Health.DEGRADED, reason, error.detail, now)
    since = degraded.vitals.since or now
    lasting = failures >= DOWN_AFTER or (failures > 1 and now - since >= DOWN_FOR)
    # A source that answers in another form does answer.
    is_down = error.permanent or (lasting and not isinstance(error, SourceChanged))
    return replace(degraded, health=Health.DOWN) if is_down else degraded


def had_no_answer(watch: Watch) -> bool:
    """Whether its last look failed because its host did not answer, to this topic as to any other."""
    return watch.failures > 0 and watch.vitals.why is not None and watch.vitals.why.text_id in NO_ANSWER


def is_ailing(health: Health, vitals: Vitals) -> bool:
    """Whether something is wrong with the source: not where a topic is only silent, or cannot be asked for."""
    return health is not Health.OK and _blames_source(vitals.why)


def is_unfit(health: Health, vitals: Vitals) -> bool:
    """Whether the topic cannot be asked for there, and so is not looked at, however well the source is."""
    return health is not Health.OK and vitals.why is not None and vitals.why.text_id == UNFIT


# -- drift ---------------------------------------------------------------------------------------------


def drift(
    watch: Watch, fetched: Fetched, known: Mapping[PostKey, KnownPost], *, whole_page: bool
) -> Reason | None:
    """What an answer does not show any more, for people; None when all is there."""
    lost = _lost_trait(watch, fetched, known, whole_page=whole_page)
    return None if lost is None else Reason(_LOST[lost][0])


def _lost_trait(
    watch: Watch, fetched: Fetched, known: Mapping[PostKey, KnownPost], *, whole_page: bool
) -> Trait | None:
    """The worst of what the source used to show and does not any more; None when all is there.

    A timeline without posts is quiet. So is a page that counts none, or that never had any.
    """
    missing = watch.vitals.shown - _shown(fetched)
    if not fetched.posts:
        volume = fetched.snapshot.volume if fetched.snapshot else None
        counted = volume is None or volume > 0
        return Trait.POSTS if whole_page and counted and (volume or Trait.POSTS in missing) else None
    # What another source counts, this one need not show.
    shows_rp = fetched.counted_by is None or Trait.RP in watch.vitals.shown
    if shows_rp and _lost_known_rp(fetched, known):
        return Trait.RP
    if len(fetched.posts) < MANY:
        missing &= {Trait.VOLUME}
    # Timelines count a tag only now and then, and a feed's entries have an author or have none.
    if not whole_page:
        missing -= {Trait.VOLUME}
    if watch.source is SourceName.FEED:
        missing -= {Trait.AUTHORS}
    return next((trait for trait in _LOST if trait in missing), None)


def _lost_known_rp(fetched: Fetched, known: Mapping[PostKey, KnownPost]) -> bool:
    """Whether no post has an RP though one of these very posts had."""
    listed = (known.get(post.key) for post in fetched.posts)
    had = any(one is not None and one.max_rp is not None for one in listed)
    return had and all(post.rp is None for post in fetched.posts)


def _sightings(vitals: Vitals, fetched: Fetched | None, now: datetime) -> dict[Trait, Sighting]:
    """The sightings after a look. What an older version wrote down was shown, nobody knows when."""
    before = {trait: Sighting(USUAL_LOOKS, now) for trait in vitals.shown} | dict(vitals.sightings)
    kept = {
        trait: seen for trait, seen in before.items() if trait in _AT_ONCE or now - seen.last_at <= TRAIT_MEMORY
    }
    for trait in _shown(fetched):
        looks = kept[trait].looks if trait in kept else 0
        kept[trait] = Sighting(min(looks + 1, USUAL_LOOKS), now)
    return kept


def _usual(sightings: Mapping[Trait, Sighting]) -> frozenset[Trait]:
    """What is missed where it is not shown."""
    return frozenset(trait for trait, seen in sightings.items() if trait in _AT_ONCE or seen.looks >= USUAL_LOOKS)


def _shown(fetched: Fetched | None) -> frozenset[Trait]:
    """What at least one post of an answer, or the answer itself, shows."""
    if fetched is None:
        return frozenset()
    posts = fetched.posts
    there = {
        Trait.POSTS: bool(posts),
        Trait.RP: any(post.rp is not None for post in posts),
        Trait.AUTHORS: any(post.author_name or post.author_handle for post in posts),
        Trait.TIMES: any(post.created_at for post in posts),
        Trait.IDS: any(post.source_id or post.url for post in posts),
        Trait.VOLUME: fetched.snapshot is not None and fetched.snapshot.volume is not None,
    }
    return frozenset(trait for trait, is_there in there.items() if is_there)


# -- silence -------------------------------------------------------------------------------------------


def next_rhythm(rhythm: Rhythm | None, now: datetime, *, new: bool, was_away: bool) -> Rhythm:
    """The rhythm after a look.

    The usual gap is the mean of the gaps between looks with something new, each weighted by its own length (the
    gap one finds oneself in at any moment), and fading with ``RHYTHM_MEMORY``. A gap nobody watched is left out.
    """
    if rhythm is None:
        return Rhythm(since=now, last_new_at=now)
    if was_away:
        return replace(rhythm, last_new_at=now)
    if not new:
        return rhythm
    since = min(rhythm.since, now)  # a clock may step back
    gap = max(now - rhythm.last_new_at, timedelta(0))
    watched = max(now - since, timedelta(microseconds=1))
    weight = min(1.0, max(1 - math.exp(-gap / RHYTHM_MEMORY), gap / watched))
    usual = rhythm.usual_gap + weight * (gap - rhythm.usual_gap)
    return Rhythm(since, now, usual, rhythm.gaps + 1)


def is_silent(rhythm: Rhythm, now: datetime) -> bool:
    """Whether a watch with a regular history found nothing new for far too long."""
    regular = rhythm.gaps >= REGULAR_GAPS and rhythm.last_new_at - rhythm.since >= REGULAR_FOR
    patience = max(SILENT_TIMES * rhythm.usual_gap, SILENT_AT_LEAST)
    return regular and now - rhythm.last_new_at > patience


# -- since when ----------------------------------------------------------------------------------------


def _unwell(watch: Watch, vitals: Vitals, health: Health, reason: Reason, note: str, now: datetime) -> Condition:
    """Unwell since now, unless it was before; a silent topic whose source breaks is unwell anew."""
    goes_on = watch.health is not Health.OK and _blames_source(watch.vitals.why) == _blames_source(reason)
    since = (watch.vitals.since if goes_on else None) or now
    return Condition(health, note, replace(vitals, since=since, why=reason))


def _blames_source(why: Reason | None) -> bool:
    return why is None or why.text_id not in OF_THE_TOPIC

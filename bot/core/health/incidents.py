"""Outage notices for channels and the operator: one when a source cannot be read, one when it recovers.

    watches of a channel at an endpoint + its stored incident -> share that is unwell -> ``NoticePlan`` or nothing

All of a channel's topics at one server are one incident. It has two sizes, because a single page that is gone
must not hide that the whole source breaks later: SOME, where others are read meanwhile, and ALL.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.causes import Cause
from bot.core.models import (
    ChannelId,
    DependentWatch,
    Endpoint,
    Health,
    Incident,
    NoticeContent,
    NoticePlan,
    OutageScope,
    SourceName,
    Watch,
)
from bot.core.url_display import host_of

from .silence import address_of
from .watch import is_source_problem

NOTIFY_AFTER = timedelta(minutes=20)
"""Minimum length of an outage that gets a notice, and at two polls at least."""
RECOVERED_AFTER = timedelta(minutes=10)
"""Minimum time of recovery before its notice."""
PARTLY_RECOVERED_AFTER = timedelta(hours=8)
"""Minimum time of a partial recovery before its notice: back-off polls each watch once within it."""
REPEAT_AFTER = timedelta(hours=6)
"""Bad news are not repeated sooner, however often the source comes and goes."""
TOPICS_NAMED = 5
OPERATOR_CHANNEL = ChannelId(0)
"""The channel id of the operator, whose notices are about every watch."""

_Group = tuple[ChannelId, Endpoint]


def endpoint_of(source: SourceName, target: str | None) -> Endpoint:
    """The server a watch asks; its own address stands for a target that is none."""
    return Endpoint(source, host_of(target))


def place_asked(watch: Watch) -> Endpoint:
    """The server a watch is read from, where its address has moved for good."""
    return endpoint_of(watch.source, address_of(watch))


def plan_notices(
    pulses: Iterable[DependentWatch], incidents: Iterable[Incident], now: datetime
) -> list[NoticePlan]:
    """The notices to send. ``incidents``: stored incidents, also closed ones."""
    groups: dict[_Group, list[DependentWatch]] = defaultdict(list)
    for pulse in pulses:
        groups[pulse.channel_id, endpoint_of(pulse.source, pulse.target)].append(pulse)
    known = {(incident.channel_id, incident.endpoint): incident for incident in incidents}
    tellings = [
        _decide(group, known.get(key) or Incident(key[0], group[0].guild_id, key[1]), now)
        for key, group in groups.items()
    ]
    # Nobody follows anything there any more.
    ended = [NoticePlan(known[key], None) for key in known if key not in groups and known[key].scope]
    return [telling for telling in tellings if telling is not None] + ended


def silent_telling(fallen: Sequence[DependentWatch]) -> NoticePlan | None:
    """The operator's notice of watches that have fallen silent; None without any."""
    if not fallen:
        return None
    first = fallen[0]
    names = tuple(dict.fromkeys(pulse.topic_name for pulse in fallen))
    endpoint = endpoint_of(first.source, first.target)
    content = NoticeContent(
        endpoint=endpoint,
        scope=OutageScope.SOME,
        better=False,
        count=len(names),
        topics=names[:TOPICS_NAMED],
        language=first.language,
        since=min(
            (pulse.health_record.since for pulse in fallen if pulse.health_record.since is not None), default=None
        ),
        cause=first.health_record.cause,
    )
    return NoticePlan(Incident(OPERATOR_CHANNEL, first.guild_id, endpoint), content)


def _decide(group: Sequence[DependentWatch], incident: Incident, now: datetime) -> NoticePlan | None:
    """The notice for a channel about an endpoint; None without a change."""
    ailing = [pulse for pulse in group if _ails(pulse)]
    sick = [pulse for pulse in ailing if _is_sick(pulse, now)]
    scope = _scope(group, sick)
    if scope > incident.scope:
        # That all are unwell is certain when most of them are.
        certain = scope is OutageScope.SOME or 2 * len(sick) >= len(ailing)
        heard = any(not pulse.muted for pulse in sick)
        may_tell = certain and heard and not _told_lately(incident, scope, now)
        return NoticePlan(incident, _notice(group, incident, scope, ailing, _began(sick))) if may_tell else None
    if incident.scope is OutageScope.NONE:
        return None
    for_long = PARTLY_RECOVERED_AFTER if ailing else RECOVERED_AFTER
    settled = all(_ails(pulse) or _is_settled(pulse, for_long, now) for pulse in group)
    if scope < incident.scope and settled and len(sick) == len(ailing):
        return NoticePlan(incident, _notice(group, incident, scope, ailing, _began(sick), better=True))
    return None


def _is_sick(pulse: DependentWatch, now: datetime) -> bool:
    """Whether it is unwell for certain: long enough, at two polls, the last of them as recent as it should be."""
    since = pulse.health_record.since
    if since is None or now - since < NOTIFY_AFTER or pulse.next_poll_at <= now:
        return False
    if pulse.failures == 0:
        return pulse.last_ok_at is not None and pulse.last_ok_at > since
    return pulse.failures > 1 and (pulse.health is Health.DOWN or pulse.health_record.cause is Cause.CHANGED)


def _is_settled(pulse: DependentWatch, for_long: timedelta, now: datetime) -> bool:
    """Whether what is well has been so for long enough."""
    return pulse.health_record.since is None or now - pulse.health_record.since >= for_long


def _ails(pulse: DependentWatch) -> bool:
    """Whether something is wrong at the source; for a channel only what keeps alerts away."""
    cause = pulse.health_record.cause
    is_minor = cause is not None and cause.is_minor and pulse.channel_id != OPERATOR_CHANNEL
    return is_source_problem(pulse.health, pulse.health_record) and not is_minor


def _scope(group: Sequence[DependentWatch], sick: Sequence[DependentWatch]) -> OutageScope:
    """ALL, unless another topic was read after the outage began. One not polled since is no evidence."""
    if not sick:
        return OutageScope.NONE
    began = _began(sick)
    witnessed = any(
        not _ails(pulse) and pulse.last_ok_at is not None and (began is None or pulse.last_ok_at > began)
        for pulse in group
    )
    return OutageScope.SOME if witnessed else OutageScope.ALL


def _told_lately(incident: Incident, scope: OutageScope, now: datetime) -> bool:
    """Whether a notice of the same, or worse, was sent lately."""
    told = [incident.all_at] if scope is OutageScope.ALL else [incident.some_at, incident.all_at]
    return any(at is not None and now - at < REPEAT_AFTER for at in told)


def _began(sick: Iterable[DependentWatch]) -> datetime | None:
    """The start of the outage of most watches: a page may have been gone for weeks when the rest breaks."""
    times = sorted(pulse.health_record.since for pulse in sick if pulse.health_record.since is not None)
    return times[len(times) // 2] if times else None


def _notice(
    group: Sequence[DependentWatch],
    incident: Incident,
    scope: OutageScope,
    ailing: Sequence[DependentWatch],
    since: datetime | None,
    *,
    better: bool = False,
) -> NoticeContent:
    """The content of a notice, with the cause that most watches have."""
    named = [pulse for pulse in ailing if not pulse.muted] or ailing
    topics = tuple(dict.fromkeys(pulse.topic_name for pulse in named))
    causes = Counter(pulse.health_record.cause for pulse in ailing if pulse.health_record.cause is not None)
    return NoticeContent(
        endpoint=incident.endpoint,
        scope=scope,
        better=better,
        count=len(topics),
        topics=topics[:TOPICS_NAMED],
        language=group[0].language,
        since=since,
        cause=max(causes, key=causes.__getitem__, default=None),
    )

"""Outage notices for channels and the operator: one when a source cannot be read, one when it recovers.

    watches of a channel at an endpoint + its stored incident -> share that is unwell -> ``NoticePlan`` or nothing

All of a channel's topics at one server are one incident. It has two sizes, because a single page that is gone
must not hide that the whole source breaks later: SOME, where others are read meanwhile, and ALL.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.core.causes import Cause
from bot.core.models import (
    ChannelId,
    DependentWatch,
    Endpoint,
    GuildId,
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


@lru_cache(maxsize=1_024)
def endpoint_of(source: SourceName, target: str | None) -> Endpoint:
    """The server a watch asks; its own address stands for a target that is none.

    A poll asks seven times, and many mappings have the endpoint as their key: the same object is found sooner,
    also for another feed of a host, which would be compared 32 times a poll (counted).
    """
    return _endpoint_at(source, host_of(target))


@lru_cache(maxsize=1_024)
def _endpoint_at(source: SourceName, host: str) -> Endpoint:
    return Endpoint(source, host)


def asked_endpoint(watch: Watch) -> Endpoint:
    """The server a watch is read from, where its address has moved for good."""
    return endpoint_of(watch.source, address_of(watch))


def plan_notices(
    dependents: Iterable[DependentWatch], incidents: Iterable[Incident], now: datetime
) -> list[NoticePlan]:
    """The notices to send. ``incidents``: stored incidents, also closed ones."""
    groups: dict[_Group, list[DependentWatch]] = defaultdict(list)
    for dependent in dependents:
        groups[dependent.channel_id, endpoint_of(dependent.source, dependent.target)].append(dependent)
    known = {(incident.channel_id, incident.endpoint): incident for incident in incidents}
    plans = [
        _decide(group, known.get(key) or Incident(key[0], group[0].guild_id, key[1]), now)
        for key, group in groups.items()
    ]
    # Nobody follows anything there any more.
    ended = [NoticePlan(known[key], None) for key in known if key not in groups and known[key].scope]
    return [plan for plan in plans if plan is not None] + ended


def in_status_channels(
    dependents: Iterable[DependentWatch], channels: Mapping[GuildId, ChannelId]
) -> Iterator[DependentWatch]:
    """The watches of servers with a status channel as if that channel listened to them all."""
    for dependent in dependents:
        channel = channels.get(dependent.guild_id)
        if channel is None or dependent.channel_id == OPERATOR_CHANNEL:
            yield dependent
        else:
            yield replace(dependent, channel_id=channel)


def without_topics(plan: NoticePlan, channels: Mapping[GuildId, ChannelId]) -> NoticePlan:
    """The notice without names of topics, if it goes to a status channel.

    Its readers may not see the channels that follow the topics (invariant 10).
    """
    is_there = channels.get(plan.before.guild_id) == plan.before.channel_id
    return (
        plan if plan.content is None or not is_there else replace(plan, content=replace(plan.content, topics=()))
    )


def silence_notice(fallen: Sequence[DependentWatch]) -> NoticePlan | None:
    """The operator's notice of watches that have fallen silent; None without any."""
    if not fallen:
        return None
    first = fallen[0]
    names = tuple(dict.fromkeys(dependent.topic_name for dependent in fallen))
    endpoint = endpoint_of(first.source, first.target)
    content = NoticeContent(
        endpoint=endpoint,
        scope=OutageScope.SOME,
        better=False,
        count=len(names),
        topics=names[:TOPICS_NAMED],
        language=first.language,
        since=min(
            (dependent.health_record.since for dependent in fallen if dependent.health_record.since is not None),
            default=None,
        ),
        cause=first.health_record.cause,
    )
    return NoticePlan(Incident(OPERATOR_CHANNEL, first.guild_id, endpoint), content)


def _decide(group: Sequence[DependentWatch], incident: Incident, now: datetime) -> NoticePlan | None:
    """The notice for a channel about an endpoint; None without a change."""
    unwell = [dependent for dependent in group if _is_unwell(dependent)]
    confirmed = [dependent for dependent in unwell if _is_confirmed(dependent, now)]
    scope = _scope(group, confirmed)
    if scope > incident.scope:
        # That all are unwell is certain when most of them are.
        certain = scope is OutageScope.SOME or 2 * len(confirmed) >= len(unwell)
        is_wanted = any(not dependent.muted for dependent in confirmed)
        may_notify = certain and is_wanted and not _was_notified_lately(incident, scope, now)
        return (
            NoticePlan(incident, _notice(group, incident, scope, unwell, _began(confirmed)))
            if may_notify
            else None
        )
    if incident.scope is OutageScope.NONE:
        return None
    for_long = PARTLY_RECOVERED_AFTER if unwell else RECOVERED_AFTER
    settled = all(_is_unwell(dependent) or _is_settled(dependent, for_long, now) for dependent in group)
    if scope < incident.scope and settled and len(confirmed) == len(unwell):
        return NoticePlan(incident, _notice(group, incident, scope, unwell, _began(confirmed), better=True))
    return None


def _is_confirmed(dependent: DependentWatch, now: datetime) -> bool:
    """Whether it is unwell for certain: long enough, at two polls, the last of them as recent as it should be."""
    since = dependent.health_record.since
    if since is None or now - since < NOTIFY_AFTER or dependent.next_poll_at <= now:
        return False
    if dependent.failures == 0:
        return dependent.last_ok_at is not None and dependent.last_ok_at > since
    return dependent.failures > 1 and (
        dependent.health is Health.DOWN or dependent.health_record.cause is Cause.CHANGED
    )


def _is_settled(dependent: DependentWatch, for_long: timedelta, now: datetime) -> bool:
    """Whether what is well has been so for long enough."""
    return dependent.health_record.since is None or now - dependent.health_record.since >= for_long


def _is_unwell(dependent: DependentWatch) -> bool:
    """Whether something is wrong at the source; for a channel only what keeps alerts away."""
    cause = dependent.health_record.cause
    is_minor = cause is not None and cause.is_minor and dependent.channel_id != OPERATOR_CHANNEL
    return is_source_problem(dependent.health, dependent.health_record) and not is_minor


def _scope(group: Sequence[DependentWatch], confirmed: Sequence[DependentWatch]) -> OutageScope:
    """ALL, unless another topic was read after the outage began. One not polled since is no evidence."""
    if not confirmed:
        return OutageScope.NONE
    began = _began(confirmed)
    witnessed = any(
        not _is_unwell(dependent)
        and dependent.last_ok_at is not None
        and (began is None or dependent.last_ok_at > began)
        for dependent in group
    )
    return OutageScope.SOME if witnessed else OutageScope.ALL


def _was_notified_lately(incident: Incident, scope: OutageScope, now: datetime) -> bool:
    """Whether a notice of the same, or worse, was sent lately."""
    notified_at = [incident.all_at] if scope is OutageScope.ALL else [incident.some_at, incident.all_at]
    return any(at is not None and now - at < REPEAT_AFTER for at in notified_at)


def _began(confirmed: Iterable[DependentWatch]) -> datetime | None:
    """The start of the outage of most watches: a page may have been gone for weeks when the rest breaks."""
    times = sorted(
        dependent.health_record.since for dependent in confirmed if dependent.health_record.since is not None
    )
    return times[len(times) // 2] if times else None


def _known_since(unwell: Sequence[DependentWatch], since: datetime | None) -> datetime | None:
    """The start of the outage as the channel knows it: who else depends on the watches is nobody's to know."""
    starts = [dependent.listened_since for dependent in unwell if dependent.listened_since is not None]
    if since is None or not starts or len(starts) < len(unwell):
        return since
    return max(since, min(starts))


def _notice(
    group: Sequence[DependentWatch],
    incident: Incident,
    scope: OutageScope,
    unwell: Sequence[DependentWatch],
    since: datetime | None,
    *,
    better: bool = False,
) -> NoticeContent:
    """The content of a notice, with the cause that most watches have."""
    named = [dependent for dependent in unwell if not dependent.muted] or unwell
    topics = tuple(dict.fromkeys(dependent.topic_name for dependent in named))
    causes = Counter(
        dependent.health_record.cause for dependent in unwell if dependent.health_record.cause is not None
    )
    return NoticeContent(
        endpoint=incident.endpoint,
        scope=scope,
        better=better,
        count=len(topics),
        topics=topics[:TOPICS_NAMED],
        language=group[0].language,
        since=_known_since(unwell, since),
        cause=max(causes, key=causes.__getitem__, default=None),
    )

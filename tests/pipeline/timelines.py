"""The four sources that list young posts, each over its local server, in the same words; no Discord."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    OutboxEntry,
    PostKey,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services import Services
from tests.conftest import Clock
from tests.fakes.bluesky_server import HANDLE, PASSWORD, BlueskyServer
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.x_server import TOKEN, XServer

TOPIC = make_topic("データセンター")
CHANNEL = ChannelId(2)
MIN_RP = 100
STEP = timedelta(minutes=5)
LATE = timedelta(minutes=51)
"""From 3 to 6 h old a post is read every 40 min; then a poll has to come along, 5 min after the one before, 10 %
sooner or later; and the clock of the tests moves by 5 min."""


@dataclass(frozen=True)
class Case:
    """A source. ``add(server, text, rp, written)``: put up a post.

    ``late``: how long after a crossing it is told at the latest. ``gone_within``: when a deletion is certain.
    """

    name: SourceName
    server: Callable[[Clock], AbstractAsyncContextManager[Any]]
    settings: Callable[[Any], dict[str, Any]]
    add: Callable[[Any, str, Any, datetime], str]
    key: Callable[[Any, str], PostKey]
    late: timedelta = LATE
    gone_within: timedelta = timedelta(hours=2)
    label: str = ""

    def __str__(self) -> str:
        return self.label or self.name


def _account(server: BlueskyServer) -> dict[str, Any]:
    return {"service_url": server.base_url, "identifier": HANDLE, "app_password": PASSWORD}


def _without_top(clock: Clock) -> BlueskyServer:
    server = BlueskyServer(clock=clock)
    server.has_top = False
    return server


def _bluesky(label: str, server: Callable[[Clock], BlueskyServer], late: timedelta) -> Case:
    return Case(
        SourceName.BLUESKY,
        server,
        _account,
        lambda server, text, rp, at: server.add(f"データセンターの{text}", reposts=rp, written=at),
        lambda server, post: PostKey(f"bluesky:{post}"),
        late,
        label=label,
    )


MASTODON = Case(
    SourceName.MASTODON,
    lambda clock: MastodonServer(clock=clock),
    lambda server: {"enabled": True, "base_url": server.base_url},
    lambda server, text, rp, at: server.add(f"<p>{text}</p>", boosts=rp, created_at=at),
    lambda server, post: PostKey(f"fediverse:{server.uri(post)}"),
)
MISSKEY = Case(
    SourceName.MISSKEY,
    lambda clock: MisskeyServer(clock=clock),
    lambda server: {"enabled": True, "base_url": server.base_url},
    lambda server, text, rp, at: server.add(text, renotes=rp, created_at=at),
    lambda server, post: PostKey(f"fediverse:{server.uri(post)}"),
)
BLUESKY = _bluesky("bluesky", lambda clock: BlueskyServer(clock=clock), timedelta(minutes=25))
"""``top`` is asked every 15 min."""
BLUESKY_WITHOUT_TOP = _bluesky("bluesky without top", _without_top, LATE)
X = Case(
    SourceName.X,
    lambda clock: XServer(clock=clock),
    lambda server: {"base_url": server.base_url, "bearer_token": TOKEN},
    lambda server, text, rp, at: server.add(f"データセンターの{text}", reposts=rp, written=at),
    lambda server, post: PostKey(f"x:{post}"),
    timedelta(minutes=66),  # it is read again every hour
    timedelta(hours=5),
)


async def follow(services: Services, clock: Clock, source: SourceName, topic: str = TOPIC.name) -> None:
    """A channel follows the topic; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(1),
        channel_id=CHANNEL,
        topic=make_topic(topic),
        created_by=UserId(3),
        settings=SubscriptionSettings(language="ja", min_rp={source: MIN_RP}),
    )
    await services.storage.subscriptions.subscribe(wanted, clock(), clock())
    await services.poller.poll_due()


async def decided(services: Services, clock: Clock) -> list[OutboxEntry]:
    """The entries that wait for the channel."""
    return (await services.storage.entries.waiting(clock())).get(CHANNEL, [])


async def live_on(
    services: Services, clock: Clock, how_long: timedelta, *, step: timedelta = STEP
) -> list[datetime]:
    """Poll in steps; returns when something was decided."""
    decisions = []
    ends, known = clock() + how_long, len(await decided(services, clock))
    while clock() < ends:
        clock.now += step
        await services.poller.poll_due()
        waiting = len(await decided(services, clock))
        decisions += [clock()] * (waiting - known)
        known = waiting
    return decisions


def rising(crossing: datetime) -> Callable[[datetime], int]:
    """0 until ten minutes before ``crossing``, then ten a minute; at ``crossing`` it is the minimum."""
    return lambda now: max(0, MIN_RP + int((now - crossing).total_seconds() / 6))

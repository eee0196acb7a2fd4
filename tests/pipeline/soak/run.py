"""The real bot over the zoo: poller, storage, parsing, plan, commit and delivery, in simulated time.

Nothing sleeps: the clock is moved to when the next watch is due, to the next five minutes.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot import app
from bot.core.models import (
    AlertContent,
    ChannelId,
    GuildId,
    Message,
    NewSubscription,
    OutgoingFile,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.delivery.discord.transport import DiscordTransport
from bot.delivery.transport import SendOutcome, Sent
from bot.services import Services
from bot.sources.feed.source import Feed
from tests.conftest import Clock, make_settings
from tests.fakes.discord.discord_rig import discord_rig
from tests.fakes.discord.limits import NO_BUCKETS
from tests.fakes.discord.limits import Clock as DiscordClock
from tests.fakes.discord.server import FakeDiscord
from tests.inspection import Inspect, url_of

from .net import Net
from .publisher import Publisher
from .wire import Wire

START: Final = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
"""Europe's and America's clocks change within a month of it."""
STEP: Final = timedelta(minutes=5)
INTERVAL_S: Final = 3_600
_EDITED_FOR: Final = timedelta(days=3)
_UNSENT: Final = 100
"""The newest frames may still be on their way."""
_MARKER: Final = re.compile(r"k\d{3,}x\d{5}")
_COUNTED: Final = """
SELECT a.channel_id, b.body FROM alerts a JOIN entries e ON e.id = a.entry_id
JOIN post_bodies b ON b.watch_id = a.watch_id AND b.post_key = a.post_key
WHERE a.held IS NOT NULL AND e.state = 'sent'
"""
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


class _Now(DiscordClock):
    """The simulated time, for the fake Discord."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock().timestamp()

    def now(self) -> datetime:
        return self._clock()


@dataclass(slots=True)
class Told:
    """What a channel was told. ``counted``: articles that were counted in a summary line."""

    alerts: dict[str, list[datetime]] = field(default_factory=dict)
    strays: Counter[str] = field(default_factory=Counter)
    counted: set[str] = field(default_factory=set)


class _Listening(DiscordTransport):
    """The real way to Discord, which notes what Discord took."""

    def __init__(self, *args: Any, told: dict[int, Told], clock: Clock) -> None:
        super().__init__(*args)
        self._told = told
        self._clock = clock

    async def send(self, message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        outcome = await super().send(message, files)
        if isinstance(outcome, Sent):
            for entry in message.entries:
                self._note(self._told.setdefault(message.channel_id, Told()), entry.content)
        return outcome

    def _note(self, told: Told, content: object) -> None:
        if isinstance(content, AlertContent):
            found = _MARKER.search(content.post.text)
            if found is None:
                told.strays[content.post.text.partition("\n")[0]] += 1
            else:
                told.alerts.setdefault(found[0], []).append(self._clock())


@dataclass(frozen=True, slots=True)
class Day:
    """The state at the end of a day. ``rows``: by table; ``polls`` of this day."""

    number: int
    rss_mb: float
    database_mb: float
    rows: dict[str, int]
    polls: int
    not_modified: int
    failed: int
    notices: int


@dataclass(slots=True)
class Zoo:
    """The bot, its publishers and the fake Discord. ``channels``: by publisher."""

    publishers: list[Publisher]
    net: Net
    services: Services
    clock: Clock
    path: Path
    transport: _Listening
    server: FakeDiscord
    channels: dict[int, int]
    told: dict[int, Told]
    days: list[Day] = field(default_factory=list)
    _polls: Counter[str] = field(default_factory=Counter)

    def told_of(self, publisher: Publisher) -> Told:
        return self.told.get(self.channels[publisher.number], Told())

    async def follow(self) -> None:
        """Each publisher's feeds in a channel of their own; the first looks are over."""
        for publisher in self.publishers:
            feeds = 1 if publisher.habits.feeds == "plain" else 2
            for which in range(feeds):
                address = Wire(publisher, which).address(self.clock())
                wanted = NewSubscription(
                    guild_id=GuildId(1 + publisher.number),
                    channel_id=ChannelId(self.channels[publisher.number]),
                    topic=make_topic(address),
                    created_by=UserId(1),
                    target=address,
                    settings=SubscriptionSettings(language="ja", min_rp={SourceName.FEED: 0}),
                )
                await self.services.storage.subscriptions.subscribe(wanted, self.clock(), self.clock())
        await self._look()

    async def live(self, days: int, on_day: Callable[[Day], None] = lambda _: None) -> None:
        """So many days."""
        for number in range(1, days + 1):
            await self._one_day()
            self._note_counted()
            self._let_the_fake_forget()
            await app.prune(self.services)
            self.days.append(self._measured(number))
            on_day(self.days[-1])

    async def _one_day(self) -> None:
        end = self.clock() + timedelta(days=1)
        hour = self.clock()
        while self.clock() < end:
            self.clock.now = min(end, max(self._next_due(), self.clock() + STEP))
            await self._look()
            if self.clock() - hour >= timedelta(hours=1):
                hour = self.clock()
                self._polls["notices"] += len(await self.services.health.send_notices())
                await self._deliver()

    def _note_counted(self) -> None:
        for channel, body in self.rows(_COUNTED):
            self.told.setdefault(channel, Told()).counted.update(_MARKER.findall(body))

    def _next_due(self) -> datetime:
        [[at]] = self.rows("SELECT min(next_poll_at) FROM watches")
        due = datetime.fromtimestamp(at / 1_000_000, UTC)
        return START + STEP * -(-(due - START) // STEP)

    async def _look(self) -> None:
        report = await self.services.poller.poll_due()
        self._polls.update(polls=report.polled, not_modified=report.not_modified, failed=report.failed)
        if report.alerts:
            await self._deliver()

    async def _deliver(self) -> None:
        await self.services.delivery.drain(self.transport)
        self.server.record.requests.clear()

    def _let_the_fake_forget(self) -> None:
        """What Discord keeps is no memory of the bot: messages that are edited no more, frames for a resume."""
        world, old = self.server.world, self.clock() - _EDITED_FOR
        world.messages[:] = [message for message in world.messages if message.received_at >= old]
        world.message_by_id = {message.id: message for message in world.messages}
        nonces = self.server._messages._by_nonce
        for nonce in [nonce for nonce, message in nonces.items() if message.received_at < old]:
            del nonces[nonce]
        for session in self.server.gateway._sessions.values():
            sent = max(0, len(session.frames) - _UNSENT)
            session.frames[:sent] = [""] * sent

    def _measured(self, number: int) -> Day:
        tables = [name for (name,) in self.rows(_TABLES)]
        polls, self._polls = self._polls, Counter()
        return Day(
            number=number,
            rss_mb=_rss_mb(),
            database_mb=round(self.path.stat().st_size / 2**20, 1),
            rows={name: self.rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(tables)},  # noqa: S608
            polls=polls["polls"],
            not_modified=polls["not_modified"],
            failed=polls["failed"],
            notices=polls["notices"],
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return Inspect(url_of(self.path))(query)


def _rss_mb() -> float:
    """Memory of this process that is in use."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmRSS:")[2].split()[0]) / 1024, 1)


@asynccontextmanager
async def zoo(folder: Path, *, publishers: int, days: int, seed: int) -> AsyncIterator[Zoo]:
    """All of it, wired; nothing was polled yet."""
    clock = Clock(START)
    animals = [Publisher(number, seed, START, days) for number in range(publishers)]
    net = Net(animals, clock)
    settings = make_settings(
        folder,
        poll={"interval_s": INTERVAL_S},
        alerts={"ceiling_per_hour": 0},
        quota={"looks_per_hour": 0},
        sources={"feed": {"enabled": True}},
    )
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(app.open_services(settings, clock=clock))
        await _plug_in(services, net)
        place = await stack.enter_async_context(discord_rig(limits=NO_BUCKETS, clock=_Now(clock)))
        bot = await stack.enter_async_context(place.bot())
        channels = {one.number: place.server.add_channel(place.guild, one.name).id for one in animals}
        await _until_known(bot, channels)
        told: dict[int, Told] = {}
        yield Zoo(
            publishers=animals,
            net=net,
            services=services,
            clock=clock,
            path=folder / "kawaraban.db",
            transport=_Listening(bot, services.texts, told=told, clock=clock),
            server=place.server,
            channels=channels,
            told=told,
        )


async def _plug_in(services: Services, net: Net) -> None:
    """The zoo's network in the place of the real one."""
    feed = services.sources[SourceName.FEED]
    assert isinstance(feed, Feed)
    await feed._http._transport.aclose()
    feed._http._transport = net  # type: ignore[assignment]
    feed._http._names._look_up = net.look_up


async def _until_known(bot: Any, channels: dict[int, int]) -> None:
    async with asyncio.timeout(30):
        while any(bot.get_channel(channel) is None for channel in channels.values()):  # noqa: ASYNC110 - its socket
            await asyncio.sleep(0.005)

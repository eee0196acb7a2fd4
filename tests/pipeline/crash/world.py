"""What a crash happens to: a fake Discord, a trend site, channels with topics and digests, a bot to start again.

The channels were made 40 minutes ago; since half an hour ago their digests are due.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg

from bot import app
from bot.core.calendar import digest_schedule as schedules
from bot.core.counting.spans import floor, spread
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    ChannelId,
    CountState,
    DigestSettings,
    GuildId,
    LaterTakeDowns,
    NewSubscription,
    PostCount,
    PostKey,
    PostsBy,
    SourceName,
    SubscriptionSettings,
    UserId,
    WatchId,
)
from bot.core.models.counts import BIN, HOUR
from bot.core.redaction import post_hash
from bot.core.surge.settings import Preset
from bot.core.surge.totals import RollingTotal
from bot.core.text import make_topic
from bot.services import Services
from bot.storage.opening import back_up, open_storage, restore, unchecked_references
from bot.storage.sql.consistency import Finding
from bot.storage.sql.moderation.moderation import hide_post
from tests.conftest import make_settings
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.limits import NO_BUCKETS, PLENTY
from tests.fakes.discord.people import NotOffered
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FORUM, Channel, Guild, Message
from tests.fakes.trend_site import SitePost, TrendSite, trend_site_on_its_own_loop
from tests.inspection import Inspect, url_of
from tests.pipeline.crash.bot_process import MINUTE_S, NONCE_TRUSTED_S, BotProcess, Orders, bot_process, until

T = TypeVar("T")

TOPICS = ("データセンター", "電力")
BARS: tuple[dict[str, int], ...] = (
    {TOPICS[0]: 100},
    {TOPICS[0]: 250, TOPICS[1]: 100},
    {TOPICS[1]: 50},
    {TOPICS[0]: 150, TOPICS[1]: 150},
    {TOPICS[0]: 80, TOPICS[1]: 120},
)
"""What each channel follows, and from which RP on.

The third is of another server, the fourth a thread, the last one a forum.
"""
DIGESTS = (("朝刊・甲", "朝刊・乙"), ("朝刊",), ("朝刊",), ("夕刊",), ())
"""The names of each channel's digests, all due at the same minute."""
OPENED_AGO, DUE_AGO = timedelta(minutes=40), timedelta(minutes=30)
"""No run takes half an hour, so no digest is due a second time."""
STORIES = (
    (
        "みなと造船、長崎に新しい造船所を建設へ　2029年完成、投資額は1200億円",
        "みなと造船が長崎に新造船所を建設すると発表。1200億円を投じ、2029年の完成を目指す",
        "長崎にみなと造船の新しい造船所ができるのか！2029年完成で1200億円とはすごい",
    ),
    (
        "西海鉄道、来年3月に運賃を平均9.8%値上げへ　初乗りは170円に",
        "西海鉄道は、2027年3月から運賃を平均で9.8パーセント引き上げると発表した。初乗り運賃は170円になる。",
        "西海鉄道まで値上げか。来年3月から平均9.8%、初乗り170円はきつい",
    ),
)
"""Posts that say the same: a channel is sent one of each story, and told of the others in that one."""
OLD_NEWS = "号外の前の旧聞"
"""Stood there before anybody listened: no channel is told of it, but its digests are."""
SEND = "POST /channels/"
PACE = 3
QUIET_WITHIN_S = 240.0
"""Only where something waits for ever; a busy machine may need minutes for what takes seconds."""
HOURLY_LIMIT = 3
SURGE_STEPS = 2
"""Quarters of an hour, by the clock of the first topic's page, in which it is talked about seven times as much."""
USUAL_A_QUARTER = 10
POSTS_OF_A_STEP = 65
_ALERTS = "SELECT channel_id, post_key FROM alerts"
LIMITS = replace(NO_BUCKETS, old_edits=PLENTY)
"""Discord's own, but for the spacing: its five minutes of a nonce are real ones."""


@dataclass(frozen=True)
class Told:
    """A post as the test knows it: where it is listed, and what it has come to."""

    post: SitePost
    topics: tuple[str, ...]

    def is_due(self, bars: dict[str, int]) -> bool:
        """Whether a channel with these bars must have heard of it."""
        return any((self.post.rp or 0) >= bars[topic] for topic in self.topics if topic in bars)


@dataclass(frozen=True)
class Paper:
    """A digest as the test knows it, and how it is recognised in its channel."""

    channel: Channel
    name: str

    def is_told_in(self, message: Message) -> bool:
        return f"## {self.name}\n" in message.text

    @staticmethod
    def is_for(message: Message, due_at: datetime) -> bool:
        """Whether it says that it tells of the time until then."""
        return f"<t:{int(due_at.timestamp())}:R>" in message.text


def passing(posts: Sequence[Told], bars: dict[str, int]) -> set[str]:
    """The ids of posts of which a channel with these bars may be told, alone or in the alert of another one.

    Posts of a story that the channel follows reach a bar together. It is the bar of any topic of any of them: one
    of that topic gets the alert, and the others, also those of a topic with a higher bar, are counted in it.
    """
    alone = {told.post.id for told in posts if told.is_due(bars)}
    for texts in STORIES:
        story = [one for one in posts if one.post.text in texts and not bars.keys().isdisjoint(one.topics)]
        together = sum(one.post.rp or 0 for one in story)
        if any(replace(one, post=replace(one.post, rp=together)).is_due(bars) for one in story):
            alone |= {one.post.id for one in story}
    return alone


class Running(Protocol):
    """A bot that runs: one process, or several."""

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        ...

    async def ended(self, wait_s: float) -> bool:
        """Whether it ends within so many seconds."""
        ...


class WentWrong(Exception):
    """A run cannot be played to its end; that is a broken promise as well."""


class World:
    """One run's site, Discord and database. ``ceiling``: alerts of a subscription an hour, 0 for any number."""

    def __init__(self, folder: Path, site: TrendSite, server: FakeDiscord, *, ceiling: int, url: str = "") -> None:
        self.folder, self.site, self.server, self.ceiling = folder, site, server, ceiling
        self.database = folder / "kawaraban.db"
        self.url = url or url_of(self.database)
        """Of the database."""
        self.log = folder / "bot.log"
        self.temporary = folder / "tmp"
        """Where bots put temporary files."""
        self.posts: list[Told] = []
        self.wordings = [text for story in STORIES for text in story]
        """Of stories, as far as they are not posted yet."""
        self.surge_steps = 0
        self.surges = True
        """Whether the first topic is talked about more with every post."""
        self.upgraded = False
        self.is_restored = False
        self.kills = 0
        self.guilds = [server.add_guild("瓦版の会"), _guild_of_another_shard(server, "隣の町")]
        self.channels: list[Channel] = [
            server.add_channel(guild, f"news-{n}") for n, guild in enumerate((self.guilds[0], *self.guilds))
        ]
        self.thread = server.add_thread(self.channels[0], "news-3")
        self.forum = server.add_channel(self.guilds[0], "news-4", type=FORUM)
        self.channels += [self.thread, self.forum]
        self.paced = server.add_channel(self.guilds[0], "news-paced")
        """Gets about ``PACE`` alerts a day of each topic: the highest posts, not all above a minimum."""
        self.others: list[Channel] = []
        """Channels in which people subscribe and unsubscribe: entries of theirs may be dropped."""
        self.posts_by = PostsBy.TOPIC
        """How the forum is told."""
        self.hidden: set[str] = set()
        """The ids of posts that were taken down everywhere."""
        self.hidden_of: dict[int, set[str]] = {guild.id: set() for guild in self.guilds}
        """The ids of posts that were taken down in one server, by its own moderator."""
        self.is_old_news_hidden = False
        self.heavy: set[str] = set()
        """The ids of posts that Discord never takes: their messages get a 500."""
        self.digests = [
            Paper(channel, name) for channel, names in zip(self.channels, DIGESTS, strict=True) for name in names
        ]
        now = datetime.now(UTC)
        self._opened_at = now - OPENED_AGO
        self.old_news = SitePost(self._opened_at - timedelta(minutes=5), OLD_NEWS, 30, serial=999)
        self.due_at = (now - DUE_AGO).replace(second=0, microsecond=0)

    async def prepare(self) -> None:
        """Every channel follows its topics, and has its digests; the first look is over."""
        (self.folder / "empty.toml").touch()
        self.temporary.mkdir()
        settings = make_settings(
            self.folder,
            database={"url": self.url},
            sources={"trendpage": {"url": self.site.url}},
            poll={"interval_s": 1},
        )
        self._show()
        async with app.open_services(settings, clock=lambda: self._opened_at) as services:
            await services.storage.forums.know_forum(
                _guild_id(self.forum), ChannelId(self.forum.id), self.posts_by
            )
            for channel, bars in zip(self.channels, BARS, strict=True):
                for topic, bar in bars.items():
                    now = services.clock()
                    await services.storage.subscriptions.subscribe(self._wish(channel, topic, bar), now, now)
            for topic in TOPICS:
                wish = self._wish(self.paced, topic, 5)
                now = services.clock()
                paced = replace(wish, settings=replace(wish.settings, pace=PACE))
                await services.storage.subscriptions.subscribe(paced, now, now)
            for digest in self.digests:
                await self._create(digest, services)
            await services.poller.poll_due()
            await self._remember_a_quiet_week(services)

    async def _remember_a_quiet_week(self, services: Services) -> None:
        """The counts of the first topic's page, flat until the first look."""
        first = make_topic(TOPICS[0]).key
        [watch_id] = [
            WatchId(number) for number, key in self.rows("SELECT id, topic_key FROM watches") if key == first
        ]
        until, counts = self._page_time, services.storage.post_counts
        recent = floor(until, HOUR) - 6 * HOUR
        hours = (recent - number * HOUR for number in range(1, 7 * 24))
        await counts.add(watch_id, [PostCount(hour, HOUR, HOUR, 4 * USUAL_A_QUARTER) for hour in hours])
        await counts.add(watch_id, spread(recent, until, USUAL_A_QUARTER * ((until - recent) / BIN)))
        total = RollingTotal(until.timestamp(), 96.0 * USUAL_A_QUARTER)
        await counts.keep_state(watch_id, CountState(until=until, total=total))

    @property
    def _page_time(self) -> datetime:
        """The time that the first topic's page says it was counted at."""
        return self._opened_at.replace(second=0, microsecond=0) + self.surge_steps * BIN

    def surging(self) -> list[Channel]:
        """The channels that must have been told of the surge by the end."""
        followers = (channel for channel, bars in zip(self.channels, BARS, strict=True) if TOPICS[0] in bars)
        return list(followers) if self.surge_steps == SURGE_STEPS else []

    def is_of_surge(self, message: Message) -> bool:
        """Whether it is the card of the surge, or a line of it."""
        return "📈" in message.text

    def _wish(self, channel: Channel, topic: str, bar: int) -> NewSubscription:
        return NewSubscription(
            guild_id=_guild_id(channel),
            channel_id=ChannelId(channel.id),
            topic=make_topic(topic),
            created_by=UserId(self.guilds[0].owner.id),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: bar}, surge=Preset.EVERY),
        )

    async def _create(self, digest: Paper, services: Services) -> None:
        schedule = schedules.hourly(self.due_at.minute, "UTC")
        settings = DigestSettings(
            channel_id=ChannelId(digest.channel.id), name=digest.name, schedule=schedule, language="ja"
        )
        guild, owner = _guild_id(digest.channel), UserId(self.guilds[0].owner.id)
        next_at = schedules.next_time(schedule, self._opened_at)
        await services.storage.digests.create(guild, owner, settings, next_at, self._opened_at)

    def expected(self, channel: Channel) -> set[str]:
        """The ids of all posts a channel must have been told of, one way or the other, but for what is hidden."""
        bars = BARS[self.channels.index(channel)]
        return {told.post.id for told in self.posts if told.is_due(bars)} - self.hidden_in(channel.id)

    def hidden_in(self, channel_id: int) -> set[str]:
        """The ids of posts that nobody may read in a channel."""
        guild = self.server.world.channels[channel_id].guild
        return self.hidden | (self.hidden_of[guild.id] if guild else set())

    @property
    def hidden_somewhere(self) -> int:
        """The number of take-downs, of a post everywhere or in a server."""
        return len(self.hidden) + self.is_old_news_hidden + sum(map(len, self.hidden_of.values()))

    async def is_hidden_in(self, guild: Guild, post_id: str) -> bool:
        """Whether the database has a take-down of a server."""
        found = await _there(lambda: self.rows("SELECT guild_id, post_hash FROM hidden"))
        return (guild.id, post_hash(PostKey(f"x:{post_id}"))) in {tuple(row) for row in found}

    def allowed(self, channel: Channel) -> set[str]:
        """The ids of all posts that passed a channel's bars, alone or with the rest of their story."""
        return passing(self.posts, BARS[self.channels.index(channel)])

    def delivered(self, channel: Channel) -> list[Message]:
        """What the outbox brought to a channel or to a forum's posts, also what was deleted since; no answers."""
        posts_too = channel is self.forum
        there = [
            one
            for one in self.server.messages()
            if one.channel is channel or (posts_too and one.channel.parent is channel)
        ]
        return [message for message in there if message.interaction_id is None]

    def sleepers(self) -> list[Channel]:
        """The thread, and the forum's posts, that are awake."""
        guild = self.guilds[0]
        threads = [one for one in guild.channels if one is self.thread or one.parent is self.forum]
        return [thread for thread in threads if not thread.is_archived]

    def text_of(self, post_id: str) -> str:
        """What a post says."""
        return next(told.post.text for told in self.posts if told.post.id == post_id)

    # -- what happens ---------------------------------------------------------------------------------------

    def publish(self, chance: random.Random, *, at_least: int = 1) -> None:
        """New posts appear, and some that are there already rise."""
        for number, told in enumerate(self.posts):
            if chance.random() < 0.5:
                risen = replace(told.post, rp=(told.post.rp or 0) + chance.choice((5, 60, 200)))
                self.posts[number] = replace(told, post=risen)
        for _ in range(chance.randint(at_least, 4)):
            self._add(
                chance.choice((0, 40, 90, 120, 300)),
                chance.choice((TOPICS, TOPICS[:1], TOPICS[1:])),
                self.wordings.pop() if self.wordings and chance.random() < 0.4 else "",
            )
        self._surge()
        self._show()

    def publish_for_all(self) -> None:
        """Two posts that are news for every channel."""
        for _ in range(2):
            self._add(500, TOPICS)
        self._surge()
        self._show()

    def publish_what_is_too_heavy(self) -> None:
        """A post that is news for every channel, and that Discord answers with a 500 whenever it comes."""
        post = self._add(500, TOPICS)
        self.heavy.add(post.id)
        self.server.fail_always(post.text)
        self._show()

    def _add(self, rp: int, topics: tuple[str, ...], text: str = "") -> SitePost:
        number = len(self.posts)
        published_at = datetime.now(UTC) - timedelta(minutes=5)
        post = SitePost(published_at, text or f"号外 第{number:03d}報", rp, serial=number, has_picture=True)
        self.posts.append(Told(post, topics))
        return post

    def _surge(self) -> None:
        if self.surges:
            self.surge_steps = min(self.surge_steps + 1, SURGE_STEPS)

    def _show(self) -> None:
        for topic in TOPICS:
            self.site.put(topic, [self.old_news, *(told.post for told in self.posts if topic in told.topics)])
        page = self.site.pages[TOPICS[0]]
        page.volume = 96 * USUAL_A_QUARTER + self.surge_steps * POSTS_OF_A_STEP
        page.observed_at = self._page_time

    def misbehave(self) -> None:
        """Discord loses a quarter of its answers after it took the message, and fails before that now and then."""
        faults = self.server.faults
        for where in ("/messages", "/threads"):
            faults.sometimes(where, Fault.drop_answer(), 0.25)
            faults.sometimes(where, Fault.status(503), 0.1)
            faults.sometimes(where, Fault.reset(), 0.1)

    async def take_down(self, chance: random.Random) -> None:
        """A moderator of the operator hides a post everywhere, in a process that lives no longer than that."""
        issues = await _there(lambda: self.rows("SELECT 1 FROM digest_issues"))
        in_digests = len(issues) == len(self.digests)
        if in_digests and not self.is_old_news_hidden and chance.random() < 0.3:
            await self._hide(self.old_news.id)
            self.is_old_news_hidden = True
        elif left := [told.post.id for told in self.posts if told.post.id not in self.hidden]:
            post_id = chance.choice(left)
            await self._hide(post_id)
            self.hidden.add(post_id)

    async def _hide(self, post_id: str) -> None:
        def work() -> None:
            with Inspect(self.url).transaction() as tx:
                hide_post(tx, EVERYWHERE, PostKey(f"x:{post_id}"), OPERATOR, None, datetime.now(UTC))

        await _there(work)

    async def ask_in_public(self, chance: random.Random) -> None:
        """Somebody asks for a trend where everybody reads; nobody waits for the answer."""
        channel = chance.choice([one for one in self.channels if one.type != FORUM and not one.is_archived])
        with contextlib.suppress(NotOffered):
            await self.server.slash(channel, self.guilds[0].owner, "trend", wait_s=0, topic=chance.choice(TOPICS))

    async def let_the_nonce_be_forgotten(self) -> None:
        """A pause between two processes so long that only history tells what arrived."""
        await asyncio.sleep(NONCE_TRUSTED_S + 0.1)
        self.server.clock.advance(LIMITS.nonce_s + 60)

    async def back_up(self) -> Path:
        """A copy of the database, made while a bot writes to it."""
        copy = self.folder / "copy.db"
        await asyncio.to_thread(back_up, self.url, copy, replace=True)
        return copy

    async def restore(self, copy: Path) -> None:
        """Put a copy in the place of the database, as ``kawaraban restore`` does."""
        self.is_restored = True
        await asyncio.to_thread(restore, self.url, copy, datetime.now(UTC), check=_findings, hide=_hide_again)

    # -- the bot --------------------------------------------------------------------------------------------

    @contextmanager
    def bot(self, kill_at: str = "", passes: int = 0, *, log: Path | None = None) -> Iterator[BotProcess]:
        """A bot that lives until it kills itself, or until it is killed at the end. Every one of them is a kill.

        Raises WentWrong when it ended in any other way.
        """
        orders = Orders(
            self.environment(), log or self.log, kill_at=kill_at, passes=passes, upgraded=self.upgraded
        )
        with bot_process(orders) as process:
            yield process
            self.kills += 1
            if process.exit_code not in {None, -signal.SIGKILL}:
                msg = f"a bot ended by itself with {process.exit_code}, see {self.log}"
                raise WentWrong(msg)

    def environment(self, *, spacing_s: float = 0.0) -> dict[str, str]:
        """The settings of a bot. ``spacing_s``: seconds between two requests to a host."""
        return {
            "TMPDIR": str(self.temporary),
            "DISCORD_TOKEN": self.server.token,
            "KAWARABAN_CONFIG": str(self.folder / "empty.toml"),
            "KAWARABAN_DATABASE__URL": self.url,
            "KAWARABAN_DISCORD__API_BASE": self.server.api_base,
            "KAWARABAN_DISCORD__GATEWAY_URL": self.server.gateway_url,
            "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
            "KAWARABAN_HTTP__PER_HOST_INTERVAL_S": str(spacing_s),
            "KAWARABAN_SOURCES__TRENDPAGE__URL": self.site.url,
            "KAWARABAN_SOURCES__MASTODON__ENABLED": "false",
            "KAWARABAN_SOURCES__MISSKEY__ENABLED": "false",
            "KAWARABAN_POLL__INTERVAL_S": "1",
            "KAWARABAN_ALERTS__CEILING_PER_HOUR": str(self.ceiling),
            "KAWARABAN_DELIVERY__CHANNEL_INTERVAL_S": "0.1",
            "KAWARABAN_QUOTA__EFFORT_PER_MINUTE": "0",
            "KAWARABAN_QUOTA__TREND_PER_MINUTE": "0",
        }

    async def run_until_quiet(self) -> None:
        """A bot that is left alone until nothing is due any more; raises WentWrong when that takes too long."""
        with self.bot() as process:
            await self.quiet(process)

    async def quiet(self, process: Running) -> None:
        """Until everything is decided and nothing is due any more; raises WentWrong when that takes too long."""
        try:
            await until(lambda: self._is_quiet() or process.exit_code is not None, QUIET_WITHIN_S, every_s=0.15)
        except TimeoutError:
            msg = f"after {QUIET_WITHIN_S:.0f} s something still waits"
            raise WentWrong(msg) from None

    async def settle_what_is_too_heavy(self, process: Running) -> None:
        """More is published until the messages that always fail were given up: others must arrive meanwhile."""
        for _ in range(30):
            if not self.heavy or await process.ended(4 * MINUTE_S) or self._is_heavy_settled():
                return
            self.publish_for_all()

    def _is_heavy_settled(self) -> bool:
        states = self.rows("SELECT a.post_key, e.state FROM alerts a JOIN entries e ON e.id = a.entry_id")
        mine = [(key, state) for key, state in states if key.rpartition(":")[2] in self.heavy]
        return len(mine) >= len(BARS) and not any(state in {"waiting", "sealed"} for _, state in mine)

    def _is_quiet(self) -> bool:
        """Nothing is undecided, and nothing waits but summaries that may not be told before the next hour."""
        decided = {(channel, key.rpartition(":")[2]) for channel, key in self.rows(_ALERTS)}
        taken_down = not self.rows("SELECT 1 FROM redraws WHERE urgent = 1")
        soon = (datetime.now(UTC) + timedelta(minutes=5)).timestamp() * 1_000_000
        open_ones = self.rows("SELECT state, not_before FROM entries WHERE state IN ('sealed', 'waiting')")
        is_due = any(state == "sealed" or not_before < soon for state, not_before in open_ones)
        made = len(self.rows("SELECT 1 FROM digest_issues"))
        everything = {(channel.id, post_id) for channel in self.channels for post_id in self.expected(channel)}
        told = {channel for (channel,) in self.rows("SELECT channel_id FROM surge_alerts")}
        surged = told >= {channel.id for channel in self.surging()}
        return decided >= everything and made >= len(self.digests) and not is_due and taken_down and surged

    def rows(self, query: str) -> list[Any]:
        """Ask the database, from outside."""
        return Inspect(self.url)(query)


def _findings(url: str) -> list[Finding]:
    """The bot's own check of a database."""

    async def found() -> list[Finding]:
        storage = await open_storage(url)
        try:
            return await storage.consistency.findings(unchecked_references(url))
        finally:
            await storage.close()

    return asyncio.run(found())


def _hide_again(url: str, later: LaterTakeDowns) -> None:
    """Hide posts in a database, as ``kawaraban restore`` does."""

    async def hidden() -> None:
        storage = await open_storage(url)
        try:
            await storage.moderation.hide_again(later, datetime.now(UTC))
        finally:
            await storage.close()

    asyncio.run(hidden())


async def _there(work: Callable[[], T]) -> T:
    """Do something with the database, again until its server is there."""
    while True:
        try:
            return await asyncio.to_thread(work)
        except psycopg.Error:
            await asyncio.sleep(0.2)


def _guild_of_another_shard(server: FakeDiscord, name: str) -> Guild:
    """A guild that is not of the first one's shard, of two shards: ids are times in milliseconds."""
    (first,) = server.world.guilds.values()
    while True:
        guild = server.add_guild(name)
        if (guild.id ^ first.id) >> 22 & 1:
            return guild
        server.delete_guild(guild)


def _guild_id(channel: Channel) -> GuildId:
    assert channel.guild is not None
    return GuildId(channel.guild.id)


@asynccontextmanager
async def a_world(folder: Path, seed: int = 0, *, ceiling: int = 0, url: str = "") -> AsyncIterator[World]:
    """A world whose bot has not started yet. ``url``: of an empty database; none: a file in the folder."""
    async with trend_site_on_its_own_loop() as site, FakeDiscord(seed=seed, limits=LIMITS) as server:
        world = World(folder, site, server, ceiling=ceiling, url=url)
        world.posts_by = PostsBy.STORY if seed % 2 else PostsBy.TOPIC
        await world.prepare()
        yield world

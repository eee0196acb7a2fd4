"""Surges through real polls: source, database, decision, and the one card of a surge in a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.components import walk_components

from bot import app
from bot.core.models import (
    OPERATOR,
    ChannelId,
    GuildId,
    NewSubscription,
    PostKey,
    QuietHours,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.models.counts import BIN
from bot.core.models.surges import SurgeContent
from bot.core.surge.settings import Preset
from bot.core.text import make_topic
from bot.services import Services
from tests.cogs.sentences import answered, say
from tests.cogs.test_alert_buttons import press, texts
from tests.conftest import BotEnv, Clock, make_settings
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.trend_site import SitePost

from .surge_world import PER_BIN, remember_a_week, watch_of
from .test_alerts import told

TOPIC = make_topic("データセンター")
CHANNEL = ChannelId(2)


def settings_of(
    source: SourceName, language: str = "ja", preset: Preset | None = Preset.EVERY
) -> SubscriptionSettings:
    return SubscriptionSettings(language=language, min_rp={source: 1_000_000}, surge=preset)


# -- on a page that states a total -----------------------------------------------------------------------


class PageWorld:
    """A trend page whose total of a day goes on by so many posts a quarter of an hour."""

    def __init__(self, env: BotEnv) -> None:
        self.env = env
        self.total = 96 * PER_BIN
        self.posts: list[SitePost] = []

    async def begin(self, language: str = "ja", preset: Preset | None = Preset.EVERY, **more: Any) -> None:
        """A channel is subscribed, and a quiet week lies behind the topic."""
        env = self.env
        env.clock.now = env.clock.now.replace(minute=0, second=0, microsecond=0)
        self.posts = [env.post("新しいデータセンターの話", 300, minutes_old=40)]
        self.show()
        wanted = NewSubscription(
            GuildId(env.guild.id),
            ChannelId(env.channel.id),
            TOPIC,
            UserId(env.admin.id),
            settings_of(SourceName.TRENDPAGE, language, preset),
        )
        await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
        await env.poll()
        watch = await watch_of(env.services.storage, TOPIC.key)
        await remember_a_week(env.services.storage, watch, env.clock(), total=True)

    def show(self) -> None:
        page = self.env.site.put(TOPIC.name, self.posts, volume=self.total)
        page.observed_at = self.env.clock()

    async def lives(self, quarters: int, posts: int = PER_BIN) -> None:
        """So many quarters of an hour with so many posts each; as many as usual fall out of the day."""
        for _ in range(quarters):
            self.env.clock.now += BIN
            self.total += posts - PER_BIN
            self.show()
            await self.env.poll()
            await self.env.deliver()


@pytest.fixture
async def page(env: BotEnv) -> PageWorld:
    return PageWorld(env)


@pytest.mark.parametrize(("language", "said"), [("ja", "倍"), ("en", "times")])
async def test_surge_is_one_card_that_is_edited_and_says_when_it_is_over(
    page: PageWorld, language: str, said: str
) -> None:
    await page.begin(language)
    await page.lives(4)
    assert told(page.env.channel) == []

    await page.lives(3, 8 * PER_BIN)
    [card] = told(page.env.channel)
    await page.lives(16)
    [over] = told(page.env.channel)

    assert said in card
    assert said in over
    assert card != over
    assert "データセンターの話" in card


def charts(message: Any) -> list[dict[str, Any]]:
    """The charts that a message shows."""
    parts = walk_components([one.to_dict() for one in message.components])
    items = [one for part in parts if part.get("type") == 12 for one in part["items"]]
    return [one for one in items if "/surge-" in one["media"]["url"]]


async def test_card_carries_the_day_as_a_chart_that_is_replaced_with_its_figures(page: PageWorld) -> None:
    await page.begin("en")
    await page.lives(7, 8 * PER_BIN)
    message = page.env.channel.last_message
    [chart] = charts(message)
    [file] = message.attachments
    first = await file.read()
    assert TOPIC.name in chart["description"]
    assert say(page.env, "history-surges", count=1) in chart["description"]

    await page.lives(16)

    edited = page.env.channel.last_message
    [again] = charts(edited)
    [file] = edited.attachments
    assert edited.id == message.id
    assert await file.read() != first
    assert again["media"]["url"] != chart["media"]["url"]


async def test_surge_in_quiet_hours_is_told_when_they_end_with_its_newest_figures(page: PageWorld) -> None:
    await page.begin("en")
    env = page.env
    begin, end = env.clock() - timedelta(minutes=5), env.clock() + timedelta(hours=6)
    quiet = QuietHours("UTC", _minute(begin), _minute(end))
    channel = ChannelId(env.channel.id)
    await env.services.storage.guilds.set_quiet_hours(GuildId(env.guild.id), channel, quiet, env.clock())
    await page.lives(3, 8 * PER_BIN)
    await page.lives(18)
    assert told(env.channel) == []

    await page.lives(6)

    [card] = told(env.channel)
    assert "over" in card


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


@pytest.mark.invariant(2)
async def test_surge_that_comes_again_soon_is_no_second_card(page: PageWorld) -> None:
    await page.begin()
    await page.lives(3, 8 * PER_BIN)
    await page.lives(12)
    await page.lives(3, 8 * PER_BIN)

    assert len(told(page.env.channel)) == 1


async def test_surge_that_becomes_several_times_as_high_is_said_in_a_line(page: PageWorld) -> None:
    await page.begin()
    await page.lives(3, 6 * PER_BIN)
    await page.lives(5, 40 * PER_BIN)

    assert len(told(page.env.channel)) == 2


async def test_subscription_without_surges_is_sent_none(page: PageWorld) -> None:
    await page.begin(preset=None)
    await page.lives(6, 10 * PER_BIN)

    assert told(page.env.channel) == []


@pytest.mark.invariant(3)
async def test_muted_subscription_is_sent_no_surge(page: PageWorld) -> None:
    await page.begin()
    env = page.env
    [subscription] = await env.services.subscriptions.list(GuildId(env.guild.id))
    await env.services.subscriptions.mute(subscription.id, env.clock() + timedelta(days=1))
    await page.lives(6, 10 * PER_BIN)

    assert told(env.channel) == []


@pytest.mark.invariant(3)
async def test_page_that_counts_something_else_raises_nothing(page: PageWorld) -> None:
    await page.begin()
    await page.lives(2)
    page.total *= 7
    await page.lives(30)

    assert told(page.env.channel) == []


@pytest.mark.invariant(3)
async def test_page_that_was_away_and_is_back_raises_nothing(page: PageWorld) -> None:
    await page.begin()
    page.env.site.status = 503
    await page.lives(20)
    page.env.site.status = 200
    await page.lives(20)

    assert told(page.env.channel) == []


@pytest.mark.invariant(8)
async def test_post_that_is_hidden_leaves_the_card(page: PageWorld) -> None:
    await page.begin()
    await page.lives(3, 8 * PER_BIN)
    env = page.env
    [before] = told(env.channel)
    [post] = page.posts
    await env.services.storage.moderation.hide(
        GuildId(env.guild.id), PostKey(f"x:{post.id}"), actor=OPERATOR, why=None, now=env.clock()
    )
    await env.deliver()
    [after] = told(env.channel)

    assert "データセンターの話" in before
    assert "データセンターの話" not in after


async def test_why_explains_the_message_of_a_surge(page: PageWorld) -> None:
    await page.begin()
    await page.lives(3, 8 * PER_BIN)
    env = page.env
    card = env.channel.last_message
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{card.id}"

    said = texts(answered(await env.visitor.slash(env.channel, "why", post=link)))

    assert TOPIC.name in said
    assert str(4 * PER_BIN) in said
    assert "新しいデータセンターの話" not in said


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_menu_of_the_card_says_why_and_sends_fewer_surges_until_that_is_undone(
    page: PageWorld, language: str
) -> None:
    await page.begin(language)
    await page.lives(3, 8 * PER_BIN)
    env = page.env
    card = env.channel.last_message

    menu = (await env.admin.click(card, label="⋯")).response
    why = texts(menu)
    await press(env.admin, menu, "^kw:menu:.*:surge-fewer$")
    [fewer] = await env.services.subscriptions.list(GuildId(env.guild.id))
    await press(env.admin, menu, "^kw:undo:")
    [undone] = await env.services.subscriptions.list(GuildId(env.guild.id))

    assert say(env, "surge-every") in why
    assert fewer.settings.surge is Preset.UNUSUAL
    assert undone.settings.surge is Preset.EVERY


# -- on a timeline ---------------------------------------------------------------------------------------


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[MastodonServer]:
    async with MastodonServer(clock=clock) as running:
        yield running


@pytest.fixture
async def services(tmp_path: Path, clock: Clock, server: MastodonServer) -> AsyncIterator[Services]:
    settings = make_settings(tmp_path, sources={"mastodon": {"enabled": True, "base_url": server.base_url}})
    async with app.open_services(settings, clock=clock) as running:
        yield running


class TagWorld:
    """A tag at a Mastodon server, under which people of several servers post."""

    def __init__(self, services: Services, clock: Clock, server: MastodonServer) -> None:
        self.services, self.clock, self.server = services, clock, server
        self.number = 0

    async def begin(self, preset: Preset = Preset.EVERY, *, week: bool = True) -> None:
        self.clock.now = self.clock.now.replace(minute=0, second=0, microsecond=0)
        wanted = NewSubscription(
            GuildId(1), CHANNEL, TOPIC, UserId(3), settings_of(SourceName.MASTODON, preset=preset)
        )
        await self.services.storage.subscriptions.subscribe(wanted, self.clock(), self.clock())
        await self.services.poller.poll_due()
        if week:
            watch = await watch_of(self.services.storage, TOPIC.key)
            await remember_a_week(self.services.storage, watch, self.clock(), people=True)

    def post(self, many: int, *, author: str | None = None, text: str = "") -> None:
        """Posts of the next quarter of an hour, of as many people unless one writes them all."""
        for each in range(many):
            self.number += 1
            at = self.clock() + BIN * (each + 1) / (many + 1)
            name = author or f"person{self.number}@server{self.number % 5}.example"
            self.server.add(f"<p>{text} {self.number}</p>", created_at=at, author=name)

    async def lives(
        self, quarters: int, posts: int = PER_BIN, *, author: str | None = None, text: str = ""
    ) -> None:
        for _ in range(quarters):
            self.post(posts, author=author, text=text)
            self.clock.now += BIN
            await self.services.poller.poll_due()

    async def surges(self) -> list[SurgeContent]:
        waiting = (await self.services.storage.entries.waiting(self.clock())).get(CHANNEL, [])
        return [entry.content for entry in waiting if isinstance(entry.content, SurgeContent)]


@pytest.fixture
async def tag(services: Services, clock: Clock, server: MastodonServer) -> TagWorld:
    return TagWorld(services, clock, server)


async def test_many_people_are_a_surge_that_is_counted_by_people(tag: TagWorld) -> None:
    await tag.begin()
    await tag.lives(4)
    await tag.lives(2, 8 * PER_BIN)

    [surge] = await tag.surges()

    assert surge.by_people
    assert surge.figures.ratio > 3
    assert surge.carriers


async def test_card_says_which_words_rose_with_the_surge(tag: TagWorld) -> None:
    await tag.begin()
    await tag.lives(8, text="いつもの話")
    await tag.lives(2, 8 * PER_BIN, text="停電の話")

    [surge] = await tag.surges()

    assert "停電" in surge.rising


@pytest.mark.invariant(3)
async def test_one_account_that_posts_without_end_raises_nothing(tag: TagWorld) -> None:
    await tag.begin()
    await tag.lives(4)
    await tag.lives(6, 12 * PER_BIN, author="robot")

    assert await tag.surges() == []


@pytest.mark.invariant(3)
async def test_outage_that_is_caught_up_with_raises_nothing(tag: TagWorld) -> None:
    await tag.begin()
    tag.server.fail("/api/v1", status=503, times=1_000)
    await tag.lives(12)
    tag.server._faults.clear()
    await tag.lives(8)

    assert await tag.surges() == []


@pytest.mark.invariant(3)
async def test_new_source_raises_nothing(tag: TagWorld) -> None:
    tag.post(30)
    await tag.begin(week=False)
    await tag.lives(20, 3 * PER_BIN)

    assert await tag.surges() == []


@pytest.mark.invariant(3)
async def test_restart_changes_nothing_of_a_surge(
    tag: TagWorld, tmp_path: Path, clock: Clock, server: MastodonServer
) -> None:
    await tag.begin()
    settings = make_settings(tmp_path, sources={"mastodon": {"enabled": True, "base_url": server.base_url}})
    for posts in (*(PER_BIN,) * 3, *(8 * PER_BIN,) * 3):
        async with app.open_services(settings, clock=clock) as again:
            tag.services = again
            await tag.lives(1, posts)
            found = await tag.surges()

    assert len(found) == 1

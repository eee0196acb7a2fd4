"""One story, one alert: posts that say the same are counted in the first alert of their channel."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import memory_redaction
from bot.core.models import (
    EVERYWHERE,
    Actor,
    ChannelId,
    EntryId,
    GuildId,
    NewSubscription,
    PostKey,
    QuietHours,
    RoleId,
    Rules,
    SourceName,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    UserId,
)
from bot.core.redaction import post_hash
from bot.core.stories.reading import ReadText, read
from bot.core.text import make_topic
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect

from .test_alerts import told

TOPIC = "造船"
FIRST = "みなと造船、長崎に新しい造船所を建設へ　2029年完成、投資額は1200億円"
AGAIN = "みなと造船が長崎に新造船所を建設すると発表。1200億円を投じ、2029年の完成を目指す"
CASUAL = "長崎にみなと造船の新しい造船所ができるのか！2029年完成で1200億円とはすごい"
OTHER = "みなと造船、長崎の新造船所の建設を延期　1200億円の投資は見直し"
ELSE = "はくと重工、広島の工場で作業員3人がけが　クレーンが倒れる"


class StoryRig:
    """The bot with a trend page and a Mastodon server, and a channel that is subscribed to both."""

    def __init__(self, env: BotEnv, mastodon: MastodonServer) -> None:
        self.env = env
        self.mastodon = mastodon
        self.inspect = Inspect(env.settings.database.url)
        self.status = ""

    async def subscribe(
        self, channel: Any = None, rules: Rules | None = None, *, topic: str = TOPIC, role: int | None = None
    ) -> Subscription:
        env = self.env
        wanted = NewSubscription(
            guild_id=GuildId(env.guild.id),
            channel_id=ChannelId((channel or env.channel).id),
            topic=make_topic(topic),
            created_by=UserId(env.admin.id),
            settings=SubscriptionSettings(
                language="ja",
                min_rp={SourceName.TRENDPAGE: 100, SourceName.MASTODON: 100},
                rules=rules or Rules(),
                role_id=None if role is None else RoleId(role),
            ),
        )
        made = await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
        await env.poll_again()
        return made

    def on_page(self, *texts: str, rp: int = 450) -> None:
        self.env.site.put(TOPIC, [self.env.post(text, rp, serial=at) for at, text in enumerate(texts)])

    async def on_mastodon(self, text: str, boosts: int = 300, *, tag: str = TOPIC) -> str:
        status = self.mastodon.add(f"<p>{text}</p>", boosts=boosts, tags=[tag])
        self.status = status
        await self.env.poll_again()
        return str(self.mastodon.row(status)["uri"])

    def alerts(self) -> dict[str, tuple[str | None, str | None]]:
        """Why an alert has no message of its own, and in which one it is counted, by post."""
        rows = self.inspect("SELECT post_key, held, lead_key FROM alerts")
        return {key: (held, lead) for key, held, lead in rows}

    async def folded(self) -> tuple[Subscription, PostKey]:
        """A story told on the page, and again on Mastodon; the key of the later post."""
        subscription = await self.subscribe()
        self.on_page(FIRST)
        await self.env.poll_again()
        await self.on_mastodon(AGAIN)
        (key,) = [key for key, (held, _) in self.alerts().items() if held is not None]
        return subscription, PostKey(key)

    async def hide(self, key: str) -> None:
        moderation, guild = self.env.services.storage.moderation, GuildId(self.env.guild.id)
        await moderation.hide(guild, PostKey(key), actor=Actor("user:1"), why=None, now=self.env.clock())
        await self.env.poll_again()

    async def counted(self) -> list[str]:
        posts = await self.env.services.storage.stories.counted_posts(self.lead_entry)
        return [stored.post.key for stored in posts]

    @property
    def lead_entry(self) -> EntryId:
        (row,) = self.inspect("SELECT entry_id FROM alerts WHERE held IS NULL ORDER BY decided_at LIMIT 1")
        return EntryId(row[0])


@pytest.fixture
async def rig(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[StoryRig]:
    async with AsyncExitStack() as stack:
        mastodon = await stack.enter_async_context(MastodonServer(clock=clock))
        sources = {"trendpage": {"url": site.url}, "mastodon": {"enabled": True, "base_url": mastodon.base_url}}
        settings = make_settings(tmp_path, sources=sources)
        yield StoryRig(await stack.enter_async_context(open_env(settings, clock, site)), mastodon)


async def test_post_that_says_the_same_on_another_network_is_counted_in_the_first_alert(rig: StoryRig) -> None:
    _, key = await rig.folded()
    await rig.env.poll_again(hours=2)

    (shown,) = told(rig.env.channel)
    assert FIRST.split("　", maxsplit=1)[0] in shown
    assert "ほか1件" in shown
    assert "750" in shown, "the RP of both together"
    held, lead = rig.alerts()[key]
    assert held == "story"
    assert lead in rig.alerts()


async def test_other_news_of_the_same_matter_is_sent_on_its_own(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()

    await rig.on_mastodon(OTHER)
    await rig.on_mastodon(ELSE)

    assert len(told(rig.env.channel)) == 3


async def test_posts_of_one_answer_that_say_the_same_are_one_alert(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST, AGAIN, ELSE)

    await rig.env.poll_again()

    assert sorted(held or "" for held, _ in rig.alerts().values()) == ["", "", "story"]


async def test_subscription_that_does_not_fold_is_sent_every_post(rig: StoryRig) -> None:
    await rig.subscribe(rules=Rules(fold=False))
    rig.on_page(FIRST)
    await rig.env.poll_again()
    await rig.on_mastodon(AGAIN)

    assert len(told(rig.env.channel)) == 2


async def test_what_one_channel_was_sent_folds_nothing_in_another(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    other = rig.env.guild.create_text_channel("other")
    await rig.subscribe(other)
    await rig.on_mastodon(AGAIN)

    assert len(told(other)) == 1


async def test_window_is_made_anew_after_a_restart(rig: StoryRig, tmp_path: Path, clock: Clock) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    rig.env.services.poller.forget_stories()

    await rig.on_mastodon(AGAIN)

    assert len(told(rig.env.channel)) == 1


async def test_clock_that_was_far_ahead_and_was_set_back_sends_no_story_twice(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    right, many = rig.env.clock.now, 100
    rig.inspect("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'story_posts'", many)
    await rig.env.poll_again(days=30)
    await rig.env.poll_again(hours=1)
    await rig.on_mastodon(ELSE)
    await rig.env.poll_again(hours=1)
    assert len(told(rig.env.channel)) == 2
    rig.env.clock.now = right

    rig.on_page(FIRST, AGAIN)
    await rig.env.poll_again()
    await rig.env.poll_again()

    assert len(told(rig.env.channel)) == 2
    assert "story" in {held for held, _ in rig.alerts().values()}


async def test_clock_that_was_far_back_for_a_while_sends_no_story_twice(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    await rig.env.poll_again()
    assert len(told(rig.env.channel)) == 1
    right, many = rig.env.clock.now, 100
    rig.inspect("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'story_posts'", many)
    rig.env.clock.now = right - timedelta(days=30)
    rig.inspect("UPDATE watches SET next_poll_at = 0 WHERE next_poll_at IS NOT NULL")
    await rig.on_mastodon(ELSE)
    await rig.on_mastodon("山あいの村に40年ぶりの書店が開店、初日に行列")
    await rig.on_mastodon("遊覧船の船長が定年、最後の航海に花束")
    sent = len(told(rig.env.channel))
    rig.env.clock.now = right + timedelta(minutes=10)

    rig.on_page(FIRST, AGAIN)
    await rig.env.poll_again()
    await rig.env.poll_again()

    assert len(told(rig.env.channel)) == sent
    assert "story" in {held for held, _ in rig.alerts().values()}


@pytest.mark.parametrize(
    ("first", "second", "sent"), [(None, None, 1), (1, 1, 1), (1, None, 1), (None, 2, 2), (1, 2, 2)]
)
async def test_role_that_no_alert_of_a_story_mentioned_gets_one(
    rig: StoryRig, first: int | None, second: int | None, sent: int
) -> None:
    """And no more than one: what says the same again is counted in the alert that mentioned it."""
    await rig.subscribe(role=first)
    await rig.subscribe(topic="長崎", role=second)
    rig.on_page(FIRST)
    await rig.env.poll_again()

    for text in (AGAIN, CASUAL):
        await rig.on_mastodon(text, tag="長崎")

    assert len(told(rig.env.channel)) == sent
    assert sorted(held or "" for held, _ in rig.alerts().values()) == [""] * sent + ["story"] * (3 - sent)


async def test_story_is_sent_again_after_72_hours(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    rig.on_page()
    for _ in range(74):
        await rig.env.poll_again(hours=1)

    await rig.on_mastodon(AGAIN)
    await rig.env.poll_again(hours=1)

    assert len(told(rig.env.channel)) == 2
    assert [lead for _, lead in rig.alerts().values()] == [None, None]


async def test_split_post_is_sent_on_its_own_and_never_counted_there_again(rig: StoryRig) -> None:
    _, key = await rig.folded()
    assert await rig.counted() == [key]

    made = await rig.env.services.storage.stories.split(
        rig.lead_entry, post_hash(key)[:16], UserId(rig.env.admin.id), rig.env.clock()
    )
    await rig.env.poll_again(hours=2)

    assert made is not None
    assert len(told(rig.env.channel)) == 2
    assert "ほか1件" not in told(rig.env.channel)[0]
    assert rig.alerts()[key] == (None, None)


async def test_split_that_is_undone_before_it_was_sent_counts_the_post_again(rig: StoryRig) -> None:
    _, key = await rig.folded()
    stories, guild = rig.env.services.storage.stories, GuildId(rig.env.guild.id)
    made = await stories.split(rig.lead_entry, post_hash(key)[:16], UserId(1), rig.env.clock())
    assert made is not None

    assert await stories.undo_split(made, guild, rig.env.clock()) is True
    await rig.env.poll_again(hours=2)

    assert len(told(rig.env.channel)) == 1
    assert rig.alerts()[key][0] == "story"
    assert await stories.undo_split(made, guild, rig.env.clock()) is None


@pytest.mark.invariant(8)
async def test_text_of_a_post_that_was_hidden_elsewhere_leaves_the_window_within_a_minute(rig: StoryRig) -> None:
    _, key = await rig.folded()
    moderation, redaction = rig.env.services.storage.moderation, memory_redaction(rig.env.services)
    await redaction.tick()
    assert texts_in_windows() == {FIRST, AGAIN}

    await moderation.hide(EVERYWHERE, key, actor=Actor("operator"), why=None, now=rig.env.clock())
    await redaction.tick()

    assert texts_in_windows() == {FIRST}


@pytest.mark.invariant(8)
async def test_text_of_a_post_that_was_deleted_at_its_source_leaves_the_window(rig: StoryRig) -> None:
    await rig.folded()
    redaction = memory_redaction(rig.env.services)
    await redaction.tick()

    rig.mastodon.remove(rig.status)
    for _ in range(3):
        await rig.env.poll_again(hours=1)
    await redaction.tick()

    assert texts_in_windows() == {FIRST}


@pytest.mark.invariant(8)
async def test_post_that_one_server_hid_is_still_compared_for_others(rig: StoryRig) -> None:
    _, key = await rig.folded()
    moderation, redaction = rig.env.services.storage.moderation, memory_redaction(rig.env.services)
    elsewhere = GuildId(rig.env.guild.id + 1)

    await moderation.hide(elsewhere, key, actor=Actor("user:1"), why=None, now=rig.env.clock())
    await redaction.tick()

    assert texts_in_windows() == {FIRST, AGAIN}


async def test_text_of_an_old_post_leaves_the_window_although_nothing_is_alerted(rig: StoryRig) -> None:
    await rig.folded()
    rig.env.clock.forward(hours=73)

    await memory_redaction(rig.env.services).tick()

    assert texts_in_windows() == set()


def texts_in_windows() -> set[str]:
    """The texts of this story that are in memory as posts are compared."""
    gc.collect()
    kept = {one.squashed for one in gc.get_objects() if isinstance(one, ReadText)}
    return {text for text in (FIRST, AGAIN) if read(text).squashed in kept}


@pytest.mark.invariant(8)
async def test_hidden_post_of_a_story_is_counted_and_listed_no_more(rig: StoryRig) -> None:
    _, key = await rig.folded()
    await rig.env.poll_again(hours=2)
    assert "ほか1件" in told(rig.env.channel)[0]

    await rig.hide(key)

    (shown,) = told(rig.env.channel)
    assert "ほか1件" not in shown
    assert await rig.counted() == []


@pytest.mark.invariant(8)
async def test_hidden_alert_leaves_the_card_to_the_rest_of_its_story(rig: StoryRig) -> None:
    _, key = await rig.folded()
    (lead,) = [one for one, (held, _) in rig.alerts().items() if held is None]

    await rig.hide(lead)

    (shown,) = told(rig.env.channel)
    assert "長崎" not in shown
    assert await rig.counted() == [key]

    await rig.hide(key)

    assert told(rig.env.channel) == []


async def test_more_reposts_of_a_counted_post_are_in_the_sum(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()
    status = rig.mastodon.add(f"<p>{AGAIN}</p>", boosts=300, tags=[TOPIC])
    await rig.env.poll_again()

    rig.mastodon.boost(status, 2_000)
    await rig.env.poll_again(hours=1)
    await rig.env.poll_again(hours=2)

    assert "2,450" in told(rig.env.channel)[0]


async def test_growing_story_is_told_in_a_young_card_every_few_minutes(rig: StoryRig) -> None:
    await rig.folded()
    await rig.env.poll_again(minutes=3)
    await rig.on_mastodon(CASUAL)
    await rig.env.poll_again(minutes=3)

    assert "ほか2件" in told(rig.env.channel)[0]


# -- RP together -----------------------------------------------------------------------------------------


async def test_posts_that_say_the_same_reach_the_minimum_together(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST, rp=60)
    await rig.env.poll_again()
    assert told(rig.env.channel) == []

    await rig.on_mastodon(AGAIN, boosts=70)
    await rig.env.poll_again(hours=1)

    (shown,) = told(rig.env.channel)
    assert "新造船所を建設すると発表" in shown
    assert "ほか1件" in shown
    assert "130" in shown
    assert sorted(held or "" for held, _ in rig.alerts().values()) == ["", "story"]


async def test_posts_that_do_not_say_the_same_stay_below_the_minimum(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST, rp=60)
    await rig.env.poll_again()

    await rig.on_mastodon(OTHER, boosts=70)
    await rig.on_mastodon(ELSE, boosts=70)

    assert told(rig.env.channel) == []


async def test_posts_that_do_not_fold_do_not_count_together(rig: StoryRig) -> None:
    await rig.subscribe(rules=Rules(fold=False))
    rig.on_page(FIRST, rp=60)
    await rig.env.poll_again()

    await rig.on_mastodon(AGAIN, boosts=70)

    assert told(rig.env.channel) == []


async def test_nobody_reaches_the_minimum_by_repeating_a_post(rig: StoryRig) -> None:
    await rig.subscribe()

    for text in (FIRST, AGAIN, CASUAL):
        await rig.on_mastodon(text, boosts=60)
        await rig.env.poll_again(minutes=20)

    assert told(rig.env.channel) == []


async def test_what_was_there_before_does_not_count(rig: StoryRig) -> None:
    rig.on_page(FIRST, rp=110)
    await rig.subscribe()

    await rig.on_mastodon(AGAIN, boosts=70)

    assert told(rig.env.channel) == []


async def test_post_below_the_minimum_is_counted_in_the_alert_of_its_story(rig: StoryRig) -> None:
    await rig.subscribe()
    rig.on_page(FIRST)
    await rig.env.poll_again()

    await rig.on_mastodon(AGAIN, boosts=40)
    await rig.env.poll_again(hours=1)

    (shown,) = told(rig.env.channel)
    assert "ほか1件" in shown
    assert "490" in shown


# -- an alert that ends before it was sent ---------------------------------------------------------------


async def test_news_counted_in_a_waiting_alert_is_told_when_that_is_dropped_with_its_subscription(
    rig: StoryRig,
) -> None:
    env, channel, guild = rig.env, ChannelId(rig.env.channel.id), GuildId(rig.env.guild.id)
    await rig.subscribe(topic="長崎")
    await rig.subscribe()
    until = env.clock() + timedelta(hours=3)
    quiet = QuietHours("UTC", 0, until.hour * 60)
    await env.services.storage.guilds.set_quiet_hours(guild, channel, quiet, env.clock())
    env.site.put("長崎", [env.post(FIRST, 450)])
    await env.poll_again()
    await rig.on_mastodon(AGAIN)
    assert sorted(held or "" for held, _ in rig.alerts().values()) == ["", "story"]

    (of_lead,) = rig.inspect("SELECT subscription_id FROM alerts WHERE held IS NULL")
    await env.services.subscriptions.remove(SubscriptionId(of_lead[0]), guild)
    await env.poll_again(hours=4)

    (shown,) = told(env.channel)
    assert "新造船所を建設すると発表" in shown

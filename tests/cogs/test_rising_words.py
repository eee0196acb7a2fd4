"""The words that rise in a topic, in /trend and in digests, on the simulated Discord."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import EVERYWHERE, STRANGER, Actor, ChannelId, GuildId, NewSubscription, PostKey, UserId
from bot.polling.topic_words import TopicWords
from bot.views.trend import CENTRAL_MARK
from tests.cogs.sentences import answered, say
from tests.cogs.subscriptions.test_subscribe import TOPIC, shown, subscribe, to_wall
from tests.cogs.test_digests import create
from tests.conftest import BotEnv
from tests.fakes.trend_site import SitePost

USUAL = "今日も見学に行った"
RISEN = "停電"


def posts(env: BotEnv, text: str, *, first: int, minutes_old: float) -> list[SitePost]:
    """Twelve posts, each by a person of its own."""
    return [
        env.post(
            f"{text}その{n}", 20 + n, minutes_old=minutes_old + n, serial=first + n, handle=f"person{first + n}"
        )
        for n in range(12)
    ]


async def surge(env: BotEnv) -> None:
    """A topic of which people say the usual for two days, and then that the power is out."""
    await subscribe(env)
    env.site.put(TOPIC, posts(env, USUAL, first=0, minutes_old=5))
    await env.poll()
    env.clock.forward(hours=30)
    env.site.put(TOPIC, posts(env, f"{RISEN}で止まった", first=100, minutes_old=5))
    await env.poll()


async def trend(env: BotEnv) -> str:
    return shown(answered(await env.visitor.slash(env.channel, "trend", topic=TOPIC)))


async def test_trend_says_which_words_rise_and_marks_the_central_post(env: BotEnv) -> None:
    await surge(env)

    said = await trend(env)

    assert say(env, "rising-words", words=f"**{RISEN}**") in said
    assert f"{CENTRAL_MARK} **" in said
    assert say(env, "trend-central", mark=CENTRAL_MARK) in said


async def test_where_nothing_rises_trend_says_nothing_of_it(env: BotEnv) -> None:
    await subscribe(env)
    env.site.put(TOPIC, posts(env, USUAL, first=0, minutes_old=5))
    await env.poll()

    assert say(env, "rising-words", words="\0").partition("\0")[0] not in await trend(env)


@pytest.mark.invariant(7)
async def test_a_word_that_rises_is_escaped(env: BotEnv) -> None:
    await surge(env)
    env.site.put(TOPIC, posts(env, "__everyone__ *停電*", first=200, minutes_old=5))
    env.clock.forward(minutes=6)
    await env.poll()

    assert "*停電*で" not in await trend(env)


@pytest.mark.invariant(8)
async def test_words_of_posts_that_were_hidden_do_not_rise(env: BotEnv) -> None:
    await surge(env)
    for post in env.site.pages[TOPIC].posts[:9]:
        key = PostKey(f"x:{post.id}")
        await env.services.storage.moderation.hide(
            EVERYWHERE, key, actor=Actor("user:1"), why=None, now=env.clock()
        )

    assert RISEN not in (await trend(env)).partition("**1.**")[0]


@pytest.mark.invariant(10)
async def test_words_of_what_only_others_listen_to_are_not_shown(env: BotEnv) -> None:
    await surge(env)
    [subscription] = await env.services.subscriptions.list(env.guild.id)
    words = TopicWords(env.services.storage, env.clock)

    assert (await words.now(subscription.topic, STRANGER)).words == ()


async def test_a_digest_says_which_words_rose_in_its_period(env: BotEnv) -> None:
    await surge(env)
    await create(env)
    env.clock.forward(hours=24)

    await env.services.digests.runner.run_due()
    await env.deliver()

    assert say(env, "rising-words", words=f"**{RISEN}**") in "\n".join(map(to_wall, env.channel.history()))


async def hidden_here_only(env: BotEnv) -> GuildId:
    """What rose is hidden in this server; another one listens, and is returned."""
    here, other = GuildId(env.guild.id), GuildId(env.guild.id + 1)
    await surge(env)
    [own] = await env.services.subscriptions.list(here)
    wanted = NewSubscription(other, ChannelId(env.channel.id + 1), own.topic, UserId(1), own.settings)
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    for post in env.site.pages[TOPIC].posts[:9]:
        key = PostKey(f"x:{post.id}")
        await env.services.storage.moderation.hide(here, key, actor=Actor("user:1"), why=None, now=env.clock())
    return other


@pytest.mark.invariant(8)
async def test_words_of_posts_that_a_server_hid_rise_only_for_others(env: BotEnv) -> None:
    other, here, now = await hidden_here_only(env), GuildId(env.guild.id), env.clock()
    [own] = await env.services.subscriptions.list(here)
    watches = [one.id for one in await env.services.storage.trends.topic_watches(own.topic.key)]
    finder = TopicWords(env.services.storage, env.clock)

    found = await finder.of_watches(own.topic, watches, now - timedelta(hours=6), now, [here, other])

    assert RISEN in {one.text for one in found[other].words}
    assert RISEN not in {one.text for one in found[here].words}


@pytest.mark.invariant(8)
async def test_a_digest_leaves_out_words_of_posts_that_its_server_hid(env: BotEnv) -> None:
    await hidden_here_only(env)
    await create(env)
    env.clock.forward(hours=24)

    await env.services.digests.runner.run_due()
    await env.deliver()

    assert say(env, "rising-words", words=f"**{RISEN}**") not in "\n".join(map(to_wall, env.channel.history()))

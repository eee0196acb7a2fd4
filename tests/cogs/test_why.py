"""/why on the simulated Discord: what became of a post, told to whoever sees the channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    Actor,
    ChannelId,
    GuildId,
    PauseReason,
    PostKey,
    QuietHours,
    SourceName,
    Subscription,
)
from bot.core.text import label
from bot.gateway.client import TrendBot
from bot.storage.sql.moderation.moderation import source_actor
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, in_japanese, shown, stored, subscribe
from tests.cogs.test_alert_buttons import ids, press, sentence
from tests.cogs.test_deliveries import ONE, decide, follow, given_up, sealed, uncertain
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.failures import failed
from tests.fakes.trend_site import SitePost, TrendSite

from .forging import press as forged


async def asked(env: BotEnv, post: str, who: Any = None, **options: Any) -> Any:
    """The answer of /why."""
    return answer(await (who or env.visitor).slash(env.channel, "why", post=post, **options))


async def why(env: BotEnv, post: str, who: Any = None, **options: Any) -> str:
    """What /why answers, with the details behind its button."""
    message = await asked(env, post, who, **options)
    if [one for one in ids(message) if one.startswith("kw:why:")]:
        await press(who or env.visitor, message, "^kw:why:")
    return shown(message)


def says(env: BotEnv, text_id: str, **values: Any) -> str:
    return sentence(env, text_id, **values)


def below(env: BotEnv) -> str:
    """The step of a post that has 87 of 100 reposts."""
    return says(env, "why-below", reposts=says(env, "why-reposts", rp=87), minimum="100")


def on_page(env: BotEnv, topic: str = TOPIC) -> SitePost:
    """The first post of the topic's page."""
    return env.site.pages[topic].posts[0]


def link_of(post: SitePost) -> str:
    return f"https://x.com/{post.handle}/status/{post.id}"


def key_of(post: SitePost) -> PostKey:
    return PostKey(f"x:{post.id}")


async def seen(env: BotEnv, text: str = "増設の話", rp: int | None = 150, **more: Any) -> str:
    """A post appears on the page and is looked at; its link."""
    env.site.put(TOPIC, [env.post(text, rp, **{"minutes_old": 1, **more})])
    env.clock.forward(minutes=6)
    await env.poll()
    return link_of(on_page(env))


async def only(env: BotEnv) -> Subscription:
    [subscription] = await stored(env)
    return subscription


def last_step(said: str) -> str:
    """Where the post is now, on the first way that is told of."""
    return next(line for line in said.splitlines() if "➡️" in line)


async def test_a_post_nobody_saw_says_which_endpoints_were_polled(env: BotEnv) -> None:
    await follow(env)

    said = await why(env, "https://x.com/someone/status/1234567890")

    assert says(env, "why-nowhere", channel=f"<#{env.channel.id}>") in said
    assert f"- {TOPIC} · Trend page: " in said


def no_topics(env: BotEnv) -> str:
    return says(env, "why-no-topics", channel=f"<#{env.channel.id}>")


async def test_a_channel_that_follows_nothing_says_so(env: BotEnv) -> None:
    assert no_topics(env) in await why(env, "1234567890")


async def test_below_the_threshold_says_by_how_much_and_shows_the_post(env: BotEnv) -> None:
    await follow(env)
    link = await seen(env, rp=87)

    said = await why(env, link)

    assert last_step(said) == f"- ➡️ {below(env)}"
    assert "> 増設の話" in said


async def test_the_answer_comes_first_and_the_steps_behind_a_button_that_lives_on(env: BotEnv) -> None:
    await follow(env)
    message = await asked(env, await seen(env, rp=87))
    brief = shown(message)
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    await press(env.visitor, message, "^kw:why:")

    verdict = says(env, "why-answer-not-sent", channel=f"<#{env.channel.id}>")
    assert brief.strip().startswith(f"{verdict} {below(env)}")
    assert "➡️" not in brief
    assert "➡️" in shown(message)


async def test_the_details_of_a_channel_are_for_those_who_see_it(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await follow(env, other)
    await seen(env, rp=87)
    message = await asked(env, "1234567890")
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    said = await forged(env.visitor, message, f"kw:why:{other.id}:{key_of(on_page(env))}")

    assert "87" not in said
    assert says(env, "perm-view-channel") in said


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [
        (TOPIC, "why-is-topic"),
        ("#生成AI", "why-is-text"),
        ("<#{channel}>", "why-is-channel"),
        ("https://discord.com/channels/{guild}/{channel}", "why-is-channel"),
        ("https://discord.com/channels/{guild}/{channel}/1234567890123", "why-is-message"),
        ("  ", "why-post-empty"),
    ],
)
async def test_what_is_no_post_is_said_to_be_what_it_is(env: BotEnv, typed: str, text_id: str) -> None:
    await follow(env)
    typed = typed.format(channel=env.channel.id, guild=env.guild.id)
    values = {"topic": label(typed, 60)} if text_id in {"why-is-topic", "why-is-text"} else {}

    said = shown(await asked(env, typed))

    assert said.strip() == says(env, text_id, **values)


async def test_a_topic_of_a_channel_a_person_cannot_see_is_any_words_to_them(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await follow(env, other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    assert says(env, "why-is-text", topic=TOPIC) in shown(await asked(env, TOPIC))


async def test_what_it_rose_from_is_shown(env: BotEnv) -> None:
    await follow(env)
    post = env.post("増設の話", 40, minutes_old=1)
    for rp in (40, 87):
        env.site.put(TOPIC, [SitePost(post.published_at, post.text, rp)])
        env.clock.forward(minutes=6)
        await env.poll()

    said = await why(env, link_of(post))

    assert says(env, "why-reposts", rp=40) in said
    assert says(env, "why-reposts", rp=87) in said


@pytest.mark.parametrize("form", ["id", "key", "twitter", "mobile", "query", "brackets"])
async def test_a_post_is_known_by_any_of_its_names(env: BotEnv, form: str) -> None:
    await follow(env)
    await seen(env, rp=87)
    post = on_page(env)
    names = {
        "id": post.id,
        "key": f"x:{post.id}",
        "twitter": f"https://twitter.com/{post.handle}/status/{post.id}",
        "mobile": f"https://mobile.twitter.com/{post.handle}/status/{post.id}",
        "query": f"https://x.com/{post.handle}/status/{post.id}?s=20",
        "brackets": f" <{link_of(post)}> ",
    }

    assert below(env) in await why(env, names[form])


async def test_an_unknown_rp_is_said_to_be_unknown(env: BotEnv) -> None:
    await follow(env)

    assert says(env, "why-rp-unknown", minimum="100") in last_step(await why(env, await seen(env, rp=None)))


async def test_the_excluded_word_is_named(env: BotEnv) -> None:
    await subscribe(env, exclude="求人、広告", min_rp=100)
    await env.poll_again()

    said = await why(env, await seen(env, "この広告を見て"))

    assert last_step(said) == f"- ➡️ {says(env, 'why-excluded', words='広告')}"


async def test_a_missing_word_is_named(env: BotEnv) -> None:
    await subscribe(env, include="電力", min_rp=100)
    await env.poll_again()

    assert says(env, "why-not-included", words="電力") in await why(env, await seen(env))


async def test_an_old_post_is_too_old(env: BotEnv) -> None:
    await follow(env)

    link = await seen(env, minutes_old=50 * 60)
    published_at = f"<t:{int(on_page(env).published_at.timestamp())}:f>"
    assert says(env, "why-too-old", hours=48, published=published_at) in last_step(await why(env, link))


async def test_what_was_there_at_the_first_poll_counts_as_old(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("前からの話", 150)])
    await follow(env)

    at = f"<t:{int(env.clock().timestamp())}:f>"
    assert says(env, "why-baseline-first-look", at=at) in last_step(await why(env, link_of(on_page(env))))


async def test_what_passes_while_muted_is_not_sent_later_either(env: BotEnv) -> None:
    await follow(env)
    until = env.clock().replace(hour=9)
    await env.services.subscriptions.mute((await only(env)).id, until)

    link = await seen(env)
    at = f"<t:{int(env.clock().timestamp())}:f>"
    assert says(env, "why-baseline-muted", at=at) in last_step(await why(env, link))


async def test_a_paused_subscription_says_so(env: BotEnv) -> None:
    await follow(env)
    link = await seen(env, rp=87)
    await env.services.storage.subscriptions.pause((await only(env)).id, PauseReason.FORBIDDEN, env.clock())

    assert says(env, "why-paused-forbidden") in last_step(await why(env, link))


async def test_a_post_that_was_alerted_has_a_link_to_its_message(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    await env.deliver()

    said = await why(env, link_of(on_page(env)))

    there = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{env.channel.last_message.id}"
    assert there in last_step(said)
    assert says(env, "why-reposts", rp=500) in said
    assert there in shown(await asked(env, link_of(on_page(env))))


async def test_a_post_is_alerted_through_one_topic_and_the_other_says_through_which(env: BotEnv) -> None:
    await follow(env)
    await follow(env, topic="生成AI")
    post = env.post("増設の話", 500, minutes_old=1)
    env.site.put(TOPIC, [post])
    await env.poll_again()
    env.site.put("生成AI", [post])
    await env.poll_again()

    said = await why(env, link_of(post))

    assert said.count("➡️ Sent on") == 1
    assert says(env, "why-sent-by-other", route=f"{TOPIC} · Trend page") in said


async def test_what_quiet_hours_hold_says_until_when(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await env.services.storage.guilds.set_quiet_hours(
        GuildId(env.guild.id), ChannelId(env.channel.id), quiet, env.clock()
    )

    seven = int(env.clock().replace(hour=7, minute=0, second=0).timestamp())
    until = says(env, "why-waits-quiet", until=f"<t:{seven}:f>")
    assert until in last_step(await why(env, link_of(on_page(env))))


async def test_what_waits_its_turn_and_what_is_on_its_way_say_so(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    link = link_of(on_page(env))
    waiting = await why(env, link)
    await sealed(env)
    await env.services.storage.messages.retry_later(ONE, env.clock(), failed("503 0: Service Unavailable"))

    on_the_way = await why(env, link)

    assert says(env, "why-waits") in last_step(waiting)
    assert says(env, "why-on-the-way", count=1) in last_step(on_the_way)
    assert says(env, "reason-discord") in last_step(on_the_way)


async def test_what_is_uncertain_or_given_up_says_why(env: BotEnv) -> None:
    await uncertain(env)
    link = link_of(on_page(env))
    unclear = await why(env, link)
    await env.services.storage.messages.give_up(ONE, failed("403 50013: Missing Permissions"), env.clock())

    assert says(env, "why-unclear", reason=says(env, "reason-history")) in last_step(unclear)
    given = says(env, "why-given-up", reason=says(env, "reason-forbidden"))
    assert given in last_step(await why(env, link))


async def test_after_send_again_it_is_sent(env: BotEnv) -> None:
    await given_up(env)
    link = link_of(on_page(env))
    await press(env.admin, answer(await env.admin.slash(env.channel, "deliveries")), ":again:")
    await env.deliver()

    assert f"/{env.channel.last_message.id}" in last_step(await why(env, link))


async def test_what_the_ceiling_held_is_counted_in_a_summary(env: BotEnv) -> None:
    await follow(env)
    posts = [env.post(f"増設の話 {n}", 500 - n, serial=n, minutes_old=1) for n in range(21)]
    env.site.put(TOPIC, posts)
    await env.poll_again()

    said = await why(env, link_of(posts[-1]))

    assert says(env, "why-held-ceiling") in said
    assert f"/{env.channel.last_message.id}" in last_step(said)


async def test_what_an_unsubscribed_topic_decided_was_dropped(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    await env.services.subscriptions.remove((await only(env)).id)

    assert says(env, "why-dropped-unsubscribed") in last_step(await why(env, link_of(on_page(env))))


@pytest.mark.parametrize("told", [True, False])
async def test_invariant_8_a_hidden_post_is_explained_without_its_text(env: BotEnv, told: bool) -> None:
    await follow(env)
    link = await seen(env, "ひどい話", 500 if told else 87)
    await env.deliver()
    key, moderator = key_of(on_page(env)), Actor(f"user:{env.admin.id}")
    await env.services.storage.moderation.hide(
        GuildId(env.guild.id), key, actor=moderator, why=None, now=env.clock()
    )

    brief, said = shown(await asked(env, link)), await why(env, link)

    assert "ひどい話" not in said + brief
    assert "瓦 太郎" not in said + brief
    at, by = f"<t:{int(env.clock().timestamp())}:f>", says(env, "why-by-person")
    hidden = says(env, "why-hidden-here", at=at, by=by)
    assert hidden in last_step(said)
    assert f"{says(env, 'why-answer-hidden')} {hidden}" in brief
    assert str(env.admin.id) not in said
    assert (says(env, "why-reposts", rp=500) in said) == told


async def test_a_post_the_operator_hid_before_anybody_saw_it_says_so(env: BotEnv) -> None:
    await follow(env)
    await env.services.storage.moderation.hide(
        EVERYWHERE, PostKey("x:1234567890"), actor=OPERATOR, why=None, now=env.clock()
    )

    said = await why(env, "https://x.com/someone/status/1234567890")

    at, by = f"<t:{int(env.clock().timestamp())}:f>", says(env, "why-by-operator")
    assert says(env, "why-hidden-everywhere", at=at, by=by) in said


@pytest.mark.invariant(10)
async def test_a_deletion_that_only_another_servers_topic_saw_is_not_shown(env: BotEnv) -> None:
    await follow(env)
    link = "https://x.com/someone/status/1234567890"
    before = await why(env, link)

    await env.services.storage.moderation.hide(
        EVERYWHERE, PostKey("x:1234567890"), actor=source_actor(SourceName.X), why=None, now=env.clock()
    )

    assert await why(env, link) == before


async def test_a_deletion_of_a_post_that_this_channel_saw_is_shown(env: BotEnv) -> None:
    await follow(env)
    link = await seen(env, rp=87)
    await env.services.storage.moderation.hide(
        EVERYWHERE, key_of(on_page(env)), actor=source_actor(SourceName.TRENDPAGE), why=None, now=env.clock()
    )

    at, by = f"<t:{int(env.clock().timestamp())}:f>", says(env, "why-by-source")
    assert says(env, "why-hidden-everywhere", at=at, by=by) in await why(env, link)


async def test_who_asks_too_often_is_asked_to_wait(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, quota={"trend_per_minute": 2})
    async with open_env(settings, clock, site) as env:
        said = [await why(env, "1234567890") for _ in range(3)]
        env.clock.forward(minutes=2)
        said.append(await why(env, "1234567890"))

    waits = [no_topics(env) not in one for one in said]
    assert waits == [False, False, True, False]


async def test_another_channel_can_be_asked_about_by_who_sees_it(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await follow(env, other)
    link = await seen(env, rp=87)

    here, there = await why(env, link), await why(env, link, channel=other)

    assert no_topics(env) in here
    assert below(env) in there


async def test_a_channel_the_person_cannot_see_is_not_named(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await follow(env, other)
    link = await seen(env, rp=87)

    def take_away(event: str, payload: Any) -> None:
        """Discord's own client offers no such channel; another one could name it."""
        if event == "INTERACTION_CREATE":
            payload["data"]["resolved"]["channels"][str(other.id)]["permissions"] = "0"

    env.sim.backend.subscribers.insert(0, take_away)
    said = await why(env, link, channel=other)

    assert says(env, "perm-view-channel") in said
    assert "87" not in said


async def test_japanese_people_read_it_in_japanese(env: BotEnv) -> None:
    await follow(env)
    link = await seen(env, rp=87)
    in_japanese(env)

    speaker = env.services.texts.speaker("ja")
    assert speaker.say("why-below", reposts=speaker.say("why-reposts", rp=87), minimum="100") in await why(
        env, link
    )


async def test_a_fault_is_answered_with_a_reference(env: BotEnv) -> None:
    await follow(env)
    await env.services.storage.close()

    message = answer(await env.visitor.slash(env.channel, "why", post="1"))

    assert "reference" in shown(message)

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
    Subscription,
)
from bot.core.text import label
from bot.gateway.client import TrendBot
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, in_japanese, shown, stored, subscribe
from tests.cogs.test_alert_buttons import ids, press, sentence
from tests.cogs.test_deliveries import ONE, decide, follow, given_up, sealed, uncertain
from tests.conftest import Clock, House, make_settings, open_house
from tests.failures import failed
from tests.fakes.trend_site import SitePost, TrendSite

from .forging import press as forged


async def asked(house: House, post: str, who: Any = None, **options: Any) -> Any:
    """The answer of /why."""
    return answer(await (who or house.visitor).slash(house.channel, "why", post=post, **options))


async def why(house: House, post: str, who: Any = None, **options: Any) -> str:
    """What /why answers, with the details behind its button."""
    message = await asked(house, post, who, **options)
    if [one for one in ids(message) if one.startswith("kw:why:")]:
        await press(who or house.visitor, message, "^kw:why:")
    return shown(message)


def says(house: House, text_id: str, **values: Any) -> str:
    return sentence(house, text_id, **values)


def below(house: House) -> str:
    """The step of a post that has 87 of 100 reposts."""
    return says(house, "why-below", reposts=says(house, "why-reposts", rp=87), bar="100")


def on_page(house: House, topic: str = TOPIC) -> SitePost:
    """The first post of the topic's page."""
    return house.site.pages[topic].posts[0]


def link_of(post: SitePost) -> str:
    return f"https://x.com/{post.handle}/status/{post.id}"


def key_of(post: SitePost) -> PostKey:
    return PostKey(f"x:{post.id}")


async def seen(house: House, text: str = "増設の話", rp: int | None = 150, **more: Any) -> str:
    """A post appears on the page and is looked at; its link."""
    house.site.put(TOPIC, [house.post(text, rp, **{"minutes_old": 1, **more})])
    house.clock.forward(minutes=6)
    await house.poll()
    return link_of(on_page(house))


async def only(house: House) -> Subscription:
    [subscription] = await stored(house)
    return subscription


def last_step(said: str) -> str:
    """Where the post is now, on the first way that is told of."""
    return next(line for line in said.splitlines() if "➡️" in line)


async def test_a_post_nobody_saw_says_where_was_looked(house: House) -> None:
    await follow(house)

    said = await why(house, "https://x.com/someone/status/1234567890")

    assert says(house, "why-nowhere", channel=f"<#{house.channel.id}>") in said
    assert f"- {TOPIC} · Trend page: " in said


def no_topics(house: House) -> str:
    return says(house, "why-no-topics", channel=f"<#{house.channel.id}>")


async def test_a_channel_that_follows_nothing_says_so(house: House) -> None:
    assert no_topics(house) in await why(house, "1234567890")


async def test_below_the_bar_says_by_how_much_and_shows_the_post(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)

    said = await why(house, link)

    assert last_step(said) == f"- ➡️ {below(house)}"
    assert "> 増設の話" in said


async def test_the_answer_comes_first_and_the_steps_behind_a_button_that_lives_on(house: House) -> None:
    await follow(house)
    message = await asked(house, await seen(house, rp=87))
    brief = shown(message)
    await house.env.restart_bot(TrendBot(house.services, background=False))

    await press(house.visitor, message, "^kw:why:")

    verdict = says(house, "why-answer-not-sent", channel=f"<#{house.channel.id}>")
    assert brief.strip().startswith(f"{verdict} {below(house)}")
    assert "➡️" not in brief
    assert "➡️" in shown(message)


async def test_the_details_of_a_channel_are_for_those_who_see_it(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    await follow(house, other)
    await seen(house, rp=87)
    message = await asked(house, "1234567890")
    channel = house.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    said = await forged(house.visitor, message, f"kw:why:{other.id}:{key_of(on_page(house))}")

    assert "87" not in said
    assert says(house, "perm-view-channel") in said


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
async def test_what_is_no_post_is_said_to_be_what_it_is(house: House, typed: str, text_id: str) -> None:
    await follow(house)
    typed = typed.format(channel=house.channel.id, guild=house.guild.id)
    values = {"topic": label(typed, 60)} if text_id in {"why-is-topic", "why-is-text"} else {}

    said = shown(await asked(house, typed))

    assert said.strip() == says(house, text_id, **values)


async def test_a_topic_of_a_channel_a_person_cannot_see_is_any_words_to_them(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    await follow(house, other)
    channel = house.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    assert says(house, "why-is-text", topic=TOPIC) in shown(await asked(house, TOPIC))


async def test_what_it_rose_from_is_told(house: House) -> None:
    await follow(house)
    post = house.post("増設の話", 40, minutes_old=1)
    for rp in (40, 87):
        house.site.put(TOPIC, [SitePost(post.born, post.text, rp)])
        house.clock.forward(minutes=6)
        await house.poll()

    said = await why(house, link_of(post))

    assert says(house, "why-reposts", rp=40) in said
    assert says(house, "why-reposts", rp=87) in said


@pytest.mark.parametrize("form", ["id", "key", "twitter", "mobile", "query", "brackets"])
async def test_a_post_is_known_by_any_of_its_names(house: House, form: str) -> None:
    await follow(house)
    await seen(house, rp=87)
    post = on_page(house)
    names = {
        "id": post.id,
        "key": f"x:{post.id}",
        "twitter": f"https://twitter.com/{post.handle}/status/{post.id}",
        "mobile": f"https://mobile.twitter.com/{post.handle}/status/{post.id}",
        "query": f"https://x.com/{post.handle}/status/{post.id}?s=20",
        "brackets": f" <{link_of(post)}> ",
    }

    assert below(house) in await why(house, names[form])


async def test_an_unknown_rp_is_said_to_be_unknown(house: House) -> None:
    await follow(house)

    assert says(house, "why-rp-unknown", bar="100") in last_step(await why(house, await seen(house, rp=None)))


async def test_the_excluded_word_is_named(house: House) -> None:
    await subscribe(house, exclude="求人、広告", min_rp=100)
    await house.look_again()

    said = await why(house, await seen(house, "この広告を見て"))

    assert last_step(said) == f"- ➡️ {says(house, 'why-excluded', words='広告')}"


async def test_a_missing_word_is_named(house: House) -> None:
    await subscribe(house, include="電力", min_rp=100)
    await house.look_again()

    assert says(house, "why-not-included", words="電力") in await why(house, await seen(house))


async def test_an_old_post_is_too_old(house: House) -> None:
    await follow(house)

    link = await seen(house, minutes_old=50 * 60)
    born = f"<t:{int(on_page(house).born.timestamp())}:f>"
    assert says(house, "why-too-old", hours=48, born=born) in last_step(await why(house, link))


async def test_what_was_there_at_the_first_look_counts_as_old(house: House) -> None:
    house.site.put(TOPIC, [house.post("前からの話", 150)])
    await follow(house)

    at = f"<t:{int(house.clock().timestamp())}:f>"
    assert says(house, "why-baseline-first-look", at=at) in last_step(await why(house, link_of(on_page(house))))


async def test_what_passes_while_muted_is_not_told_later_either(house: House) -> None:
    await follow(house)
    until = house.clock().replace(hour=9)
    await house.services.subscriptions.mute((await only(house)).id, until)

    link = await seen(house)
    at = f"<t:{int(house.clock().timestamp())}:f>"
    assert says(house, "why-baseline-muted", at=at) in last_step(await why(house, link))


async def test_a_paused_subscription_says_so(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)
    await house.services.storage.subscriptions.pause((await only(house)).id, PauseReason.FORBIDDEN, house.clock())

    assert says(house, "why-resting-forbidden") in last_step(await why(house, link))


async def test_a_post_that_was_told_has_a_link_to_its_message(house: House) -> None:
    await follow(house)
    await decide(house)
    await house.deliver()

    said = await why(house, link_of(on_page(house)))

    there = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{house.channel.last_message.id}"
    assert there in last_step(said)
    assert says(house, "why-reposts", rp=500) in said
    assert there in shown(await asked(house, link_of(on_page(house))))


async def test_a_post_is_told_through_one_topic_and_the_other_says_through_which(house: House) -> None:
    await follow(house)
    await follow(house, topic="生成AI")
    post = house.post("増設の話", 500, minutes_old=1)
    house.site.put(TOPIC, [post])
    await house.look_again()
    house.site.put("生成AI", [post])
    await house.look_again()

    said = await why(house, link_of(post))

    assert said.count("➡️ Sent on") == 1
    assert says(house, "why-told-by-other", way=f"{TOPIC} · Trend page") in said


async def test_what_quiet_hours_hold_says_until_when(house: House) -> None:
    await follow(house)
    await decide(house)
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await house.services.storage.guilds.set_quiet_hours(
        GuildId(house.guild.id), ChannelId(house.channel.id), quiet, house.clock()
    )

    seven = int(house.clock().replace(hour=7, minute=0, second=0).timestamp())
    until = says(house, "why-waits-quiet", until=f"<t:{seven}:f>")
    assert until in last_step(await why(house, link_of(on_page(house))))


async def test_what_waits_its_turn_and_what_is_on_its_way_say_so(house: House) -> None:
    await follow(house)
    await decide(house)
    link = link_of(on_page(house))
    waiting = await why(house, link)
    await sealed(house)
    await house.services.storage.messages.retry_later(ONE, house.clock(), failed("503 0: Service Unavailable"))

    on_the_way = await why(house, link)

    assert says(house, "why-waits") in last_step(waiting)
    assert says(house, "why-on-the-way", count=1) in last_step(on_the_way)
    assert says(house, "reason-discord") in last_step(on_the_way)


async def test_what_is_uncertain_or_given_up_says_why(house: House) -> None:
    await uncertain(house)
    link = link_of(on_page(house))
    unclear = await why(house, link)
    await house.services.storage.messages.give_up(ONE, failed("403 50013: Missing Permissions"), house.clock())

    assert says(house, "why-unclear", reason=says(house, "reason-history")) in last_step(unclear)
    given = says(house, "why-given-up", reason=says(house, "reason-forbidden"))
    assert given in last_step(await why(house, link))


async def test_after_send_again_it_is_told(house: House) -> None:
    await given_up(house)
    link = link_of(on_page(house))
    await press(house.admin, answer(await house.admin.slash(house.channel, "deliveries")), ":again:")
    await house.deliver()

    assert f"/{house.channel.last_message.id}" in last_step(await why(house, link))


async def test_what_the_ceiling_held_is_counted_in_a_summary(house: House) -> None:
    await follow(house)
    posts = [house.post(f"増設の話 {n}", 500 - n, serial=n, minutes_old=1) for n in range(21)]
    house.site.put(TOPIC, posts)
    await house.look_again()

    said = await why(house, link_of(posts[-1]))

    assert says(house, "why-held-ceiling") in said
    assert f"/{house.channel.last_message.id}" in last_step(said)


async def test_what_an_unsubscribed_topic_decided_was_dropped(house: House) -> None:
    await follow(house)
    await decide(house)
    await house.services.subscriptions.remove((await only(house)).id)

    assert says(house, "why-dropped-unsubscribed") in last_step(await why(house, link_of(on_page(house))))


@pytest.mark.parametrize("told", [True, False])
async def test_invariant_8_a_hidden_post_is_explained_without_its_text(house: House, told: bool) -> None:
    await follow(house)
    link = await seen(house, "ひどい話", 500 if told else 87)
    await house.deliver()
    key, moderator = key_of(on_page(house)), Actor(f"user:{house.admin.id}")
    await house.services.storage.moderation.hide(
        GuildId(house.guild.id), key, actor=moderator, why=None, now=house.clock()
    )

    brief, said = shown(await asked(house, link)), await why(house, link)

    assert "ひどい話" not in said + brief
    assert "瓦 太郎" not in said + brief
    at, by = f"<t:{int(house.clock().timestamp())}:f>", says(house, "why-by-person")
    hidden = says(house, "why-hidden-here", at=at, by=by)
    assert hidden in last_step(said)
    assert f"{says(house, 'why-answer-hidden')} {hidden}" in brief
    assert str(house.admin.id) not in said
    assert (says(house, "why-reposts", rp=500) in said) == told


async def test_a_post_the_operator_hid_before_anybody_saw_it_says_so(house: House) -> None:
    await follow(house)
    await house.services.storage.moderation.hide(
        EVERYWHERE, PostKey("x:1234567890"), actor=OPERATOR, why=None, now=house.clock()
    )

    said = await why(house, "https://x.com/someone/status/1234567890")

    at, by = f"<t:{int(house.clock().timestamp())}:f>", says(house, "why-by-operator")
    assert says(house, "why-hidden-everywhere", at=at, by=by) in said


async def test_who_asks_too_often_is_asked_to_wait(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, quota={"trend_per_minute": 2})
    async with open_house(settings, clock, site) as house:
        said = [await why(house, "1234567890") for _ in range(3)]
        house.clock.forward(minutes=2)
        said.append(await why(house, "1234567890"))

    waits = [no_topics(house) not in one for one in said]
    assert waits == [False, False, True, False]


async def test_another_channel_can_be_asked_about_by_who_sees_it(house: House) -> None:
    other = house.guild.create_text_channel("別室")
    await follow(house, other)
    link = await seen(house, rp=87)

    here, there = await why(house, link), await why(house, link, channel=other)

    assert no_topics(house) in here
    assert below(house) in there


async def test_a_channel_the_person_cannot_see_is_not_told_of(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    await follow(house, other)
    link = await seen(house, rp=87)

    def take_away(event: str, payload: Any) -> None:
        """Discord's own client offers no such channel; another one could name it."""
        if event == "INTERACTION_CREATE":
            payload["data"]["resolved"]["channels"][str(other.id)]["permissions"] = "0"

    house.env.backend.subscribers.insert(0, take_away)
    said = await why(house, link, channel=other)

    assert says(house, "perm-view-channel") in said
    assert "87" not in said


async def test_japanese_people_read_it_in_japanese(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)
    in_japanese(house)

    speaker = house.services.texts.speaker("ja")
    assert speaker.say("why-below", reposts=speaker.say("why-reposts", rp=87), bar="100") in await why(house, link)


async def test_a_fault_is_answered_with_a_reference(house: House) -> None:
    await follow(house)
    await house.services.storage.close()

    message = answer(await house.visitor.slash(house.channel, "why", post="1"))

    assert "reference" in shown(message)

"""/why on the simulated Discord: what became of a post, told to whoever sees the channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from tests.cogs.test_deliveries import ONE, decide, follow, given_up, sealed, uncertain
from tests.cogs.test_subscribe import TOPIC, answer, in_japanese, shown, stored, subscribe
from tests.conftest import Clock, House, make_settings, open_house
from tests.fakes.trend_site import SitePost, TrendSite


async def why(house: House, post: str, who: Any = None, **options: Any) -> str:
    """What /why answers."""
    return shown(answer(await (who or house.visitor).slash(house.channel, "why", post=post, **options)))


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

    assert f"No source has shown this post for the topics of <#{house.channel.id}>." in said
    assert f"- {TOPIC} ・ Trend page: last looked" in said


async def test_a_channel_that_follows_nothing_says_so(house: House) -> None:
    assert "follows no topics" in await why(house, "1234567890")


async def test_below_the_bar_says_by_how_much_and_shows_the_post(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)

    said = await why(house, link)

    assert last_step(said) == "- ➡️ Below min RP: 87 of 100."
    assert "> 増設の話" in said
    assert "with RP 87." in said


async def test_what_it_rose_from_is_told(house: House) -> None:
    await follow(house)
    post = house.post("増設の話", 40, minutes_old=1)
    for rp in (40, 87):
        house.site.put(TOPIC, [SitePost(post.born, post.text, rp)])
        house.clock.forward(minutes=6)
        await house.poll()

    said = await why(house, link_of(post))

    assert "with RP 40." in said
    assert "RP 87 at last" in said


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

    assert "87 of 100" in await why(house, names[form])


async def test_an_unknown_rp_is_said_to_be_unknown(house: House) -> None:
    await follow(house)

    assert "Its RP is unknown" in last_step(await why(house, await seen(house, rp=None)))


async def test_the_excluded_word_is_named(house: House) -> None:
    await subscribe(house, exclude="求人、広告", min_rp=100)
    await house.look_again()

    said = await why(house, await seen(house, "この広告を見て"))

    assert last_step(said) == "- ➡️ Excluded by the word: 広告"


async def test_a_missing_word_is_named(house: House) -> None:
    await subscribe(house, include="電力", min_rp=100)
    await house.look_again()

    assert "It has none of the words asked for: 電力" in await why(house, await seen(house))


async def test_an_old_post_is_too_old(house: House) -> None:
    await follow(house)

    assert "Older than 48 h" in last_step(await why(house, await seen(house, minutes_old=50 * 60)))


async def test_what_was_there_at_the_first_look_counts_as_old(house: House) -> None:
    house.site.put(TOPIC, [house.post("前からの話", 150)])
    await follow(house)

    assert "at the first look" in last_step(await why(house, link_of(on_page(house))))


async def test_what_passes_while_muted_is_not_told_later_either(house: House) -> None:
    await follow(house)
    until = house.clock().replace(hour=9)
    await house.services.subscriptions.mute((await only(house)).id, until)

    assert "was muted at the time" in last_step(await why(house, await seen(house)))


async def test_a_paused_subscription_says_so(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)
    await house.services.storage.pause((await only(house)).id, PauseReason.FORBIDDEN, house.clock())

    assert "may not post in the channel" in last_step(await why(house, link))


async def test_a_post_that_was_told_has_a_link_to_its_message(house: House) -> None:
    await follow(house)
    await decide(house)
    await house.deliver()

    said = await why(house, link_of(on_page(house)))

    there = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{house.channel.last_message.id}"
    assert there in last_step(said)
    assert "it was decided to tell it as new (RP 500)" in said


async def test_a_post_is_told_through_one_topic_and_the_other_says_through_which(house: House) -> None:
    await follow(house)
    await follow(house, topic="生成AI")
    post = house.post("増設の話", 500, minutes_old=1)
    house.site.put(TOPIC, [post])
    await house.look_again()
    house.site.put("生成AI", [post])
    await house.look_again()

    said = await why(house, link_of(post))

    assert said.count("Told on") == 1
    assert f"The channel was told of it through: {TOPIC} ・ Trend page." in said


async def test_what_quiet_hours_hold_says_until_when(house: House) -> None:
    await follow(house)
    await decide(house)
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await house.services.storage.set_quiet_hours(
        GuildId(house.guild.id), ChannelId(house.channel.id), quiet, house.clock()
    )

    seven = int(house.clock().replace(hour=7, minute=0, second=0).timestamp())
    assert f"waits for the quiet hours to end: <t:{seven}:f>" in last_step(
        await why(house, link_of(on_page(house)))
    )


async def test_what_waits_its_turn_and_what_is_on_its_way_say_so(house: House) -> None:
    await follow(house)
    await decide(house)
    link = link_of(on_page(house))
    waiting = await why(house, link)
    await sealed(house)
    await house.services.storage.retry_later(ONE, house.clock(), "503 0: Service Unavailable")

    on_the_way = await why(house, link)

    assert "It waits for its turn." in last_step(waiting)
    assert "on its way (tries so far: 1). Discord had trouble of its own." in last_step(on_the_way)


async def test_what_is_uncertain_or_given_up_says_why(house: House) -> None:
    await uncertain(house)
    link = link_of(on_page(house))
    unclear = await why(house, link)
    await house.services.storage.give_up(ONE, "403 50013: Missing Permissions", house.clock())

    assert "Nobody knows whether it arrived. The bot may not read" in last_step(unclear)
    assert "It was given up. The bot may not post in this channel." in last_step(await why(house, link))


async def test_after_send_again_it_is_told(house: House) -> None:
    await given_up(house)
    link = link_of(on_page(house))
    await house.admin.click(answer(await house.admin.slash(house.channel, "deliveries")), label="Try again")
    await house.deliver()

    assert "Told on" in last_step(await why(house, link))


async def test_what_the_ceiling_held_is_counted_in_a_summary(house: House) -> None:
    await follow(house)
    posts = [house.post(f"増設の話 {n}", 500 - n, serial=n, minutes_old=1) for n in range(21)]
    house.site.put(TOPIC, posts)
    await house.look_again()

    said = await why(house, link_of(posts[-1]))

    assert "counted in a summary line" in said
    assert "Told on" in last_step(said)


async def test_what_an_unsubscribed_topic_decided_was_dropped(house: House) -> None:
    await follow(house)
    await decide(house)
    await house.services.subscriptions.remove((await only(house)).id)

    assert "because the topic was unsubscribed" in last_step(await why(house, link_of(on_page(house))))


@pytest.mark.parametrize("told", [True, False])
async def test_invariant_8_a_hidden_post_is_explained_without_its_text(house: House, told: bool) -> None:
    await follow(house)
    link = await seen(house, "ひどい話", 500 if told else 87)
    await house.deliver()
    key, moderator = key_of(on_page(house)), Actor(f"user:{house.admin.id}")
    await house.services.storage.hide(GuildId(house.guild.id), key, actor=moderator, why=None, now=house.clock())

    said = await why(house, link)

    assert "ひどい話" not in said
    assert "瓦 太郎" not in said
    assert "Taken down in this server" in last_step(said)
    assert str(house.admin.id) not in said
    assert ("it was decided to tell it" in said) == told


async def test_a_post_the_operator_hid_before_anybody_saw_it_says_so(house: House) -> None:
    await follow(house)
    await house.services.storage.hide(
        EVERYWHERE, PostKey("x:1234567890"), actor=OPERATOR, why=None, now=house.clock()
    )

    said = await why(house, "https://x.com/someone/status/1234567890")

    assert "Taken down in all servers" in said
    assert "the bot's operator" in said


async def test_who_asks_too_often_is_asked_to_wait(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, quota={"trend_per_minute": 2})
    async with open_house(settings, clock, site) as house:
        said = [await why(house, "1234567890") for _ in range(3)]
        house.clock.forward(minutes=2)
        said.append(await why(house, "1234567890"))

    waits = ["follows no topics" not in one for one in said]
    assert waits == [False, False, True, False]


async def test_another_channel_can_be_asked_about_by_who_sees_it(house: House) -> None:
    other = house.guild.create_text_channel("別室")
    await follow(house, other)
    link = await seen(house, rp=87)

    here, there = await why(house, link), await why(house, link, channel=other)

    assert "follows no topics" in here
    assert "87 of 100" in there


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

    assert 'You need the permission "View Channel"' in said
    assert "87" not in said


async def test_blank_is_no_post(house: House) -> None:
    assert "Please give the link to a post, or its id." in await why(house, "  ")


async def test_japanese_people_read_it_in_japanese(house: House) -> None:
    await follow(house)
    link = await seen(house, rp=87)
    in_japanese(house)

    assert "最小RPに届いていません(100 のうち 87)。" in await why(house, link)


async def test_a_fault_is_answered_with_a_reference(house: House) -> None:
    await follow(house)
    await house.services.storage.close()

    message = answer(await house.visitor.slash(house.channel, "why", post="1"))

    assert "reference" in shown(message)

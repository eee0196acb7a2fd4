"""A story of several posts in a channel: its card, the list behind the button, and parting a post from it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.models import ChannelId, GuildId, NewSubscription, SourceName, SubscriptionSettings, UserId
from bot.core.text import make_topic
from tests.cogs.sentences import answered, say
from tests.cogs.subscriptions.test_subscribe import in_japanese, shown, stored, subscribe, to_wall
from tests.cogs.test_alert_buttons import ids, press, take_permission_away, texts
from tests.conftest import BotEnv

TOPIC = "データセンター"
FIRST = "みなと造船、長崎に新しい造船所を建設へ　2029年完成、投資額は1200億円"
AGAIN = "みなと造船が長崎に新造船所を建設すると発表。1200億円を投じ、2029年の完成を目指す"
CASUAL = "長崎にみなと造船の新しい造船所ができるのか！2029年完成で1200億円とはすごい"


async def told(env: BotEnv, language: str = "en") -> Any:
    """The card of a story of three posts, the two later ones an hour after the first."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(env.channel.id),
        topic=make_topic(TOPIC),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language=language, min_rp={SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()
    posts = [env.post(text, 400 + 10 * at, serial=at) for at, text in enumerate((FIRST, AGAIN, CASUAL))]
    env.site.put(TOPIC, posts[:1])
    await env.poll_again()
    env.site.put(TOPIC, posts)
    await env.poll_again(hours=1)
    await env.poll_again(hours=1)
    [message] = env.channel.history()
    return message


async def opened(env: BotEnv, who: Any, message: Any) -> Any:
    """The list behind the card's button."""
    return answered(await who.click(message, label=say(env, "alert-button-story", count=2)))


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_card_says_how_many_more_posts_there_are_and_their_reposts_together(
    env: BotEnv, language: str
) -> None:
    message = await told(env, language)

    wall = to_wall(message)
    assert say(env, "alert-story-counted", language, count=2, sources=1, rp="1,230") in wall
    assert "造船所ができる" not in wall


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_button_lists_the_further_posts_to_who_clicks(env: BotEnv, language: str) -> None:
    message = await told(env)
    if language == "ja":
        in_japanese(env)

    listed = await opened(env, env.visitor, message)

    assert listed.ephemeral
    assert say(env, "alert-story-title", language, topic=TOPIC, count=2) in texts(listed)
    assert "新造船所を建設すると発表" in texts(listed)
    assert "造船所ができる" in texts(listed)


async def test_post_that_is_not_the_same_is_sent_on_its_own_and_that_can_be_undone(env: BotEnv) -> None:
    message = await told(env)
    listed = await opened(env, env.admin, message)
    [first, _] = [one for one in ids(listed) if one.startswith("kw:split:")]

    done = answered(await env.admin.click(listed, custom_id=first))
    assert say(env, "alert-story-split-done") in texts(done)

    back = answered(await press(env.admin, done, "^kw:unsplit:"))
    assert say(env, "alert-story-unsplit") in texts(back)
    await env.poll_again(hours=2)
    assert len(list(env.channel.history())) == 1

    listed = await opened(env, env.admin, message)
    await env.admin.click(listed, custom_id=first)
    await env.poll_again(hours=2)
    [card, own] = env.channel.history()
    assert say(env, "alert-story-counted", count=1, sources=1, rp="810") in to_wall(card)
    assert "1,230" not in to_wall(own)


async def test_undo_after_the_post_was_sent_leaves_its_alert(env: BotEnv) -> None:
    message = await told(env)
    listed = await opened(env, env.admin, message)
    first = next(one for one in ids(listed) if one.startswith("kw:split:"))
    done = answered(await env.admin.click(listed, custom_id=first))
    await env.poll_again(hours=2)

    back = answered(await press(env.admin, done, "^kw:unsplit:"))

    assert say(env, "alert-story-unsplit-sent") in texts(back)
    assert len(list(env.channel.history())) == 2


async def test_only_who_manages_the_channel_parts_posts(env: BotEnv) -> None:
    message = await told(env)
    listed = await opened(env, env.visitor, message)
    first = next(one for one in ids(listed) if one.startswith("kw:split:"))

    refused = answered(await env.visitor.click(listed, custom_id=first))

    assert say(env, "alert-story-split-done") not in texts(refused)
    listed = await opened(env, env.admin, message)
    take_permission_away(env)
    await env.admin.click(listed, custom_id=first)
    await env.poll_again(hours=2)
    assert len(list(env.channel.history())) == 1


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_why_names_the_post_of_the_same_story(env: BotEnv, language: str) -> None:
    await told(env)
    if language == "ja":
        in_japanese(env)
    folded = env.site.pages[TOPIC].posts[1]
    link = f"https://x.com/{folded.handle}/status/{folded.id}"

    said = shown(answered(await env.visitor.slash(env.channel, "why", post=link)))

    assert say(env, "why-answer-sent-story", language, channel=f"<#{env.channel.id}>") in said
    assert say(env, "why-held-story", language) in said
    assert FIRST.split("　", maxsplit=1)[0] in said


async def test_folding_can_be_switched_off_and_is_read_back(env: BotEnv) -> None:
    said = shown(await subscribe(env, fold=False))

    [subscription] = await stored(env)
    assert not subscription.settings.rules.fold
    assert say(env, "rule-unfolded") in said

    again = shown(await subscribe(env, fold=True))
    before, after = (say(env, f"change-fold-{one}") for one in ("no", "yes"))
    assert say(env, "change-fold", before=before, after=after) in again

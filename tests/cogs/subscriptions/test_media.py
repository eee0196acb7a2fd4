"""Whether a channel's alerts show pictures: by the command, and by a button of the subscription."""

from __future__ import annotations

import pytest

from tests.cogs.sentences import say
from tests.cogs.subscriptions.test_subscribe import TOPIC, shown, stored, subscribe, to_wall
from tests.cogs.subscriptions.test_subscriptions import followed, opened, pressed
from tests.conftest import BotEnv


async def test_pictures_can_be_switched_off_and_on_and_are_read_back(env: BotEnv) -> None:
    said = shown(await subscribe(env, media=False))

    [subscription] = await stored(env)
    assert not subscription.settings.rules.media
    assert say(env, "rule-no-media") in said

    again = shown(await subscribe(env, media=True))
    before, after = (say(env, f"change-media-{one}") for one in ("no", "yes"))
    assert say(env, "change-media", before=before, after=after) in again


async def test_a_button_of_the_subscription_does_the_same(env: BotEnv) -> None:
    detail = await opened(env, await followed(env))
    off = (await pressed(env, detail, say(env, "button-media-off"))).response
    [without] = await stored(env)
    await pressed(env, off, say(env, "button-media-on"))
    [with_them] = await stored(env)

    assert (without.settings.rules.media, with_them.settings.rules.media) == (False, True)


@pytest.mark.parametrize("shown_there", [True, False])
async def test_an_alert_shows_the_picture_of_its_post_where_its_channel_wants_them(
    env: BotEnv, shown_there: bool
) -> None:
    await subscribe(env, media=shown_there)
    env.site.put(TOPIC, [env.post("前の投稿", 150)])
    await env.poll_again()
    env.site.put(TOPIC, [env.post("絵のある投稿", 400, serial=1, has_picture=True)])
    await env.poll_again(hours=1)

    [message] = [one for one in env.channel.history() if "絵のある投稿" in to_wall(one)]
    assert [one.filename.rpartition(".")[2] for one in message.attachments] == (["jpg"] if shown_there else [])

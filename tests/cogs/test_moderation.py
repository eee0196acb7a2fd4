"""Taking posts down on the simulated Discord: who may, what vanishes, what comes back, and what is on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from bot.core.models import EVERYWHERE, OPERATOR, ChannelId, GuildId, MessageId, PostKey, SourceName, Viewer
from bot.core.redaction import post_hash
from bot.core.text import topic_key
from bot.gateway.client import TrendBot
from bot.services.moderation import person
from bot.storage.sql.moderation.moderation import source_actor
from bot.views.moderation import PAGE
from tests.cogs.subscriptions.test_subscribe import answer
from tests.conftest import BotEnv

from .forging import press as forged
from .test_alert_buttons import TOPIC, ids, press, sentence, subscribe, texts, the

STATUS = "https://x.com/{}/status/{}"
GO_ON = r"^kw:menu:.*:hide$|^kw:asked:"
UNHIDE = "^kw:unhide:"


@pytest.fixture
async def warden(env: BotEnv) -> Any:
    """Somebody with Manage Messages and nothing more."""
    role = env.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    return env.guild.add_member(env.sim.create_user("mimawari"), roles=[role])


async def tell(env: BotEnv, *counts: int) -> Any:
    """The alert that arrives when posts of these RP appear."""
    posts = [env.post(f"増設の話 {rp}", rp, serial=n, minutes_old=1) for n, rp in enumerate(counts)]
    env.site.put(TOPIC, posts)
    await env.poll_again()
    return env.channel.last_message


async def stored(env: BotEnv, text: str) -> Any:
    """What is stored of a post."""
    here = Viewer(GuildId(env.guild.id), frozenset({ChannelId(env.channel.id)}))
    found = await env.services.storage.trends.recent_posts(topic_key(TOPIC), env.clock() - timedelta(days=1), here)
    return next(one.post for one in found if text in one.post.text)


def shown(env: BotEnv) -> str:
    """All that stands in the channel."""
    return "\n".join(
        part.content
        for message in env.channel.history()
        for component in message.components
        for part in walk(component)
        if isinstance(part, discord.TextDisplay)
    )


def walk(component: Any) -> Iterator[Any]:
    yield component
    for child in getattr(component, "children", ()):
        yield from walk(child)


async def ask(env: BotEnv, who: Any, post: str, **options: Any) -> Any:
    """``/hide`` up to its question."""
    return await who.slash(env.channel, "hide", post=post, **options)


async def confirm(who: Any, message: Any, reason: str = "") -> Any:
    """Go on from a question or a menu to its form, and send that off."""
    [first, *_] = [one for one in ids(message) if re.search(GO_ON, one)]
    form = await who.click(message, custom_id=first)
    assert form.modal is not None
    return await who.submit_modal(form, {"reason": reason})


async def hide(env: BotEnv, who: Any, post: str, **options: Any) -> Any:
    """``/hide`` with a reason and its button."""
    result = await ask(env, who, post, reason="宣伝", **options)
    clicked = await who.click(result.response, custom_id=ids(result.response)[0])
    await env.deliver()
    return clicked


# -- /hide ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_hidden_post_vanishes_from_the_channel_and_never_comes_back(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    kept, spam = env.post("残る話", 500, serial=1), env.post("宣伝の話", 600, serial=2)
    env.site.put(TOPIC, [kept, spam])
    await env.poll_again()

    await hide(env, warden, (await stored(env, "宣伝の話")).url)

    assert "宣伝の話" not in shown(env)
    assert "残る話" in shown(env)
    env.site.put(TOPIC, [kept, replace(spam, rp=6000)])
    await env.poll_again()
    assert "宣伝の話" not in shown(env)
    answer = await env.visitor.slash(env.channel, "trend", topic=TOPIC)
    assert "宣伝の話" not in texts(answer.response)
    assert "残る話" in texts(answer.response)


async def test_the_question_names_the_post_and_what_will_happen(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 500)
    post = await stored(env, "500")

    result = await ask(env, warden, post.canonical_id)

    assert result.ephemeral
    assert "増設の話 500" in texts(result.response)
    assert sentence(env, "hide-means") in texts(result.response)
    assert "増設の話 500" in shown(env)


async def test_whoever_keeps_it_changes_nothing(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 500)
    result = await ask(env, warden, (await stored(env, "500")).url)

    await warden.click(result.response, custom_id=ids(result.response)[1])
    await env.deliver()

    assert sentence(env, "hide-kept") in texts(result.response)
    assert "増設の話 500" in shown(env)


async def test_a_message_with_nothing_else_in_it_goes(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 500)
    before = len(env.channel.history())

    await hide(env, warden, (await stored(env, "500")).url)

    assert len(env.channel.history()) == before - 1


async def test_a_link_to_our_message_asks_for_each_of_its_posts(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    message = await tell(env, 500, 600)
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{message.id}"

    result = await ask(env, warden, link)

    assert "増設の話 500" in texts(result.response)
    assert "増設の話 600" in texts(result.response)


@pytest.mark.invariant(8)
async def test_a_post_nobody_has_seen_can_be_hidden_before_it_comes(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    post = env.post("まだ来ていない話", 900, serial=7, minutes_old=1)

    await hide(env, warden, STATUS.format("someone", post.id))
    env.site.put(TOPIC, [post])
    await env.poll_again()

    assert "まだ来ていない話" not in shown(env)


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [
        ("   ", "hide-post-empty"),
        ("見たことのない言葉", "hide-post-unknown"),
        ("https://bsky.app/profile/a.example/post/3k", "hide-post-unknown"),
        ("https://discord.com/channels/1/2/3", "hide-message-unknown"),
    ],
)
async def test_what_is_no_post_is_answered_with_what_would_work(
    env: BotEnv, warden: Any, typed: str, text_id: str
) -> None:
    result = await ask(env, warden, typed)

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(env, text_id) in said


@pytest.mark.parametrize("command", ["hide", "unhide", "hidden"])
async def test_commands_need_manage_messages(env: BotEnv, command: str) -> None:
    options = {} if command == "hidden" else {"post": "1234567"}

    with pytest.raises(Exception, match="permission"):
        await env.visitor.slash(env.channel, command, **options)


async def test_a_person_who_lost_the_permission_cannot_click_on(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 500)
    result = await ask(env, warden, (await stored(env, "500")).url)
    for role in list(env.sim.backend.guilds[env.guild.id].roles.values()):
        left = role.permissions & ~discord.Permissions(manage_messages=True).value
        env.sim.backend.edit_role(env.guild.id, role.id, {"permissions": left})
    await env.sim.settle()

    clicked = await warden.click(result.response, custom_id=ids(result.response)[0])

    said = [answer.content for answer in (clicked.response, *clicked.followups) if answer is not None]
    assert any("Manage Messages" in content for content in said)
    assert "増設の話 500" in shown(env)


# -- from a message ---------------------------------------------------------------------------------------


async def test_a_messages_menu_hides_its_only_post_after_a_question(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    message = await tell(env, 500)

    result = await warden.context_menu(env.channel, "Hide a post", message)
    await confirm(warden, result.response)
    await env.deliver()

    assert result.ephemeral
    assert "増設の話 500" not in shown(env)


async def test_a_messages_menu_lets_one_of_several_be_chosen(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    message = await tell(env, 500, 600)

    result = await warden.context_menu(env.channel, "Hide a post", message)
    second = [one["accessory"] for one in result.response.components[0]["components"] if "accessory" in one][1]
    form = await warden.click(result.response, custom_id=second["custom_id"])
    await warden.submit_modal(form, {"reason": ""})
    await env.deliver()

    assert "増設の話 500" not in shown(env)
    assert "増設の話 600" in shown(env)


async def test_a_message_of_somebody_else_has_nothing_to_hide(env: BotEnv, warden: Any) -> None:
    message = await env.visitor.send(env.channel, "こんにちは")

    result = await warden.context_menu(env.channel, "Hide a post", message)

    assert result.response.content == sentence(env, "hide-message-unknown")


async def test_the_menu_of_an_alert_offers_a_warden_only_to_hide(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    message = await tell(env, 500)

    menu = (await warden.click(message, label="⋯")).response
    labels = [one["label"] for row in menu.components[0]["components"][1:] for one in row["components"]]
    assert labels == [sentence(env, "alert-menu-curve"), sentence(env, "alert-menu-hide")]

    form = await press(warden, menu, GO_ON)
    env.bot = TrendBot(env.services, background=False)
    await env.sim.restart_bot(env.bot)
    await warden.submit_modal(form, {"reason": "スパム"})
    await env.deliver()
    [line] = await env.services.moderation.trail(GuildId(env.guild.id))
    assert (line.why, line.actor) == ("スパム", person(warden.id))
    assert "増設の話 500" not in shown(env)


async def test_who_manages_channels_but_no_messages_is_not_offered_to_hide(env: BotEnv) -> None:
    await subscribe(env)
    menu = (await env.admin.click(await tell(env, 500), label="⋯")).response

    labels = [one["label"] for row in menu.components[0]["components"][1:] for one in row["components"]]
    assert sentence(env, "alert-menu-hide") not in labels
    assert sentence(env, "alert-menu-stop") in labels


# -- taking it back ---------------------------------------------------------------------------------------


async def test_one_click_takes_it_back_and_says_what_that_means(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 500)
    post = await stored(env, "500")
    result = await ask(env, warden, post.url)
    await confirm(warden, result.response)

    await press(warden, result.response, UNHIDE)

    assert sentence(env, "unhide-done") in texts(result.response)
    assert sentence(env, "hide-undo-means") in texts(result.response)
    await env.poll_again()
    answer = await env.visitor.slash(env.channel, "trend", topic=TOPIC)
    assert "増設の話 500" in texts(answer.response)


async def test_what_is_hidden_is_suggested_and_can_be_let_back(env: BotEnv, warden: Any) -> None:
    await hide(env, warden, "1234567890")

    [choice] = await warden.autocomplete(env.channel, "unhide", "post", "")
    assert "宣伝" in choice["name"]
    assert choice["value"] == post_hash(PostKey("x:1234567890"))
    result = await warden.slash(env.channel, "unhide", post=choice["value"])

    assert sentence(env, "unhide-done") in texts(result.response)
    assert await warden.autocomplete(env.channel, "unhide", "post", "") == []


async def test_a_post_can_be_let_back_by_its_link(env: BotEnv, warden: Any) -> None:
    await hide(env, warden, "1234567890")

    result = await warden.slash(env.channel, "unhide", post=STATUS.format("a", "1234567890"))

    assert sentence(env, "unhide-done") in texts(result.response)


@pytest.mark.invariant(10)
async def test_what_was_deleted_where_only_another_server_saw_it_is_not_hidden_here(
    env: BotEnv, warden: Any
) -> None:
    await env.services.moderation.hide(EVERYWHERE, PostKey("x:1234567890"), source_actor(SourceName.X))

    result = await warden.slash(env.channel, "unhide", post="1234567890")

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(env, "unhide-not-hidden") in said


async def test_what_the_operator_hid_no_server_brings_back(env: BotEnv, warden: Any) -> None:
    await env.services.moderation.hide(EVERYWHERE, PostKey("x:1234567890"), OPERATOR)

    result = await warden.slash(env.channel, "unhide", post="1234567890")

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(env, "unhide-not-yours") in said


async def test_what_is_not_hidden_says_so(env: BotEnv, warden: Any) -> None:
    result = await warden.slash(env.channel, "unhide", post="1234567890")

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(env, "unhide-not-hidden") in said


async def test_a_click_on_cancel_takes_nobody_elses_message_away(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env, 500)

    said = await forged(env.visitor, message, "kw:hide:cancel")

    assert said.strip() == sentence(env, "hide-kept")


# -- the record -------------------------------------------------------------------------------------------


async def test_who_did_what_when_and_why_can_be_read(env: BotEnv, warden: Any) -> None:
    result = await ask(env, warden, "1234567890", reason="宣伝 @everyone")
    await warden.click(result.response, custom_id=ids(result.response)[0])
    await warden.slash(env.channel, "unhide", post="1234567890")

    result = await warden.slash(env.channel, "hidden")

    lines = texts(result.response)
    at, mark = f"<t:{int(env.clock().timestamp())}:f>", post_hash(PostKey("x:1234567890"))[:8]
    facts = {"who": f"<@{warden.id}>", "time": at, "post": mark}
    hid, unhid = sentence(env, "hidden-line-hide", **facts), sentence(env, "hidden-line-unhide", **facts)
    assert result.ephemeral
    assert "宣伝" in lines
    assert " @everyone" not in lines
    assert lines.index(unhid) < lines.index(hid)
    assert "1234567890" not in lines


async def test_what_the_moderator_typed_into_the_form_is_on_record(env: BotEnv, warden: Any) -> None:
    result = await ask(env, warden, "1234567890")
    await confirm(warden, result.response, "同じ人の\n宣伝")
    said = texts(result.response)

    listed = await warden.slash(env.channel, "hidden")

    assert sentence(env, "hide-done-note", why="同じ人の 宣伝") in said
    assert "同じ人の 宣伝" in texts(listed.response)


async def test_a_form_of_a_question_that_is_forgotten_says_so_and_hides_nothing(env: BotEnv, warden: Any) -> None:
    result = await ask(env, warden, "1234567890")
    form = await warden.click(result.response, custom_id=ids(result.response)[0])
    env.bot = TrendBot(env.services, background=False)
    await env.sim.restart_bot(env.bot)

    await warden.submit_modal(form, {"reason": "宣伝"})

    assert sentence(env, "hide-late") in texts(result.response)
    assert await env.services.moderation.hidden(GuildId(env.guild.id)) == []


async def test_the_question_from_a_messages_menu_can_be_cancelled(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    message = await tell(env, 500)
    result = await warden.context_menu(env.channel, "Hide a post", message)

    await press(warden, result.response, "^kw:hide:cancel$")
    await env.deliver()

    assert sentence(env, "hide-kept") in texts(result.response)
    assert "増設の話 500" in shown(env)


async def test_who_lost_the_permission_while_typing_hides_nothing(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    menu = (await warden.click(await tell(env, 500), label="⋯")).response
    form = await press(warden, menu, GO_ON)
    for role in list(env.sim.backend.guilds[env.guild.id].roles.values()):
        left = role.permissions & ~discord.Permissions(manage_messages=True).value
        env.sim.backend.edit_role(env.guild.id, role.id, {"permissions": left})
    await env.sim.settle()

    refused = await warden.submit_modal(form, {"reason": "宣伝"})

    assert "Manage Messages" in answer(refused).content
    assert "増設の話 500" in shown(env)


async def test_the_button_that_hid_without_a_question_still_does(env: BotEnv, warden: Any) -> None:
    """Messages of older versions have one."""
    await subscribe(env)
    menu = (await warden.click(await tell(env, 500), label="⋯")).response

    await forged(warden, menu, the(menu, GO_ON) + "-sure")
    await env.deliver()

    assert "増設の話 500" not in shown(env)


async def test_a_post_is_unhidden_from_the_record(env: BotEnv, warden: Any) -> None:
    guild = GuildId(env.guild.id)
    for number in range(2):
        await env.services.moderation.hide(guild, PostKey(f"x:{number}"), person(warden.id))
    result = await warden.slash(env.channel, "hidden")

    await press(warden, result.response, f"^kw:unhide:{post_hash(PostKey('x:0'))}")

    [left] = await env.services.moderation.hidden(guild)
    assert left.post_hash == post_hash(PostKey("x:1"))
    assert sentence(env, "unhide-done") in texts(result.response)
    assert [one for one in ids(result.response) if "unhide" in one] == [f"kw:unhide:{left.post_hash}:0"]


async def test_an_empty_record_says_so(env: BotEnv, warden: Any) -> None:
    result = await warden.slash(env.channel, "hidden")

    assert sentence(env, "hidden-none") in texts(result.response)


async def test_a_long_record_is_paged(env: BotEnv, warden: Any) -> None:
    for number in range(PAGE + 1):
        await env.services.moderation.hide(GuildId(env.guild.id), PostKey(f"x:{number}"), person(warden.id))

    result = await warden.slash(env.channel, "hidden")
    first = [one for one in ids(result.response) if "unhide" in one]
    await press(warden, result.response, "^kw:trail:1$")

    assert len(first) == PAGE
    assert len([one for one in ids(result.response) if "unhide" in one]) == 1


# -- public answers of /trend ---------------------------------------------------------------------------------


async def answered(env: BotEnv, **options: Any) -> Any:
    """What ``/trend`` answers, where everybody reads it unless it is private."""
    return (await env.visitor.slash(env.channel, "trend", topic=TOPIC, **options)).response


@pytest.mark.invariant(8)
async def test_a_public_answer_that_shows_a_hidden_post_goes(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 5)
    await tell(env, 900, 5)
    await answered(env)
    before = shown(env).count("増設の話 900")

    await hide(env, warden, STATUS.format("nanashi", (await stored(env, "900")).canonical_id))
    await env.deliver()

    assert before >= 2
    assert "増設の話 900" not in shown(env)


@pytest.mark.invariant(8)
async def test_an_answer_is_taken_down_of_which_discords_receipt_was_lost(
    env: BotEnv, warden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(env)
    await tell(env, 5)
    await tell(env, 900, 5)
    edit = discord.Interaction.edit_original_response

    async def lost(self: discord.Interaction[Any], **options: Any) -> None:
        await edit(self, **options)
        raise aiohttp.ServerDisconnectedError

    with monkeypatch.context() as patch:
        patch.setattr(discord.Interaction, "edit_original_response", lost)
        await answered(env)
    before = shown(env).count("増設の話 900")

    await hide(env, warden, STATUS.format("nanashi", (await stored(env, "900")).canonical_id))
    await env.deliver()

    assert before >= 2
    assert "増設の話 900" not in shown(env)


@pytest.mark.invariant(8)
async def test_a_public_answer_without_the_hidden_post_stays(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 5)
    await tell(env, 900, 5)
    answer = await answered(env)
    other = (await stored(env, "900")).key
    await env.services.storage.public_answers.remember_answer(
        MessageId("ab" * 12), GuildId(env.guild.id), ChannelId(env.channel.id), answer.id, [], env.clock()
    )

    await env.services.moderation.hide(GuildId(env.guild.id), other, person(warden.id))
    await env.deliver()

    assert answer.id in {message.id for message in env.channel.history()}


@pytest.mark.invariant(8)
async def test_a_post_hidden_while_an_answer_was_drawn_takes_the_answer_down(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 5)
    await tell(env, 900, 5)
    answer = await answered(env)
    key = (await stored(env, "900")).key
    guild, channel = GuildId(env.guild.id), ChannelId(env.channel.id)
    await env.services.moderation.hide(guild, key, person(warden.id))
    await env.deliver()
    gone = answer.id not in {message.id for message in env.channel.history()}

    await env.services.moderation.remember_answer(guild, channel, 123456789012345678, [key])
    waiting = await env.services.storage.edits.claim(env.clock(), urgent=True, limit=5, lease_s=30)

    assert gone
    assert [redraw.message.discord_message_id for redraw in waiting] == [123456789012345678]


async def test_a_private_answer_is_not_remembered(env: BotEnv, warden: Any) -> None:
    await subscribe(env)
    await tell(env, 5)
    await answered(env, private=True)

    await hide(env, warden, STATUS.format("nanashi", (await stored(env, "5")).canonical_id))
    deliveries = await env.services.storage.edits.claim(env.clock(), urgent=True, limit=5, lease_s=30)

    assert deliveries == []

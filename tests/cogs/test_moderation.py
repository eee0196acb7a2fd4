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

from bot.core.models import EVERYWHERE, OPERATOR, ChannelId, GuildId, MessageId, PostKey, Viewer
from bot.core.redaction import post_hash
from bot.core.text import topic_key
from bot.gateway.client import TrendBot
from bot.services.moderation import person
from bot.views.moderation import PAGE
from tests.cogs.subscriptions.test_subscribe import answer
from tests.conftest import House

from .forging import press as forged
from .test_alert_buttons import TOPIC, ids, press, sentence, subscribe, texts, the

STATUS = "https://x.com/{}/status/{}"
GO_ON = r"^kw:menu:.*:hide$|^kw:asked:"
UNHIDE = "^kw:unhide:"


@pytest.fixture
async def warden(house: House) -> Any:
    """Somebody with Manage Messages and nothing more."""
    role = house.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    return house.guild.add_member(house.env.create_user("mimawari"), roles=[role])


async def tell(house: House, *counts: int) -> Any:
    """The alert that arrives when posts of these RP appear."""
    posts = [house.post(f"増設の話 {rp}", rp, serial=n, minutes_old=1) for n, rp in enumerate(counts)]
    house.site.put(TOPIC, posts)
    await house.look_again()
    return house.channel.last_message


async def stored(house: House, text: str) -> Any:
    """What is stored of a post."""
    here = Viewer(GuildId(house.guild.id), frozenset({ChannelId(house.channel.id)}))
    found = await house.services.storage.trends.recent_posts(
        topic_key(TOPIC), house.clock() - timedelta(days=1), here
    )
    return next(one.post for one in found if text in one.post.text)


def shown(house: House) -> str:
    """All that stands in the channel."""
    return "\n".join(
        part.content
        for message in house.channel.history()
        for component in message.components
        for part in walk(component)
        if isinstance(part, discord.TextDisplay)
    )


def walk(component: Any) -> Iterator[Any]:
    yield component
    for child in getattr(component, "children", ()):
        yield from walk(child)


async def ask(house: House, who: Any, post: str, **options: Any) -> Any:
    """``/hide`` up to its question."""
    return await who.slash(house.channel, "hide", post=post, **options)


async def confirm(who: Any, message: Any, reason: str = "") -> Any:
    """Go on from a question or a menu to its form, and send that off."""
    [first, *_] = [one for one in ids(message) if re.search(GO_ON, one)]
    form = await who.click(message, custom_id=first)
    assert form.modal is not None
    return await who.submit_modal(form, {"reason": reason})


async def hide(house: House, who: Any, post: str, **options: Any) -> Any:
    """``/hide`` with a reason and its button."""
    result = await ask(house, who, post, reason="宣伝", **options)
    clicked = await who.click(result.response, custom_id=ids(result.response)[0])
    await house.deliver()
    return clicked


# -- /hide ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_hidden_post_vanishes_from_the_channel_and_never_comes_back(house: House, warden: Any) -> None:
    await subscribe(house)
    kept, spam = house.post("残る話", 500, serial=1), house.post("宣伝の話", 600, serial=2)
    house.site.put(TOPIC, [kept, spam])
    await house.look_again()

    await hide(house, warden, (await stored(house, "宣伝の話")).url)

    assert "宣伝の話" not in shown(house)
    assert "残る話" in shown(house)
    house.site.put(TOPIC, [kept, replace(spam, rp=6000)])
    await house.look_again()
    assert "宣伝の話" not in shown(house)
    answer = await house.visitor.slash(house.channel, "trend", topic=TOPIC)
    assert "宣伝の話" not in texts(answer.response)
    assert "残る話" in texts(answer.response)


async def test_the_question_names_the_post_and_what_will_happen(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 500)
    post = await stored(house, "500")

    result = await ask(house, warden, post.canonical_id)

    assert result.ephemeral
    assert "増設の話 500" in texts(result.response)
    assert sentence(house, "hide-means") in texts(result.response)
    assert "増設の話 500" in shown(house)


async def test_whoever_keeps_it_changes_nothing(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 500)
    result = await ask(house, warden, (await stored(house, "500")).url)

    await warden.click(result.response, custom_id=ids(result.response)[1])
    await house.deliver()

    assert sentence(house, "hide-kept") in texts(result.response)
    assert "増設の話 500" in shown(house)


async def test_a_message_with_nothing_else_in_it_goes(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 500)
    before = len(house.channel.history())

    await hide(house, warden, (await stored(house, "500")).url)

    assert len(house.channel.history()) == before - 1


async def test_a_link_to_our_message_asks_for_each_of_its_posts(house: House, warden: Any) -> None:
    await subscribe(house)
    message = await tell(house, 500, 600)
    link = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{message.id}"

    result = await ask(house, warden, link)

    assert "増設の話 500" in texts(result.response)
    assert "増設の話 600" in texts(result.response)


@pytest.mark.invariant(8)
async def test_a_post_nobody_has_seen_can_be_hidden_before_it_comes(house: House, warden: Any) -> None:
    await subscribe(house)
    post = house.post("まだ来ていない話", 900, serial=7, minutes_old=1)

    await hide(house, warden, STATUS.format("someone", post.id))
    house.site.put(TOPIC, [post])
    await house.look_again()

    assert "まだ来ていない話" not in shown(house)


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
    house: House, warden: Any, typed: str, text_id: str
) -> None:
    result = await ask(house, warden, typed)

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(house, text_id) in said


@pytest.mark.parametrize("command", ["hide", "unhide", "hidden"])
async def test_commands_need_manage_messages(house: House, command: str) -> None:
    options = {} if command == "hidden" else {"post": "1234567"}

    with pytest.raises(Exception, match="permission"):
        await house.visitor.slash(house.channel, command, **options)


async def test_a_person_who_lost_the_permission_cannot_click_on(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 500)
    result = await ask(house, warden, (await stored(house, "500")).url)
    for role in list(house.env.backend.guilds[house.guild.id].roles.values()):
        left = role.permissions & ~discord.Permissions(manage_messages=True).value
        house.env.backend.edit_role(house.guild.id, role.id, {"permissions": left})
    await house.env.settle()

    clicked = await warden.click(result.response, custom_id=ids(result.response)[0])

    said = [answer.content for answer in (clicked.response, *clicked.followups) if answer is not None]
    assert any("Manage Messages" in content for content in said)
    assert "増設の話 500" in shown(house)


# -- from a message ---------------------------------------------------------------------------------------


async def test_a_messages_menu_hides_its_only_post_after_a_question(house: House, warden: Any) -> None:
    await subscribe(house)
    message = await tell(house, 500)

    result = await warden.context_menu(house.channel, "Hide a post", message)
    await confirm(warden, result.response)
    await house.deliver()

    assert result.ephemeral
    assert "増設の話 500" not in shown(house)


async def test_a_messages_menu_lets_one_of_several_be_chosen(house: House, warden: Any) -> None:
    await subscribe(house)
    message = await tell(house, 500, 600)

    result = await warden.context_menu(house.channel, "Hide a post", message)
    second = [one["accessory"] for one in result.response.components[0]["components"] if "accessory" in one][1]
    form = await warden.click(result.response, custom_id=second["custom_id"])
    await warden.submit_modal(form, {"reason": ""})
    await house.deliver()

    assert "増設の話 500" not in shown(house)
    assert "増設の話 600" in shown(house)


async def test_a_message_of_somebody_else_has_nothing_to_hide(house: House, warden: Any) -> None:
    message = await house.visitor.send(house.channel, "こんにちは")

    result = await warden.context_menu(house.channel, "Hide a post", message)

    assert result.response.content == sentence(house, "hide-message-unknown")


async def test_the_menu_of_an_alert_offers_a_warden_only_to_hide(house: House, warden: Any) -> None:
    await subscribe(house)
    message = await tell(house, 500)

    menu = (await warden.click(message, label="⋯")).response
    labels = [one["label"] for row in menu.components[0]["components"][1:] for one in row["components"]]
    assert labels == [sentence(house, "alert-menu-hide")]

    form = await press(warden, menu, GO_ON)
    house.bot = TrendBot(house.services, background=False)
    await house.env.restart_bot(house.bot)
    await warden.submit_modal(form, {"reason": "スパム"})
    await house.deliver()
    [line] = await house.services.moderation.trail(GuildId(house.guild.id))
    assert (line.why, line.actor) == ("スパム", person(warden.id))
    assert "増設の話 500" not in shown(house)


async def test_who_manages_channels_but_no_messages_is_not_offered_to_hide(house: House) -> None:
    await subscribe(house)
    menu = (await house.admin.click(await tell(house, 500), label="⋯")).response

    labels = [one["label"] for row in menu.components[0]["components"][1:] for one in row["components"]]
    assert sentence(house, "alert-menu-hide") not in labels
    assert sentence(house, "alert-menu-stop") in labels


# -- taking it back ---------------------------------------------------------------------------------------


async def test_one_click_takes_it_back_and_says_what_that_means(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 500)
    post = await stored(house, "500")
    result = await ask(house, warden, post.url)
    await confirm(warden, result.response)

    await press(warden, result.response, UNHIDE)

    assert sentence(house, "unhide-done") in texts(result.response)
    assert sentence(house, "hide-undo-means") in texts(result.response)
    await house.look_again()
    answer = await house.visitor.slash(house.channel, "trend", topic=TOPIC)
    assert "増設の話 500" in texts(answer.response)


async def test_what_is_hidden_is_suggested_and_can_be_let_back(house: House, warden: Any) -> None:
    await hide(house, warden, "1234567890")

    [choice] = await warden.autocomplete(house.channel, "unhide", "post", "")
    assert "宣伝" in choice["name"]
    assert choice["value"] == post_hash(PostKey("x:1234567890"))
    result = await warden.slash(house.channel, "unhide", post=choice["value"])

    assert sentence(house, "unhide-done") in texts(result.response)
    assert await warden.autocomplete(house.channel, "unhide", "post", "") == []


async def test_a_post_can_be_let_back_by_its_link(house: House, warden: Any) -> None:
    await hide(house, warden, "1234567890")

    result = await warden.slash(house.channel, "unhide", post=STATUS.format("a", "1234567890"))

    assert sentence(house, "unhide-done") in texts(result.response)


async def test_what_the_operator_hid_no_server_brings_back(house: House, warden: Any) -> None:
    await house.services.moderation.hide(EVERYWHERE, PostKey("x:1234567890"), OPERATOR)

    result = await warden.slash(house.channel, "unhide", post="1234567890")

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(house, "unhide-not-yours") in said


async def test_what_is_not_hidden_says_so(house: House, warden: Any) -> None:
    result = await warden.slash(house.channel, "unhide", post="1234567890")

    said = [answer.content for answer in (result.response, *result.followups) if answer is not None]
    assert sentence(house, "unhide-not-hidden") in said


async def test_a_click_on_cancel_takes_nobody_elses_message_away(house: House) -> None:
    await subscribe(house)
    message = await tell(house, 500)

    said = await forged(house.visitor, message, "kw:hide:cancel")

    assert said.strip() == sentence(house, "hide-kept")


# -- the record -------------------------------------------------------------------------------------------


async def test_who_did_what_when_and_why_can_be_read(house: House, warden: Any) -> None:
    result = await ask(house, warden, "1234567890", reason="宣伝 @everyone")
    await warden.click(result.response, custom_id=ids(result.response)[0])
    await warden.slash(house.channel, "unhide", post="1234567890")

    result = await warden.slash(house.channel, "hidden")

    lines = texts(result.response)
    at, mark = f"<t:{int(house.clock().timestamp())}:f>", post_hash(PostKey("x:1234567890"))[:8]
    facts = {"who": f"<@{warden.id}>", "time": at, "post": mark}
    hid, unhid = sentence(house, "hidden-line-hide", **facts), sentence(house, "hidden-line-unhide", **facts)
    assert result.ephemeral
    assert "宣伝" in lines
    assert " @everyone" not in lines
    assert lines.index(unhid) < lines.index(hid)
    assert "1234567890" not in lines


async def test_what_the_moderator_typed_into_the_form_is_on_record(house: House, warden: Any) -> None:
    result = await ask(house, warden, "1234567890")
    await confirm(warden, result.response, "同じ人の\n宣伝")
    said = texts(result.response)

    listed = await warden.slash(house.channel, "hidden")

    assert sentence(house, "hide-done-note", why="同じ人の 宣伝") in said
    assert "同じ人の 宣伝" in texts(listed.response)


async def test_a_form_of_a_question_that_is_forgotten_says_so_and_hides_nothing(house: House, warden: Any) -> None:
    result = await ask(house, warden, "1234567890")
    form = await warden.click(result.response, custom_id=ids(result.response)[0])
    house.bot = TrendBot(house.services, background=False)
    await house.env.restart_bot(house.bot)

    await warden.submit_modal(form, {"reason": "宣伝"})

    assert sentence(house, "hide-late") in texts(result.response)
    assert await house.services.moderation.hidden(GuildId(house.guild.id)) == []


async def test_the_question_from_a_messages_menu_can_be_cancelled(house: House, warden: Any) -> None:
    await subscribe(house)
    message = await tell(house, 500)
    result = await warden.context_menu(house.channel, "Hide a post", message)

    await press(warden, result.response, "^kw:hide:cancel$")
    await house.deliver()

    assert sentence(house, "hide-kept") in texts(result.response)
    assert "増設の話 500" in shown(house)


async def test_who_lost_the_permission_while_typing_hides_nothing(house: House, warden: Any) -> None:
    await subscribe(house)
    menu = (await warden.click(await tell(house, 500), label="⋯")).response
    form = await press(warden, menu, GO_ON)
    for role in list(house.env.backend.guilds[house.guild.id].roles.values()):
        left = role.permissions & ~discord.Permissions(manage_messages=True).value
        house.env.backend.edit_role(house.guild.id, role.id, {"permissions": left})
    await house.env.settle()

    refused = await warden.submit_modal(form, {"reason": "宣伝"})

    assert "Manage Messages" in answer(refused).content
    assert "増設の話 500" in shown(house)


async def test_the_button_that_hid_without_a_question_still_does(house: House, warden: Any) -> None:
    """Messages of older versions have one."""
    await subscribe(house)
    menu = (await warden.click(await tell(house, 500), label="⋯")).response

    await forged(warden, menu, the(menu, GO_ON) + "-sure")
    await house.deliver()

    assert "増設の話 500" not in shown(house)


async def test_a_post_is_unhidden_from_the_record(house: House, warden: Any) -> None:
    guild = GuildId(house.guild.id)
    for number in range(2):
        await house.services.moderation.hide(guild, PostKey(f"x:{number}"), person(warden.id))
    result = await warden.slash(house.channel, "hidden")

    await press(warden, result.response, f"^kw:unhide:{post_hash(PostKey('x:0'))}")

    [left] = await house.services.moderation.hidden(guild)
    assert left.post_hash == post_hash(PostKey("x:1"))
    assert sentence(house, "unhide-done") in texts(result.response)
    assert [one for one in ids(result.response) if "unhide" in one] == [f"kw:unhide:{left.post_hash}:0"]


async def test_an_empty_record_says_so(house: House, warden: Any) -> None:
    result = await warden.slash(house.channel, "hidden")

    assert sentence(house, "hidden-none") in texts(result.response)


async def test_a_long_record_is_paged(house: House, warden: Any) -> None:
    for number in range(PAGE + 1):
        await house.services.moderation.hide(GuildId(house.guild.id), PostKey(f"x:{number}"), person(warden.id))

    result = await warden.slash(house.channel, "hidden")
    first = [one for one in ids(result.response) if "unhide" in one]
    await press(warden, result.response, "^kw:trail:1$")

    assert len(first) == PAGE
    assert len([one for one in ids(result.response) if "unhide" in one]) == 1


# -- public answers of /trend ---------------------------------------------------------------------------------


async def answered(house: House, **options: Any) -> Any:
    """What ``/trend`` answers, where everybody reads it unless it is private."""
    return (await house.visitor.slash(house.channel, "trend", topic=TOPIC, **options)).response


@pytest.mark.invariant(8)
async def test_a_public_answer_that_shows_a_hidden_post_goes(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 5)
    await tell(house, 900, 5)
    await answered(house)
    before = shown(house).count("増設の話 900")

    await hide(house, warden, STATUS.format("nanashi", (await stored(house, "900")).canonical_id))
    await house.deliver()

    assert before >= 2
    assert "増設の話 900" not in shown(house)


@pytest.mark.invariant(8)
async def test_an_answer_is_taken_down_of_which_discords_receipt_was_lost(
    house: House, warden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(house)
    await tell(house, 5)
    await tell(house, 900, 5)
    edit = discord.Interaction.edit_original_response

    async def lost(self: discord.Interaction[Any], **options: Any) -> None:
        await edit(self, **options)
        raise aiohttp.ServerDisconnectedError

    with monkeypatch.context() as patch:
        patch.setattr(discord.Interaction, "edit_original_response", lost)
        await answered(house)
    before = shown(house).count("増設の話 900")

    await hide(house, warden, STATUS.format("nanashi", (await stored(house, "900")).canonical_id))
    await house.deliver()

    assert before >= 2
    assert "増設の話 900" not in shown(house)


@pytest.mark.invariant(8)
async def test_a_public_answer_without_the_hidden_post_stays(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 5)
    await tell(house, 900, 5)
    answer = await answered(house)
    other = (await stored(house, "900")).key
    await house.services.storage.public_answers.remember_answer(
        MessageId("ab" * 12), GuildId(house.guild.id), ChannelId(house.channel.id), answer.id, [], house.clock()
    )

    await house.services.moderation.hide(GuildId(house.guild.id), other, person(warden.id))
    await house.deliver()

    assert answer.id in {message.id for message in house.channel.history()}


@pytest.mark.invariant(8)
async def test_a_post_hidden_while_an_answer_was_drawn_takes_the_answer_down(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 5)
    await tell(house, 900, 5)
    answer = await answered(house)
    key = (await stored(house, "900")).key
    guild, channel = GuildId(house.guild.id), ChannelId(house.channel.id)
    await house.services.moderation.hide(guild, key, person(warden.id))
    await house.deliver()
    gone = answer.id not in {message.id for message in house.channel.history()}

    await house.services.moderation.remember_answer(guild, channel, 123456789012345678, [key])
    waiting = await house.services.storage.edits.claim(house.clock(), urgent=True, limit=5, lease_s=30)

    assert gone
    assert [redraw.message.discord_message_id for redraw in waiting] == [123456789012345678]


async def test_a_private_answer_is_not_remembered(house: House, warden: Any) -> None:
    await subscribe(house)
    await tell(house, 5)
    await answered(house, private=True)

    await hide(house, warden, STATUS.format("nanashi", (await stored(house, "5")).canonical_id))
    deliveries = await house.services.storage.edits.claim(house.clock(), urgent=True, limit=5, lease_s=30)

    assert deliveries == []

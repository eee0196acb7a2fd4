"""The fake Discord, held against the real discord.py client over real sockets."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from tests.fakes.discord.discord_rig import Bot, discord_rig, layout, post_raw, with_commands
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.interactions import COMMAND
from tests.fakes.discord.limits import NO_BUCKETS, Clock, FrozenClock, Limits, Window
from tests.fakes.discord.media import LOADING, media_of, shown_files
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.people import NotOffered
from tests.fakes.discord.world import COMPONENTS_V2, FORUM

# Gateway


async def test_client_logs_in_and_sees_guilds_channels_threads_and_its_permissions() -> None:
    async with discord_rig() as place:
        place.server.add_thread(place.news, "a thread")
        place.server.set_permissions(place.news, deny=["read_message_history"])
        async with place.bot() as bot:
            guild = bot.guilds[0]
            channel = guild.get_channel(place.news.id)
            assert bot.user is not None
            assert isinstance(channel, discord.TextChannel)
            assert [thread.name for thread in guild.threads] == ["a thread"]
            assert channel.permissions_for(guild.me).send_messages
            assert not channel.permissions_for(guild.me).read_message_history


async def test_wrong_token_is_a_login_failure() -> None:
    async with discord_rig() as place:
        bot = Bot()
        with place.server.in_place_of_discord(), pytest.raises(discord.LoginFailure):
            await bot.login("wrong")
        await bot.close()


@pytest.mark.parametrize("how", ["close", "cut", "opcode 7"])
async def test_client_resumes_after_a_disconnect_and_misses_no_event(how: str) -> None:
    async with discord_rig() as place, place.bot() as bot:
        heard = asyncio.create_task(bot.wait_for("message", timeout=30))
        resumed = asyncio.create_task(bot.wait_for("resumed", timeout=30))
        await asyncio.sleep(0)
        gateway = place.server.gateway
        if how == "close":
            await gateway.disconnect()
        elif how == "cut":
            gateway.cut()
        else:
            await gateway.ask_to_reconnect()
        place.server.say(place.news, place.alice, "while you were away")
        message = await heard
        assert (message.author.name, message.content) == ("alice", "")  # without the message_content intent
        await resumed
        assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_client_identifies_anew_when_its_session_is_gone() -> None:
    async with discord_rig() as place, place.bot() as bot:
        bot.is_up.clear()
        await place.server.gateway.disconnect(resumable=False)
        await asyncio.wait_for(bot.is_up.wait(), 30)
        assert (place.server.gateway.identifies, place.server.gateway.resumes) == (2, 0)


async def test_deleted_channel_and_guild_leave_the_cache_and_answer_404() -> None:
    async with discord_rig() as place, place.bot() as bot:
        channel = bot.get_channel(place.news.id)
        assert isinstance(channel, discord.TextChannel)
        gone = asyncio.create_task(bot.wait_for("guild_remove", timeout=30))
        await asyncio.sleep(0)
        place.server.delete_channel(place.news)
        with pytest.raises(discord.NotFound) as refused:
            await channel.send("anyone?")
        assert refused.value.code == 10003
        place.server.delete_guild(place.guild)
        await gone
        assert not bot.guilds


# Messages


async def test_same_nonce_twice_is_one_message() -> None:
    async with discord_rig() as place, place.rest() as channel:
        first = await channel.send(view=layout("データセンター"), nonce="n" * 25)
        second = await channel.send(view=layout("データセンター"), nonce="n" * 25)
        assert second.id == first.id
        [message] = place.server.messages(place.news)
        assert (message.text, message.nonce, message.repeats) == ("データセンター", "n" * 25, 1)
        assert message.custom_ids == ["kawaraban:1"]


async def test_nonce_is_forgotten_after_five_minutes() -> None:
    clock = Clock()
    async with discord_rig(clock=clock) as place, place.rest() as channel:
        await channel.send("one", nonce="n")
        clock.advance(299)
        await channel.send("one", nonce="n")
        assert len(place.server.messages(place.news)) == 1
        clock.advance(2)
        await channel.send("one", nonce="n")
        assert len(place.server.messages(place.news)) == 2


async def test_nonce_of_a_deleted_message_is_404_unknown_message() -> None:
    async with discord_rig() as place, place.rest() as channel:
        await (await channel.send("one", nonce="n")).delete()
        with pytest.raises(discord.NotFound) as refused:
            await channel.send("one", nonce="n")
        assert refused.value.code == 10008
        assert place.server.messages(place.news)[0].deleted_at is not None


async def test_history_pages_like_discord_and_is_empty_without_the_permission() -> None:
    async with discord_rig() as place, place.rest() as channel:
        sent = [await channel.send(str(n)) for n in range(5)]
        assert [m.content async for m in channel.history(limit=2)] == ["4", "3"]
        assert [m.content async for m in channel.history(after=sent[1], limit=2)] == ["2", "3"]
        assert [m.content async for m in channel.history(before=sent[1])] == ["0"]
        assert [m.content async for m in channel.history(around=sent[2], limit=3)] == ["3", "2", "1"]
        assert (await channel.fetch_message(sent[0].id)).content == "0"
        place.server.set_permissions(place.news, deny=["read_message_history"])
        assert [m async for m in channel.history()] == []


@pytest.mark.parametrize(("denied", "code"), [("view_channel", 50001), ("send_messages", 50013)])
async def test_missing_permission_is_403(denied: str, code: int) -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.set_permissions(place.news, deny=[denied])
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send("hello")
        assert refused.value.code == code


async def test_thread_needs_its_own_permission_and_a_locked_one_refuses() -> None:
    async with discord_rig() as place, place.rest():
        thread = place.server.add_thread(place.news, "t")
        path = f"/channels/{thread.id}/messages"
        assert (await post_raw(place.server, path, {"content": "x"}))[0] == 200
        place.server.set_permissions(place.news, deny=["send_messages_in_threads"])
        assert (await post_raw(place.server, path, {"content": "x"}))[1]["code"] == 50013
        place.server.set_permissions(place.news)
        thread.is_archived = thread.is_locked = True
        assert (await post_raw(place.server, path, {"content": "x"}))[1]["code"] == 50083


async def test_an_archived_thread_refuses_edits_and_deletions_until_somebody_wakes_it() -> None:
    async with discord_rig() as place, place.rest():
        thread = place.server.add_thread(place.news, "t")
        path = f"/channels/{thread.id}"
        _, sent = await post_raw(place.server, f"{path}/messages", {"content": "x"})
        there = f"{path}/messages/{sent['id']}"
        place.server.archive(thread)
        assert (await post_raw(place.server, there, {"content": "y"}, "PATCH"))[1]["code"] == 50083
        assert (await post_raw(place.server, there, {}, "DELETE"))[1]["code"] == 50083
        assert (await post_raw(place.server, path, {"archived": False}, "PATCH"))[0] == 200
        assert (await post_raw(place.server, there, {"content": "y"}, "PATCH"))[0] == 200
        place.server.archive(thread, locked=True)
        assert (await post_raw(place.server, path, {"archived": False}, "PATCH"))[1]["code"] == 50013


async def test_channels_of_a_server_in_an_outage_are_not_found() -> None:
    async with discord_rig() as place, place.rest():
        path = f"/channels/{place.news.id}/messages"
        place.server.make_unavailable(place.guild)
        assert (await post_raw(place.server, path, {"content": "x"}))[1]["code"] == 10003
        place.server.make_available(place.guild)
        assert (await post_raw(place.server, path, {"content": "x"}))[0] == 200


async def test_a_text_that_always_fails_gets_a_500_and_another_does_not() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.fail_always("heavy")
        heavy = {"flags": 1 << 15, "components": [{"type": 10, "content": "too heavy"}]}
        with pytest.raises(aiohttp.ContentTypeError) as failed:
            await post_raw(place.server, f"/channels/{place.news.id}/messages", heavy)
        assert failed.value.status == 500
        await channel.send(view=layout("light"))
        assert [message.text for message in place.server.messages()] == ["light"]


async def test_edits_deletions_and_files_stand_in_the_record(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    async with discord_rig(record=file) as place, place.rest() as channel:
        message = await channel.send(file=discord.File(io.BytesIO(b"png"), "chart.png"))
        await message.edit(content="seen", attachments=[])
        await message.delete()
        [kept] = place.server.messages(place.news)
        assert [edit.body.content for edit in kept.edits] == ["seen"]
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert [line["event"] for line in lines] == ["create", "edit", "delete"]
        assert [line["files"] for line in lines] == [["chart.png"], [], []]


async def test_only_allowed_mentions_of_mentionable_roles_notify() -> None:
    async with discord_rig() as place, place.rest() as channel:
        told = place.server.add_role(place.guild, "told", is_mentionable=True)
        silent = place.server.add_role(place.guild, "silent")
        text = f"@everyone <@&{told.id}> <@&{silent.id}> <@{place.alice.id}>"
        only = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(told.id)])
        await channel.send(text, allowed_mentions=only)
        await channel.send(text)
        first, second = place.server.messages(place.news)
        assert first.pings == (f"<@&{told.id}>",)
        assert second.pings == (f"<@&{told.id}>", f"<@{place.alice.id}>")


async def test_direct_message_arrives_or_is_refused() -> None:
    async with discord_rig() as place, place.bot() as bot:
        user = await bot.fetch_user(place.alice.id)
        await user.send("hello")
        assert place.server.messages(place.server.world.dm(place.alice))[0].text == "hello"
        place.alice.has_closed_dms = True
        with pytest.raises(discord.Forbidden):
            await user.send("again")


async def test_forum_post_is_a_thread_with_its_first_message() -> None:
    async with discord_rig() as place:
        forum = place.server.add_channel(place.guild, "forum", type=FORUM)
        async with place.bot() as bot:
            channel = bot.get_channel(forum.id)
            assert isinstance(channel, discord.ForumChannel)
            made = await channel.create_thread(name="topic", view=layout("first"))
            assert [m.text for m in place.server.messages(made.thread.id)] == ["first"]


TEXT = {"type": 10, "content": "x"}
LINK = {"type": 2, "style": 5, "label": "x", "url": "https://example.org"}
ROW = {"type": 1, "components": [LINK] * 5}


def button(custom_id: str) -> Any:
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": custom_id}]}


@pytest.mark.parametrize(
    ("components", "is_fine"),
    [
        ([TEXT] * 40, True),
        ([TEXT] * 41, False),
        ([{"type": 17, "components": [*[ROW] * 6, TEXT, TEXT, TEXT]}], True),
        ([{"type": 17, "components": [*[ROW] * 6, TEXT, TEXT, TEXT, TEXT]}], False),
        ([{"type": 10, "content": "あ" * 2000}] * 2, True),
        ([{"type": 10, "content": "あ" * 2000}] * 2 + [TEXT], False),
        ([button("k" * 100)], True),
        ([button("k" * 101)], False),
        ([button("")], False),
        ([button("k"), button("k")], False),
        ([], False),
        ([LINK], False),
        ([{"type": 99}], False),
    ],
)
async def test_limits_of_a_layout_are_enforced(components: list[Any], is_fine: bool) -> None:
    async with discord_rig() as place:
        payload = {"flags": COMPONENTS_V2, "components": components}
        status, _ = await post_raw(place.server, f"/channels/{place.news.id}/messages", payload)
        assert status == (200 if is_fine else 400)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"content": "x" * 2001}, 50035),
        ({"content": ""}, 50006),
        ({"content": "x", "flags": COMPONENTS_V2, "components": [TEXT]}, 50035),
        ({"embeds": [{"title": "x"}], "flags": COMPONENTS_V2, "components": [TEXT]}, 50035),
        ({"components": [TEXT]}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
    ],
)
async def test_what_is_not_a_message_is_refused(payload: Any, code: int) -> None:
    async with discord_rig() as place:
        status, answer = await post_raw(place.server, f"/channels/{place.news.id}/messages", payload)
        assert (status, answer["code"]) == (400, code)
        assert place.server.messages() == []


# Limits


async def test_channel_bucket_is_announced_and_then_enforced_per_channel() -> None:
    async with discord_rig(limits=Limits(), clock=FrozenClock()) as place:
        other = place.server.add_channel(place.guild, "other")
        path = f"/channels/{place.news.id}/messages"
        answers = [await post_raw(place.server, path, {"content": "x"}) for _ in range(6)]
        assert [status for status, _ in answers] == [200] * 5 + [429]
        assert answers[-1][1] == {
            "message": "You are being rate limited.",
            "code": 0,
            "retry_after": 5.0,
            "global": False,
        }
        assert (await post_raw(place.server, f"/channels/{other.id}/messages", {"content": "x"}))[0] == 200
        assert place.server.record.rate_limited == {"user": 1}


async def test_client_obeys_the_buckets_headers_and_draws_no_429() -> None:
    limits = replace(NO_BUCKETS, send=Window(2, 0.02))
    async with discord_rig(limits=limits) as place, place.rest() as channel:
        await asyncio.gather(*(channel.send(str(n)) for n in range(6)))
        assert len(place.server.messages(place.news)) == 6
        assert not place.server.record.rate_limited


async def test_global_limit_is_50_a_second_and_does_not_count_interactions() -> None:
    clock = FrozenClock()
    async with discord_rig(limits=Limits(), clock=clock) as place:
        answers = [await post_raw(place.server, "/users/@me", None, "GET") for _ in range(51)]
        assert [status for status, _ in answers] == [200] * 50 + [429]
        assert answers[-1][1]["global"] is True
        assert (await post_raw(place.server, "/interactions/1/x/callback", {"type": 4}))[0] == 404
        clock.advance(1)
        assert (await post_raw(place.server, "/users/@me", None, "GET"))[0] == 200
        assert place.server.record.rate_limited == {"global": 1}


async def test_client_waits_out_a_global_429() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.faults.next("POST /channels/", Fault.global_429(0.01))
        await channel.send("after all")
        assert [r.scope for r in place.server.record.matching("POST /channels/")] == ["global", None]


async def test_too_many_invalid_answers_draw_a_ban_that_shared_429s_do_not_count_for() -> None:
    limits = replace(NO_BUCKETS, invalid_answers=Window(3, 600), ban_s=60)
    clock = FrozenClock()
    async with discord_rig(limits=limits, clock=clock) as place, place.rest() as channel:
        place.server.faults.next("POST /channels/", Fault.shared_429(0.001), times=4)
        await channel.send("fine")
        place.server.set_permissions(place.news, deny=["send_messages"])
        for _ in range(3):
            with pytest.raises(discord.Forbidden):
                await channel.send("x")
        with pytest.raises(discord.HTTPException) as banned:
            await channel.send("x")
        assert (banned.value.status, banned.value.text) == (429, "error code: 1015")
        clock.advance(61)
        with pytest.raises(discord.Forbidden):
            await channel.send("x")


async def test_old_messages_can_be_edited_only_so_often() -> None:
    clock = Clock()
    limits = replace(NO_BUCKETS, old_edits=Window(1, 60), old_edit_retry_after_s=0.001)
    async with discord_rig(limits=limits, clock=clock) as place, place.rest() as channel:
        message = await channel.send("RP 100")
        for text in ("RP 101", "RP 102"):
            await message.edit(content=text)
        clock.advance(3601)
        await message.edit(content="RP 200")
        with pytest.raises(discord.HTTPException) as refused:
            await message.edit(content="RP 300")
        assert (refused.value.status, refused.value.code) == (429, 30046)
        assert place.server.messages(place.news)[0].text == "RP 200"


# Faults


async def test_dropped_answer_leaves_a_message_the_client_does_not_know_of() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.faults.next("POST /channels/", Fault.drop_answer())
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("once", nonce="n")
        assert [m.text for m in place.server.messages(place.news)] == ["once"]
        again = await channel.send("once", nonce="n")
        assert [m.id for m in place.server.messages(place.news)] == [again.id]


async def test_reset_before_handling_leaves_nothing() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.faults.next(f"POST /channels/{place.news.id}", Fault.reset())
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("never")
        assert place.server.messages() == []
        assert place.server.record.matching("POST")[-1].fault == "reset"


async def test_status_fault_is_given_as_often_as_asked() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.faults.next("POST /channels/", Fault.status(503), times=2)
        for _ in range(2):
            with pytest.raises(discord.DiscordServerError):
                await channel.send("x")
        await channel.send("x")
        assert place.server.record.statuses[503] == 2


async def test_answer_that_never_comes_ends_with_the_server() -> None:
    async with discord_rig() as place, place.rest() as channel:
        place.server.faults.next("POST /channels/", Fault.accept_and_hang())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(channel.send("heard"), 0.05)
        assert [m.text for m in place.server.messages(place.news)] == ["heard"]


async def test_faults_with_a_probability_repeat_with_their_seed() -> None:
    async def dropped(seed: int) -> list[str]:
        async with discord_rig(seed=seed) as place, place.rest() as channel:
            place.server.faults.sometimes("POST /channels/", Fault.status(503), 0.5)
            await asyncio.gather(*(channel.send("x") for _ in range(1)), return_exceptions=True)
            for _ in range(15):
                await asyncio.gather(channel.send("x"), return_exceptions=True)
            return [str(r.status) for r in place.server.record.matching("POST /channels/")]

    assert await dropped(1) == await dropped(1)
    assert await dropped(1) != await dropped(2)


# Interactions


async def test_slash_command_defers_edits_and_follows_up() -> None:
    async with discord_rig() as place, place.bot(with_commands):
        answer = await place.server.slash(place.news, place.alice, "trend", topic="データセンター")
        assert answer.text == "データセンター ja"
        await answer.until(lambda each: each.followups)
        assert answer.followups[0].is_ephemeral
        assert [m.text for m in place.server.messages(place.news)] == ["データセンター ja"]


async def test_subcommand_autocomplete_and_message_command_round_trip() -> None:
    async with discord_rig() as place, place.bot(with_commands):
        server, news, alice = place.server, place.news, place.alice
        choices = await server.autocomplete(news, alice, "trend", focused="topic", topic="x")
        assert choices == [{"name": "x!", "value": "x"}]
        added = await server.slash(news, alice, "watch add", channel=news)
        assert (added.text, added.original is not None and added.original.is_ephemeral) == ("news True", True)
        assert server.messages() == []
        message = server.say(news, alice, "look")
        assert (await server.use_message_command(message, alice, "隠す")).text == f"hidden {message.id}"
        with pytest.raises(NotOffered):
            await server.slash(news, alice, "nothing")


async def test_button_opens_a_modal_whose_submission_edits_the_message() -> None:
    async with discord_rig() as place, place.bot(with_commands) as bot:
        await bot.get_partial_messageable(place.news.id).send(view=layout("alert", custom_id="menu:7"))
        [alert] = place.server.messages(place.news)
        opened = await place.server.click(alert, place.alice, "menu:")
        await place.server.submit(opened, {"min_rp": "250"})
        assert alert.text == "min RP 250"


async def test_interaction_answered_twice_or_too_late_is_refused() -> None:
    clock = Clock()
    async with discord_rig(clock=clock) as place, place.bot(with_commands) as bot:
        asked = await place.server.slash(place.news, place.alice, "trend", topic="x")
        unheard = place.server.interactions.open(COMMAND, place.news, place.alice)
        clock.advance(3.1)
        for interaction, code in ((asked, 40060), (unheard, 10062)):
            path = f"/interactions/{interaction.id}/{interaction.token}/callback"
            assert (await post_raw(place.server, path, {"type": 5}))[1]["code"] == code
        clock.advance(901)
        webhook = f"/webhooks/{bot.application_id}/{asked.token}"
        assert (await post_raw(place.server, webhook, {"content": "x"}))[1]["code"] == 50027


async def test_one_bad_command_name_fails_the_whole_sync() -> None:
    async with discord_rig() as place:
        commands = [{"name": "trend", "description": "d", "name_localizations": {"ja": "データ・センター"}}]
        path = f"/applications/{place.server.world.application_id}/commands"
        assert (await post_raw(place.server, path, commands, "PUT"))[1]["code"] == 50035
        commands[0]["name_localizations"] = {"ja": "データセンター"}
        assert (await post_raw(place.server, path, commands, "PUT"))[0] == 200


# A process of its own


async def test_server_process_keeps_a_record_and_obeys_its_control(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    arguments = ["-m", "tests.fakes.discord.server", "--record", str(record), "--channels", "2"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert process.stdout is not None
    world = json.loads(await process.stdout.readline())
    headers = {"Authorization": f"Bot {world['token']}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def control(**command: Any) -> Any:
            async with session.post(world["control_url"], json=command) as answer:
                return await answer.json()

        await control(do="fault", where="POST /channels/", fault={"kind": "status", "http_status": 502})
        path = f"{world['api_base']}/channels/{world['channels'][1]['id']}/messages"
        for status in (502, 200):
            async with session.post(path, json={"content": "言"}) as answer:
                assert answer.status == status
        told = await control(do="messages", channel_id=world["channels"][1]["id"])
        assert [message["text"] for message in told["messages"]] == ["言"]
        assert (await control(do="nonsense"))["ok"] is False
        assert json.loads(record.read_text(encoding="utf-8"))["content"] == "言"
        await control(do="quit")
    assert await process.wait() == 0


# Files


def picture(name: str, size: int = 8) -> discord.File:
    return discord.File(io.BytesIO(b"\x89PNG" + bytes(size)), name)


def gallery(*addresses: str) -> ui.LayoutView:
    view = ui.LayoutView()
    items = [discord.MediaGalleryItem(address) for address in addresses]
    return view.add_item(ui.MediaGallery(*items))


async def test_a_gallery_shows_files_of_its_own_message_and_no_others() -> None:
    async with discord_rig() as place, place.rest() as channel:
        await channel.send(view=gallery("attachment://a.png"), file=picture("a.png"))
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(view=gallery("attachment://b.png"), file=picture("a.png"))

        [kept] = place.server.messages(place.news)
        assert refused.value.code == 50035
        assert [one.filename for one in shown_files(kept.body.components, kept.body.attachments)] == ["a.png"]
        assert message_payload(kept)["attachments"] == [], "what a component shows is not listed again"


async def test_an_edit_loses_the_files_that_it_does_not_name() -> None:
    async with discord_rig() as place, place.rest() as channel:
        view = gallery("attachment://a.png", "attachment://b.png")
        sent = await channel.send(view=view, files=[picture("a.png"), picture("b.png")])
        await sent.edit(view=gallery("attachment://c.png"), attachments=[picture("c.png")])
        with pytest.raises(discord.HTTPException):
            await sent.edit(view=gallery("attachment://a.png"))

        [kept] = place.server.messages(place.news)
        assert [one.filename for one in kept.body.attachments] == ["c.png"]


async def test_files_have_limits_and_need_a_permission() -> None:
    async with discord_rig(limits=replace(NO_BUCKETS, file_bytes=100)) as place, place.rest() as channel:
        with pytest.raises(discord.HTTPException) as large:
            await channel.send(file=picture("a.png", 101))
        with pytest.raises(discord.HTTPException) as many:
            await channel.send(files=[picture(f"{number}.png") for number in range(11)])
        place.server.set_permissions(place.news, deny=["attach_files"])
        with pytest.raises(discord.Forbidden) as forbidden:
            await channel.send(view=gallery("attachment://a.png"), file=picture("a.png"))

        assert (large.value.status, large.value.code) == (413, 40005)
        assert (many.value.status, many.value.code) == (400, 50035)
        assert forbidden.value.code == 50013
        assert place.server.messages(place.news) == []


async def test_a_picture_of_another_server_is_not_shown_yet() -> None:
    async with discord_rig() as place, place.rest() as channel:
        await channel.send(view=gallery("https://pictures.example/a.png"))

        [kept] = place.server.messages(place.news)
        assert [media["loading_state"] for media in media_of(kept.body.components)] == [LOADING]
        assert shown_files(kept.body.components, kept.body.attachments) == []

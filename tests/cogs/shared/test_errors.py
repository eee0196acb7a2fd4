"""What people read when something goes wrong, from commands and from buttons, before and after an answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
import regex
from discord import app_commands, ui

from bot.core.errors import DatabaseBusy, RefusedRequest, SourceBusy
from bot.gateway.client import PERMISSIONS
from cogs.shared.errors import answering, permission_names
from tests.conftest import EN, BotEnv

ERRORS: dict[str, Callable[[], Exception]] = {
    "refused": lambda: RefusedRequest("error-topic-long", limit=60),
    "source off": lambda: RefusedRequest("error-source-off", source="x", available="trendpage,mastodon"),
    "none on": lambda: RefusedRequest("error-source-off", source="x", available=""),
    "cooldown": lambda: RefusedRequest("error-cooldown", when=1_700_000_000),
    "source": lambda: SourceBusy("429 from https://secret.example"),
    "you need": lambda: app_commands.MissingPermissions(["manage_channels", "manage_guild"]),
    "bot needs": lambda: app_commands.BotMissingPermissions(["read_message_history"]),
    "guild only": app_commands.NoPrivateMessage,
    "too often": lambda: app_commands.CommandOnCooldown(app_commands.Cooldown(1, 60), 30),
    "not found": lambda: app_commands.CommandNotFound("gone", []),
    "busy": lambda: DatabaseBusy("database is locked"),
    "bug": lambda: ZeroDivisionError("a secret detail"),
    "text missing": lambda: RefusedRequest("no-such-sentence"),
    "long": lambda: RefusedRequest("error-topic-long", limit="9" * 9000),
}
SENTENCES = {
    "refused": EN.say("error-topic-long", limit=60),
    "source off": EN.say("error-source-off", source="X", available="Trend page, Mastodon"),
    "none on": EN.say("error-source-off", source="X", available="none"),
    "cooldown": EN.say("error-cooldown", when="<t:1700000000:R>"),
    "source": EN.say("source-error-busy"),
    "you need": EN.say("error-you-need", permissions="Manage Channels, Manage Server"),
    "bot needs": EN.say("error-bot-needs", permissions="Read Message History"),
    "guild only": EN.say("error-guild-only"),
    "too often": "Please try again <t:",
    "not found": EN.say("error-command-changed"),
    "busy": EN.say("error-busy", reference="").partition(" (")[0],
    "bug": EN.say("error-unexpected", reference="").rstrip(),
    "text missing": EN.say("error-unexpected", reference="").rstrip(),
}
SENTENCES["long"] = EN.say("error-topic-long", limit="999").partition("999")[0] + "999"
REFERENCE = regex.compile(r"[Rr]eference: ([A-Z]{6})")


class Sore(ui.DynamicItem[ui.Button[Any]], template="sore:(?P<kind>.+)"):
    """A button that fails."""

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, __: Any, /) -> Sore:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction):
            await interaction.response.defer()
            error = ERRORS[self.custom_id.removeprefix("sore:")]()
            raise error


@app_commands.command()
async def stumble(interaction: discord.Interaction[Any], kind: str, stage: str = "at once") -> None:
    """Fail before an answer, while thinking, or after the answer."""
    if stage in {"thinking", "thinking alone"}:
        await interaction.response.defer(ephemeral=stage == "thinking alone", thinking=True)
    elif stage == "answered":
        await interaction.response.send_message("the answer")
    elif stage == "button":
        view: ui.View = ui.View()
        view.add_item(ui.Button(label="ouch", custom_id=f"sore:{kind}"))
        await interaction.response.send_message("a button", view=view)
        return
    error = ERRORS[kind]()
    raise error


@pytest.fixture
async def sore(env: BotEnv) -> AsyncIterator[BotEnv]:
    """The bot with a command and a button that fail."""
    env.bot.tree.add_command(stumble)
    env.bot.add_dynamic_items(Sore)
    await env.bot.tree.sync()
    yield env
    env.bot.tree.remove_command("stumble")


@pytest.mark.parametrize("kind", ERRORS)
async def test_each_error_has_its_sentence_said_to_the_person_alone(sore: BotEnv, kind: str) -> None:
    result = await sore.visitor.slash(sore.channel, "stumble", kind=kind)

    assert result.response.ephemeral
    assert SENTENCES[kind] in result.response.content
    assert "secret" not in result.response.content
    assert len(result.response.content) <= 2000


async def test_japanese_reader_reads_permissions_as_discord_calls_them_in_japanese(env: BotEnv) -> None:
    japanese = env.services.texts.speaker("ja")

    assert permission_names(["manage_channels", "view_channel"], japanese) == "チャンネルの管理、チャンネルを見る"


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_permission_the_bot_asks_for_has_a_name(env: BotEnv, language: str) -> None:
    speaker = env.services.texts.speaker(language)

    for name, wanted in PERMISSIONS:
        if wanted:
            assert permission_names([name], speaker) != name


async def test_permission_without_a_name_of_ours_stays_readable(env: BotEnv) -> None:
    assert permission_names(["request_to_speak"], env.services.texts.speaker("en")) == "request_to_speak"


@pytest.mark.parametrize("kind", ["bug", "busy"])
async def test_reference_the_person_reads_is_in_the_log_with_the_traceback(
    sore: BotEnv, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = await sore.visitor.slash(sore.channel, "stumble", kind=kind)

    found = REFERENCE.search(result.response.content)
    assert found is not None
    record = next(record for record in caplog.records if found[1] in record.getMessage())
    assert record.levelno == logging.ERROR
    assert record.exc_info


async def test_public_thinking_is_taken_away_before_the_person_is_notified(sore: BotEnv) -> None:
    result = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="thinking")

    assert result.response is None
    assert [one.ephemeral for one in result.followups] == [True]
    assert SENTENCES["refused"] in result.followups[0].content


async def test_private_thinking_becomes_the_sentence(sore: BotEnv) -> None:
    result = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="thinking alone")

    assert result.response.ephemeral
    assert result.response.content == SENTENCES["refused"]


async def test_answer_already_given_stays_and_the_sentence_follows(sore: BotEnv) -> None:
    result = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="answered")

    assert result.response.content == "the answer"
    assert [one.ephemeral for one in result.followups] == [True]


async def test_message_with_a_button_that_fails_stays(sore: BotEnv) -> None:
    shown = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="button")

    result = await sore.visitor.click(shown.response, label="ouch")

    assert shown.response.content == "a button"
    assert result.followups[0].ephemeral
    assert result.followups[0].content == SENTENCES["refused"]


@pytest.mark.parametrize("code", [200000, 240000])
async def test_answer_that_automod_blocks_is_explained_to_the_person(sore: BotEnv, code: int) -> None:
    """An answer shows words and links of posts, and an interaction is filtered as its person is."""
    sore.sim.inject_error("POST", "/interactions/*", status=400, code=code, message="blocked")

    result = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="answered")

    assert EN.say("error-filtered") in result.response.content


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (404, 10015), (401, 50027), (400, 40060)])
async def test_interaction_that_is_gone_is_only_logged(
    sore: BotEnv, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    sore.sim.inject_error("POST", "/interactions/*", status=status, code=code, message="gone")

    result = await sore.visitor.slash(sore.channel, "stumble", kind="refused", stage="thinking")

    assert not result.acknowledged
    assert "the interaction is gone" in caplog.text


async def test_person_who_cannot_be_notified_ends_in_the_log(
    sore: BotEnv, caplog: pytest.LogCaptureFixture
) -> None:
    sore.sim.inject_error("POST", "/interactions/*", status=500, times=None)

    await sore.visitor.slash(sore.channel, "stumble", kind="refused")

    assert "the person could not be told" in caplog.text


async def test_cancelled_work_is_not_answered(env: BotEnv) -> None:
    leaving = answering(None)  # type: ignore[arg-type]  # nothing may be said to anybody

    assert not await leaving.__aexit__(KeyboardInterrupt, KeyboardInterrupt(), None)


async def test_bot_that_is_timed_out_asks_for_no_permission(sore: BotEnv) -> None:
    guild = sore.bot.get_guild(sore.guild.id)
    assert guild is not None
    guild.me.timed_out_until = discord.utils.utcnow() + timedelta(hours=1)

    result = await sore.visitor.slash(sore.channel, "stumble", kind="bot needs")

    assert EN.say("error-bot-timed-out", when="<t:").partition("<t:")[0] in result.response.content

"""``kawaraban hide | unhide | hidden``: the operator hides posts, everywhere or in one server."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot import app
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import (
    SETTINGS_WRONG,
    Json,
    moment,
    print_json,
    print_note,
    print_table,
    print_text,
    run_to_end,
    stop,
)
from bot.cli.terminal.messages import say
from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import LARGEST_ID
from bot.core.models import EVERYWHERE, OPERATOR, GuildId, PostKey
from bot.core.redaction import post_hash
from bot.services import Services
from bot.services.moderation import HASH_SHOWN, PostMatch
from bot.storage.opening import is_there, shown
from config.settings import load

PostArgument = Annotated[str, typer.Argument(metavar="POST")]
Guild = Annotated[int | None, typer.Option("--guild", min=1, max=LARGEST_ID, metavar="ID")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT")]


def hide(post: PostArgument, guild: Guild = None, reason: Reason = "", as_json: Json = False) -> None:
    """Hide a post, in every server unless one is named."""
    done = run_to_end(_hide(post, guild, reason))
    if as_json:
        print_json(done)
        return
    print_text(say("cli-hide-again" if done["already"] else "cli-hide-done", post=done["post"]))
    print_text(say("cli-hide-counts", messages=done["messages"], waiting=done["waiting"]))
    print_text(say("cli-hide-undo", command=f"kawaraban unhide {done['hash']}"))


def unhide(post: Annotated[str, typer.Argument(metavar="POST")], guild: Guild = None, reason: Reason = "") -> None:
    """Let a post be seen again; what vanished from sent messages does not come back."""
    run_to_end(_unhide(post, guild, reason))
    print_text(say("cli-unhide-done"))


def hidden(guild: Guild = None, as_json: Json = False) -> None:
    """The record of hiding and unhiding, newest first."""
    rows = run_to_end(_trail(guild))
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_text(say("cli-hidden-none"))
        return
    names = ("time", "server", "action", "by", "post", "reason")
    cells = [
        [
            moment(str(row["at"])),
            str(row["guild_id"] or say("cli-hidden-all")),
            say(f"cli-action-{row['action']}"),
            str(row["actor"]),
            str(row["post_hash"])[:HASH_SHOWN],
            str(row["why"] or ""),
        ]
        for row in rows
    ]
    print_table([say(f"cli-column-{name}") for name in names], cells)


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command(cls=SpokenCommand)(hide)
    cli.command(cls=SpokenCommand)(unhide)
    cli.command(cls=SpokenCommand)(hidden)


async def _hide(post: str, guild: int | None, reason: str) -> dict[str, Any]:
    settings = load()
    was_there = await is_there(settings.database.url)
    async with app.open_services(settings) as services:
        key = (await _the_one(services, post, guild)).key
        done = await services.moderation.hide(_where(guild), key, OPERATOR, reason)
        if not was_there:
            print_note(say("cli-database-made", path=shown(settings.database.url)))
        return {"post": key, "hash": post_hash(PostKey(key)), **asdict(done)}


async def _the_one(services: Services, post: str, guild: int | None) -> PostMatch:
    """The post that is meant; a message of several posts needs a choice."""
    try:
        found = await services.moderation.find(post, None if guild is None else GuildId(guild))
    except RefusedRequest:
        stop(say("cli-hide-unknown", post=post), SETTINGS_WRONG)
    if len(found) > 1:
        keys = ", ".join(named.key for named in found)
        stop(say("cli-hide-several", post=post, keys=keys), SETTINGS_WRONG)
    return found[0]


async def _unhide(post: str, guild: int | None, reason: str) -> None:
    async with app.open_services(load(), changes=False) as services:
        try:
            await services.moderation.unhide(_where(guild), post, OPERATOR, reason)
        except RefusedRequest:
            if guild is None:
                stop(say("cli-unhide-not-everywhere", post=post), SETTINGS_WRONG)
            stop(say("cli-unhide-not", post=post, server=str(guild)), SETTINGS_WRONG)


async def _trail(guild: int | None) -> list[dict[str, str | int | None]]:
    async with app.open_services(load(), changes=False) as services:
        lines = await services.moderation.trail(None if guild is None else GuildId(guild))
        return [
            {
                "at": line.at.isoformat(timespec="seconds"),
                "guild_id": line.guild_id or None,
                "action": line.action.value,
                "actor": line.actor,
                "post_hash": line.post_hash,
                "why": line.why,
            }
            for line in lines
        ]


def _where(guild: int | None) -> GuildId:
    return EVERYWHERE if guild is None else GuildId(guild)

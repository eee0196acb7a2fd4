"""``kawaraban hide | unhide | hidden``: the operator takes posts down, everywhere or in one server."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from bot import app
from bot.core.errors import RefusedRequest
from bot.core.hiding import post_hash
from bot.core.ids import LARGEST_ID
from bot.core.models import EVERYWHERE, OPERATOR, GuildId, PostKey
from bot.services import Services
from bot.services.moderation import HASH_SHOWN, Named
from config.settings import load

from .console import SETTINGS_WRONG, Json, out, print_json, run_to_end, stop

PostArgument = Annotated[str, typer.Argument(help="The post's link or id.", metavar="POST")]
Guild = Annotated[
    int | None, typer.Option("--guild", min=1, max=LARGEST_ID, help="Only in the server with this id.")
]
Reason = Annotated[str, typer.Option(help="A reason for the record.")]


def hide(post: PostArgument, guild: Guild = None, reason: Reason = "", as_json: Json = False) -> None:
    """Take a post down, in every server unless one is named.

    It vanishes from messages already sent as soon as the bot runs, and never comes back.
    """
    done = run_to_end(_hide(post, guild, reason))
    if as_json:
        print_json(done)
        return
    again = " (it was hidden before)" if done["already"] else ""
    out.print(f"hidden: {done['post']}{again}", markup=False)
    out.print(f"messages to change: {done['messages']:,}  waiting alerts dropped: {done['waiting']:,}")
    out.print(f"to take it back: kawaraban unhide {done['hash']}", markup=False)


def unhide(
    post: Annotated[str, typer.Argument(help="The post's link, id, or hash.", metavar="POST")],
    guild: Guild = None,
    reason: Reason = "",
) -> None:
    """Let a post be seen again; what vanished from sent messages does not come back."""
    run_to_end(_unhide(post, guild, reason))
    out.print("it can be seen again")


def hidden(guild: Guild = None, as_json: Json = False) -> None:
    """Show who hid or unhid what, when and why, newest first."""
    rows = run_to_end(_trail(guild))
    if as_json:
        print_json(rows)
        return
    table = Table("time (UTC)", "server", "what", "by", "post", "reason", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            str(row["at"])[:16].replace("T", " "),
            str(row["guild_id"] or "all"),
            str(row["action"]),
            str(row["actor"]),
            str(row["post_hash"])[:HASH_SHOWN],
            str(row["why"] or ""),
        )
    out.print(table if rows else "no post was ever hidden", markup=False)


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(hide)
    cli.command()(unhide)
    cli.command()(hidden)


async def _hide(post: str, guild: int | None, reason: str) -> dict[str, Any]:
    async with app.house(load()) as services:
        key = (await _the_one(services, post, guild)).key
        done = await services.moderation.hide(_where(guild), key, OPERATOR, reason)
        return {"post": key, "hash": post_hash(PostKey(key)), **asdict(done)}


async def _the_one(services: Services, post: str, guild: int | None) -> Named:
    """The post that is meant; a message of several posts needs a choice."""
    try:
        found = await services.moderation.find(post, None if guild is None else GuildId(guild))
    except RefusedRequest:
        stop(f"{post!r} is no post we know: give its link or id, as alerts and /trend show it", SETTINGS_WRONG)
    if len(found) > 1:
        keys = ", ".join(named.key for named in found)
        stop(f"{post!r} can mean several posts, choose one of {keys}", SETTINGS_WRONG)
    return found[0]


async def _unhide(post: str, guild: int | None, reason: str) -> None:
    async with app.house(load()) as services:
        try:
            await services.moderation.unhide(_where(guild), post, OPERATOR, reason)
        except RefusedRequest:
            where = "in all servers" if guild is None else f"in server {guild}"
            stop(f"{post!r} is not hidden {where} (see `kawaraban hidden`)", SETTINGS_WRONG)


async def _trail(guild: int | None) -> list[dict[str, str | int | None]]:
    async with app.house(load()) as services:
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

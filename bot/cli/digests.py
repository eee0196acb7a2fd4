"""``kawaraban digest list | preview``: the digests of all servers, and what one would tell now."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from bot import app
from bot.core.models import Digest, DigestContent, DigestPost, DigestTopic
from bot.services.digests import digests_meant
from config.settings import Settings, load

from .console import SETTINGS_WRONG, Json, out, print_json, run_to_end, stop
from .looking import post_as_json

DigestArgument = Annotated[str, typer.Argument(help="The digest's name or id.", metavar="NAME|ID")]


def digest_list(as_json: Json = False) -> None:
    """Show all digests and when they are due."""
    rows = run_to_end(_list(load()))
    if as_json:
        print_json(rows)
        return
    table = Table("id", "name", "server", "channel", "schedule", "next (UTC)", box=None, pad_edge=False)
    for row in rows:
        schedule = f"{row['cron']} {row['zone']}"
        next_at = row["next_at"] or f"paused ({row['paused']})"
        shown = (row["id"], row["name"], row["guild_id"], row["channel_id"], schedule, next_at)
        table.add_row(*map(str, shown))
    out.print(table if rows else "no digests: they are made in Discord with /digest create", markup=False)


def digest_preview(name: DigestArgument, as_json: Json = False) -> None:
    """Show what a digest would tell if it were due now; nothing is sent or stored."""
    digest, content = run_to_end(_preview(load(), name))
    if as_json:
        print_json(_as_json(digest, content))
    else:
        _show(content)


async def _list(settings: Settings) -> list[dict[str, Any]]:
    async with app.house(settings) as services:
        return [_row(digest) for digest in await services.storage.digests(None)]


async def _preview(settings: Settings, name: str) -> tuple[Digest, DigestContent]:
    async with app.house(settings) as services:
        found = digests_meant(name, await services.storage.digests(None))
        if not found:
            stop(f"there is no digest {name!r} (see `kawaraban digest list`)", SETTINGS_WRONG)
        if len(found) > 1:
            ids = ", ".join(str(digest.id) for digest in found)
            stop(f"{name!r} can mean several digests, choose one by its id: {ids}", SETTINGS_WRONG)
        return found[0], await services.digests.preview(found[0])


def _row(digest: Digest) -> dict[str, Any]:
    return {
        "id": digest.id,
        "name": digest.name,
        "guild_id": digest.guild_id,
        "channel_id": digest.channel_id,
        **asdict(digest.schedule),
        "topics": [topic.name for topic in digest.topics] or None,
        "top": digest.top,
        "min_rp": digest.min_rp,
        "replaces_alerts": digest.replaces_alerts,
        "paused": digest.paused,
        "next_at": _iso(digest.next_at),
        "told_at": _iso(digest.told_at),
    }


def _as_json(digest: Digest, content: DigestContent) -> dict[str, Any]:
    """The shape that scripts rely on; unknown is null, times are ISO 8601 in UTC."""
    return {
        **_row(digest),
        "period": {"start": _iso(content.period.start), "end": _iso(content.period.end)},
        "topics": [_topic_as_json(topic) for topic in content.topics],
    }


def _topic_as_json(told: DigestTopic) -> dict[str, Any]:
    volume, audience = told.volume, told.audience
    return {
        "topic": told.topic.name,
        "state": told.state.value,
        "new_posts": told.new_posts,
        "held": told.held,
        "more": told.more,
        "volume": volume.count if volume else None,
        "volume_before": volume.before if volume else None,
        "volume_source": volume.source.value if volume else None,
        "audience": asdict(audience) if audience else None,
        "troubles": [
            {"source": trouble.place.source.value, "host": trouble.place.host or None, "why": trouble.why.text_id}
            for trouble in told.troubles
        ],
        "posts": [_post_as_json(post) for post in told.posts],
    }


def _post_as_json(told: DigestPost) -> dict[str, Any]:
    return {
        **post_as_json(told.post),
        "source": told.source.value,
        "gained": told.gained,
        "observed_at": _iso(told.observed_at),
        "told": told.told,
    }


def _show(content: DigestContent) -> None:
    """A table a topic that a person reads."""
    start, end = (f"{moment:%Y-%m-%d %H:%M}" for moment in (content.period.start, content.period.end))
    out.print(f"{content.name}  ({start} to {end} UTC)", markup=False)
    for told in content.topics:
        volume = f"{told.volume.count:,}" if told.volume else "unknown"
        facts = f"{told.state}, new posts: {told.new_posts:,}, held back: {told.held:,}, posts counted: {volume}"
        out.print()
        out.print(f"{told.topic.name}  ({facts})")
        table = Table("RP", "gained", "written (UTC)", "author", "text", box=None, pad_edge=False)
        for post in told.posts:
            table.add_row(*_cells(post))
        if told.posts:
            out.print(table, markup=False)
    if not content.topics:
        out.print("no topics: its channel is subscribed to none", markup=False)


def _cells(told: DigestPost) -> tuple[str, ...]:
    post = told.post
    return (
        "?" if post.rp is None else f"{post.rp:,}",
        "?" if told.gained is None else f"{told.gained:+,}",
        post.created_at.strftime("%Y-%m-%d %H:%M") if post.created_at else "?",
        f"@{post.author_handle}" if post.author_handle else "",
        ("(told) " if told.told else "") + " ".join(post.text.split())[:80],
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    digest = typer.Typer(help="Scheduled digests.", no_args_is_help=True, rich_markup_mode=None)
    digest.command("list")(digest_list)
    digest.command("preview")(digest_preview)
    cli.add_typer(digest, name="digest")

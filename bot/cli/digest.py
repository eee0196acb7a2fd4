"""``kawaraban digest list | preview``: the digests of all servers, and what one would say now."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from bot import app
from bot.cli.fetch import post_as_json, post_cells
from bot.cli.help import SpokenCommand, SpokenGroup
from bot.cli.terminal.console import (
    SETTINGS_WRONG,
    Json,
    moment,
    out,
    print_json,
    print_table,
    print_text,
    run_to_end,
    stop,
)
from bot.cli.terminal.messages import health_text, say
from bot.core.models import Digest, DigestContent, DigestPost, DigestTopic
from bot.services.digests import digests_meant
from config.settings import Settings, load

DigestArgument = Annotated[str, typer.Argument(metavar="NAME|ID")]


def digest_list(as_json: Json = False) -> None:
    """All digests and when they are due."""
    rows = run_to_end(_list(load()))
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_text(say("cli-digest-none"))
        return
    names = ("id", "name", "server", "channel", "schedule", "next")
    cells = [
        [
            str(row["id"]),
            row["name"],
            str(row["guild_id"]),
            str(row["channel_id"]),
            f"{row['cron']} {row['zone']}",
            moment(row["next_at"]) or say("cli-digest-paused", why=str(row["paused"])),
        ]
        for row in rows
    ]
    print_table([say(f"cli-column-{name}") for name in names], cells)


def digest_preview(name: DigestArgument, as_json: Json = False) -> None:
    """The content of a digest if it were due now; nothing is sent or stored."""
    digest, content = run_to_end(_preview(load(), name))
    if as_json:
        print_json(_as_json(digest, content))
    else:
        _show(content)


async def _list(settings: Settings) -> list[dict[str, Any]]:
    async with app.open_services(settings, changes=False) as services:
        return [_row(digest) for digest in await services.storage.digests.listed(None)]


async def _preview(settings: Settings, name: str) -> tuple[Digest, DigestContent]:
    async with app.open_services(settings, changes=False) as services:
        found = digests_meant(name, await services.storage.digests.listed(None))
        if not found:
            stop(say("cli-digest-no-such", name=name), SETTINGS_WRONG)
        if len(found) > 1:
            ids = ", ".join(str(digest.id) for digest in found)
            stop(say("cli-digest-several", name=name, ids=ids), SETTINGS_WRONG)
        return found[0], await services.digests.preview(found[0])


def _row(digest: Digest) -> dict[str, Any]:
    return {
        "id": digest.id,
        "name": digest.settings.name,
        "guild_id": digest.guild_id,
        "channel_id": digest.channel_id,
        **asdict(digest.settings.schedule),
        "topics": [topic.name for topic in digest.settings.topics] or None,
        "top": digest.settings.top,
        "min_rp": digest.settings.min_rp,
        "replaces_alerts": digest.settings.replaces_alerts,
        "paused": digest.paused,
        "next_at": _iso(digest.next_at),
        "told_at": _iso(digest.covered_until),
    }


def _as_json(digest: Digest, content: DigestContent) -> dict[str, Any]:
    """The shape that scripts rely on; unknown is null, times are ISO 8601 in UTC."""
    return {
        **_row(digest),
        "period": {"start": _iso(content.period.start), "end": _iso(content.period.end)},
        "topics": [_topic_as_json(topic) for topic in content.topics],
        "rising": [{"topic": one.name, "sources": list(one.sources)} for one in content.rising],
    }


def _topic_as_json(topic: DigestTopic) -> dict[str, Any]:
    volume, audience = topic.volume, topic.audience
    return {
        "topic": topic.topic.name,
        "state": topic.state.value,
        "new_posts": topic.new_posts,
        "held": topic.held,
        "more": topic.more,
        "volume": volume.count if volume else None,
        "volume_before": volume.before if volume else None,
        "volume_source": volume.source.value if volume else None,
        "audience": asdict(audience) if audience else None,
        "troubles": [
            {
                "source": trouble.endpoint.source.value,
                "host": trouble.endpoint.host or None,
                "why": health_text(trouble.cause),
            }
            for trouble in topic.troubles
        ],
        "posts": [_post_as_json(post) for post in topic.posts],
    }


def _post_as_json(shown: DigestPost) -> dict[str, Any]:
    return {
        **post_as_json(shown.post),
        "source": shown.source.value,
        "gained": shown.gained,
        "observed_at": _iso(shown.observed_at),
        "told": shown.alerted,
    }


def _show(content: DigestContent) -> None:
    """A table a topic that a person reads."""
    start, end = content.period.start, content.period.end
    print_text(say("cli-digest-title", name=content.name, start=moment(start), end=moment(end)), style="bold")
    headings = [say(f"cli-column-{name}") for name in ("rp", "gained", "written", "author", "text")]
    for topic in content.topics:
        volume = f"{topic.volume.count:,}" if topic.volume else say("cli-fetch-unknown")
        facts = {"new": f"{topic.new_posts:,}", "held": f"{topic.held:,}", "volume": volume}
        state = say(f"cli-digest-state-{topic.state.value.replace('_', '-')}")
        out.print()
        print_text(say("cli-digest-topic", topic=topic.topic.name, state=state, **facts))
        if topic.posts:
            print_table(headings, [_cells(post) for post in topic.posts], right=(0, 1))
    if not content.topics:
        print_text(say("cli-digest-no-topics"))
    if content.rising:
        named = [f"{one.name} ({', '.join(one.sources)})" for one in content.rising]
        out.print()
        print_text(say("cli-digest-rising", topics=say("list-comma").join(named)))


def _cells(shown: DigestPost) -> tuple[str, ...]:
    rp, written, author, text = post_cells(shown.post)
    gained = "?" if shown.gained is None else f"{shown.gained:+,}"
    return rp, gained, written, author, say("cli-digest-sent", text=text) if shown.alerted else text


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    digest = typer.Typer(cls=SpokenGroup, no_args_is_help=True, rich_markup_mode=None)
    digest.command("list", cls=SpokenCommand)(digest_list)
    digest.command("preview", cls=SpokenCommand)(digest_preview)
    cli.add_typer(digest, name="digest")

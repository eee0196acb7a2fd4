"""One look at a topic: ``kawaraban fetch``; one round of polls: ``kawaraban poll --once``."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot import lookout
from bot.core.errors import SourceError
from bot.core.models import Fetched, Look, Post, PostKey, SourceName, Topic
from bot.core.redaction import without_addresses
from bot.core.targets import targets_of
from bot.core.text import address_in, make_topic
from bot.poller import PollReport
from bot.sources.base import Source
from bot.sources.http import Http
from config.settings import Settings, SettingsError, load

from .console import SOURCE_FAILED, Json, TopicArgument, err, log_to_console, out, print_json, run_to_end, stop
from .watches import wanted_watch


def fetch(
    topic: TopicArgument,
    source: Annotated[SourceName, typer.Option(help="Which source to ask.")] = SourceName.TRENDPAGE,
    as_json: Json = False,
) -> None:
    """Look once at a topic; nothing is stored but what it cost, where it costs money.

    Of several servers, those that answer are shown.
    """
    wanted_watch(source, topic)
    meant = make_topic(topic)
    fetched = run_to_end(_fetch(load(), meant, source, topic))
    if as_json:
        print_json(_as_json(fetched, meant.name))
    else:
        _show(fetched, meant.name)


async def _fetch(settings: Settings, topic: Topic, name: SourceName, typed: str) -> Fetched:
    http = Http(lookout.http_limits(settings), clock=lookout.utc_now)
    try:
        source = lookout.make_sources(settings, http).get(name)
        if source is None:
            raise SettingsError(f"source {name} is off: {lookout.how_to_switch_on(name)}")
        address = address_in(typed)
        targets = [address] if address else targets_of(source.templates, topic) or [None]
        answers = await asyncio.gather(*(_look(source, Look(topic, target=target)) for target in targets))
    finally:
        await http.aclose()
    fetched = [answer for answer in answers if isinstance(answer, Fetched)]
    failures = list(dict.fromkeys(answer for answer in answers if isinstance(answer, str)))
    if not fetched:
        stop(f"{name}: {'; '.join(failures)}", SOURCE_FAILED)
    for failure in failures:
        err.print(f"note: {name}: {failure}", markup=False)
    return _merged(fetched)


async def _look(source: Source, look: Look) -> Fetched | str:
    """What one place shows, or why it shows nothing."""
    try:
        answer = await source.look(look, lookout.utc_now())
    except SourceError as error:
        return error.detail
    return answer if isinstance(answer, Fetched) else "it answered 'not modified' although nothing was known"


def _merged(answers: list[Fetched]) -> Fetched:
    """Of several places the first one's numbers, and each post once, with the largest RP."""
    posts: dict[PostKey, Post] = {}
    for post in (post for answer in answers for post in answer.posts):
        known = posts.setdefault(post.key, post)
        if post.rp is not None and (known.rp is None or known.rp < post.rp):
            posts[post.key] = post
    return replace(answers[0], posts=tuple(posts.values()))


def _as_json(fetched: Fetched, named: str) -> dict[str, Any]:
    """The shape that scripts rely on; unknown is null, times are ISO 8601 in UTC."""
    snapshot = fetched.snapshot
    audience = snapshot.audience if snapshot else None
    return {
        "source": fetched.source.value,
        "topic": without_addresses(fetched.topic_name or named),
        "volume": snapshot.volume if snapshot else None,
        "observed_at": snapshot.observed_at.isoformat() if snapshot else None,
        "audience": {
            "male_pct": audience.male_pct if audience else None,
            "female_pct": audience.female_pct if audience else None,
            "group": audience.group if audience else None,
        },
        "posts": [post_as_json(post) for post in fetched.posts],
    }


def post_as_json(post: Post) -> dict[str, Any]:
    """A post for scripts; unknown is null, times are ISO 8601 in UTC."""
    return {
        "id": post.source_id or (post.canonical_id if post.url else None),
        "url": post.url,
        "author_name": post.author_name,
        "author_handle": post.author_handle,
        "text": post.text,
        "created_at": post.created_at.isoformat() if post.created_at else None,
        "rp": post.rp,
        "likes": post.likes,
        "replies": post.replies,
        "language": post.language,
        "sensitive": post.sensitive,
        "network": post.network.value,
        "canonical_id": post.canonical_id,
        "score": post.score,
        "score_name": post.score_name,
    }


def _show(fetched: Fetched, named: str) -> None:
    """A table a person reads."""
    snapshot = fetched.snapshot
    volume = "unknown" if snapshot is None or snapshot.volume is None else f"{snapshot.volume:,}"
    name = without_addresses(fetched.topic_name or named)
    out.print(f"{name}  ({fetched.source}, posts counted: {volume})")
    table = Table("RP", "written (UTC)", "author", "text", box=None, pad_edge=False)
    for post in fetched.posts:
        table.add_row(
            "?" if post.rp is None else f"{post.rp:,}",
            post.created_at.strftime("%Y-%m-%d %H:%M") if post.created_at else "?",
            f"@{post.author_handle}" if post.author_handle else "",
            " ".join(post.text.split())[:80],
        )
    out.print(table if fetched.posts else "no posts", markup=False)


def poll(
    once: Annotated[bool, typer.Option("--once", help="Poll what is due now, then stop.")] = False,
    as_json: Json = False,
) -> None:
    """Poll all that is due, once.

    What is decided waits in the outbox for `kawaraban run`.
    """
    settings = load()
    log_to_console(settings)
    if not once:
        raise typer.BadParameter("say --once; `kawaraban run` polls all the time", param_hint="poll")
    report = run_to_end(_poll_once(settings, show_progress=not as_json and err.is_terminal))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        out.print("  ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in asdict(report).items()))


async def _poll_once(settings: Settings, *, show_progress: bool) -> PollReport:
    async with lookout.opened(settings) as (storage, sources):
        poller = lookout.make_poller(settings, storage, sources)
        lookout.spare_the_collector()
        now = lookout.utc_now()
        due = sum(
            1 for known in await storage.watches() if known.next_poll_at is not None and known.next_poll_at <= now
        )
        with Progress(
            TextColumn("polling"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            console=err,
            disable=not show_progress,
        ) as progress:
            bar = progress.add_task("polling", total=due)
            return await poller.poll_due(
                lambda report: progress.update(bar, completed=report.polled, total=max(due, report.polled)),
                due_by=now,
            )


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(fetch)
    cli.command()(poll)

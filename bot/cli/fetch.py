"""One fetch of a topic: ``kawaraban fetch``; polls without Discord: ``kawaraban poll``."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import (
    SOURCE_FAILED,
    Json,
    TopicArgument,
    err,
    log_to_console,
    moment,
    out,
    print_json,
    print_note,
    print_table,
    print_text,
    progress,
    run_to_end,
    stop,
)
from bot.cli.terminal.messages import error_text, say, say_cause
from bot.cli.topics import checked, for_addresses
from bot.core.activity import Activity
from bot.core.errors import DatabaseBusy, SourceError
from bot.core.lazy_dataclass import dataclass
from bot.core.leases import LEASE_S
from bot.core.models import FetchRequest, FetchResult, PollReport, Post, PostKey, SourceName, Topic, quoted_by
from bot.core.targets import targets_of
from bot.core.text import address_in, excerpt, make_topic
from bot.core.url_display import without_addresses
from bot.sources.registry import enable_hint
from bot.storage.opening import need
from config.faults import SettingsError
from config.settings import Settings, load

if TYPE_CHECKING:
    from bot.sources.base import Source

log = logging.getLogger(__name__)

TEXT_SHOWN = 200
"""Characters of a post in a table."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer of one source, or its error; ``failures`` also hold those of some of its servers."""

    source: SourceName
    fetched: FetchResult | None
    failures: tuple[str, ...]


def fetch(
    topic: TopicArgument,
    source: Annotated[list[SourceName] | None, typer.Option("--source", metavar="SOURCE")] = None,
    as_json: Json = False,
) -> None:
    """Look once at a topic; nothing is stored but what it cost, where it costs money."""
    named = list(dict.fromkeys(source or []))
    checked(topic, *named)
    meant = make_topic(topic)
    answers = run_to_end(_fetch(load(), meant, named, topic))
    shown = [answer for answer in answers if answer.fetched is not None]
    if not shown:
        stop("; ".join(_failed(answer, why) for answer in answers for why in answer.failures), SOURCE_FAILED)
    for answer in answers:
        # Of an address nobody knows whether it leads to a feed or to a trend page: both are tried.
        for failure in () if address_in(topic) and not answer.fetched else answer.failures:
            print_note(_failed(answer, failure))
    objects = [_as_json(answer.fetched, meant.name) for answer in shown if answer.fetched]
    if as_json:
        print_json(objects[0] if len(named) == 1 else objects)
        return
    for number, answer in enumerate(shown):
        if number:
            out.print()
        if answer.fetched:
            _show(answer.fetched, meant.name)


def _failed(answer: _Answer, why: str) -> str:
    return f"{answer.source}: {why}"


async def _fetch(settings: Settings, topic: Topic, named: Sequence[SourceName], typed: str) -> list[_Answer]:
    async with bootstrap.asking(settings) as sources:
        chosen = _chosen(sources, named, typed)
        return await asyncio.gather(*(_ask(source, topic, address_in(typed)) for source in chosen))


def _chosen(sources: Mapping[SourceName, Source], named: Sequence[SourceName], typed: str) -> list[Source]:
    """The sources to ask: those named, else all that are on and can be asked. Raises ``SettingsError``."""
    for name in named:
        if name not in sources:
            raise SettingsError("cli-source-off", source=name.value, how=_how(name))
    if named:
        return [sources[name] for name in named]
    if address_in(typed):
        able = [sources[name] for name in for_addresses(sources)]
    else:
        paid = [name for name in sources if name.traits.costs_money]
        able = [source for name, source in sources.items() if source.target_templates and name not in paid]
        for name in paid:
            print_note(say("cli-fetch-paid", source=name.value))
    if not able:
        raise SettingsError("cli-no-source")
    return able


def _how(name: SourceName) -> str:
    return say(enable_hint(name))


async def _ask(source: Source, topic: Topic, address: str | None) -> _Answer:
    """One source, at all of its servers."""
    targets = [address] if address else targets_of(source.target_templates, topic) or [None]
    answers = await asyncio.gather(
        *(_fetch_once(source, FetchRequest(topic, target=target)) for target in targets)
    )
    fetched = [answer for answer in answers if isinstance(answer, FetchResult)]
    failures = tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, str)))
    return _Answer(source.name, _merged(fetched) if fetched else None, failures)


async def _fetch_once(source: Source, request: FetchRequest) -> FetchResult | str:
    """The answer of one endpoint, or its error."""
    try:
        answer = await source.fetch(request, bootstrap.utc_now())
    except SourceError as error:
        return why_failed(error)
    return answer if isinstance(answer, FetchResult) else say("cli-fetch-not-modified")


def why_failed(error: SourceError) -> str:
    """The reason of a source's error: in Japanese a sentence for people, and the English facts."""
    return say_cause(error_text(error.cause), error.detail)


def _merged(answers: list[FetchResult]) -> FetchResult:
    """Several results as one: the numbers of the first, and each post once, with its largest RP."""
    posts: dict[PostKey, Post] = {}
    for post in (post for answer in answers for post in answer.posts):
        known = posts.setdefault(post.key, post)
        if post.rp is not None and (known.rp is None or known.rp < post.rp):
            posts[post.key] = post
    return replace(answers[0], posts=tuple(posts.values()))


def _as_json(fetched: FetchResult, named: str) -> dict[str, Any]:
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


def _show(fetched: FetchResult, named: str) -> None:
    """A table a person reads."""
    snapshot = fetched.snapshot
    volume = None if snapshot is None else snapshot.volume
    name = without_addresses(fetched.topic_name or named)
    counted = say("cli-fetch-unknown") if volume is None else f"{volume:,}"
    print_text(say("cli-fetch-title", topic=name, source=fetched.source.value, counted=counted), style="bold")
    if not fetched.posts:
        print_text(say("cli-fetch-none"))
        return
    headings = [say(f"cli-column-{name}") for name in ("rp", "written", "author", "text")]
    print_table(headings, [post_cells(post) for post in fetched.posts], right=(0,))


def post_cells(post: Post) -> tuple[str, ...]:
    """RP, time, author and text of a post in a table."""
    return (
        "?" if post.rp is None else f"{post.rp:,}",
        moment(post.created_at) or "?",
        f"@{post.author_handle}" if post.author_handle else "",
        excerpt(" ".join(post.text.split()), TEXT_SHOWN),
    )


# -- poll -----------------------------------------------------------------------------------------------


def poll(once: Annotated[bool, typer.Option("--once")] = False, as_json: Json = False) -> None:
    """Poll what is due, until stopped or once; what is decided waits in the outbox for `kawaraban run`."""
    settings = load()
    log_to_console(settings)
    if not once:
        report = run_to_end(_poll_on(settings))
    else:
        report = run_to_end(_poll_once(settings, show_progress=not as_json and err.is_terminal))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        print_text("  ".join(say(f"cli-poll-{name.replace('_', '-')}", n=n) for name, n in asdict(report).items()))


async def _poll_once(settings: Settings, *, show_progress: bool) -> PollReport:
    await need(settings.database.url)
    async with bootstrap.stored(settings) as storage:
        now = bootstrap.utc_now()
        due = await storage.watches.due_sources(now, lease_s=LEASE_S)
        if not due:  # nobody need be asked, and nothing that asks be imported
            return PollReport()
        # The source that a page quotes counts the reposts that the page leaves out.
        needed = {*due, *filter(None, map(quoted_by, due))}
        gc.disable()  # what asks is imported now, and all of it stays: until ``freeze_startup_objects``
        async with bootstrap.asking(settings, storage, only=needed) as sources:
            poller = bootstrap.make_poller(settings, storage, sources)
            bootstrap.freeze_startup_objects(collect=False)
            with progress("cli-poll-progress", sum(due.values()), shown=show_progress) as update:
                return await poller.poll_due(lambda report: update(report.polled), due_by=now)


async def _poll_on(settings: Settings) -> PollReport:
    """Poll until stopped (Ctrl-C or SIGTERM), with a line a minute in the log."""
    from bot.activity_log import ActivityLog  # noqa: PLC0415 - not for one round

    await need(settings.database.url)
    async with bootstrap.open_polling_stack(settings) as (storage, sources):
        poller = bootstrap.make_poller(settings, storage, sources)
        bootstrap.freeze_startup_objects()
        bootstrap.cancel_on_sigterm()
        if err.is_terminal:
            print_note(say("cli-poll-until"))
        minutes = ActivityLog(storage.trends, lambda: _activity(poller.done))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_again_and_again(poller.poll_due, 1.0))
                tasks.create_task(_again_and_again(minutes.tick, 60.0))
        except asyncio.CancelledError:
            pass
        finally:
            await poller.stop()
        return poller.done


async def _again_and_again(job: Callable[[], Awaitable[object]], every_s: float) -> None:
    """A job with pauses, first after one; a busy database is for the next time."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await job()
        except DatabaseBusy as error:
            log.warning("the database is busy: %s", error)


def _activity(done: PollReport) -> Activity:
    return Activity(checked=done.polled, failed=done.failed, new_posts=done.new_posts, decided=done.alerts)


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command(cls=SpokenCommand)(fetch)
    cli.command(cls=SpokenCommand)(poll)

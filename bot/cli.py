"""The command line: ``kawaraban run | demo | fetch | poll | watch | doctor | migrate``.

Exit codes: 0 well, 1 something to do (doctor), 2 a setting or an argument is wrong, 3 a source did not answer,
4 the database cannot be used.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import discord
import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot import __version__, app, doctor
from bot.core.errors import DatabaseBusy, DatabaseTooNew, SourceError, StorageError
from bot.core.models import Fetched, Look, Post, SourceName, Topic
from bot.core.text import TOPIC_NAME_MAX, make_topic
from bot.poller import PollReport
from bot.sources.http import Http
from bot.storage.migrate import migration_status
from bot.storage.sqlite import open_sqlite
from config.settings import Settings, SettingsError, load

SETTINGS_WRONG, SOURCE_FAILED, DATABASE_FAILED = 2, 3, 4

T = TypeVar("T")

cli = typer.Typer(
    help="Kawaraban tells a Discord channel what its topics are talking about, once, when it is worth telling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
watch = typer.Typer(help="Topics that are looked at whether or not a channel follows them.", no_args_is_help=True)
cli.add_typer(watch, name="watch")

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Source = Annotated[SourceName, typer.Argument(help="trendpage or mastodon.", metavar="SOURCE")]
TopicArgument = Annotated[str, typer.Argument(help="A keyword, or a page's address.", metavar="TOPIC")]


def main() -> None:
    """Run the command line; the errors we know become one line and an exit code."""
    try:
        cli(prog_name="kawaraban")
    except SettingsError as error:
        _stop(str(error), SETTINGS_WRONG)
    except DatabaseTooNew as error:
        _stop(str(error), DATABASE_FAILED)
    except DatabaseBusy as error:
        _stop(f"the database ({load().database.url}) cannot be used just now: {error}", DATABASE_FAILED)
    except StorageError as error:
        _stop(f"{load().database.url}: {error}", DATABASE_FAILED)


def _stop(sentence: str, code: int) -> NoReturn:
    err.print(f"kawaraban: {sentence}", style="red", markup=False)
    raise SystemExit(code)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it without a traceback."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"kawaraban {__version__}")
        raise typer.Exit


@cli.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


# -- the bot -------------------------------------------------------------------------------------------


@cli.command()
def run() -> None:
    """Run the bot (needs DISCORD_TOKEN)."""
    settings = load()
    _log_to_console(settings)
    try:
        _run(app.run_bot(settings))
    except asyncio.CancelledError:
        err.print("stopped")
    except discord.LoginFailure:
        _stop("Discord refused the token: copy it again from the Bot page of the developer portal", SETTINGS_WRONG)


@cli.command()
def demo(
    language: Annotated[str | None, typer.Option(help="ja or en; the system's language unless said.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 8750,
    seconds: Annotated[float | None, typer.Option(min=1, help="End by itself after so long.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Show the bot in the browser.

    A simulated Discord with the real bot in it: no token, no network.
    """
    if language not in {None, "ja", "en"}:
        raise typer.BadParameter("it takes ja or en", param_hint="--language")
    try:
        from bot.demo.run import run_demo  # noqa: PLC0415 - the demo's own dependencies are an extra
    except ModuleNotFoundError as error:
        _stop(f"the demo needs {error.name}: pip install 'kawaraban[demo]'", SETTINGS_WRONG)
    _run(
        run_demo(
            language=language,
            port=port,
            seconds=seconds,
            open_browser=browser,
            announce=lambda line: out.print(line, markup=False),
        )
    )


def _log_to_console(settings: Settings) -> None:
    """One handler; the libraries' chatter stays below warnings."""
    on_terminal = sys.stderr.isatty()
    handler: logging.Handler = (
        RichHandler(console=err, show_path=False) if on_terminal else logging.StreamHandler()
    )
    if not on_terminal:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(message)s", force=True)
    for ours in ("bot", "cogs", "config"):
        logging.getLogger(ours).setLevel(settings.log.level)


# -- one look ------------------------------------------------------------------------------------------


@cli.command()
def fetch(
    topic: TopicArgument,
    source: Annotated[SourceName, typer.Option(help="Which source to ask.")] = SourceName.TRENDPAGE,
    as_json: Json = False,
) -> None:
    """Look once at a topic; nothing is stored."""
    _wanted(source, topic)
    fetched = _run(_fetch(load(), make_topic(topic), source, topic))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(fetched, topic), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(fetched, topic)


async def _fetch(settings: Settings, topic: Topic, name: SourceName, typed: str) -> Fetched:
    http = Http(app.http_limits(settings), clock=app.utc_now)
    try:
        source = app.make_sources(settings, http).get(name)
        if source is None:
            raise SettingsError(f"source {name} is off: {doctor.how_to_switch_on(name)}")
        look = Look(topic, target=typed if _is_address(typed) else None)
        answer = await source.look(look, app.utc_now())
    except SourceError as error:
        _stop(f"{name}: {error.detail}", SOURCE_FAILED)
    finally:
        await http.aclose()
    if not isinstance(answer, Fetched):
        _stop(f"{name}: it answered 'not modified' although nothing was known", SOURCE_FAILED)
    return answer


def _is_address(typed: str) -> bool:
    return typed.startswith(("http://", "https://"))


def _as_json(fetched: Fetched, typed: str) -> dict[str, Any]:
    """The shape that scripts rely on; unknown is null, times are ISO 8601 in UTC."""
    snapshot = fetched.snapshot
    audience = snapshot.audience if snapshot else None
    return {
        "source": fetched.source.value,
        "topic": fetched.topic_name or typed,
        "volume": snapshot.volume if snapshot else None,
        "observed_at": snapshot.observed_at.isoformat() if snapshot else None,
        "audience": {
            "male_pct": audience.male_pct if audience else None,
            "female_pct": audience.female_pct if audience else None,
            "group": audience.group if audience else None,
        },
        "posts": [_post_as_json(post) for post in fetched.posts],
    }


def _post_as_json(post: Post) -> dict[str, Any]:
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
    }


def _show(fetched: Fetched, typed: str) -> None:
    """A table a person reads."""
    snapshot = fetched.snapshot
    volume = "unknown" if snapshot is None or snapshot.volume is None else f"{snapshot.volume:,}"
    out.print(f"{fetched.topic_name or typed}  ({fetched.source}, posts counted: {volume})", markup=False)
    table = Table("RP", "written (UTC)", "author", "text", box=None, pad_edge=False)
    for post in fetched.posts:
        table.add_row(
            "?" if post.rp is None else f"{post.rp:,}",
            post.created_at.strftime("%Y-%m-%d %H:%M") if post.created_at else "?",
            f"@{post.author_handle}" if post.author_handle else "",
            " ".join(post.text.split())[:80],
        )
    out.print(table if fetched.posts else "no posts", markup=False)


# -- polls and watches ---------------------------------------------------------------------------------


@cli.command()
def poll(
    once: Annotated[bool, typer.Option("--once", help="Poll what is due now, then stop.")] = False,
    as_json: Json = False,
) -> None:
    """Poll all that is due, once.

    What is decided waits in the outbox for `kawaraban run`.
    """
    settings = load()
    _log_to_console(settings)
    if not once:
        raise typer.BadParameter("say --once; `kawaraban run` polls all the time", param_hint="poll")
    report = _run(_poll_once(settings, show_progress=not as_json and err.is_terminal))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        out.print("  ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in asdict(report).items()))


async def _poll_once(settings: Settings, *, show_progress: bool) -> PollReport:
    async with app.house(settings) as services:
        due = sum(
            1
            for known in await services.storage.watches()
            if known.next_poll_at is not None and known.next_poll_at <= services.clock()
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
            return await services.poller.poll_due(
                lambda report: progress.update(bar, completed=report.polled, total=max(due, report.polled))
            )


@watch.command("add")
def watch_add(source: Source, topic: TopicArgument) -> None:
    """Look at a topic from now on."""
    added = _run(_add_watches(load(), [_wanted(source, topic)]))
    out.print("added" if added else "it is watched already")


@watch.command("list")
def watch_list(as_json: Json = False) -> None:
    """Show all watches and how they are doing."""
    rows = _run(_list_watches(load()))
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table("source", "topic", "health", "next look (UTC)", "note", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(row[name] or "") for name in ("source", "topic", "health", "next_poll_at", "note")))
    out.print(
        table if rows else "no watches: add one with `kawaraban watch add trendpage データセンター`", markup=False
    )


@watch.command("remove")
def watch_remove(source: Source, topic: TopicArgument) -> None:
    """Stop looking, unless a channel still follows the topic."""
    if not _run(_remove_watch(load(), source, make_topic(topic))):
        _stop(f"there is no such watch: {source} {topic} (see `kawaraban watch list`)", SETTINGS_WRONG)
    out.print("removed")


@watch.command("import")
def watch_import(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="SOURCE<TAB>TOPIC lines.")
    ],
) -> None:
    """Add many watches from a file.

    A line each: `source<TAB>topic or address`; # begins a comment. A wrong line, and nothing is added.
    """
    wanted, wrong = _parse_lines(file)
    if wrong:
        shown = "\n  ".join(wrong[:10])
        more = f"\n  … and {len(wrong) - 10} more" if len(wrong) > 10 else ""
        _stop(f"nothing was added, these lines of {file} are wrong:\n  {shown}{more}", SETTINGS_WRONG)
    added = _run(_add_watches(load(), wanted))
    out.print(f"added {added:,}, known already {len(wanted) - added:,}")


def _parse_lines(file: Path) -> tuple[list[tuple[SourceName, Topic, str | None]], list[str]]:
    """The watches of a file, and a sentence for every line that is wrong."""
    wanted: list[tuple[SourceName, Topic, str | None]] = []
    wrong: list[str] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        return [], [f"it is not UTF-8: {error}"]
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, topic = line.partition("\t")
        if not tab or not make_topic(topic).key:
            wrong.append(f"line {number}: it takes SOURCE<TAB>TOPIC, got {line[:60]!r}")
        elif _is_too_long(topic.strip()):
            wrong.append(f"line {number}: a topic can be up to {TOPIC_NAME_MAX} characters long")
        elif name.strip() not in set(SourceName):
            wrong.append(
                f"line {number}: no source is called {name.strip()[:30]!r}; there are {', '.join(SourceName)}"
            )
        else:
            wanted.append(_wanted(SourceName(name.strip()), topic.strip()))
    return wanted, wrong


def _is_too_long(topic: str) -> bool:
    return not _is_address(topic) and len(make_topic(topic).name) > TOPIC_NAME_MAX


def _wanted(source: SourceName, topic: str) -> tuple[SourceName, Topic, str | None]:
    if not make_topic(topic).key:
        raise typer.BadParameter("it takes a keyword or an address", param_hint="TOPIC")
    if _is_too_long(topic):
        raise typer.BadParameter(f"a topic can be up to {TOPIC_NAME_MAX} characters long", param_hint="TOPIC")
    return source, make_topic(topic), topic if _is_address(topic) else None


async def _add_watches(settings: Settings, wanted: list[tuple[SourceName, Topic, str | None]]) -> int:
    async with app.house(settings) as services:
        off = {source for source, _, _ in wanted} - set(services.sources)
        for source in sorted(off):
            err.print(f"note: source {source} is off, its watches rest: {doctor.how_to_switch_on(source)}")
        return await services.storage.add_watches(wanted, services.clock())


async def _list_watches(settings: Settings) -> list[dict[str, str | None]]:
    async with app.house(settings) as services:
        return [
            {
                "source": known.source.value,
                "topic": known.topic.name,
                "target": known.target,
                "health": known.health.value,
                "next_poll_at": known.next_poll_at.isoformat(timespec="seconds") if known.next_poll_at else None,
                "last_ok_at": known.last_ok_at.isoformat(timespec="seconds") if known.last_ok_at else None,
                "note": known.health_note,
            }
            for known in await services.storage.watches()
        ]


async def _remove_watch(settings: Settings, source: SourceName, topic: Topic) -> bool:
    async with app.house(settings) as services:
        return await services.storage.remove_watch(source, topic.key)


# -- keeping the house -----------------------------------------------------------------------------------


@cli.command("doctor")
def doctor_command(as_json: Json = False) -> None:
    """Check that all is well, or say what to do.

    Settings, token, database, sources, clock and fonts; prints the address that invites the bot.
    """
    checks = _run(doctor.examine(load()))
    if as_json:
        sys.stdout.write(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2) + "\n")
    else:
        for check in checks:
            mark, style = {"ok": ("✓", "green"), "note": ("·", "yellow"), "fix": ("✗", "red")}[check.state]
            out.print(f"{mark} {check.name}: {check.detail}", style=style, markup=False)
            if check.advice:
                out.print(f"    {check.advice}", markup=False)
    raise typer.Exit(int(any(check.state == "fix" for check in checks)))


@cli.command()
def migrate() -> None:
    """Bring the database to this version.

    The bot does so by itself when it starts; a copy of the old file is kept beside it.
    """
    out.print(_run(_migrate(load())))


async def _migrate(settings: Settings) -> str:
    before = await migration_status(settings.database.url)
    await (await open_sqlite(settings.database.url)).close()
    after = await migration_status(settings.database.url)
    if before.current == after.current:
        return f"nothing to do: the database is at version {after.current}"
    return f"the database went from version {before.current} to {after.current}"

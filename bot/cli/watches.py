"""``kawaraban watch``: topics that are looked at whether or not a channel follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import lookout
from bot.core.models import SourceName, Topic
from bot.core.targets import targets_of
from bot.core.text import TOPIC_NAME_MAX, address_in, make_topic
from bot.sources.base import Source
from bot.sources.http import is_address
from config.settings import Settings, load

from .console import SETTINGS_WRONG, Json, SourceArgument, TopicArgument, err, out, print_json, run_to_end, stop


def watch_add(source: SourceArgument, topic: TopicArgument) -> None:
    """Look at a topic from now on."""
    added = run_to_end(_add_watches(load(), [wanted_watch(source, topic)]))
    out.print("added" if added else "it is watched already")


def watch_list(as_json: Json = False) -> None:
    """Show all watches and how they are doing."""
    rows = run_to_end(_list_watches(load()))
    if as_json:
        print_json(rows)
        return
    table = Table("source", "topic", "health", "since (UTC)", "next look (UTC)", "note", box=None, pad_edge=False)
    for row in rows:
        shown = ("source", "topic", "health", "since", "next_poll_at", "note")
        table.add_row(*(str(row[name] or "") for name in shown))
    out.print(
        table if rows else "no watches: add one with `kawaraban watch add trendpage データセンター`", markup=False
    )


def watch_remove(source: SourceArgument, topic: TopicArgument) -> None:
    """Stop looking, unless a channel still follows the topic."""
    if not run_to_end(_remove_watch(load(), source, make_topic(topic))):
        stop(f"there is no such watch: {source} {topic} (see `kawaraban watch list`)", SETTINGS_WRONG)
    out.print("removed")


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
        stop(f"nothing was added, these lines of {file} are wrong:\n  {shown}{more}", SETTINGS_WRONG)
    added = run_to_end(_add_watches(load(), wanted))
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
        elif not takes(SourceName(name.strip()), topic):
            wrong.append(f"line {number}: only trendpage and feed take an address")
        elif _leads_nowhere(topic):
            wrong.append(f"line {number}: this is no address that can be asked: {topic.strip()[:60]!r}")
        else:
            wanted.append(wanted_watch(SourceName(name.strip()), topic.strip()))
    return wanted, wrong


def _is_too_long(topic: str) -> bool:
    return len(make_topic(topic).name) > TOPIC_NAME_MAX


def _leads_nowhere(topic: str) -> bool:
    address = address_in(topic)
    return address is not None and not is_address(address)


def takes(source: SourceName, topic: str) -> bool:
    """Whether a source can be asked for this: an address is a trend page's or a feed's."""
    return address_in(topic) is None or source in {SourceName.TRENDPAGE, SourceName.FEED}


def wanted_watch(source: SourceName, topic: str) -> tuple[SourceName, Topic, str | None]:
    """Source, topic and target of a watch. Raises ``BadParameter`` for a topic that cannot be one."""
    if not make_topic(topic).key:
        raise typer.BadParameter("it takes a keyword or an address", param_hint="TOPIC")
    if _is_too_long(topic):
        raise typer.BadParameter(f"a topic can be up to {TOPIC_NAME_MAX} characters long", param_hint="TOPIC")
    if not takes(source, topic):
        raise typer.BadParameter("only trendpage and feed take an address", param_hint="TOPIC")
    if _leads_nowhere(topic):
        raise typer.BadParameter("this is no address that can be asked", param_hint="TOPIC")
    return source, make_topic(topic), address_in(topic)


async def _add_watches(settings: Settings, wanted: list[tuple[SourceName, Topic, str | None]]) -> int:
    async with lookout.opened(settings) as (storage, sources):
        off = {source for source, _, _ in wanted} - set(sources)
        for source in sorted(off):
            err.print(f"note: source {source} is off, its watches rest: {lookout.how_to_switch_on(source)}")
        return await storage.add_watches(list(_everywhere(sources, wanted)), lookout.utc_now())


def _everywhere(
    sources: Mapping[SourceName, Source], wanted: list[tuple[SourceName, Topic, str | None]]
) -> Iterator[tuple[SourceName, Topic, str | None]]:
    """A keyword at every place where its source is asked."""
    for name, topic, target in wanted:
        source = sources.get(name)
        if target is not None or source is None:
            yield name, topic, target
        else:
            yield from ((name, topic, aim) for aim in targets_of(source.templates, topic))


async def _list_watches(settings: Settings) -> list[dict[str, str | None]]:
    async with lookout.opened(settings) as (storage, _):
        return [
            {
                "source": known.source.value,
                "topic": known.target if known.target and known.topic.is_address else known.topic.name,
                "target": known.target,
                "health": known.health.value,
                "next_poll_at": known.next_poll_at.isoformat(timespec="seconds") if known.next_poll_at else None,
                "last_ok_at": known.last_ok_at.isoformat(timespec="seconds") if known.last_ok_at else None,
                "note": known.health_note,
                "since": known.vitals.since.isoformat(timespec="seconds") if known.vitals.since else None,
            }
            for known in await storage.watches()
        ]


async def _remove_watch(settings: Settings, source: SourceName, topic: Topic) -> bool:
    async with lookout.opened(settings) as (storage, _):
        return await storage.remove_watch(source, topic.key)


def add_to(cli: typer.Typer) -> None:
    """Add the group of commands."""
    watch = typer.Typer(
        help="Topics that are looked at whether or not a channel follows them.", no_args_is_help=True
    )
    watch.command("add")(watch_add)
    watch.command("list")(watch_list)
    watch.command("remove")(watch_remove)
    watch.command("import")(watch_import)
    cli.add_typer(watch, name="watch")

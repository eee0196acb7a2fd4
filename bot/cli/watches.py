"""``kawaraban watch``: topics that are looked at whether or not a channel follows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, NoReturn, TypeAlias

import typer
from rich.table import Table

from bot import lookout
from bot.core.models import SourceName, Topic
from bot.core.redaction import has_login, host_of
from bot.core.targets import targets_of
from bot.core.text import TOPIC_NAME_MAX, address_in, holds_address, make_topic
from bot.sources.base import Source
from bot.sources.http import is_address
from config.settings import Settings, load

from .console import (
    SETTINGS_WRONG,
    Json,
    SourceArgument,
    TopicArgument,
    err,
    out,
    print_json,
    run_to_end,
    stop,
    stop_for,
)

Wanted: TypeAlias = tuple[SourceName, Topic, str | None]
"""Source, topic and target of a watch."""

_NO_ADDRESS: Final = "this is no address that can be asked (nothing may stand before its host, such as a password)"
_NOWHERE: Final = (
    "source {source} has nowhere to search for a keyword: give it search_urls with {{topic}} "
    "(KAWARABAN_SOURCES__FEED__SEARCH_URLS), or an address instead of the keyword"
)


def watch_add(source: SourceArgument, topic: TopicArgument) -> None:
    """Look at a topic from now on."""
    added = run_to_end(_add_watches(load(), {0: wanted_watch(source, topic)}))
    if added.homeless:
        stop(_NOWHERE.format(source=source), SETTINGS_WRONG)
    out.print("added" if added.new else "it is watched already")


def watch_list(
    as_json: Json = False,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Show whole addresses, which may hold keys.")
    ] = False,
) -> None:
    """Show all watches and how they are doing; of addresses the host alone, unless they are asked for."""
    rows = run_to_end(_list_watches(load(), whole=addresses))
    if as_json:
        print_json(rows)
        return
    table = Table("source", "topic", "health", "since (UTC)", "next look (UTC)", "note", box=None, pad_edge=False)
    if addresses:
        table.columns[1].overflow = "fold"  # half an address is none
    for row in rows:
        shown = ("source", "topic", "health", "since", "next_poll_at", "note")
        table.add_row(*(str(row[name] or "") for name in shown))
    out.print(
        table if rows else "no watches: add one with `kawaraban watch add trendpage データセンター`", markup=False
    )


def watch_remove(source: SourceArgument, topic: TopicArgument) -> None:
    """Stop looking, unless a channel still follows the topic."""
    meant = make_topic(topic)
    if not run_to_end(_remove_watch(load(), source, meant)):
        stop(f"there is no such watch: {source} {meant.name} (see `kawaraban watch list`)", SETTINGS_WRONG)
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
        _stop_for_lines(file, wrong)
    added = run_to_end(_add_watches(load(), wanted))
    if added.homeless:
        _stop_for_lines(
            file,
            [f"line {number}: {_NOWHERE.format(source=wanted[number][0])}" for number in added.homeless],
        )
    each = "" if added.places == len(wanted) else f" (lines: {len(wanted):,}, places: {added.places:,})"
    out.print(f"added {added.new:,}, known already {added.places - added.new:,}{each}")


def _stop_for_lines(file: Path, wrong: Sequence[str]) -> NoReturn:
    more = [f"… and {len(wrong) - 10} more"] if len(wrong) > 10 else []
    stop_for([f"nothing was added, these lines of {file.name} are wrong:", *wrong[:10], *more], SETTINGS_WRONG)


def _parse_lines(file: Path) -> tuple[dict[int, Wanted], list[str]]:
    """The watches of a file by their lines' numbers, and a sentence for every line that is wrong."""
    wanted: dict[int, Wanted] = {}
    wrong: list[str] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        return {}, [f"it is not UTF-8 (byte {error.start + 1})"]
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, topic = line.partition("\t")
        if not tab or not make_topic(topic).key:
            wrong.append(f"line {number}: it takes SOURCE<TAB>TOPIC")
        elif _is_too_long(topic.strip()):
            wrong.append(f"line {number}: a topic can be up to {TOPIC_NAME_MAX} characters long")
        elif name.strip() not in set(SourceName):
            called = f" called {name.strip()}" if re.fullmatch(r"[a-z]{1,20}", name.strip()) else ""
            wrong.append(f"line {number}: there is no source{called}; there are {', '.join(SourceName)}")
        elif not takes(SourceName(name.strip()), topic):
            wrong.append(f"line {number}: only trendpage and feed take an address")
        elif _leads_nowhere(topic):
            wrong.append(f"line {number}: {_NO_ADDRESS}")
        else:
            wanted[number] = wanted_watch(SourceName(name.strip()), topic.strip())
    return wanted, wrong


def _is_too_long(topic: str) -> bool:
    return len(make_topic(topic).name) > TOPIC_NAME_MAX


def _leads_nowhere(topic: str) -> bool:
    address = address_in(topic)
    if address is None:
        meant = make_topic(topic)
        return not meant.is_address and holds_address(meant.key)
    return has_login(address) or not is_address(address)


def takes(source: SourceName, topic: str) -> bool:
    """Whether a source can be asked for this: an address is a trend page's or a feed's."""
    return address_in(topic) is None or source in {SourceName.TRENDPAGE, SourceName.FEED}


def wanted_watch(source: SourceName, topic: str) -> Wanted:
    """Source, topic and target of a watch. Raises ``BadParameter`` for a topic that cannot be one."""
    if not make_topic(topic).key:
        raise typer.BadParameter("it takes a keyword or an address", param_hint="TOPIC")
    if _is_too_long(topic):
        raise typer.BadParameter(f"a topic can be up to {TOPIC_NAME_MAX} characters long", param_hint="TOPIC")
    if not takes(source, topic):
        raise typer.BadParameter("only trendpage and feed take an address", param_hint="TOPIC")
    if _leads_nowhere(topic):
        raise typer.BadParameter(_NO_ADDRESS, param_hint="TOPIC")
    return source, make_topic(topic), address_in(topic)


@dataclass(frozen=True, slots=True)
class _Added:
    """What came of it: a watch is a ``place``, and what is ``homeless`` has none; then nothing was added."""

    new: int = 0
    places: int = 0
    homeless: Sequence[int] = ()


async def _add_watches(settings: Settings, wanted: Mapping[int, Wanted]) -> _Added:
    async with lookout.opened(settings) as (storage, sources):
        places = {number: _places(sources, *each) for number, each in wanted.items()}
        homeless = [number for number, found in places.items() if not found]
        if homeless:
            return _Added(homeless=homeless)
        off = {source for source, _, _ in wanted.values()} - set(sources)
        for source in sorted(off):
            err.print(f"note: source {source} is off, its watches rest: {lookout.how_to_switch_on(source)}")
        everywhere = [place for found in places.values() for place in found]
        return _Added(await storage.add_watches(everywhere, lookout.utc_now()), len(everywhere))


def _places(
    sources: Mapping[SourceName, Source], name: SourceName, topic: Topic, target: str | None
) -> Sequence[Wanted]:
    """A keyword at every place where its source is asked."""
    source = sources.get(name)
    if target is not None or source is None:
        return [(name, topic, target)]
    return [(name, topic, aim) for aim in targets_of(source.templates, topic)]


async def _list_watches(settings: Settings, *, whole: bool) -> list[dict[str, str | None]]:
    async with lookout.opened(settings) as (storage, _):
        return [
            {
                "source": known.source.value,
                "topic": known.target if whole and known.target and known.topic.is_address else known.topic.name,
                "target": known.target if whole else host_of(known.target) or None,
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

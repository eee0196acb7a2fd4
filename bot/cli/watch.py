"""``kawaraban watch``: topics that are polled whether or not a channel is subscribed to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand, SpokenGroup, WrongArgument, no_such
from bot.cli.status import health_of, state_of, why_unwell
from bot.cli.terminal.console import (
    SETTINGS_WRONG,
    Json,
    moment,
    print_json,
    print_note,
    print_table,
    print_text,
    progress,
    run_to_end,
    stop,
    stop_for,
)
from bot.cli.terminal.messages import joined, listed, said, say
from bot.cli.topic_lists import Line, TopicList, read_list
from bot.cli.topics import Templates, Wanted, checked, usual_sources, usual_targets
from bot.core.health.silence import address_of
from bot.core.lazy_dataclass import dataclass
from bot.core.models import ADDRESS_SOURCES, SourceName, Topic
from bot.core.text import address_in, make_topic
from bot.core.url_display import host_of
from bot.sources.registry import enable_hint, templates_of
from bot.storage.opening import is_there, shown
from config.settings import Settings, load

if TYPE_CHECKING:
    from bot.storage.stores import Storage

WRONG_SHOWN: Final = 10
AT_ONCE: Final = 500
"""Watches written in one transaction of an import."""
PROGRESS_FROM: Final = 2_000
"""Fewer are written before a progress bar could be read."""

Words = Annotated[list[str], typer.Argument(metavar="[SOURCE] TOPIC")]
Sources = Annotated[list[SourceName] | None, typer.Option("--source", metavar="SOURCE")]


@dataclass(slots=True)
class _AddResult:
    """Result of adding watches. ``without_target``: lines whose source has no search address."""

    new: int = 0
    wanted: list[Wanted] = field(default_factory=list)
    without_target: dict[int, SourceName] = field(default_factory=dict)
    off: set[SourceName] = field(default_factory=set)


def watch_add(words: Words, source: Sources = None) -> None:
    """Look at a topic from now on, at all sources that are on or at those named."""
    topic, named = _meant(words, source)
    checked(topic, *named)
    lines = [Line(number, topic, one) for number, one in enumerate(named)] or [Line(0, topic)]
    added = run_to_end(_add(load(), lines))
    _stop_if_nowhere(added, lambda _: "")
    known, name = "" if added.new else say("cli-watch-known"), make_topic(topic).name
    where = listed([_endpoint_name(wanted) for wanted in added.wanted])
    print_text(known or say("cli-watch-added", topic=name, where=where))


def _meant(words: Sequence[str], named: Sequence[SourceName] | None) -> tuple[str, list[SourceName]]:
    """Topic and sources: ``TOPIC``, or ``SOURCE TOPIC``. Raises ``WrongArgument``."""
    sources = list(dict.fromkeys(named or ()))
    if len(words) == 1:
        return words[0], sources
    first = words[0].lower()
    if len(words) == 2 and first in set(SourceName):
        return words[1], list(dict.fromkeys([SourceName(first), *sources]))
    if len(words) == 2 and not sources and words[0].isascii() and words[0].isalpha():
        hint = no_such("cli-usage-no-source", words[0], list(SourceName))
        raise WrongArgument(joined(hint, say("cli-usage-quote", topic=" ".join(words))), param_hint="SOURCE")
    raise WrongArgument(say("cli-usage-quote", topic=" ".join(words)), param_hint="TOPIC")


def _endpoint_name(wanted: Wanted) -> str:
    source, topic, target = wanted
    host = host_of(target) if target else ""
    return f"{source} ({host})" if host and not topic.is_address else source.value


def watch_list(as_json: Json = False, addresses: Annotated[bool, typer.Option("--addresses")] = False) -> None:
    """All watches and how they are doing; of addresses the host alone, unless they are asked for."""
    rows, cells = run_to_end(_list_watches(load(), with_addresses=addresses))
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_text(say("cli-watch-none"))
        return
    headings = [say(f"cli-column-{name}") for name in ("source", "topic", "state", "since", "next-poll", "note")]
    print_table(headings, cells)


def watch_remove(words: Words, source: Sources = None) -> None:
    """Stop looking, unless a channel is subscribed to the topic."""
    topic, named = _meant(words, source)
    meant = make_topic(topic)
    removed = run_to_end(_remove_watches(load(), named, meant))
    if not removed:
        where = f"{listed([one.value for one in named])} " if named else ""
        stop(say("cli-watch-no-such", name=f"{where}{meant.name}"), SETTINGS_WRONG)
    print_text(say("cli-watch-removed", topic=meant.name, where=listed([one.value for one in removed])))


def watch_import(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    """Add many watches from a file: a topic a line, or a table with commas or tabs."""
    found = _read(file)
    if found.wrong:
        _stop_for_lines(file, {number: said(wrong) for number, wrong in found.wrong.items()})
    added = run_to_end(_add(load(), found.lines, dry_run=dry_run))
    _stop_if_nowhere(added, lambda wrong: _stop_for_lines(file, wrong))
    counts = {"new": added.new, "known": len(added.wanted) - added.new}
    if len(added.wanted) != len(found.lines):
        counts |= {"lines": len(found.lines), "endpoints": len(added.wanted)}
        print_text(say("cli-import-dry-endpoints" if dry_run else "cli-import-done-endpoints", **counts))
    else:
        print_text(say("cli-import-dry" if dry_run else "cli-import-done", **counts))


def _read(file: Path) -> TopicList:
    """The list in a file, or on stdin for ``-``. Raises ``WrongArgument`` where it cannot be read."""
    try:
        content = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
    except FileNotFoundError:
        raise WrongArgument(say("cli-import-no-file", file=str(file)), param_hint="FILE") from None
    except IsADirectoryError:
        raise WrongArgument(say("cli-import-folder", file=str(file)), param_hint="FILE") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise WrongArgument(say("cli-import-unreadable", file=str(file), why=why), param_hint="FILE") from None
    return read_list(content, file.name)


def _stop_for_lines(file: Path, wrong: Mapping[int, str]) -> NoReturn:
    shown = [say("cli-import-line", number=str(number), wrong=wrong[number]) for number in sorted(wrong)]
    more = [say("cli-import-more", more=len(shown) - WRONG_SHOWN)] if len(shown) > WRONG_SHOWN else []
    heading = say("cli-import-wrong", file=file.name, lines=len(shown))
    stop_for([heading, *shown[:WRONG_SHOWN], *more], SETTINGS_WRONG)


def _stop_if_nowhere(added: _AddResult, for_lines: Callable[[Mapping[int, str]], object]) -> None:
    """Nothing is added where a keyword is searched for nowhere, or no source is on; other notes follow."""
    if added.without_target:
        wrong = {
            number: say("cli-watch-nowhere", source=name.value) for number, name in added.without_target.items()
        }
        for_lines(wrong)
        stop(next(iter(wrong.values())), SETTINGS_WRONG)
    for source in sorted(added.off):
        print_note(say("cli-watch-off", source=source.value, how=say(enable_hint(source))))


async def _add(settings: Settings, lines: Sequence[Line], *, dry_run: bool = False) -> _AddResult:
    """Find the endpoints of all lines, then add them, unless a line has none. ``dry_run``: nothing is written."""
    added = _found(settings, templates_of(settings.sources), lines)
    was_there = await is_there(settings.database.url)
    if dry_run and not was_there:
        added.new = len(added.wanted)
    if added.without_target or (dry_run and not was_there):
        return added
    async with bootstrap.stored(settings, changes=not dry_run) as storage:
        if not was_there:
            print_note(say("cli-database-made", path=shown(settings.database.url)))
        added.new = await (_count_new(storage, added.wanted) if dry_run else _write(storage, added.wanted))
    return added


def _found(settings: Settings, templates: Templates, lines: Sequence[Line]) -> _AddResult:
    """The endpoints of each line."""
    added = _AddResult()
    for line in lines:
        topic, address = make_topic(line.topic), address_in(line.topic)
        names = [line.source] if line.source else usual_sources(settings, templates, line.topic)
        found = [wanted for name in names for wanted in usual_targets(templates, name, topic, address)]
        if not found:
            added.without_target[line.number] = line.source or ADDRESS_SOURCES[0]
        added.wanted += found
        added.off |= set(names) - set(templates)
    added.wanted = list(dict.fromkeys(added.wanted))
    return added


async def _count_new(storage: Storage, wanted: Sequence[Wanted]) -> int:
    """The number of these that are not watched yet."""
    known = {(one.source, one.topic.key, one.target) for one in await storage.watches.listed()}
    return len({(source, topic.key, target) for source, topic, target in wanted} - known)


async def _write(storage: Storage, wanted: Sequence[Wanted]) -> int:
    """Add them, a handful at a time so that a running bot need not wait; how many are new."""
    new, now = 0, bootstrap.utc_now()
    with progress("cli-import-progress", len(wanted), shown=len(wanted) >= PROGRESS_FROM) as update:
        for start in range(0, len(wanted), AT_ONCE):
            new += await storage.watches.add(wanted[start : start + AT_ONCE], now)
            update(start + AT_ONCE)
    return new


async def _list_watches(
    settings: Settings, *, with_addresses: bool
) -> tuple[list[dict[str, str | None]], list[list[str]]]:
    """The watches for scripts, and for people."""
    async with bootstrap.stored(settings, changes=False) as storage:
        known = await storage.watches.listed()
    rows: list[dict[str, str | None]] = [
        {
            "source": one.source.value,
            "topic": one.target if with_addresses and one.target and one.topic.is_address else one.topic.name,
            "target": one.target if with_addresses else host_of(address_of(one)) or None,
            "health": health_of(one),
            "next_poll_at": one.next_poll_at.isoformat(timespec="seconds") if one.next_poll_at else None,
            "last_ok_at": one.last_ok_at.isoformat(timespec="seconds") if one.last_ok_at else None,
            "note": one.health_note,
            "since": one.health_record.since.isoformat(timespec="seconds") if one.health_record.since else None,
        }
        for one in known
    ]
    cells = [
        [
            one.source.value,
            str(row["topic"]),
            state_of(one),
            moment(one.health_record.since),
            moment(one.next_poll_at) or say("cli-watch-asleep"),
            why_unwell(one),
        ]
        for one, row in zip(known, rows, strict=True)
    ]
    return rows, cells


async def _remove_watches(settings: Settings, named: Sequence[SourceName], topic: Topic) -> list[SourceName]:
    """The sources at which it was watched."""
    async with bootstrap.stored(settings, changes=False) as storage:
        return [source for source in named or SourceName if await storage.watches.remove(source, topic.key)]


def add_to(cli: typer.Typer) -> None:
    """Add the group of commands."""
    watch = typer.Typer(cls=SpokenGroup, no_args_is_help=True, rich_markup_mode=None)
    watch.command("add", cls=SpokenCommand)(watch_add)
    watch.command("list", cls=SpokenCommand)(watch_list)
    watch.command("remove", cls=SpokenCommand)(watch_remove)
    watch.command("import", cls=SpokenCommand)(watch_import)
    cli.add_typer(watch, name="watch")

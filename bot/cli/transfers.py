"""``kawaraban export`` and ``kawaraban import``: settings of servers as a file."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import (
    DATABASE_FAILED,
    SETTINGS_WRONG,
    print_text,
    run_to_end,
    stop,
    stop_for,
)
from bot.cli.terminal.messages import say, spoken
from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import LARGEST_ID
from bot.core.models import (
    ChannelId,
    GuildFile,
    GuildId,
)
from bot.core.transfers import ImportEffect
from bot.services.transfers.opml import ListedFeed, read_opml, write_opml
from bot.services.transfers.service import ImportPlan, TransferService
from bot.services.transfers.settings_file import written
from bot.storage.opening import need
from bot.storage.sqlite.private_files import make_file, make_folder
from bot.views.kit.text import Texts
from bot.views.transfer_lines import difference_line, flaw_line
from config import LOCALES
from config.settings import Settings, load

FILE_BYTES_MAX: Final = 16 << 20
"""Size of a file that is read: some ten thousand subscriptions."""
SHOWN: Final = 200
"""Lines of a dry run."""


def _say(text_id: str, **values: Any) -> str:
    """A sentence of any file: what is refused in Discord is refused here in the same words."""
    return _texts().speaker(spoken()).say(text_id, **values)


@cache
def _texts() -> Texts:
    return Texts(LOCALES)


Guild = Annotated[int | None, typer.Option("--guild", min=1, max=LARGEST_ID, metavar="ID")]


def export(
    file: Annotated[str, typer.Argument(metavar="[FILE]")] = "-",
    guild: Guild = None,
    opml: Annotated[bool, typer.Option("--opml")] = False,
    force: Annotated[bool, typer.Option("--force")] = False,
) -> None:
    """Write the settings of servers to a file that a person can read and edit."""
    settings = load()
    run_to_end(need(settings.database.url))
    servers = run_to_end(_exported(settings, guild))
    text = _as_opml(servers) if opml else written(servers)
    if file == "-":
        sys.stdout.write(text)
        return
    path = Path(file).expanduser()
    _write(path, text, force=force)
    subscriptions, digests = (sum(len(part) for part in parts) for parts in _parts(servers))
    print_text(
        _say(
            "transfer-exported",
            path=str(path.absolute()),
            servers=len(servers),
            subscriptions=subscriptions,
            digests=digests,
        )
    )


def _parts(servers: Sequence[GuildFile]) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return [one.subscriptions for one in servers], [one.digests for one in servers]


async def _exported(settings: Settings, guild: int | None) -> tuple[GuildFile, ...]:
    async with bootstrap.stored(settings, changes=False) as storage:
        service = TransferService(storage, settings, bootstrap.utc_now)
        return await service.exported([] if guild is None else [GuildId(guild)])


def _as_opml(servers: Iterable[GuildFile]) -> str:
    """The feeds of servers, by channel."""
    feeds = [
        ListedFeed(one.topic.name, one.address, str(one.channel))
        for server in servers
        for one in server.subscriptions
        if one.address is not None
    ]
    return write_opml("Kawaraban", feeds)


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write a file for its owner alone: it holds addresses of feeds, which are secrets. Stops with a sentence."""
    if path.is_dir():  # also "/" and "", beside which there is nothing
        stop(say("cli-backup-folder", path=str(path.absolute())), SETTINGS_WRONG)
    part = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
    try:
        if os.path.lexists(path) and not force:
            stop(say("cli-backup-exists", path=str(path.absolute())), SETTINGS_WRONG)
        make_folder(path.parent)
        make_file(part, anew=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        stop(_say("transfer-unwritten", path=str(path.absolute()), why=why), DATABASE_FAILED)
    finally:
        with suppress(OSError):
            part.unlink()


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    guild: Guild = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    remove: Annotated[bool, typer.Option("--remove")] = False,
    channel: Annotated[int | None, typer.Option("--channel", min=1, max=LARGEST_ID, metavar="ID")] = None,
) -> None:
    """Bring settings of servers back from a file."""
    settings, content = load(), _read(file)
    run_to_end(need(settings.database.url))
    is_opml = file.lower().endswith((".opml", ".xml")) or content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    try:
        plans = run_to_end(_imported(settings, content, guild, channel, is_opml, remove=remove, dry_run=dry_run))
    except RefusedRequest as refused:
        stop(_say(refused.text_id, **refused.values), SETTINGS_WRONG)
    _show(plans, dry_run=dry_run)


def _read(file: str) -> bytes:
    """The content of a file, or of stdin for ``-``. Stops with a sentence."""
    try:
        content = sys.stdin.buffer.read(FILE_BYTES_MAX + 1) if file == "-" else _bytes_of(Path(file).expanduser())
    except OSError as error:
        stop(_say("transfer-unread", path=file, why=error.strerror or str(error)), SETTINGS_WRONG)
    if len(content) > FILE_BYTES_MAX:
        stop(_say("transfer-large", limit=FILE_BYTES_MAX >> 20), SETTINGS_WRONG)
    return content


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(FILE_BYTES_MAX + 1)


async def _imported(
    settings: Settings,
    content: bytes,
    guild: int | None,
    channel: int | None,
    is_opml: bool,
    *,
    remove: bool,
    dry_run: bool,
) -> list[ImportPlan]:
    """The plans of all servers of a file, made where it is no dry run. Raises ``RefusedRequest``."""
    async with bootstrap.stored(settings, changes=not dry_run) as storage:
        service = TransferService(storage, settings, bootstrap.utc_now)
        if is_opml:
            servers: tuple[GuildFile, ...] = (await _of_opml(service, content, guild, channel),)
        else:
            servers = _of_file(service, content, guild)
        plans = [await service.plan(server, removes=remove and not is_opml) for server in servers]
        if not dry_run:
            for plan in plans:
                await service.apply(plan)
        return plans


def _of_file(service: TransferService, content: bytes, guild: int | None) -> tuple[GuildFile, ...]:
    """The servers of a file, with ``guild`` that one alone. Raises ``RefusedRequest``."""
    found = service.read(content)
    if found.flaws:
        _stop_at(found.flaws, found.wrong)
    if guild is None:
        return found.servers
    if named := [one for one in found.servers if one.guild == guild]:
        return tuple(named)
    raise RefusedRequest("transfer-other-server", guild=str(guild), count=len(found.servers))


def _stop_at(flaws: Sequence[object], wrong: int) -> NoReturn:
    """End with a line for each mistake."""
    lines = [flaw_line(_say, one) for one in flaws]  # type: ignore[arg-type]
    rest = [_say("transfer-more", count=wrong - len(flaws))] if wrong > len(flaws) else []
    stop_for([_say("transfer-wrong-file", count=wrong), *lines, *rest], SETTINGS_WRONG)


async def _of_opml(service: TransferService, content: bytes, guild: int | None, channel: int | None) -> GuildFile:
    """The feeds of a list as subscriptions of one channel. Raises ``RefusedRequest``."""
    feeds = read_opml(content)
    if channel is None:
        raise RefusedRequest("transfer-no-channel")
    known = await service.exported()
    home = next((one for one in known if any(each.channel == channel for each in one.subscriptions)), None)
    if home is None and guild is None:
        raise RefusedRequest("transfer-no-guild")
    base = GuildId(guild) if guild is not None else (home or known[0]).guild
    return service.of_feeds(base, ChannelId(channel), [(one.title, one.url) for one in feeds], language="")


def _show(plans: Sequence[ImportPlan], *, dry_run: bool) -> None:
    """Show everything that was changed, or would be."""
    lines = [
        (plan.guild, difference_line(_say, one, channel=str(one.channel or "-")))
        for plan in plans
        for one in plan.differences
    ]
    for guild, line in lines[:SHOWN]:
        print_text(f"{guild} {line}", hanging="  ")
    if len(lines) > SHOWN:
        print_text(_say("transfer-more", count=len(lines) - SHOWN))
    counts = {effect.value: sum(plan.count(effect) for plan in plans) for effect in ImportEffect}
    print_text(_say("transfer-dry" if dry_run else "transfer-done", **counts))


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command(cls=SpokenCommand)(export)
    cli.command("import", cls=SpokenCommand)(import_)

"""``kawaraban reload`` and SIGHUP: the running bot reads its settings again, or leaves everything as it was."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.models import SourceName
from bot.storage.opening import open_storage
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect, url_of
from tests.living import until
from tests.storage.world import TOPIC

from .processes import ROOT, kawaraban

needs_hangup = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")


def write_settings(folder: Path, server: FakeDiscord, site: TrendSite, *more: str, level: str = "INFO") -> None:
    (folder / "kawaraban.toml").write_text(
        "\n".join(
            [
                f'database = {{ url = "{url_of(folder / "kawaraban.db")}" }}',
                f'discord = {{ token = "{server.token}", api_base = "{server.api_base}", '
                f'gateway_url = "{server.gateway_url}" }}',
                "http = { allow_private_networks = true }",
                "poll = { interval_s = 1 }",
                f'log = {{ level = "{level}" }}',
                *more,
                f'[sources]\ntrendpage = {{ url = "{site.url}" }}',
                "mastodon = { enabled = false }\nmisskey = { enabled = false }",
            ]
        ),
        encoding="utf-8",
    )


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``kawaraban run`` with its log in a file, killed at the end."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=folder, env=environment, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def logged(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


@needs_hangup
async def test_running_bot_reads_its_settings_again_by_command_and_by_signal(tmp_path: Path) -> None:
    async with FakeDiscord() as server, TrendSite() as first, TrendSite() as second:
        write_settings(tmp_path, server, first)
        storage = await open_storage(url_of(tmp_path / "kawaraban.db"))
        await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], datetime.now(UTC))
        await storage.close()
        async with running(tmp_path) as process:
            await until((tmp_path / "kawaraban.db.lock").exists)
            process.send_signal(signal.SIGHUP)  # the bot is not up yet
            await until(lambda: first.requests)

            write_settings(tmp_path, server, second, "backup = { every_h = 6 }", level="DEBUG")
            ended = await kawaraban(
                tmp_path, "reload", "--language", "en", DATABASE__URL=url_of(tmp_path / "kawaraban.db")
            )
            await until(lambda: second.requests)

            assert ended.code == 0, ended.err
            assert all(name in ended.out for name in ("sources.trendpage.url", "log.level", "backup.every_h"))
            assert server.token not in logged(tmp_path)

            (tmp_path / "kawaraban.toml").write_text("poll = [", encoding="utf-8")
            asked = len(second.requests)
            process.send_signal(signal.SIGHUP)
            await until(lambda: "as they were" in logged(tmp_path))
            await until(lambda: len(second.requests) > asked)
            refused = await kawaraban(tmp_path, "reload")
            assert refused.code == 2

            write_settings(tmp_path, server, first)
            asked = len(first.requests)
            process.send_signal(signal.SIGHUP)
            await until(lambda: len(first.requests) > asked)
            assert process.returncode is None

            process.terminate()
            for _ in range(50):  # while it stops
                process.send_signal(signal.SIGHUP)
                await asyncio.sleep(0)
            assert await process.wait() != -signal.SIGHUP


async def test_without_a_bot_there_is_nothing_to_reload(tmp_path: Path) -> None:
    url = url_of(tmp_path / "kawaraban.db")
    missing = await kawaraban(tmp_path, "reload", DATABASE__URL=url)
    await (await open_storage(url)).close()

    ended = await kawaraban(tmp_path, "reload", "--language", "ja", DATABASE__URL=url)

    assert missing.code == 4
    assert ended.code == 1
    assert "kawaraban run" in ended.err
    assert Inspect(url)("SELECT * FROM notes WHERE key LIKE 'reload%'") == []

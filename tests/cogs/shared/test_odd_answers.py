"""Commands on the wire where something else than Discord's answer comes back: a line in the log, and no fault."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from pathlib import Path
from typing import Final

import pytest

from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.living import living, until

JSON: Final = {"Content-Type": "application/json"}
BLOCK: Final = json.dumps({"code": 0, "message": "Blocked for a while: too many requests."})
"""Without a time to wait: discord.py#5221 met it where webhooks are executed."""
ODD: Final = {
    "a block": Fault.verbatim(429, BLOCK, {**JSON, "Via": "1.1 google"}),
    "Cloudflare's block": Fault.verbatim(429, BLOCK, JSON),
    "a ban": Fault.verbatim(429, "error code: 1015", {"Retry-After": "60", "Via": "1.1 google"}),
    "a page": Fault.verbatim(200, "<html>Log in to the Wi-Fi</html>", {"Content-Type": "text/html"}),
    "no JSON": Fault.verbatim(200, "", JSON),
}


@pytest.mark.parametrize("where", ["POST /interactions/", "PATCH /webhooks/"], ids=["acknowledging", "answering"])
@pytest.mark.parametrize("odd", ODD)
async def test_odd_answer_to_a_commands_answer_is_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: str, where: str
) -> None:
    async with FakeDiscord() as server, living(server, tmp_path) as bot:
        guild = server.add_guild("tea house")
        news = server.add_channel(guild, "news")
        alice = server.add_member(guild, "alice", server.add_role(guild, "editor", "manage_channels"))
        await bot.up()
        await until(lambda: any(command["name"] == "status" for command in server.world.commands[None]))
        server.faults.next(where, ODD[odd], times=2)
        server.faults.next("POST /webhooks/", ODD[odd], times=2)

        asked = asyncio.create_task(server.slash(news, alice, "status"))
        await until(lambda: any(record.name == "cogs.shared.errors" for record in caplog.records))
        await until(lambda: not any("CommandTree" in task.get_name() for task in asyncio.all_tasks()))
        asked.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await asked

        assert not [record for record in caplog.records if record.exc_info and record.levelno >= logging.ERROR]
        assert not bot.connection.done()

"""``python -m bot …`` as a process of its own, with an environment from scratch."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60
"""Only a hanging process takes this long."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def kawaraban(folder: Path, *words: str, **settings: object) -> Ended:
    """Run in ``folder``; ``POLL__INTERVAL_S=3`` becomes ``KAWARABAN_POLL__INTERVAL_S``."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    environment |= {
        "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
        "KAWARABAN_SOURCES__MISSKEY__ENABLED": "false",
    }
    environment |= {f"KAWARABAN_{name}": str(value) for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode("utf-8"), err.decode("utf-8"))

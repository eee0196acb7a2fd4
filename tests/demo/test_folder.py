"""The demo's folder is gone however the demo ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SLEEPS = """
import asyncio
import contextlib
from bot.demo.folder import demo_folder
async def stay(folder):
    (folder / "kawaraban.db").touch()
    try:
        print(folder, flush=True)
        await asyncio.sleep(60)
    finally:
        print("ending", flush=True)
        await asyncio.sleep({slow})
with contextlib.suppress(KeyboardInterrupt), demo_folder() as folder:
    asyncio.run(stay(folder))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_the_folder_is_gone_after_every_signal_that_asks_to_end() -> None:
    asked = [(signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGINT, signal.SIGINT)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _SLEEPS.format(slow=60 if len(signals) > 1 else 0)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for signals in asked
    ]
    left = []
    # And begun by a script with "&", which ignores Ctrl-C.
    ignoring = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{_SLEEPS.format(slow=0)}"
    running.append(subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.PIPE, text=True))
    asked.append((signal.SIGTERM,))
    for process, signals in zip(running, asked, strict=True):
        with process:
            assert process.stdout is not None
            folder = Path(process.stdout.readline().strip())
            assert folder.exists()
            os.kill(process.pid, signals[0])
            assert "ending" in process.stdout.readline()
            for each in signals[1:]:
                os.kill(process.pid, each)
            process.wait(30)
        left += [folder] if folder.exists() else []
    assert left == []

"""Processes of their own, to be killed, and the files they leave."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run code in a new interpreter that finds what this one finds.

    One that failed may go on for ever: the threads of a database that was left open keep it.
    """
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content_of(path: Path) -> bytes:
    return path.read_bytes()

"""Servers in processes of their own, so that their CPU is not counted with ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running(module: str, *words: str) -> Iterator[str]:
    """Run ``tests.bench.<module>``, which prints its address first; it ends with this process or the block."""
    with subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{module}", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()

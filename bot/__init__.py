"""Kawaraban: a Discord bot that delivers trend alerts. See docs/architecture.md."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
"""The version of ``pyproject.toml``, which says it to who installs: to read it there takes 30 ms of CPU."""

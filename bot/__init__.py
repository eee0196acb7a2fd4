"""Kawaraban: a Discord bot that delivers trend alerts. See docs/architecture.md."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("kawaraban")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0.0.0"

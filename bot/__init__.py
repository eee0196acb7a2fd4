"""Kawaraban: a Discord bot that delivers trend alerts. See docs/architecture.md."""

__version__: str


def __getattr__(name: str) -> str:
    """``__version__``, looked up when it is asked for: reading the package's metadata takes 30 ms of CPU."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - see above

    try:
        return version("kawaraban")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0.0.0"

"""Settings and locale files. Imports nothing of ours."""

from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
"""One folder of Fluent files a language."""

EXAMPLE = Path(__file__).parent / "kawaraban.example.toml"
"""A settings file with every setting and what it means."""


def example_path() -> str:
    """The path of ``EXAMPLE`` as a person would type it: from the working folder where it stands below that."""
    return str(EXAMPLE.relative_to(Path.cwd()) if EXAMPLE.is_relative_to(Path.cwd()) else EXAMPLE)

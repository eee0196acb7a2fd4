"""Settings and locale files. Imports nothing of ours."""

from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
"""One folder of Fluent files a language."""

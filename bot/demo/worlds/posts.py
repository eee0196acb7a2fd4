"""The demo's worlds by language."""

from __future__ import annotations

from bot.demo.worlds import posts_en, posts_ja
from bot.demo.worlds.script import Cast, Language

CASTS: dict[Language, Cast] = {"ja": posts_ja.CAST, "en": posts_en.CAST}

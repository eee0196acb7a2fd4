"""The demo's worlds by language."""

from __future__ import annotations

from bot.demo import posts_en, posts_ja
from bot.demo.script import Cast, Language

CASTS: dict[Language, Cast] = {"ja": posts_ja.CAST, "en": posts_en.CAST}

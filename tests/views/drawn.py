"""What Discord gets of a view, its limits, and the worst that sources can bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import discord
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.core.models import Network, Post
from bot.core.text import utf16_length
from bot.views.kit.layout import DISPLAY_BYTES, MAX_BYTES, MAX_COMPONENTS, MAX_TEXT

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

ACTION_ROW = discord.ComponentType.action_row.value

slow = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def components(found: Any) -> Iterator[dict[str, Any]]:
    """Every component as it is sent, nested ones too."""
    for one in found if isinstance(found, list) else [found]:
        yield one
        yield from components(one.get("components", []))
        if "accessory" in one:
            yield from components(one["accessory"])


def raw(view: discord.ui.LayoutView) -> Any:
    """The view as Discord gets it."""
    return view.to_components()  # type: ignore[no-untyped-call]


def sent(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    return list(components(raw(view)))


def text_of(view: discord.ui.LayoutView) -> str:
    return "\n".join(one["content"] for one in sent(view) if "content" in one)


def labels(view: discord.ui.LayoutView) -> list[str]:
    return [one["label"] for one in sent(view) if "label" in one]


def weight(view: discord.ui.LayoutView) -> int:
    """UTF-8 bytes of all text displays, with what Discord adds for each (discord-api-docs#8554)."""
    texts = [one["content"] for one in sent(view) if "content" in one]
    return sum(len(text.encode("utf-8", "surrogatepass")) + DISPLAY_BYTES for text in texts)


def within_limits(view: discord.ui.LayoutView) -> bool:
    found = sent(view)
    ids = [one["custom_id"] for one in found if "custom_id" in one]
    return (
        len(found) <= MAX_COMPONENTS
        and sum(utf16_length(one.get("content", "")) for one in found) <= MAX_TEXT
        and weight(view) <= MAX_BYTES
        and all(len(custom_id) <= 100 for custom_id in ids)
        and len(set(ids)) == len(ids)
        and all(0 < len(one["label"]) <= 80 for one in found if "label" in one)
        and all(one["content"].strip() for one in found if "content" in one)
        and all(len(one["components"]) <= 5 for one in found if one["type"] == ACTION_ROW)
        and all(_is_menu(one["options"]) for one in found if "options" in one)
    )


def _is_menu(options: list[dict[str, Any]]) -> bool:
    return (
        1 <= len(options) <= 25
        and len({option["value"] for option in options}) == len(options)
        and all(1 <= utf16_length(option["label"].strip()) <= 100 for option in options)
        and all(utf16_length(option.get("description") or "") <= 100 for option in options)
    )


# What sources can bring: long, hostile, half empty.
NASTY = [
    "@everyone",
    "<@&1>",
    "||",
    "[a](https://evil.example)",
    "# ",
    "\n\n\n",
    "👨‍👩‍👧‍👦",
    "\\",
    "*" * 30,
    "\u202e",
]
nasty = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=300)), max_size=12).map("".join)
posts = st.builds(
    Post,
    network=st.just(Network.X),
    canonical_id=st.just("1"),
    text=nasty,
    rp=st.one_of(st.none(), st.integers(0, 10**9)),
    url=st.one_of(st.none(), nasty, st.integers(0, 700).map(lambda n: "https://a.example/" + "a" * n)),
    author_name=st.one_of(st.none(), nasty),
    author_handle=st.one_of(st.none(), nasty),
    author_url=st.one_of(st.none(), nasty, st.integers(0, 700).map(lambda n: "https://a.example/" + "a" * n)),
    created_at=st.one_of(st.none(), st.just(NOW)),
    day_only=st.booleans(),
    sensitive=st.booleans(),
    content_warning=st.one_of(st.none(), nasty),
    has_media=st.booleans(),
)


def picture(view: discord.ui.LayoutView) -> str:
    """A view as lines: texts as they are, ``[button]``, ``(menu: options)``, ``---`` for a separator."""
    return "\n".join(_lines(raw(view))) + "\n"


def _lines(parts: list[dict[str, Any]]) -> Iterator[str]:
    for part in parts:
        kind = discord.ComponentType(part["type"])
        if kind is discord.ComponentType.action_row:
            yield " ".join(map(_control, part["components"]))
        elif kind is discord.ComponentType.separator:
            yield "---"
        elif "content" in part:
            yield part["content"]
        yield from () if kind is discord.ComponentType.action_row else _lines(part.get("components", []))
        if "accessory" in part:
            yield _control(part["accessory"])


def _control(part: dict[str, Any]) -> str:
    if "options" in part:
        options = " | ".join(option["label"] for option in part["options"])
        return f"({part.get('placeholder', '')}: {options})"
    emoji = (part.get("emoji") or {}).get("name", "")
    return f"[{' '.join(filter(None, (emoji, part.get('label', ''))))}]"

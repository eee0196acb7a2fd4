"""The pages of all settings: ``python -m tests.config.settings_page`` writes those of both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import inspect

from config.reloading import EFFECTS, Effect
from config.sentences import Language, Sentence
from config.settings import Settings
from config.tables import Table, keys_of, table_at

DOCS: Final = Path(__file__).parents[2] / "docs"
FILES: Final[dict[Language, Path]] = {
    "en": DOCS / "operations/settings.md",
    "ja": DOCS / "operations/settings.ja.md",
}
BEGIN, END = "<!-- settings -->\n", "<!-- end -->\n"
"""Marks around the table; what is outside is written by hand."""
_HEADS: Final[dict[Language, str]] = {
    "en": "| setting | takes | default | reload | meaning |\n|---|---|---|---|---|\n",
    "ja": "| 設定 | 値 | 初期値 | 再読み込み | 意味 |\n|---|---|---|---|---|\n",
}
_EFFECTS: Final[dict[Language, dict[Effect, str]]] = {
    "en": {Effect.AT_ONCE: "at once", Effect.RESTART: "restart"},
    "ja": {Effect.AT_ONCE: "すぐ反映", Effect.RESTART: "再起動"},
}
_KINDS: Final[dict[Language, dict[str, str]]] = {
    "en": {"text": "text", "list": "list", "table": "table", "secret": "secret", "number": "number"},
    "ja": {"text": "文字列", "list": "リスト", "table": "表", "secret": "秘密の値", "number": "数"},
}


def keys(table: type[Table] = Settings, above: str = "") -> Iterator[tuple[str, inspect.Type, object]]:
    """Name, type and default of each setting."""
    defaults: Any = table() if table is not Settings else Settings.only()
    for name, takes in keys_of(table).items():
        if (inner := table_at(takes)) is not None:
            yield from keys(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}", takes, getattr(defaults, name)


def table_of(language: Language) -> str:
    """The table of all settings."""
    rows = [
        f"| `{key}` | {_takes(takes, _KINDS[language])} | {_default(default)} "
        f"| {_EFFECTS[language][EFFECTS[key]]} "
        f"| {Sentence('cli-setting-' + key.replace('.', '-')).said(language)} |\n"
        for key, takes, default in keys()
    ]
    return _HEADS[language] + "".join(rows)


def page(language: Language) -> str:
    """The whole page: the text of the file with the table of now."""
    before, _, rest = FILES[language].read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + table_of(language) + END + rest.partition(END)[2]


def _takes(takes: inspect.Type, kinds: dict[str, str]) -> str:
    if isinstance(takes, inspect.BoolType):
        return "true, false"
    if isinstance(takes, inspect.IntType | inspect.FloatType):
        return _range(takes, kinds)
    if isinstance(takes, inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in takes.values)
    named = {
        inspect.CustomType: "secret",
        inspect.ListType: "list",
        inspect.VarTupleType: "list",
        inspect.DictType: "table",
    }
    return kinds[named.get(type(takes), "text")]


def _range(takes: inspect.IntType | inspect.FloatType, kinds: dict[str, str]) -> str:
    least = takes.ge if takes.ge is not None else takes.gt
    if least is None or (takes.le or 0) >= 2**62:
        return kinds["number"]
    sign = ">" if takes.gt is not None and takes.gt == 0 and isinstance(takes, inspect.FloatType) else ""
    return f"{sign}{least:g} - {takes.le:,}" if takes.le is not None else f"{least:g} -"


def _default(value: object) -> str:
    if value is None or value in ("", [], {}):
        return ""
    return f"`{msgspec.json.encode(value).decode()}`"


def main() -> None:
    """Write the pages."""
    for language, file in FILES.items():
        file.write_text(page(language), encoding="utf-8")
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()

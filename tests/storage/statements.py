"""Every statement of ``bot/storage/sql``, with where it stands: constants of modules and texts in functions."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import bot.storage.sql

SQL: Final = Path(bot.storage.sql.__file__).parent
ROOT: Final = SQL.parents[2]
_VERB: Final = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\s")
_PARTS: Final = {"trends._KNOWN", "guild_loads._FOLLOWED", "endings._GIVE_UP"}
"""Parts of statements that begin like one."""
_LOCALS: Final = {"table": "messages", "column": "channel_id", "others": "1, 2"}
"""What a text within a function is completed with, in place of what the function knows."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement. ``where``: ``path:line name``."""

    where: str
    text: str


def statements() -> list[Statement]:
    """All of them, by file and line."""
    found: list[Statement] = []
    for path in sorted(SQL.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, known_as, text in (*_constants(tree, module), *_within_functions(tree, module)):
            if _VERB.match(text) and known_as not in _PARTS:
                found.append(Statement(f"{path.relative_to(ROOT)}:{line} {known_as}", _completed(text)))
    return found


def _constants(tree: ast.Module, module: ModuleType) -> Iterator[tuple[int, str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and isinstance(value := getattr(module, target.id, None), str):
                yield node.lineno, f"{_short(module)}.{target.id}", value


def _within_functions(tree: ast.Module, module: ModuleType) -> Iterator[tuple[int, str, str]]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in _texts(function.body):
            code = compile(ast.fix_missing_locations(ast.Expression(node)), "<statement>", "eval")
            try:
                text = eval(code, {**vars(module), **_LOCALS})  # noqa: S307 - our own texts
            except NameError:  # a message, not a statement
                continue
            yield node.lineno, f"{_short(module)}.{function.name}", text


def _texts(nodes: list[ast.stmt]) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Texts of a function's own body, without those of functions within it and without parts of f-strings."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)


def _completed(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: _LOCALS.get(match[1], match[0]), text)


def _short(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]

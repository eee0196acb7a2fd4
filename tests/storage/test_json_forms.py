"""Forms of stored JSON are made when the program starts; a thread that makes another one does it alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

from tests.documents import texts

RACE = """
import dataclasses, json, sys, threading
from bot.storage.sql.mapping.json_forms import form_of

sys.setswitchinterval(1e-6)
for _ in range(60):
    inner = dataclasses.make_dataclass("Inner", [(f"f{number}", int) for number in range(200)])
    middle = dataclasses.make_dataclass("Middle", [("one", inner), ("many", list[inner])])
    outer = dataclasses.make_dataclass("Outer", [("middle", middle), ("inner", inner)])
    small = {f"f{number}": number for number in range(200)}
    values = {inner: small, middle: {"one": small, "many": [small]}}
    values[outer] = {"middle": values[middle], "inner": small}
    begin = threading.Barrier(len(values))

    def work(kind):
        begin.wait()
        form_of(kind).decode(json.dumps(values[kind]))

    threads = [threading.Thread(target=work, args=(kind,)) for kind in values]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
"""


IN_ONE_THREAD = ("bot/sources/", "bot/cli/", "bot/doctor/", "bot/demo/")
"""Code that decodes in the event loop, or in a process with one thread."""
LOADED = "import sys, bot.storage.stores; print(*sys.modules)"


def decoders_of(text: str) -> Iterator[tuple[str, bool]]:
    """Calls by which msgspec learns a type, and whether each is in a function and so may be in a thread."""

    def within(node: ast.AST, later: bool) -> Iterator[tuple[str, bool]]:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            learns = name.endswith(("Decoder", "form_of", "msgspec.convert"))
            if learns or (name.endswith(".decode") and any(word.arg == "type" for word in node.keywords)):
                yield name, later
        later = later or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from within(child, later)

    yield from within(ast.parse(text), later=False)


def decoding_files() -> dict[str, list[tuple[str, bool]]]:
    """The calls of each file whose code runs in threads, and which makes forms elsewhere than at its import."""
    found = {
        path: list(decoders_of(text))
        for path, text in texts().items()
        if path.startswith("bot/") and not path.startswith(IN_ONE_THREAD) and "json_forms.py" not in path
    }
    return {path: calls for path, calls in found.items() if calls}


def test_decoders_of_code_in_threads_are_made_at_the_import_of_a_module() -> None:
    late = [(path, name) for path, calls in decoding_files().items() for name, later in calls if later]

    assert late == []


READ_BEFORE_A_DATABASE_IS_OPENED = frozenset({"bot.storage.take_down_file"})
"""Modules whose forms are of files, and are read by a command that opens its database afterwards."""


def test_modules_that_make_decoders_for_the_database_are_imported_before_its_threads_begin() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout

    wanted = {path.removesuffix(".py").replace("/", ".") for path in decoding_files()}
    of_the_database = {
        name for name in wanted if name.startswith("bot.storage.")
    } - READ_BEFORE_A_DATABASE_IS_OPENED
    assert of_the_database - set(loaded.split()) == set()
    assert len(wanted) > 5


def test_threads_that_make_forms_of_types_that_share_one_do_not_end_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")

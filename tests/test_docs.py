"""What the documentation names exists.

Names are read from backticks outside fenced blocks, by their form:

- ``bot/core/text.py``, ``config/locales/en/*.ftl``: a path below the root (with ``/`` and a known beginning, or a
  name that ends with ``.py``, ``.ftl`` or ``.sql``, which may stand anywhere in the tree);
- ``bot.core.text.clean``: a module, or what it defines (``Class.member`` included);
- ``test_file.py::test_name``: a test function in a file of that name or path;
- ``PollPlan``: a class, in the pages for developers (those of other libraries are listed in ``FOREIGN``);
- ``claim_due``, ``source_targets``, ``LEASE_S``: a name with an underscore is an identifier of the code, a
  table or a column;
- ``watches.next_poll_at``: a column, if what stands before the point is a table.

Everything else in backticks (commands, values, settings) is not looked at.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.monitoring.metrics import METRICS, PROCESS_METRICS
from config.reloading import setting_names

from .documents import ROOT, Page, anchors, classes, exists, identifiers, known_tests, pages, schema, texts
from .test_invariants import PROMISES

ALL = pages("*.md", "docs/**/*.md")
CHECKED = [page for page in ALL if page.path.name != "CHANGELOG.md"]
"""A changelog may name what is gone."""
FOR_DEVELOPERS = ("docs/architecture.md", "docs/glossary.md", "docs/*/*.md")
DECISIONS = pages("docs/decisions/*.md")
MOST_LINES = 120

FOREIGN = {
    *("AllowedMentions", "LayoutView", "TextDisplay", "DynamicItem", "Interaction", "Modal", "AutoShardedBot"),
    *("CronTrigger", "EnvironmentFile", "Protocol", "NewType", "StrEnum", "None", "True", "False", "Retry-After"),
}
"""Classes of the libraries and of Python."""

METRIC_NAMES = {metric.full_name for metric in METRICS} | set(PROCESS_METRICS)

_ID = re.compile(r"^### ([A-Z]+-\d\d) ", re.MULTILINE)
_CITED = re.compile(r"\b[A-Z]{4,}-\d\d\b")
_PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)+/?")
_FILE = re.compile(r"[\w-]+\.(py|ftl|sql)")
_DOTTED = re.compile(r"(bot|cogs|config|tests)(\.\w+)+")
_TEST = re.compile(r"([\w/]+\.py)::(\w+)")
_CLASS = re.compile(r"_?[A-Z][a-z0-9]+([A-Z][a-z0-9]+)+")
_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+")
_COLUMN = re.compile(r"([a-z_]+)\.([a-z_]+)")
_MARKDOWN = re.compile(r"[\w./-]*\w\.md\b")
_TOP = ("bot", "cogs", "config", "docs", "tests", ".ci")


def path_exists(name: str, page: Path) -> bool:
    """Whether a path, or one that a pattern matches, is there: below the root, or beside the page."""
    return any(next(base.glob(name.rstrip("/")), None) is not None for base in (ROOT, (ROOT / page).parent))


def file_exists(name: str) -> bool:
    return any(next((ROOT / top).rglob(name), None) is not None for top in _TOP)


def pages_named(text: str) -> list[str]:
    """The Markdown files that a text of code names."""
    return [name for line in text.splitlines() if ".md" in line for name in _MARKDOWN.findall(line)]


def is_for_developers(page: Page) -> bool:
    return any(page.path.match(pattern) for pattern in FOR_DEVELOPERS)


def is_missing(name: str, page: Page) -> bool:
    """Whether a name has a form that we know, and what it names is not there."""
    if match := _TEST.fullmatch(name):
        return (match[1], match[2]) not in known_tests()
    if name in setting_names():
        return False
    if "/" in name or _FILE.fullmatch(name):
        return is_missing_file(name, page)
    if _DOTTED.fullmatch(name):
        return not exists(name)
    if (match := _COLUMN.fullmatch(name)) and match[1] in schema():
        return match[2] not in schema()[match[1]] | identifiers()
    return is_missing_word(name, page)


def is_missing_file(name: str, page: Page) -> bool:
    if _PATH.fullmatch(name) and name.split("/", 1)[0] in _TOP:
        return not path_exists(name, page.path)
    return bool(_FILE.fullmatch(name)) and not file_exists(name)


def is_missing_word(name: str, page: Page) -> bool:
    if _CLASS.fullmatch(name):
        return is_for_developers(page) and name not in FOREIGN and name not in classes()
    if name.startswith(("kawaraban_", "process_")):
        return name not in METRIC_NAMES
    return bool(_NAME.fullmatch(name)) and not name.startswith("KAWARABAN_") and name not in identifiers()


@pytest.mark.parametrize("page", CHECKED, ids=lambda page: page.path.as_posix())
def test_every_name_in_backticks_exists(page: Page) -> None:
    assert [name for name in page.code() if is_missing(name, page)] == []


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.path.as_posix())
def test_every_relative_link_resolves(page: Page) -> None:
    broken = []
    for target in page.links():
        name, _, anchor = target.partition("#")
        file = (ROOT / page.path.parent / name).resolve() if name else ROOT / page.path
        is_there = file.exists() and (not anchor or anchor in anchors(file.read_text(encoding="utf-8")))
        broken += [] if is_there else [target]
    assert broken == []


def test_pages_for_operators_are_there_in_both_languages() -> None:
    names = {page.path.stem for page in ALL if page.path.parent == Path("docs/operations")}
    japanese = {name.removesuffix(".ja") for name in names if name.endswith(".ja")}

    assert {name for name in names if not name.endswith(".ja")} == japanese


def test_architecture_page_is_short() -> None:
    assert len((ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_invariant_is_described() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    described = {
        int(number): title.lower() for number, title in re.findall(r"^(\d+)\. \*\*(.+?)\.\*\*", text, re.MULTILINE)
    }

    assert described == PROMISES


def test_no_two_decisions_have_one_id() -> None:
    ids = [found for page in DECISIONS for found in _ID.findall(page.text)]

    assert ids
    assert [found for found in set(ids) if ids.count(found) > 1] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.path.stem)
def test_every_decision_names_its_code_and_its_tests(page: Page) -> None:
    entries = re.split(r"^### ", page.prose, flags=re.MULTILINE)[1:]
    short = [
        entry.split()[0]
        for entry in entries
        if not (re.search(r"^Code: `", entry, re.MULTILINE) and re.search(r"Tests: `", entry))
    ]

    assert entries
    assert short == []


def test_every_decision_that_is_cited_exists() -> None:
    ids = {found for page in DECISIONS for found in _ID.findall(page.text)}
    topics = {found.split("-")[0] for found in ids}
    citing = {page.path.as_posix(): page.text for page in ALL} | texts()
    cited = {
        (place, name)
        for place, text in citing.items()
        for name in _CITED.findall(text)
        if name.split("-")[0] in topics
    }

    assert sorted((place, name) for place, name in cited if name not in ids) == []


def test_every_page_that_code_cites_exists() -> None:
    citing = texts() | {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "config").rglob("*.[ft][to][lm]*")
    }
    cited = {(place, name) for place, text in citing.items() for name in pages_named(text)}
    missing = [
        (place, name)
        for place, name in sorted(cited)
        if not any((base / name).exists() for base in (ROOT, ROOT / "docs"))
    ]
    assert missing == []


def test_checker_finds_what_is_missing() -> None:
    page = Page(Path("docs/decisions/polling.md"), "")
    there = [
        "bot/core/text.py",
        "test_docs.py::test_checker_finds_what_is_missing",
        "bot.core.text.clean",
        "PollPlan",
    ]
    there += [
        "source_targets",
        "watches.next_poll_at",
        "bot.core.models.PollPlan",
        "bot/core",
        "tests/**/test_text.py",
    ]
    gone = [
        "bot/core/texts.py",
        "test_docs.py::test_nothing",
        "bot.core.text.unclean",
        "PollPlans",
        "source_goals",
    ]
    gone += ["watches.next_look_at", "bot.core.texts", "wordings.py"]

    assert [name for name in there if is_missing(name, page)] == ["bot.core.models.PollPlan"]
    assert [name for name in gone if not is_missing(name, page)] == []


def test_import_rules_on_the_page_are_those_of_the_linter() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        each["layers"] for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers"
    )

    assert "\n".join(layers) in (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_tables_of_the_glossary_exist() -> None:
    rows = [line.split("|") for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()]
    tables = [name for row in rows if len(row) == 8 for name in re.findall(r"`(\w+)", row[5])]

    assert tables
    assert [name for name in tables if name not in schema()] == []
    assert [
        name for row in rows if len(row) == 8 for name in re.findall(r"`(\w+)`", row[4]) if name not in classes()
    ] == []


_IN_DOCSTRING = re.compile(r"``((?:[a-z_]+\.)+\w+)(?:\(\))?``")
_NO_MODULES = ("http.", "cli.", "discord.")
"""Sections of the settings, and a library."""


def test_dotted_names_in_docstrings_exist() -> None:
    """``core.text.clean`` in a docstring names a module, from any package on, or what it defines."""
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in texts()}
    by_suffix = {suffix: module for module in modules for suffix in _suffixes(module)}
    packages = {
        path.split("/")[-2] for path in texts() if path.startswith("bot/") and path.endswith("__init__.py")
    }
    lost = [
        (path, name)
        for path, text in texts().items()
        for name in _IN_DOCSTRING.findall(text)
        if not path.startswith("tests/") and not name.startswith(_NO_MODULES) and name.split(".")[0] in packages
        if not _FILE.fullmatch(name) and not _resolves(name, by_suffix)
    ]

    assert lost == []


def _suffixes(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]


def _resolves(name: str, modules: dict[str, str]) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module, rest = modules.get(".".join(parts[:length])), parts[length:]
        if module is not None:
            return not rest or exists(".".join([module, *rest])) or _is_exported(module, rest[0])
    return False


def _is_exported(package: str, name: str) -> bool:
    """Whether a package's ``__init__`` names what it hands on."""
    return re.search(rf"\b{name}\b", texts().get(f"{package.replace('.', '/')}/__init__.py", "")) is not None

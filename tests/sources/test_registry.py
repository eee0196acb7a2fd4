"""In what sources differ is said once, and everything else asks for the property that it means."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.models import SourceName, quoted_by
from bot.sources.registry import REGISTRY, daily_limits, enable_hint, page_owner, servers_of
from bot.views.kit.custom_ids import read_min_rp, write_min_rp
from config.sentences import LANGUAGES, has
from config.settings import Settings, SourceSettings, SourcesSettings
from tests.conftest import EN, JA

ROOT = Path(__file__).parents[2]
TABLES = {ROOT / "bot" / "core" / "models" / "sources.py"}
every_name = pytest.mark.parametrize("name", SourceName)
_IN_SQL = re.compile(rf"source\b[^'\n]{{0,12}}'(?:{'|'.join(SourceName)})'")


def modules() -> Iterator[Path]:
    """The modules that may ask for a source's properties, and may know none by its name."""
    for package in ("bot", "cogs", "config"):
        yield from (ROOT / package).rglob("*.py")


def named(path: Path) -> Iterator[int]:
    """The lines of a module that name one source."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "SourceName" and node.attr in SourceName.__members__:
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _IN_SQL.search(node.value):
            yield node.lineno


def test_nothing_but_the_tables_and_the_sources_knows_a_source_by_its_name() -> None:
    sources = ROOT / "bot" / "sources"
    others = [path for path in modules() if path not in TABLES and sources not in path.parents]

    found = {f"{path.relative_to(ROOT)}:{line}" for path in others for line in named(path)}

    assert found == set(), "ask for a property: bot/core/models/sources.py, bot/sources/registry.py"


def test_a_name_in_a_condition_or_in_sql_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('SourceName.FEED\nSourceName("x")\nSQL = "WHERE w.source IN (\'x\')"\n', encoding="utf-8")

    assert sorted(named(module)) == [1, 3]


@every_name
def test_every_source_has_its_properties_settings_and_sentences(name: SourceName) -> None:
    assert name.traits.network
    assert name in REGISTRY
    assert isinstance(SourcesSettings().of(name), SourceSettings)
    assert EN.say(f"source-{name}")
    assert JA.say(f"source-{name}")
    for language in LANGUAGES:
        assert has(language, enable_hint(name))
        assert has(language, f"cli-doctor-{name}-advice") is name.traits.needs_account


def test_registry_and_settings_hold_no_source_that_has_no_name() -> None:
    assert set(REGISTRY) == set(SourceName)
    assert set(SourcesSettings.__struct_fields__) == set(SourceName)


@every_name
def test_a_source_that_costs_money_has_a_limit_a_day_and_no_other_has(name: SourceName) -> None:
    assert (name in daily_limits(SourcesSettings())) is name.traits.costs_money


@every_name
def test_a_source_quotes_one_that_speaks_for_its_network_or_none(name: SourceName) -> None:
    quoted = quoted_by(name)

    assert quoted is not name
    assert quoted is None or (quoted.traits.speaks_for_network and quoted.traits.network is name.traits.network)


def test_the_minimums_of_all_sources_are_distinguished_in_a_buttons_id() -> None:
    counted = {name: 10 + number for number, name in enumerate(SourceName) if name.traits.counts_reposts}

    assert read_min_rp(write_min_rp(counted)) == counted


def test_an_address_is_a_pages_where_its_host_is_one_of_the_pages() -> None:
    told = {"url": "https://trends.example/{topic}", "pages": {"猫": "https://cats.example/1"}}
    settings = Settings.only(sources={"trendpage": told}).sources

    owners = [page_owner(settings, f"https://{host}.example/x") for host in ("trends", "cats", "feeds")]

    assert [None if owner is None else owner.traits.has_page_addresses for owner in owners] == [True, True, None]


def test_servers_of_the_fediverse_are_those_that_are_switched_on() -> None:
    told = {"mastodon": {"more_urls": ["https://two.example"]}, "misskey": {"enabled": False}}

    found = servers_of(Settings.only(sources=told).sources)

    assert {name.value: servers for name, servers in found.items()} == {
        "mastodon": ("https://mstdn.jp", "https://two.example")
    }

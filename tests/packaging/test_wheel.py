"""The wheel and the sdist hold what running takes and nothing else, and run outside the clone."""

from __future__ import annotations

import asyncio
import json
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta

import bot
from bot.core.models import SourceName
from tests.fakes.trend_site import SitePost, TrendSite

from .conftest import PROJECT, ROOT, Built, Installed

PACKAGES = ("bot", "cogs", "config")
TOPIC = "データセンター"
QUIET = {f"KAWARABAN_SOURCES__{name.upper()}__ENABLED": "false" for name in SourceName}
"""No source asks anybody out there."""


def files_in_the_clone() -> set[str]:
    """The files of the packages."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def test_wheel_holds_the_three_packages_and_nothing_else_at_its_top(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    described = {name for name in names if name.split("/")[0].endswith(".dist-info")}

    assert {name.split("/")[0] for name in names - described} == set(PACKAGES)
    assert names - described == files_in_the_clone()
    assert {
        "config/locales/ja/alert.ftl",
        "bot/storage/migrations/0001_first.sql",
        "config/kawaraban.example.toml",
    } <= names


def test_wheel_says_what_it_is_and_needs(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        described = wheel.read(name).decode()
        [entry] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
        commands = wheel.read(entry).decode()

    assert "kawaraban = bot.__main__:main" in commands
    assert f"Version: {PROJECT['project']['version']}" in described
    assert described.count("Requires-Dist: ") >= len(PROJECT["project"]["dependencies"])
    extras = [line.partition(": ")[2] for line in described.splitlines() if line.startswith("Provides-Extra")]
    assert sorted(extras) == sorted(PROJECT["project"]["optional-dependencies"])


def test_program_says_the_version_that_is_installed() -> None:
    assert bot.__version__ == PROJECT["project"]["version"]


def test_sdist_can_be_tested_and_holds_nothing_that_git_does_not_know(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        tops = {name.split("/")[1] for name in sdist.getnames() if "/" in name}

    assert {*PACKAGES, "tests", "docs", "pyproject.toml", "LICENSE", "PKG-INFO"} <= tops
    assert not {".venv", ".git", "uv.lock", ".env", "kawaraban.toml"} & tops


def test_installed_wheel_shows_the_demo_outside_the_clone(installed: Installed) -> None:
    ended = installed("demo", "--seconds", "5", "--no-browser", "--port", "0")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "http://127.0.0.1:" in ended.stdout


def test_installed_wheel_checks_itself(installed: Installed) -> None:
    ended = installed("doctor", "--json", **QUIET)

    checks = json.loads(ended.stdout)
    assert ended.returncode in {0, 1}
    assert "Traceback" not in ended.stderr
    assert len(checks) > 5


async def test_installed_wheel_fetches_a_topic(installed: Installed) -> None:
    published_at = datetime.now(UTC) - timedelta(minutes=5)
    async with TrendSite() as site:
        site.put(TOPIC, posts=[SitePost(published_at, "号外です", 120)])
        settings = {
            **QUIET,
            "KAWARABAN_SOURCES__TRENDPAGE__ENABLED": "true",
            "KAWARABAN_SOURCES__TRENDPAGE__URL": site.url,
            "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
        }
        ended = await asyncio.to_thread(lambda: installed("fetch", TOPIC, "--json", **settings))

    assert ended.returncode == 0, ended.stderr
    assert "号外です" in ended.stdout

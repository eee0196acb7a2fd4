"""What ``--json`` prints is read by scripts: its names stay, whatever ours are.

The database of an earlier version answers, so that something stands in every field.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import digest as digests
from bot.core.models import DigestContent
from bot.storage.sqlite.connection import open_sqlite
from tests import data

from .test_cli import Here, here

__all__ = ["here"]

DIGEST = (
    *("id", "name", "guild_id", "channel_id", "recurrence", "cron", "zone", "topics", "top", "min_rp"),
    *("replaces_alerts", "paused", "next_at", "told_at"),
)


@pytest.fixture
def old(here: Here, tmp_path: Path) -> Here:
    """The command line beside a database that has everything."""
    data.load(tmp_path / "kawaraban.db")
    assert here("migrate").code == 0
    return here


def names(found: Any) -> Any:
    """The names in an object, and what lists are made of."""
    if isinstance(found, dict):
        return tuple(found)
    return {names(one) for one in found}


def test_status(old: Here) -> None:
    found = old("status", "--json").json

    assert names(found) == (
        *("sources", "x_reads_today", "x_reads_a_day", "unwell", "waiting", "database_mb"),
        *("last_backup_at", "database_note"),
    )
    assert names(found["sources"]) == {
        ("name", "source", "host", "health", "topics", "degraded", "down", "quiet"),
    }
    assert names(found["unwell"]) <= {("source", "host", "topic", "health", "since", "last_ok_at", "note")}


def test_watches(old: Here) -> None:
    rows = old("watch", "list", "--json").json

    assert names(rows) == {
        ("source", "topic", "target", "health", "next_poll_at", "last_ok_at", "note", "since"),
    }
    assert next(row for row in rows if row["source"] == "trendpage" and row["health"] == "down") == {
        "source": "trendpage",
        "topic": "データセンター",
        "target": None,
        "health": "down",
        "next_poll_at": "2027-01-21T03:00:00+00:00",
        "last_ok_at": "2026-11-22T02:40:00+00:00",
        "note": "HTTP 503",
        "since": "2026-11-21T22:00:00+00:00",
    }


def test_digests(old: Here) -> None:
    rows = {row["name"]: row for row in old("digest", "list", "--json").json}

    assert names(rows.values()) == {DIGEST}
    assert rows["朝刊"] == {
        "id": 1,
        "name": "朝刊",
        "guild_id": 1001,
        "channel_id": 2001,
        "recurrence": "weekly",
        "cron": "30 8 * * 1",
        "zone": "Asia/Tokyo",
        "topics": ["データ・センター", "生成AI"],
        "top": 7,
        "min_rp": 20,
        "replaces_alerts": True,
        "paused": None,
        "next_at": "2026-12-30T04:00:00+00:00",
        "told_at": "2026-12-23T04:00:00+00:00",
    }
    assert rows["夕刊"]["paused"] == "by_user"


async def test_digest_preview(tmp_path: Path) -> None:
    """Of a digest that was stored with everything in it; a preview's own period ends now."""
    data.load(tmp_path / "kawaraban.db")
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    digest = next(one for one in await storage.digests.listed(None) if one.settings.name == "朝刊")
    waiting = [
        one
        for entries in (await storage.entries.waiting(datetime(2027, 3, 1, tzinfo=UTC))).values()
        for one in entries
    ]
    await storage.close()
    [content] = [one.content for one in waiting if isinstance(one.content, DigestContent)]

    found = digests._as_json(digest, content)

    assert names(found) == (*DIGEST, "period", "rising")
    assert found["period"] == {"start": "2026-12-16T04:00:00+00:00", "end": "2026-12-23T04:00:00+00:00"}
    news, *others = found["topics"]
    [post, hidden] = news.pop("posts")
    assert news == {
        "topic": "データセンター",
        "state": "news",
        "new_posts": 5,
        "held": 2,
        "more": 3,
        "volume": 5678,
        "volume_before": 4321,
        "volume_source": "trendpage",
        "audience": {"male_pct": 60, "female_pct": 40, "group": "30代/男性"},
        "troubles": [{"source": "mastodon", "host": "social.example", "why": "health-other"}],
    }
    assert post == {
        "id": "1900000000000000001",
        "url": "https://x.com/kawara/status/1800000000000000001",
        "author_name": "瓦 太郎",
        "author_handle": "kawara",
        "text": "見出し 1\n本文",
        "created_at": "2026-11-22T01:00:00.123456+00:00",
        "rp": 150,
        "likes": 20,
        "replies": 3,
        "language": "ja",
        "sensitive": True,
        "network": "x",
        "canonical_id": "1800000000000000001",
        "score": 77,
        "score_name": "buzz",
        "source": "trendpage",
        "gained": 90,
        "observed_at": "2026-12-22T03:00:00+00:00",
        "told": True,
    }
    assert names(hidden) == names(post)
    assert [one["state"] for one in others] == ["quiet", "awaited", "broken"]


def test_record_of_take_downs(old: Here) -> None:
    newest, *_ = old("hidden", "--json").json

    assert newest == {
        "at": "2026-12-23T06:00:00+00:00",
        "guild_id": 1001,
        "action": "unhide",
        "actor": "operator",
        "post_hash": "15d2d77a93ca1a668e3d3c818d5d250c",
        "why": None,
    }


def test_take_down(old: Here) -> None:
    assert old("hide", "x:1800000000000000001", "--guild", "1001", "--json").json == {
        "post": "x:1800000000000000001",
        "hash": "4ff354f3f55995720d064fca3c874f23",
        "messages": 4,
        "waiting": 1,
        "already": False,
    }

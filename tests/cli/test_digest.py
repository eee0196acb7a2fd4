"""``kawaraban digest list`` and ``digest preview``, as people and scripts meet them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import app, bootstrap
from bot.core.models import Digest, Recurrence, SourceName
from bot.core.trending.rankings import RankedTopic, Ranking, RankingPlace, RankingSource
from bot.services import Services
from config.settings import load
from tests.services.digest_rig import GUILD, WHO, an_ask
from tests.storage.digests.digest_world import polled
from tests.storage.world import change, post

from .test_cli import Here, here, said, the_only_line

__all__ = ["here"]

ROW = [
    *("id", "name", "guild_id", "channel_id", "recurrence", "cron", "zone", "topics", "top", "min_rp"),
    *("replaces_alerts", "paused", "next_at", "told_at"),
]
PREVIEW = [*ROW, "period", "rising"]
TOPIC = [
    *("topic", "state", "new_posts", "held", "more", "volume", "volume_before", "volume_source", "audience"),
    *("troubles", "posts"),
]
PAGE = "http://127.0.0.1:9/{topic}"


@pytest.fixture(autouse=True)
def page(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source, so that there is somewhere to look at a topic; nobody asks it."""
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__URL", PAGE)


def at_home(act: Callable[[Services], Awaitable[Any]]) -> Any:
    """What somebody did on Discord, in the database of this folder."""

    async def done() -> Any:
        async with app.open_services(load()) as services:
            return await act(services)

    return asyncio.run(done())


def create(*asks: dict[str, Any]) -> list[Digest]:
    async def act(services: Services) -> list[Digest]:
        return [(await services.digests.create(GUILD, WHO, an_ask(**ask))).digest for ask in asks]

    made: list[Digest] = at_home(act)
    return made


def test_without_digests_the_list_says_where_they_come_from(here: Here) -> None:
    here("migrate")

    assert "/digest create" in the_only_line(here("digest", "list").out)
    assert here("digest", "list", "--json").json == []


def test_the_list_has_the_promised_shape(here: Here) -> None:
    daily, paused = create(
        {"recurrence": Recurrence.DAILY, "time": "8:00", "zone": "Asia/Tokyo", "topics": "電力, 水", "top": 3},
        {"name": "毎時"},
    )
    at_home(lambda services: services.digests.pause(paused.id, GUILD))

    listed = here("digest", "list", "--json")

    assert (listed.code, listed.err) == (0, "")
    assert [list(row) for row in listed.json] == [ROW, ROW]
    assert listed.json[0] == {
        "id": daily.id,
        "name": "朝刊",
        "guild_id": 1,
        "channel_id": 10,
        "recurrence": "daily",
        "cron": "0 8 * * *",
        "zone": "Asia/Tokyo",
        "topics": ["電力", "水"],
        "top": 3,
        "min_rp": 0,
        "replaces_alerts": False,
        "paused": None,
        "next_at": listed.json[0]["next_at"],
        "told_at": None,
    }
    assert datetime.fromisoformat(listed.json[0]["next_at"]) == daily.next_at
    assert (listed.json[1]["next_at"], listed.json[1]["paused"]) == (None, "by_user")


def test_the_list_is_a_table_for_people(here: Here) -> None:
    create({"name": "朝刊"})

    shown = here("digest", "list").out

    assert "朝刊" in shown
    assert "next (UTC)" in shown


@pytest.mark.parametrize("name", ["夕刊", "99", "id:99"])
def test_an_unknown_digest_is_refused_in_one_line(here: Here, name: str) -> None:
    create({"name": "朝刊"})

    refused = here("digest", "preview", name)

    assert (refused.code, refused.out) == (2, "")
    assert said("cli-digest-no-such", name=name) in f"{the_only_line(refused.err)}\n"


def test_a_name_of_two_digests_asks_for_an_id(here: Here) -> None:
    first, second = create({"name": "朝刊"}, {"name": "朝刊", "topics": "電力"})

    refused = here("digest", "preview", "朝刊", "--json")

    assert (refused.code, refused.out) == (2, "")
    assert f"{first.id}, {second.id}" in the_only_line(refused.err)
    assert here("digest", "preview", str(second.id), "--json").json["id"] == second.id


def test_a_preview_has_the_promised_shape_and_is_not_sent(here: Here) -> None:
    [digest] = create(half_a_day_away())
    at_home(read_a_post)

    shown = here("digest", "preview", "朝刊", "--json")

    assert (shown.code, shown.err) == (0, "")
    assert list(shown.json) == PREVIEW
    assert (shown.json["id"], list(shown.json["period"])) == (digest.id, ["start", "end"])
    [topic] = shown.json["topics"]
    assert list(topic) == TOPIC
    assert (topic["topic"], topic["state"], topic["new_posts"]) == ("データセンター", "news", 1)
    assert (topic["volume"], topic["audience"], topic["troubles"]) == (None, None, [])
    [told] = topic["posts"]
    assert (told["text"], told["rp"], told["source"], told["told"]) == ("本文", 150, "trendpage", False)
    assert at_home(lambda services: services.storage.entries.next_send_at()) is None


def test_a_preview_for_people_names_period_topic_and_posts(here: Here) -> None:
    create(half_a_day_away())
    at_home(read_a_post)

    shown = here("digest", "preview", "朝刊").out

    for part in ("朝刊", "UTC)", "データセンター  (new posts, new posts: 1", "本文", "@someone"):
        assert part in shown


def half_a_day_away() -> dict[str, Any]:
    """A daily digest whose period does not end while the test runs."""
    time = bootstrap.utc_now() + timedelta(hours=12)
    return {"recurrence": Recurrence.DAILY, "time": f"{time:%H:%M}"}


async def read_a_post(services: Services) -> None:
    """Just written."""
    now = services.clock()
    await polled(services.storage, SourceName.TRENDPAGE, [change(post(1, published_at=now))], now)


def test_preview_names_what_rises_elsewhere(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the digest itself does: from the rankings that were read last, without asking anybody."""
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__BASE_URL", "https://mastodon.example")
    [digest] = create({})

    async def rank(services: Services) -> None:
        wanted, now = replace(digest.settings, also_rising=True), services.clock()
        await services.storage.digests.change(digest.id, wanted, now + timedelta(hours=1), now)
        place = RankingPlace(RankingSource.MASTODON, "mastodon.example")
        await services.storage.rankings.claim(place.key, now)
        await services.storage.rankings.keep(Ranking(place, now, (RankedTopic("流星群"),)), now)

    at_home(rank)

    shown, as_json = here("digest", "preview", "朝刊"), here("digest", "preview", "朝刊", "--json").json

    assert as_json["rising"] == [{"topic": "流星群", "sources": ["mastodon"]}]
    assert said("cli-digest-rising", topics="流星群 (mastodon)") in shown.out

"""Names of entries: kept with a poll, found by the next, bounded, and a bridge to what older versions stored."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.identity.entries import renamed
from bot.core.models import FetchResult, NewSubscription, PollPlan, SourceName, SubscriptionSettings
from bot.core.planning.plan import plan_poll
from bot.core.text import make_topic
from bot.sources.feed.wire import parse_feed
from bot.storage.sql.polling import entry_fingerprints as kept_names
from bot.storage.stores import Storage
from tests.fakes.feed_site import Item, rss
from tests.inspection import Inspect
from tests.sqlite_file import sqlite_of
from tests.storage.world import CHANNEL, GUILD, NOW, USER

URL = "https://paper.example/feed"
POLICY = PollPolicy(timedelta(minutes=5), whole_page=True)


async def followed(storage: Storage) -> None:
    await storage.subscriptions.subscribe(
        NewSubscription(
            guild_id=GUILD,
            channel_id=CHANNEL,
            topic=make_topic(URL),
            created_by=USER,
            target=URL,
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.FEED: 0}),
        ),
        NOW,
        NOW,
    )


async def polled(storage: Storage, items: list[Item], now: datetime, *, with_names: bool = True) -> PollPlan:
    """One look; without names as versions before them left it."""
    [due] = await storage.watches.claim_due(now + timedelta(hours=1), limit=9, lease_s=60)
    feed = parse_feed(rss(*items, link="https://paper.example/"), url=URL, now=now)
    answer = FetchResult(SourceName.FEED, feed.posts, fingerprints=feed.fingerprints if with_names else {})
    keys = [post.key for post in answer.posts]
    state = await storage.polls.state(due.watch, keys, now, answer.fingerprints)
    plan = plan_poll(state, renamed(answer, state.same, state.known, now), POLICY, now)
    await storage.polls.commit(plan)
    return plan


def minted(numbers: range, at: datetime = NOW) -> list[Item]:
    """Entries with a link and an id of their own at each fetch."""
    token = secrets.token_hex(8)
    return [
        Item(
            f"記事 {n}", f"https://go.example/{token}{n}", at - timedelta(hours=2, minutes=n), guid=f"{token}-{n}"
        )
        for n in numbers
    ]


@pytest.mark.invariant(2)
async def test_entries_minted_anew_are_alerted_once_and_their_names_do_not_pile_up(storage: Storage) -> None:
    await followed(storage)
    await polled(storage, minted(range(20)), NOW)
    told, names = 0, []
    for poll in range(1, 12):
        plan = await polled(storage, minted(range(20 + (poll == 6))), NOW + timedelta(minutes=5 * poll))
        told += len(plan.alerts)
        names.append(len(plan.new_fingerprints))

    assert told == 1  # 記事 20, while it is there
    assert names[-1] == 0


@pytest.mark.invariant(2)
@pytest.mark.parametrize("between", [[], [range(0)], [range(1), range(0)]], ids=["at once", "empty", "as before"])
async def test_only_entry_of_a_first_page_is_not_alerted_when_it_comes_minted_anew_beside_a_new_one(
    storage: Storage, between: list[range]
) -> None:
    await followed(storage)
    told = []
    for poll, numbers in enumerate([range(1), *between, range(2), range(1), range(2)]):
        undated = [replace(item, at=None) for item in minted(numbers)[::-1]]
        plan = await polled(storage, undated, NOW + timedelta(hours=5 * poll))
        told += [alert.content.post.text for alert in plan.alerts]

    assert told == ["記事 1"]


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda word, day: Item(word, "https://paper.example/word"), id="link"),
        pytest.param(lambda word, day: Item(word, "https://paper.example/word", guid="word"), id="link and id"),
        pytest.param(
            lambda word, day: Item(word, "https://paper.example/word", day, f"{word}の話", "w"), id="all"
        ),
        pytest.param(
            lambda word, day: Item("今日の一枚", "https://paper.example/word", day, word, "w"), id="title"
        ),
        pytest.param(lambda word, day: Item("今日の天気", "", None, word), id="title and no link"),
        pytest.param(
            lambda word, day: Item("今日の天気", "https://paper.example/", None, word), id="title and home"
        ),
    ],
)
async def test_only_entry_of_a_page_that_is_another_one_each_day_is_alerted_each_day(
    storage: Storage, make: Callable[[str, datetime], Item]
) -> None:
    await followed(storage)
    told = []
    for poll in range(12):  # every eight hours
        day = poll // 3
        item = make(("橋", "川", "海", "山")[day], NOW + timedelta(days=day - 1, hours=20))
        plan = await polled(storage, [item], NOW + timedelta(hours=8 * poll))
        told += [poll for _ in (*plan.alerts, *plan.held)]

    assert told == [3, 6, 9]


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize(("later", "told"), [(timedelta(hours=5), 0), (timedelta(days=1), 1)])
async def test_title_alone_under_another_link_is_a_corrected_one_on_its_day_and_the_next_one_later(
    storage: Storage, later: timedelta, told: int
) -> None:
    await followed(storage)
    others = [Item("橋", "https://paper.example/bridge"), Item("市", "https://paper.example/market")]
    await polled(storage, [Item("今日の一枚", "https://paper.example/day/27"), *others], NOW)

    plan = await polled(storage, [Item("今日の一枚", "https://paper.example/day/28"), *others], NOW + later)

    assert len([*plan.alerts, *plan.held]) == told


@pytest.mark.invariant(2)
async def test_title_of_the_only_entry_of_a_page_may_be_corrected_on_its_day(storage: Storage) -> None:
    await followed(storage)
    for poll, word in enumerate(["橋", "川", "川(訂正)", "川(再訂正)"]):
        item = Item(word, "https://paper.example/word", guid="word")
        plan = await polled(storage, [item], NOW + timedelta(hours=24 * min(poll, 1) + 4 * poll))
        assert len([*plan.alerts, *plan.held]) == (poll == 1)


def page(*numbers: int, dated: bool = True) -> list[Item]:
    """Entries of a page, one every twenty minutes."""
    return [
        Item(f"記事 {n}", f"https://paper.example/{n}", NOW - timedelta(minutes=20 * (20 - n)) if dated else None)
        for n in numbers
    ]


@pytest.mark.invariant(1)
@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("pages", "told"),
    [
        pytest.param([(9, 8, 7, 6), (9, 8, 6, 5)], [], id="one between was taken away"),
        pytest.param([(9, 8, 7, 6), (8, 7, 6, 5)], [], id="the newest was taken away"),
        pytest.param([(9, 8, 7, 6), (9, 8, 7, 6, 5, 4, 3, 2)], [], id="more are shown"),
        pytest.param([(6, 7, 8, 9), (4, 5, 6, 7, 8, 9)], [], id="more are shown, newest last"),
        pytest.param([(9, 8, 7, 6), (10, 9, 7, 6, 5)], ["記事 10"], id="a new one came, too"),
        pytest.param([(9, 8, 7, 6), (9, 8, 7, 6, 10)], ["記事 10"], id="a new one in no order"),
        pytest.param(
            [(5, 4, 3, 2), (14, 13, 12, 11), (14, 13, 11, 10)],
            ["記事 14", "記事 13", "記事 12", "記事 11", "記事 10"],
            id="the page turned over unseen",
        ),
    ],
)
async def test_what_comes_up_from_below_a_page_is_no_news(
    storage: Storage, pages: list[tuple[int, ...]], told: list[str]
) -> None:
    await followed(storage)
    found = []
    for poll, numbers in enumerate(pages):
        plan = await polled(storage, page(*numbers), NOW + timedelta(minutes=5 * poll))
        found += [alert.content.post.text for alert in plan.alerts]

    assert sorted(found) == sorted(told)


@pytest.mark.invariant(3)
async def test_order_of_an_undated_page_is_that_in_which_its_entries_came(storage: Storage) -> None:
    await followed(storage)
    found = []
    for poll, numbers in enumerate([(6, 5, 4), (7, 6, 5, 4), (8, 7, 6, 5), (9, 8, 7, 6), (9, 8, 7, 6, 3, 2, 1)]):
        plan = await polled(storage, page(*numbers, dated=False), NOW + timedelta(minutes=5 * poll))
        found += [alert.content.post.text for alert in plan.alerts]

    assert found == ["記事 7", "記事 8", "記事 9"]


def events(*numbers: int) -> list[Item]:
    """Entries whose dates are those of what they are about."""
    return [
        replace(item, at=NOW - timedelta(hours=1 + n * 7 % 10))
        for n, item in zip(numbers, page(*numbers), strict=True)
    ]


WORDS = [
    *("川", "橋", "港", "市", "祭", "塩", "舟", "鐘", "雪", "森"),
    *("灯", "坂", "畑", "窓", "糸", "鍋", "傘", "笛", "庭", "井戸"),
]


def undated(*numbers: int) -> list[Item]:
    """Entries that say nothing of their order, but one to the other."""
    return [Item(WORDS[n], f"https://paper.example/{WORDS[n]}") for n in numbers]


@pytest.mark.invariant(1)
@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("pages", "told"),
    [
        pytest.param(
            [page(9, 8, 7, 6, 5, dated=False), page(9, 8, 6, 5, 4, dated=False)],
            [],
            id="numbers that fall in addresses",
        ),
        pytest.param(
            [page(5, 6, 7, 8, 9, dated=False), page(4, 5, 6, 7, 8, 9, dated=False)],
            ["記事 4"],
            id="numbers that rise, as those of places do",
        ),
        pytest.param(
            [events(9, 8, 7, 6, 5), events(9, 8, 6, 5, 4)],
            [],
            id="numbers that fall beside dates in no order",
        ),
        pytest.param(
            [page(9, 8, 7, 6, dated=False), page(9, 8, 6, 5, dated=False)],
            ["記事 5"],
            id="four addresses with falling numbers",
        ),
        pytest.param(
            [
                undated(*range(9, 1, -1)),
                undated(*range(10, 2, -1)),
                undated(*range(11, 3, -1)),
                undated(11, 10, 9, 8, 6, 5, 4, 3, 2, 1),
            ],
            ["灯", "坂"],
            id="two came at the top",
        ),
        pytest.param(
            [
                undated(*range(9, 1, -1)),
                undated(*range(9, 2, -1), 1),
                undated(10, *range(9, 2, -1)),
                undated(11, *range(10, 2, -1), 1),
                undated(11, 10, 9, *range(7, 2, -1), 1, 0),
            ],
            ["橋", "灯", "坂"],
            id="two came at the top, and one came up before",
        ),
        pytest.param(
            [
                undated(*range(2, 10)),
                undated(*range(3, 11)),
                undated(*range(4, 12)),
                undated(1, *range(4, 11), 12),
            ],
            ["灯", "坂", "畑", "橋"],
            id="two came at the end, as of a page with the newest last",
        ),
        pytest.param(
            [[*undated(9, 8), *page(8, 7, 6, 5)], [*undated(9, 8), *page(8, 7, 5, 4)]],
            [],
            id="most are dated",
        ),
        pytest.param(
            [[*undated(9), *page(8, 7, 6, 5)], [*undated(9), *page(8, 7, 5), *undated(4)]],
            [],
            id="one without a date below dated ones",
        ),
        pytest.param(
            [page(8, 7, 6, 5), [*page(8, 7, 6, 5), *undated(4)]],
            ["祭"],
            id="one without a date at the end of a page that has them there",
        ),
    ],
)
async def test_order_of_a_page_is_known_by_what_is_hardly_so_by_chance(
    storage: Storage, pages: list[list[Item]], told: list[str]
) -> None:
    await followed(storage)
    found = []
    for poll, items in enumerate(pages):
        plan = await polled(storage, items, NOW + timedelta(minutes=5 * poll))
        found += [alert.content.post.text for alert in plan.alerts]

    assert sorted(found) == sorted(told)


@pytest.mark.invariant(1)
@pytest.mark.invariant(3)
async def test_what_comes_up_is_no_news_again_once_entries_came_after_links_changed(storage: Storage) -> None:
    await followed(storage)
    found = []
    for poll, numbers in enumerate(
        [(6, 5, 4), (7, 6, 5), (8, 7, 6), (9, 8, 7), (10, 9, 8, 7), (10, 9, 8, 7, 6, 5, 4, 3)]
    ):
        site = "https://paper.example" if poll == 0 else "https://new.example/section"
        items = [replace(item, link=item.link.replace("https://paper.example", site)) for item in page(*numbers)]
        plan = await polled(storage, items, NOW + timedelta(minutes=5 * poll))
        found += [alert.content.post.text for alert in plan.alerts]

    assert found == ["記事 7", "記事 8", "記事 9", "記事 10"]


@pytest.mark.invariant(2)
async def test_what_an_older_version_stored_is_known_under_its_new_address(storage: Storage) -> None:
    await followed(storage)
    plain = Item("橋", "https://paper.example/1?ref=rss", NOW - timedelta(hours=3), guid="1")
    await polled(storage, [plain], NOW, with_names=False)
    old = "web:https://paper.example/1?ref=rss"

    plan = await polled(storage, [plain], NOW + timedelta(minutes=5))

    assert plan.alerts == ()
    assert {key for key, _ in plan.new_fingerprints} <= {old, "web:https://paper.example/1"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("new", "looked_up"), [(0, 0), (1, 3)])
async def test_identities_are_looked_up_of_new_entries_alone(new: int, looked_up: int, storage: Storage) -> None:
    await followed(storage)
    items = [
        Item(f"記事 {n}", f"https://paper.example/{n}", NOW - timedelta(hours=2, minutes=n), guid=f"id-{n}")
        for n in range(21)
    ]
    await polled(storage, items[1:], NOW)
    said: list[str] = []
    await sqlite_of(storage).read(lambda connection: connection.set_trace_callback(said.append))

    await polled(storage, items[1 - new :], NOW + timedelta(minutes=5))

    asked = {
        key
        for each in said
        if (found := re.search(r"p\.post_key FROM json_each\('\[(.*?)\]'", each))
        for key in found[1].split(",")
    }
    assert len(asked) == looked_up


@pytest.mark.invariant(11)
async def test_names_of_a_watch_are_bounded_but_for_those_on_the_page(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, inspect: Inspect
) -> None:
    monkeypatch.setattr(kept_names, "FINGERPRINTS_A_POST", 1)
    await followed(storage)
    for poll in range(6):
        page = minted(range(poll * 40, poll * 40 + 40))
        plan = await polled(storage, page, NOW + timedelta(minutes=30 * poll))
    [(kept,)] = inspect("SELECT count(*) FROM entry_names")
    again = await polled(storage, page, NOW + timedelta(hours=4))  # what was too much at once is taken now
    once_more = await polled(storage, page, NOW + timedelta(hours=5))

    assert plan.kept is not None
    assert 20 * 4 <= kept <= plan.kept
    assert {key for key, _ in again.new_fingerprints} <= {change.post.key for change in again.changes}
    assert once_more.new_fingerprints == ()
    assert once_more.alerts == ()

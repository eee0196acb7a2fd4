"""What people type about digests: schedules and topics, and that a form reads back what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.core.calendar import digest_schedule as schedules
from bot.core.errors import RefusedRequest
from bot.core.models import Recurrence, Schedule, Topic
from bot.core.text import TOPIC_NAME_MAX, make_topic, utf16_length
from bot.services.input.digest import (
    NAME_MAX,
    check_top,
    checked_name,
    parse_schedule,
    parse_top,
    parse_topics,
    write_time,
    write_topics,
)
from tests.conftest import START

HOURLY, DAILY, WEEKDAYS = Recurrence.HOURLY, Recurrence.DAILY, Recurrence.WEEKDAYS
WEEKLY, CUSTOM = Recurrence.WEEKLY, Recurrence.CUSTOM
ZONE = "Asia/Tokyo"


# -- schedules ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recurrence", "typed", "cron"),
    [
        (HOURLY, "", "0 * * * *"),
        (HOURLY, ":15", "15 * * * *"),
        (HOURLY, "5", "5 * * * *"),
        (HOURLY, "毎時４５分", "45 * * * *"),
        (HOURLY, "59", "59 * * * *"),
        (DAILY, "", "0 8 * * *"),
        (DAILY, "7", "0 7 * * *"),
        (DAILY, "０７：３０", "30 7 * * *"),
        (DAILY, "午後9時半", "30 21 * * *"),
        (DAILY, "9pm", "0 21 * * *"),
        (DAILY, "0:00", "0 0 * * *"),
        (DAILY, "24:00", "0 0 * * *"),
        (WEEKDAYS, "18:05", "5 18 * * 1-5"),
        (WEEKLY, "", "0 8 * * 1"),
        (WEEKLY, "9:00", "0 9 * * 1"),
        (WEEKLY, "金", "0 8 * * 5"),
        (WEEKLY, "月曜日 9:00", "0 9 * * 1"),
        (WEEKLY, "日 午後10時", "0 22 * * 0"),
        (WEEKLY, "Sat 6:30", "30 6 * * 6"),
        (WEEKLY, "wednesdays pm 6", "0 18 * * 3"),
        (CUSTOM, "0 9 * * 1", "0 9 * * 1"),
        (CUSTOM, "  ０ 9  1 * mon ", "0 9 1 * MON"),
    ],
)
def test_a_typed_time_means_a_schedule(recurrence: Recurrence, typed: str, cron: str) -> None:
    assert parse_schedule(recurrence, typed, ZONE) == Schedule(recurrence, cron, ZONE)


@pytest.mark.parametrize(
    ("recurrence", "typed", "text_id"),
    [
        (HOURLY, "60", "digest-minute-unclear"),
        (HOURLY, "8:00", "digest-minute-unclear"),
        (HOURLY, "-1", "digest-minute-unclear"),
        (HOURLY, "soon", "digest-minute-unclear"),
        (DAILY, "25:00", "digest-time-unclear"),
        (DAILY, "8:60", "digest-time-unclear"),
        (DAILY, "午後13時", "digest-time-unclear"),
        (DAILY, "朝", "digest-time-unclear"),
        (DAILY, "mon 8:00", "digest-time-unclear"),
        (WEEKDAYS, "24:01", "digest-time-unclear"),
        (WEEKLY, "月 25:00", "digest-time-unclear"),
        (WEEKLY, "someday 9:00", "digest-weekday-unclear"),
        (WEEKLY, "月水 9:00", "digest-weekday-unclear"),
        (WEEKLY, "mon-fri", "digest-weekday-unclear"),
        (WEEKLY, "毎日 9:00", "digest-weekday-unclear"),
    ],
)
def test_a_time_that_is_not_clear_is_refused(recurrence: Recurrence, typed: str, text_id: str) -> None:
    assert refusal(lambda: parse_schedule(recurrence, typed, ZONE)).text_id == text_id


@pytest.mark.parametrize(
    ("cron", "text_id"),
    [
        ("", "digest-cron-unclear"),
        ("tomorrow", "digest-cron-unclear"),
        ("61 * * * *", "digest-cron-unclear"),
        ("0 9 * * * *", "digest-cron-unclear"),
        ("0 0 31 2 *", "digest-cron-never"),
        ("*/5 * * * *", "digest-cron-often"),
    ],
)
def test_cron_that_cannot_be_kept_is_refused_when_it_is_checked(cron: str, text_id: str) -> None:
    schedule = parse_schedule(CUSTOM, cron, ZONE)

    assert refusal(lambda: schedules.check(schedule, START)).text_id == text_id


_MINUTES, _OF_A_DAY = st.integers(0, 59), st.integers(0, 24 * 60 - 1)
_CRONS = st.tuples(
    st.integers(0, 59).map(str),
    st.sampled_from(["*", "*/6", "0-23", "8,20"]) | st.integers(0, 23).map(str),
    st.sampled_from(["*", "1", "L", "1-7", "31"]),
    st.sampled_from(["*", "1", "JAN", "6-8"]),
    st.sampled_from(["*", "MON", "1-5", "0", "5#3"]),
).map(" ".join)
SCHEDULES = st.one_of(
    _MINUTES.map(lambda minute: schedules.hourly(minute, ZONE)),
    _OF_A_DAY.map(lambda minutes: schedules.daily(minutes, ZONE)),
    _OF_A_DAY.map(lambda minutes: schedules.weekdays(minutes, ZONE)),
    st.builds(schedules.weekly, st.integers(0, 6), _OF_A_DAY, st.just(ZONE)),
    _CRONS.map(lambda cron: schedules.custom(cron, ZONE)),
)


@given(schedule=SCHEDULES)
def test_what_a_form_shows_of_a_schedule_is_read_back_as_it_was(schedule: Schedule) -> None:
    assert parse_schedule(schedule.recurrence, write_time(schedule), schedule.zone) == schedule


# -- topics ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("データセンター", ["データセンター"]),
        ("データセンター、電力, 生成AI\n半導体，水", ["データセンター", "電力", "生成AI", "半導体", "水"]),
        ("#ＡＩ, ai, AI", ["ＡＩ"]),
        ('"a, b", 「c、d」', ["a, b", "c、d"]),
        (", 、\n", []),
        ('"all"', ["all"]),
    ],
)
def test_topics_are_read_each_once_in_their_order(typed: str, names: list[str]) -> None:
    assert [topic.name for topic in parse_topics(typed)] == names


@pytest.mark.parametrize("typed", ["", "  ", "all", "ALL", "*", "すべて", "全部", "全て", "\u202eall"])
def test_nothing_or_all_is_every_topic_of_the_channel(typed: str) -> None:
    assert parse_topics(typed) == ()


def test_a_digest_of_twenty_five_topics_can_be_and_of_one_more_not() -> None:
    names = [f"話題{number}" for number in range(26)]

    assert len(parse_topics(",".join(names[:25]))) == 25
    refused = refusal(lambda: parse_topics(",".join(names)))
    assert (refused.text_id, refused.values) == ("digest-topics-many", {"limit": 25, "count": 26})


@pytest.mark.parametrize(("typed", "text_id"), [("a, ##", "error-topic-empty"), ("長" * 61, "error-topic-long")])
def test_what_cannot_be_a_topic_is_refused(typed: str, text_id: str) -> None:
    assert refusal(lambda: parse_topics(typed)).text_id == text_id


_LETTERS = st.sampled_from(list('aあ話🗞 ,、，"“”「」/#\\*')) | st.characters()
_NAMES = st.text(_LETTERS, max_size=20) | st.sampled_from(["all", "全部", "*", '"', "/a", "/", "/a, b/i"])


@given(names=st.lists(_NAMES, max_size=25))
@example(names=["/a", "/"])
@example(names=["all"])
@example(names=['5" disks, cheap'])
def test_what_a_form_shows_of_topics_is_read_back_as_it_was(names: list[str]) -> None:
    topics = tuple({topic.key: topic for topic in map(make_topic, names) if is_fit(topic)}.values())

    assert parse_topics(write_topics(topics)) == topics


def is_fit(topic: Topic) -> bool:
    """Addresses have a test of their own; a name with every kind of closing quote cannot be quoted."""
    fits = max(utf16_length(topic.key), utf16_length(topic.name)) <= TOPIC_NAME_MAX
    return bool(topic.key) and fits and not topic.is_address and not {'"', "”", "」"} <= {*topic.name}


@given(typed=st.text(_LETTERS, max_size=60))
@example(typed="HTTP://0")
def test_whatever_was_typed_is_read_back_as_it_was_understood(typed: str) -> None:
    try:
        topics = parse_topics(typed)
    except RefusedRequest:
        assume(False)

    again = parse_topics(write_topics(topics))

    assert [topic.key for topic in again] == [topic.key for topic in topics]
    # An address is shown by its key, as the next test says.
    words, said = ([topic for topic in each if not topic.is_address] for each in (topics, again))
    assert said == words


def test_an_address_is_shown_by_its_key_and_found_again() -> None:
    feed = Topic(make_topic("https://blog.example/feed").key, "みんなの、ブログ")

    assert feed.is_address
    assert [topic.key for topic in parse_topics(write_topics([feed]))] == [feed.key]


# -- numbers and names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "top"), [("", None), (" ", None), ("5", 5), ("１０", 10), ("01", 1)])
def test_how_many_posts_is_read(typed: str, top: int | None) -> None:
    assert parse_top(typed) == top


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [
        ("0", "digest-top-range"),
        ("11", "digest-top-range"),
        ("-1", "digest-numbers-unclear"),
        ("五", "digest-numbers-unclear"),
        ("1.5", "digest-numbers-unclear"),
        ("9" * 10, "digest-numbers-unclear"),
    ],
)
def test_so_many_posts_cannot_be(typed: str, text_id: str) -> None:
    assert refusal(lambda: parse_top(typed)).text_id == text_id


def test_one_to_ten_posts_a_topic_can_be_shown() -> None:
    assert [check_top(value) for value in (1, 10)] == [1, 10]
    assert {refusal(lambda value=value: check_top(value)).values["limit"] for value in (0, 11)} == {10}  # type: ignore[misc]


@pytest.mark.invariant(7)
def test_a_name_is_one_clean_line() -> None:
    assert checked_name(" 社長の\n朝刊\u202e ") == "社長の 朝刊"
    assert checked_name(" \u200b ") == ""
    assert checked_name("長" * NAME_MAX) == "長" * NAME_MAX
    assert refusal(lambda: checked_name("長" * (NAME_MAX + 1))).text_id == "digest-name-long"


def refusal(act: Callable[[], Any]) -> RefusedRequest:
    with pytest.raises(RefusedRequest) as caught:
        act()
    return caught.value

"""Parses a digest's schedule and topics as typed, in Japanese and English. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

import regex

from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.quiet_hours import DAY_MINUTES
from bot.core.errors import RefusedRequest
from bot.core.models import Recurrence, Schedule, Topic, TopicKey
from bot.core.text import clean
from bot.services.input.quiet_hours import parse_time, parse_weekdays
from bot.services.input.text import checked_topic, pieces, quoted, write_words

TOPICS_MAX: Final = 25
"""More could not each have a line in one message."""
TOP_MAX: Final = 10
NAME_MAX: Final = 60

_MORNING: Final = 8 * 60
_MONDAY: Final = 0
_MINUTE = regex.compile(r"(?:毎時)?\s*:?(?P<minute>\d{1,2})\s*分?")
_TIME_OF_DAY = regex.compile(r"(?:(?:午前|午後|am|pm)\s*)?\d.*")
_ALL_TOPICS = frozenset({"", "all", "*", "すべて", "全部", "全て"})
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_schedule(recurrence: Recurrence, typed: str, zone: str) -> Schedule:
    """The schedule that a choice and a typed time mean.

    Hourly takes a minute (``:15``), daily and weekdays a time of day (``8:00``, ``午後9時半``), weekly a weekday
    and a time (``月 9:00``, ``fri 18:00``), custom five fields of cron. Left out: on the hour, at 8:00, on Monday.
    Raises ``RefusedRequest``.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    match recurrence:
        case Recurrence.HOURLY:
            return schedules.hourly(_minute(text), zone)
        case Recurrence.DAILY:
            return schedules.daily(_time_of_day(text), zone)
        case Recurrence.WEEKDAYS:
            return schedules.weekdays(_time_of_day(text), zone)
        case Recurrence.WEEKLY:
            return schedules.weekly(*_day_and_time(text), zone)
        case Recurrence.CUSTOM:
            return schedules.custom(text, zone)


def write_time(schedule: Schedule) -> str:
    """The time of a schedule as a field shows it; ``parse_schedule`` reads the same back."""
    minute, hour, _, _, weekday = schedule.cron.split()
    match schedule.recurrence:
        case Recurrence.HOURLY:
            return f":{int(minute):02}"
        case Recurrence.DAILY | Recurrence.WEEKDAYS:
            return f"{int(hour)}:{int(minute):02}"
        case Recurrence.WEEKLY:
            return f"{_DAY_NAMES[int(weekday) - 1]} {int(hour)}:{int(minute):02}"
        case Recurrence.CUSTOM:
            return schedule.cron


def parse_topics(typed: str) -> tuple[Topic, ...]:
    """The topics of a field, each once; none stands for all that the channel is subscribed to.

    Separated and quoted as words are (``words.pieces``). Raises ``RefusedRequest`` for one that cannot be a topic,
    and for more than 25.
    """
    if clean(typed).strip().casefold() in _ALL_TOPICS:
        return ()
    topics: dict[TopicKey, Topic] = {}
    for piece in pieces(typed):
        topic = checked_topic(piece)
        topics.setdefault(topic.key, topic)
    if len(topics) > TOPICS_MAX:
        raise RefusedRequest("digest-topics-many", limit=TOPICS_MAX, count=len(topics))
    return tuple(topics.values())


def write_topics(topics: Iterable[Topic]) -> str:
    """Topics as a field shows them; ``parse_topics`` reads the same back."""
    written = write_words(topic.handle for topic in topics)
    # A topic can have the name that stands for all.
    return quoted(written) if written.casefold() in _ALL_TOPICS - {""} else written


def parse_top(typed: str) -> int | None:
    """The number of posts a topic, as typed; None for empty input. Raises ``RefusedRequest``."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise RefusedRequest("digest-numbers-unclear")
    return check_top(int(text))


def check_top(value: int) -> int:
    """The number of posts a topic, if it is within bounds. Raises ``RefusedRequest``."""
    if not 1 <= value <= TOP_MAX:
        raise RefusedRequest("digest-top-range", limit=TOP_MAX)
    return value


def checked_name(typed: str) -> str:
    """A name in one line, empty where nothing is left of it. Raises ``RefusedRequest`` when it is too long."""
    name = " ".join(clean(typed).split())
    if len(name) > NAME_MAX:
        raise RefusedRequest("digest-name-long", limit=NAME_MAX)
    return name


def _minute(text: str) -> int:
    if not text:
        return 0
    found = _MINUTE.fullmatch(text)
    if found is None or int(found["minute"]) > 59:
        raise RefusedRequest("digest-minute-unclear")
    return int(found["minute"])


def _time_of_day(text: str) -> int:
    if not text:
        return _MORNING
    try:
        return parse_time(text) % DAY_MINUTES
    except RefusedRequest:
        raise RefusedRequest("digest-time-unclear") from None


def _day_and_time(text: str) -> tuple[int, int]:
    """A weekday (Monday 0) and minutes after midnight; either may be left out."""
    found = _TIME_OF_DAY.search(text.casefold())
    begin = len(text) if found is None else found.start()
    day, time = text[:begin].strip(), text[begin:].strip()
    if not day:
        return _MONDAY, _time_of_day(time)
    try:
        days = parse_weekdays(day)
    except RefusedRequest:
        raise RefusedRequest("digest-weekday-unclear") from None
    if len(days) != 1:
        raise RefusedRequest("digest-weekday-unclear")
    return days[0], _time_of_day(time)

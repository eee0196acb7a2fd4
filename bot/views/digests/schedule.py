"""A digest's schedule in words, and the name of a digest that was given none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from babel.dates import format_date

from bot.core.models import Recurrence, Schedule, Topic
from bot.core.text import excerpt, one_line
from bot.views.kit.text import Speaker
from bot.views.kit.timezones import city

NAME_MAX = 60
"""UTF-16 units of a digest's name."""

_MORNING_PAPER = range(3, 11)
_NOON_PAPER = range(11, 15)
_A_SUNDAY = date(2026, 11, 22)


def schedule_words(speaker: Speaker, schedule: Schedule) -> str:
    """``毎日 8:00 (東京)``, ``every Monday at 9:00 (Tokyo)``; a custom one as it was typed."""
    text_id, where = f"digest-schedule-{schedule.recurrence}", city(schedule.zone, speaker.language)
    if schedule.recurrence is Recurrence.CUSTOM:
        return speaker.say(text_id, cron=one_line(schedule.cron).replace("`", "'"), city=where)
    minute, hour, _, _, weekday = schedule.cron.split()
    if schedule.recurrence is Recurrence.HOURLY:
        return speaker.say(text_id, minute=int(minute))
    values = {"time": f"{int(hour)}:{int(minute):02}", "city": where}
    if schedule.recurrence is Recurrence.WEEKLY:
        values["day"] = _day_name(int(weekday), speaker.language)
    return speaker.say(text_id, **values)


def default_name(speaker: Speaker, schedule: Schedule, topics: Sequence[Topic]) -> str:
    """The default name of a digest as plain text: ``朝刊``, or with its only topic."""
    paper = speaker.say(f"digest-name-{_paper(schedule)}")
    if len(topics) != 1:
        return paper
    return excerpt(speaker.say("digest-name-of", topic=one_line(topics[0].name), paper=paper), NAME_MAX)


def _paper(schedule: Schedule) -> str:
    """The kind of newspaper that it would be."""
    if schedule.recurrence not in {Recurrence.DAILY, Recurrence.WEEKDAYS}:
        return schedule.recurrence
    hour = int(schedule.cron.split()[1])
    return "morning" if hour in _MORNING_PAPER else "noon" if hour in _NOON_PAPER else "evening"


def _day_name(cron_weekday: int, language: str) -> str:
    """``月曜日``, ``Monday``; cron's Sunday is 0 or 7."""
    return format_date(_A_SUNDAY + timedelta(days=cron_weekday), "EEEE", locale=language)

"""Checks of what a file holds: the same limits that commands and forms keep to. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.quiet_hours import DAY_MINUTES, is_endless
from bot.core.errors import RefusedRequest
from bot.core.guild_settings import OFF
from bot.core.identity.row_ids import LARGEST_ID
from bot.core.models import (
    ADDRESS_SOURCES,
    DigestSettings,
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildSettings,
    QuietHours,
    Recurrence,
    Rules,
    Schedule,
    SubscriptionSettings,
    Topic,
)
from bot.core.surge.settings import Preset
from bot.core.text import TOPIC_NAME_MAX, clean, one_line, topic_key, utf16_length
from bot.core.trending.rankings import usable_name
from bot.services.input.digest import TOPICS_MAX, check_top, checked_name, parse_schedule, write_time
from bot.services.input.text import check_min_rp, check_pace, checked_topic, parse_words, write_words
from bot.services.subscriptions.requests import check_numbers

LANGUAGES: Final = ("en", "ja")
NAMES_MAX: Final = 1_000
"""Languages, and muted authors, of a subscription."""
NAME_MAX: Final = 320
"""Characters of an author's handle, as sources give them."""
WHY_MAX: Final = 200
"""Characters of the note about a hidden post, and of who hid it."""


def check_item(item: object, now: datetime) -> None:
    """Raise ``RefusedRequest`` for a thing that cannot be, though its form is right."""
    match item:
        case int():
            check_ids((item,))
        case FiledSubscription():
            _check_subscription(item)
        case FiledDigest():
            check_ids((item.settings.channel_id, item.settings.role_id), (item.created_by,))
            _check_digest(item.settings, now)
        case FiledHours():
            check_ids((item.channel,))
            _check_hours(item.hours, now)
        case FiledForum():
            check_ids((item.channel,))
        case FiledBlockedTopic():
            _check_blocked_topic(item)
        case FiledNotifyRole():
            check_ids((item.role_id,), (item.chosen_by,))
        case FiledHidden():
            _check_hidden(item)
        case GuildSettings():
            _check_guild_settings(item, now)


def check_ids(ids: Iterable[int | None], people: Iterable[int] = ()) -> None:
    """Raise ``RefusedRequest`` for numbers that no id can be; nobody may have made a thing (0)."""
    wrong = [one for one in ids if one is not None and not 0 < one <= LARGEST_ID]
    wrong += [one for one in people if not 0 <= one <= LARGEST_ID]
    if wrong:
        raise RefusedRequest("transfer-no-id", value=str(wrong[0]))


def _check_subscription(filed: FiledSubscription) -> None:
    settings: SubscriptionSettings = filed.settings
    check_ids((filed.channel, settings.role_id), (filed.created_by,))
    if filed.notify_role is not None:
        check_ids((filed.notify_role.role_id,), (filed.notify_role.chosen_by,))
    _check_topic(filed.topic)
    if filed.address is not None:
        checked_topic(filed.address)
        if topic_key(filed.address) != filed.topic.key:
            raise RefusedRequest("transfer-address-differs")
    if filed.topic.is_address and filed.address is None:
        raise RefusedRequest("transfer-no-address")
    _check_language(settings.language)
    if not settings.min_rp:
        raise RefusedRequest("error-no-source-left")
    if filed.topic.is_address and not set(settings.min_rp) <= set(ADDRESS_SOURCES):
        raise RefusedRequest("error-address-is-feed")
    for minimum in settings.min_rp.values():
        check_min_rp(minimum)
    if settings.pace is not None:
        check_pace(settings.pace)
    _check_rules(settings.rules)
    if filed.muted_until is not None and filed.muted_until.tzinfo is None:
        raise RefusedRequest("transfer-no-zone")


def _check_topic(topic: Topic) -> None:
    """The key is one, of whatever name: names are what people and feeds call a topic."""
    if topic.is_address:
        digits = topic.key.rpartition(":")[2]
        is_key = len(topic.key) <= TOPIC_NAME_MAX and digits.isalnum()
    else:
        checked_topic(topic.key)
        is_key = topic_key(topic.key) == topic.key
    if not is_key:
        raise RefusedRequest("transfer-no-topic-key")
    if utf16_length(topic.name) > TOPIC_NAME_MAX:
        raise RefusedRequest("error-topic-long", limit=TOPIC_NAME_MAX)
    if one_line(topic.name) != topic.name:
        raise RefusedRequest("transfer-no-line")


def _check_rules(rules: Rules) -> None:
    check_numbers(rules)
    for words in (rules.include, rules.exclude):
        # As from a field: all together, for their number is limited, too.
        if parse_words(write_words(words)) != words:
            raise RefusedRequest("transfer-words")
    _check_names(rules.languages)
    _check_names(rules.muted_authors)


def _check_names(names: Collection[str]) -> None:
    if len(names) > NAMES_MAX:
        raise RefusedRequest("transfer-names-many", limit=NAMES_MAX, count=len(names))
    for name in names:
        _check_line(name, NAME_MAX)


def _check_line(text: str, limit: int) -> None:
    if len(text) > limit:
        raise RefusedRequest("transfer-text-long", limit=limit)
    if clean(text) != text or "\n" in text:
        raise RefusedRequest("transfer-no-line")


def _check_digest(settings: DigestSettings, now: datetime) -> None:
    _check_language(settings.language)
    if checked_name(settings.name) != settings.name or not settings.name:
        raise RefusedRequest("transfer-no-line")
    _check_schedule(settings.schedule, now)
    if len(settings.topics) > TOPICS_MAX:
        raise RefusedRequest("digest-topics-many", limit=TOPICS_MAX, count=len(settings.topics))
    for topic in settings.topics:
        _check_topic(topic)
    if any(source.traits.costs_money for source in settings.sources):
        raise RefusedRequest("transfer-paid-source")
    check_top(settings.top)
    check_min_rp(settings.min_rp)


def _check_schedule(schedule: Schedule, now: datetime) -> None:
    """The cron is the one of its recurrence, as forms show it."""
    schedules.check(schedule, now)
    if schedule.recurrence is Recurrence.CUSTOM:
        return
    try:
        meant = parse_schedule(schedule.recurrence, write_time(schedule), schedule.zone)
    except (ValueError, IndexError):
        meant = None
    if meant != schedule:
        raise RefusedRequest("digest-time-unclear")


def _check_hours(hours: QuietHours, now: datetime) -> None:
    _check_zone(hours.zone, now)
    in_a_day = 0 <= hours.start < DAY_MINUTES and 0 <= hours.end < DAY_MINUTES
    if not in_a_day or not hours.weekdays or not set(hours.weekdays) <= set(range(7)) or len(hours.weekdays) > 7:
        raise RefusedRequest("transfer-weekdays")
    if is_endless(hours):
        raise RefusedRequest("quiet-endless")


def _check_blocked_topic(blocked: FiledBlockedTopic) -> None:
    """The name is one that the commands could have blocked, as they write it."""
    if usable_name(blocked.name) != blocked.name:
        raise RefusedRequest("transfer-no-blocked-topic")
    if blocked.blocked_at is not None and blocked.blocked_at.tzinfo is None:
        raise RefusedRequest("transfer-no-zone")


def _check_hidden(hidden: FiledHidden) -> None:
    if len(hidden.post) != 32 or hidden.post.strip("0123456789abcdef"):
        raise RefusedRequest("transfer-no-hash")
    if hidden.hidden_at.tzinfo is None:
        raise RefusedRequest("transfer-no-zone")
    for text in (hidden.actor, hidden.why or ""):
        _check_line(text, WHY_MAX)


def _check_guild_settings(settings: GuildSettings, now: datetime) -> None:
    check_ids((settings.role_id, settings.status_channel))
    if settings.language is not None:
        _check_language(settings.language)
    if settings.zone is not None:
        _check_zone(settings.zone, now)
    if settings.quiet is not None:
        _check_hours(settings.quiet, now)
    if settings.pace is not None and settings.pace != 0:
        check_pace(settings.pace)
    if settings.min_rp is not None:
        check_min_rp(settings.min_rp)
    if settings.surge is not None and settings.surge not in {OFF, *Preset}:
        raise RefusedRequest("transfer-no-choice", value=settings.surge)
    if settings.digest_top is not None:
        check_top(settings.digest_top)


def _check_zone(zone: str, now: datetime) -> None:
    schedules.check(schedules.daily(0, zone), now)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise RefusedRequest("transfer-language", language=language)

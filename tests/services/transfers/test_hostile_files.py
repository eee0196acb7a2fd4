"""Files from somebody who means no good: refused in a sentence, at once, by the limits that commands keep to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.transfers.settings_file import SHOWN_MAX, read, written

from .test_settings_file import FULL
from .test_transfers import an_empty_bot

SUBSCRIPTION = """version = 1
[[servers]]
guild = 1
[[servers.subscriptions]]
channel = 2
topic = {topic}
{more}
[servers.subscriptions.settings]
language = "ja"
min_rp = {{ mastodon = 100 }}
[servers.subscriptions.settings.rules]
{rules}
"""
DIGEST = """version = 1
[[servers]]
guild = 1
[[servers.digests]]
[servers.digests.settings]
channel_id = 2
name = {name}
language = "ja"
schedule = {{ recurrence = "{recurrence}", cron = "{cron}", zone = "{zone}" }}
{more}
"""
NO_ZONE = "transfer-no-zone"
A_SERVER = "version = 1\n[[servers]]\nguild = 1\n"
SERVER = "version = 1\n[[servers]]\nguild = 1\n[servers.settings]\n{}"
HOURS = """version = 1
[[servers]]
guild = 1
[[servers.quiet_hours]]
channel = 2
hours = {{ zone = "{zone}", start = "{start}", end = "9:00", weekdays = {days} }}
"""


def subscription(topic: str = '"ai"', more: str = "", rules: str = "") -> str:
    return SUBSCRIPTION.format(topic=topic, more=more, rules=rules)


def digest(
    name: str = '"d"', recurrence: str = "daily", cron: str = "0 8 * * *", zone: str = "UTC", more: str = ""
) -> str:
    return DIGEST.format(name=name, recurrence=recurrence, cron=cron, zone=zone, more=more)


def hours(zone: str = "UTC", start: str = "8:00", days: str = "[0]") -> str:
    return HOURS.format(zone=zone, start=start, days=days)


def many(count: int, word: str) -> str:
    return "[{}]".format(", ".join(f"'{word.format(at)}'" for at in range(count)))


@pytest.mark.parametrize("good", [subscription(), digest(), hours(), SERVER.format("pace = 0\nmin_rp = 5")])
async def test_files_of_these_tests_are_right_where_nothing_is_wrong(tmp_path: Path, good: str) -> None:
    async with an_empty_bot(tmp_path) as service:
        assert service.read(good.encode()).flaws == ()


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        ("version = true", "transfer-no-version"),
        (f"{A_SERVER}[servers.notify_role]\nrole_id = 0", "transfer-no-id"),
        (subscription(more="notify_role = { role_id = -1 }"), "transfer-no-id"),
        (f"{A_SERVER}[[servers.forums]]\nchannel = 0\nposts_by = 'topic'", "transfer-no-id"),
        (f"{A_SERVER}[[servers.forums]]\nchannel = 1\nposts_by = 'often'", "transfer-no-choice"),
        (f"{A_SERVER}[[servers.blocked_topics]]\nname = '# '", "transfer-no-blocked-topic"),
        (f"{A_SERVER}[[servers.blocked_topics]]\nname = 'https://example.org/a'", "transfer-no-blocked-topic"),
        (f"{A_SERVER}[[servers.blocked_topics]]\nname = '{'a' * 500}'", "transfer-no-blocked-topic"),
        (f"{A_SERVER}[[servers.blocked_topics]]\nname = 'ai'\nblocked_at = 2026-01-01T00:00:00", NO_ZONE),
        (f"version = 1\n[[servers]]\nguild = {2**63}", "transfer-not-toml"),
        ("version = 1\n[[servers]]\nguild = -1", "transfer-no-id"),
        (subscription(more="created_by = -1"), "transfer-no-id"),
        (subscription(topic='{ key = "other thing", name = "a\\u0000b" }'), "transfer-no-line"),
        (subscription(topic='{ key = "NOT Folded", name = "ai" }'), "transfer-no-topic-key"),
        (subscription(topic='{ key = "", name = "ai" }'), "error-topic-empty"),
        (subscription(topic='"' + "x" * 6000 + '"'), "error-topic-long"),
        (subscription(rules=f"include = {many(21, 'w{}')}"), "error-words-many"),
        (subscription(rules=f"include = {many(6, '/w{}/')}"), "error-patterns-many"),
        (subscription(rules="exclude = ['/(/']"), "error-pattern"),
        (subscription(rules='exclude = ["a\\u0000"]'), "transfer-words"),
        (subscription(rules="min_velocity = -1"), "transfer-velocity"),
        (subscription(rules=f"muted_authors = {many(1200, '{}')}"), "transfer-names-many"),
        (subscription(rules='muted_authors = ["a\\u202Eb"]'), "transfer-no-line"),
        (digest(zone="Mars/Base"), "digest-zone-unknown"),
        (digest(recurrence="weekly", cron="0 8 * * *"), "digest-time-unclear"),
        (digest(recurrence="hourly"), "digest-time-unclear"),
        (digest(name='"a\\u0000"'), "transfer-no-line"),
        (digest(name='""'), "transfer-no-line"),
        (digest(more=f"topics = {many(26, 't{}')}"), "digest-topics-many"),
        (digest(more='sources = ["x"]'), "transfer-paid-source"),
        (hours(zone="Mars/Base"), "digest-zone-unknown"),
        (hours(days="[9]"), "transfer-weekdays"),
        (hours(days="[]"), "transfer-weekdays"),
        (hours(start="9:00", days="[0, 1, 2, 3, 4, 5, 6]"), "quiet-endless"),
        (SERVER.format("pace = 99"), "error-pace"),
        (SERVER.format('surge = "always"'), "transfer-no-choice"),
        (SERVER.format('zone = "../../etc/passwd"'), "digest-zone-unknown"),
        (SERVER.format("status_channel = -5"), "transfer-no-id"),
    ],
)
async def test_file_with_something_that_no_command_takes_is_refused(
    tmp_path: Path, content: str, text_id: str
) -> None:
    async with an_empty_bot(tmp_path) as service:
        found = service.read(content.encode())
        assert [flaw.text_id for flaw in found.flaws] == [text_id]


async def test_a_feed_in_a_file_is_read_as_a_feed_only(tmp_path: Path) -> None:
    """A search of a keyword's sources for an address would ask them for another server's secret."""
    text = written([FULL]).replace("feed = 0", "mastodon = 0")
    async with an_empty_bot(tmp_path) as service:
        assert [flaw.text_id for flaw in service.read(text.encode()).flaws] == ["error-address-is-feed"]


def test_mistake_is_named_in_few_words_however_long_it_is() -> None:
    found = read(f"version = 1\n{'k' * 6000} = 1".encode())
    [flaw] = found.flaws
    assert all(len(str(value)) <= SHOWN_MAX for value in (flaw.where, *flaw.values.values()))

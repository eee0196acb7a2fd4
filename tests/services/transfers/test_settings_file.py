"""The file of servers' settings: complete, readable, and read back as what it was."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    Actor,
    ChannelId,
    DigestSettings,
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildFile,
    GuildId,
    GuildSettings,
    PauseReason,
    PostHash,
    PostsBy,
    QuietHours,
    Recurrence,
    RoleId,
    Rules,
    Schedule,
    SourceName,
    SubscriptionSettings,
    Topic,
    TopicKey,
    UserId,
)
from bot.core.surge.settings import Preset
from bot.core.text import make_topic, topic_key
from bot.services.transfers.settings_file import FLAWS_MAX, read, written
from tests.costs import AT_MOST, growth
from tests.documents import ROOT

ids = st.integers(1, 2**63 - 1)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
words = st.lists(texts, max_size=3).map(tuple)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
times = st.integers(0, 10**14).map(lambda us: FIRST + timedelta(microseconds=us))
names = st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=12)
keywords = names.map(make_topic).filter(lambda one: bool(one.key))
hours = st.builds(
    QuietHours,
    zone=st.sampled_from(["UTC", "Asia/Tokyo"]),
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
    weekdays=st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
)
rules = st.builds(
    Rules,
    include=words,
    exclude=words,
    languages=st.lists(st.sampled_from(["ja", "en"]), unique=True).map(tuple),
    muted_authors=words,
    allow_sensitive=st.booleans(),
    people_only=st.booleans(),
    min_velocity=st.integers(0, 10_000),
    fold=st.booleans(),
    media=st.booleans(),
)
settings = st.builds(
    SubscriptionSettings,
    language=st.sampled_from(["ja", "en"]),
    min_rp=st.dictionaries(st.sampled_from(SourceName), st.integers(0, 10**9), min_size=1),
    rules=rules,
    role_id=st.none() | ids.map(RoleId),
    pace=st.none() | st.integers(1, 30),
    surge=st.none() | st.sampled_from(Preset),
)
notify_roles = st.none() | st.builds(FiledNotifyRole, ids.map(RoleId), ids.map(UserId))
subscriptions = st.builds(
    FiledSubscription,
    channel=ids.map(ChannelId),
    topic=keywords,
    settings=settings,
    address=st.none(),
    created_by=ids.map(UserId),
    paused=st.none() | st.sampled_from(PauseReason),
    muted_until=st.none() | times,
    notify_role=notify_roles,
)
feeds = names.flatmap(
    lambda name: st.builds(
        FiledSubscription,
        channel=ids.map(ChannelId),
        topic=texts.map(lambda title: Topic(topic_key(f"https://example.org/{name}"), title)),
        settings=settings,
        address=st.just(f"https://example.org/{name}"),
        created_by=ids.map(UserId),
    )
)
digests = st.builds(
    FiledDigest,
    settings=st.builds(
        DigestSettings,
        channel_id=ids.map(ChannelId),
        name=names,
        schedule=st.builds(
            Schedule, st.sampled_from(Recurrence), st.just("30 8 * * 1"), st.sampled_from(["UTC", "Asia/Tokyo"])
        ),
        language=st.sampled_from(["ja", "en"]),
        topics=st.lists(keywords, max_size=3).map(tuple),
        top=st.integers(1, 20),
        min_rp=st.integers(0, 1000),
        role_id=st.none() | ids.map(RoleId),
        replaces_alerts=st.booleans(),
        sources=st.lists(st.sampled_from(SourceName), unique=True).map(tuple),
    ),
    created_by=ids.map(UserId),
    paused=st.none() | st.sampled_from(PauseReason),
)
hidden = st.builds(
    FiledHidden,
    post=st.text("0123456789abcdef", min_size=32, max_size=32).map(PostHash),
    hidden_at=times,
    actor=texts.map(Actor),
    why=st.none() | texts,
)
guild_settings = st.builds(
    GuildSettings,
    language=st.none() | st.sampled_from(["ja", "en"]),
    zone=st.none() | st.sampled_from(["UTC", "Asia/Tokyo"]),
    quiet=st.none() | hours,
    pace=st.none() | st.integers(0, 30),
    min_rp=st.none() | st.integers(0, 1000),
    surge=st.none() | st.sampled_from(["off", *Preset]),
    fold=st.none() | st.booleans(),
    digest_top=st.none() | st.integers(1, 20),
    alerts_with_digest=st.none() | st.booleans(),
    role_id=st.none() | ids.map(RoleId),
    status_channel=st.none() | ids.map(ChannelId),
)
servers = st.builds(
    GuildFile,
    guild=ids.map(GuildId),
    settings=guild_settings,
    notify_role=notify_roles,
    subscriptions=st.lists(subscriptions | feeds, max_size=3).map(tuple),
    digests=st.lists(digests, max_size=2).map(tuple),
    quiet_hours=st.lists(st.builds(FiledHours, ids.map(ChannelId), hours), max_size=2).map(tuple),
    forums=st.lists(st.builds(FiledForum, ids.map(ChannelId), st.sampled_from(PostsBy)), max_size=2).map(tuple),
    blocked_topics=st.lists(
        st.builds(FiledBlockedTopic, keywords.map(lambda one: one.name), times), max_size=2
    ).map(tuple),
    hidden=st.lists(hidden, max_size=2).map(tuple),
    channels=st.dictionaries(ids.map(str), texts, max_size=2),
)

FULL = GuildFile(
    guild=GuildId(1),
    settings=GuildSettings(
        *("ja", "UTC", QuietHours("UTC", 60, 120), 5, 10, "off", True, 3, True), RoleId(7), ChannelId(8), True
    ),
    notify_role=FiledNotifyRole(RoleId(7), UserId(3)),
    subscriptions=(
        FiledSubscription(
            ChannelId(2),
            Topic(topic_key("https://example.org/rss"), "News"),
            SubscriptionSettings("en", {SourceName.FEED: 0}, Rules(), RoleId(7), 5, Preset.EVERY),
            "https://example.org/rss",
            UserId(3),
            PauseReason.BY_USER,
            datetime(2026, 11, 29, tzinfo=UTC),
            FiledNotifyRole(RoleId(9), UserId(3)),
        ),
    ),
    digests=(
        FiledDigest(
            DigestSettings(
                *(ChannelId(2), "morning", Schedule(Recurrence.DAILY, "0 8 * * *", "UTC"), "en"),
                topics=(Topic(TopicKey("ai"), "another name"),),
                role_id=RoleId(7),
            ),
            UserId(3),
            PauseReason.BY_USER,
        ),
    ),
    quiet_hours=(FiledHours(ChannelId(2), QuietHours("UTC", 0, 60)),),
    forums=(FiledForum(ChannelId(6), PostsBy.STORY),),
    blocked_topics=(FiledBlockedTopic("Data Center", datetime(2026, 11, 29, tzinfo=UTC)),),
    hidden=(FiledHidden(PostHash("0" * 32), datetime(2026, 11, 29, tzinfo=UTC), Actor("operator"), "why"),),
    channels={"2": "news"},
)
"""A server in which everything is chosen."""


@given(st.lists(servers, max_size=2))
def test_file_is_read_back_as_what_was_written(wanted: list[GuildFile]) -> None:
    found = read(written(wanted).encode())

    assert found.flaws == ()
    assert list(found.servers) == wanted


def test_every_field_of_the_models_is_in_the_file() -> None:
    """A field that is added is exported, or this says so: give it a value in ``FULL``."""
    data = tomllib.loads(written([FULL]))["servers"][0]

    assert list(_missing(FULL, data, "server")) == []


@pytest.mark.parametrize("page", ["docs/operations/settings-file.md", "docs/operations/settings-file.ja.md"])
def test_every_key_of_the_file_is_in_the_documentation(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    keys = set(_keys(tomllib.loads(written([FULL]))))

    assert [key for key in sorted(keys) if not re.search(rf"[`.]{key}[`.]", text)] == []


def _keys(data: Any) -> Any:
    """The keys of all tables that are no names of channels."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from [] if name == "channels" else _keys(value)
    elif isinstance(data, list):
        for one in data:
            yield from _keys(one)


def _missing(value: Any, data: Any, path: str) -> Any:
    """Fields of dataclasses without a key in the file; a topic may be its name alone."""
    if is_dataclass(value) and isinstance(data, dict):
        for one in fields(value):
            if one.name not in data:
                yield f"{path}.{one.name}"
            else:
                yield from _missing(getattr(value, one.name), data[one.name], f"{path}.{one.name}")
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            yield from _missing(one, data[at], f"{path}[{at}]")


def test_table_can_be_added_to_a_file_that_has_none_of_its_kind() -> None:
    """``digests = []`` beside ``[[servers.digests]]`` is no TOML."""
    added = "\n[[servers.blocked_topics]]\nname = 'ai'\n"
    [server] = read((written([replace(FULL, blocked_topics=())]) + added).encode()).servers
    assert server.blocked_topics == (FiledBlockedTopic("ai"),)


MISTAKES = [
    ("guild = 1", "guild = 1\nguilds = 2", "transfer-unknown-key"),
    ('language = "en"', "language = 7", "transfer-wrong-kind"),
    ('recurrence = "daily"', 'recurrence = "often"', "transfer-no-choice"),
    ('start = "00:00"', 'start = "25:00"', "transfer-no-time"),
    ("allow_sensitive = true", 'allow_sensitive = "yes"', "transfer-wrong-kind"),
    ("people_only = true", "peopel_only = true", "transfer-unknown-key"),
    ("top = 5", "top = [5]", "transfer-wrong-kind"),
    ('name = "morning"', "", "transfer-missing-key"),
]


@pytest.mark.parametrize(("right", "wrong", "text_id"), MISTAKES)
def test_mistake_is_named_with_its_line(right: str, wrong: str, text_id: str) -> None:
    text = written([FULL])
    assert right in text
    edited = text.replace(right, wrong, 1)

    found = read(edited.encode())

    assert found.servers == ()
    [flaw] = found.flaws
    assert flaw.text_id == text_id
    lines = edited.splitlines()
    key = flaw.where.rpartition(".")[2]
    assert wrong == "" or lines[flaw.line - 1].startswith((key, f"[servers.{key}"))


def test_all_mistakes_of_a_file_are_found_and_some_of_many_listed() -> None:
    text = written([FULL])
    several = text
    for right, wrong, _ in MISTAKES:
        several = several.replace(right, wrong, 1)
    assert read(several.encode()).wrong >= 5

    many = text + "\n".join("[[servers.hidden]]\npost = 1" for _ in range(FLAWS_MAX + 5))
    found = read(many.encode())
    assert (found.wrong, len(found.flaws)) == (FLAWS_MAX + 5, FLAWS_MAX)


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        (b"\xff\xfe", "transfer-not-text"),
        (b"version = = 1", "transfer-not-toml"),
        (b"", "transfer-no-version"),
        (b"version = 2", "transfer-newer"),
        (b"version = 1\nservers = 3", "transfer-no-table"),
        (b"version = 1\n[[servers]]\n", "transfer-missing-key"),
    ],
)
def test_file_of_another_kind_is_said(content: bytes, text_id: str) -> None:
    assert [flaw.text_id for flaw in read(content).flaws] == [text_id]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_or_a_mistake(content: bytes) -> None:
    found = read(content)
    assert found.servers == () or found.flaws == ()


def test_feed_can_be_added_by_its_address_alone() -> None:
    text = """
version = 1
[[servers]]
guild = 1
[[servers.subscriptions]]
channel = 2
topic = "https://example.org/rss"
[servers.subscriptions.settings]
language = "en"
min_rp = { feed = 0 }
"""
    [server] = read(text.encode()).servers
    [subscription] = server.subscriptions
    assert subscription.address == "https://example.org/rss"
    assert subscription.topic.key == topic_key("https://example.org/rss")


DEEP = 5_000


@pytest.mark.parametrize(
    "content",
    [
        b"x = " + b"[" * DEEP + b"]" * DEEP,
        b"x = " + b"{a=" * DEEP + b"1" + b"}" * DEEP,
        b".".join([b"a"] * DEEP) + b" = 1",
        b"[" + b".".join([b"a"] * DEEP) + b"]",
        b"x = " + b"9" * DEEP,
        b"version = 0x" + b"f" * DEEP,
        b"version = 1\n[[servers]]\nguild = " + b"9" * 50,
    ],
    ids=["lists", "tables", "key", "header", "digits", "hexadecimal", "id"],
)
def test_file_that_nests_without_end_or_has_an_endless_number_is_a_mistake(content: bytes) -> None:
    assert [flaw.text_id for flaw in read(content).flaws] == ["transfer-not-toml"]


def test_dots_within_texts_and_comments_are_no_tables() -> None:
    dots = "." * 200
    text = f'version = 1 # {dots}\n[[servers]]\nguild = 5\n[servers.channels]\n1 = "{dots}"\n2 = """\n{dots}"""\n'
    [server] = read(text.encode()).servers
    assert server.channels == {"1": dots, "2": dots}


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    "made",
    [
        lambda n: 'version = 1\nx = """\n[' + " " * n + '\n"""',
        lambda n: 'version = 1\nx = """' + '\\"""' * n,
        lambda n: "version = 1\nx = '''\n" + " [ a" * n + "\n'''",
        lambda n: "version = 1\n[[servers]]\nguild = 1\n" + "[[servers.hidden]]\npost = 1\n" * (n // 20),
    ],
    ids=["spaces", "quotes", "brackets", "items"],
)
def test_reading_a_file_twice_as_long_costs_at_most_two_and_a_half_times(made: Callable[[int], str]) -> None:
    def work(size: int) -> Callable[[], object]:
        content = made(size).encode()
        return lambda: read(content)

    assert growth(work, 4_000) <= AT_MOST


def test_wrong_name_in_a_table_is_named_by_its_table() -> None:
    text = written([FULL]).replace("settings.min_rp]\n", "settings.min_rp]\nnowhere = 1\n", 1)
    [flaw] = read(text.encode()).flaws
    assert (flaw.text_id, flaw.where) == ("transfer-no-choice", "servers[1].subscriptions[1].settings.min_rp")
    assert text.splitlines()[flaw.line - 1] == "[servers.subscriptions.settings.min_rp]"

"""What people type about quiet hours, and what the service makes of it, of servers left and channels resumed."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app
from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, GuildId, PauseReason, QuietHours, Recurrence, UserId, display_name
from bot.services.digests import DigestService
from bot.services.guilds import GuildService, QuietHoursRequest
from bot.services.input.quiet_hours import EVERY_DAY, WEEKEND, WORKDAYS, parse_time, parse_weekdays
from bot.services.subscriptions.service import SubscriptionService
from bot.services.trends import TrendService
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.conftest import START, Clock, make_settings
from tests.services.digest_rig import typed_request
from tests.sqlite_file import empty_file
from tests.storage import world as stored

GUILD, CHANNEL = stored.GUILD, stored.CHANNEL
ASK = QuietHoursRequest(GUILD, CHANNEL, "22:00", "7:00", "Asia/Tokyo")


# -- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("22:00", 1320),
        ("7", 420),
        ("07:30", 450),
        (" 7:5 ", 425),
        ("０７：３０", 450),
        ("0", 0),
        ("24:00", 0),
        ("22.30", 1350),
        ("22時", 1320),
        ("7時半", 450),
        ("２２時１５分", 1335),
        ("午後10時", 1320),
        ("午前0時", 0),
        ("10pm", 1320),
        ("10:30 PM", 1350),
        ("12am", 0),
        ("12 pm", 720),
    ],
)
def test_a_time_is_understood_as_people_write_it(typed: str, minutes: int) -> None:
    assert parse_time(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", "25", "24:01", "7:60", "-1", "7::", "noon", "13pm", "午後13時", "1e3", "7:000"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(RefusedRequest) as refused:
        parse_time(typed)
    assert refused.value.text_id == "quiet-time-unclear"


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_can_be_written(hour: int, minute: int) -> None:
    assert parse_time(f"{hour}:{minute:02}") == parse_time(f"{hour:02}時{minute}分") == hour * 60 + minute


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", EVERY_DAY),
        ("daily", EVERY_DAY),
        ("Every day", EVERY_DAY),
        ("毎日", EVERY_DAY),
        ("平日", WORKDAYS),
        ("weekdays", WORKDAYS),
        ("週末", WEEKEND),
        ("土日", WEEKEND),
        ("mon,wed", (0, 2)),
        ("Wed / Mon", (0, 2)),
        ("Tues, thursdays", (1, 3)),
        ("月、水", (0, 2)),
        ("月水金", (0, 2, 4)),
        ("月曜日と", None),
        ("月曜、火曜日", (0, 1)),
        ("fri-sun", (4, 5, 6)),
        ("sat-mon", (0, 5, 6)),
        ("月〜金", WORKDAYS),
        ("平日、土", (0, 1, 2, 3, 4, 5)),
        ("someday", None),
        ("m", None),
        ("mon-", None),
        (",", None),
        ("-", None),
    ],
)
def test_weekdays_are_understood_in_both_languages(typed: str, days: tuple[int, ...] | None) -> None:
    if days is not None:
        assert parse_weekdays(typed) == days
        return
    with pytest.raises(RefusedRequest) as refused:
        parse_weekdays(typed)
    assert refused.value.text_id == "quiet-weekdays-unclear"


@given(st.text(max_size=12))
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    for parse in (parse_time, parse_weekdays):
        with contextlib.suppress(RefusedRequest):
            found = parse(typed)
            assert found == (found % 1440 if isinstance(found, int) else tuple(sorted({*found} & {*EVERY_DAY})))


# -- the service -----------------------------------------------------------------------------------------


@dataclass
class Office:
    storage: Storage
    servers: GuildService
    digests: DigestService
    clock: Clock

    @property
    def world(self) -> stored.World:
        return stored.World(self.storage)


@pytest.fixture
async def office(tmp_path: Path, clock: Clock) -> AsyncIterator[Office]:
    settings = make_settings(tmp_path, privacy={"forget_servers_after_days": 10})
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    trends = TrendService(storage, {}, clock=clock, fresh_s=600)
    subscriptions = SubscriptionService(storage, {}, trends, settings, clock)
    digests = DigestService(storage, {}, settings, named=lambda *_: "朝刊", clock=clock)
    yield Office(storage, GuildService(storage, subscriptions, digests, settings, clock), digests, clock)
    await storage.close()


async def test_quiet_hours_are_set_and_described(office: Office) -> None:
    done = await office.servers.set_quiet(ASK)

    night = START.replace(hour=13), START.replace(hour=22)
    assert await office.storage.guilds.quiet_hours(CHANNEL) == QuietHours("Asia/Tokyo", 1320, 420)
    assert (done.channel.begins_at, done.channel.ends_at, done.held) == (*night, 0)
    assert await office.servers.quiet_channels(GUILD) == [done.channel]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start": "?"}, "quiet-time-unclear"),
        ({"end": "?"}, "quiet-time-unclear"),
        ({"weekdays": "?"}, "quiet-weekdays-unclear"),
        ({"end": "22"}, "quiet-endless"),
        *[({"zone": zone}, "zone-unknown") for zone in ("", "Asia", "Asia/Atlantis", "../etc/passwd", "/etc")],
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_stored(
    office: Office, wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RefusedRequest) as refused:
        await office.servers.set_quiet(replace(ASK, **wrong))  # type: ignore[arg-type]

    assert refused.value.text_id == sentence
    assert await office.storage.guilds.quiet_hours(CHANNEL) is None


async def test_ending_quiet_hours_needs_some_in_this_server(office: Office) -> None:
    await office.servers.set_quiet(ASK)

    with pytest.raises(RefusedRequest, match="quiet-none"):
        await office.servers.end_quiet(GuildId(1), CHANNEL)
    assert await office.servers.end_quiet(GUILD, CHANNEL) == 0
    with pytest.raises(RefusedRequest, match="quiet-none"):
        await office.servers.end_quiet(GUILD, CHANNEL)


@pytest.mark.invariant(3)
async def test_resuming_a_lost_channel_tells_nothing_old(office: Office) -> None:
    """Invariant 3: each subscription resumes with its baseline."""
    since = START - timedelta(days=2)
    one = await office.storage.subscriptions.subscribe(stored.wanted(), since, START)
    await office.world.polled(at=START, changes=[stored.change(stored.post(1))])
    await office.storage.subscriptions.pause_channel(CHANNEL, PauseReason.FORBIDDEN, START)

    await office.servers.resume(await office.servers.resumable(CHANNEL))

    resumed = await office.storage.subscriptions.get(one.id)
    assert resumed is not None
    assert resumed.paused is None
    state = await office.world.state_of(stored.TOPIC, 1)
    assert state.baselined == {(one.id, stored.key(1))}


async def test_resuming_a_lost_channel_resumes_its_digests(office: Office) -> None:
    ask = typed_request(CHANNEL, Recurrence.DAILY, "8:00", "Asia/Tokyo", "ja", topics="電力")
    made = (await office.digests.create(GUILD, UserId(1), ask)).digest
    await office.storage.subscriptions.pause_channel(CHANNEL, PauseReason.FORBIDDEN, START)

    paused = await office.servers.resumable(CHANNEL)
    await office.servers.resume(paused)

    assert [display_name(one) for one in paused] == ["朝刊"]
    back = await office.storage.digests.get(made.id)
    assert back is not None
    assert (back.paused, back.next_at) == (None, made.next_at)


async def test_comparing_learns_of_servers_left_and_joined_again(office: Office) -> None:
    here, left, back = GuildId(1), GuildId(2), GuildId(3)
    for guild in (here, left, back):
        await office.storage.guilds.set_quiet_hours(guild, ChannelId(guild + 10), QuietHours("UTC", 0, 60), START)
    await office.servers.left(back)

    gone = await office.servers.compare({here, back, GuildId(4)})

    assert gone == [left]
    assert await office.storage.guilds.known_guilds() == {here, back}


async def test_servers_are_forgotten_after_the_days_that_are_set(office: Office) -> None:
    await office.storage.subscriptions.subscribe(stored.wanted(), START, START)
    await office.servers.left(GUILD)

    office.clock.forward(days=10)
    early = await office.servers.forget_left()
    office.clock.forward(minutes=1)
    forgotten = await office.servers.forget_left()

    assert (list(early), list(forgotten)) == ([], [GUILD])
    assert await office.storage.subscriptions.listed(GUILD) == []


async def test_housekeeping_forgets_servers_too(tmp_path: Path, clock: Clock) -> None:
    settings = make_settings(tmp_path)
    async with app.open_services(settings, clock=clock) as services:
        await services.storage.subscriptions.subscribe(stored.wanted(), START, START)
        await services.guilds.left(GUILD)
        clock.forward(days=31)

        await app.prune(services)

        assert await services.storage.subscriptions.listed(GUILD) == []
        assert await services.storage.watches.listed() == []


@pytest.mark.invariant(11)
async def test_operator_is_warned_once_when_the_database_outgrows_its_soft_limit(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    settings = make_settings(
        tmp_path, database={"url": f"sqlite:///{tmp_path / 'kawaraban.db'}", "soft_limit_mb": 1}
    )
    async with app.open_services(settings, clock=clock) as services:
        await app.prune(services)
        before = [record for record in caplog.records if "soft_limit_mb" in record.message]
        await services.storage.maintenance.set_note("ballast", "x" * 2_000_000)

        await app.prune(services)
        await app.prune(services)

    said = [record.levelname for record in caplog.records if "soft_limit_mb" in record.message]
    assert (before, said) == ([], ["WARNING"])


def test_the_mention_interval_reaches_delivery(tmp_path: Path) -> None:
    policy = app.delivery_policy(make_settings(tmp_path, alerts={"mention_interval_min": 7}))

    assert policy.mention_interval == timedelta(minutes=7)

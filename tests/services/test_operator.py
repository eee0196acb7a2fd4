"""The operator is told once when a person is needed, and once when it is over, by a webhook that may fail."""

from __future__ import annotations

import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from bot import app
from bot.core.concerns import AGAIN_AFTER, DELIVERY_STUCK, POLLS_STUCK, Concern, ConcernState, changed_concerns
from bot.core.models import SourceName
from bot.gateway.connection import CannotStay
from bot.services import Services
from bot.services.operator import NOTE, ToldState
from config.faults import SettingsError
from config.reloading import adopt
from config.sentences import Sentence, has
from config.settings import Settings, load
from config.values import SecretAddress
from tests.conftest import BotEnv, Clock, make_settings
from tests.fakes.webhook import FakeWebhook
from tests.inspection import Inspect
from tests.sqlite_file import sqlite_of
from tests.storage.world import TOPIC

NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)


class DiskSpace(NamedTuple):
    """A disk as ``shutil.disk_usage`` describes it, in bytes."""

    total: int
    used: int
    free: int


@asynccontextmanager
async def told_by(
    folder: Path, clock: Clock, url: str = "", **sections: dict[str, object]
) -> AsyncIterator[Services]:
    operator = {"webhook_url": url} if url else {}
    settings = make_settings(folder, operator=operator, discord={"language": "en"}, **sections)
    async with app.open_services(settings, clock=clock, steady=clock.steady) as services:
        yield services


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: DiskSpace(10**12, 10**12 - free, free))


async def test_little_space_is_told_once_and_once_when_it_is_over_also_after_a_restart(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeWebhook() as webhook:
        disk(monkeypatch, 400_000_000)
        async with told_by(tmp_path, clock, webhook.url) as services:
            for _ in range(3):
                await services.operator.tell()
        async with told_by(tmp_path, clock, webhook.url) as services:
            await services.operator.tell()
            assert len(webhook.taken) == 1
            assert "400 MB" in webhook.taken[0]
            assert webhook.bodies[0]["allowed_mentions"] == {"parse": []}

            disk(monkeypatch, 9_000_000_000)
            await services.operator.tell()
            await services.operator.tell()

    assert len(webhook.taken) == 2


async def test_webhook_that_fails_is_tried_again_ever_more_seldom_and_its_address_is_in_no_log(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeWebhook() as webhook:
        webhook.status = 500
        disk(monkeypatch, 400_000_000)
        caplog.set_level(logging.DEBUG)
        async with told_by(tmp_path, clock, webhook.url) as services:
            for _ in range(60):
                await services.operator.tell()
                clock.forward(minutes=1)
            tries = len(webhook.bodies)
            webhook.status = 204
            clock.forward(hours=1)
            await services.operator.tell()

    assert 4 <= tries <= 7
    assert len(webhook.taken) == 1
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "asyncio", "aiohttp"))]
    assert not [line for line in ours if "very-secret" in line or "/api/webhooks" in line]


async def test_webhook_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, 400_000_000)
    async with FakeWebhook() as webhook, FakeWebhook() as elsewhere:
        webhook.status, webhook.location = 307, elsewhere.url
        async with told_by(tmp_path, clock, webhook.url) as services:
            await services.operator.tell()

    assert len(webhook.bodies) == 1
    assert elsewhere.bodies == []


async def test_webhook_that_answers_megabytes_has_taken_the_text(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than is read of any answer: the text was posted again and again."""
    async with FakeWebhook() as webhook:
        webhook.status, webhook.answer = 200, b" " * 6_000_000
        disk(monkeypatch, 400_000_000)
        async with told_by(tmp_path, clock, webhook.url) as services:
            for _ in range(3):
                await services.operator.tell()
                clock.now += timedelta(hours=1)

    assert len(webhook.taken) == 1


async def test_without_a_webhook_the_log_has_it_and_nothing_waits(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk(monkeypatch, 400_000_000)
    async with told_by(tmp_path, clock) as services:
        await services.operator.tell()
        await services.operator.tell()

    assert len([one for one in caplog.records if "400 MB" in one.getMessage()]) == 1


async def test_messages_that_wait_and_a_backup_that_fails_are_told(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'k.db'}"
    async with FakeWebhook() as webhook:
        sections: dict[str, dict[str, object]] = {"database": {"url": url}, "backup": {"every_h": 1}}
        async with told_by(tmp_path, clock, webhook.url, **sections) as services:
            waiting_entry(url, clock)
            (tmp_path / "backups").write_text("a file stands in the way")
            await services.backups.run_due()
            clock.forward(seconds=DELIVERY_STUCK.total_seconds() + 60)
            await services.operator.tell()
            assert len(webhook.taken) == 2

            Inspect(url)("DELETE FROM entries")
            await services.operator.tell()
            assert len(webhook.taken) == 3


async def test_clock_that_is_set_ahead_is_no_wait(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'k.db'}"
    sections: dict[str, dict[str, object]] = {
        "database": {"url": url},
        "sources": {"trendpage": {"url": "http://127.0.0.1:9/{topic}"}},
    }
    stuck_min = max(DELIVERY_STUCK, POLLS_STUCK).total_seconds() / 60 + 1
    async with FakeWebhook() as webhook:
        async with told_by(tmp_path, clock, webhook.url, **sections) as services:
            waiting_entry(url, clock)
            await services.storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], clock())
            await services.operator.tell()
            clock.set_ahead(hours=2)
            await services.operator.tell()
            clock.forward(minutes=2)
            await services.operator.tell()
            assert webhook.taken == []

            clock.forward(minutes=stuck_min)
            await services.operator.tell()
            assert len(webhook.taken) == 2
            clock.set_ahead(hours=2)
            await services.operator.tell()

        async with told_by(tmp_path, clock, webhook.url, **sections) as services:
            await services.operator.tell()  # still stuck after a new start

    assert [text[0] for text in webhook.taken] == ["⚠", "⚠"]


def waiting_entry(url: str, clock: Clock) -> None:
    """An entry of the outbox that may be sent."""
    Inspect(url)(
        "INSERT INTO entries (kind, guild_id, channel_id, content, created_at, not_before, state) "
        "VALUES ('notice', 1, 2, '{}', ?1, ?1, 'waiting')",
        int(clock().timestamp() * 1e6),
    )


async def test_source_that_cannot_be_read_is_told_and_told_again_when_it_can(env: BotEnv) -> None:
    async with FakeWebhook() as webhook:
        adopt(env.settings, with_webhook(env.settings, webhook.url))
        await env.services.storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], env.clock())
        await env.poll()
        env.site.status = 503
        await polled_for(env, hours=3)
        assert [text[0] for text in webhook.taken] == ["⚠"]

        env.site.status = 200
        await polled_for(env, hours=6)

    assert [text[0] for text in webhook.taken] == ["⚠", "✅"]


async def polled_for(env: BotEnv, hours: int) -> None:
    for _ in range(hours * 6):
        env.clock.forward(minutes=10)
        await env.poll()
        await app.tell_notices(env.services)


def with_webhook(settings: Settings, url: str) -> Settings:
    operator = msgspec.structs.replace(settings.operator, webhook_url=SecretAddress(url))
    return msgspec.structs.replace(settings, operator=operator)


async def test_token_that_discord_refuses_is_told_before_the_end_and_once_when_discord_takes_it(
    tmp_path: Path, clock: Clock
) -> None:
    async with FakeWebhook() as webhook, told_by(tmp_path, clock, webhook.url) as services:
        for _ in range(2):
            await services.operator.tell_refused(CannotStay("cli-refused-closed", code="4004").sentence)
        clock.forward(minutes=5)
        await services.operator.tell()  # a look at this machine, while Discord was not reached
        assert len(webhook.taken) == 1
        for _ in range(2):
            await services.operator.tell_accepted()

    assert len(webhook.taken) == 2


async def test_refusal_that_the_database_cannot_keep_is_no_fault_of_ours(
    env: BotEnv, caplog: pytest.LogCaptureFixture
) -> None:
    await sqlite_of(env.services.storage)._writer.run(lambda file: file.execute("PRAGMA query_only = ON"))

    await env.services.operator.tell_refused(CannotStay("cli-refused-closed", code="4004").sentence)

    mine = [
        one.levelname for one in caplog.records if one.getMessage().startswith("the operator could not be told")
    ]
    assert mine == ["WARNING"]


async def test_connection_tells_that_discord_takes_the_bot_again(env: BotEnv) -> None:
    await env.services.operator.tell_refused(CannotStay("cli-refused-closed", code="4004").sentence)

    await env.bot.on_ready()

    state = msgspec.json.decode(await env.services.storage.maintenance.get_note(NOTE) or "{}", type=ToldState)
    assert state.ended[Concern.LOGIN] is not None


def test_what_comes_and_goes_is_told_once_in_six_hours() -> None:
    states = {Concern.DELIVERY: ConcernState(NOW)}

    soon = changed_concerns(states, frozenset({Concern.DELIVERY}), NOW + AGAIN_AFTER / 2)
    later = changed_concerns(states, frozenset({Concern.DELIVERY}), NOW + AGAIN_AFTER)

    assert (soon.began, soon.ended) == ((), ())
    assert later.began == (Concern.DELIVERY,)


def test_each_end_of_the_process_is_told_however_soon_after_the_last() -> None:
    change = changed_concerns({Concern.LOGIN: ConcernState(NOW)}, frozenset({Concern.LOGIN}), NOW)

    assert change.began == (Concern.LOGIN,)


def test_each_concern_has_both_sentences() -> None:
    for concern in Concern:
        assert all(has(language, f"cli-operator-{concern}") for language in ("en", "ja"))
        assert Sentence(f"cli-operator-{concern}-over").said("ja")


@pytest.mark.parametrize(
    "url", ["http://hooks.example/x", "hooks.example", "https://", "ftp://a.example", "https://a b"]
)
def test_address_that_others_could_read_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAWARABAN_OPERATOR__WEBHOOK_URL", url)

    with pytest.raises(SettingsError) as refused:
        load()

    assert "operator.webhook_url" in str(refused.value)
    assert "example" not in str(refused.value)


def test_address_is_shown_in_no_form() -> None:
    settings = Settings.only(operator={"webhook_url": "https://discord.com/api/webhooks/1/secret-part"})

    assert "secret-part" not in f"{settings!r} {settings.operator!r}"

"""What a process with a role refuses, shares and warns of when it starts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import app, roles
from bot.core.errors import StalePlan
from bot.core.models import GuildId
from bot.core.roles import Role, Roles, Shards
from bot.delivery.leadership import SENDER as SENDER_ROLE
from bot.instance_lock import AnotherRuns, alone, beside
from bot.storage.fenced_database import FencedDatabase
from bot.storage.opening import open_storage
from bot.storage.postgres.session import Session
from bot.storage.stores import Storage
from config.faults import SettingsError
from config.settings import Settings
from tests.conftest import Clock, make_settings

WHOLE, GATEWAY, SENDER = Roles.of(()), Roles.of([Role.GATEWAY]), Roles.of([Role.SENDER])
SERVER = "postgresql://kawaraban@localhost/kawaraban"


def settings_of(folder: Path, url: str, **sections: dict[str, object]) -> Settings:
    return make_settings(folder, database={"url": url}, discord={"token": "a.b.c"}, **sections)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((), (True, True, True, True)),
        ((Role.ALL,), (True, True, True, True)),
        ((Role.GATEWAY,), (True, False, False, False)),
        ((Role.POLLER, Role.SENDER), (False, True, True, False)),
        ((Role.ALL, Role.SENDER), (True, True, True, False)),
    ],
)
def test_roles_are_parts_that_a_process_runs(named: tuple[Role, ...], expected: tuple[bool, ...]) -> None:
    found = Roles.of(named)

    assert (found.answers, found.polls, found.sends, found.is_whole) == expected


@pytest.mark.parametrize(
    ("role", "shards", "database", "refusal"),
    [
        (SENDER, Shards(), "sqlite:///k.db", "cli-roles-need-server"),
        (GATEWAY, Shards((0, 4), 4), SERVER, "cli-shards-wrong"),
        (GATEWAY, Shards((1, 1), 4), SERVER, "cli-shards-wrong"),
        (GATEWAY, Shards((1,)), SERVER, "cli-shards-wrong"),
        (SENDER, Shards((0,), 2), SERVER, "cli-shards-need-gateway"),
        (WHOLE, Shards((0,), 2), SERVER, "cli-shards-need-gateway"),
    ],
)
def test_roles_and_shards_that_cannot_be_are_refused(
    tmp_path: Path, role: Roles, shards: Shards, database: str, refusal: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        roles.check(settings_of(tmp_path, database), role, shards)

    assert refused.value.sentence.text_id == refusal


def test_gateways_share_the_database_but_no_shard_and_nobody_runs_everything_beside_them(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, postgres_url)
    with beside(settings, (0, 1)), beside(settings, (2,)), beside(settings, ()):
        with pytest.raises(AnotherRuns) as same, beside(settings, (1, 3)):
            pass
        with pytest.raises(AnotherRuns), alone(settings):
            pass
        with beside(settings, (3,)):
            pass
    with alone(settings), pytest.raises(AnotherRuns) as whole, beside(settings, ()):
        pass

    found = [error.value.sentence.text_id for error in (same, whole)]
    assert found == ["cli-alone-shard", "cli-alone-whole"]


def test_who_ended_is_in_nobodys_way(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server learns of the end of a session only some time after it: here after all of them."""
    closing: list[Session] = []

    def close_later(session: Session) -> None:
        closing.append(session)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "close", close_later)
        settings = settings_of(tmp_path, postgres_url)
        with alone(settings):
            pass
        with beside(settings, (0, 1)):
            pass
        with alone(settings):
            pass
    for session in closing:
        session.close()


async def test_what_only_the_active_sender_writes_goes_to_its_own_storage(
    storage: Storage, tmp_path: Path, clock: Clock
) -> None:
    """A process that stands by is refused by the fence, whatever part of it would write."""
    announced: list[bool] = []
    fence = FencedDatabase(storage.database, SENDER_ROLE)
    links = app.Links(
        sending=Storage.over(fence), is_active=lambda: False, announce=lambda: announced.append(True)
    )
    settings = settings_of(tmp_path, SERVER)
    services = app.build_services(settings, storage, {}, clock=clock, links=links)
    services.delivery.wake()

    assert announced == [True]
    for part in (services.delivery._storage, services.digests.runner._storage, services.health._storage):
        with pytest.raises(StalePlan):
            await part.maintenance.set_note("a", "b")
    assert not services.delivery._is_active()
    await services.guilds.joined(GuildId(1))


async def test_identifies_of_all_gateways_are_apart(storage: Storage, clock: Clock) -> None:
    await roles.identify_turn(storage.leases, clock, try_every_s=0.001)
    second = asyncio.create_task(roles.identify_turn(storage.leases, clock, try_every_s=0.001))
    await asyncio.sleep(0.01)
    assert not second.done()

    clock.forward(seconds=6)

    await asyncio.wait_for(second, 30)


def test_settings_that_processes_share_are_distinguished_and_no_others(tmp_path: Path) -> None:
    plain = settings_of(tmp_path, SERVER)
    own = settings_of(tmp_path, "sqlite:///k.db", log={"level": "DEBUG"})
    other = settings_of(tmp_path, SERVER, poll={"interval_s": 60})
    secret = settings_of(tmp_path, SERVER, sources={"x": {"bearer_token": "one"}})
    other_secret = settings_of(tmp_path, SERVER, sources={"x": {"bearer_token": "two"}})

    assert roles.fingerprint(plain) == roles.fingerprint(own)
    assert roles.fingerprint(secret) == roles.fingerprint(other_secret)
    assert len({roles.fingerprint(one) for one in (plain, other, secret)}) == 3


async def test_a_process_with_other_settings_says_so_once(
    storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for interval_s in (300, 300, 60, 60):
        settings = settings_of(tmp_path, SERVER, poll={"interval_s": interval_s})
        await roles.compare_settings(settings, storage.maintenance)

    assert [record.name for record in caplog.records] == ["bot.roles"]

"""Export and import over a database: identical settings, one transaction a server, nothing for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from bot.core.errors import PatternsTooDear, RefusedRequest
from bot.core.models import (
    ChannelId,
    FiledBlockedTopic,
    FiledDigest,
    FiledSubscription,
    GuildFile,
    GuildId,
    PostHash,
    UserId,
)
from bot.core.transfers import ImportEffect, channels_in, identity_of, with_channels
from bot.services.transfers import service as service_module
from bot.services.transfers.service import TransferService
from bot.storage.opening import open_storage
from bot.storage.sql.moderation.blocked_topics import BLOCKED_MAX
from tests.conftest import make_settings
from tests.inspection import Inspect, url_of
from tests.sqlite_file import empty_file

from .test_settings_file import FULL, servers

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


@asynccontextmanager
async def an_empty_bot(
    folder: Path, name: str = "kawaraban", **options: dict[str, Any]
) -> AsyncIterator[TransferService]:
    storage = await open_storage(empty_file(folder / f"{name}.db"))
    try:
        yield TransferService(storage, make_settings(folder, **options), lambda: NOW)
    finally:
        await storage.close()


def each_once(file: GuildFile) -> GuildFile:
    """The file without a second thing of the same identity, and without names of channels."""
    return replace(
        file,
        subscriptions=tuple({identity_of(one): one for one in file.subscriptions}.values()),
        digests=tuple({identity_of(one): _topics_once(one) for one in file.digests}.values()),
        quiet_hours=tuple({identity_of(one): one for one in file.quiet_hours}.values()),
        forums=tuple({identity_of(one): one for one in file.forums}.values()),
        blocked_topics=tuple({identity_of(one): one for one in file.blocked_topics}.values()),
        hidden=tuple({identity_of(one): one for one in file.hidden}.values()),
        channels={},
    )


def _topics_once(one: FiledDigest) -> FiledDigest:
    topics = tuple({topic.key: topic for topic in one.settings.topics}.values())
    return replace(one, settings=replace(one.settings, topics=topics))


def in_order(file: GuildFile) -> tuple[object, ...]:
    """Everything of a server, whatever the order."""
    parts = [getattr(file, one.name) for one in fields(file)]
    lists = [part for part in parts if isinstance(part, tuple)]
    return (file.settings, file.notify_role, *(frozenset(map(repr, part)) for part in lists))


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(servers)
def test_export_imported_into_an_empty_bot_gives_identical_settings(
    tmp_path_factory: pytest.TempPathFactory, file: GuildFile
) -> None:
    """Through the whole: rules, velocity, pace, surges, roles, quiet hours, forums, digests, hidden posts."""
    wanted = each_once(file)

    async def work() -> tuple[GuildFile, int]:
        async with an_empty_bot(tmp_path_factory.mktemp("bot")) as service:
            await service.apply(await service.plan(wanted))
            [found] = await service.exported([wanted.guild])
            again = await service.plan(found, removes=True)
            return found, len(again.differences)

    found, left = asyncio.run(work())

    assert in_order(found) == in_order(wanted)
    assert left == 0


NOT_CHOSEN = {
    "alerts",
    "audit",
    "channel_troubles",
    "echoes",
    "entries",
    "forum_posts",
    "found_entries",
    "incidents",
    "left_guilds",
    "mentions",
    "messages",
    "pause_notices",
    "read_histories",
    "spend_shares",
    "story_splits",
    "surge_alerts",
    "told_addresses",
    "welcomes",
}
"""Tables of servers and channels with what the bot found out, did, or was asked about one post."""


async def test_every_table_of_what_people_chose_in_a_server_is_in_the_file(tmp_path: Path) -> None:
    """A table that is added is exported, or this says so: read it in ``of_guild``, give it a row by ``FULL``."""
    async with an_empty_bot(tmp_path) as service:
        await service.apply(await service.plan(FULL))
    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    of_servers = {name for name, columns in inspect.columns().items() if {"guild_id", "channel_id"} & {*columns}}

    written = {name for name in of_servers if inspect(f"SELECT 1 FROM {name}")}  # noqa: S608 - our own tables

    assert of_servers - NOT_CHOSEN <= written


@pytest.mark.parametrize("name", [one.name for one in fields(GuildFile) if one.name not in {"guild", "channels"}])
async def test_server_in_which_one_thing_alone_was_chosen_is_exported(tmp_path: Path, name: str) -> None:
    alone = GuildFile(GuildId(77), **{name: getattr(FULL, name)})
    async with an_empty_bot(tmp_path) as service:
        await service.apply(await service.plan(alone))
        assert [in_order(one) for one in await service.exported()] == [in_order(alone)]


async def test_notify_roles_and_blocked_topics_are_ended_by_a_file_without_them(tmp_path: Path) -> None:
    [subscription] = FULL.subscriptions
    without = replace(
        FULL, subscriptions=(replace(subscription, notify_role=None),), notify_role=None, blocked_topics=()
    )
    async with an_empty_bot(tmp_path) as service:
        await service.apply(await service.plan(FULL))
        plan = await service.plan(without, removes=True)
        await service.apply(plan)
        [found] = await service.exported([FULL.guild])
        await service.apply(plan.back)
        [again] = await service.exported([FULL.guild])
    assert in_order(found) == in_order(replace(without, channels={}))
    assert in_order(again) == in_order(replace(FULL, channels={}))


async def test_more_blocked_topics_than_a_server_may_have_are_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    names = tuple(FiledBlockedTopic(f"topic {number}") for number in range(BLOCKED_MAX + 1))
    async with an_empty_bot(tmp_path) as service:
        with pytest.raises(RefusedRequest, match="error-blocked-full"):
            await service.plan(GuildFile(GuildId(1), blocked_topics=names))
        await service.apply(await service.plan(GuildFile(GuildId(1), blocked_topics=names[1:])))
        moved = GuildFile(GuildId(1), blocked_topics=names[:-1])
        await service.apply(await service.plan(moved, removes=True))
        [found] = await service.exported()
    assert {one.name for one in found.blocked_topics} == {one.name for one in moved.blocked_topics}


async def test_import_changes_only_what_differs_and_removes_only_where_it_is_asked(tmp_path: Path) -> None:
    async with an_empty_bot(tmp_path) as service:
        await service.apply(await service.plan(FULL))
        [subscription] = FULL.subscriptions
        changed = replace(subscription, settings=replace(subscription.settings, pace=9))
        wanted = replace(FULL, subscriptions=(changed,), digests=())

        plan = await service.plan(wanted)
        assert [one.effect for one in plan.differences] == [ImportEffect.CHANGED]
        plan = await service.plan(wanted, removes=True)
        assert [one.effect for one in plan.differences] == [ImportEffect.CHANGED, ImportEffect.REMOVED]
        await service.apply(plan)

        [found] = await service.exported([FULL.guild])
        assert (found.subscriptions, found.digests) == ((changed,), ())


async def test_import_of_channels_changes_nothing_in_others(tmp_path: Path) -> None:
    async with an_empty_bot(tmp_path) as service:
        plan = await service.plan(FULL, channels={ChannelId(99)})
        assert {one.channel for one in plan.differences} == {None}


async def test_file_of_a_person_adds_only_so_many_hidden_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are hidden one by one otherwise; a file is small, but there can be many files."""
    monkeypatch.setattr(service_module, "HIDDEN_MAX", 3)
    [one] = FULL.hidden
    more = [replace(one, post=PostHash(f"{number:032x}")) for number in range(4)]
    async with an_empty_bot(tmp_path) as service:
        for hidden in (more[:2], more[:3]):
            file = GuildFile(FULL.guild, hidden=tuple(hidden))
            await service.apply(await service.plan(file, user_id=UserId(42)), for_person=True)
        with pytest.raises(RefusedRequest) as caught:
            await service.plan(GuildFile(FULL.guild, hidden=tuple(more)), user_id=UserId(42))
        assert caught.value.text_id == "transfer-hidden-many"


async def test_patterns_of_a_file_that_cost_too_much_are_refused_as_when_they_are_typed(tmp_path: Path) -> None:
    dear = tuple(f"/(?:(?:a?){{{500 - n}}}(?:b?){{{480 + n}}}){{1}}z/" for n in range(5))
    [one] = FULL.subscriptions
    settings = replace(one.settings, rules=replace(one.settings.rules, exclude=dear))
    file = GuildFile(FULL.guild, subscriptions=(replace(one, settings=settings),))
    async with an_empty_bot(tmp_path) as service:
        plan = await service.plan(file, user_id=UserId(42))
        with pytest.raises(PatternsTooDear):
            await service.apply(plan, for_person=True)
        assert (await service.plan(file)).count(ImportEffect.ADDED) == 1


async def test_of_two_imports_at_once_each_adds_its_things_once(tmp_path: Path) -> None:
    async with an_empty_bot(tmp_path) as service:
        plans = [await service.plan(FULL, user_id=UserId(42)) for _ in range(2)]
        await asyncio.gather(*(service.apply(plan, for_person=True) for plan in plans))
        [found] = await service.exported([FULL.guild])
        assert (len(found.subscriptions), len(found.digests)) == (1, 1)


async def test_import_by_a_person_is_theirs_and_keeps_to_the_quota(tmp_path: Path) -> None:
    async with an_empty_bot(tmp_path, quota={"subscriptions_per_server": 1}) as service:
        plan = await service.plan(FULL, user_id=UserId(42))
        made = [one.after for one in plan.differences if isinstance(one.after, FiledSubscription | FiledDigest)]
        assert {one.created_by for one in made} == {42}
        [subscription] = FULL.subscriptions
        two = replace(FULL, subscriptions=(subscription, replace(subscription, channel=ChannelId(5))))
        with pytest.raises(RefusedRequest, match="transfer-quota-subscriptions"):
            await service.plan(two, user_id=UserId(42))


async def test_server_of_another_is_not_touched(tmp_path: Path) -> None:
    """Invariant 10."""
    async with an_empty_bot(tmp_path) as service:
        await service.apply(await service.plan(FULL))
        other = replace(FULL, guild=GuildId(2))
        await service.apply(await service.plan(with_channels(other, {ChannelId(2): ChannelId(20)})))

        [mine] = await service.exported([FULL.guild])
        assert in_order(mine) == in_order(replace(FULL, channels={}))


def test_channels_are_those_that_anything_is_of() -> None:
    assert channels_in(FULL) == [ChannelId(2), ChannelId(6), ChannelId(8)]

"""Every back end: digests are kept, due, and told once for each time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import ConstraintViolated, RefusedRequest, StalePlan
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    ChannelId,
    Digest,
    DigestContent,
    DigestId,
    EntryKind,
    GuildId,
    PauseReason,
    Period,
    QuietHours,
    RoleId,
    SourceName,
)
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    USER,
    World,
    later,
    message_id,
    post,
    wanted,
)

from .digest_world import DUE, HOURLY, NEXT, chosen, claimed, issue, made, told

ROLE = RoleId(77)
OTHER_GUILD = GuildId(2 << 60)
NIGHT = QuietHours(zone="UTC", start=0, end=23 * 60)
MONTH = timedelta(days=30)


# -- kept ------------------------------------------------------------------------------------------------


async def test_digest_is_kept_as_it_was_asked_for(storage: Storage) -> None:
    asked = chosen(OTHER_TOPIC, TOPIC, top=3, min_rp=50, role_id=ROLE, replaces_alerts=True)

    digest = await storage.digests.create(GUILD, USER, asked, DUE, NOW)

    assert digest == Digest(
        id=digest.id,
        guild_id=GUILD,
        created_by=USER,
        created_at=NOW,
        anchor=NOW,
        next_at=DUE,
        settings=asked,
    )
    assert await storage.digests.get(digest.id) == digest


async def test_digests_come_by_channel_and_name(storage: Storage) -> None:
    third = await made(storage, channel=OTHER_CHANNEL)
    second = await made(storage, name="夕刊")
    first = await made(storage, name="号外")
    elsewhere = await made(storage, guild=OTHER_GUILD, channel=ChannelId(5))

    assert await storage.digests.listed(GUILD) == [first, second, third]
    assert await storage.digests.listed(GUILD, OTHER_CHANNEL) == [third]
    assert await storage.digests.listed(None) == [elsewhere, first, second, third]


async def test_digest_of_all_tells_of_what_its_channel_is_subscribed_to_now(storage: Storage) -> None:
    digest = await made(storage)
    for name in ("い", "あ", "う"):
        await storage.subscriptions.subscribe(wanted(make_topic(name)), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(make_topic("え"), channel=OTHER_CHANNEL), SINCE, NOW)
    [_, _, paused] = await storage.subscriptions.listed(GUILD, CHANNEL)
    await storage.subscriptions.pause(paused.id, PauseReason.BY_USER, NOW)

    assert [topic.name for topic in await storage.digests.topics_of(digest)] == ["あ", "い"]


async def test_digest_of_named_topics_tells_of_those(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    digest = await made(storage, OTHER_TOPIC)

    assert await storage.digests.topics_of(digest) == [OTHER_TOPIC]


async def test_changed_settings_leave_the_schedule_as_it_is(storage: Storage) -> None:
    await told(storage)
    [before] = await storage.digests.listed(GUILD)

    asked = chosen(TOPIC, name="夕刊", top=9, channel=OTHER_CHANNEL)
    after = await storage.digests.change(before.id, asked, NEXT, later(hours=2))

    assert after == replace(before, settings=asked, version=before.version + 1)
    assert (after.anchor, after.covered_until, after.next_at) == (DUE, DUE, NEXT)


async def test_another_schedule_is_due_from_now_on_and_tells_what_came_since_the_last_one(
    storage: Storage,
) -> None:
    await told(storage)
    [before] = await storage.digests.listed(GUILD)
    now, soon = later(hours=2), later(hours=3)

    after = await storage.digests.change(before.id, chosen(schedule=HOURLY), soon, now)

    assert (after.settings.schedule, after.anchor, after.covered_until, after.next_at) == (HOURLY, now, DUE, soon)


async def test_changed_while_paused_it_is_not_due(storage: Storage) -> None:
    digest = await made(storage)
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)

    changed = await storage.digests.change(digest.id, chosen(name="夕刊"), DUE, NOW)

    assert (changed.settings.name, changed.paused, changed.next_at) == ("夕刊", PauseReason.BY_USER, None)
    assert await claimed(storage) == []


async def test_what_is_gone_cannot_be_changed(storage: Storage) -> None:
    digest = await made(storage)
    await storage.digests.delete(digest.id, NOW)

    for gone in (digest.id, DigestId(99)):
        with pytest.raises(RefusedRequest, match="digest-gone"):
            await storage.digests.change(gone, chosen(), DUE, NOW)
        assert await storage.digests.delete(gone, NOW) is None
        assert await storage.digests.get(gone) is None
        assert not await storage.digests.pause(gone, PauseReason.BY_USER, NOW)
        assert not await storage.digests.resume(gone, DUE, NOW)


# -- due -------------------------------------------------------------------------------------------------


async def test_what_is_due_is_claimed_longest_overdue_first(storage: Storage) -> None:
    late = await made(storage, due=later(minutes=30))
    later_still = await made(storage, due=later(minutes=40))
    await made(storage, due=DUE + timedelta(seconds=1))

    found = await claimed(storage, limit=1)
    found += await claimed(storage)

    assert [digest.id for digest in found] == [late.id, later_still.id]
    assert all(digest.claim for digest in found)
    assert replace(found[0], claim=None) == late


async def test_a_claim_holds_until_its_lease_ends(storage: Storage) -> None:
    await made(storage)
    [first] = await claimed(storage)

    assert await claimed(storage, DUE + timedelta(seconds=LEASE_S - 1)) == []
    [second] = await claimed(storage, DUE + timedelta(seconds=LEASE_S))
    assert second.claim != first.claim
    with pytest.raises(StalePlan, match="claimed"):
        await storage.editions.commit(issue(first), DUE)
    assert await storage.editions.commit(issue(second), DUE)


async def test_two_who_claim_at_once_get_one_digest_together(storage: Storage) -> None:
    await made(storage)

    found = await asyncio.gather(*(claimed(storage) for _ in range(5)))

    assert sorted(map(len, found)) == [0, 0, 0, 0, 1]


async def test_a_claim_given_back_is_due_as_before(storage: Storage) -> None:
    await made(storage)
    [digest] = await claimed(storage)

    await storage.editions.release(digest)

    [again] = await claimed(storage)
    assert replace(again, claim=None) == replace(digest, claim=None)
    await storage.editions.release(digest)
    assert await claimed(storage) == []


async def test_what_is_put_off_is_due_then(storage: Storage) -> None:
    await made(storage)
    [digest] = await claimed(storage)

    await storage.editions.put_off(digest, NEXT)

    assert await claimed(storage, NEXT - timedelta(seconds=1)) == []
    [again] = await claimed(storage, NEXT)
    assert (again.anchor, again.version) == (NOW, digest.version)


async def test_an_unclaimed_digest_can_be_put_off_and_only_as_it_was_read(storage: Storage) -> None:
    stale = await made(storage)
    current = await storage.digests.change(stale.id, chosen(schedule=HOURLY), DUE, NOW)

    await storage.editions.put_off(stale, NEXT)
    assert await storage.digests.get(stale.id) == current
    await storage.editions.put_off(current, NEXT)
    assert await storage.digests.get(stale.id) == replace(current, next_at=NEXT)


async def test_what_somebody_claimed_meanwhile_is_not_put_off(storage: Storage) -> None:
    read = await made(storage)
    [digest] = await claimed(storage)

    await storage.editions.put_off(read, NEXT)

    assert await storage.editions.commit(issue(digest), DUE)


async def test_paused_and_removed_digests_are_not_due(storage: Storage) -> None:
    paused, removed = await made(storage), await made(storage)
    await storage.digests.pause(paused.id, PauseReason.BY_USER, NOW)
    await storage.digests.delete(removed.id, NOW)

    assert await claimed(storage, NEXT) == []


# -- told ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(1)
async def test_a_digest_goes_into_the_outbox_as_its_schedule_moves_on(storage: Storage) -> None:
    await made(storage)
    [digest] = await claimed(storage)
    decision = issue(digest, post(1), post(2))

    assert await storage.editions.commit(decision, later(hours=1, seconds=3))

    [entry] = (await storage.entries.waiting(later(hours=2)))[CHANNEL]
    assert (entry.kind, entry.content, entry.subscription_id) == (EntryKind.DIGEST, decision.content, None)
    assert (entry.guild_id, entry.created_at) == (GUILD, later(hours=1, seconds=3))
    kept = await storage.digests.get(digest.id)
    assert kept == replace(digest, anchor=DUE, covered_until=DUE, next_at=NEXT, claim=None)
    message = await storage.entries.seal(message_id(1), [entry], later(hours=2), lease_s=LEASE_S)
    assert message is not None
    assert [one.content for one in message.entries] == [decision.content]


@pytest.mark.invariant(3)
async def test_a_digest_goes_out_instead_of_one_that_still_waits(storage: Storage, inspect: Inspect) -> None:
    digest = await told(storage, 1)
    [(entry_id, period)] = await storage.editions.unsent(digest.id)
    [again] = await claimed(storage, NEXT)

    second = replace(issue(again, post(2), due_at=NEXT, next_at=later(days=9)), instead_of=(entry_id,))
    assert await storage.editions.commit(second, NEXT)

    assert period == Period(DUE - timedelta(days=1), DUE)
    [entry] = (await storage.entries.waiting(NEXT))[CHANNEL]
    assert entry.content == second.content
    assert inspect("SELECT state, reason FROM entries ORDER BY id") == [
        ("dropped", "told with the next one"),
        ("waiting", None),
    ]


@pytest.mark.invariant(2)
async def test_what_was_sealed_meanwhile_is_not_alerted_again_in_the_next_digest(storage: Storage) -> None:
    digest = await told(storage, 1)
    [(entry_id, _)] = await storage.editions.unsent(digest.id)
    [again] = await claimed(storage, NEXT)
    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]
    assert await storage.entries.seal(message_id(1), [entry], later(hours=2), lease_s=LEASE_S) is not None

    second = replace(issue(again, post(2), due_at=NEXT, next_at=later(days=9)), instead_of=(entry_id,))
    with pytest.raises(StalePlan):
        await storage.editions.commit(second, NEXT)

    assert await storage.editions.unsent(digest.id) == []
    assert await storage.entries.waiting(NEXT) == {}


async def test_what_waits_of_a_digest_moves_with_it_and_what_is_sealed_does_not(storage: Storage) -> None:
    digest = await told(storage, 1)
    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]

    await storage.digests.change(digest.id, chosen(channel=OTHER_CHANNEL), NEXT, DUE)
    [moved] = (await storage.entries.waiting(DUE))[OTHER_CHANNEL]
    assert await storage.entries.seal(message_id(1), [moved], later(hours=2), lease_s=LEASE_S) is not None
    await storage.digests.change(digest.id, chosen(channel=CHANNEL), NEXT, DUE)

    assert moved == replace(entry, channel_id=OTHER_CHANNEL)
    message = await storage.messages.get(message_id(1))
    assert message is not None
    assert message.channel_id == OTHER_CHANNEL


@pytest.mark.invariant(2)
async def test_a_digest_is_sent_once_for_a_time_and_goes_on_all_the_same(storage: Storage) -> None:
    digest = await told(storage, 1)
    await storage.digests.change(digest.id, chosen(schedule=HOURLY), DUE, DUE)
    [again] = await claimed(storage)

    assert not await storage.editions.commit(issue(again, post(1)), DUE)

    assert len((await storage.entries.waiting(DUE))[CHANNEL]) == 1
    kept = await storage.digests.get(digest.id)
    assert kept is not None
    assert (kept.next_at, kept.anchor, kept.covered_until, kept.claim) == (NEXT, DUE, DUE, None)


@pytest.mark.invariant(2)
async def test_of_many_who_tell_the_same_time_one_tells_it(storage: Storage) -> None:
    await made(storage)
    [digest] = await claimed(storage)

    outcomes = await asyncio.gather(
        *(storage.editions.commit(issue(digest, post(1)), DUE) for _ in range(5)), return_exceptions=True
    )

    assert [outcome for outcome in outcomes if outcome is True] == [True]
    assert len((await storage.entries.waiting(DUE))[CHANNEL]) == 1


async def test_what_a_person_asks_for_between_two_times_leaves_the_schedule(storage: Storage) -> None:
    digest = await made(storage)

    assert await storage.editions.commit(issue(digest, due_at=NOW, next_at=None), NOW)
    assert not await storage.editions.commit(issue(digest, due_at=NOW, next_at=None), NOW)

    assert await storage.digests.get(digest.id) == digest
    [due] = await claimed(storage)
    assert await storage.editions.commit(issue(due), DUE)
    assert len((await storage.entries.waiting(DUE))[CHANNEL]) == 2


async def test_two_digests_of_a_channel_at_the_same_minute_both_come(storage: Storage) -> None:
    await made(storage, name="一")
    await made(storage, name="二")

    for digest in await claimed(storage):
        assert await storage.editions.commit(issue(digest, post(1)), DUE)

    names = [
        entry.content.name
        for entry in (await storage.entries.waiting(DUE))[CHANNEL]
        if isinstance(entry.content, DigestContent)
    ]
    assert names == ["一", "二"]


async def stale(storage: Storage, digest: Digest, how: str) -> None:
    match how:
        case "changed":
            await storage.digests.change(digest.id, chosen(name="夕刊"), DUE, NOW)
        case "paused":
            await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)
        case "paused and resumed":
            await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)
            await storage.digests.resume(digest.id, DUE, NOW)
        case "removed":
            await storage.digests.delete(digest.id, NOW)
        case "hidden here":
            await storage.moderation.hide(GUILD, post(1).key, actor=OPERATOR, why=None, now=NOW)
        case "hidden everywhere":
            await storage.moderation.hide(EVERYWHERE, post(1).key, actor=OPERATOR, why=None, now=NOW)


@pytest.mark.invariant(8)
@pytest.mark.parametrize("scheduled", [True, False])
@pytest.mark.parametrize(
    "how", ["changed", "paused", "paused and resumed", "removed", "hidden here", "hidden everywhere"]
)
async def test_what_changed_while_it_was_made_is_not_alerted(
    storage: Storage, inspect: Inspect, how: str, scheduled: bool
) -> None:
    await made(storage)
    [digest] = await claimed(storage)
    await stale(storage, digest, how)
    before = inspect("SELECT * FROM digests")

    with pytest.raises(StalePlan):
        await storage.editions.commit(issue(digest, post(1), next_at=NEXT if scheduled else None), DUE)

    assert await storage.entries.waiting(DUE) == {}
    assert inspect("SELECT * FROM digests") == before
    assert inspect("SELECT * FROM digest_issues") == []


@pytest.mark.invariant(8)
async def test_what_another_server_hid_is_alerted_here(storage: Storage) -> None:
    await storage.moderation.hide(OTHER_GUILD, post(1).key, actor=OPERATOR, why=None, now=NOW)

    await told(storage, 1)

    assert len((await storage.entries.waiting(DUE))[CHANNEL]) == 1


@pytest.mark.invariant(1)
async def test_a_commit_that_fails_half_way_leaves_nothing(storage: Storage, inspect: Inspect) -> None:
    await made(storage)
    [digest] = await claimed(storage)
    inspect.refuse("INSERT", "digest_posts", "no room")

    with pytest.raises(ConstraintViolated, match="no room"):
        await storage.editions.commit(issue(digest, post(1)), DUE)

    assert await storage.entries.waiting(DUE) == {}
    assert await storage.digests.get(digest.id) == digest
    assert inspect("SELECT * FROM digest_issues") == []


async def test_a_digest_waits_for_quiet_hours_to_end(storage: Storage) -> None:
    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, NIGHT, NOW)
    await told(storage, 1)
    ends = NOW.replace(hour=23, minute=0, second=0, microsecond=0)

    assert await storage.entries.waiting(ends - timedelta(seconds=1)) == {}
    [entry] = (await storage.entries.waiting(ends))[CHANNEL]
    assert entry.not_before == ends
    assert await storage.guilds.set_quiet_hours(GUILD, CHANNEL, None, DUE) == 1
    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]
    assert entry.not_before == DUE


async def test_quiet_hours_that_begin_put_a_waiting_digest_off(storage: Storage) -> None:
    await told(storage, 1)
    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]

    assert await storage.guilds.set_quiet_hours(GUILD, CHANNEL, NIGHT, DUE) == 1

    assert await storage.entries.waiting(DUE) == {}
    assert await storage.entries.seal(message_id(1), [entry], DUE, lease_s=LEASE_S) is None


@pytest.mark.invariant(7)
async def test_a_digest_mentions_its_role_under_the_same_interval_as_alerts(storage: Storage) -> None:
    mentions = []
    for number, minutes in enumerate((0, 10, 20)):
        at = DUE + timedelta(minutes=minutes)
        digest = await made(storage)
        await storage.editions.commit(issue(digest, due_at=at, next_at=None, role=ROLE), at)
        [entry] = (await storage.entries.waiting(at))[CHANNEL]
        message = await storage.entries.seal(
            message_id(number), [entry], at, lease_s=LEASE_S, mention_interval=timedelta(minutes=15)
        )
        assert message is not None
        mentions.append(message.mentions)
        await storage.messages.confirm(message.id, number, at)

    assert mentions == [(ROLE,), (), (ROLE,)]


async def test_people_see_that_a_digest_waits(storage: Storage) -> None:
    await told(storage, 1)

    [queue] = (await storage.deliveries.of_guild(GUILD)).waiting
    assert (queue.channel_id, queue.entries) == (CHANNEL, 1)
    assert await storage.entries.next_send_at() == DUE


# -- resting ---------------------------------------------------------------------------------------------


async def dropped(inspect: Inspect) -> list[tuple[object, ...]]:
    return inspect("SELECT state, reason FROM entries ORDER BY id")


async def test_paused_it_drops_what_waits_and_keeps_what_is_sealed(storage: Storage, inspect: Inspect) -> None:
    digest = await told(storage, 1)
    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]
    await storage.entries.seal(message_id(1), [entry], DUE, lease_s=LEASE_S)
    [again] = await claimed(storage, NEXT)
    await storage.editions.commit(issue(again, due_at=NEXT, next_at=NEXT + timedelta(days=1)), NEXT)

    assert await storage.digests.pause(digest.id, PauseReason.BY_USER, NEXT)
    assert not await storage.digests.pause(digest.id, PauseReason.FORBIDDEN, NEXT)

    assert await dropped(inspect) == [("sealed", None), ("dropped", "paused: by_user")]
    kept = await storage.digests.get(digest.id)
    assert kept is not None
    assert (kept.paused, kept.next_at) == (PauseReason.BY_USER, None)


async def test_resumed_it_begins_anew(storage: Storage) -> None:
    digest = await told(storage)
    await storage.digests.pause(digest.id, PauseReason.BY_USER, DUE)
    now, soon = later(days=9), later(days=10)

    assert await storage.digests.resume(digest.id, soon, now)
    assert not await storage.digests.resume(digest.id, NEXT, NOW)

    kept = await storage.digests.get(digest.id)
    assert kept is not None
    assert (kept.paused, kept.anchor, kept.covered_until, kept.next_at) == (None, now, None, soon)
    assert len(await claimed(storage, soon)) == 1


async def test_removed_it_drops_what_waits_and_can_be_restored(storage: Storage, inspect: Inspect) -> None:
    digest = await told(storage, 1)
    removed = await storage.digests.delete(digest.id, DUE)
    assert removed is not None
    assert await storage.digests.listed(GUILD) == []
    now, soon = later(days=29), later(days=30)

    back = await storage.digests.restore(digest.id, soon, now)

    assert await dropped(inspect) == [("dropped", "digest deleted")]
    assert back is not None
    assert (back.anchor, back.covered_until, back.next_at) == (now, None, soon)
    assert await storage.digests.restore(digest.id, soon, now) is None
    [due] = await claimed(storage, soon)
    assert due.id == digest.id


async def test_restored_while_paused_it_stays_paused(storage: Storage) -> None:
    digest = await made(storage)
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)
    await storage.digests.delete(digest.id, NOW)

    back = await storage.digests.restore(digest.id, DUE, NOW)

    assert back is not None
    assert (back.paused, back.next_at) == (PauseReason.BY_USER, None)


async def test_after_30_days_it_cannot_be_restored_and_is_pruned(storage: Storage, inspect: Inspect) -> None:
    digest = await told(storage, 1)
    await storage.digests.delete(digest.id, NOW)
    late = later(days=30, seconds=1)

    assert await storage.digests.restore(digest.id, DUE, late) is None
    await storage.maintenance.prune(late, keep_posts=MONTH)

    for table in ("digests", "digest_topics", "digest_watches", "digest_issues"):
        assert inspect(f"SELECT * FROM {table}") == []  # noqa: S608


async def test_a_lost_channel_pauses_its_digests_until_they_are_resumed(
    storage: Storage, inspect: Inspect
) -> None:
    here = await told(storage, 1)
    by_hand = await made(storage)
    await storage.digests.pause(by_hand.id, PauseReason.BY_USER, NOW)
    elsewhere = await made(storage, channel=OTHER_CHANNEL)

    paused = await storage.subscriptions.pause_channel(CHANNEL, PauseReason.FORBIDDEN, DUE)

    [resumable] = await storage.digests.resumable(CHANNEL)
    assert paused == [resumable]
    assert (resumable.id, resumable.paused) == (here.id, PauseReason.FORBIDDEN)
    assert await storage.digests.resumable(OTHER_CHANNEL) == []
    assert await storage.digests.get(elsewhere.id) == elsewhere
    assert await dropped(inspect) == [("dropped", "paused: forbidden")]


async def test_leaving_a_server_pauses_its_digests(storage: Storage) -> None:
    here, elsewhere = await made(storage), await made(storage, guild=OTHER_GUILD, channel=OTHER_CHANNEL)
    assert await storage.guilds.known_guilds() == {GUILD, OTHER_GUILD}

    assert await storage.guilds.guild_left(GUILD, NOW) == []
    await storage.guilds.guild_joined(GUILD, later(days=1))

    assert [one.id for one in await storage.digests.resumable(CHANNEL)] == [here.id]
    assert [one.id for one in await claimed(storage)] == [elsewhere.id]


async def test_times_sent_long_ago_are_pruned_but_the_newest(storage: Storage, inspect: Inspect) -> None:
    digest = await made(storage)
    for days in (0, 1, 2):
        at = later(days=days)
        await storage.editions.commit(issue(digest, post(1), due_at=at, next_at=None), at)
    [entry, *_] = (await storage.entries.waiting(later(days=2)))[CHANNEL]
    await storage.entries.seal(message_id(1), [entry], NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 1, NOW)

    await storage.maintenance.prune(later(days=90, hours=36), keep_posts=MONTH)
    assert inspect("SELECT count(*) FROM digest_issues") == [(1,)]
    assert inspect("SELECT count(*) FROM digest_posts") == [(2,)]
    await storage.maintenance.prune(later(days=900), keep_posts=MONTH)
    assert not await storage.editions.commit(issue(digest, due_at=later(days=2), next_at=None), later(days=900))


async def test_forgetting_a_server_leaves_no_trace_of_its_digests(
    storage: Storage, world: World, inspect: Inspect
) -> None:
    await made(storage, TOPIC, guild=OTHER_GUILD, channel=OTHER_CHANNEL)
    own = await made(storage, OTHER_TOPIC)
    await storage.editions.commit(issue(own, post(1), due_at=NOW, next_at=None), NOW)
    await storage.guilds.guild_left(GUILD, NOW)

    assert await storage.guilds.forget_left_guilds(later(seconds=1)) == [GUILD]
    await storage.maintenance.prune(later(days=40), keep_posts=MONTH)

    assert inspect("SELECT guild_id FROM digests") == [(OTHER_GUILD,)]
    for table in ("digest_issues", "digest_posts"):
        assert inspect(f"SELECT * FROM {table}") == []  # noqa: S608
    assert inspect("SELECT count(*) FROM digest_watches") == [(1,)]
    assert inspect.broken_references() == []
    assert [watch.topic for watch in await storage.watches.listed()] == [TOPIC]
    assert await storage.guilds.known_guilds() == {OTHER_GUILD}


async def test_sources_of_a_digest_are_those_a_person_chose(storage: Storage) -> None:
    await made(storage, TOPIC, sources=(SourceName.MASTODON, SourceName.BLUESKY))

    found = {watch.source for watch in await storage.trends.topic_watches(TOPIC.key)}

    assert found == {SourceName.MASTODON, SourceName.BLUESKY}

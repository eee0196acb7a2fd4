"""What people do with digests, and how those that are due are made, on the real storage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import DatabaseBusy, RefusedRequest, TookTooLong
from bot.core.leases import LEASE_S
from bot.core.models import (
    ChannelId,
    Digest,
    DigestId,
    GuildId,
    Period,
    Recurrence,
    Rules,
    SourceName,
    TopicKey,
    TopicState,
)
from bot.services.digest_runner import BATCH, CANDIDATES
from bot.services.digests import DigestRequest, digests_meant
from tests.conftest import START
from tests.inspection import Inspect, url_of
from tests.services.digest_rig import CHANNEL, GUILD, WHO, DigestRig, an_ask, open_rig
from tests.storage.digests.digest_world import polled
from tests.storage.world import NOW, TOPIC, change, post, wanted

OTHER = ChannelId(11)
PAGE = {"trendpage": {"url": "http://127.0.0.1:9/{topic}"}}
FIRST = NOW.replace(hour=4, microsecond=0)
"""When the hourly digest is due first."""


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[DigestRig]:
    async with open_rig(tmp_path, NOW, sources=PAGE) as opened:
        yield opened


async def refusal(act: Coroutine[Any, Any, Any]) -> str:
    with pytest.raises(RefusedRequest) as caught:
        await act
    return caught.value.text_id


async def kept(rig: DigestRig) -> list[Digest]:
    return await rig.service.list(GUILD)


# -- made and changed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "text_id"),
    [
        ({"zone": "Mars/Olympus"}, "digest-zone-unknown"),
        ({"recurrence": Recurrence.CUSTOM, "time": "61 * * * *"}, "digest-cron-unclear"),
        ({"recurrence": Recurrence.CUSTOM, "time": "0 0 30 2 *"}, "digest-cron-never"),
        ({"recurrence": Recurrence.CUSTOM, "time": "0,30 * * * *"}, "digest-cron-often"),
        ({"topics": ""}, "digest-no-topics"),
        ({"topics": "https://blog.example/feed"}, "digest-feed-unknown"),
        ({"top": 0}, "digest-top-range"),
        ({"min_rp": -1}, "error-min-rp"),
        ({"name": "長" * 61}, "digest-name-long"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_stored_or_changed(
    rig: DigestRig, more: dict[str, Any], text_id: str
) -> None:
    assert await refusal(rig.service.create(GUILD, WHO, an_ask(**more))) == text_id
    assert await kept(rig) == []

    digest = await rig.create()
    assert await refusal(rig.service.change(digest.id, GUILD, an_ask(**more))) == text_id
    assert await kept(rig) == [digest]


async def test_a_digest_asked_for_as_it_is_stays_as_it_is(rig: DigestRig) -> None:
    digest = await rig.create(
        recurrence=Recurrence.WEEKLY, time="日 21:30", zone="Asia/Tokyo", topics="電力, 「a、b」", min_rp=20, top=3
    )

    changed = await rig.service.change(digest.id, GUILD, DigestRequest(digest.settings))

    assert replace(changed.digest, version=digest.version) == digest


async def test_a_digest_without_a_name_is_named_after_its_schedule_and_topic(rig: DigestRig) -> None:
    digest = await rig.create(name="", recurrence=Recurrence.DAILY)

    assert digest.settings.name == "データセンター ・ 朝刊"


async def test_another_servers_digest_is_as_good_as_gone(rig: DigestRig) -> None:
    digest, stranger = await rig.create(), GuildId(2)
    acts: list[Callable[[DigestId, GuildId], Coroutine[Any, Any, Any]]] = [
        rig.service.pause,
        rig.service.resume,
        rig.service.delete,
        rig.service.describe,
        rig.service.send_now,
    ]

    assert {await refusal(act(digest.id, stranger)) for act in acts} == {"digest-gone"}
    assert await refusal(rig.service.change(digest.id, stranger, an_ask())) == "digest-gone"
    assert await kept(rig) == [digest]


async def test_a_digest_is_found_by_id_by_name_and_first_in_its_channel(rig: DigestRig) -> None:
    here = await rig.create(name="Morning")
    there = await rig.create(name="morning", channel_id=OTHER)

    assert await rig.service.find(f"id:{here.id}", GUILD, OTHER) == here
    assert await rig.service.find(" MORNING ", GUILD, OTHER) == there
    assert await refusal(rig.service.find("morning", GUILD)) == "digest-several"
    assert digests_meant(str(there.id), [here, there]) == [there]
    assert await refusal(rig.service.find("evening", GUILD, CHANNEL)) == "digest-none"


# -- quotas ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quota", ["digests_per_channel", "digests_per_server"])
async def test_two_at_once_do_not_both_take_the_last_place(tmp_path: Path, quota: str) -> None:
    async with open_rig(tmp_path, quota={quota: 1}) as rig:
        both = await asyncio.gather(rig.create(name="あ"), rig.create(name="い"), return_exceptions=True)

        assert sorted(type(one).__name__ for one in both) == ["Digest", "RefusedRequest"]
        assert len(await kept(rig)) == 1


async def test_no_quota_is_no_limit(tmp_path: Path) -> None:
    async with open_rig(tmp_path, quota={"digests_per_channel": 0, "digests_per_server": 0}) as rig:
        for _ in range(30):
            await rig.create()

        assert len(await kept(rig)) == 30


async def test_a_digest_moves_only_where_there_is_a_place(tmp_path: Path) -> None:
    async with open_rig(tmp_path, quota={"digests_per_channel": 1, "digests_per_server": 2}) as rig:
        digest = await rig.create()
        other = await rig.create(channel_id=OTHER)

        refused = await refusal(rig.service.change(digest.id, GUILD, an_ask(channel_id=OTHER)))
        await rig.service.change(digest.id, GUILD, an_ask(name="改題"))
        await rig.service.delete(other.id, GUILD)
        moved = await rig.service.change(digest.id, GUILD, an_ask(channel_id=OTHER))

        assert refused == "digest-quota-channel"
        assert moved.digest.channel_id == OTHER


async def test_what_was_deleted_comes_back_only_where_there_is_a_place(tmp_path: Path) -> None:
    async with open_rig(tmp_path, quota={"digests_per_channel": 1}) as rig:
        first = await rig.create(name="あ")
        await rig.service.delete(first.id, GUILD)
        second = await rig.create(name="い")

        assert await refusal(rig.service.restore(first.id, GUILD)) == "digest-quota-channel"
        assert await kept(rig) == [second]
        await rig.service.delete(second.id, GUILD)
        assert (await rig.service.restore(first.id, GUILD)).digest.id == first.id


async def test_what_was_restored_is_due_by_its_schedule_from_now_on(rig: DigestRig) -> None:
    digest = await rig.create(recurrence=Recurrence.DAILY, time="4:00")
    await rig.service.delete(digest.id, GUILD)
    rig.clock.now = FIRST + timedelta(days=2, hours=1)

    back = await rig.service.restore(digest.id, GUILD)
    await rig.service.runner.run_due()

    assert back.upcoming[0] == back.digest.next_at == FIRST + timedelta(days=3)
    assert await rig.told(digest) == []


async def test_what_is_back_already_is_shown_again(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.service.delete(digest.id, GUILD)
    once = await rig.service.restore(digest.id, GUILD)

    assert await rig.service.restore(digest.id, GUILD) == once


async def test_a_schedule_that_changes_leaves_no_gap_between_two_digests(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.run(START + timedelta(hours=2))
    [*_, last] = await rig.told(digest)

    await rig.service.change(digest.id, GUILD, an_ask(time=":30"))
    await rig.run(START + timedelta(hours=3))

    [*_, content] = await rig.contents(digest)
    assert content.period == Period(last, START + timedelta(hours=2, minutes=30))


async def test_it_is_too_late_to_restore_after_thirty_days_and_never_for_another_server(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.service.delete(digest.id, GUILD)

    assert await refusal(rig.service.restore(digest.id, GuildId(2))) == "digest-restore-late"
    assert await kept(rig) == []
    rig.clock.now += timedelta(days=31)
    assert await refusal(rig.service.restore(digest.id, GUILD)) == "digest-restore-late"


# -- what it tells --------------------------------------------------------------------------------------


async def seen(rig: DigestRig, texts: list[str]) -> None:
    """Posts that were read in the first digest's period, the first with the most RP."""
    posts = [change(post(n, 10_000 - n, text=text), recheck_at=None) for n, text in enumerate(texts)]
    await polled(rig.storage, SourceName.TRENDPAGE, posts, NOW + timedelta(minutes=5))


async def asked_limits(rig: DigestRig, digest: Digest) -> tuple[list[int], list[str]]:
    """How many posts the storage was asked for, time by time, and the texts that are told."""
    limits: list[int] = []

    async def note(_key: TopicKey, _period: Period, *, limit: int, **_: object) -> None:
        limits.append(limit)

    rig.clock.now = FIRST
    content = await rig.with_each("periods.topic_period", note).preview(digest)
    return limits, [one.post.text for topic in content.topics for one in topic.posts]


@pytest.mark.invariant(10)
async def test_a_digest_tells_what_was_read_since_its_channel_listens_and_nothing_from_before(
    rig: DigestRig,
) -> None:
    """What a watch saw before, it saw for another server: the first answer would say that there is one."""
    await rig.storage.subscriptions.subscribe(wanted(TOPIC, channel=ChannelId(5), guild=GuildId(2)), NOW, NOW)
    await seen(rig, ["前からある", "前からあって伸びる"])
    rig.clock.now = NOW + timedelta(minutes=30)
    digest = await rig.create()

    rig.clock.now += timedelta(minutes=1)
    [before] = (await rig.service.preview(digest)).topics
    grown = [change(post(1, 20_000, text="前からあって伸びる"), recheck_at=None)]
    grown += [change(post(2, 7, text="新しい"), recheck_at=None)]
    await polled(rig.storage, SourceName.TRENDPAGE, grown, rig.clock())
    rig.clock.now += timedelta(minutes=1)
    [after] = (await rig.service.preview(digest)).topics

    assert (before.posts, before.state) == ((), TopicState.AWAITED)
    assert {one.post.text for one in after.posts} == {"前からあって伸びる", "新しい"}
    assert after.new_posts == 1


async def without_adverts(rig: DigestRig) -> Digest:
    """A digest of a channel whose subscription leaves adverts out."""
    asked = wanted(TOPIC, channel=CHANNEL, guild=GUILD)
    subscription = replace(asked, settings=replace(asked.settings, rules=Rules(exclude=("広告",))))
    await rig.storage.subscriptions.subscribe(subscription, NOW, NOW)
    return await rig.create()


async def test_a_topic_whose_best_posts_are_ruled_out_is_asked_for_more_until_enough_are_left(
    rig: DigestRig,
) -> None:
    digest = await without_adverts(rig)
    await seen(rig, ["広告"] * (CANDIDATES + 5) + [f"記事{n}" for n in range(150)])

    limits, told = await asked_limits(rig, digest)

    assert limits == [CANDIDATES, CANDIDATES * 4]
    assert told == [f"記事{n}" for n in range(5)]


async def test_a_topic_is_not_asked_again_once_all_of_it_was_seen(rig: DigestRig) -> None:
    digest = await without_adverts(rig)
    await seen(rig, ["広告"] * (CANDIDATES * 4 + 10))

    limits, told = await asked_limits(rig, digest)

    assert limits == [CANDIDATES, CANDIDATES * 4, CANDIDATES * 16]
    assert told == []


async def test_a_topic_whose_first_posts_pass_is_asked_once(rig: DigestRig) -> None:
    digest = await without_adverts(rig)
    await seen(rig, [f"記事{n}" for n in range(CANDIDATES * 2)])

    limits, told = await asked_limits(rig, digest)

    assert (limits, len(told)) == ([CANDIDATES], 5)


async def test_a_topic_that_many_digests_share_is_read_once_a_round(tmp_path: Path) -> None:
    async with open_rig(tmp_path, NOW, quota={"digests_per_channel": 0, "digests_per_server": 0}) as rig:
        for number in range(BATCH + 5):
            await rig.create(topics=f"データセンター, 話題{number % 2}", channel_id=ChannelId(number))
        reads: Counter[TopicKey] = Counter()

        async def note(key: TopicKey, *_: object, **__: object) -> None:
            reads[key] += 1

        rig.clock.now = FIRST
        made = await rig.with_each("periods.topic_period", note).runner.run_due()

        assert made == BATCH + 5
        assert reads == {"データセンター": 1, "話題0": 1, "話題1": 1}


async def test_a_preview_stores_nothing(rig: DigestRig, tmp_path: Path) -> None:
    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    digest = await without_adverts(rig)
    await seen(rig, ["記事"])
    rig.clock.now = FIRST - timedelta(minutes=1)
    before = inspect.everything()

    content = await rig.service.preview(digest)

    assert [one.post.text for topic in content.topics for one in topic.posts] == ["記事"]
    assert inspect.everything() == before


# -- now ------------------------------------------------------------------------------------------------


async def test_a_digest_sent_now_leaves_its_schedule_as_it_is(rig: DigestRig) -> None:
    digest = await rig.create()
    rig.clock.now = sent_at = NOW + timedelta(minutes=20)

    await rig.service.send_now(digest.id, GUILD)
    await rig.run(FIRST)

    assert await rig.told(digest) == [sent_at, FIRST]


@pytest.mark.parametrize(("changes", "text_id"), [(2, ""), (3, "digest-busy")])
async def test_a_digest_that_changes_while_it_is_sent_is_tried_three_times(
    rig: DigestRig, changes: int, text_id: str
) -> None:
    digest = await rig.create()
    names = iter([f"改題{number}" for number in range(changes)])

    async def rename(*_: object) -> None:
        for name in names:
            await rig.service.change(digest.id, GUILD, an_ask(name=name))
            break

    sending = rig.with_each("periods.channel_period", rename).send_now(digest.id, GUILD)

    if text_id:
        assert await refusal(sending) == text_id
        assert await rig.contents(digest) == []
    else:
        await sending
        assert [content.name for content in await rig.contents(digest)] == ["改題1"]


async def test_a_paused_digest_is_not_sent(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.service.pause(digest.id, GUILD)

    assert await refusal(rig.service.send_now(digest.id, GUILD)) == "digest-is-paused"
    assert await rig.contents(digest) == []


# -- due ------------------------------------------------------------------------------------------------


async def test_realigning_moves_what_is_due_at_another_time_and_nothing_else(rig: DigestRig) -> None:
    wrong, right, paused = await rig.create(), await rig.create(), await rig.create()
    await rig.storage.editions.put_off(wrong, FIRST + timedelta(days=9))
    await rig.service.pause(paused.id, GUILD)

    moved = await rig.service.runner.realign()

    assert moved == 1
    assert [one.next_at for one in await kept(rig)] == [FIRST, FIRST, None]
    assert await rig.service.get(right.id, GUILD) == right


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("nobody thought of this"), "failed by a fault of ours"),
        (DatabaseBusy("the database system is in recovery mode"), "put off, the database is busy"),
        (TookTooLong("the database server did not answer"), "put off, the database is busy"),
    ],
)
async def test_a_digest_that_fails_holds_up_no_other_and_is_tried_again(
    rig: DigestRig, caplog: pytest.LogCaptureFixture, error: Exception, said: str
) -> None:
    poor, other = await rig.create(channel_id=OTHER), await rig.create()
    ailing = iter([True])

    async def fail_once(_guild: GuildId, channel: ChannelId, *_: object) -> None:
        if channel == OTHER and next(ailing, False):
            raise error

    service = rig.with_each("periods.channel_period", fail_once)
    rig.clock.now = FIRST
    await service.runner.run_due()
    at_once = await rig.told(poor), await rig.told(other)
    rig.clock.now += timedelta(seconds=LEASE_S)
    await service.runner.run_due()

    assert at_once == ([], [FIRST])
    assert await rig.told(poor) == [FIRST]
    assert said in caplog.text
    assert ("fault of ours" in caplog.text) == isinstance(error, ZeroDivisionError)


async def test_digests_that_wait_for_slow_ones_stay_ours(rig: DigestRig) -> None:
    made = [await rig.create() for _ in range(3)]
    stolen: list[Digest] = []

    async def time_passes(*_: object) -> None:
        rig.clock.now += timedelta(seconds=LEASE_S / 2)
        stolen.extend(await rig.storage.editions.claim(rig.clock(), limit=10, lease_s=LEASE_S))

    rig.clock.now = FIRST
    await rig.with_each("periods.channel_period", time_passes).runner.run_due()

    assert stolen == []
    assert [len(await rig.told(digest)) for digest in made] == [1, 1, 1]


async def test_many_that_were_alerted_before_hold_up_nobody_who_was_not(tmp_path: Path) -> None:
    async with open_rig(tmp_path, NOW, quota={"digests_per_channel": 0, "digests_per_server": 0}) as rig:
        for _ in range(BATCH + 1):
            await rig.create()
        rig.clock.now = FIRST
        assert await rig.service.runner.run_due() == BATCH + 1
        rig.clock.now = NOW  # set back: all of these are due again, and told already
        rig.restart()
        await rig.service.runner.run_due()
        late = await rig.create(name="遅刊")

        rig.clock.now = FIRST
        await rig.service.runner.run_due()

        assert await rig.told(late) == [FIRST]

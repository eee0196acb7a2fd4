"""Make ``every_type_18.sql``: a row of every persisted type, written by the storage of version 18.

    python -m tests.data.make_database > tests/data/every_type_NN.sql

The file is never made anew: it stands for what people have. A later version may get a file of its own beside it.
Values that only a source writes (cursors, a session) are written by the source's code.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bot.core.causes import Cause
from bot.core.identity.entries import FingerprintKind, fingerprint_of
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    Actor,
    Alert,
    AlertContent,
    AlertReason,
    AnswerTrait,
    ArrivalStats,
    Audience,
    Baseline,
    BaselineReason,
    Candidate,
    ChannelId,
    Digest,
    DigestContent,
    DigestEdition,
    DigestPost,
    DigestSettings,
    DigestTopic,
    Echo,
    Endpoint,
    FoundAt,
    FullAnswer,
    GuildId,
    Health,
    HeldAlert,
    HoldReason,
    Incident,
    MessageId,
    MostBy,
    Moved,
    Network,
    NewSubscription,
    NextPoll,
    NoticeContent,
    NoticePlan,
    OutageScope,
    PauseReason,
    Period,
    PollForecast,
    PollPlan,
    Post,
    PostChange,
    PostKey,
    PostsBy,
    QuietHours,
    Recurrence,
    RoleId,
    Rules,
    Schedule,
    Snapshot,
    SourceName,
    SourceProblem,
    Subscription,
    SubscriptionSettings,
    Topic,
    TopicState,
    TraitStats,
    UserId,
    Validators,
    Volume,
    Watch,
    WatchHealth,
    WatchUpdate,
)
from bot.core.planning.posts import content_hash
from bot.core.text import make_topic
from bot.sources.bluesky import session as bluesky_session
from bot.sources.bluesky import source as bluesky
from bot.sources.fediverse.hashtag_source import TimelineCursor
from bot.sources.x import source as x
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.data import rows_of
from tests.failures import failed

NOW = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)
GUILD, LEFT_GUILD = GuildId(1001), GuildId(1002)
CHANNEL, FORUM, LOST = ChannelId(2001), ChannelId(2002), ChannelId(2003)
DUE_CHANNEL, ASIDE_CHANNEL, LEFT_CHANNEL = ChannelId(2004), ChannelId(2005), ChannelId(2006)
STORIES = ChannelId(2007)
USER = UserId(3001)
ROLE = RoleId(4001)
TOPIC = make_topic("データセンター")
FEED_TOPIC = Topic(make_topic("https://feed.example/rss").key, "瓦版の便り")
FEED_ADDRESS = "https://feed.example/rss"
LEASE_S = 60.0


def at(**later: float) -> datetime:
    """A time after ``NOW``."""
    return NOW + timedelta(**later)


def message_id(number: int) -> MessageId:
    """The id of a sealed message."""
    return MessageId(f"{number:024x}")


def full_post(number: int = 1) -> Post:
    """A post with every field set."""
    return Post(
        network=Network.X,
        canonical_id=f"180000000000000000{number}",
        text=f"見出し {number}\n本文",
        rp=150,
        url=f"https://x.com/kawara/status/180000000000000000{number}",
        author_name="瓦 太郎",
        author_handle="kawara",
        author_url="https://x.com/kawara",
        created_at=at(hours=-2),
        day_only=True,
        likes=20,
        replies=3,
        language="ja",
        sensitive=True,
        content_warning="注意",
        has_media=True,
        source_id=f"190000000000000000{number}",
        score=77,
        score_name="buzz",
        by_bot=True,
        titled=True,
    )


def article() -> Post:
    """An entry of a feed."""
    return Post(Network.WEB, "https://feed.example/1", "記事", url="https://feed.example/1", titled=True)


def toot() -> Post:
    """A post of the fediverse."""
    return Post(
        Network.FEDIVERSE,
        "https://social.example/users/h/statuses/9",
        "やあ",
        rp=9,
        url="https://social.example/@h/9",
        author_handle="h@social.example",
        source_id="9",
    )


def change(post: Post, *, max_rp: int | None = None, recheck_at: datetime | None = None) -> PostChange:
    """The post, written for the first time."""
    return PostChange(post, max_rp or post.rp, recheck_at, content_hash(post), is_new=True, sampled=True)


def health_record() -> WatchHealth:
    """The health of a watch with every field set."""
    return WatchHealth(
        since=at(hours=-5),
        cause=Cause.SILENT,
        hours=30,
        usual_hours=2,
        shown=frozenset({AnswerTrait.RP}),
        arrivals=ArrivalStats(
            since=at(days=-3), last_new_at=at(hours=-6), usual_gap=timedelta(minutes=90), gaps=7
        ),
        wait_until=at(minutes=30),
        trait_stats={
            trait: TraitStats(polls=number, last_at=at(hours=-number))
            for number, trait in enumerate(AnswerTrait, 1)
        },
        turnovers=2,
        full_answer=FullAnswer(at=at(minutes=-20), body_hash="abcdef"),
        validators_wrong_at=at(minutes=-21),
        gap_at=at(minutes=-22),
        overlap_wait=timedelta(minutes=13, seconds=1.5),
        moved=Moved(to="https://feed.example/new", since=at(days=-2), last_at=at(days=-1)),
    )


def forecast() -> PollForecast:
    """What a watch expects, with every field set."""
    candidate = Candidate(
        key=full_post(2).key,
        threshold=100,
        rp=60,
        speed=12.5,
        read_at=at(minutes=-5),
        published_at=at(hours=-1),
        source_id="1900000000000000002",
    )
    return PollForecast(crossings=1.5, hours=30.25, candidates=(candidate,), updated_at=at(minutes=-4))


def rules() -> Rules:
    """Rules with every field set."""
    return Rules(
        include=("増設",),
        exclude=("広告", "/懸賞/"),
        languages=("ja",),
        muted_authors=("spammer",),
        allow_sensitive=False,
        people_only=False,
    )


def alert(subscription: Subscription, content: AlertContent) -> Alert:
    """The decision to tell it."""
    return Alert(subscription.id, subscription.guild_id, subscription.channel_id, content)


def full_alert(number: int = 1) -> AlertContent:
    """An alert with every field set (a hidden one is made by a take-down)."""
    return AlertContent(
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
        post=full_post(number),
        reason=AlertReason.ROSE,
        observed_at=at(minutes=-1),
        min_rp=100,
        language="ja",
        role_id=ROLE,
        previous_rp=40,
        counted_by=SourceName.X,
        also=(FoundAt(SourceName.MASTODON, "social.example"),),
        most_by=MostBy.SITE,
    )


# -- the steps -----------------------------------------------------------------------------------------


async def make(storage: Storage) -> None:
    """Everything, in the order in which it would happen."""
    await _set_up(storage)
    subscriptions = await _subscribe(storage)
    await _poll(storage, subscriptions)
    await _poll_others(storage, subscriptions)
    await _deliver(storage, subscriptions)
    await _digest(storage)
    await _tell_outage(storage)
    await _moderate(storage)
    await _spend(storage)
    await _lose(storage)
    await _notes(storage)


async def _set_up(storage: Storage) -> None:
    asked: dict[SourceName, list[str]] = {
        source: [""] for source in SourceName if source is not SourceName.MISSKEY
    }
    asked[SourceName.MASTODON] = ["https://social.example/tags/{topic}", "https://other.example"]
    await storage.source_targets.set_sources(asked, NOW)
    await storage.watches.add(
        [
            (SourceName.TRENDPAGE, TOPIC, None),
            (SourceName.BLUESKY, TOPIC, None),
            (SourceName.X, TOPIC, None),
            (SourceName.MISSKEY, TOPIC, "https://misskey.example"),
        ],
        NOW,
    )
    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, QuietHours("Asia/Tokyo", 1380, 420, (0, 4)), NOW)
    await storage.forums.know_forum(GUILD, FORUM, PostsBy.TOPIC)
    await storage.forums.know_forum(GUILD, STORIES, PostsBy.STORY)


async def _subscribe(storage: Storage) -> dict[ChannelId, Subscription]:
    made = {}
    for channel, guild, topic, min_rp in (
        (CHANNEL, GUILD, TOPIC, {SourceName.TRENDPAGE: 100, SourceName.MASTODON: 10}),
        (FORUM, GUILD, TOPIC, {SourceName.TRENDPAGE: 500}),
        (LOST, GUILD, TOPIC, {SourceName.TRENDPAGE: 600}),
        (DUE_CHANNEL, GUILD, TOPIC, {SourceName.TRENDPAGE: 700}),
        (ASIDE_CHANNEL, GUILD, FEED_TOPIC, {SourceName.FEED: 0}),
        (LEFT_CHANNEL, LEFT_GUILD, TOPIC, {SourceName.TRENDPAGE: 800}),
    ):
        wanted = NewSubscription(
            guild_id=guild,
            channel_id=channel,
            topic=replace(topic, name=f"{topic.name} {channel}"),
            created_by=USER,
            target=FEED_ADDRESS if topic is FEED_TOPIC else None,
            settings=SubscriptionSettings(
                language="en" if channel == FORUM else "ja",
                min_rp=min_rp,
                rules=rules() if channel == CHANNEL else Rules(),
                role_id=ROLE if channel == CHANNEL else None,
            ),
        )
        made[channel] = await storage.subscriptions.subscribe(wanted, NOW, NOW)
    later = made[FORUM]
    await storage.subscriptions.change_rules(
        later.id,
        SubscriptionSettings(
            min_rp={SourceName.TRENDPAGE: 500, SourceName.BLUESKY: 50},
            rules=later.settings.rules,
            role_id=None,
            language="en",
        ),
        baseline_since=NOW,
        now=at(minutes=1),
    )
    await storage.subscriptions.mute(made[CHANNEL].id, at(days=2), NOW)
    gone = NewSubscription(
        GUILD, CHANNEL, make_topic("去った話題"), USER, SubscriptionSettings("ja", {SourceName.TRENDPAGE: 5})
    )
    await storage.subscriptions.unsubscribe(
        (await storage.subscriptions.subscribe(gone, NOW, NOW)).id, at(minutes=2)
    )
    return made


async def _claim(storage: Storage, now: datetime) -> dict[SourceName, Watch]:
    due = await storage.watches.claim_due(now, limit=1000, lease_s=LEASE_S)
    return {one.watch.source: one.watch for one in due if one.watch.target != "https://other.example"}


def _update(now: datetime, cursor: str | None, more: WatchUpdate | None = None) -> WatchUpdate:
    usual = WatchUpdate(at(days=30), cursor, Validators(), now, 0, Health.OK, None)
    return usual if more is None else replace(more, cursor=cursor)


async def _poll(storage: Storage, subscriptions: dict[ChannelId, Subscription]) -> None:
    """The watch of the trend page, with everything that a poll can decide."""
    now = at(minutes=3)
    watch = (await _claim(storage, now))[SourceName.TRENDPAGE]
    main, due, forum = (subscriptions[channel] for channel in (CHANNEL, DUE_CHANNEL, FORUM))
    left = subscriptions[LEFT_CHANNEL]
    held, caught = full_alert(3), full_alert(4)
    plan = PollPlan(
        watch=watch,
        at=now,
        update=WatchUpdate(
            next_poll_at=at(days=30),
            cursor=None,
            validators=Validators('W/"etag"', "Sun, 22 Nov 2026 02:00:00 GMT"),
            last_ok_at=at(minutes=-20),
            failures=3,
            health=Health.DOWN,
            health_note="HTTP 503",
            health_record=health_record(),
            forecast=forecast(),
            next_poll=NextPoll(timedelta(minutes=7), 0.375),
        ),
        changes=tuple(
            change(full_post(number), max_rp=180, recheck_at=at(minutes=9)) for number in (1, 2, 3, 4, 5, 6)
        ),
        snapshot=Snapshot(at(minutes=2), 5678, Audience(60, 40, "30代/男性")),
        alerts=(
            alert(main, full_alert(1)),
            alert(main, replace(full_alert(5), also=(), role_id=RoleId(4002))),
            alert(due, replace(full_alert(1), role_id=None, most_by=MostBy.AUTHOR)),
            alert(due, full_alert(6)),
            alert(forum, replace(full_alert(1), language="en", reason=AlertReason.NEW)),
            alert(left, full_alert(2)),
        ),
        held=(
            HeldAlert(alert(due, held), HoldReason.HOURLY_LIMIT, at(days=3)),
            HeldAlert(alert(main, caught), HoldReason.CATCH_UP, at(days=3)),
        ),
        baselines=tuple(
            Baseline(main.id, PostKey(f"x:{number}"), why) for number, why in enumerate(BaselineReason)
        ),
        gone=((full_post(6).key, at(minutes=2)),),
    )
    await storage.polls.commit(plan)


async def _poll_others(storage: Storage, subscriptions: dict[ChannelId, Subscription]) -> None:
    """The watches of the other sources, each with its own kind of cursor."""
    now = at(minutes=4)
    cursors: dict[SourceName, str | None] = {
        SourceName.MASTODON: msgspec.json.encode(TimelineCursor("1150000000000000001", 1795316400)).decode(),
        SourceName.BLUESKY: msgspec.json.encode(bluesky._SearchCursor(at(minutes=-7), 1795316401)).decode(),
        SourceName.X: msgspec.json.encode(
            x._Cursor("1800000000000000001", at(hours=-1), 42, 1795316402, 1795316403)
        ).decode(),
        SourceName.FEED: None,
    }
    await _release_all(storage)
    watches = await _claim(storage, at(minutes=6))
    names = tuple((article().key, fingerprint_of(kind, f"name {kind}")) for kind in FingerprintKind)
    for source, cursor in cursors.items():
        plan = PollPlan(watch=watches[source], at=now, update=_update(now, cursor))
        if source is SourceName.MASTODON:
            echo = Echo(CHANNEL, full_post(5).key, FoundAt(SourceName.MASTODON, "social.example"))
            plan = replace(plan, changes=(change(toot()),), echoes=(echo,))
        if source is SourceName.FEED:
            told = AlertContent(FEED_TOPIC, source, article(), AlertReason.NEW, now, 0, "ja")
            listener = subscriptions[ASIDE_CHANNEL]
            plan = replace(
                plan,
                changes=(change(article()),),
                new_fingerprints=names,
                alerts=(alert(listener, told),),
                update=replace(plan.update, health_record=WatchHealth(full_answer=FullAnswer(now))),
            )
        await storage.polls.commit(plan)
    # A place of the fediverse that nobody could read yet is left claimed: a lease is a row's state, too.


async def _release_all(storage: Storage) -> None:
    for watch in await storage.watches.listed():
        if watch.claim is not None:
            await storage.watches.release(watch)


async def _deliver(storage: Storage, subscriptions: dict[ChannelId, Subscription]) -> None:
    """Messages in every state."""
    now = at(days=1)  # after the quiet hours
    waiting = await storage.entries.waiting(now)
    first, second = (entry for entry in waiting[CHANNEL] if isinstance(entry.content, AlertContent))
    # Sent, recounted, and found somewhere else since.
    await storage.entries.seal(message_id(1), [first], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(1), now)
    await storage.messages.confirm(message_id(1), 5001, at(days=1, seconds=1))
    # Nobody knows whether it arrived.
    await storage.entries.seal(message_id(2), [second], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(2), now)
    await storage.messages.mark_uncertain(message_id(2), failed("no answer within 30 s"), at(days=1, seconds=2))
    # In a post of a forum.
    await storage.entries.seal(message_id(3), waiting[FORUM], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(3), now)
    await storage.messages.confirm(message_id(3), 5003, at(days=1, seconds=3), thread_id=5003)
    # Put off: it fails by itself, and its channel goes on.
    await storage.entries.seal(message_id(4), waiting[ASIDE_CHANNEL], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(4), now)
    await storage.messages.retry_later(message_id(4), at(days=2), failed("HTTP 500"), now, aside=True)
    # Taken apart, sealed again one by one, one of them given up.
    await storage.entries.seal(message_id(5), waiting[DUE_CHANNEL], now, lease_s=LEASE_S)
    await storage.messages.take_apart(message_id(5), now)
    [one, other] = (await storage.entries.waiting(now))[DUE_CHANNEL]
    await storage.entries.seal(message_id(6), [one], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(6), now)
    await storage.messages.give_up(message_id(6), failed("400: Invalid Form Body"), at(days=1, seconds=6))
    await storage.entries.move_to_summary([other], at(days=1, seconds=7))
    # The summary of what was held, on its way.
    late = at(days=3, hours=1)
    summaries = (await storage.entries.waiting(late))[DUE_CHANNEL]
    await storage.entries.seal(
        message_id(7), [entry for entry in summaries if entry.not_before > now], late, lease_s=1e5
    )
    # A public answer.
    await storage.public_answers.remember_answer(
        message_id(8), GUILD, CHANNEL, 5008, [full_post(1).key, toot().key], now
    )
    await storage.public_answers.remember_answer(message_id(9), GUILD, FORUM, 5009, [full_post(5).key], now)
    await _recount(storage, subscriptions)


async def _recount(storage: Storage, subscriptions: dict[ChannelId, Subscription]) -> None:
    """A count that rose and a place that came: the sent message is to be drawn again."""
    now = at(days=31)
    watch = (await _claim(storage, now))[SourceName.TRENDPAGE]
    plan = PollPlan(
        watch=watch,
        at=now,
        update=WatchUpdate(
            next_poll_at=at(days=60),
            cursor=None,
            validators=Validators('W/"etag"', "Sun, 22 Nov 2026 02:00:00 GMT"),
            last_ok_at=at(minutes=-20),
            failures=3,
            health=Health.DOWN,
            health_note="HTTP 503",
            health_record=health_record(),
            forecast=forecast(),
            next_poll=NextPoll(timedelta(minutes=7), 0.375),
        ),
        count_updates=((CHANNEL, full_post(1).key, 240), (FORUM, full_post(1).key, 240)),
        echoes=(Echo(CHANNEL, full_post(1).key, FoundAt(SourceName.FEED, "瓦版の便り")),),
        too_costly=(subscriptions[LOST].id,),
    )
    await storage.polls.commit(plan)
    redraws = await storage.edits.claim(now, urgent=False, limit=10, lease_s=LEASE_S)
    [edited] = [one for one in redraws if one.message.channel_id == FORUM]  # the other's lease is left
    await storage.edits.finish(edited, at(days=31, seconds=1))


async def _digest(storage: Storage) -> None:
    """One digest that was told, one that rests, one that was removed."""
    now = at(days=31)
    settings = DigestSettings(
        channel_id=CHANNEL,
        name="朝刊",
        schedule=Schedule(Recurrence.WEEKLY, "30 8 * * 1", "Asia/Tokyo"),
        language="ja",
        topics=(replace(TOPIC, name="データ・センター"),),
        top=7,
        min_rp=20,
        role_id=ROLE,
        replaces_alerts=True,
        sources=(SourceName.TRENDPAGE, SourceName.BLUESKY),
    )
    digest = await storage.digests.create(GUILD, USER, settings, at(days=31, hours=1), now)
    paused = replace(settings, name="夕刊", topics=(), replaces_alerts=False, role_id=None)
    other = await storage.digests.create(GUILD, USER, paused, at(days=31, hours=9), now)
    await storage.digests.pause(other.id, PauseReason.BY_USER, now)
    removed = await storage.digests.create(GUILD, USER, replace(paused, name="号外"), at(days=31, hours=9), now)
    await storage.digests.delete(removed.id, now)
    changed = replace(settings, topics=(*settings.topics, make_topic("生成AI")))
    await storage.digests.change(digest.id, changed, at(days=31, hours=1), at(days=31, minutes=1))
    due = at(days=31, hours=1)
    [claimed] = await storage.editions.claim(due, limit=10, lease_s=LEASE_S)
    issue = DigestEdition(claimed, due, _digest_content(claimed, due), at(days=38, hours=1))
    assert await storage.editions.commit(issue, due)
    again = at(days=38, hours=1)
    [claimed] = await storage.editions.claim(again, limit=10, lease_s=LEASE_S)  # and its lease is left


def _digest_content(digest: Digest, due: datetime) -> DigestContent:
    posts = (
        DigestPost(full_post(1), SourceName.TRENDPAGE, 90, at(days=30), alerted=True),
        DigestPost(toot(), SourceName.MASTODON, None, at(days=30, hours=1)),
    )
    news = DigestTopic(
        topic=TOPIC,
        state=TopicState.NEWS,
        posts=posts,
        new_posts=5,
        held=2,
        more=3,
        volume=Volume(SourceName.TRENDPAGE, 5678, 4321, at(days=30, hours=2)),
        audience=Audience(60, 40, "30代/男性"),
        audience_source=SourceName.TRENDPAGE,
        troubles=(SourceProblem(Endpoint(SourceName.MASTODON, "social.example"), Cause.OTHER),),
    )
    quiet = [DigestTopic(make_topic(state.value), state) for state in TopicState if state is not TopicState.NEWS]
    return DigestContent(
        digest_id=digest.id,
        name=digest.settings.name,
        period=Period(due - timedelta(days=7), due),
        zone="Asia/Tokyo",
        language="ja",
        topics=(news, *quiet),
        role_id=ROLE,
        late=True,
    )


async def _tell_outage(storage: Storage) -> None:
    """Bad news of a place, and that it is over somewhere else."""
    place = Endpoint(SourceName.MASTODON, "social.example")
    now = at(days=31, hours=2)
    notice = NoticeContent(
        endpoint=place,
        scope=OutageScope.ALL,
        better=False,
        count=2,
        topics=("データセンター", "生成AI"),
        language="ja",
        since=at(hours=-5),
        cause=Cause.SILENT,
    )
    await storage.health.commit_notices([NoticePlan(Incident(CHANNEL, GUILD, place), notice)], now)
    partly = replace(notice, scope=OutageScope.SOME, better=True, count=1)
    before = Incident(CHANNEL, GUILD, place, OutageScope.ALL, None, now)
    await storage.health.commit_notices([NoticePlan(before, partly)], now + timedelta(hours=1))
    some = replace(notice, endpoint=Endpoint(SourceName.BLUESKY), scope=OutageScope.SOME)
    await storage.health.commit_notices([NoticePlan(Incident(CHANNEL, GUILD, some.endpoint), some)], now)


async def _moderate(storage: Storage) -> None:
    """A post that was taken down in the server, and one everywhere; one came back."""
    now = at(days=31, hours=3)
    await storage.moderation.hide(GUILD, toot().key, actor=Actor("user:3001"), why="依頼", now=now)
    await storage.moderation.hide(EVERYWHERE, full_post(5).key, actor=OPERATOR, why=None, now=now)
    await storage.moderation.hide(
        EVERYWHERE, PostKey("x:gone"), actor=Actor("source:mastodon"), why="gone", now=now
    )
    await storage.moderation.hide(GUILD, PostKey("x:back"), actor=OPERATOR, why="誤り", now=now)
    hashed = next(one.post_hash for one in await storage.moderation.hidden_posts(GUILD) if one.why == "誤り")
    await storage.moderation.unhide(GUILD, hashed, actor=OPERATOR, why=None, now=now)
    while redraws := await storage.edits.claim(now, urgent=True, limit=10, lease_s=LEASE_S):
        for redraw in redraws:
            if redraw.message.id == message_id(9):
                await storage.edits.finish(redraw, at(days=31, hours=3, seconds=1), removed=True)
            elif redraw.message.id == message_id(2):
                await storage.edits.put_off(redraw, at(days=31, hours=4), failed("403: Missing Permissions"), now)
            else:
                await storage.edits.give_up(redraw, failed("404: Unknown Message"), now)


async def _spend(storage: Storage) -> None:
    day = NOW.date()
    assert await storage.spend.reserve(SourceName.X, day, 100, least=1, limit=1000) == 100
    shared = await storage.spend.reserve_share(
        SourceName.X, day, 50, least=1, limit=1000, topic=TOPIC.key, passed=1.0
    )
    assert shared == 50


async def _lose(storage: Storage) -> None:
    """A channel that is lost, one that refuses, and a server that the bot left."""
    now = at(days=31, hours=5)
    await storage.channel_troubles.mark_unreachable(GUILD, LOST, now)
    await storage.channel_troubles.count_refusal(GUILD, ASIDE_CHANNEL)
    await storage.channel_troubles.count_refusal(GUILD, ASIDE_CHANNEL)
    await storage.subscriptions.pause_channel(DUE_CHANNEL, PauseReason.NOT_FOUND, now)
    await storage.guilds.guild_left(LEFT_GUILD, now)


async def _notes(storage: Storage) -> None:
    """Small facts, each written as its owner writes it."""
    session = bluesky_session._Session("https://bsky.social", "kawaraban.example", "access.jwt", "refresh.jwt")
    await storage.maintenance.set_note("bluesky_session", msgspec.json.encode(session).decode())
    await storage.maintenance.set_note("database.tight", "disk")
    await storage.maintenance.set_note("health.silent_told_at", "1795316400000000")
    synced = {"digest": "00ff", "stamps": ["trend:9001:1"], "restored": [1795316400.5]}
    await storage.maintenance.set_note("discord.synced_tree", json.dumps(synced))


# -- the dump ------------------------------------------------------------------------------------------


async def make_file(path: Path) -> None:
    """Make the database."""
    storage = await open_sqlite(f"sqlite:///{path}")
    try:
        await make(storage)
    finally:
        await storage.close()


def main(arguments: Sequence[str] = ()) -> None:
    """Print the dump."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kawaraban.db"
        asyncio.run(make_file(path))
        sys.stdout.write("\n".join(rows_of(path)) + "\n")


if __name__ == "__main__":
    main()

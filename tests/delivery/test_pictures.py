"""Pictures of posts as files of messages, on the wire: sent, kept, added late, removed, and done without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.models import (
    ChannelId,
    GuildId,
    Media,
    MediaKind,
    OutgoingFile,
    Post,
    PostsBy,
    SourceName,
    Subscription,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    UserId,
)
from bot.core.surge.settings import Preset
from bot.core.surge.state import SurgeState
from bot.delivery.discord import files, message_files
from bot.delivery.discord.pictures import MessagePictures, PictureMode
from bot.delivery.leadership import SENDER
from bot.delivery.loop import Delivery
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits
from bot.sources.parsing.process_pool import Readers
from bot.sources.pictures.shapes import MAKER
from bot.sources.pictures.store import PictureStore
from bot.storage.fenced_database import FencedDatabase
from bot.storage.stores import Storage
from bot.views.kit.text import Texts
from config import LOCALES
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.media import media_of, shown_files
from tests.fakes.discord.world import FORUM, Channel, Message
from tests.fakes.hostile_server import Answer, Client, HostileServer, reply
from tests.fakes.pictures import face, opened, photo
from tests.storage.digests.digest_world import chosen, claimed, issue
from tests.storage.world import TOPIC, change, plan, post

from .conftest import DeliveryRig, WatchedTransport, nothing, until
from .test_editor import EDIT, SEND, drawn, grown, hide, redraws
from .test_sender import AFTER_THE_NONCE


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers(preload=(MAKER,))
    yield made
    made.close()


@dataclass
class Gallery:
    """A rig whose posts have pictures, and the site that they are on."""

    rig: DeliveryRig
    site: HostileServer
    store: PictureStore
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.delivery = self.rig.delivery()

    def media(self, name: str = "a.jpg", **fields: Any) -> Media:
        return Media(f"{self.site.base_url}/{name}", **fields)

    def fields(self) -> dict[str, Any]:
        """A picture and a face."""
        return {"media": (self.media(),), "avatar_url": f"{self.site.base_url}/face.png", "has_media": True}

    async def told(self, *numbers: int, channel: Channel | None = None, **fields: Any) -> Subscription:
        """A channel was told these posts; each has one picture and a face, unless ``fields`` say otherwise."""
        subscription = await self.rig.follow(channel)
        await self.rig.decide(subscription, numbers=numbers, **(self.fields() | fields))
        await self.rig.deliver(self.delivery)
        return subscription

    async def later(self) -> None:
        """What comes late has come, and its edits are made."""
        await self.delivery._late_files.settle()
        await self.delivery.drain(self.rig.transport)

    def shown(self, channel: Channel | None = None) -> list[list[str]]:
        """The formats of the files that each message of a channel shows, from top to bottom."""
        return [
            [one.filename.rpartition(".")[2] for one in shown_of(message)]
            for message in self.rig.server.visible(channel or self.rig.place.news)
        ]


def shown_of(message: Message) -> list[Any]:
    return shown_files(message.body.components, message.body.attachments)


def pictures_and_faces(client_answers: dict[str, bytes] | None = None) -> Answer:
    """A site that has a picture at each address, and a face."""

    async def answer(client: Client) -> None:
        body = (client_answers or {}).get(client.path) or (face() if "face" in client.path else photo())
        await reply(body, "image/png")(client)

    return answer


@pytest.fixture
async def made(rig: DeliveryRig, readers: Readers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gallery]:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 60.0)  # a busy machine is no slow site
    async with gallery_of(rig, readers) as found:
        yield found


@asynccontextmanager
async def gallery_of(
    rig: DeliveryRig, readers: Readers, mode: PictureMode = PictureMode.UPLOAD
) -> AsyncIterator[Gallery]:
    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    limits = HttpLimits("t", allow_private_networks=True, per_host_interval_s=0, total_timeout_s=20)
    store = PictureStore(Http(limits, clock=rig.clock.now), readers, clock=rig.clock.now, sleep=no_pause)
    pictures = MessagePictures(store, mode)
    rig.transport = WatchedTransport(rig.bot, Texts(LOCALES), pictures=pictures)
    async with HostileServer() as site:
        site.answer = pictures_and_faces()
        found = Gallery(rig, site, store)
        try:
            yield found
        finally:
            await found.delivery.stop()
            store._readers = Readers()  # the processes are those of all tests of this file
            await store.aclose()


async def test_a_post_is_sent_with_its_picture_and_the_face_of_its_author(made: Gallery) -> None:
    await made.told(1)

    [message] = made.rig.server.visible(made.rig.place.news)
    face_file, picture = shown_of(message)
    assert opened(face_file.data).size == (128, 128)
    assert opened(picture.data).size == (640, 480)
    assert made.rig.posts_sent() == 1
    assert made.rig.server.record.matching(EDIT) == []


class BrokenFiles:
    """A maker of files with a fault."""

    async def make(self, message: object, *, age_restricted: bool, wait_s: float) -> Sequence[OutgoingFile]:
        raise OverflowError


async def test_a_fault_in_making_a_file_keeps_neither_the_alert_nor_other_files_back(made: Gallery) -> None:
    rig = made.rig
    pictures = MessagePictures(made.store, PictureMode.UPLOAD)
    rig.transport = WatchedTransport(rig.bot, Texts(LOCALES), pictures=pictures, makers=[BrokenFiles()])

    await made.told(1)

    assert made.shown() == [["png", "jpg"]]


async def test_the_same_picture_is_fetched_once_for_all_channels(made: Gallery) -> None:
    channels = [made.rig.server.add_channel(made.rig.place.guild, f"news-{number}") for number in range(12)]
    subscriptions = [await made.rig.follow(channel) for channel in channels]

    await made.rig.decide(*subscriptions, numbers=[1], media=(made.media(),), has_media=True)
    await made.rig.deliver(made.delivery)

    assert all(made.shown(channel) == [["jpg"]] for channel in channels)
    assert made.site.paths == ["/a.jpg"]


async def test_pictures_are_asked_for_while_their_channel_waits_for_its_turn(made: Gallery) -> None:
    subscription = await made.told(1)

    async def asked() -> None:
        made.rig.on_sleep = nothing
        await until(lambda: "/b.jpg" in made.site.paths)

    made.rig.on_sleep = asked
    await made.rig.decide(subscription, numbers=[2], media=(made.media("b.jpg"),), has_media=True)
    await made.rig.deliver(made.delivery)

    assert made.rig.on_sleep is nothing
    assert made.shown() == [["png", "jpg"], ["jpg"]]


async def test_every_medium_has_a_description(made: Gallery) -> None:
    media = (
        made.media("1.jpg", alt="a cat on a roof"),
        made.media("2.jpg"),
        made.media("3.mp4", kind=MediaKind.VIDEO, preview_url=made.media("3.jpg").url),
    )

    await made.told(1, media=media)

    [message] = made.rig.server.visible(made.rig.place.news)
    [gallery] = [part for part in message.components if part["type"] == 12]
    said = [item["description"] for item in gallery["items"]]
    assert said[0] == "a cat on a roof"
    assert all(said)
    assert len(set(said)) == 3


async def test_several_posts_share_the_files_of_a_message(made: Gallery) -> None:
    media = tuple(made.media(f"{number}.jpg") for number in range(4))

    await made.told(*range(1, 6), media=media)

    counts = [len(files) for files in made.shown()]
    assert len(counts) == 2, "four cards with pictures fill a message"
    assert all(count <= 10 for count in counts)
    assert min(counts) >= 5


# -- slow, missing, refused ---------------------------------------------------------------------------------


async def test_a_slow_picture_delays_nothing_and_is_added_by_an_edit(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 0.05)
    arrives = asyncio.Event()

    async def slow(client: Client) -> None:
        await arrives.wait()
        await pictures_and_faces()(client)

    made.site.answer = slow
    await made.told(1)
    before = made.shown()
    arrives.set()
    await made.later()

    assert before == [[]]
    assert made.shown() == [["png", "jpg"]]
    assert made.rig.posts_sent() == 1
    assert len(made.rig.server.record.matching(EDIT)) == 1
    assert redraws(made.rig) == []


async def test_a_picture_that_comes_after_a_restart_is_added_once(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends while its message lacks the picture; the next one adds it, the one after nothing."""
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 0.05)
    arrives = asyncio.Event()

    async def slow(client: Client) -> None:
        await arrives.wait()
        await pictures_and_faces()(client)

    made.site.answer = slow
    await made.told(1)
    await made.delivery.stop()
    before = made.shown()
    arrives.set()
    for _ in range(2):
        made.delivery = made.rig.delivery()
        await made.delivery.start(made.rig.transport)
        await until(lambda: made.delivery._is_resumed)
        await made.delivery._late_files.settle()
        await made.later()
        await made.delivery.stop()

    assert before == [[]]
    assert made.shown() == [["png", "jpg"]]
    assert made.rig.posts_sent() == 1
    assert len(made.rig.server.record.matching(EDIT)) == 1
    assert redraws(made.rig) == []


@pytest.mark.parametrize(("ago_min", "edits"), [(14, 1), (16, 0)])
async def test_a_restart_adds_pictures_to_new_messages_only(
    made: Gallery, monkeypatch: pytest.MonkeyPatch, ago_min: int, edits: int
) -> None:
    made.site.answer = reply(b"", "text/plain", status="503 Service Unavailable")
    await made.told(1)
    await made.later()
    await made.delivery.stop()
    made.site.answer = pictures_and_faces()
    made.rig.clock.advance(60 * ago_min)

    made.delivery = made.rig.delivery()
    await made.delivery.start(made.rig.transport)
    await until(lambda: made.delivery._is_resumed)
    await made.later()

    assert len(made.rig.server.record.matching(EDIT)) == edits


async def test_a_fault_that_keeps_a_late_picture_out_is_logged(
    made: Gallery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 0.05)
    arrives = asyncio.Event()

    async def slow(client: Client) -> None:
        await arrives.wait()
        await pictures_and_faces()(client)

    made.site.answer = slow
    await made.told(1)
    made.rig.rows("ALTER TABLE redraws RENAME TO lost")
    arrives.set()
    await made.delivery._late_files.settle()

    [logged] = [one for one in caplog.records if one.name == "bot.delivery.late_files"]
    assert logged.levelname == "ERROR"


async def test_a_sender_that_was_overtaken_leaves_late_pictures_to_the_next_one(
    made: Gallery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.delivery.late_files")
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 0.05)
    own, arrives = made.rig.storage, asyncio.Event()
    fence = FencedDatabase(own.database, SENDER)
    fence.epoch = (await own.leadership.begin_term(SENDER)).epoch
    made.rig.storage = Storage.over(fence)
    made.delivery = made.rig.delivery()

    async def slow(client: Client) -> None:
        await arrives.wait()
        await pictures_and_faces()(client)

    made.site.answer = slow
    await made.told(1)
    await own.leadership.begin_term(SENDER)
    arrives.set()
    await made.delivery._late_files.settle()

    [logged] = [one for one in caplog.records if one.name == "bot.delivery.late_files"]
    assert logged.levelname == "INFO"
    assert redraws(made.rig) == []


async def test_a_picture_that_cannot_be_had_is_left_out_and_nothing_is_edited(made: Gallery) -> None:
    made.site.answer = reply(b"<svg/>", "image/svg+xml")

    await made.told(1)
    await made.later()

    assert made.shown() == [[]]
    assert made.rig.server.record.matching(EDIT) == []


@pytest.mark.parametrize(
    "fault", [Fault("status", http_status=413, code=40005), Fault("status", http_status=400, code=50035)]
)
async def test_where_discord_does_not_take_the_files_the_message_goes_without(made: Gallery, fault: Fault) -> None:
    made.rig.server.faults.next(SEND, fault)

    await made.told(1)

    assert made.shown() == [[]]
    assert made.rig.messages() == [("sent", None)]


@pytest.mark.parametrize("code", [40333, 0])
async def test_a_refusal_by_the_network_says_nothing_of_files(made: Gallery, code: int) -> None:
    made.rig.server.faults.next(SEND, Fault("status", http_status=403, code=code))

    await made.told(1)

    assert made.shown() == [["png", "jpg"]]


async def test_where_files_are_not_permitted_pictures_are_linked(made: Gallery) -> None:
    made.rig.server.set_permissions(made.rig.place.news, deny=["attach_files"])
    await made.rig.until_bot_knows(made.rig.place.news, "attach_files", allowed=False)

    await made.told(1)
    await made.later()

    [message] = made.rig.server.visible(made.rig.place.news)
    assert [media["url"] for media in media_of(message.body.components)] == [
        f"{made.site.base_url}/face.png",
        f"{made.site.base_url}/a.jpg",
    ]
    assert message.body.attachments == ()
    assert made.site.paths == []
    assert made.rig.server.record.matching(EDIT) == []


async def test_a_permission_that_was_lost_unnoticed_costs_only_the_files(made: Gallery) -> None:
    made.rig.server.faults.next(SEND, Fault("status", http_status=403, code=50013))

    await made.told(1)

    assert made.shown() == [[]]
    assert made.rig.messages() == [("sent", None)]


@pytest.mark.parametrize("mode", [PictureMode.LINK, PictureMode.OFF])
async def test_the_operator_decides_how_pictures_are_shown(
    rig: DeliveryRig, readers: Readers, mode: PictureMode
) -> None:
    async with gallery_of(rig, readers, mode) as made:
        await made.told(1)
        await made.later()

        [message] = rig.server.visible(rig.place.news)
        assert len(list(media_of(message.body.components))) == (2 if mode is PictureMode.LINK else 0)
        assert made.site.paths == []


async def test_an_address_that_discord_does_not_take_costs_only_the_link(
    rig: DeliveryRig, readers: Readers
) -> None:
    async with gallery_of(rig, readers, PictureMode.LINK) as made:
        broken = Media("https://pictures.example/" + "a" * 2_100)
        subscription = await made.told(1, 2, media=(broken,))
        made.rig.transport._files.tried = files.TriedFiles()  # as after a restart
        await grown(rig, subscription, 1, 900)
        await drawn(rig)

        assert rig.messages() == [("sent", None)]
        assert "900" in rig.told()[0]

        made.rig.transport._files.tried = files.TriedFiles()
        await hide(rig, 2)
        await drawn(rig)

        assert "その001" in rig.told()[0], "a take-down leaves the other post"


# -- tries, edits, take-downs -------------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_a_lost_answer_doubles_neither_message_nor_file(made: Gallery) -> None:
    made.rig.server.faults.next(SEND, Fault("drop_answer"))

    subscription = await made.told(1)
    await grown(made.rig, subscription, 1, 900)
    await drawn(made.rig)

    [message] = made.rig.server.messages(made.rig.place.news)
    assert len(message.body.attachments) == 2
    assert made.shown() == [["png", "jpg"]]
    assert "900" in message.text


@pytest.mark.invariant(2)
async def test_a_message_found_in_history_keeps_the_files_it_arrived_with(made: Gallery) -> None:
    made.rig.server.faults.next(SEND, Fault("drop_answer"))
    subscription = await made.rig.follow()
    await made.rig.decide(subscription, numbers=[1], **made.fields())
    await made.delivery.drain(made.rig.transport)
    made.rig.clock.advance(AFTER_THE_NONCE)
    await made.rig.deliver(made.delivery)
    await grown(made.rig, subscription, 1, 900)
    await drawn(made.rig)

    [message] = made.rig.server.messages(made.rig.place.news)
    assert len(message.body.attachments) == 2
    assert "900" in message.text


async def test_another_try_carries_the_same_bytes_or_none(made: Gallery) -> None:
    made.rig.server.faults.next(SEND, Fault("reset"))

    async def changed() -> None:
        made.rig.transport.after_send = nothing
        made.store._pictures.drop(next(iter(made.store._pictures.kept_keys()), ("", None)))  # type: ignore[arg-type]
        made.site.answer = pictures_and_faces({"/a.jpg": photo(320, 200, seed=3)})

    made.rig.transport.after_send = changed
    await made.told(1)
    await made.later()

    [message] = made.rig.server.messages(made.rig.place.news)
    at_last = {opened(one.data).size for one in message.body.attachments}
    before = message.first_body
    assert before is not None
    at_first = {opened(one.data).size for one in before.attachments}
    assert at_first == {(128, 128)}, "the face is the same, the picture is another"
    assert at_last == {(128, 128), (320, 200)}


async def test_fresher_counts_keep_the_files_without_sending_them_again(made: Gallery) -> None:
    subscription = await made.told(1)
    [before] = [[one.id for one in shown_of(m)] for m in made.rig.server.visible(made.rig.place.news)]

    await grown(made.rig, subscription, 1, 900)
    await drawn(made.rig)

    [message] = made.rig.server.visible(made.rig.place.news)
    assert "900" in message.text
    assert [one.id for one in shown_of(message)] == before


@pytest.mark.invariant(8)
async def test_a_take_down_removes_the_files_of_its_post_and_leaves_the_others(made: Gallery) -> None:
    await made.told(1, 2)
    [message] = made.rig.server.visible(made.rig.place.news)
    assert len(message.body.attachments) == 4

    await hide(made.rig, 2)
    await drawn(made.rig)

    marks = {one.filename.partition("-")[0] for one in message.body.attachments}
    assert len(message.body.attachments) == 2
    assert len(marks) == 1
    assert len(shown_of(message)) == 2


async def decide_digest(made: Gallery, posts: Sequence[Post]) -> None:
    """A digest is to tell of these posts."""
    rig, now = made.rig, made.rig.clock.now()
    settings = chosen(channel=ChannelId(rig.place.news.id))
    guild, user = GuildId(rig.place.guild.id), UserId(rig.place.alice.id)
    await rig.storage.digests.create(guild, user, settings, now, now)
    [digest] = await claimed(rig.storage, now)
    edition = issue(digest, *posts, due_at=now, next_at=now + timedelta(days=1))
    assert await rig.storage.editions.commit(edition, now)


async def decide_surge(made: Gallery, posts: Sequence[Post]) -> None:
    """The card of a surge is to carry these posts."""
    rig, now = made.rig, made.rig.clock.now()
    subscription = await rig.follow()
    content = SurgeContent(
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
        language="ja",
        preset=Preset.UNUSUAL,
        began_at=now,
        figures=SurgeFigures(now, 6.1, 6.1, 240.0, 40.0),
        carriers=tuple(posts),
    )
    card = SurgeCard(subscription.id, subscription.guild_id, subscription.channel_id, content, now)
    decided = plan(await rig.world.poll(now), at=now, changes=[change(one) for one in posts])
    surges = SurgePlan({Preset.UNUSUAL: SurgeState()}, cards=(card,))
    await rig.storage.polls.commit(replace(decided, surges=surges))


@pytest.mark.invariant(8)
@pytest.mark.parametrize("decide", [decide_digest, decide_surge])
async def test_a_take_down_removes_the_file_of_a_post_from_a_digest_and_from_the_card_of_a_surge(
    made: Gallery, decide: Callable[[Gallery, Sequence[Post]], Awaitable[None]]
) -> None:
    await decide(made, [replace(post(number, text=f"その{number:03}"), **made.fields()) for number in (1, 2)])
    await made.rig.deliver(made.delivery)
    [message] = made.rig.server.visible(made.rig.place.news)
    before = shown_of(message)

    await hide(made.rig, 2)
    await drawn(made.rig)

    assert len(before) == 2
    assert "その001" in message.text
    assert "その002" not in message.text
    assert list(message.body.attachments) == shown_of(message) == before[:1]


@pytest.mark.invariant(8)
async def test_a_take_down_holds_where_discord_refuses_edits_with_files(made: Gallery) -> None:
    await made.told(1, 2)
    made.rig.server.faults.next(EDIT, Fault("status", http_status=400, code=50035))

    await hide(made.rig, 2)
    await drawn(made.rig)

    [message] = made.rig.server.visible(made.rig.place.news)
    assert message.body.attachments == ()
    assert "その002" not in message.text
    assert "その001" in message.text


@pytest.mark.invariant(8)
async def test_a_post_hidden_while_its_picture_is_on_its_way_never_gets_it(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 0.05)
    arrives = asyncio.Event()

    async def slow(client: Client) -> None:
        await arrives.wait()
        await pictures_and_faces()(client)

    made.site.answer = slow
    await made.told(1, 2)
    await hide(made.rig, 2)
    arrives.set()
    await made.later()

    [message] = made.rig.server.visible(made.rig.place.news)
    marks = {one.filename.partition("-")[0] for one in message.body.attachments}
    assert "その002" not in message.text
    assert len(marks) <= 1, "the other post's may have come"


# -- sensitive ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [{"sensitive": True}, {"content_warning": "spiders"}, {"sensitive": True, "content_warning": "spiders"}],
)
async def test_delicate_posts_show_covered_pictures_where_age_is_asked_for_and_none_elsewhere(
    made: Gallery, fields: dict[str, Any]
) -> None:
    adults = made.rig.server.add_channel(made.rig.place.guild, "adults", is_nsfw=True)

    await made.told(1, **fields)
    assert made.site.paths == [], "not even fetched"
    await made.told(1, channel=adults, **fields)

    [message] = made.rig.server.visible(adults)
    galleries = [part for part in message.components if part["type"] == 12]
    assert made.shown() == [[]]
    assert [item["spoiler"] for part in galleries for item in part["items"]] == [True]


async def test_a_sensitive_medium_of_a_harmless_post_is_treated_by_itself(made: Gallery) -> None:
    media = (made.media("1.jpg", sensitive=True), made.media("2.jpg"))

    await made.told(1, media=media)

    assert made.site.paths.count("/1.jpg") == 0
    assert made.shown() == [["png", "jpg"]]


# -- bounds, other places -----------------------------------------------------------------------------------


async def test_bytes_in_flight_are_bounded_over_all_channels(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = files.UploadRoom(40_000)
    made.rig.transport._files.room = room
    channels = [made.rig.server.add_channel(made.rig.place.guild, f"news-{number}") for number in range(8)]
    subscriptions = [await made.rig.follow(channel) for channel in channels]

    await made.rig.decide(*subscriptions, numbers=[1], media=(made.media(),), has_media=True)
    await made.rig.deliver(made.delivery)
    for _ in range(len(channels)):
        await made.later()

    assert room._left == 40_000
    assert all(len(made.rig.told(channel)) == 1 for channel in channels)


async def test_the_first_message_of_a_forums_post_has_its_picture(made: Gallery) -> None:
    forum = made.rig.server.add_channel(made.rig.place.guild, "forum", type=FORUM)
    guild = GuildId(made.rig.place.guild.id)
    await made.rig.storage.forums.know_forum(guild, ChannelId(forum.id), PostsBy.TOPIC)
    await until(lambda: made.rig.bot.get_channel(forum.id) is not None)

    await made.told(1, channel=forum)

    [opened_post] = [channel for channel in made.rig.place.guild.channels if channel.parent is forum]
    assert made.shown(opened_post) == [["png", "jpg"]]
    assert made.rig.rows("SELECT files IS NOT NULL FROM messages") == [(1,)]


async def test_nothing_of_a_picture_is_on_disk(made: Gallery) -> None:
    await made.told(1)

    [message] = made.rig.server.visible(made.rig.place.news)
    on_disk = b"".join(file.read_bytes() for file in made.rig.path.parent.iterdir() if file.is_file())
    [picture] = [file for file in message.body.attachments if len(file.data) > 1_000]
    assert picture.data[-600:-500] not in on_disk

"""Every source against every hostile answer: a named error or a clean result, soon, and in little memory.

The corpus is in ``hostile_answers.py``; a new source gets all of it by its ``Case`` in ``test_contract.py``.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import socket
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot
from bot.core.errors import SourceError, SourceRefused, SourceTooLarge
from bot.core.models import FetchRequest, FetchResult, NotModified, Post, Validators
from bot.core.text import clean, utf16_length
from bot.core.trend_result import SourceAnswer, TrendAnswer
from bot.sources.base import Source
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.resolver import CachingResolver
from bot.sources.http.robots import Robots
from bot.sources.parsing.sanitize import COUNT_MAX, HANDLE_MAX, LANGUAGE_MAX, NAME_MAX, TEXT_MAX, WARNING_MAX
from bot.views.trend import AnswerContext, AnswerPage, trend_view
from tests.ending import ends_soon
from tests.fakes.hostile_server import Answer, HostileServer, reply
from tests.views.alerts.test_message import TEXTS, alert, drawn
from tests.views.drawn import text_of, within_limits

from .hostile_answers import (
    ENCODINGS,
    ENTITIES,
    HEADERS,
    MARK,
    POSTS,
    PRIVATE,
    SHOUTS,
    SLOW,
    VALUES,
    WIRE,
    at,
    atoms,
    encoded,
    places,
    put,
    recorded,
    redirect,
    rows_of,
    spoiled,
    written,
)
from .test_contract import START, TOPIC, Case, World, every_source, probe

# One event loop for all of them: a client costs 20 ms, and there are a thousand tests.
pytestmark = [pytest.mark.invariant(6), pytest.mark.asyncio(loop_scope="module")]

CAP = 5_000_000
OUTSIDE = "127.0.0.9"
"""Stands for the public internet: all else on this machine is private."""
OURS_ON_LOOP = 3_000
"""Calls of our functions in the event loop's thread for one look, whatever it brings; reading costs a post 50."""
IN_FLIGHT = 15_000_000
"""What the sockets of this machine may hold of a body that nobody reads."""


def look_up(*asked: Any, **kind: Any) -> list[Any]:
    """Of the system, or of what stands for it by then."""
    return socket.getaddrinfo(*asked, **kind)


class HostileWorld(World):
    """The guard is up, the cap is the program's own."""

    timeout_s = 10.0

    def __post_init__(self) -> None:
        limits = HttpLimits(
            "kawaraban/test",
            per_host_interval_s=0,
            max_body_bytes=CAP,
            total_timeout_s=self.timeout_s,
            connect_timeout_s=self.timeout_s,
        )
        self.http = Http(
            limits,
            clock=lambda: self.now,
            may_connect=lambda address: address == OUTSIDE,
            # Each question is asked anew, of whoever answers by then: a rebinding name has a life of a second.
            names=CachingResolver(look_up, believed_s=0),
        )

    def robots(self) -> Robots:
        return Robots(self.http, clock=lambda: self.now, ignored=[OUTSIDE, "rebound.example"])


class HastyWorld(HostileWorld):
    """Gives up on a host after a moment."""

    timeout_s = 0.15


@dataclass(frozen=True)
class Scene:
    """A source, the server that it is pointed at, and what its own server would have answered."""

    world: HostileWorld
    server: HostileServer
    source: Source
    posts: bytes
    kind: str

    @property
    def is_json(self) -> bool:
        return self.posts[:1] in {b"[", b"{"}

    async def fetch(self, answer: Answer, fetch: FetchRequest = FetchRequest(TOPIC)) -> FetchResult | NotModified:  # noqa: B008
        """A look that meets this answer where posts are expected. Soon, or it is a failure of ours."""
        self.server.answer = answer
        async with asyncio.timeout(20):
            return await self.source.fetch(fetch, self.world.now)

    async def refused(self, answer: Answer) -> SourceError:
        with pytest.raises(SourceError) as caught:
            await self.fetch(answer)
        assert 0 < len(caught.value.detail) < 1_000
        return caught.value

    async def clean_or_named(self, answer: Answer) -> FetchResult | None:
        """What is found, held to what the models allow; None for a named error."""
        try:
            fetched = await self.fetch(answer)
        except SourceError as error:
            named = error
        else:
            assert isinstance(fetched, FetchResult)
            check(fetched)
            return fetched
        assert 0 < len(named.detail) < 1_000
        return None

    def good(self, body: bytes | None = None, *headers: str | bytes) -> Answer:
        return reply(self.posts if body is None else body, self.kind, *headers)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[HostileWorld]:
    made = HostileWorld()
    yield made
    await made.http.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hasty_world() -> AsyncIterator[HostileWorld]:
    made = HastyWorld()
    yield made
    await made.http.aclose()


@asynccontextmanager
async def staged(case: Case, world: HostileWorld) -> AsyncIterator[Scene]:
    found = await recorded(case)
    async with HostileServer(OUTSIDE) as server:
        server.keep = dict(found.keep)
        source = case.at(world, f"{server.base_url}/{probe(case)}")
        yield Scene(world, server, source, found.posts, found.kind)


@pytest_asyncio.fixture(loop_scope="module")
async def scene(case: Case, world: HostileWorld) -> AsyncIterator[Scene]:
    async with staged(case, world) as set_up:
        yield set_up


def check(fetched: FetchResult) -> None:
    """What a result may be, whoever sent it."""
    assert len(fetched.posts) <= 1_000
    assert len({post.key for post in fetched.posts}) == len(fetched.posts)
    for post in fetched.posts:
        check_post(post)
    kept = (fetched.cursor, fetched.validators.etag, fetched.validators.last_modified, fetched.topic_name)
    for text in kept:
        assert text is None or (len(text.encode()) <= 4_000 and text == clean(text))
    if fetched.snapshot is not None:
        assert fetched.snapshot.volume is None or 0 <= fetched.snapshot.volume < COUNT_MAX
        assert fetched.snapshot.observed_at.utcoffset() is not None


def check_post(post: Post) -> None:
    assert post.text == clean(post.text)
    assert len(post.text) <= TEXT_MAX
    lines = [(post.author_name, NAME_MAX), (post.author_handle, HANDLE_MAX), (post.language, LANGUAGE_MAX)]
    for line, most in [*lines, (post.content_warning, WARNING_MAX)]:
        assert line is None or (0 < utf16_length(line) <= most and line == clean(line))
    for count in (post.rp, post.likes, post.replies, post.score):
        assert count is None or (type(count) is int and 0 <= count < COUNT_MAX)
    for address in (post.url, post.author_url):
        assert address is None or re.fullmatch(r"https?://[^\s<>\"]{1,2500}", address)
    for identity in (post.canonical_id, post.source_id or ""):
        assert len(identity.encode()) <= 2_100
        assert not re.search(r"[\x00-\x1f\ud800-\udfff]", identity)
    assert post.created_at is None or post.created_at.utcoffset() == START.utcoffset()


# -- the wire ---------------------------------------------------------------------------------------------


@every_source
async def test_the_recorded_answer_is_good(scene: Scene) -> None:
    fetched = await scene.fetch(scene.good())

    assert isinstance(fetched, FetchResult)
    check(fetched)
    assert len(fetched.posts) == POSTS
    assert scene.server.clients, "the posts were asked for here"


@every_source
@pytest.mark.invariant(5)
@pytest.mark.parametrize("kind", WIRE)
async def test_what_is_no_answer_is_a_named_error(
    case: Case, world: HostileWorld, hasty_world: HostileWorld, kind: str
) -> None:
    async with staged(case, hasty_world if kind in SLOW else world) as scene:
        await scene.refused(WIRE[kind])

        taken = max((client.sent for client in scene.server.clients), default=0)
        assert taken < CAP + IN_FLIGHT, "more was taken than the cap allows"


@every_source
@pytest.mark.parametrize(
    "kind", ["100 MB in chunks", "a gzip bomb", "gzip followed by the sea", "gzip of nothing without end"]
)
async def test_much_costs_little_memory(scene: Scene, kind: str) -> None:
    tracemalloc.start()
    try:
        error = await scene.refused(WIRE[kind])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(error, SourceTooLarge)
    assert peak < 4 * CAP


@every_source
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: str(header)[:24])
async def test_odd_headers_change_nothing_of_a_good_answer(scene: Scene, header: str | bytes) -> None:
    kept = await scene.fetch(scene.good())
    answer = reply(scene.posts, "" if b"content-type" in as_bytes(header) else scene.kind, header)

    fetched = await scene.fetch(answer)
    assert isinstance(fetched, FetchResult)
    again = await scene.fetch(answer, FetchRequest(TOPIC, cursor=fetched.cursor, validators=fetched.validators))

    assert isinstance(kept, FetchResult)
    assert isinstance(again, FetchResult) or again.full_body
    check(fetched)
    assert fetched.posts == kept.posts


def as_bytes(header: str | bytes) -> bytes:
    return header.encode() if isinstance(header, str) else header


@every_source
async def test_validators_that_were_kept_before_they_were_checked_do_no_harm(scene: Scene) -> None:
    fetch = FetchRequest(TOPIC, validators=Validators("\u3042\r\nx: y", "\x00"))

    assert isinstance(await scene.fetch(scene.good(), fetch), FetchResult)


@pytest.mark.parametrize("kind", WIRE)
async def test_rules_for_robots_that_are_none_are_named_or_forbid_nothing(
    hasty_world: HostileWorld, kind: str
) -> None:
    robots = Robots(hasty_world.http, clock=lambda: START)
    async with HostileServer(OUTSIDE) as server:
        server.answer = WIRE[kind]
        try:
            async with asyncio.timeout(20):
                await robots.check(f"{server.base_url}/news.xml")
        except SourceError as error:
            named = error.detail
        else:
            named = "forbids nothing"

    assert 0 < len(named) < 1_000


@ends_soon
async def test_rules_without_end_are_read_as_far_as_a_robot_must(world: HostileWorld) -> None:
    rules = b"User-agent: *\nDisallow: /private\n" + b"Disallow: /" + b"*a" * 2_000 + b"b\n"
    robots = Robots(world.http, clock=lambda: START)
    async with HostileServer(OUTSIDE) as server:
        server.answer = reply(rules + b"Disallow: /a*b$\n" * 290_000, "text/plain")
        await robots.check(f"{server.base_url}/{'a' * 2_000}")
        with pytest.raises(SourceRefused):
            await robots.check(f"{server.base_url}/private")


# -- where a request must not go ------------------------------------------------------------------------------


@every_source
@pytest.mark.parametrize("target", PRIVATE)
async def test_no_redirect_leads_into_a_private_network(scene: Scene, target: str) -> None:
    async with HostileServer() as inside:
        inside.answer = scene.good()

        await scene.refused(redirect(target.format(port=inside.port)))

    assert inside.paths == []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to: each question takes an answer, the last one stays."""
    known: dict[str, list[str]] = {}

    def lookup(host: Any, port: Any, *_: Any, **__: Any) -> Any:
        answers = known[host]
        addresses = (answers.pop(0) if len(answers) > 1 else answers[0]).split()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return known


@every_source
async def test_a_name_that_leads_inside_at_the_second_question_is_not_followed(
    case: Case, scene: Scene, names: dict[str, list[str]]
) -> None:
    names["rebound.example"] = [OUTSIDE, "127.0.0.1"]
    source = case.at(scene.world, f"http://rebound.example:{scene.server.port}/{probe(case)}")
    async with HostileServer() as inside:
        inside.answer = scene.good()
        rebound = replace(scene, source=source)

        await rebound.refused(redirect(f"http://rebound.example:{inside.port}/"))
        inner = case.at(scene.world, f"http://rebound.example:{inside.port}/{probe(case)}")
        await replace(scene, source=inner).refused(scene.good())

    assert scene.server.paths
    assert inside.paths == []


@every_source
async def test_of_several_addresses_of_a_name_only_public_ones_are_used(
    case: Case, scene: Scene, names: dict[str, list[str]]
) -> None:
    names["rebound.example"] = [f"127.0.0.1 10.0.0.1 {OUTSIDE}"]
    source = case.at(scene.world, f"http://rebound.example:{scene.server.port}/{probe(case)}")

    fetched = await replace(scene, source=source).clean_or_named(scene.good())

    assert fetched is None or len(fetched.posts) == POSTS


# -- what is written into a good answer -----------------------------------------------------------------------


@every_source
async def test_no_value_of_any_field_is_more_than_a_post_left_out(scene: Scene) -> None:
    for body in spoiled(scene.posts):
        await scene.clean_or_named(scene.good(body))


@every_source
@pytest.mark.parametrize("kind", ENTITIES)
@ends_soon
async def test_entities_are_neither_multiplied_nor_fetched(scene: Scene, kind: str) -> None:
    declared = ENTITIES[kind].replace("{base}", scene.server.base_url)
    text = re.sub(r"<\?xml.*?\?>", "", scene.posts.decode()).replace(MARK, "&j;" * 100)

    fetched = await scene.clean_or_named(scene.good((declared + text).encode()))

    assert "/elsewhere" not in scene.server.paths
    assert fetched is None or not any("lollol" in post.text for post in fetched.posts)


@every_source
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_good_answer_spoiled_anywhere_is_clean_or_a_named_error(scene: Scene, data: st.DataObject) -> None:
    body = data.draw(spoiled_json(scene.posts) if scene.is_json else spoiled_markup(scene.posts))

    await scene.clean_or_named(scene.good(body))


@st.composite
def spoiled_json(draw: st.DrawFn, body: bytes) -> bytes:
    value = json.loads(body)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([path for path in places(value) if len(path) < 2 or 0 in path]))
        value = put(value, place, draw(st.sampled_from(VALUES)))
    return encoded(value)


@st.composite
def spoiled_markup(draw: st.DrawFn, body: bytes) -> bytes:
    text = body.decode()
    spots = draw(st.lists(st.sampled_from(atoms(text)), min_size=1, max_size=8, unique=True))
    for start, end in sorted(spots, reverse=True):
        other = written(draw(st.sampled_from(VALUES)))
        text = text[:start] + (html.escape(other) if draw(st.booleans()) else other) + text[end:]
    return text.encode("utf-8", "surrogatepass")


@every_source
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_good_answer_cut_or_overwritten_is_clean_or_a_named_error(
    scene: Scene, data: st.DataObject
) -> None:
    body = scene.posts
    start = data.draw(st.integers(0, len(body)))
    wrong = data.draw(st.binary(max_size=8) | st.just(b"\x00") | st.just(b"\xed\xa0\x80"))

    await scene.clean_or_named(scene.good(body[:start]))
    await scene.clean_or_named(scene.good(body[:start] + wrong + body[start + len(wrong) :]))


@every_source
@pytest.mark.parametrize(("encoding", "declared"), ENCODINGS)
async def test_markup_is_read_in_the_encoding_it_is_in_and_json_is_utf_8(
    scene: Scene, encoding: str, declared: str
) -> None:
    kept = await scene.fetch(scene.good())
    text = scene.posts.decode()
    body = re.sub("変|—|&mdash;", "", text).encode(encoding, "ignore")

    fetched = await scene.clean_or_named(reply(body, declared))

    assert isinstance(kept, FetchResult)
    if not scene.is_json:
        assert fetched is not None
        assert [post.text for post in fetched.posts] == [post.text for post in kept.posts]


@every_source
@pytest.mark.invariant(7)
@pytest.mark.parametrize("shout", range(len(SHOUTS)))
async def test_what_shouts_is_drawn_as_text_within_discords_limits(scene: Scene, shout: int) -> None:
    said = SHOUTS[shout]
    inside = json.dumps(said)[1:-1] if scene.is_json else html.escape(said)
    body = scene.posts.replace(MARK.encode(), inside.encode("utf-8", "replace"))

    fetched = await scene.clean_or_named(scene.good(body))

    assert fetched is not None
    assert fetched.posts
    for post in fetched.posts:
        named = replace(post, author_name=clean(said)[:NAME_MAX] or None)
        view = drawn(alert(named)).view
        assert within_limits(view)
        assert not re.search(r"@(everyone|here)|(?<!\\)<@|(?<!\\)\]\(https?://evil", text_of(view))
    place = AnswerContext((fetched.source,), in_guild=True)
    answer = TrendAnswer(TOPIC, (SourceAnswer(fetched.source, "#x", fetched.posts, observed_at=START),))
    page = trend_view(TEXTS.speaker("ja"), answer, AnswerPage(TOPIC.name), place)
    assert within_limits(page)


# -- how long it takes ------------------------------------------------------------------------------------------


SIZES = (CAP - 200_000, 1_900_000)
"""What is nearly refused: as a feed, and as a page or JSON."""


def much(scene: Scene, room: int) -> Iterator[bytes]:
    """Bodies of so many bytes: very many posts, long ones without an end, one very long, and mere beginnings."""
    if scene.is_json:
        value = json.loads(scene.posts)
        path = rows_of(value)
        rows = at(value, path)
        row = encoded(rows[0]).decode()
        many = [json.loads(row.replace(MARK, f"{MARK} {number}")) for number in range(room // (len(row) + 30))]
        yield encoded(put(value, path, many))
        yield encoded(put(value, path, [{}] * (room // 4)))
        long = json.loads(row.replace(MARK, "<p>x</p> **x** " * (room // 17)))
        yield encoded(put(value, path, [long, *rows[1:]]))
        return
    text = scene.posts.decode()
    start, end = text.index("<blockquote" if "<blockquote" in text else "<item"), text.rindex("<")
    one = re.search(r"<(blockquote|item).*?</\1>", text, re.DOTALL)
    assert one is not None
    yield (text[:start] + one[0] * (room // len(one[0].encode())) + text[end:]).encode()
    long_one = f"{one[0]}<!--{'x' * 5_000}-->"
    yield (text[:start] + long_one * (room // len(long_one.encode()))).encode()
    yield text.replace(MARK, "&lt;p&gt;x 12 RP " * (room // 18), 1).encode()
    yield (text[:start] + "<p>2026年11月22日 長い話 RP 12</p>" * (room // 45) + text[start:]).encode()
    for beginning in ("<", "&", "<p ", "<!--", "\ufdfa"):
        yield (text[:start] + beginning * (room // len(beginning.encode()))).encode()[:room]


@every_source
@pytest.mark.parametrize("room", SIZES)
@ends_soon
async def test_much_is_read_without_holding_up_anybody_else(scene: Scene, room: int) -> None:
    """What is read post by post is read in a thread: the event loop's own does no more for more posts."""
    for body in much(scene, room):
        assert 0.7 * room < len(body) <= CAP

        with calls_here() as ours:
            await scene.clean_or_named(scene.good(body))

        assert 0 < len(ours) < OURS_ON_LOOP


@every_source
async def test_what_a_small_answer_costs_the_event_loop_is_seen(scene: Scene) -> None:
    """The test above would see 1,000 posts read in the event loop: it sees 20."""
    with calls_here() as ours:
        await scene.fetch(scene.good())

    assert len(ours) > POSTS


@contextmanager
def calls_here() -> Iterator[list[str]]:
    """The functions of ours that this thread calls, but for those that take in the bytes: a chunk each."""
    env = str(Path(bot.__file__).parent)
    taking_in = {f"{env}/sources/http/client.py", f"{env}/sources/http/body.py"}
    ours: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        place = frame.f_code.co_filename
        if event == "call" and place.startswith(env) and place not in taking_in:
            ours.append(frame.f_code.co_qualname)

    sys.setprofile(note)
    try:
        yield ours
    finally:
        sys.setprofile(None)

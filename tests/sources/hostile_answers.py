"""The corpus of hostile answers: what a server may do on the wire, and what it may write into a good answer.

``WIRE`` is about bytes and goes to every source; ``bodies`` makes hostile bodies of a source's own good one. A new
source gets all of it by its ``Case`` in ``test_contract.py``: its good answers are recorded from its well-behaved
server, so nothing here knows any of them.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from bot.core.models import FetchRequest
from bot.sources.http.client import Answer as Answered
from bot.sources.http.client import Http
from tests.fakes.hostile_server import NOTHING, Answer, Client, chunked, dripping, head, pouring, raw, reply

from .test_contract import START, TOPIC, Case, World

Place = tuple[Any, ...]

MARK: Final = "kawarabanmark"
"""Stands in the posts of a recorded answer, and nowhere else."""
POSTS: Final = 20
MUCH: Final = 100_000_000

# -- good answers -----------------------------------------------------------------------------------------


@dataclass
class Recorded:
    """What a source's own server answered. ``posts``: the body that holds the posts; ``keep``: all others."""

    posts: bytes = b""
    kind: str = ""
    keep: dict[str, Answer] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        return self.posts[:1] in {b"[", b"{"}

    @property
    def json(self) -> Any:
        return json.loads(self.posts)


class Recorder(Http):
    """Our client, noting each answer that it got."""

    answers: list[Answered]

    async def _send(self, request: Any, most: int) -> Answered:
        answer = await super()._send(request, most)
        self.answers.append(answer)
        return answer


_RECORDED: dict[str, Recorded] = {}


async def recorded(case: Case) -> Recorded:
    """A good answer of the case's source to a first look, with some posts."""
    if case.name not in _RECORDED:
        _RECORDED[case.name] = await _record(case)
    return _RECORDED[case.name]


async def _record(case: Case) -> Recorded:
    world = World()
    limits = world.http._limits
    await world.http.aclose()
    world.http = Recorder(limits, clock=lambda: world.now)
    world.http.answers = []
    found = Recorded()
    try:
        async with case.open(world) as shown:
            for number in range(POSTS):
                shown.add(f"{MARK} {number}番の話", 40 * number, START - timedelta(seconds=number))
            await shown.source.fetch(FetchRequest(TOPIC), START)
    finally:
        await world.http.aclose()
    for answer in world.http.answers:
        kind = answer.headers.get("content-type", "")
        if MARK.encode() in answer.body:
            found.posts, found.kind = found.posts or answer.body, kind
        else:
            path = answer.url.partition("://")[2].partition("/")[2].partition("?")[0]
            found.keep["/" + path] = reply(answer.body, kind)
    assert found.posts
    return found


# -- the wire ---------------------------------------------------------------------------------------------

HTML: Final = "content-type: text/html"
CHUNKED: Final = "transfer-encoding: chunked"
PACKED: Final = "content-encoding: gzip"
BOMB: Final = gzip.compress(bytes(20_000_000))


def packed(body: bytes, encoding: str, **more: str) -> Answer:
    return reply(body, "text/html", f"content-encoding: {encoding}")


def redirect(to: bytes | str, status: int = 302) -> Answer:
    target = to if isinstance(to, bytes) else to.encode()
    return raw(head(b"location: " + target, "content-length: 0", status=f"{status} Elsewhere"))


async def onward(client: Client) -> None:
    """To a longer address each time, without end."""
    await client.send(head(f"location: {client.path}x", "content-length: 0", status="302 Found"))


async def to_and_fro(client: Client) -> None:
    """Two addresses that lead to each other."""
    target = "/b" if client.path.endswith("/a") else "/a"
    await client.send(head(f"location: {target}", "content-length: 0", status="307 Again"))


WIRE: Final[dict[str, Answer]] = {
    # bodies that end too early, or not at all
    "an end before any word": raw(b""),
    "a length too long": raw(head(HTML, "content-length: 1000") + b"<p>half"),
    "a length below zero": raw(head(HTML, "content-length: -5") + b"<p>"),
    "a length of many digits": raw(head(HTML, "content-length: " + "9" * 5_000) + b"<p>"),
    "two lengths": raw(head(HTML, "content-length: 3", "content-length: 30") + b"<p>"),
    "a chunk cut in the middle": raw(head(HTML, CHUNKED) + b"ff\r\n<p>half"),
    "a chunk without its size": raw(head(HTML, CHUNKED) + b"<p>\r\n"),
    "chunks without their end": raw(head(HTML, CHUNKED) + chunked(b"<p>half")),
    "a chunk larger than the sea": raw(head(HTML, CHUNKED) + b"f" * 17 + b"\r\n<p>"),
    "a chunk's size without end": pouring(head(HTML, CHUNKED), b"0" * 65_536, 1_000_000),
    # too much
    "100 MB, declared": pouring(head(HTML, f"content-length: {MUCH}"), NOTHING, MUCH),
    "100 MB in chunks": pouring(head(HTML, CHUNKED), chunked(NOTHING), MUCH),
    "100 MB until the end": pouring(head(HTML), NOTHING, MUCH),
    "100 MB of a refusal": pouring(head(HTML, status="404 Not Found"), NOTHING, MUCH),
    "100 MB of a redirect": pouring(head("location: /x", CHUNKED, status="302 Found"), chunked(NOTHING), MUCH),
    "a gzip bomb": packed(BOMB, "gzip"),
    "a gzip bomb of gzip bombs": packed(gzip.compress(BOMB), "gzip, gzip"),
    "a bomb under two names": reply(BOMB, "text/html", PACKED, "content-encoding: br"),
    "a deflate bomb": packed(zlib.compress(bytes(20_000_000)), "deflate"),
    "deflate without its head": packed(zlib.compress(b"<p>" * 1000)[2:-4], "deflate"),
    "a brotli bomb": packed(b"\x8f\x08\x80" + bytes(100), "br"),
    "zstd": packed(b"\x28\xb5\x2f\xfd" + bytes(100), "zstd"),
    "a packing without a name": packed(b"x", "\u30ac"),
    "a bomb packed by the connection": raw(
        head(HTML, "transfer-encoding: gzip, chunked") + chunked(BOMB) + b"0\r\n\r\n"
    ),
    "gzip that is cut": packed(gzip.compress(b"<p>" * 10_000)[:40], "gzip"),
    "gzip followed by the sea": pouring(
        head(HTML, PACKED, CHUNKED) + chunked(gzip.compress(b"[]")), chunked(NOTHING), MUCH
    ),
    "gzip of nothing without end": pouring(
        head(HTML, PACKED, CHUNKED) + chunked(gzip.compress(b"")[:10]),
        chunked(b"\x00\x00\x00\xff\xff" * 10_000),
        MUCH,
    ),
    # redirects
    "a loop to itself": redirect(""),
    "a loop of two": to_and_fro,
    "redirects without end": onward,
    "a redirect to nowhere": raw(head("content-length: 0", status="302 Found")),
    "a redirect to a file": redirect("file:///etc/passwd"),
    "a redirect to ftp": redirect("ftp://127.0.0.1/x"),
    "a redirect to a script": redirect("javascript:alert(1)"),
    "a redirect to data": redirect("data:text/html,<p>x"),
    "a redirect to a host that is none": redirect("http://[::1/"),
    "a redirect to a port that is none": redirect("http://127.0.0.9:99999/"),
    "a redirect beyond ASCII": redirect("http://\u202e\u3042\ufdfa.invalid/"),
    "a redirect in no encoding": redirect(b"http://\xff\xfe.invalid/"),
    "a redirect longer than any address": redirect("/" + "x" * 7_000),
    "a redirect with a NUL": redirect(b"/\x00"),
    # slow
    "silence": dripping([]),
    "a slow status": dripping([b"H", b"T", b"T", b"P"] + [b"/"] * 1_000),
    "slow headers": dripping([b"HTTP/1.1 200 OK\r\n"] + [b"x: y\r\n"] * 1_000),
    "a slow body": dripping([head(HTML, "content-length: 4000")] + [b"<"] * 3_999),
    "slow chunks": dripping([head(HTML, CHUNKED)] + [chunked(b"<")] * 1_000),
    "a slow refusal": dripping([head(HTML, "content-length: 4000", status="403 No")] + [b"<"] * 3_999),
    # headers
    "a header of 1 MB": raw(head("x: " + "y" * 1_000_000, HTML) + b"<p>"),
    "10,000 headers": raw(head(*[f"x{number}: y" for number in range(10_000)], HTML) + b"<p>"),
    "headers without end": pouring(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 1_000, MUCH),
    "a header without a colon": raw(head("nothing of the kind", HTML) + b"<p>"),
    "a header's name in no encoding": raw(head(b"x-\xff: y", HTML) + b"<p>"),
    "a header with a NUL": raw(head(b"x: \x00", HTML) + b"<p>"),
    "a flood of cookies": raw(head(*[f"set-cookie: c{n}={'v' * 4_000}" for n in range(90)], HTML) + b"<p>"),
    "a budget beyond reason": reply(
        b"<p>", "text/html", "x-ratelimit-remaining: 1e999", "x-ratelimit-reset: " + "9" * 400
    ),
    # statuses
    "304 to no condition": raw(head(status="304 Not Modified")),
    "204": raw(head(status="204 No Content")),
    "205": reply(b"", "text/html", status="205 Reset"),
    "206": reply(b"<p>", "text/html", "content-range: bytes 0-2/9", status="206 Partial Content"),
    "300": reply(b"<p>", "text/html", status="300 Choose"),
    "101": raw(head("upgrade: websocket", status="101 Switching Protocols") + b"<p>"),
    "100 over and over": pouring(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, MUCH),
    "999": reply(b"no", "text/html", status="999 No"),
    "a status that is none": raw(b"HTTP/1.1 2OO OK\r\n\r\n<p>"),
    # no HTTP
    "a mail server": raw(b"220 mail.example ESMTP\r\n"),
    "SSH": raw(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "TLS": raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)),
    "HTTP of 1991": raw(b"<html><p>hello"),
    "noise": raw(bytes(range(256)) * 100),
    # pages in the place of answers
    "nothing at all": reply(b""),
    "an error page": reply(b"<!doctype html><title>500</title><h1>Internal Server Error</h1>"),
    "an error in JSON": reply(b'{"error": {"code": 17, "message": ["no"]}, "errors": [{}]}', "application/json"),
    "an error in XML": reply(b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "text/xml"),
    # deep
    "JSON 100,000 levels deep": reply(b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "objects 100,000 levels deep": reply(b'{"posts":' * 100_000, "application/json"),
    "HTML 100,000 levels deep": reply(b"<div>" * 100_000),
    "XML 100,000 levels deep": reply(b'<rss version="2.0"><channel>' + b"<item>" * 100_000, "text/xml"),
    "emphasis without end": reply(
        b"<p>" + b"".join(b"<b x=%d>" % each for each in range(1_900)) + b"<p>x" * 800_000
    ),
    # encodings
    "a page in punycode": reply(b"\xff-" + b"a" * 4_000_000, "text/html; charset=punycode"),
    "a page in rot13": reply(b"\xff<p>", "text/html; charset=rot13"),
    "UTF-16 that is half a character": reply(b"\xff\xfe<\x00p\x00>", "text/html; charset=utf-16"),
}
"""Each is a named error for every source: none of it is an answer."""

SLOW: Final = frozenset(name for name in WIRE if "slow" in name) | {"silence", "100 over and over"}
"""Those that only a time-out ends."""

PRIVATE: Final = (
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://metadata.localhost:{port}/",
    "http://localhost:{port}/",
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://①②⑦.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://public.example@127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
)
"""Where a redirect must not lead; ``{port}`` is one where somebody on this machine would answer."""

# -- what is written into a good answer -------------------------------------------------------------------

SHOUTS: Final = (
    "@everyone @here <@&1> <@1> <#1> </a:1>",
    "[bank.example](https://evil.example) **_~~||`x`||~~_** # - > 1.",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200bunseen\u200b \ufeff",
    "".join(chr(0xE0000 + ord(each)) for each in "tagged"),
    "\x00\x07\x1b[31mred\x7f\x9b",
    "\ufdd0\ufdd1\ufdd2\uffff",
    "e" + "\u0301" * 3_000,
    "👨‍👩‍👧‍👦" * 500,
    "長" * 10_000,
)
ADDRESSES: Final = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://x.com@evil.example/1",
    "https://user:pass@evil.example/",
    "https://evil.example/" + "x" * 100_000,
    "https://[::1",
    "https://evil.example:99999/",
    "https://evil.example/\u202egnp.exe",
    "//evil.example/",
    "http://",
)
NUMBERS: Final = (-1, -(2**63), 2**53, 2**63 + 1, 10**400, 1.5, -0.0, 1e308, float("nan"), float("inf"))
TIMES: Final = (
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59Z",
    "99999-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-22T25:61:61Z",
    "1969-12-31T23:59:59Z",
    "Sun, 99 Foo 0000 00:00:00 +9999",
)
TYPES: Final[tuple[Any, ...]] = (
    None,
    True,
    [],
    {},
    "",
    [[]],
    {"": None},
    ["x"],
    {"id": []},
    "1e999",
    "-1",
    "null",
)
ENTITIES: Final = {
    "billion laughs": '<!DOCTYPE a [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {each} "{f"&{before};" * 10}">' for before, each in pairwise("abcdefghij"))
    + "]>",
    "quadratic blow-up": '<!DOCTYPE a [<!ENTITY j "' + "lol" * 300_000 + '">]>',
    "an entity of elsewhere": '<!DOCTYPE a [<!ENTITY j SYSTEM "{base}/elsewhere">]>',
    "an entity of this machine": '<!DOCTYPE a [<!ENTITY j SYSTEM "file:///etc/hostname">]>',
    "a type of elsewhere": '<!DOCTYPE a SYSTEM "{base}/elsewhere">',
    "parameters of elsewhere": '<!DOCTYPE a [<!ENTITY % p SYSTEM "{base}/elsewhere"> %p;]>',
}
"""Before a good answer; ``j`` is an entity to put into it."""

EVERY_NTH: Final = 7
"""So much of a page stays as it was that it is still one."""
VALUES: Final = (*TYPES, *NUMBERS, *TIMES, *SHOUTS, *ADDRESSES)


HEADERS: Final = (
    "etag: \u3042",
    b"etag: \xff\xfe",
    "etag: " + "x" * 7_000,
    "last-modified: \u202e",
    "link: <" + "<" * 5_000 + '>; rel="prev"',
    'link: <https://a.example/?min_id=../../x>; rel="prev"',
    "x-ratelimit-remaining: 1e999",
    "x-ratelimit-remaining: -1",
    "x-ratelimit-remaining: \u0665",
    "retry-after: " + "9" * 400,
    "date: never",
    "content-type: text/html; charset=\u3042",
    "content-type: text/html; charset=undefined",
    "content-type: " + "x" * 7_000,
    "content-language: " + "x" * 7_000,
)
"""Beside a good answer they change nothing."""

ENCODINGS: Final = (
    ("utf-8", "application/octet-stream"),
    ("utf-8", "text/html; charset=shift_jis"),
    ("utf-8", "text/html; charset=klingon"),
    ("utf-8-sig", "text/html; charset=euc-jp"),
    ("utf-16", "text/html; charset=utf-8"),
    ("utf-16-le", ""),
    ("utf-16-be", "text/html; charset=iso-8859-1"),
    ("euc_jp", ""),
    ("euc_jp", "text/html; charset=utf-8"),
    ("cp932", ""),
    ("cp932", "text/html; charset=x-sjis"),
    ("iso2022_jp", ""),
)
"""What a page is in, and what it says it is in."""


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where something stands in a JSON value, the whole first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def at(value: Any, path: Place) -> Any:
    """What stands there."""
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: Place, other: object) -> Any:
    """A copy with ``other`` at that place."""
    if not path:
        return other
    key, *rest = path
    inner = put(value[key], tuple(rest), other)
    if isinstance(value, dict):
        return value | {key: inner}
    return [*value[:key], inner, *value[key + 1 :]]


def rows_of(value: Any) -> Place:
    """Where the list of posts stands."""
    lists = (path for path in places(value) if isinstance(at(value, path), list))
    return next(path for path in lists if len(at(value, path)) >= POSTS and MARK in json.dumps(at(value, path)))


def spoiled(body: bytes) -> Iterator[bytes]:
    """A good answer with every hostile value in every field of a post, or here and there in its markup."""
    if body[:1] in {b"[", b"{"}:
        yield from _spoiled_rows(json.loads(body))
        return
    text = body.decode()
    for number in range(len(VALUES)):
        wrong = text
        for each, (start, end) in reversed(list(enumerate(atoms(text)))):
            if each % EVERY_NTH == number % EVERY_NTH:
                value = written(VALUES[(each + number * 5) % len(VALUES)])
                wrong = wrong[:start] + html.escape(value) + wrong[end:]
        yield wrong.encode("utf-8", "replace")


def _spoiled_rows(value: Any) -> Iterator[bytes]:
    """Each post of an answer has another field that holds another value."""
    path = rows_of(value)
    rows = at(value, path)
    wrongs = [(place, other) for place in places(rows[0]) for other in VALUES]
    for first in range(0, len(wrongs), len(rows)):
        wrong = wrongs[first : first + len(rows)]
        yield encoded(put(value, path, [put(row, *each) for row, each in zip(rows, wrong, strict=False)]))


def encoded(value: object) -> bytes:
    """JSON with NaN, huge numbers and lone surrogates, as no good server writes it."""
    return json.dumps(value).encode()


_ATOM: Final = re.compile(rf'"[^"<>]*"|(?<==)[^\s"<>]+(?=[\s>])|{MARK}|\d+|(?<=>)[^<>]+(?=<)')


def atoms(text: str) -> list[tuple[int, int]]:
    """Where attributes, numbers and texts stand in markup."""
    return [found.span() for found in _ATOM.finditer(text)]


def written(value: object) -> str:
    """A hostile value as markup would hold it."""
    return value if isinstance(value, str) else json.dumps(value)

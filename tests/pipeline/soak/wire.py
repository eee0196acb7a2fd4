"""How a publisher writes its feed at a fetch: every habit that changes what an entry looks like."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from .publisher import Article, Publisher, token

MIGRATED_AFTER = timedelta(days=6)
"""Since the start: a new CMS with other ids, another host."""
_NEW_YORK = ZoneInfo("America/New_York")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the feed. ``changed``: its last edit."""

    title: str
    link: str
    own: str | None
    at: str | None
    summary: str
    changed: str


@dataclass(frozen=True, slots=True)
class Wire:
    """One feed of a publisher. ``which``: 0 or 1, of those that have two."""

    publisher: Publisher
    which: int = 0

    def written(self, now: datetime, fetch: int) -> tuple[bytes, str, list[Article]]:
        """The body, its content type, and the articles in it."""
        publisher = self.publisher
        listed = publisher.listed(now)
        if len(listed) > 100 and self._is_still(now, listed):  # thousands of entries take their time
            body, kind = publisher.written
            return body, kind, listed
        entries = [entry for article in listed for entry in self._entries(article, now, fetch)]
        kind, text = self._formatted(entries, now, fetch)
        body, kind = self._dressed(text, kind)
        publisher.written = body, kind
        return body, kind, listed

    def _is_still(self, now: datetime, listed: list[Article]) -> bool:
        """Whether all is as it was at the last fetch."""
        habits, last = self.publisher.habits, self.publisher.last_shown
        self.publisher.last_shown = (self.host(now), self._is_secure(now), tuple(one.number for one in listed))
        is_steady = habits.id not in {"minted", "two"} and habits.time in {"plain", "none", "day", "month"}
        return is_steady and last == self.publisher.last_shown

    def empty(self) -> bytes:
        """The feed without entries."""
        return _rss(self.publisher.name, "https://nowhere.example/", [])[1].encode()

    # -- an entry -------------------------------------------------------------------------------------------

    def _entries(self, article: Article, now: datetime, fetch: int) -> list[Written]:
        first = self._entry(article, now, fetch, 1)
        is_twice = self.publisher.habits.id == "two" and article.number % 3 == 0
        if is_twice and now >= article.appears + 5 * _HOUR:
            return [self._entry(article, now, fetch, 2), first]
        return [first]

    def _entry(self, article: Article, now: datetime, fetch: int, which: int) -> Written:
        link = self._link(article, now, fetch)
        edits = self._edits(article, now)
        return Written(
            title=self._title(article, edits),
            link=link,
            own=self._own(article, link, now, fetch, which),
            at=self._time(article, now),
            summary=self._summary(article, edits),
            changed=(article.appears + min(edits, 40) * _HOUR).astimezone(UTC).isoformat(),
        )

    def _edits(self, article: Article, now: datetime) -> int:
        """How often it was edited by now."""
        age = (now - article.appears) // _HOUR
        edit = self.publisher.habits.edit
        if edit == "live" and article.number % 5 == 0:
            return max(0, min(age, 40))
        if edit == "title" and article.number % 4 == 1:
            return int(age >= 2 + article.number % 7)
        if edit == "summary" and article.number % 3 == 0:
            return max(0, min(age, 6)) // 2
        return 0

    def _title(self, article: Article, edits: int) -> str:
        if not edits or self.publisher.habits.edit == "summary":
            return article.title
        return (
            f"{article.title}(訂正)" if self.publisher.habits.edit == "title" else f"{article.title} 第{edits}報"
        )

    def _summary(self, article: Article, edits: int) -> str:
        marker = self.publisher.marker(article.number)
        return f"<p>{marker} の本文。{token(marker)}</p><p>{'追記。' * edits}</p>"

    def _link(self, article: Article, now: datetime, fetch: int) -> str:
        number, host, name = article.number, self.host(now), self._slug(article, now)
        scheme = "https" if self._is_secure(now) else "http"
        path = f"/articles/{name}"
        plain = f"{scheme}://{host}{path}"
        links: dict[str, Callable[[], str]] = {
            "token": lambda: f"{plain}?v={token(number, fetch)}",
            "session": lambda: f"{plain};jsessionid={token(number, fetch)}",
            "minted": lambda: f"{scheme}://{host}/go/{token(number, fetch, self.which)}",
            "marked": lambda: f"{plain}?utm_source=rss&utm_medium=feed&ref=rss" if fetch % 2 else plain,
            "click-id": lambda: f"{plain}?utm_content={token(number, fetch)}&fbclid={token(fetch)}",
            "www": lambda: f"{scheme}://www.{host.removeprefix('www.')}{path}" if fetch % 2 else plain,
            "mail": lambda: plain if fetch % 5 else f"{scheme}://mail.{host}{path}",
            "relative": lambda: path if fetch % 2 else path[1:],
        }
        return links.get(self.publisher.habits.link, lambda: plain)()

    def _slug(self, article: Article, now: datetime) -> str:
        """What its address ends in."""
        habits, number = self.publisher.habits, article.number
        if habits.link == "shared":
            return f"log-{number // 4}"
        if habits.feeds == "two, one corrected" and number % 2:
            late = article.appears + (3 if self.which == 0 else 0) * _HOUR
            return f"{number}-b" if now >= late else f"{number}-a"
        is_corrected = habits.link == "corrected" and number % 4 == 2 and now >= article.appears + 4 * _HOUR
        return f"{number}-corrected" if is_corrected else f"{number}"

    def _own(self, article: Article, link: str, now: datetime, fetch: int, which: int) -> str | None:
        publisher, number = self.publisher, article.number
        has_moved = now >= publisher.start + MIGRATED_AFTER
        feed = f"-feed{self.which}" if publisher.habits.feeds != "plain" else ""
        plain = f"{number}-{which}{feed}"
        ids: dict[str, Callable[[], str | None]] = {
            "none": lambda: None,
            "link": lambda: link,
            "minted": lambda: token("id", number, fetch, self.which),
            "migrated": lambda: f"tag:{publisher.name}.example,2026:{number}" if has_moved else plain,
            "https": lambda: f"{'https' if has_moved else 'http'}://{publisher.name}.example/?p={number}",
        }
        return ids.get(publisher.habits.id, lambda: plain)()

    def _time(self, article: Article, now: datetime) -> str | None:
        at = article.again if article.again is not None and now >= article.again else article.at
        edited = article.appears + self._edits(article, now) * _HOUR
        times: dict[str, Callable[[], str | None]] = {
            "none": lambda: None,
            "fetch": lambda: format_datetime(now),
            "placeholder": lambda: ("1970-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000")[article.number % 2],
            "month": lambda: f"{at:%B %Y}",
            "day": lambda: f"{at:%Y-%m-%d}",
            "appointment": lambda: format_datetime(at + timedelta(days=3 + article.number % 9)),
            "local": lambda: f"{at + 9 * _HOUR:%Y-%m-%d %H:%M:%S}",
            "daylight": lambda: f"{at.astimezone(_NEW_YORK):%a, %d %b %Y %H:%M:%S} {now.astimezone(_NEW_YORK):%z}",
            "zone-name": lambda: f"{at.astimezone(_NEW_YORK):%a, %d %b %Y %H:%M:%S %Z}",
            "updated": edited.isoformat,
            "ago": lambda: _ago(now - at),
            "buddhist": lambda: f"{at:%a, %d %b} {at.year + 543} {at:%H:%M:%S} +0000",
        }
        return times.get(self.publisher.habits.time, lambda: format_datetime(at))()

    # -- the feed -------------------------------------------------------------------------------------------

    def _is_secure(self, now: datetime) -> bool:
        return self.publisher.habits.move != "https" or now >= self.publisher.start + MIGRATED_AFTER

    def host(self, now: datetime) -> str:
        """Where it is by now."""
        name, move = f"{self.publisher.name}.example", self.publisher.habits.move
        has_moved = now >= self.publisher.start + MIGRATED_AFTER
        if move == "www" and has_moved:
            return f"www.{name}"
        if move == "host" and has_moved:
            return f"new-{name}"
        if move == "host and back" and has_moved and now < self.publisher.start + MIGRATED_AFTER * 1.5:
            return f"new-{name}"
        return name

    def address(self, now: datetime) -> str:
        """Where its feed is by now."""
        scheme = "https" if self._is_secure(now) else "http"
        return f"{scheme}://{self.host(now)}/{'feed' if self.which == 0 else 'all'}.xml"

    def _formatted(self, entries: list[Written], now: datetime, fetch: int) -> tuple[str, str]:
        form = self.publisher.habits.form
        if form == "changing":
            form = ("plain", "atom", "json")[(now - self.publisher.start).days % 3]
        home = f"https://{self.host(now)}/"
        if self.publisher.habits.link == "relative" and fetch % 2:
            home += "index.html"
        writer = {"atom": _atom, "json": _json, "json with commas": _json, "rdf": _rdf}.get(form, _rss)
        return writer(self.publisher.name, home, entries)

    def _dressed(self, text: str, kind: str) -> tuple[bytes, str]:
        """As bytes, with all that goes wrong between a text and its bytes."""
        dress = self.publisher.habits.dress
        if text.startswith("{"):
            is_spare = self.publisher.habits.form == "json with commas"
            return (text.replace("}]}", "},],} // made by hand") if is_spare else text).encode(), kind
        if dress in {"shift_jis", "shift_jis unsaid"}:
            declared = ' encoding="Shift_JIS"' if dress == "shift_jis" else ""
            return f'<?xml version="1.0"{declared}?>{text}'.encode("cp932", "xmlcharrefreplace"), kind
        whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
        packed = gzip.compress(whole, 1, mtime=0) if dress.startswith("gzip") else b""
        dressed = {
            "gzip unsaid": packed,
            "gzip twice": gzip.compress(packed, 1, mtime=0),
            "mark": b"\xef\xbb\xbf" + whole,
            "junk": b"\n\n<!-- cached -->" + whole,
        }
        return dressed.get(dress, whole), f"{kind}; charset=iso-8859-1" if dress == "wrong charset" else kind


def _ago(span: timedelta) -> str:
    hours = span // _HOUR
    return f"{hours // 24}日前" if hours >= 24 else f"{max(hours, 0)}時間前"


def _rss(name: str, home: str, entries: list[Written]) -> tuple[str, str]:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{escape(each.link)}</link>"
        + (f'<guid isPermaLink="false">{escape(each.own)}</guid>' if each.own is not None else "")
        + (f"<pubDate>{each.at}</pubDate>" if each.at is not None else "")
        + f"<description>{escape(each.summary)}</description></item>"
        for each in entries
    )
    head = f"<title>{name}</title><link>{home}</link><description>d</description>"
    return "application/rss+xml", f'<rss version="2.0"><channel>{head}{items}</channel></rss>'


def _rdf(name: str, home: str, entries: list[Written]) -> tuple[str, str]:
    items = "".join(
        f'<item rdf:about="{escape(each.own if each.own is not None else each.link)}">'
        f"<title>{escape(each.title)}</title><link>{escape(each.link)}</link>"
        + (f"<dc:date>{each.at}</dc:date>" if each.at is not None else "")
        + f"<description>{escape(each.summary)}</description></item>"
        for each in entries
    )
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    head = f'<channel rdf:about="{home}"><title>{name}</title><link>{home}</link></channel>'
    return "application/rdf+xml", f"<rdf:RDF {spaces}>{head}{items}</rdf:RDF>"


def _atom(name: str, home: str, entries: list[Written]) -> tuple[str, str]:
    items = "".join(
        f'<entry><title>{escape(each.title)}</title><link href="{escape(each.link)}"/>'
        + (f"<id>{escape(each.own)}</id>" if each.own is not None else "")
        + (f"<published>{each.at}</published><updated>{each.changed}</updated>" if each.at is not None else "")
        + f'<summary type="html">{escape(each.summary)}</summary></entry>'
        for each in entries
    )
    head = f'<title>{name}</title><link href="{home}"/><id>{home}</id>'
    return (
        "application/atom+xml",
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{home}">{head}{items}</feed>',
    )


def _json(name: str, home: str, entries: list[Written]) -> tuple[str, str]:
    items = [
        {
            "title": each.title,
            "url": each.link,
            "content_html": each.summary,
            **({"id": each.own} if each.own is not None else {}),
            **({"date_published": each.at} if each.at is not None else {}),
        }
        for each in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": name, "home_page_url": home, "items": items}
    return "application/feed+json", json.dumps(feed, ensure_ascii=False)

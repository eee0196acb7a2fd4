"""The trend page of a topic: how many posts, who talks, and the popular posts with their RP.

Sites print such a page differently and change it without notice, so nothing here looks for a class or an id:

    bytes ─▶ decode ─▶ walk the tree once ─▶ items: lines and embedded posts, in reading order
          ─▶ landmarks by their text (heading, count, time, footer) ─▶ posts ─▶ RP beside each post

An item knows its ``floor``: how far up the tree the walk had to climb since the item before. Whatever stands
beside a post without climbing higher than the way to the next post belongs to that post and to no other.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot.core.errors import SourceChanged, SourceRefused
from bot.core.models import Audience, Fetched, Look, Network, NotModified, Post, Snapshot, SourceName, TopicKey
from bot.core.text import clean, fingerprint, topic_key

from .http import Http, validators_of

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST_SNOWFLAKE = 29_700_859_247
"""X's ids carry their time since November 2010; smaller ones are plain numbers."""
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


class TrendPage:
    """The source ``trendpage``. ``url`` is a template with ``{topic}``; ``pages`` (topic to URL) wins over it."""

    name = SourceName.TRENDPAGE
    network = Network.X
    can_relook = False
    costs_money = False

    def __init__(self, http: Http, *, url: str | None, pages: Mapping[str, str]) -> None:
        self._http = http
        self._template = url
        self._pages: dict[TopicKey, str] = {topic_key(name): page for name, page in pages.items()}

    def asks(self, look: Look) -> str:
        """The address that is asked. Raises ``SourceRefused`` when there is none for this topic."""
        if look.target:
            return look.target
        page = self._pages.get(look.topic.key)
        if page:
            return page
        if self._template:
            return self._template.replace("{topic}", quote(look.topic.name, safe=""))
        raise SourceRefused(
            f"no trend page is known for {look.topic.name}: add it to the pages of the source trendpage, "
            "or give the source a url with {topic}",
            permanent=True,
        )

    async def look(self, look: Look, now: datetime) -> Fetched | NotModified:
        """Fetch and read the page. Raises ``SourceError``; ``SourceChanged`` when it is no trend page."""
        answer = await self._http.get(self.asks(look), validators=look.validators)
        if answer.not_modified:
            return NotModified(self.name)
        fetched = parse(answer.body, now=now, content_type=answer.headers.get("content-type"))
        return replace(fetched, validators=validators_of(answer))


def parse(body: bytes, *, now: datetime, content_type: str | None = None) -> Fetched:
    """Everything a trend page holds, its posts in the page's order.

    ``now`` (UTC) stands in where the page does not say when it was made. Raises ``SourceChanged`` naming what was
    missing when this is not a trend page, or when it counts posts and shows none.
    """
    text = _decode(body, content_type)
    items, title = _read_page(text)
    page = _Landmarks.find(items)
    posts = _once(_posts(items[page.first : page.end]))
    header = "\n".join(item.text for item in items[: page.first] if item.text)
    header = unicodedata.normalize("NFKC", header if page.heading or not posts else _before_posts(items))
    volume, observed = _volume(header), _observed_at(header)
    _check(volume, observed, page, posts)
    snapshot = Snapshot(observed_at=observed or now, volume=volume, audience=_audience(header))
    return Fetched(SourceName.TRENDPAGE, posts=posts, snapshot=snapshot, topic_name=_topic_name(header, title))


def _check(volume: int | None, observed: datetime | None, page: _Landmarks, posts: Sequence[Post]) -> None:
    missing = []
    if volume is None:
        missing.append("no post count")
    if observed is None:
        missing.append("no observation time")
    if not page.heading:
        missing.append("no popular posts heading")
    if posts and (volume is not None or page.heading):
        return
    if len(missing) > 1 or (posts and len(missing) == 3):
        raise SourceChanged(f"this is not a trend page: {', '.join(missing)}")
    if volume:
        raise SourceChanged(f"{volume} posts counted, none found")


def _once(posts: Sequence[Post]) -> tuple[Post, ...]:
    """Each identity once, where it stands first; what the first lacks of RP a later one may know."""
    kept: dict[str, Post] = {}
    for post in posts:
        first = kept.setdefault(post.canonical_id, post)
        if first.rp is None and post.rp is not None:
            kept[post.canonical_id] = replace(first, rp=post.rp)
    return tuple(kept.values())


# --- bytes to text --------------------------------------------------------------------------------------------

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_WIDER = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "iso-8859-1": "cp1252"}


def _decode(body: bytes, content_type: str | None) -> str:
    """As UTF-8 where it is UTF-8, else as declared (header, then meta), else what can be saved of it."""
    declared = [_CHARSET.search(content_type or ""), _CHARSET.search(body[:2048].decode("latin-1"))]
    names = [match[1].lower() for match in declared if match]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names.insert(0, "utf-16")
    for name in [*([] if names[:1] == ["utf-16"] else ["utf-8-sig"]), *names]:
        try:
            return body.decode(_WIDER.get(name, name))
        except (LookupError, ValueError):
            continue
    for name in names:
        try:
            return body.decode(_WIDER.get(name, name), errors="replace")
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", errors="replace")


# --- tree to items --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Item:
    """A line of the page or an embedded post. ``link``: the status a link in the line leads to."""

    floor: float
    text: str = ""
    embed: _Embed | None = None
    link: re.Match[str] | None = None
    ends_block: bool = False


@dataclass(frozen=True, slots=True)
class _Embed:
    """A post as X's embed holds it, and what the site wrote after it inside the same quote."""

    post: Post
    after: str


_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd"}
    | {"label", "mark", "path", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup"}
    | {"svg", "time", "title", "tt", "u", "use", "var", "wbr"}
)
_UNREAD = frozenset({"head", "script", "style", "noscript", "template", "iframe", "textarea", "select", "object"})
_MARKUP = re.compile(r"</[a-z]|<(?:!doctype|html|body|br|p|div|pre|blockquote|table|li|h\d)\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_STATUS = re.compile(
    r"^\s*(?:https?:)?//(?:[\w-]+\.)?(?:twitter|x)\.com/(?:#!/)?(?:i/web|(\w{1,20}))/status(?:es)?/(\d{1,19})",
    re.ASCII | re.IGNORECASE,
)
_RANK = re.compile(r"(?:第|No\.?|#)?\s*\d{1,3}\s*(?:位|\.)?", re.IGNORECASE)


def _read_page(text: str) -> tuple[list[_Item], str]:
    """Items in reading order, and the document's title."""
    if not _MARKUP.search(text):
        lines = (_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
        return [_Item(0, line) for line in lines if line], ""
    try:
        tree = LexborHTMLParser(text)
    except SelectolaxError:
        return [], ""
    title = tree.css_first("title")
    return (_Walk(_embeds(tree)).items(tree.root) if tree.root else []), title.text() if title else ""


def _one_space(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text or "\f" in text else text


def _clean(text: str) -> str:
    """``clean``, asked only where there may be something to clean: most texts are printable throughout."""
    return text if text.replace("\n", "").isprintable() else clean(text)


class _Walk:
    """One pass over the tree. Without recursion: a hostile page may be nested deeper than Python's stack."""

    def __init__(self, embeds: Mapping[int, _Embed]) -> None:
        self._embeds = embeds
        self._items: list[_Item] = []
        self._words: list[str] = []
        self._link: re.Match[str] | None = None
        self._floor: float = 0

    def items(self, root: LexborNode) -> list[_Item]:
        depth, node = 0, root
        self._words, self._floor = [], 0
        while True:
            child = node.child if self._enter(node, depth) else None
            if child is not None:
                node, depth = child, depth + 1
                continue
            while (following := node.next) is None:
                parent = node.parent
                if parent is None or depth <= 1:
                    self._break(0)
                    return self._items
                node, depth = parent, depth - 1
                if node.tag not in _INLINE:
                    self._break(depth)
            node = following

    def _enter(self, node: LexborNode, depth: int) -> bool:
        """Take in a node; whether its children are to be read."""
        tag = node.tag
        if tag == "-text":
            self._take_text(node.text_content or "", depth)
        elif tag == "br":
            self._break(depth, ends_block=False)
        elif tag is None or tag in _UNREAD or tag.startswith("-"):
            return tag == "-document"
        elif tag in _INLINE:
            self._take_inline(node, tag)
            return True
        else:
            # A rule, or the next term of a list, parts more than the plain step from one sibling to the next.
            self._break(depth - 0.5 if tag in {"hr", "dt"} else depth)
            embed = self._embeds.get(node.mem_id) if tag == "blockquote" else None
            if embed is not None:
                self._items.append(_Item(self._floor, embed=embed))
                self._floor = depth
                return False
            return True
        return False

    def _take_text(self, text: str, depth: int) -> None:
        lines = text.strip("\n").split("\n") if "\n" in text else [text]
        for number, line in enumerate(lines):
            if number:
                self._break(depth, ends_block=False)
            self._words.append(line)

    def _take_inline(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self._link = _STATUS.match(node.attributes.get("href") or "") or self._link
        elif tag in {"img", "i", "svg", "use", "span"}:
            self._words.append(_said_by(node, tag))

    def _break(self, floor: float, *, ends_block: bool = True) -> None:
        text = "".join(self._words).strip()
        if text:
            text = _one_space(text)
            apart = 0.5 if len(text) < 9 and _RANK.fullmatch(text) and not text.isdigit() else 0
            self._items.append(_Item(self._floor - apart, text, None, self._link, ends_block))
            self._words, self._link, self._floor = [], None, floor
        else:
            self._words.clear()
            self._floor = min(self._floor, floor)
        if ends_block and self._items:
            self._items[-1].ends_block = True


_ICONS = (
    (re.compile(r"(?<![a-z])(?:female|woman|women|venus|girl)s?(?![a-z])", re.IGNORECASE), " 女性"),
    (re.compile(r"(?<![a-z])(?:male|man|men|mars|boy)s?(?![a-z])", re.IGNORECASE), " 男性"),
    (re.compile(r"(?<![a-z])(?:rp|rt|retweet|repost)(?:s|ed|[-_]?count)?(?![a-z])", re.IGNORECASE), " RP "),
)


def _said_by(node: LexborNode, tag: str) -> str:
    """What an icon says: its label, else its class where it is a picture or holds nothing but a number."""
    attributes = node.attributes
    if not attributes:
        return ""
    label = attributes.get("aria-label") or attributes.get("alt") or attributes.get("title") or ""
    says = (attributes.get("class") or "") + " " + (attributes.get("src") or attributes.get("href") or "")
    for pattern, word in _ICONS:
        if pattern.search(label):
            return word if not _has_digit(label) else f" {label} "
    if label and tag != "span":
        return f" {label} "
    bare = not node.text().strip(" \n\t:0123456789,.万KM%")
    return next((word for pattern, word in _ICONS if bare and pattern.search(says)), "")


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


# --- embeds ---------------------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATES = tuple(
    re.compile(rf"(?:^|(?<=[\s)）>・·—]))(?:{form})$", re.IGNORECASE)
    for form in (
        rf"{_MONTH} (?P<day>\d{{1,2}}), (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}})",
        r"(?P<year>\d{4})年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
    )
)
_BYLINE = re.compile(
    r"(?:^|(?<=\s))(?:—|―|–|-{1,2}|&mdash;)\s*(?P<name>[^\n]*?)\s*[(（]@(?P<handle>\w{1,20})[)）]\s*$"
)
_DATE_LINK, _P_OPEN, _P_CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
"""Unicode's noncharacters: marks that no text holds (``_fold`` removes them where one does)."""
_MARKS = re.compile("[\ufdd0-\ufdd2]")


def _embeds(tree: LexborHTMLParser) -> dict[int, _Embed]:
    """Every quote that is a post, by the id of its node; of nested ones the innermost."""
    found: dict[int, _Embed] = {}
    outer = {node.mem_id for node in tree.css("blockquote:has(blockquote)")}
    for quoted in tree.css("blockquote"):
        embed = None if quoted.mem_id in outer else _embed(quoted)
        if embed is not None:
            found[quoted.mem_id] = embed
    return found


def _embed(quoted: LexborNode) -> _Embed | None:
    links = [(a, _STATUS.match(a.attributes.get("href") or "")) for a in quoted.css("a")]
    css = quoted.attributes.get("class") or ""
    if "twitter-" in css:
        links = [link for link in links if link[1]]
    status = links[-1][1] if links else None
    written = _written(quoted, links[-1][0].mem_id if status else None)
    head, _, rest = written.partition(_DATE_LINK)
    said, after = rest.split(_DATE_LINK, 1) if status and _DATE_LINK in rest else ("", "")
    text, byline = _text_and_byline(head)
    if not status:
        dated = _split_date(byline or text)
        if dated is None:
            return None
        text, byline = (text, dated[0]) if byline else _text_and_byline(dated[0])
        day: datetime | None = dated[1]
    else:
        dated = _split_date(said.strip())
        day = dated[1] if dated else None
    first_p = quoted.css_first("p")
    language = first_p.attributes.get("lang") if first_p else None
    post = _post(text, byline, status, day, language=language, has_media="twitter-video" in css)
    return _Embed(post, _MARKS.sub("\n", after).strip()) if post else None


def _text_and_byline(head: str) -> tuple[str, str]:
    """A quote up to its date: paragraphs first, and what follows them; without paragraphs, cut before the dash."""
    text, closed, byline = head.rpartition(_P_CLOSE)
    if closed and text.strip(" \n" + _P_OPEN + _P_CLOSE):
        return _tidy(text), _tidy(byline)
    match = _BYLINE.search(whole := _tidy(head))
    return (whole[: match.start()].rstrip(), match[0]) if match else (whole.rstrip("—―–- "), "")


def _tidy(text: str) -> str:
    text = text.replace(_P_CLOSE + _P_OPEN, "\n\n").replace(_P_OPEN, "\n").replace(_P_CLOSE, "\n")
    text = _one_space(text)
    return (_AROUND_BREAK.sub("\n", text) if " \n" in text or "\n " in text else text).strip()


def _written(root: LexborNode, date_link: int | None) -> str:
    """The text below ``root``, with line breaks, and marks around paragraphs and the link that bears the date."""
    out: list[str] = []
    keep_breaks = root.css_first("br") is None
    closings: list[str] = []
    node = root.child
    while node is not None:
        closing = _open(node, date_link, out, keep_breaks=keep_breaks)
        child = node.child if closing is not None else None
        if child is not None:
            closings.append(closing or "")
            node = child
            continue
        out.append(closing or "")
        while node.next is None and closings:
            out.append(closings.pop())
            parent = node.parent
            if parent is None:
                break
            node = parent
        node = node.next if node.mem_id != root.mem_id else None
    return "".join(out)


def _open(node: LexborNode, date_link: int | None, out: list[str], *, keep_breaks: bool) -> str | None:
    """Write what a node begins with; gives what it ends with, None when its children are not to be read."""
    tag = node.tag
    if tag == "-text":
        out.append(_fold(node.text_content or "", keep_breaks=keep_breaks))
    elif tag == "br":
        out.append("\n")
    elif tag == "img":
        out.append(node.attributes.get("alt") or "")
    elif tag is not None and tag not in _UNREAD and not tag.startswith("-"):
        if tag == "a" and node.mem_id == date_link:
            out.append(_DATE_LINK)
            return _DATE_LINK
        if tag in _INLINE:
            return ""
        _trim_end(out)
        out.append(_P_OPEN if tag == "p" else "")
        return _P_CLOSE if tag == "p" else "\n"
    return None


def _trim_end(out: list[str]) -> None:
    """White space between two paragraphs of the source is none of the text."""
    while out and not out[-1].strip(" "):
        out.pop()


def _fold(text: str, *, keep_breaks: bool) -> str:
    """White space as a browser shows it, but a quote without any ``<br>`` keeps its line breaks."""
    if _DATE_LINK in text or _P_OPEN in text or _P_CLOSE in text:
        text = _MARKS.sub("", text)
    return text if keep_breaks and "\n" in text.strip() else text.replace("\n", " ")


def _post(
    text: str,
    byline: str,
    status: re.Match[str] | None,
    day: datetime | None,
    *,
    language: str | None = None,
    has_media: bool = False,
) -> Post | None:
    author = _BYLINE.search(byline)
    handle = author["handle"] if author else status[1] if status else None
    name = (_clean(author["name"]) or None) if author else None
    text = _clean(text).strip()
    if status is None and not text:
        return None
    created = _time_of(int(status[2])) if status else None
    return Post(
        network=Network.X,
        canonical_id=status[2] if status else fingerprint(text),
        text=text,
        url=f"https://x.com/{handle or 'i/web'}/status/{status[2]}" if status else None,
        author_name=name,
        author_handle=handle,
        author_url=f"https://x.com/{handle}" if handle else None,
        created_at=created or day,
        day_only=created is None and day is not None,
        language=language or None,
        has_media=has_media or "pic.twitter.com/" in text or "pic.x.com/" in text,
    )


def _time_of(status_id: int) -> datetime | None:
    """When a post was made, from its id (X's snowflake); None for ids older than snowflakes, or out of range."""
    if status_id < FIRST_SNOWFLAKE:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=(status_id >> 22) + SNOWFLAKE_EPOCH_MS)


def _split_date(line: str, form: re.Pattern[str] | None = None) -> tuple[str, datetime, re.Pattern[str]] | None:
    """What stands before the date a line ends in, midnight UTC of it, and the form it is written in."""
    for pattern in [form] if form else _DATES:
        match = pattern.search(line)
        if match is None:
            continue
        month = match["month"]
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        try:
            day = datetime(int(match["year"]), number, int(match["day"]), tzinfo=UTC)
        except ValueError:
            continue
        return line[: match.start()].rstrip(), day, pattern
    return None


# --- landmarks ------------------------------------------------------------------------------------------------

_HEADING = re.compile(r"^\W*(?:人気の?(?:ポスト|ツイート|投稿)|(?:popular|top) (?:posts?|tweets?))", re.IGNORECASE)
_FOOTER = re.compile(
    r"^\W*(?:ポスト|ツイート|投稿)の表示について|^\W*about (?:the )?display of posts", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Landmarks:
    """Where the popular posts begin and end among the items; ``heading``: whether the page names them."""

    first: int
    end: int
    heading: bool

    @classmethod
    def find(cls, items: Sequence[_Item]) -> _Landmarks:
        """The first heading that posts follow, and the last footer after it."""
        end = next((n for n in range(len(items) - 1, -1, -1) if _FOOTER.search(items[n].text)), len(items))
        headings = [n for n in range(end) if _HEADING.search(items[n].text)]
        if not headings:
            return cls(0, end, heading=False)
        # A menu may name the same words above the count; the real heading is the first below it.
        observed = next((n for n in range(headings[-1]) if _OBSERVED.search(_nfkc(items[n].text))), 0)
        below = [n for n in headings if n > observed]
        return cls((below or headings)[0] + 1, end, heading=True)


def _nfkc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _before_posts(items: Sequence[_Item]) -> str:
    """The lines above the first embed: the page's head, where no heading parts it from the posts."""
    first = next((n for n, item in enumerate(items) if item.embed), len(items))
    return "\n".join(item.text for item in items[:first])


_NUMBER = r"(?P<number>\d[\d,]{0,15}(?:\.\d{1,3})?)(?:\s?(?P<unit>億|万|千|[KMB](?=post|tweet|re|r[pt]|like|view|\b))(?P<rest>\d{1,4})?)?"
_VOLUMES = (
    re.compile(
        rf"(?<![\d.,:/]){_NUMBER}\s*(?:件の\s*)?(?:posts?|tweets?|ポスト|ツイート|投稿)(?![a-z])", re.IGNORECASE
    ),
    re.compile(
        rf"(?:posts?|tweets?|ポスト|ツイート|投稿)(?:件?数)?\s*[:]?\s*{_NUMBER}(?![\d./:%年-])", re.IGNORECASE
    ),
    re.compile(rf"(?<![\d.,:/]){_NUMBER}\s*件"),
)
_OBSERVED = re.compile(
    r"(\d{4})[./年-]\s?(\d{1,2})[./月-]\s?(\d{1,2})日?\s*(?:\(.\)\s*)?[T ]?(\d{1,2})[:時]\s?(\d{2})(?!\d*%)"
)
_SHARES = re.compile(
    r"(?P<female>女性?|♀|\b(?:fe|wo)m[ae](?:le|n)\b)|(?P<male>男性?|♂|\bm[ae](?:le|n)\b)|(?P<share>\d{1,3}(?:\.\d+)?)\s*%",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\(\s*([^()\n]{0,20}?(?:\d{1,2}\s*代|\d0s)[^()\n]{0,20}?|男性?|女性?)\s*\)"
    r"|((?:\d{1,2}代(?:以上|以下)?)\s*[/・]\s*(?:男性|女性))",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"^(?P<topic>\S[^\n]*?)(?:\s+|の)(?:トレンド|trends?)(?=\s|$|[|\-–|])", re.IGNORECASE | re.MULTILINE
)
_MULTIPLES = {"億": 100_000_000, "万": 10_000, "千": 1000, "k": 1000, "m": 1_000_000, "b": 1_000_000_000}


def _amount(match: re.Match[str]) -> int:
    """``1,234``, ``1.2万``, ``12K``, ``1万2345`` as a number."""
    value = float(match["number"].replace(",", "")) * _MULTIPLES.get((match["unit"] or "").lower(), 1)
    return round(value) + int(match["rest"] or 0)


def _volume(header: str) -> int | None:
    found = next((match for pattern in _VOLUMES if (match := pattern.search(header))), None)
    return _amount(found) if found else None


def _observed_at(header: str) -> datetime | None:
    """The first time in the page's head, Japan's, as UTC."""
    for match in _OBSERVED.finditer(header):
        try:
            when = datetime(*(int(part) for part in match.groups()), tzinfo=JAPAN)  # type: ignore[misc,arg-type]
            return when.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _audience(header: str) -> Audience:
    """Shares by their label; without labels men stand first. ``0% 0%`` is a page that does not know."""
    shares: dict[str, int] = {}
    label: str | None = None
    bare: list[int] = []
    for match in _SHARES.finditer(header):
        if match["share"] is None:
            label = match.lastgroup
            continue
        share = min(round(float(match["share"])), 100)
        if label:
            shares.setdefault(label, share)
        else:
            bare.append(share)
        label = None
    if not shares and len(bare) >= 2:
        shares = {"male": bare[0], "female": bare[1]}
    group = _GROUP.search(header)
    named = (group[1] or group[2]).strip() if group else None
    if not any(shares.values()):
        return Audience(group=named)
    return Audience(male_pct=shares.get("male"), female_pct=shares.get("female"), group=named)


def _topic_name(header: str, title: str) -> str | None:
    """The topic as the page names it, in its head or else in its title."""
    found = _TOPIC.findall(header) or _TOPIC.findall(_nfkc(clean(title)).strip())
    return found[-1].strip(" #「」『』") or None if found else None


# --- posts ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """A post, where its own items begin and end, and the RP that its own quote holds."""

    post: Post
    first: int
    last: int
    inside: str = ""


def _posts(items: Sequence[_Item]) -> list[Post]:
    """Posts of the region in reading order, each with the RP that stands beside it."""
    found = list(_found(items))
    return [
        entry.post if rp is None else replace(entry.post, rp=rp)
        for entry, rp in zip(found, _rp_of_each(items, found), strict=True)
    ]


def _found(items: Sequence[_Item]) -> Iterator[_Found]:
    """Embeds, and runs of lines that end in a date as the tail of an embed without its markup does."""
    embedded = any(item.embed for item in items)
    ends = _date_lines(items)
    start = 0
    for number, item in enumerate(items):
        if item.embed:
            yield _Found(item.embed.post, number, number, item.embed.after)
            start = number + 1
        elif number in ends:
            first = _after_metrics(items, start, number)
            entry = _plain_post(items[first : number + 1], ends[number])
            start = number + 1
            # Beside embeds a short dated line ("updated 2025年…") is the site's own.
            if entry and (len(entry.text) >= 15 or not embedded or entry.url):
                yield _Found(entry, first, number, ends[number].rest)


@dataclass(frozen=True, slots=True)
class _DateLine:
    text: str
    day: datetime
    form: re.Pattern[str]
    rest: str


def _date_lines(items: Sequence[_Item]) -> dict[int, _DateLine]:
    """The lines that end a post.

    A text may hold dated lines of its own; but all posts of a page end in one form of date, that of the last
    one, and where posts fill blocks of their own a date before a mere line break ends nothing.
    """
    dated: dict[int, _DateLine] = {}
    for number, item in enumerate(items):
        split = _dated(item.text) if item.text[-1:].isalnum() or item.text[-1:] in ")）" else None
        if split and not re.search(r"更新|時点|updated|as of", split.text[-12:], re.IGNORECASE):
            dated[number] = split
    if not dated:
        return dated
    form = dated[max(dated)].form
    same = {number: line for number, line in dated.items() if line.form is form or items[number].link}
    block = {number: line for number, line in same.items() if items[number].ends_block or items[number].link}
    return block if len(block) >= 2 else same


def _dated(text: str) -> _DateLine | None:
    """A line that ends in a date, or in a date and counts after it."""
    split = _split_date(text)
    if split:
        return _DateLine(*split, rest="")
    rest = _TRAILING_COUNTS.search(text)
    split = _split_date(text[: rest.start()].rstrip()) if rest else None
    return _DateLine(*split, rest=rest[0]) if split and rest else None


def _plain_post(lines: Sequence[_Item], end: _DateLine) -> Post | None:
    texts = [item.text for item in lines[:-1]]
    whole = "\n".join([*texts, end.text]).strip()
    byline = _BYLINE.search(whole)
    text = whole[: byline.start()].rstrip() if byline else whole
    return _post(text, byline[0] if byline else "", lines[-1].link, end.day)


# --- RP -------------------------------------------------------------------------------------------------------

_COUNTS = re.compile(
    rf"""
      (?P<skip>\d{{4}}[./年-]\d{{1,2}}(?:[./月-]\d{{1,2}}日?)?|\d{{1,2}}:\d{{2}}(?::\d{{2}})?|\d+(?:\.\d+)?%
        |(?:第|No\.?\s?|\#)\d{{1,4}}位?|\d{{1,4}}(?:位|歳|代|時|分|秒|日|月|年|人)|^\d{{1,3}}\.(?=\s))
    |(?P<rp>(?<![A-Za-z@\#])(?:RP|RT|リポスト|リツイート|再投稿|reposts?|retweets?|🔁|🔄|♻️?)(?:数|s(?![a-z]))?
        (?![A-Za-z]|順|ランキング))
    |(?P<other>いいね!?数?|お気に入り|likes?|fav(?:ou?rites?)?|返信|リプライ|repl(?:y|ies)|コメント|comments?|引用|quotes?
        |表示回?数?|閲覧数?|views?|インプレッション|impressions?|ブックマーク|bookmarks?|保存|[♥❤♡💬👍⭐]\ufe0f?)
    |{_NUMBER}\s?(?:件|回)?
    |(?P<glue>[\s=/|・()\[\]、,\-–—+の※]+)
    |(?P<colon>:)
    |(?P<word>.)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TRAILING_COUNTS = re.compile(
    r"\s(?=\S*(?:RP|RT|リポスト|リツイート|reposts?|retweets?))[^\n]{1,60}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    line: int
    value: int = 0
    after_colon: bool = False


def _tokens(lines: Sequence[str]) -> list[_Token]:
    tokens: list[_Token] = []
    for number, line in enumerate(lines):
        colon = False
        for match in _COUNTS.finditer(_nfkc(line[:400])):
            kind = match.lastgroup or ""
            if kind in {"glue", "colon"}:
                colon = colon or kind == "colon"
                continue
            is_number = match["number"] is not None
            value = _amount(match) if is_number else 0
            tokens.append(_Token("number" if is_number else kind, number, value, colon))
            colon = False
    return tokens


def _rps(lines: Sequence[str]) -> list[int]:
    """Every RP these lines state, label before or after its number, on one line or on two."""
    tokens = _tokens(lines)
    found = []
    for place, token in enumerate(tokens):
        if token.kind == "rp":
            value = _beside(tokens, place)
            if value is not None:
                found.append(value)
    return found


def _beside(tokens: Sequence[_Token], place: int) -> int | None:
    """The number a label belongs to. Between two numbers the row's own order of labels and numbers decides."""
    label = tokens[place]
    left = tokens[place - 1] if place and tokens[place - 1].kind == "number" else None
    right = tokens[place + 1] if place + 1 < len(tokens) and tokens[place + 1].kind == "number" else None
    if right and (left is None or right.after_colon):
        return right.value
    if left is None or right is None:
        return left.value if left else None
    if (left.line == label.line) != (right.line == label.line):
        return left.value if left.line == label.line else right.value
    return left.value if _numbers_lead(tokens, place) else right.value


def _numbers_lead(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the unbroken row around a label begins with a number and ends with a label: ``3 replies 12 RP``."""
    counts = {"number", "rp", "other"}
    first = last = place
    while first > 0 and tokens[first - 1].kind in counts:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].kind in counts:
        last += 1
    return tokens[first].kind == "number" and tokens[last].kind != "number"


def _after_metrics(items: Sequence[_Item], start: int, end: int) -> int:
    """Where a plain post's text begins: after the counts that stand alone on the lines above it."""
    first = start
    for number in range(start, end):
        kinds = {token.kind for token in _tokens([items[number].text])}
        if not kinds <= {"rp", "other", "number", "skip"}:
            break
        if kinds & {"rp", "other"} and _rps([item.text for item in items[start : number + 1]]):
            first = number + 1
    return first


def _rp_of_each(items: Sequence[_Item], found: Sequence[_Found]) -> list[int | None]:
    """RP of each post: from its own quote, else from beside it.

    What two posts share equally (one flat list) is told apart by the page's habit: counts above the first post and
    none below the last stand before their posts, and the other way round. Where that does not tell, RP is unknown.
    """
    gaps = [_Gap.between(items, a, b) for a, b in zip([None, *found], [*found, None], strict=True)]
    above, below = bool(gaps[0].all()), bool(gaps[-1].all())
    chosen: list[int | None] = []
    for number, entry in enumerate(found):
        inside = _rps([entry.inside]) if entry.inside else []
        before, after = gaps[number], gaps[number + 1]
        own = inside[:1] or after.near_left[:1] or before.near_right[-1:]
        if not own and (len(found) == 1 or above != below):
            own = after.middle[:1] if below and not (above and len(found) > 1) else before.middle[-1:]
        chosen.append(own[0] if own else None)
    return chosen


@dataclass(frozen=True, slots=True)
class _Gap:
    """The RPs between two posts: nearer to the left one in the tree, to the right one, or to neither."""

    near_left: list[int]
    middle: list[int]
    near_right: list[int]

    def all(self) -> list[int]:
        return [*self.near_left, *self.middle, *self.near_right]

    @classmethod
    def between(cls, items: Sequence[_Item], left: _Found | None, right: _Found | None) -> _Gap:
        """``floor`` says where the walk climbed highest: what comes before that is the left one's, and so on."""
        start, end = (left.last + 1 if left else 0), (right.first if right else len(items))
        if start >= end:
            return cls([], [], [])
        floors = [item.floor for item in items[start : end + 1]]
        if right is None:
            floors.append(0)
        top = min(floors)
        tops = [number for number, floor in enumerate(floors) if floor == top]
        lines = [item.text for item in items[start:end]]
        first, last = min(tops[0], len(lines)), min(tops[-1], len(lines))
        return cls(_rps(lines[:first]), _rps(lines[first:last]), _rps(lines[last:]))

"""Embedded posts: the quotes that X's embed code leaves in a page, also without its script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.core.identity.x_ids import FIRST_SNOWFLAKE, STATUS
from bot.core.lazy_dataclass import dataclass
from bot.core.media import first_media, picture_url
from bot.core.models import Media
from bot.sources.parsing.pictures import ATTACHMENTS_READ, image_of, is_face, whole

from .post import Draft, find_byline, split_date
from .tags import INLINE, UNREAD, one_space

_AROUND_BREAK = re.compile(r" ?\n ?")
_DATE_LINK, _P_OPEN, _P_CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
"""Unicode's noncharacters: marks that no text holds (``_fold`` removes them where one does)."""
ADDRESS_MAX = 2_000
EMOJI_ALT_MAX = 2
"""Characters of the description of an image that is a sign within a text; a longer one is that of a picture."""
_IDS = ("data-tweet-id", "data-tweetid", "data-status-id")
_FRAMES = ", ".join(("iframe", "amp-twitter", "twitter-widget", *(f"[{name}]" for name in _IDS)))
_LAZY = re.compile(r"data-(?:[a-z\-]{1,20}-)?src")
"""Attributes with the address of a lazy frame: ``data-src``, ``data-lazy-src``, ``data-litespeed-src``."""
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_EMBED = re.compile(
    r"(?:https?:)?//platform\.(?:twitter|x)\.com/embed/[^?#]{0,40}\?(?:[^#]{0,1000}&)?id=([0-9]{1,19})(?![0-9])"
)
"""Frames that X's own script loads for a post."""
_STATUS_WITHIN = re.compile(
    r"https?://(?:\w{1,10}\.)?(?:twitter|x)\.com/\w{1,20}/status(?:es)?/[0-9]{1,19}", re.ASCII
)
"""Keys in the address of another site's frame."""
_MARKS = re.compile("[\ufdd0-\ufdd2]")


@dataclass(slots=True)
class Embed:
    """A post as X's embed holds it, and what the site wrote after it inside the same quote."""

    post: Draft
    after: str


def find_embeds(tree: LexborHTMLParser, url: str = "") -> dict[int, Embed]:
    """Every quote that is a post, by the id of its node; of nested ones the innermost; and frames that name one.

    ``url``: where the addresses of its pictures are meant from.

    What stands in a ``<noscript>`` counts where nothing else of the page is the same post: lazy loaders keep the
    quote there, and some the frame beside it.
    """
    found: dict[int, Embed] = {}
    outer = {node.mem_id for node in tree.css("blockquote:has(blockquote)")}
    for quoted in tree.css("blockquote"):
        embed = None if quoted.mem_id in outer else _embed(quoted, url)
        if embed is not None:
            found[quoted.mem_id] = embed
    spare = {node.mem_id for node in tree.css("noscript blockquote, noscript iframe")}
    known = {_id_of(embed) for node, embed in found.items() if node not in spare} - {None}
    for frame in tree.css(_FRAMES):
        status = None if frame.mem_id in found else _named(frame)
        if status is not None and (frame.mem_id not in spare or status[2] not in known):
            found[frame.mem_id] = Embed(Draft("", "", status, None), "")
            known.add(status[2])
    return {node: embed for node, embed in found.items() if node not in spare or _is_first(embed, known)}


def _id_of(embed: Embed) -> str | None:
    return embed.post.status[2] if embed.post.status else None


def _is_first(embed: Embed, known: set[str | None]) -> bool:
    """Whether this post is none of those found before; it is one of them from now on."""
    its_id = _id_of(embed)
    if its_id is None or its_id not in known or not embed.post.text:
        known.add(its_id)
        return True
    return False


def _named(frame: LexborNode) -> re.Match[str] | None:
    """The post that an element is for and holds nothing of: by its id, or by the address it loads."""
    if _holds_something(frame):
        return None
    attributes = frame.attributes
    for name in _IDS:
        if _ID.fullmatch(attributes.get(name) or ""):
            return STATUS.match(f"https://x.com/i/web/status/{attributes[name]}")
    loaded = (at for name, at in attributes.items() if at and (name == "src" or _LAZY.fullmatch(name)))
    address = unquote(next(loaded, "")[:ADDRESS_MAX])
    by_id = _EMBED.match(address)
    if by_id:
        return STATUS.match(f"https://x.com/i/web/status/{by_id[1]}")
    within = _STATUS_WITHIN.search(address)
    return STATUS.match(within[0]) if within else None


def _holds_something(frame: LexborNode) -> bool:
    """Whether there is anything to read in an element: then it is more than a frame."""
    child = frame.child
    return child is not None and (
        child.next is not None or child.tag != "-text" or bool((child.text_content or "").strip())
    )


def _embed(quoted: LexborNode, url: str) -> Embed | None:
    css = quoted.attributes.get("class") or ""
    tags = _EmbedTags.by_tags(quoted, made_by_x="twitter-" in css)
    status = tags.status
    written = _written(quoted, tags.date_link, keep_breaks=tags.keep_breaks)
    head, _, rest = written.partition(_DATE_LINK)
    said, after = rest.split(_DATE_LINK, 1) if status and _DATE_LINK in rest else ("", "")
    text, byline = _text_and_byline(head)
    if not status:
        dated = split_date(byline or text)
        if dated is None:
            return None
        text, byline = (text, dated[0]) if byline else _text_and_byline(dated[0])
        day: datetime | None = dated[1]
    else:  # the id tells the exact time, but for the oldest ones
        dated = split_date(said.strip()) if int(status[2]) < FIRST_SNOWFLAKE else None
        day = dated[1] if dated else None
    post = Draft(text, byline, status, day, tags.language, has_media="twitter-video" in css)
    if tags.images:
        post.media, post.avatar_url = _pictures(tags.images, url)
    return Embed(post, _MARKS.sub("\n", after).strip()) if post.is_post else None


def _pictures(images: Sequence[LexborNode], url: str) -> tuple[tuple[Media, ...], str | None]:
    """The pictures among the images of a quote, and its author's face."""
    media, faces = [], []
    for image in images:
        said = image.attributes
        address = whole(said.get("src") or "", url)
        if address is not None and (is_face(address) or "avatar" in (said.get("class") or "").lower()):
            faces.append(picture_url(address))
        else:
            media.append(image_of(said, url))
    return first_media(media), next(filter(None, faces), None)


@dataclass(slots=True)
class _EmbedTags:
    """Data from the tags of a quote: its status, by the link that bears its date; its language, breaks, images."""

    status: re.Match[str] | None = None
    date_link: int | None = None
    language: str | None = None
    keep_breaks: bool = True
    images: list[LexborNode] = field(default_factory=list)

    @classmethod
    def by_tags(cls, quoted: LexborNode, *, made_by_x: bool) -> _EmbedTags:
        """The last link is the post's, or no link is; X's own markup may hold other links behind it."""
        tags = cls()
        paragraph = link = None
        for node in quoted.traverse():
            tag = node.tag
            if tag == "a":
                status = STATUS.match(node.attributes.get("href") or "")
                if status or not made_by_x:
                    tags.status, link = status, node
            elif tag == "br":
                tags.keep_breaks = False
            elif tag == "img" and len(tags.images) < ATTACHMENTS_READ:
                tags.images.append(node)
            elif tag == "p" and paragraph is None:
                paragraph = node
        if paragraph is not None:
            tags.language = paragraph.attributes.get("lang")
        if link is not None and tags.status:
            tags.date_link = link.mem_id
        return tags


def _text_and_byline(head: str) -> tuple[str, str]:
    """A quote up to its date: paragraphs first, and what follows them; without paragraphs, cut before the dash."""
    text, closed, byline = head.rpartition(_P_CLOSE)
    if closed and text.strip(" \n" + _P_OPEN + _P_CLOSE):
        return _tidy(text), _tidy(byline)
    match = find_byline(whole := _tidy(head))
    return (whole[: match.start()].rstrip(), match[0]) if match else (whole.rstrip("—―–- "), "")


def _tidy(text: str) -> str:
    text = text.replace(_P_CLOSE + _P_OPEN, "\n\n").replace(_P_OPEN, "\n").replace(_P_CLOSE, "\n")
    text = one_space(text)
    return (_AROUND_BREAK.sub("\n", text) if " \n" in text or "\n " in text else text).strip()


def _written(root: LexborNode, date_link: int | None, *, keep_breaks: bool) -> str:
    """The text below ``root``, with line breaks, and marks around paragraphs and the link that bears the date."""
    out: list[str] = []
    ahead: list[LexborNode | str | None] = [root.child]  # nodes to read, and what ends those that are being read
    while ahead:
        node = ahead.pop()
        if isinstance(node, str):
            out.append(node)
        elif node is not None:
            ahead.append(node.next)
            closing = _open(node, date_link, out, keep_breaks=keep_breaks)
            if closing is not None:
                ahead += (closing, node.child)
    return "".join(out)


def _open(node: LexborNode, date_link: int | None, out: list[str], *, keep_breaks: bool) -> str | None:
    """Write what a node begins with; gives what it ends with, None when its children are not to be read."""
    tag = node.tag
    if tag == "-text":
        out.append(_fold(node.text_content or "", keep_breaks=keep_breaks))
    elif tag == "br":
        out.append("\n")
    elif tag == "img":
        alt = node.attributes.get("alt") or ""
        is_sign = len(alt) <= EMOJI_ALT_MAX or "emoji" in (node.attributes.get("class") or "").lower()
        out.append(alt if is_sign else f"{alt} ")  # a byline may follow a picture
    elif tag is not None and tag not in UNREAD and not tag.startswith("-"):
        if tag == "a" and node.mem_id == date_link:
            out.append(_DATE_LINK)
            return _DATE_LINK
        if tag in INLINE:
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

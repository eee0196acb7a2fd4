"""Draws one post as lines of Discord markdown, the same in every view.

What comes from outside is escaped here and nowhere later; limits are in UTF-16 units, as Discord counts.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import discord

from bot.core.models import Network, Post, SourceName, Velocity
from bot.core.text import escape, excerpt, label, paragraphs, safe_url
from bot.core.url_display import host_of

from .text import Speaker, age, clock_time, when

NAME_MAX = 60
HANDLE_MAX = 80
WARNING_MAX = 120
SCORE_NAME_MAX = 40
KNOWN_SCORES = frozenset({"bookmarks", "searches"})
"""Counts that have words of their own in the locales."""
SITE_MAX = 60
VELOCITY_FROM = 10
"""RP gained from which on a velocity is worth saying; a post that gained all of its RP in that time is new."""
ABOUT_AN_HOUR = 10
"""Minutes by which a time may differ from an hour to be called one."""
_NO_NAME = re.compile(r"(?:[0-9.]+|\[[0-9a-f:.]+\]|(?:[\w\-]+\.)*localhost)(?::[0-9]+)?")
SAME_DAY = timedelta(hours=12)
"""A time this near to when it is read needs no date."""
AUTHOR_URL_MAX = 256
"""A longer profile address is not worth the characters it costs; the handle is then shown without a link."""


def source_name(speaker: Speaker, source: SourceName) -> str:
    """The name that people use for a source."""
    return speaker.say(f"source-{source}")


def is_article(post: Post) -> bool:
    """Whether it is an entry of a feed rather than a post of a network."""
    return post.network is Network.WEB


def site_of(post: Post) -> str:
    """The site an article stands on, ready for a sentence; empty where its address names none.

    A number (``127.0.0.1``) or this machine's own name is where the operator runs a relay, and no site's name.
    """
    host = host_of(post.url).removeprefix("www.")
    return "" if _NO_NAME.fullmatch(host) else label(host, SITE_MAX)


def author_line(post: Post, *, linked: bool = True) -> str:
    """``**Name** [@handle](profile)``, of an article ``**Name** · site``; what is unknown is left out.

    Empty when all is.
    """
    if is_article(post):
        names = [label(post.author_name or "", NAME_MAX) or handle_label(post.author_handle), site_of(post)]
        first, *more = [name for name in names if name] or [""]
        return " · ".join([f"**{first}**", *more]) if first else ""
    parts = []
    name = label(post.author_name or "", NAME_MAX)
    handle = handle_label(post.author_handle)
    link = safe_url(post.author_url, AUTHOR_URL_MAX) if linked else None
    if name:
        parts.append(f"**{name}**")
    if handle:
        parts.append(f"[{handle}]({link})" if link else handle)
    elif name and link:
        parts = [f"**[{name}]({link})**"]
    return " ".join(parts)


def handle_label(handle: str | None) -> str:
    """``@handle`` ready for a sentence or a link, empty where unknown. Somebody may be called ``everyone``."""
    bare = (handle or "").lstrip("@")
    return label(f"@{bare}", HANDLE_MAX) if bare else ""


_BOLD = "****"


def kind_text(speaker: Speaker, post: Post) -> str:
    """The kind of a post without a text (a photo, an embed that has an id alone), linked if possible."""
    kind = speaker.say("post-only-media") if post.has_media else speaker.say("post-on", network=post.network)
    link = safe_url(post.url, AUTHOR_URL_MAX)
    return f"[{kind}]({link})" if link else kind


def body(speaker: Speaker, post: Post, *, limit: int, lines: int) -> str:
    """The post's text, cut and escaped; a sensitive one behind a spoiler with its warning before it.

    Of one without a text, what it is: never nothing.
    """
    if not post.text and not post.sensitive:
        return kind_text(speaker, post)
    text = escape(excerpt(paragraphs(post.text, lines), limit - len(_BOLD) if post.titled else limit))
    if post.titled:
        text = _with_title(text)
    if not post.sensitive:
        return text
    warning = label(post.content_warning or "", WARNING_MAX)
    notice = speaker.say("alert-warning", warning=warning) if warning else speaker.say("alert-sensitive")
    return f"{notice}\n{spoiler(text)}" if text else notice


def _with_title(escaped: str) -> str:
    """The first line as what it is. One that ends in an address is left: the address would take in the stars."""
    title, _, summary = escaped.partition("\n")
    return f"**{title}**\n{summary.lstrip()}".rstrip() if title and "://" not in title else escaped


def spoiler(escaped: str) -> str:
    """Escaped text behind a spoiler. Every ``|`` in it wears a backslash, so no ``||`` can end it early."""
    # ``\\|`` right before the closing bars would end it one character early.
    return f"||{escaped}\u200b||" if escaped.endswith("|") else f"||{escaped}||"


def is_withheld(post: Post, *, age_restricted: bool) -> bool:
    """Sensitive media is not shown, not even linked, where a channel is not age-restricted."""
    return post.sensitive and post.has_media and not age_restricted


def rp_text(speaker: Speaker, rp: int | None, previous: int | None = None) -> str:
    """``RP 112``, or ``RP 87 → 112`` where it rose: the short form, for tables."""
    if rp is None or previous is None or previous >= rp:
        return speaker.say("alert-rp", rp=speaker.number(rp))
    return speaker.say("alert-rp-rise", before=speaker.exact(previous), now=speaker.exact(rp))


def reposts_text(speaker: Speaker, rp: int | None, previous: int | None = None) -> str:
    """The RP for readers who may not know the word: ``112 reposts``, or ``reposts 87 → 112``."""
    if rp is None:
        return speaker.say("alert-reposts-unknown")
    if previous is None or previous >= rp:
        return speaker.say("alert-reposts", rp=speaker.number(rp), count=rp)
    return speaker.say("alert-reposts-rise", before=speaker.exact(previous), now=speaker.exact(rp))


def velocity_text(speaker: Speaker, rp: int | None, velocity: Velocity | None, *, is_fastest: bool) -> str:
    """``+340 in the last hour`` where that says more than the RP, marked on the fastest posts; else empty."""
    if velocity is None or rp is None:
        return ""
    if not is_fastest and not VELOCITY_FROM <= velocity.gained < rp:
        return ""
    gained = speaker.exact(velocity.gained)
    if abs(velocity.minutes - 60) <= ABOUT_AN_HOUR:
        said = speaker.say("velocity-hour", gained=gained)
    else:
        said = speaker.say("velocity-minutes", gained=gained, minutes=velocity.minutes)
    return f"🔥 {said}" if is_fastest else said


def count_text(speaker: Speaker, post: Post) -> str:
    """The post's RP; where nobody reposts (feeds), what its source counts instead, or nothing."""
    return _other_count(speaker, post) if _has_no_reposts(post) else rp_text(speaker, post.rp)


def reposts_line(speaker: Speaker, post: Post, previous: int | None = None) -> str:
    """``count_text`` in full words, as cards say it."""
    return _other_count(speaker, post) if _has_no_reposts(post) else reposts_text(speaker, post.rp, previous)


def _has_no_reposts(post: Post) -> bool:
    return post.rp is None and (post.score is not None or is_article(post))


def _other_count(speaker: Speaker, post: Post) -> str:
    return "" if post.score is None else _score_text(speaker, post.score, post.score_name or "")


def _score_text(speaker: Speaker, score: int, name: str) -> str:
    """Another count than RP, called what it is."""
    if name in KNOWN_SCORES:
        return speaker.say(f"score-{name}", count=score, shown=speaker.number(score))
    return f"{label(name, SCORE_NAME_MAX)} {speaker.number(score)}".strip()


def age_text(speaker: Speaker, post: Post) -> str:
    """The age of the post, counted by the reader's client; empty if unknown or known only by its day."""
    if post.created_at is None:
        return ""
    if post.day_only:
        return speaker.say("alert-age-day", day=day(post.created_at))
    return speaker.say("alert-age", age=age(post.created_at))


def day(midnight: datetime) -> str:
    """A day as the reader's client draws it; ``midnight``: its beginning, UTC."""
    # Noon instead of midnight UTC: the same day for readers from Honolulu to Auckland's west.
    return f"<t:{int((midnight + timedelta(hours=12)).timestamp())}:D>"


def provenance(
    speaker: Speaker, source: SourceName, observed_at: datetime, *, read_at: datetime | None = None
) -> str:
    """The source of an RP and the time it was read (invariant 9); ``read_at``: see ``moment``."""
    return speaker.say("alert-as-of", source=source_name(speaker, source), time=moment(observed_at, read_at))


def moment(observed_at: datetime, read_at: datetime | None = None) -> str:
    """A time as the reader's client draws it: ``3:13`` beside a message of that day, else with its date.

    ``read_at``: about when the message is read first.
    """
    is_near = read_at is not None and abs(read_at - observed_at) <= SAME_DAY
    return clock_time(observed_at) if is_near else when(observed_at)


def open_button(speaker: Speaker, post: Post) -> discord.ui.Button[discord.ui.LayoutView] | None:
    """The button that opens the post, or the article; None where its address is not one Discord takes."""
    link = safe_url(post.url)
    text_id = "alert-button-article" if is_article(post) else "alert-button-open"
    return None if link is None else discord.ui.Button(label=speaker.say(text_id), url=link)

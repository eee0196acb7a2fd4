"""What ``/why`` shows: for each way to the channel, the stages a post went through. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.core.models import Post
from bot.core.why import Account, Explanation

from .layout import finished, text_weight
from .post import author_line, kind_text
from .text import Speaker
from .why_lines import Asked, quoted, step_line, way

TEXT_MAX = 3_600
"""Of a message's ``MAX_TEXT``; what joins the blocks takes the rest."""
EXCERPT_MAX = 100
UNSEEN_MAX = 8
ACCENT = discord.Colour(0x1D6F8C)


def draw_why(speaker: Speaker, explanation: Explanation, asked: Asked) -> ui.LayoutView:
    """Everything there is to say, as much of it as fits, the telling way first."""
    head = "\n".join(_head(speaker, explanation, asked))
    rest = "\n".join(_rest(speaker, explanation, asked))
    accounts = [_account(speaker, account, asked) for account in explanation.seen]
    shown = _fitting(accounts, TEXT_MAX - text_weight(head) - text_weight(rest))
    left_out = len(accounts) - len(shown)
    more = [speaker.say("why-more", count=left_out)] if left_out else []
    return _layout([head, *shown, *more, *filter(None, [rest])])


def _fitting(texts: Sequence[str], room: int) -> list[str]:
    """The first ones that have room."""
    shown = []
    for text in texts:
        room -= text_weight(text) + 2
        if room < 0:
            break
        shown.append(text)
    return shown


def _layout(blocks: Iterable[str]) -> ui.LayoutView:
    # One text whatever there is to say: 40 components are soon used up.
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n\n".join(blocks)), accent_colour=ACCENT)
    return finished(card)


def _head(speaker: Speaker, explanation: Explanation, asked: Asked) -> Iterator[str]:
    """Which post and which channel; nothing of a post that was taken down."""
    channel = f"<#{asked.channel_id}>"
    yield f"### {speaker.say('why-title')}"
    if explanation.post is not None:
        yield from _post_lines(speaker, explanation.post)
    if explanation.seen:
        return
    yield speaker.say("why-nowhere" if explanation.unseen else "why-no-topics", channel=channel)
    for hidden in explanation.hidden:
        yield f"- {step_line(speaker, hidden, asked)}"


def _post_lines(speaker: Speaker, post: Post) -> Iterator[str]:
    author = author_line(post)
    if author:
        yield author
    text = speaker.say("alert-sensitive") if post.sensitive else quoted(post.text, EXCERPT_MAX)
    if not author and not text:
        yield kind_text(speaker, post)
    if text:
        yield f"> {text}"


def _rest(speaker: Speaker, explanation: Explanation, asked: Asked) -> Iterator[str]:
    """The ways on which it was not seen, in few words."""
    if not explanation.unseen:
        return
    yield f"**{speaker.say('why-unseen')}**"
    for account in explanation.unseen[:UNSEEN_MAX]:
        *_, last = (step_line(speaker, step, asked) for step in account.steps)
        yield f"- {way(speaker, account.topic, account.source)}: {last}"
    more = len(explanation.unseen) - UNSEEN_MAX
    if more > 0:
        yield speaker.say("why-more", count=more)


def _account(speaker: Speaker, account: Account, asked: Asked) -> str:
    """The way, its stages, and with an arrow where the post is now."""
    *before, last = (step_line(speaker, step, asked) for step in account.steps)
    title = f"**{way(speaker, account.topic, account.source)}**"
    return "\n".join([title, *(f"- {line}" for line in before), f"- ➡️ {last}"])

"""Draws ``/why``: first whether a post was sent or where it stopped; behind a button each step. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from discord import ui

from bot.core.explain.explanation import Explanation, RouteReport, decisive
from bot.core.models import ChannelId, Post
from bot.core.text import safe_url, utf16_length
from bot.views.kit.layout import button, finished, text_weight
from bot.views.kit.post import author_line, kind_text, open_button
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT

from .explain_lines import Asked, answer_line, quoted, route_name, step_line

TEXT_MAX = 3_600
"""Characters of a message's ``MAX_TEXT``; what joins the blocks takes the rest."""
EXCERPT_MAX = 100
CUSTOM_ID_MAX = 100
"""Discord's limit."""
UNSEEN_MAX = 8


def why_id(channel_id: ChannelId, explanation: Explanation) -> str | None:
    """``kw:why:<channel>:<post>``: the button that shows the details, None where they cannot be found again.

    A post's identity can be too long for a custom_id; then it is left out, and the link of the button that opens
    the post names it.
    """
    with_key = f"kw:why:{channel_id}:{explanation.key or ''}"
    if explanation.key and utf16_length(with_key) <= CUSTOM_ID_MAX:
        return with_key
    return f"kw:why:{channel_id}:" if _opens(explanation) else None


def draw_answer(speaker: Speaker, explanation: Explanation, asked: Asked) -> ui.LayoutView:
    """Whether it was sent or where it stopped, in one sentence; the rest is behind a button."""
    custom_id = why_id(asked.channel_id, explanation)
    others = len(explanation.seen) + len(explanation.unseen)
    has_more = bool(explanation.seen or explanation.unseen)
    if has_more and custom_id is None:
        return draw_why(speaker, explanation, asked)
    lines = [_answer(speaker, explanation, asked)]
    if explanation.seen and others > 1:
        lines.append(f"-# {speaker.say('why-ways', count=others - 1)}")
    lines += _post_lines(speaker, explanation.post) if explanation.post is not None else ()
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(lines)), accent_colour=ACCENT)
    buttons: list[ui.Button[Any]] = []
    if has_more and custom_id is not None:
        buttons.append(button(speaker.say("why-button-details"), custom_id))
    if explanation.post is not None and _opens(explanation):
        buttons += filter(None, [open_button(speaker, explanation.post)])
    if buttons:
        card.add_item(ui.ActionRow(*buttons))
    return finished(card)


def _opens(explanation: Explanation) -> bool:
    """Whether a button leads to the post: not to what is sensitive."""
    post = explanation.post
    return post is not None and not post.sensitive and safe_url(post.url) is not None


def _answer(speaker: Speaker, explanation: Explanation, asked: Asked) -> str:
    channel = f"<#{asked.channel_id}>"
    report = decisive(explanation)
    if report is not None:
        said = answer_line(speaker, report, asked)
        if len(explanation.seen) == 1:
            return said
        named = route_name(speaker, report.topic, report.source)
        return f"{speaker.say('why-answer-of', route=named)} {said}"
    if explanation.hidden:
        sentences = [step_line(speaker, hidden, asked) for hidden in explanation.hidden]
        return " ".join([speaker.say("why-answer-hidden"), *sentences])
    text_id = "why-nowhere" if explanation.unseen else "why-no-topics"
    return f"{speaker.say('why-answer-not-sent', channel=channel)} {speaker.say(text_id, channel=channel)}"


def draw_why(speaker: Speaker, explanation: Explanation, asked: Asked) -> ui.LayoutView:
    """Everything there is to say, as much of it as fits, the answer and the route with the alert first."""
    head = "\n".join(_head(speaker, explanation, asked))
    rest = "\n".join(_rest(speaker, explanation, asked))
    reports = [_route_report(speaker, report, asked) for report in explanation.seen]
    shown = _fitting(reports, TEXT_MAX - text_weight(head) - text_weight(rest))
    left_out = len(reports) - len(shown)
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
    """The answer, and which post it is; nothing of a post that is hidden."""
    yield _answer(speaker, explanation, asked)
    if explanation.post is not None:
        yield from _post_lines(speaker, explanation.post)
    if explanation.seen:
        yield f"### {speaker.say('why-details')}"


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
    """The routes on which it was not seen, in few words."""
    if not explanation.unseen:
        return
    yield f"**{speaker.say('why-unseen')}**"
    for report in explanation.unseen[:UNSEEN_MAX]:
        *_, last = (step_line(speaker, step, asked) for step in report.steps)
        named = route_name(speaker, report.topic, report.source)
        yield f"- {speaker.say('why-unseen-line', route=named, last=last)}"
    more = len(explanation.unseen) - UNSEEN_MAX
    if more > 0:
        yield speaker.say("why-more", count=more)


def _route_report(speaker: Speaker, report: RouteReport, asked: Asked) -> str:
    """A route with its steps; an arrow marks where the post is now."""
    *before, last = (step_line(speaker, step, asked) for step in report.steps)
    title = f"**{route_name(speaker, report.topic, report.source)}**"
    return "\n".join([title, *(f"- {line}" for line in before), f"- ➡️ {last}"])

"""Draws ``/about``: the bot and its version, its sources, how a post is hidden, and stored data."""

from __future__ import annotations

from typing import Any, Final

from discord import ui

from bot.core.about import AboutFacts, SourceTerms
from bot.core.text import clean, label
from bot.core.url_display import host_of
from bot.views.kit.layout import finished
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT

TERMS_SHOWN: Final = 5
"""Servers of one source whose terms are linked; the operator may have listed many."""
_HOST_MAX: Final = 60


def about_view(speaker: Speaker, facts: AboutFacts) -> ui.LayoutView:
    """The card of ``/about``."""
    container: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    blocks = (
        f"{speaker.say('about-title', version=facts.version)}\n{speaker.say('about-what')}",
        _sources(speaker, facts),
        f"{speaker.say('about-hide-title')}\n{speaker.say('about-hide')}",
        f"{speaker.say('about-privacy-title')}\n{_privacy(speaker, facts)}",
        _contact(speaker, facts.contact),
    )
    for block in filter(None, blocks):
        container.add_item(ui.TextDisplay(block))
    return finished(container)


def _sources(speaker: Speaker, facts: AboutFacts) -> str:
    lines = [_source(speaker, one) for one in facts.sources] or [speaker.say("about-no-source")]
    return "\n".join([speaker.say("about-sources-title"), speaker.say("about-sources"), *lines])


def _source(speaker: Speaker, one: SourceTerms) -> str:
    name = source_name(speaker, one.source)
    if not one.terms:
        return speaker.say("about-source-own", source=name)
    links = [f"[{label(host_of(address), _HOST_MAX)}]({address})" for address in one.terms[:TERMS_SHOWN]]
    more = len(one.terms) - len(links)
    return speaker.say("about-source", source=name, links=speaker.say("list-comma").join(links), more=more)


def _privacy(speaker: Speaker, facts: AboutFacts) -> str:
    kept = facts.retention
    ids = ["about-privacy-read", "about-privacy-people", "about-privacy-posts", "about-privacy-left"]
    if facts.asks_model:
        ids.insert(1, "about-privacy-model")
    days = {
        "posts": kept.posts,
        "messages": kept.messages,
        "decisions": kept.decisions,
        "left": kept.left_servers,
    }
    return "\n".join(f"- {speaker.say(text_id, **days)}" for text_id in ids)


def _contact(speaker: Speaker, contact: str) -> str:
    """The operator's contact as they wrote it."""
    if not contact:
        return f"{speaker.say('about-contact-title')}\n{speaker.say('about-contact-none')}"
    return f"{speaker.say('about-contact-title')}\n{clean(contact)}"

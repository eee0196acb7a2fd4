"""Topics as arguments of commands, and their default sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from bot.cli.help import WrongArgument
from bot.cli.terminal.messages import said
from bot.core.models import ADDRESS_SOURCES, SourceName, Topic
from bot.core.targets import targets_of
from bot.core.text import TOPIC_NAME_MAX, address_in, holds_address, make_topic
from bot.core.url_display import has_login
from bot.sources.registry import page_owner
from config.sentences import Sentence
from config.settings import Settings

Wanted: TypeAlias = tuple[SourceName, Topic, str | None]
"""Source, topic and target of a watch."""
Templates: TypeAlias = Mapping[SourceName, Sequence[str]]
"""Templates at which each enabled source is asked (``registry.templates_of``)."""
_ADDRESSES: Final = (*ADDRESS_SOURCES, *(name for name in SourceName if name.traits.has_page_addresses))
"""Sources whose address can stand for a topic."""


def wrong_with(topic: str, source: SourceName | None) -> Sentence | None:
    """The reason why this cannot be a topic, at this source or anywhere; None if it can."""
    if not make_topic(topic).key:
        return Sentence("cli-topic-empty")
    if len(make_topic(topic.strip()).name) > TOPIC_NAME_MAX:
        return Sentence("cli-topic-too-long", {"most": TOPIC_NAME_MAX})
    if source is not None and address_in(topic) is not None and source not in _ADDRESSES:
        return Sentence("cli-topic-no-addresses", {"source": source.value, "able": _ADDRESSES})
    return Sentence("cli-topic-bad-address") if _leads_nowhere(topic) else None


def _leads_nowhere(topic: str) -> bool:
    address = address_in(topic)
    if address is None:
        meant = make_topic(topic)
        return not meant.is_address and holds_address(meant.key)
    from bot.sources.http.client import is_address  # noqa: PLC0415 - the client is imported for an address alone

    return has_login(address) or not is_address(address)


def checked(topic: str, *sources: SourceName) -> None:
    """Raise ``WrongArgument`` for what cannot be a topic, at these sources or anywhere."""
    for source in (None, *sources):
        wrong = wrong_with(topic, source)
        if wrong is not None:
            raise WrongArgument(said(wrong), param_hint="TOPIC")


def for_addresses(sources: Collection[SourceName]) -> list[SourceName]:
    """The sources that are on and can be asked for an address."""
    return [name for name in _ADDRESSES if name in sources]


def usual_targets(templates: Templates, name: SourceName, topic: Topic, address: str | None) -> Sequence[Wanted]:
    """A topic at each endpoint of a source; empty where the source has no search address for a keyword."""
    if address is not None or name not in templates:
        return [(name, topic, address)]
    return [(name, topic, aim) for aim in targets_of(templates[name], topic)]


def usual_sources(settings: Settings, templates: Templates, typed: str) -> list[SourceName]:
    """The default sources of a topic: all that are on, can be asked for it and cost nothing.

    An address is a page's where its host is the pages' own, else a feed's.
    """
    address = address_in(typed)
    if address is None:
        return [name for name, usual_targets in templates.items() if usual_targets and not name.traits.costs_money]
    able = for_addresses(templates)
    wanted = page_owner(settings.sources, address) or ADDRESS_SOURCES[0]
    return [wanted] if wanted in able else able

"""The form of what a subscription lets through beside its words: languages, sources, sensitive, bots, authors."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import SourceName, Subscription
from bot.core.text import excerpt
from bot.views.kit.forms import About, Form, FormKind
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker

POST_LANGUAGES: Final = (
    "ja",
    "en",
    "zh",
    "ko",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "ru",
    "uk",
    "id",
    "th",
    "vi",
    "ar",
    "tr",
)
"""The languages offered; a post gives its language as BCP 47 does."""
AUTHORS_MAX: Final = 25
"""Discord's limit for a menu; the ones muted last are shown."""

Submitted = Callable[[discord.Interaction[Any], "FilterForm"], Awaitable[None]]


class FilterForm(Form):
    """Filled in as the rules are now. ``sources``: those that can be asked for the topic."""

    def __init__(
        self, speaker: Speaker, subscription: Subscription, sources: Sequence[SourceName], *, submitted: Submitted
    ) -> None:
        super().__init__(speaker.say("filters-title"), About(FormKind.FILTERS, subscription.id))
        self._submitted = submitted
        rules = subscription.settings.rules
        self._languages = _languages_field(speaker, rules.languages)
        self._sources = _sources_field(speaker, subscription, sources)
        self._sensitive = _sensitive_field(speaker, allowed=rules.allow_sensitive)
        self._bots = _bots_field(speaker, people_only=rules.people_only)
        self._shown_authors = rules.muted_authors[-AUTHORS_MAX:]
        self._authors = _authors_field(self._shown_authors)
        self._add(speaker.say("filters-languages"), self._languages, speaker.say("filters-languages-hint"))
        self._add(speaker.say("filters-sources"), self._sources)
        self._add(speaker.say("filters-sensitive"), self._sensitive)
        self._add(speaker.say("filters-bots"), self._bots, speaker.say("filters-bots-hint"))
        if self._authors is not None:
            self._add(speaker.say("filters-authors"), self._authors, speaker.say("filters-authors-hint"))

    @property
    def languages(self) -> tuple[str, ...]:
        """The chosen languages; none means every language."""
        return tuple(self._languages.values)

    @property
    def sources(self) -> tuple[SourceName, ...]:
        """The chosen sources, at least one."""
        return tuple(SourceName(value) for value in self._sources.values)

    @property
    def allow_sensitive(self) -> bool:
        """Whether sensitive posts are sent, behind a spoiler."""
        return self._sensitive.values != ["no"]

    @property
    def people_only(self) -> bool:
        """Whether posts of bots are left out."""
        return self._bots.values != ["yes"]

    @property
    def unmuted(self) -> frozenset[str]:
        """Authors who were muted and are so no longer, of those that were shown, whoever was muted meanwhile."""
        kept = set(self._authors.values if self._authors is not None else ())
        return frozenset(handle for handle in self._shown_authors if _author_value(handle) not in kept)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)

    def _add(self, text: str, field: ui.Item[Any], hint: str | None = None) -> None:
        self.add_item(ui.Label(text=excerpt(text, 45), description=hint and excerpt(hint, 100), component=field))


def _languages_field(speaker: Speaker, chosen: Sequence[str]) -> ui.Select[Any]:
    known = [*POST_LANGUAGES, *(one for one in chosen if one not in POST_LANGUAGES)][:25]
    options = [
        discord.SelectOption(label=excerpt(speaker.language_name(one), 100), value=one, default=one in chosen)
        for one in known
    ]
    return ui.Select(custom_id="languages", options=options, min_values=0, max_values=len(options), required=False)


def _sources_field(speaker: Speaker, subscription: Subscription, sources: Sequence[SourceName]) -> ui.Select[Any]:
    offered = list(dict.fromkeys([*subscription.settings.min_rp, *sources]))
    options = [
        discord.SelectOption(
            label=source_name(speaker, one), value=one, default=one in subscription.settings.min_rp
        )
        for one in offered
    ]
    return ui.Select(custom_id="sources", options=options, min_values=1, max_values=len(options))


def _sensitive_field(speaker: Speaker, *, allowed: bool) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=speaker.say("filters-sensitive-yes"), value="yes", default=allowed),
        discord.SelectOption(label=speaker.say("filters-sensitive-no"), value="no", default=not allowed),
    ]
    return ui.Select(custom_id="sensitive", options=options)


def _bots_field(speaker: Speaker, *, people_only: bool) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=speaker.say("filters-bots-no"), value="no", default=people_only),
        discord.SelectOption(label=speaker.say("filters-bots-yes"), value="yes", default=not people_only),
    ]
    return ui.Select(custom_id="bots", options=options)


def _authors_field(shown: Sequence[str]) -> ui.Select[Any] | None:
    if not shown:
        return None
    options = [
        discord.SelectOption(label=excerpt(f"@{handle}", 100), value=_author_value(handle), default=True)
        for handle in shown
    ]
    return ui.Select(custom_id="authors", options=options, min_values=0, max_values=len(options), required=False)


def _author_value(handle: str) -> str:
    """An author as a value of the menu: a handle can be longer than what Discord takes for one."""
    return hashlib.blake2b(handle.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

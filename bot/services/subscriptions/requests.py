"""Requests to the subscription service, and its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.core.errors import RefusedRequest
from bot.core.models import (
    ChannelId,
    GuildId,
    RoleId,
    Rules,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
    Viewer,
)
from bot.core.surge.settings import Preset
from bot.services.input.text import MIN_RP_MAX, check_pace, parse_min_rp, parse_pace, parse_velocity, parse_words


class Unchanged(Enum):
    """The mark of a setting that keeps its value, where None is a value."""

    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings of a subscription that a person typed or chose, by a command or a form.

    None, or ``Unchanged``: the setting was not chosen. It keeps its value, or gets its default in a new
    subscription. ``min_rp``, ``min_velocity``, ``include`` and ``exclude`` may be as typed; an empty ``min_rp`` is
    not chosen, an empty ``min_velocity`` is 0, empty words are none. ``languages`` are those of posts,
    ``language`` that of the alerts. ``unmuted_authors``: handles that are muted no longer. ``pace``: alerts a day,
    also as typed; empty is not chosen, and None is every post that reaches the minimum.
    ``surge``: the surges to be sent, None for none.
    """

    min_rp: int | str | None = None
    include: str | None = None
    exclude: str | None = None
    sources: tuple[SourceName, ...] | None = None
    languages: tuple[str, ...] | None = None
    allow_sensitive: bool | None = None
    people_only: bool | None = None
    fold: bool | None = None
    media: bool | None = None
    min_velocity: int | str | None = None
    unmuted_authors: frozenset[str] = frozenset()
    language: str | None = None
    role_id: RoleId | Unchanged | None = Unchanged.UNCHANGED
    pace: int | str | Unchanged | None = Unchanged.UNCHANGED
    surge: Preset | Unchanged | None = Unchanged.UNCHANGED

    @property
    def chosen_role(self) -> RoleId | None:
        """The role that was chosen, None where none was."""
        return None if isinstance(self.role_id, Unchanged) else self.role_id

    def chosen_min_rp(self) -> int | None:
        """The RP that was chosen for all sources. Raises ``RefusedRequest``."""
        return parse_min_rp(self.min_rp) if isinstance(self.min_rp, str) else self.min_rp

    def chosen_pace(self) -> int | Unchanged | None:
        """The pace that was chosen. A minimum alone is a choice against a pace. Raises ``RefusedRequest``."""
        pace: int | Unchanged | None
        if isinstance(self.pace, str):
            pace = parse_pace(self.pace) if self.pace.strip() else Unchanged.UNCHANGED
        else:
            pace = check_pace(self.pace) if isinstance(self.pace, int) else self.pace
        return None if pace is Unchanged.UNCHANGED and self.chosen_min_rp() is not None else pace

    def chosen_min_velocity(self) -> int | None:
        """The RP an hour that was chosen. Raises ``RefusedRequest``."""
        return parse_velocity(self.min_velocity) if isinstance(self.min_velocity, str) else self.min_velocity

    def rules(self, before: Rules) -> Rules:
        """The rules with what was chosen. Raises ``RefusedRequest`` for words that cannot be."""
        chosen: dict[str, Any] = {
            "include": None if self.include is None else parse_words(self.include),
            "exclude": None if self.exclude is None else parse_words(self.exclude),
            "languages": self.languages,
            "allow_sensitive": self.allow_sensitive,
            "people_only": self.people_only,
            "fold": self.fold,
            "media": self.media,
            "min_velocity": self.chosen_min_velocity(),
            "muted_authors": tuple(one for one in before.muted_authors if one not in self.unmuted_authors),
        }
        return replace(before, **{name: value for name, value in chosen.items() if value is not None})

    def settings(
        self, before: SubscriptionSettings, min_rp: Mapping[SourceName, int], pace: int | None
    ) -> SubscriptionSettings:
        """The settings with what was chosen, and with the given minimums and pace. Raises ``RefusedRequest``."""
        rules = self.rules(before.rules)
        if rules.min_velocity and not any(source.traits.counts_reposts for source in min_rp):
            raise RefusedRequest("error-velocity-feed")
        return SubscriptionSettings(
            language=self.language or before.language,
            min_rp=min_rp,
            rules=rules,
            role_id=before.role_id if isinstance(self.role_id, Unchanged) else self.role_id,
            pace=pace,
            surge=before.surge if isinstance(self.surge, Unchanged) else self.surge,
        )


def check_numbers(rules: Rules) -> None:
    """Check the numbers of rules that a file names. Raises ``RefusedRequest`` for one that no command takes."""
    if not 0 <= rules.min_velocity <= MIN_RP_MAX:
        raise RefusedRequest("transfer-velocity", limit=MIN_RP_MAX)


@dataclass(frozen=True, slots=True)
class SubscribeRequest:
    """A request to subscribe a channel to a topic, which is as typed.

    ``language``: that of the alerts where neither a person nor the server chose one. ``chosen``: the settings that
    were chosen.
    ``viewer``: what the person may know of, for a feed named by its key; None: what the channel follows.
    """

    topic: str
    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    language: str
    chosen: SettingsChange = SettingsChange()
    viewer: Viewer | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a subscription's settings."""

    before: Subscription
    after: Subscription

    @property
    def back(self) -> Change:
        """The change that undoes this one."""
        return Change(self.after, self.before)

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return self.before.settings == self.after.settings

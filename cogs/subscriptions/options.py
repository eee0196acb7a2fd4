"""The options of ``/subscribe`` as values, and as texts for the form in which refused ones are entered again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.models import PostsBy, RoleId, SourceName
from bot.core.surge.settings import Preset
from bot.services.subscriptions.requests import SettingsChange, Unchanged
from bot.views.kit.forms import Typed
from bot.views.subscriptions.cards import SURGE_OFF
from bot.views.subscriptions.subscribe_form import ALL_SOURCES, field_max


@dataclass(frozen=True, slots=True)
class SubscribeOptions:
    """A topic as it was typed, the settings that were chosen, and how a forum gets all that it follows."""

    topic: str
    chosen: SettingsChange
    posts_by: PostsBy | None = None

    def typed(self, *, is_forum: bool) -> Typed:
        """The options as texts by name, for the form. ``is_forum``: of the channel.

        The option for a forum means nothing elsewhere, and no field of the form could take it back.
        """
        chosen = self.chosen
        posts_by = self.posts_by if is_forum else None
        texts = {
            "topic": self.topic,
            "include": chosen.include or "",
            "exclude": chosen.exclude or "",
            "source": ALL_SOURCES if chosen.sources is None else chosen.sources[0],
            "role": "" if chosen.chosen_role is None else str(chosen.chosen_role),
            "min_rp": "" if chosen.min_rp is None else str(chosen.min_rp),
            "pace": "" if isinstance(chosen.pace, Unchanged) else str(chosen.pace),
            "language": chosen.language or "",
            "people_only": _yes_or_no(chosen.people_only),
            "fold": _yes_or_no(chosen.fold),
            "media": _yes_or_no(chosen.media),
            "surge": _surge_text(chosen.surge),
            "velocity": "" if chosen.min_velocity is None else str(chosen.min_velocity),
            "forum": posts_by or "",
        }
        return {option: (text[: field_max(option)],) for option, text in texts.items() if text}

    @classmethod
    def read(cls, typed: Typed, role_id: RoleId | None) -> SubscribeOptions:
        """The options of a form from their texts, and its role."""
        texts = {option: "".join(values) for option, values in typed.items()}
        source = texts.get("source", ALL_SOURCES)
        return cls(
            texts["topic"],
            SettingsChange(
                min_rp=int(texts["min_rp"]) if texts.get("min_rp") else None,
                pace=texts.get("pace") or Unchanged.UNCHANGED,
                include=texts.get("include") or None,
                exclude=texts.get("exclude") or None,
                sources=None if source == ALL_SOURCES else (SourceName(source),),
                people_only=_chosen(texts.get("people_only")),
                fold=_chosen(texts.get("fold")),
                media=_chosen(texts.get("media")),
                min_velocity=int(texts["velocity"]) if texts.get("velocity") else None,
                language=texts.get("language") or None,
                surge=chosen_surge(texts.get("surge")),
                role_id=chosen_role(role_id),
            ),
            PostsBy(texts["forum"]) if texts.get("forum") else None,
        )


def _yes_or_no(chosen: bool | None) -> str:
    return "" if chosen is None else "yes" if chosen else "no"


def _chosen(text: str | None) -> bool | None:
    return text == "yes" if text else None


def chosen_surge(value: str | None) -> Preset | Unchanged | None:
    """Surges that were chosen by a value of the option or the menu; none chosen changes nothing."""
    if value == SURGE_OFF:
        return None
    return Preset(value) if value in frozenset(Preset) else Unchanged.UNCHANGED


def _surge_text(surge: Preset | Unchanged | None) -> str:
    if isinstance(surge, Unchanged):
        return ""
    return SURGE_OFF if surge is None else surge


def chosen_role(role_id: RoleId | None) -> RoleId | Unchanged:
    """A role that was chosen; none chosen changes nothing."""
    return Unchanged.UNCHANGED if role_id is None else role_id

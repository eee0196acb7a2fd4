"""The settings of a subscription in words: as they are, and before and after a change.

Everything from outside is cut first and escaped then (invariant 7).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from bot.core.models import RoleId, Rules, SourceName, Subscription, SubscriptionSettings
from bot.core.text import escape, excerpt, one_line
from bot.views.kit.post import source_name
from bot.views.kit.surges import surge_setting
from bot.views.kit.text import Speaker

WORDS_MAX: Final = 150
"""Characters of the words of a filter where a change is read back."""


def filter_lines(
    speaker: Speaker,
    subscription: Subscription,
    *,
    words_max: int,
    roles_gone: Collection[RoleId] = frozenset(),
) -> list[str]:
    """Filters, surges, role and language of a subscription, a line each."""
    lines = [
        *words_lines(speaker, "rule-include", subscription.settings.rules.include, words_max),
        *words_lines(speaker, "rule-exclude", subscription.settings.rules.exclude, words_max),
    ]
    rules = subscription.settings.rules
    if rules.languages:
        names = speaker.say("list-comma").join(map(speaker.language_name, rules.languages))
        lines.append(speaker.say("rule-languages", languages=shown(names, words_max)))
    if not rules.allow_sensitive:
        lines.append(speaker.say("rule-no-sensitive"))
    lines += rule_lines(speaker, rules)
    lines += surge_lines(speaker, subscription)
    if subscription.settings.role_id is not None:
        lines.append(role_line(speaker, subscription.settings.role_id, roles_gone))
    language = speaker.say(f"choice-language-{subscription.settings.language}")
    return [*lines, speaker.say("rule-language", language=language)]


def rule_lines(speaker: Speaker, rules: Rules) -> list[str]:
    """The rules that differ from those of most subscriptions, words and languages aside."""
    lines = []
    if not rules.people_only:
        lines.append(speaker.say("rule-bots-too"))
    if not rules.fold:
        lines.append(speaker.say("rule-unfolded"))
    if not rules.media:
        lines.append(speaker.say("rule-no-media"))
    if rules.min_velocity:
        lines.append(speaker.say("rule-velocity", count=rules.min_velocity))
    return lines


def surge_lines(speaker: Speaker, subscription: Subscription) -> list[str]:
    """The surges that it is sent; nothing where no source of it has counts."""
    if not any(source.traits.has_counts for source in subscription.settings.min_rp):
        return []
    return [speaker.say("surge-subscription", which=surge_setting(speaker, subscription.settings.surge))]


def role_line(speaker: Speaker, role_id: RoleId, roles_gone: Collection[RoleId]) -> str:
    """The role it mentions; a deleted role mentions nobody, and is shown as deleted rather than as a number."""
    if role_id in roles_gone:
        return f"⚠️ {speaker.say('rule-role-gone')}"
    return speaker.say("rule-role", role=f"<@&{role_id}>")


def change_lines(speaker: Speaker, before: Subscription, after: Subscription) -> list[str]:
    """The differences, a line each: before and after."""
    return [
        *_source_lines(speaker, before.settings.min_rp, after.settings.min_rp),
        *_changed_words(speaker, "change-include", before.settings.rules.include, after.settings.rules.include),
        *_changed_words(speaker, "change-exclude", before.settings.rules.exclude, after.settings.rules.exclude),
        *(
            line
            for text_id, words in _IN_WORDS.items()
            for line in _changed(speaker, text_id, words(speaker, before.settings), words(speaker, after.settings))
        ),
    ]


def _source_lines(
    speaker: Speaker, before: Mapping[SourceName, int], after: Mapping[SourceName, int]
) -> Iterable[str]:
    for source in dict.fromkeys((*before, *after)):
        name = source_name(speaker, source)
        if source not in after:
            yield speaker.say("change-source-removed", source=name)
        elif source not in before:
            yield speaker.say("change-source-added", source=name, minimum=min_rp_words(speaker, after[source]))
        elif before[source] != after[source]:
            minimums = (min_rp_words(speaker, minimums[source]) for minimums in (before, after))
            yield from _changed(speaker, "change-min-rp", *minimums, source=name)


def _changed_words(speaker: Speaker, text_id: str, before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    return _changed(speaker, text_id, *(shown_words(speaker, words, WORDS_MAX) for words in (before, after)))


def _changed(speaker: Speaker, text_id: str, before: str, after: str, **values: str) -> list[str]:
    return [] if before == after else [speaker.say(text_id, before=before, after=after, **values)]


def min_rp_words(speaker: Speaker, min_rp: int) -> str:
    """A minimum in words."""
    return speaker.say("rule-min-rp", count=min_rp) if min_rp > 0 else speaker.say("rule-every")


def pace_words(speaker: Speaker, pace: int | None) -> str:
    """A pace in words, or that there is none."""
    return speaker.say("list-none") if pace is None else speaker.say("rule-pace", pace=pace)


def velocity_words(speaker: Speaker, min_velocity: int) -> str:
    """A minimum of RP an hour in words."""
    return speaker.say("rule-velocity", count=min_velocity) if min_velocity > 0 else speaker.say("list-none")


def role_words(speaker: Speaker, role_id: RoleId | None) -> str:
    """The role that alerts mention, or that they mention nobody."""
    return speaker.say("list-none") if role_id is None else f"<@&{role_id}>"


def shown_words(speaker: Speaker, words: tuple[str, ...], limit: int) -> str:
    """Words of a filter, or that there are none."""
    return shown(speaker.say("list-comma").join(words), limit) if words else speaker.say("list-none")


def words_lines(speaker: Speaker, text_id: str, words: tuple[str, ...], limit: int) -> list[str]:
    """The line about the words of a filter, where it has any."""
    if not words:
        return []
    return [speaker.say(text_id, words=shown_words(speaker, words, limit))]


def shown(text: str, limit: int) -> str:
    """One line of foreign text, cut and escaped."""
    return escape(excerpt(one_line(text), limit)) or "-"


_IN_WORDS: Final[Mapping[str, Callable[[Speaker, SubscriptionSettings], str]]] = {
    "change-people-only": lambda speaker, of: speaker.say(
        f"change-bots-{'no' if of.rules.people_only else 'yes'}"
    ),
    "change-pace": lambda speaker, of: pace_words(speaker, of.pace),
    "change-fold": lambda speaker, of: speaker.say(f"change-fold-{'yes' if of.rules.fold else 'no'}"),
    "change-media": lambda speaker, of: speaker.say(f"change-media-{'yes' if of.rules.media else 'no'}"),
    "change-velocity": lambda speaker, of: velocity_words(speaker, of.rules.min_velocity),
    "change-surge": lambda speaker, of: surge_setting(speaker, of.surge),
    "change-role": lambda speaker, of: role_words(speaker, of.role_id),
    "change-language": lambda speaker, of: speaker.say(f"choice-language-{of.language}"),
}
"""Settings in words, by the text that says their change, in the order of the lines."""

"""Sentences about a subscription. Everything from outside is cut first and escaped then (invariant 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.alerting.rules import Verdict
from bot.core.alerting.week_run import WeekRun
from bot.core.causes import Cause
from bot.core.models import RoleId, SourceName, StoredPost, Subscription
from bot.core.text import TOPIC_NAME_MAX, label
from bot.core.url_display import without_addresses
from bot.views.kit.causes import say_error
from bot.views.kit.post import moment, source_name
from bot.views.kit.text import Speaker, when
from bot.views.trend_lines import STALE, FoundPost, post_lines

from .settings_lines import (
    filter_lines,
    min_rp_words,
    pace_words,
    role_line,
    rule_lines,
    shown,
    surge_lines,
    words_lines,
)

ADDRESS_MAX = 500
_POST_ROOM = 500
"""Characters for each of the top posts: three of them and the words fit a message."""


def topic_name(subscription: Subscription) -> str:
    """The topic as it is shown in text."""
    return label(subscription.topic.name, TOPIC_NAME_MAX) or "-"


def subscribed_lines(
    speaker: Speaker, subscription: Subscription, asked: Iterable[tuple[SourceName, str]]
) -> list[str]:
    """The alerts to expect and their channel, and the request to each source."""
    sources = [
        speaker.say(
            "subscribed-asked",
            source=source_name(speaker, source),
            minimum=min_rp_words(speaker, subscription.settings.min_rp.get(source, 0)),
            asked=label(without_addresses(words), 60),
        )
        for source, words in asked
    ]
    pace = subscription.settings.pace
    where = speaker.say(
        "subscribed-where" if pace is None else "subscribed-pace",
        channel=f"<#{subscription.channel_id}>",
        pace=pace or 0,
    )
    return [where, *_bullets([*sources, *filter_lines(speaker, subscription, words_max=120)])]


def detail_lines(
    speaker: Speaker,
    subscription: Subscription,
    address: str | None = None,
    roles_gone: Collection[RoleId] = frozenset(),
) -> list[str]:
    """All there is to know about a subscription; ``address``: of its feed, for those who manage it."""
    rules = subscription.settings.rules
    minimums = [
        speaker.say(
            "rule-source-min-rp", source=source_name(speaker, source), minimum=min_rp_words(speaker, min_rp)
        )
        for source, min_rp in subscription.settings.min_rp.items()
    ]
    where = speaker.say("detail-channel", channel=f"<#{subscription.channel_id}>")
    feed = [speaker.say("detail-address", address=shown(address, ADDRESS_MAX))] if address else []
    lines = [
        where,
        *feed,
        *pace_lines(speaker, subscription),
        *minimums,
        *filter_lines(speaker, subscription, words_max=300, roles_gone=roles_gone),
    ]
    if rules.muted_authors:
        handles = shown(speaker.say("list-comma").join(rules.muted_authors), 150)
        lines.append(speaker.say("rule-authors", handles=handles))
    made = speaker.say("detail-made", user=f"<@{subscription.created_by}>", when=when(subscription.created_at))
    return [*_bullets(lines), f"-# {made}"]


def list_line(
    speaker: Speaker, subscription: Subscription, now: datetime, roles_gone: Collection[RoleId] = frozenset()
) -> str:
    """A subscription in two or three short lines."""
    about = [_separated(speaker, [f"<#{subscription.channel_id}>", state(speaker, subscription, now)])]
    about.append(_separated(speaker, [condition_line(speaker, subscription)]))
    words = [
        *words_lines(speaker, "rule-include", subscription.settings.rules.include, 60),
        *words_lines(speaker, "rule-exclude", subscription.settings.rules.exclude, 60),
    ]
    words += rule_lines(speaker, subscription.settings.rules)
    if subscription.settings.surge is not None:
        words += surge_lines(speaker, subscription)
    if subscription.settings.role_id is not None:
        is_gone = subscription.settings.role_id in roles_gone
        role = (
            role_line(speaker, subscription.settings.role_id, roles_gone)
            if is_gone
            else f"<@&{subscription.settings.role_id}>"
        )
        words.append(role)
    if words:
        about.append(_separated(speaker, words))
    return "\n".join([f"**{topic_name(subscription)}**", *about])


def state(speaker: Speaker, subscription: Subscription, now: datetime) -> str:
    """Its state: subscribed, muted or paused, with the reason."""
    if subscription.paused is not None:
        why = subscription.paused.value.replace("_", "-")
        return f"⏸️ {speaker.say(f'state-paused-{why}')}"
    if subscription.muted_until is not None and subscription.muted_until > now:
        return f"🔕 {speaker.say('state-muted', when=when(subscription.muted_until))}"
    return f"🟢 {speaker.say('state-active')}"


def pace_lines(speaker: Speaker, subscription: Subscription) -> list[str]:
    """The pace, where there is one."""
    pace = subscription.settings.pace
    return [] if pace is None else [pace_words(speaker, pace)]


def condition_line(speaker: Speaker, subscription: Subscription) -> str:
    """The pace, or without one the minimums."""
    found = pace_lines(speaker, subscription)
    return found[0] if found else min_rp_line(speaker, subscription)


def week_lines(speaker: Speaker, week: WeekRun) -> list[str]:
    """The alerts that the last days would have brought at a few paces."""
    if not week.paces:
        return []
    counts = [
        speaker.say("week-pace", pace=one.pace, sent=one.sent, minimum=speaker.number(one.from_rp))
        for one in week.paces
        if one.from_rp is not None
    ]
    return (
        [speaker.say("week-paces", days=week.days, paces=speaker.say("list-comma").join(counts))] if counts else []
    )


def min_rp_line(speaker: Speaker, subscription: Subscription) -> str:
    """``トレンドページ: RP 100 以上 ・ Mastodon: RP 10 以上``."""
    minimums = (
        speaker.say(
            "rule-source-min-rp", source=source_name(speaker, source), minimum=min_rp_words(speaker, min_rp)
        )
        for source, min_rp in subscription.settings.min_rp.items()
    )
    return _separated(speaker, minimums)


def min_rp_plain(speaker: Speaker, subscription: Subscription) -> str:
    """The minimums, short enough for a hint in a form: ``トレンドページ 100, Mastodon 10``."""
    named = (f"{source_name(speaker, source)} {min_rp}" for source, min_rp in subscription.settings.min_rp.items())
    return speaker.say("list-comma").join(named)


def day_line(speaker: Speaker, known: int, passing: int) -> str:
    """The alerts that the last 24 hours would have brought."""
    if not known:
        return speaker.say("day-none")
    return speaker.say("day-passing", known=known, passing=passing)


def stopped_lines(speaker: Speaker, stopped: Mapping[Verdict, int]) -> list[str]:
    """The number of posts of the last 24 hours stopped by each rule, most first."""
    counted = sorted(stopped.items(), key=lambda item: -item[1])
    said = [speaker.say(f"day-stopped-{rule.value.replace('_', '-')}", count=count) for rule, count in counted]
    return [speaker.say("day-stopped", rules=speaker.say("list-comma").join(said))] if said else []


def warnings(
    speaker: Speaker,
    subscription: Subscription,
    failed: Iterable[tuple[SourceName, Cause]],
    largest: Mapping[SourceName, int | None],
    *,
    any_post: bool,
) -> list[str]:
    """Warnings before relying on it: silent sources, no data, minimums that no post reaches."""
    lines = [
        speaker.say("subscribed-failed", source=source_name(speaker, source), why=say_error(speaker, cause))
        for source, cause in failed
    ]
    if not any_post and not lines:
        lines.append(speaker.say("warn-no-data"))
    lines += [
        _unreached(speaker, source, subscription.settings.min_rp[source], rp)
        for source, rp in largest.items()
        if subscription.settings.min_rp.get(source, 0) > (rp or 0)
    ]
    return [f"⚠️ {line}" for line in lines]


def top_lines(speaker: Speaker, top: Sequence[StoredPost], passes: Sequence[bool] = ()) -> list[str]:
    """Posts by rank, marked where they meet the conditions, with their RP's time and source (invariant 9)."""
    newest = max(one.rp_at for one in top)
    several = len({one.source for one in top}) > 1
    marks = [speaker.say("top-passes" if one else "top-stopped") for one in passes] or [""] * len(top)
    lines = [
        f"{mark} {_top_post(speaker, one, rank, newest, with_source=several)}".strip()
        for rank, (mark, one) in enumerate(zip(marks, top, strict=True), start=1)
    ]
    if any(one.post.rp is not None for one in top):
        lines.append(f"-# {speaker.say('trend-as-of', time=moment(newest, newest))}")
    return lines


def _top_post(speaker: Speaker, one: StoredPost, rank: int, newest: datetime, *, with_source: bool) -> str:
    rp_at = one.rp_at if newest - one.rp_at >= STALE else None
    if one.post.sensitive:  # said, not shown: nobody asked for these posts
        hidden = replace(one.post, text=speaker.say("alert-sensitive"), sensitive=False)
        one = replace(one, post=hidden)
    return post_lines(
        speaker, FoundPost(one.post, one.source, rp_at), rank, room=_POST_ROOM, with_source=with_source
    )


def _unreached(speaker: Speaker, source: SourceName, min_rp: int, largest: int | None) -> str:
    name = source_name(speaker, source)
    if largest is None:
        return speaker.say("warn-rp-unknown", source=name)
    return speaker.say("warn-out-of-reach", source=name, minimum=min_rp, largest=largest)


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _separated(speaker: Speaker, parts: Iterable[str]) -> str:
    return speaker.say("alert-dot").join(parts)

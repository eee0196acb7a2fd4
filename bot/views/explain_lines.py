"""The stages of ``/why``, each in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

from bot.core.alerting.rules import Verdict
from bot.core.explain.explanation import RouteReport
from bot.core.explain.steps import (
    AlertedElsewhere,
    AlertSent,
    Baselined,
    Decided,
    Dropped,
    Forgotten,
    GivenUp,
    Hidden,
    NotSeen,
    Passes,
    Paused,
    Seen,
    Sending,
    Step,
    Stopped,
    TooOld,
    Uncertain,
    Waiting,
)
from bot.core.models import AlertReason, ChannelId, FailureCode, GuildId, HoldReason, SourceName, Topic
from bot.core.text import TOPIC_NAME_MAX, escape, excerpt, label, one_line
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker, age, when

from .delivery_failures import dropped, reason

WORDS_MAX = 80
_OF_PACE = frozenset({Verdict.BELOW_PACE, Verdict.PACE_SPENT})
SAME_MAX = 80
"""UTF-16 units of the post that is named as the same story."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The server and channel that an explanation is for."""

    guild_id: GuildId
    channel_id: ChannelId


def route_name(speaker: Speaker, topic: Topic | None, source: SourceName | None) -> str:
    """A route to the channel by its topic and source, as far as they are known."""
    named = label(topic.name, TOPIC_NAME_MAX) if topic else speaker.say("why-topic-unknown")
    return f"{named}{speaker.say('alert-dot')}{source_name(speaker, source)}" if source else named


def quoted(text: str, limit: int) -> str:
    """One line of foreign text, cut and escaped."""
    return escape(excerpt(one_line(text), limit))


def reposts(speaker: Speaker, rp: int | None) -> str:
    """A repost count in words."""
    return speaker.say("why-reposts-unknown") if rp is None else speaker.say("why-reposts", rp=rp)


def answer_line(speaker: Speaker, report: RouteReport, asked: Asked) -> str:
    """Whether the post was sent, and where it stopped if not."""
    channel, last = f"<#{asked.channel_id}>", report.steps[-1]
    decided = next((step for step in report.steps if isinstance(step, Decided)), None)
    if isinstance(last, AlertSent):
        if decided is not None and decided.held is not None:
            kind = "story" if decided.held is HoldReason.SAME_STORY else "counted"
            verdict = speaker.say(f"why-answer-sent-{kind}", channel=channel)
            return " ".join([verdict, *_held(speaker, decided), step_line(speaker, last, asked)])
        if last.discord_message_id is not None and last.at is not None and last.removed_at is None:
            link = _link(asked, last.thread_id or asked.channel_id, last.discord_message_id)
            return speaker.say("why-answer-sent-at", channel=channel, at=when(last.at), link=link)
    verdict = speaker.say(f"why-answer-{_verdict(last)}", channel=channel)
    return f"{verdict} {step_line(speaker, last, asked)}"


def _verdict(step: Step) -> str:
    """The id of the first words of an answer, without what all of them begin with."""
    match step:
        case AlertSent():
            return "sent"
        case Waiting() | Sending() | Passes():
            return "not-yet"
        case Uncertain() | Forgotten():
            return "unknown"
        case Hidden():
            return "hidden"
        case _:
            return "not-sent"


def step_line(speaker: Speaker, step: Step, asked: Asked) -> str:
    """A step in one sentence."""
    return _line(step, speaker, asked)


@singledispatch
def _line(step: object, speaker: Speaker, asked: Asked) -> str:
    raise TypeError(f"{type(step).__name__} in {speaker.language} for {asked}: a step without a sentence")


@_line.register
def _not_seen(step: NotSeen, speaker: Speaker, _: Asked) -> str:
    if step.last_ok_at is None:
        return speaker.say("why-never-read" if step.down else "why-not-polled")
    return speaker.say("why-not-read" if step.down else "why-not-seen", polled=age(step.last_ok_at))


@_line.register
def _seen(step: Seen, speaker: Speaker, _: Asked) -> str:
    """The RP at first and at last, each with its time (invariant 9)."""
    first, parts = step.first, []
    if first is None or first.at != step.at:
        parts.append(speaker.say("why-seen", at=when(step.at)))
    if first is not None:
        text_id = "why-seen-with" if first.at == step.at else "why-rp-first"
        parts.append(speaker.say(text_id, reposts=reposts(speaker, first.rp), at=when(first.at)))
    if first is None or (first.rp, first.at) != (step.rp, step.rp_at):
        parts.append(_now(speaker, step))
    if step.max_rp is not None and step.max_rp != step.rp:
        parts.append(speaker.say("why-rp-highest", reposts=reposts(speaker, step.max_rp)))
    if step.gone_at is not None:
        parts.append(speaker.say("why-gone", at=when(step.gone_at)))
    return _joined(speaker, parts)


def _now(speaker: Speaker, step: Seen) -> str:
    if step.rp is None:
        return speaker.say("why-rp-now-unknown", at=when(step.rp_at))
    return speaker.say("why-rp-now", reposts=reposts(speaker, step.rp), at=when(step.rp_at))


@_line.register
def _hidden(step: Hidden, speaker: Speaker, _: Asked) -> str:
    text_id = "why-hidden-everywhere" if step.everywhere else "why-hidden-here"
    return speaker.say(text_id, by=speaker.say(f"why-by-{step.by}"), at=when(step.at))


@_line.register
def _alerted_elsewhere(step: AlertedElsewhere, speaker: Speaker, _: Asked) -> str:
    return speaker.say("why-sent-by-other", route=route_name(speaker, step.topic, step.source))


@_line.register
def _paused(step: Paused, speaker: Speaker, _: Asked) -> str:
    return speaker.say(f"why-paused-{_dashed(step.why)}")


@_line.register
def _baselined(step: Baselined, speaker: Speaker, _: Asked) -> str:
    name = _dashed(step.why)
    if step.at is None:
        return speaker.say(f"why-will-be-{name}")
    return speaker.say(f"why-baseline-{name}", at=when(step.at))


@_line.register
def _stopped(step: Stopped, speaker: Speaker, _: Asked) -> str:
    return _below_pace(speaker, step) if step.verdict in _OF_PACE else _below_rule(speaker, step)


def _below_rule(speaker: Speaker, step: Stopped) -> str:
    words = quoted(speaker.say("list-comma").join(step.words), WORDS_MAX)
    match step.verdict:
        case Verdict.BELOW_MIN_RP:
            return speaker.say("why-below", reposts=reposts(speaker, step.rp), minimum=speaker.exact(step.min_rp))
        case Verdict.RP_UNKNOWN:
            return speaker.say("why-rp-unknown", minimum=speaker.exact(step.min_rp))
        case Verdict.BELOW_VELOCITY:
            return speaker.say("why-below-velocity", peak=step.peak_velocity or 0, minimum=step.min_velocity)
        case Verdict.VELOCITY_UNKNOWN:
            return speaker.say("why-velocity-unknown", minimum=step.min_velocity)
        case Verdict.EXCLUDED | Verdict.NOT_INCLUDED | Verdict.OTHER_LANGUAGE:
            return speaker.say(f"why-{_dashed(step.verdict)}", words=words)
        case _:
            return speaker.say(f"why-{_dashed(step.verdict)}")


def _below_pace(speaker: Speaker, step: Stopped) -> str:
    """The RP that a pace asked for, when, and how far the day is; or that all of the day's alerts were sent."""
    if step.budget is None or step.at is None:
        return speaker.say("why-below", reposts=reposts(speaker, step.rp), minimum=speaker.exact(step.min_rp))
    said = {"pace": step.budget.pace, "sent": step.budget.sent}
    if step.verdict is Verdict.PACE_SPENT:
        return speaker.say("why-pace-spent", **said)
    return speaker.say(
        "why-below-pace",
        reposts=reposts(speaker, step.rp),
        minimum=speaker.exact(step.min_rp),
        at=when(step.at),
        **said,
    )


@_line.register
def _too_old(step: TooOld, speaker: Speaker, _: Asked) -> str:
    hours = int(step.limit.total_seconds() // 3600)
    return speaker.say("why-too-old", hours=hours, published=when(step.published_at))


@_line.register
def _passes(_: Passes, speaker: Speaker, __: Asked) -> str:
    return speaker.say("why-passes")


@_line.register
def _decided(step: Decided, speaker: Speaker, _: Asked) -> str:
    text_id = "why-decided-rose" if step.reason is AlertReason.ROSE else "why-decided-new"
    decided = speaker.say(text_id, at=when(step.at), reposts=reposts(speaker, step.rp))
    needed = [speaker.say("why-needed", minimum=speaker.exact(step.needed_rp))] if step.needed_rp else []
    return _joined(speaker, [decided, *needed, *(_held(speaker, step) if step.held is not None else ())])


def _held(speaker: Speaker, step: Decided) -> list[str]:
    """The reason why a post has no message of its own, and the post whose alert it is counted in."""
    same = speaker.say("why-same-story", post=quoted(step.same_as, SAME_MAX)) if step.same_as else None
    reason_line = speaker.say(f"why-held-{_dashed(step.held)}") if step.held is not None else None
    return [line for line in (reason_line, same) if line is not None]


@_line.register
def _waiting(step: Waiting, speaker: Speaker, _: Asked) -> str:
    if step.until is None:
        return speaker.say("why-waits")
    return speaker.say("why-waits-quiet" if step.quiet else "why-waits-until", until=when(step.until))


@_line.register
def _sending(step: Sending, speaker: Speaker, _: Asked) -> str:
    parts = [speaker.say("why-on-the-way", count=step.attempts)]
    if step.failure is not None:
        parts.append(reason(speaker, step.failure))
    if step.next_try_at is not None and step.attempts:
        parts.append(speaker.say("deliveries-next", time=age(step.next_try_at)))
    return _joined(speaker, parts)


@_line.register
def _uncertain(step: Uncertain, speaker: Speaker, _: Asked) -> str:
    return speaker.say("why-unclear", reason=reason(speaker, step.failure))


@_line.register
def _alert_sent(step: AlertSent, speaker: Speaker, asked: Asked) -> str:
    at = speaker.say("why-at-unknown") if step.at is None else when(step.at)
    if step.removed_at is not None:
        return speaker.say("why-sent-removed", at=at, removed=when(step.removed_at))
    if step.discord_message_id is None:
        return speaker.say("why-sent-said", at=at)
    channel_id = step.thread_id or asked.channel_id
    return speaker.say("why-sent", at=at, link=_link(asked, channel_id, step.discord_message_id))


def _link(asked: Asked, channel_id: ChannelId, discord_message_id: int) -> str:
    return f"https://discord.com/channels/{asked.guild_id}/{channel_id}/{discord_message_id}"


@_line.register
def _given_up(step: GivenUp, speaker: Speaker, _: Asked) -> str:
    if step.failure is not None and step.failure.code is FailureCode.HIDDEN:
        return speaker.say("why-dropped-hidden")
    return speaker.say("why-given-up", reason=reason(speaker, step.failure))


@_line.register
def _dropped(step: Dropped, speaker: Speaker, _: Asked) -> str:
    return dropped(speaker, step.failure)


@_line.register
def _forgotten(_: Forgotten, speaker: Speaker, __: Asked) -> str:
    return speaker.say("why-forgotten")


def _dashed(word: str) -> str:
    return word.replace("_", "-")


def _joined(speaker: Speaker, sentences: Sequence[str]) -> str:
    """One sentence after the other, as the language writes them."""
    return speaker.say("why-space").join(sentences)

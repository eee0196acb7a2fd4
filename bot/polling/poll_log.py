"""Lines of the log about polls. All stand under the poller's name, whose level switches them."""

from __future__ import annotations

import logging
from typing import Final

from bot.core.causes import Cause
from bot.core.errors import SourceError
from bot.core.models import AlertContent, FetchResult, Health, NotModified, PollPlan, Watch
from bot.logs import about, poll_id

log: Final = logging.getLogger("bot.polling.poller")


def log_poll(plan: PollPlan, answer: FetchResult | NotModified | SourceError) -> None:
    """Log what a poll found out about its watch, and at DEBUG the poll and its decisions."""
    has_changed = plan.update.health is not plan.watch.health or _became_silent(plan)
    if not has_changed and not log.isEnabledFor(logging.DEBUG):
        return
    with about(poll_id=poll_id(plan.at)):
        _log_health(plan)
        _log_decisions(plan, answer)


def _became_silent(plan: PollPlan) -> bool:
    return plan.update.health_record.cause is Cause.SILENT is not plan.watch.health_record.cause


def _log_health(plan: PollPlan) -> None:
    """Log once that a watch is failing, and once that it recovered; ``HealthService`` logs outages of sources."""
    before, after = plan.watch.health, plan.update.health
    if _became_silent(plan):
        log.warning("%s may miss posts: %s", watch_name(plan.watch), plan.update.health_note)
        return
    if after is before:
        return
    if after is Health.OK:
        log.info("%s recovered", watch_name(plan.watch))
    else:
        log.info("%s is %s: %s", watch_name(plan.watch), after, plan.update.health_note)


def _log_decisions(plan: PollPlan, answer: FetchResult | NotModified | SourceError) -> None:
    """Log a poll and the decisions about its posts, at DEBUG."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    name = watch_name(plan.watch)
    what = "nothing changed" if isinstance(answer, NotModified) else "it failed"
    if isinstance(answer, FetchResult):
        what = f"{len(answer.posts)} posts, {len(plan.changes)} new or changed"
    log.debug("%s was polled: %s; next at %s", name, what, f"{plan.update.next_poll_at:%H:%M:%S}")
    for alert in plan.alerts:
        log.debug(
            "%s: %s goes to channel %s: %s", name, alert.content.post.key, alert.channel_id, _why(alert.content)
        )
    for what, left in (("held for a summary", plan.held), ("known before the subscription began", plan.baselines)):
        if left:
            log.debug("%s: %d posts %s", name, len(left), what)


def _why(content: AlertContent) -> str:
    rp = "unknown" if content.post.rp is None else f"{content.post.rp:,}"
    return f"{content.reason}, RP {rp}, min RP {content.min_rp:,}"


def watch_name(watch: Watch) -> str:
    """Source and topic, as lines of the log name a watch."""
    return f"{watch.source}/{watch.topic.name}"

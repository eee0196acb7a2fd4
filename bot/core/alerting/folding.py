"""Folding: a post that says the same as an alert of its channel is counted in that alert. Pure.

    alerts, biggest first -> alert of the channel that says the same? -> Fold | Alert

A fold depends on the texts of posts that the channel was sent itself; what other channels were sent plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from bot.core.models import (
    Alert,
    ChannelId,
    Fold,
    FurtherPost,
    Gathered,
    HeldAlert,
    Listener,
    PollState,
    Post,
    PostKey,
    StoryLinks,
)

from .rules import Verdict, WordCheck, check_content

FOLD_FOR: Final = timedelta(hours=72)
"""Age of an alert up to which posts fold into it; a later one is sent again."""


NEAR_SHARE: Final = 0.2
"""Share of a threshold from which a post is compared with others, to reach it together with them."""


def rp_together(rp: int | None, further: Iterable[int | None] = ()) -> int | None:
    """The RP by which a post is held against a threshold: its own, and those of posts that say the same.

    ``further``: RP of further posts of its story. Unknown RP add nothing; None where none is known (invariant 5).
    """
    known = [each for each in (rp, *further) if each is not None]
    return sum(known) if known else None


def story_rp(listener: Listener, post: Post, further: Sequence[FurtherPost], words: WordCheck) -> int | None:
    """The RP of a post's story to a listener: its own, and the highest of each other author.

    ``further``: posts that say the same; only those that the listener's filters let through count, and no author
    counts twice, so that nobody reaches a threshold by repeating a post.
    """
    if not listener.rules.fold:
        return post.rp
    highest: dict[str, int] = {}
    for one in further_of(listener, further, words):
        author, rp = one.post.author_handle or one.post.key, one.post.rp or 0
        if author != post.author_handle:
            highest[author] = max(rp, highest.get(author, 0))
    return rp_together(post.rp, highest.values())


def further_of(listener: Listener, further: Sequence[FurtherPost], words: WordCheck) -> list[FurtherPost]:
    """Further posts of a story that a listener's filters let through."""
    return [one for one in further if check_content(one.post, listener.rules, words) is Verdict.PASSES]


def gathered_by(state: PollState, alerts: Iterable[Alert], words: WordCheck) -> Iterator[Gathered]:
    """Stored posts that are counted in alerts of this poll, those that reached their threshold together."""
    if not state.stories.further:
        return
    listeners = {listener.subscription_id: listener for listener in state.listeners}
    for alert in alerts:
        further = state.stories.further.get((alert.channel_id, alert.content.post.key), ())
        listener = listeners[alert.subscription_id]
        if further and listener.rules.fold:
            yield Gathered(alert, tuple(further_of(listener, further, words)))


def fold_alerts(state: PollState, alerts: Sequence[Alert]) -> tuple[list[Alert], list[Fold]]:
    """Alerts that are sent, and posts that are counted in one; ``alerts`` with the most RP first."""
    links = state.stories
    if not links.any:
        return list(alerts), []
    folding = {listener.subscription_id for listener in state.listeners if listener.rules.fold}
    kept: list[Alert] = []
    folds: list[Fold] = []
    own: dict[ChannelId, dict[PostKey, PostKey]] = {}
    for alert in alerts:
        leads = own.setdefault(alert.channel_id, {})
        key = alert.content.post.key
        lead = _lead(links, alert, leads) if alert.subscription_id in folding else None
        leads[key] = lead or key
        if lead is None:
            kept.append(alert)
        else:
            folds.append(Fold(alert, lead))
    return kept, folds


def _lead(links: StoryLinks, alert: Alert, leads: dict[PostKey, PostKey]) -> PostKey | None:
    """The alert that a post folds into: one that the channel has, or one of this poll."""
    channel, key = alert.channel_id, alert.content.post.key
    known = links.leads.get((channel, key))
    if known is not None:
        return known
    for other in sorted(links.alike.get(key, frozenset()) & leads.keys()):
        lead = leads[other]
        if (channel, key, lead) not in links.split:
            return lead
    return None


def folds_into_sent(
    folds: Iterable[Fold], held: Sequence[HeldAlert]
) -> tuple[tuple[Fold, ...], tuple[HeldAlert, ...]]:
    """Folds whose alert is sent; those whose alert is only counted in a summary are counted there too."""
    why = {(one.alert.channel_id, one.alert.content.post.key): one for one in held}
    sent: list[Fold] = []
    further: list[HeldAlert] = []
    for fold in folds:
        lead = why.get((fold.alert.channel_id, fold.lead))
        if lead is None:
            sent.append(fold)
        else:
            further.append(HeldAlert(fold.alert, lead.why, lead.summary_at))
    return tuple(sent), tuple(further)

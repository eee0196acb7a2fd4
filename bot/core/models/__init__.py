"""The words of the house, as frozen dataclasses.

Every time is a timezone-aware UTC ``datetime``. An unknown number is ``None``, never 0.
"""

from __future__ import annotations

from .listening import Listener, Rules, Subscription
from .looking import DueWatch, Fetched, Look, NotModified, Relook, Validators, Watch
from .outbox import AlertContent, Message, OutboxEntry, SummaryContent
from .polls import Alert, Baseline, Held, KnownPost, PollPlan, PollState, PostChange, WatchUpdate
from .posts import Audience, Post, Snapshot, StoredPost, Topic
from .words import (
    AlertReason,
    BaselineReason,
    ChannelId,
    EntryId,
    EntryKind,
    GuildId,
    Health,
    HoldReason,
    MessageId,
    MessageState,
    Network,
    PauseReason,
    PostKey,
    RoleId,
    SourceName,
    SubscriptionId,
    TopicKey,
    UserId,
    WatchId,
)

__all__ = [
    "Alert",
    "AlertContent",
    "AlertReason",
    "Audience",
    "Baseline",
    "BaselineReason",
    "ChannelId",
    "DueWatch",
    "EntryId",
    "EntryKind",
    "Fetched",
    "GuildId",
    "Health",
    "Held",
    "HoldReason",
    "KnownPost",
    "Listener",
    "Look",
    "Message",
    "MessageId",
    "MessageState",
    "Network",
    "NotModified",
    "OutboxEntry",
    "PauseReason",
    "PollPlan",
    "PollState",
    "Post",
    "PostChange",
    "PostKey",
    "Relook",
    "RoleId",
    "Rules",
    "Snapshot",
    "SourceName",
    "StoredPost",
    "Subscription",
    "SubscriptionId",
    "SummaryContent",
    "Topic",
    "TopicKey",
    "UserId",
    "Validators",
    "Watch",
    "WatchId",
    "WatchUpdate",
]

"""Ids and named choices. Discord's ids (snowflakes) are plain ``int`` behind a ``NewType``."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

TopicKey = NewType("TopicKey", str)
"""NFKC, case-folded, without a leading ``#``, white space folded; see ``text.topic_key``."""
ADDRESS_KEY = "url:"
"""Prefix of the key of a topic that is an address; a hash of the address follows."""
PostKey = NewType("PostKey", str)
"""``network:canonical id``: the identity of a post, whichever source found it."""
WatchId = NewType("WatchId", int)
SubscriptionId = NewType("SubscriptionId", int)
DigestId = NewType("DigestId", int)
EntryId = NewType("EntryId", int)
MessageId = NewType("MessageId", str)
"""24 hex digits (96 random bits), made before the first try; nonce and custom_id derive from it."""
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)
PostHash = NewType("PostHash", str)
"""The hash of the identity of a post that was taken down; see ``redaction.post_hash``."""
Actor = NewType("Actor", str)
"""The actor of a deed: ``user:<id>``, ``operator`` or ``source:<name>``."""

EVERYWHERE = GuildId(0)
"""Stands for all servers where a post is hidden."""
OPERATOR = Actor("operator")


class Network(StrEnum):
    """The network on which a post was published; several sources can see one network."""

    X = "x"
    FEDIVERSE = "fediverse"
    BLUESKY = "bluesky"
    WEB = "web"


class Health(StrEnum):
    """The health of a watch. DEGRADED: it answers, but not as before; DOWN: it does not."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class AlertReason(StrEnum):
    """The reason for an alert: the post was new above the threshold, or rose to it."""

    NEW = "new"
    ROSE = "rose"


class MostBy(StrEnum):
    """The thing that most posts of a topic's hour share: one author, or links to one site."""

    AUTHOR = "author"
    SITE = "site"


class HoldReason(StrEnum):
    """The reason why a post is counted in a summary line, or another alert, instead of being sent on its own."""

    HOURLY_LIMIT = "ceiling"
    CATCH_UP = "catch_up"
    SAME_STORY = "story"
    """The post is counted in the alert of a post that says the same."""


class BaselineReason(StrEnum):
    """The reason for a baseline: the post passed before the channel listened."""

    FIRST_POLL = "first_look"
    SUBSCRIBED = "subscribed"
    RESUMED = "resumed"
    RULE_CHANGED = "rule_changed"
    MUTED = "muted"
    DIGEST = "digest"
    """A digest stands in for the alerts of its topic."""


class PauseReason(StrEnum):
    """The reason why a subscription is paused."""

    BY_USER = "by_user"
    FORBIDDEN = "forbidden"
    """Discord said, twice, that the bot may not write there."""
    NOT_FOUND = "not_found"
    """Discord said, twice, that the channel is gone."""
    REFUSED = "refused"
    """The channel refused several messages in a row, for example because it became one of another kind."""
    REMOVED = "removed"
    """The bot was removed from the server."""
    TOO_COSTLY = "too_dear"
    """Its regular expressions cost more than a subscription, or its server, may cost."""

    @property
    def by_discord(self) -> bool:
        """Whether Discord asked for it, not a person."""
        return self is not PauseReason.BY_USER


class EntryKind(StrEnum):
    """The kind of an outbox entry."""

    ALERT = "alert"
    SUMMARY = "summary"
    NOTICE = "notice"
    """A source that the channel's topics depend on cannot be read, or can be again."""
    DIGEST = "digest"
    """A scheduled summary of topics."""
    SURGE = "surge"
    """A topic that is talked about far more than usual."""
    WELCOME = "welcome"
    """The first message in a server that the bot joined."""


class SpendAccount(StrEnum):
    """An account of paid requests beside those of sources."""

    LANGUAGE_MODEL = "language_model"


class PostsBy(StrEnum):
    """The way in which a forum channel, which takes posts (threads) and no messages, gets alerts."""

    TOPIC = "topic"
    """A post for each topic; what comes of it later are messages there."""
    STORY = "story"
    """A post for each alert."""


class MessageState(StrEnum):
    """The state of a sealed message."""

    SEALED = "sealed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    GIVEN_UP = "given_up"

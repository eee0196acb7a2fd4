"""Decided contents on their way to Discord, or arrived there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, Self

from bot.core.lazy_dataclass import dataclass

from .content import EntryContent, FoundAt, ShownPost
from .digests import DigestContent, Pausable
from .enums import (
    AlertReason,
    ChannelId,
    EntryId,
    EntryKind,
    GuildId,
    HoldReason,
    MessageId,
    MessageState,
    MostBy,
    PauseReason,
    PostKey,
    PostsBy,
    RoleId,
    SubscriptionId,
    TopicKey,
    UserId,
)
from .failures import Failure
from .files import SentFile
from .health import NoticeContent
from .pace import PaceMark
from .posts import Post, Topic, Velocity
from .sources import SourceName
from .stories import MorePosts
from .surges import SurgeContent, SurgeFigures
from .welcome import WelcomeContent


@dataclass(frozen=True, slots=True)
class AlertContent(EntryContent):
    """All that is needed to draw an alert, frozen when it was decided."""

    topic: Topic
    source: SourceName
    post: Post
    reason: AlertReason
    observed_at: datetime
    min_rp: int
    language: str
    role_id: RoleId | None = None
    previous_rp: int | None = None
    counted_by: SourceName | None = None
    """The source of the RP, where that is another one."""
    hidden: bool = False
    """Taken down since: nothing of the post is left, and nothing of it is drawn."""
    also: tuple[FoundAt, ...] = ()
    """Other watches that found it before its message was sealed."""
    most_by: MostBy | None = None
    """The author or site of most posts of the topic in the hour before the decision; None: there is none."""
    velocity: Velocity | None = None
    """The velocity of the post when it was decided; None: unknown."""
    is_fastest: bool = False
    """The post was among the fastest 1 % of the topic at its source."""
    more: MorePosts | None = None
    """Further posts of its story, counted before its message was sealed."""
    pace: PaceMark | None = None
    """Its place in the day of a subscription with a pace."""

    kind = EntryKind.ALERT
    can_be_held = True

    @property
    def about(self) -> Topic:
        """The topic of the post."""
        return self.topic

    @property
    def is_empty(self) -> bool:
        """Whether its post was taken down, and no further post of its story is counted in it."""
        return self.hidden and self.more is None

    @property
    def priority(self) -> tuple[int, int]:
        """The order of alerts: after digests, the one with the most RP first."""
        return 1, -(self.post.rp or 0)

    @property
    def main_post(self) -> Post | None:
        """Its post, unless that was taken down."""
        return None if self.hidden else self.post

    def posts(self) -> tuple[ShownPost, ...]:
        """Its post, unless that was taken down."""
        return () if self.hidden else (ShownPost(self.post, self.source, self.observed_at),)

    def roles(self) -> tuple[RoleId, ...]:
        """The role of its subscription."""
        return () if self.role_id is None else (self.role_id,)

    def without(self, key: PostKey) -> Self:
        """An alert of which nothing is drawn any more."""
        return replace(self, post=self.post.redacted(), hidden=True, also=()) if self.post.key == key else self

    def with_count(self, rp: int, at: datetime) -> Self:
        """The alert with a fresher RP."""
        return replace(self, post=replace(self.post, rp=rp), observed_at=at)

    def with_more(self, more: MorePosts | None) -> Self:
        """The alert with so many further posts of its story."""
        return replace(self, more=more)

    def found_also(self, found_at: FoundAt) -> Self:
        """The alert with one more source that found its post, each named once."""
        return self if self.hidden else replace(self, also=tuple(dict.fromkeys((*self.also, found_at))))


@dataclass(frozen=True, slots=True)
class SummaryContent(EntryContent):
    """One line for posts that were held. ``count`` is fixed when the message is sealed."""

    topic: Topic
    why: HoldReason
    language: str
    count: int = 0

    kind = EntryKind.SUMMARY

    @property
    def about(self) -> Topic:
        """The topic of the posts."""
        return self.topic


CONTENTS: Final = (AlertContent, SummaryContent, NoticeContent, DigestContent, SurgeContent, WelcomeContent)
"""Every kind of content an entry can have."""
Content = AlertContent | SummaryContent | NoticeContent | DigestContent | SurgeContent | WelcomeContent


@dataclass(frozen=True, slots=True)
class LiveCount:
    """An RP and when it was read."""

    rp: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CardSentence:
    """A language model's sentence on a card. ``posts``: those that its numbers, from [1] on, stand for."""

    text: str
    posts: tuple[PostKey, ...]


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Something decided and not yet confirmed by Discord. Notices and digests belong to no subscription."""

    id: EntryId
    guild_id: GuildId
    channel_id: ChannelId
    subscription_id: SubscriptionId | None
    content: Content
    created_at: datetime
    not_before: datetime
    live: LiveCount | None = None
    """The newest counts of the post, if they are worth showing; drawn by edits only."""
    also: tuple[FoundAt, ...] = ()
    """Other watches that found its post by now, in that order; drawn by edits only."""
    more: MorePosts | None = None
    """Further posts of its story by now; drawn by edits only."""
    alone: bool = False
    """The entry shares no message: the one it was in always failed."""
    posts_by: PostsBy | None = None
    """The way in which its forum channel gets alerts; None for other channels."""
    notify_role: RoleId | None = None
    """The role that the button under its message gives, as it is set when the entry is read."""
    figures: SurgeFigures | None = None
    """The newest figures of its surge, if they are worth showing; drawn by edits only."""
    sentence: CardSentence | None = None
    """A language model's sentence about its posts; drawn by edits only."""

    @property
    def kind(self) -> EntryKind:
        """The kind of its content."""
        return self.content.kind

    @property
    def topic_key(self) -> TopicKey | None:
        """The topic it is about, where it is about one."""
        return None if self.content.about is None else self.content.about.key

    @property
    def hidden(self) -> bool:
        """Whether its post was taken down, so that nothing of it is drawn."""
        return self.content.is_empty and self.more is None


@dataclass(frozen=True, slots=True)
class ForumPlan:
    """The forum post for a message: ``thread_id``, or (None) a new one that it opens."""

    posts_by: PostsBy
    thread_id: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message: sealed once, sent unchanged by every try."""

    id: MessageId
    guild_id: GuildId
    channel_id: ChannelId
    entries: tuple[OutboxEntry, ...]
    sealed_at: datetime
    state: MessageState = MessageState.SEALED
    attempts: int = 0
    first_try_at: datetime | None = None
    next_try_at: datetime | None = None
    discord_message_id: int | None = None
    sent_at: datetime | None = None
    failure: Failure | None = None
    """The failure of the last try, or the reason why it was given up."""
    mentions: tuple[RoleId, ...] = ()
    """The roles it mentions, fixed when it was sealed."""
    is_set_aside: bool = False
    """The message failed by itself again and again; its channel goes on behind it."""
    forum: ForumPlan | None = None
    """None: its channel is no forum."""
    files: tuple[SentFile, ...] = ()
    """The files that it has at Discord."""
    positions: tuple[int, ...] | None = None
    """Places of the known entries, of a message that was found in a channel's history. None: all are known."""
    shown: int | None = None
    """Number of places that such a message has in Discord."""

    @property
    def nonce(self) -> str:
        """25 characters, Discord's limit for a nonce."""
        return f"k{self.id}"

    @property
    def is_incomplete(self) -> bool:
        """Whether it shows something in Discord that is not known here, so that it cannot be drawn again."""
        return self.shown is not None and len(self.entries) < self.shown

    def entry_at(self, index: int) -> OutboxEntry | None:
        """The entry at a place of the message, counted from 0; None where none is known."""
        places = range(len(self.entries)) if self.positions is None else self.positions
        return next((entry for place, entry in zip(places, self.entries, strict=True) if place == index), None)

    @property
    def destination(self) -> ChannelId:
        """The channel of the message: its channel, or a post of that forum."""
        return self.channel_id if self.forum is None else self.forum.thread_id or self.channel_id

    @property
    def in_post(self) -> bool:
        """Whether it stands in a post of a forum, or is to go into one."""
        return self.forum is not None and self.forum.thread_id is not None

    @property
    def opens_post(self) -> bool:
        """Whether it goes out as the first of a new post of a forum."""
        return self.forum is not None and self.forum.thread_id is None

    @property
    def is_whole_post(self) -> bool:
        """Whether the post it stands in is its own: no other message goes there."""
        if self.forum is None or self.forum.thread_id is None:
            return False
        if self.forum.posts_by is PostsBy.STORY:
            return True
        return self.topic_key is None and not self.is_incomplete

    @property
    def topic_key(self) -> TopicKey | None:
        """The topic that all in it is about, None where that is not one."""
        keys = {entry.topic_key for entry in self.entries}
        return next(iter(keys)) if len(keys) == 1 else None

    @property
    def is_empty(self) -> bool:
        """Whether everything in it was taken down.

        A forum's post for one alert goes with that, opened or not: its title shows the alert's words, and Discord
        takes few changes of it. What else its story counts is not shown elsewhere.
        """
        if self.forum is not None and self.forum.posts_by is PostsBy.STORY:
            return all(entry.content.with_more(None).is_empty for entry in self.entries)
        return all(entry.hidden for entry in self.entries)


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """A place of a message that was found in a channel's history. ``marks``: see ``bot.core.identity.marks``."""

    position: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message of ours that was found in a channel's history. ``thread_id``: of the forum post it stands in."""

    id: MessageId
    discord_message_id: int
    sent_at: datetime
    entries: tuple[FoundEntry, ...] = ()
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """A restore of the database: the time up to which the copy knows what was sent, and when it was put back."""

    copied_at: datetime
    restored_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadHistory:
    """A channel whose history since the copy was not read to its end.

    ``after``: Discord's id of the last message read; None before the first page. ``failed_at``: since when the
    history cannot be read.
    """

    guild_id: GuildId
    channel_id: ChannelId
    after: int | None = None
    pages: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redraw:
    """A sent message that is to be drawn again. ``urgent``: something in it was taken down."""

    message: Message
    urgent: bool
    version: int
    asked_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class PauseNotice:
    """A notice for one person: their paused subscriptions in a server, and why.

    ``channels``: those that were lost since the last notice. ``paused``: subscriptions still paused.
    """

    user_id: UserId
    guild_id: GuildId
    why: PauseReason
    channels: tuple[ChannelId, ...]
    paused: tuple[Pausable, ...]


@dataclass(frozen=True, slots=True)
class ChannelQueue:
    """The waiting entries of a channel. ``until``: the end of a delay, for example of quiet hours."""

    channel_id: ChannelId
    entries: int
    oldest_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A server's deliveries: waiting, unconfirmed, and failed (newest first).

    ``on_the_way``: sealed and tried, or about to be. ``take_downs``: edits and deletions that Discord refused,
    given up or still tried.
    """

    waiting: tuple[ChannelQueue, ...] = ()
    on_the_way: tuple[Message, ...] = ()
    uncertain: tuple[Message, ...] = ()
    given_up: tuple[Message, ...] = ()
    take_downs: tuple[Message, ...] = ()

    @property
    def channels(self) -> frozenset[ChannelId]:
        """All channels that something of it is for."""
        messages = (*self.on_the_way, *self.uncertain, *self.given_up, *self.take_downs)
        return frozenset(one.channel_id for one in self.waiting) | {one.channel_id for one in messages}

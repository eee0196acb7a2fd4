"""Title and tag of a post in a forum. Pure.

A title is plain text: Discord draws no markup and no mention in it.
"""

from __future__ import annotations

import discord

from bot.core.models import Message, PostsBy, Topic
from bot.core.text import topic_key
from bot.views.kit.text import Texts

from .contents import forum_title, title


def post_title(message: Message, texts: Texts) -> str:
    """The title of the forum post that a message opens: its topic, with the first words if each alert has its own.

    Words behind a warning stay behind it.
    """
    entry = next((one for one in message.entries if not one.hidden), message.entries[0])
    content = entry.content
    by_story = message.forum is not None and message.forum.posts_by is PostsBy.STORY
    return forum_title(content, texts.speaker(content.language), by_story=by_story)


def post_titles(message: Message, texts: Texts) -> tuple[str, ...]:
    """Possible titles, best first: Discord does not accept every word everywhere. At least one."""
    content = message.entries[0].content
    speaker = texts.speaker(content.language)
    topic = [] if content.about is None else [title(content.about.name, speaker)]
    return tuple(dict.fromkeys((post_title(message, texts), *topic, speaker.say("forum-title-none"))))


def tag_for(forum: discord.ForumChannel, topic: Topic | None) -> discord.ForumTag | None:
    """The tag called like the topic; where a tag must be, else the first that the bot may set; else none."""
    usable = usable_tags(forum)
    if topic is not None:
        names = {topic.key, topic_key(topic.name)}
        for tag in usable:
            if topic_key(tag.name) in names:
                return tag
    return usable[0] if usable and forum.flags.require_tag else None


def usable_tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """The tags that the bot may set: moderated ones take Manage Threads, which is not known during an outage."""
    me: discord.Member | None = forum.guild.me
    may_moderate = me is not None and forum.permissions_for(me).manage_threads
    return [tag for tag in forum.available_tags if may_moderate or not tag.moderated]

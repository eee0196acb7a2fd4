"""The words for an entry of the outbox, by the class of its content: in a list, and as a forum post's title.

Pure. Each kind registers its own, as it registers how it is drawn in ``message.py``.
"""

from __future__ import annotations

from functools import singledispatch

from bot.core.models import (
    AlertContent,
    DigestContent,
    EntryContent,
    NoticeContent,
    SummaryContent,
    SurgeContent,
    WelcomeContent,
)
from bot.core.text import TOPIC_NAME_MAX, cleaned_line, escape, excerpt, label, line, one_line
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.text import Speaker, when
from bot.views.kit.timezones import on_the_clock

from .surge import times_text

TITLE_MAX = 100
"""Characters that Discord takes for the title of a forum post."""
LINE_MAX = 100
_TITLE_TOPIC_MAX = 60


# -- whose it is: the topic of an entry, unless its kind says otherwise --------------------------------


@singledispatch
def subject(content: EntryContent, speaker: Speaker) -> str:
    """Its topic; the name of a digest; the source of a notice."""
    del speaker
    return ("" if content.about is None else label(content.about.name, TOPIC_NAME_MAX)) or "-"


@subject.register
def _notice_subject(content: NoticeContent, speaker: Speaker) -> str:
    return endpoint_name(speaker, content.endpoint)


@subject.register
def _digest_subject(content: DigestContent, _: Speaker) -> str:
    return label(content.name, TOPIC_NAME_MAX) or "-"


# -- what it says, in one line -------------------------------------------------------------------------


@singledispatch
def summary_line(content: EntryContent, speaker: Speaker) -> str:
    """An entry in one line, for a list; nothing sensitive."""
    raise NotImplementedError(f"no line for {type(content).__name__} in {speaker.language}")


@summary_line.register
def _alert_line(content: AlertContent, speaker: Speaker) -> str:
    if content.post.sensitive:
        return speaker.say("alert-sensitive")
    return escape(excerpt(one_line(content.post.text), LINE_MAX)) or "-"


@summary_line.register
def _held_line(content: SummaryContent, speaker: Speaker) -> str:
    return speaker.say("deliveries-summary", count=content.count)


@summary_line.register
def _notice_line(_: NoticeContent, speaker: Speaker) -> str:
    return speaker.say("deliveries-notice")


@summary_line.register
def _welcome_line(_: WelcomeContent, speaker: Speaker) -> str:
    return speaker.say("deliveries-welcome")


@summary_line.register
def _digest_line(content: DigestContent, speaker: Speaker) -> str:
    return speaker.say("deliveries-digest", time=when(content.period.end))


@summary_line.register
def _surge_line(content: SurgeContent, speaker: Speaker) -> str:
    return speaker.say("surge-line", times=times_text(speaker, content.figures.peak_ratio))


# -- the title of the forum post it opens --------------------------------------------------------------


@singledispatch
def forum_title(content: EntryContent, speaker: Speaker, *, by_story: bool) -> str:
    """The title: its topic. ``by_story``: each alert opens a post of its own, called by its first words too."""
    del by_story
    return title("" if content.about is None else content.about.name, speaker)


@forum_title.register
def _alert_title(content: AlertContent, speaker: Speaker, *, by_story: bool) -> str:
    if not by_story:
        return title(content.topic.name, speaker)
    topic, post = line(content.topic.name, _TITLE_TOPIC_MAX), content.post
    words = "" if post.sensitive else cleaned_line(post.text, TITLE_MAX)
    return title(speaker.say("forum-title-story", topic=topic, words=words) if words else topic, speaker)


@forum_title.register
def _surge_title(content: SurgeContent, speaker: Speaker, *, by_story: bool) -> str:
    name = line(content.topic.name, _TITLE_TOPIC_MAX)
    return title(speaker.say("surge-title", topic=name) if by_story else content.topic.name, speaker)


@forum_title.register
def _notice_title(_: NoticeContent, speaker: Speaker, *, by_story: bool) -> str:
    del by_story
    return title(speaker.say("forum-title-notice"), speaker)


@forum_title.register
def _digest_title(content: DigestContent, speaker: Speaker, *, by_story: bool) -> str:
    del by_story
    day = on_the_clock(content.period.end, content.zone, content.language)
    return title(speaker.say("forum-title-digest", name=line(content.name, _TITLE_TOPIC_MAX), day=day), speaker)


def title(text: str, speaker: Speaker) -> str:
    """A text as a title: one line within Discord's limit, never empty."""
    return line(text, TITLE_MAX).strip() or speaker.say("forum-title-none")

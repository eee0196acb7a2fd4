"""Whom a message really notifies: its mentions, less what ``allowed_mentions`` and permissions withhold.

https://discord.com/developers/docs/resources/message#allowed-mentions-object
"""

from __future__ import annotations

import re

from tests.fakes.discord.errors import Json
from tests.fakes.discord.world import Message, World

MENTION = re.compile(r"<@(?P<role>&)?!?(?P<id>\d+)>|@(?:everyone|here)\b")


def pings(world: World, message: Message) -> tuple[str, ...]:
    """The mentions that notify, as they are written: ``<@&id>``, ``<@id>``, ``@everyone``, ``@here``."""
    found = dict.fromkeys(match.group() for match in MENTION.finditer(message.text))
    return tuple(mention for mention in found if _notifies(world, message, mention))


def _notifies(world: World, message: Message, mention: str) -> bool:
    match = MENTION.fullmatch(mention)
    assert match is not None
    allowed, may_all = (
        message.body.allowed_mentions,
        world.may(message.channel, "mention_everyone", message.author),
    )
    if match["id"] is None:
        return may_all and _allows(allowed, "everyone", None)
    if match["role"] is None:
        return _allows(allowed, "users", match["id"])
    guild = message.channel.guild
    role = None if guild is None else guild.roles.get(int(match["id"]))
    return role is not None and (role.is_mentionable or may_all) and _allows(allowed, "roles", match["id"])


def _allows(allowed: Json | None, kind: str, mentioned_id: str | None) -> bool:
    if allowed is None or kind in (allowed.get("parse") or ()):
        return True
    return mentioned_id in {str(each) for each in allowed.get(kind) or ()}

"""The message with which a server is welcomed."""

from __future__ import annotations

from bot.core.lazy_dataclass import dataclass

from .content import EntryContent
from .enums import EntryKind


@dataclass(frozen=True, slots=True)
class WelcomeContent(EntryContent):
    """The welcome of a server, in its language."""

    language: str

    kind = EntryKind.WELCOME
    fills_message = True

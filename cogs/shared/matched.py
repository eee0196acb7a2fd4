"""Components that are made again of nothing but what their custom_id says, after a restart as before."""

from __future__ import annotations

import re
from typing import Any, Self

from discord import ui


class Matched:
    """A button or menu that keeps what its custom_id says. Stands before discord.py's class."""

    match: re.Match[str]

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """discord.py's own hook: the component that Discord sent."""
        made = cls(item)  # type: ignore[call-arg]  # the constructor of the class behind this one
        made.match = match
        return made

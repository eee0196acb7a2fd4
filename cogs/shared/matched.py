"""Buttons and menus that are made again of nothing but what their custom_id says, after a restart as before."""

from __future__ import annotations

import re
from typing import Any, Self

from discord import ui


class Matched:
    """A button or menu that reads its custom_id. Stands before discord.py's class.

    ``match``: of the class's template. A class that needs more than the match takes it apart in its constructor.
    """

    match: re.Match[str]

    def __init__(self, item: Any, match: re.Match[str]) -> None:
        super().__init__(item)  # type: ignore[call-arg]  # the constructor of the class behind this one
        self.match = match

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """discord.py's own hook: the component that Discord sent."""
        return cls(item, match)

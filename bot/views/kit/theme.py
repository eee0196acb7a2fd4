"""The accent colours of cards, as the bar at their left edge shows them."""

from __future__ import annotations

from typing import Final

import discord

ACCENT: Final = discord.Colour(0x1D6F8C)
"""Usual."""
ACCENT_BENGARA: Final = discord.Colour(0xC8442E)
"""Moderation, trouble and help: bengara, the red of the broadsheets."""
ACCENT_PAUSED: Final = discord.Colour(0x8A8F98)
"""Paused, ended or empty."""
ACCENT_REFUSED: Final = discord.Colour(0xB3261E)
"""Input that was refused."""

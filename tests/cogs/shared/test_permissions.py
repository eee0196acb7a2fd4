"""Who may see what: SimCord has no age-restricted channels, so Discord's objects are stood in for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.core.models import ChannelId
from cogs.shared.permissions import guild_of, may_show_sensitive
from cogs.shared.reach import permissions_for_channels


async def test_in_a_server_the_bot_is_not_in_nobody_may_do_anything() -> None:
    """Whoever installed it for themselves can use it there; Discord then sends a server that it does not know."""
    everything = discord.Permissions.all()
    interaction: Any = SimpleNamespace(
        guild_id=5,
        guild=SimpleNamespace(id=5),
        channel_id=7,
        permissions=everything,
        user=SimpleNamespace(id=1, guild_permissions=everything),
        client=SimpleNamespace(get_guild=lambda _: None),
    )

    reach = await permissions_for_channels(interaction, [ChannelId(7), ChannelId(8)])

    assert [reach.at(one).value for one in (ChannelId(7), ChannelId(8))] == [0, 0]
    with pytest.raises(app_commands.NoPrivateMessage):
        guild_of(interaction)


def channel(restricted: bool | None) -> Any:
    """``None``: one of a kind that does not say, as a direct message."""
    return SimpleNamespace() if restricted is None else SimpleNamespace(is_nsfw=lambda: restricted)


@pytest.mark.parametrize(
    ("there", "here", "shown"),
    [(True, True, True), (True, False, False), (False, True, False), (True, None, False), (None, True, False)],
)
def test_what_is_sensitive_is_shown_only_where_both_channels_are_for_it(
    there: bool | None, here: bool | None, *, shown: bool
) -> None:
    interaction: Any = SimpleNamespace(
        channel=channel(here), client=SimpleNamespace(get_channel=lambda _: channel(there))
    )

    assert may_show_sensitive(interaction, ChannelId(1)) is shown

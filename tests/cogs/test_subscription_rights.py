"""Who may see what: SimCord has no age-restricted channels, so Discord's objects are stood in for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.models import ChannelId
from cogs.subscription_rights import may_show_sensitive


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

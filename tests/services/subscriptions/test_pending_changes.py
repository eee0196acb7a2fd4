"""What buttons stand for: kept for the server it was asked in, and pushed out by nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import ChannelId, GuildId, UserId
from bot.services.caches.owned_cache import KEPT
from bot.services.subscriptions.pending_changes import SERVER_MAX, PendingChanges
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from tests.conftest import Clock

HERE, THERE = GuildId(1), GuildId(2)


def ask(topic: str = "台風", words: str = "") -> SubscribeRequest:
    return SubscribeRequest(topic, HERE, ChannelId(2), UserId(3), "ja", chosen=SettingsChange(include=words))


def test_a_token_stands_for_what_was_kept_in_its_server_alone(clock: Clock) -> None:
    kept = PendingChanges(clock)
    first, second = kept.keep(HERE, ask("台風")), kept.keep(HERE, ask("紅葉"))

    assert [kept.find(HERE, one) for one in (first, second)] == [ask("台風"), ask("紅葉")]
    assert kept.find(THERE, first) is None
    assert kept.find(HERE, "0" * 16) is None


def test_each_is_kept_for_a_day_from_when_it_was_asked(clock: Clock) -> None:
    kept = PendingChanges(clock)
    first = kept.keep(HERE, ask())
    clock.forward(seconds=(KEPT - timedelta(hours=1)).total_seconds())
    second = kept.keep(HERE, ask())
    clock.forward(hours=2)

    assert kept.find(HERE, first) is None
    assert kept.find(HERE, second) == ask()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("words", ["", "語" * 6_000])
def test_a_server_that_asks_for_many_pushes_out_its_own_alone(clock: Clock, words: str) -> None:
    kept = PendingChanges(clock)
    ours = kept.keep(HERE, ask())
    theirs = [kept.keep(THERE, ask(f"{number}", words + str(number))) for number in range(SERVER_MAX + 100)]

    assert kept.find(HERE, ours) == ask()
    assert kept.find(THERE, theirs[0]) is None
    assert kept.find(THERE, theirs[-1]) is not None

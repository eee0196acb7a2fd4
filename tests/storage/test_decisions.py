"""What the rows of many alerts have in common is made once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.telling import decide_all
from bot.storage.decisions import Shared
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state


@pytest.mark.invariant(11)
def test_an_alert_that_many_channels_share_is_written_and_hashed_once() -> None:
    listeners = tuple(a_listener(number) for number in range(1, 500))
    alerts = decide_all(a_state(listeners=listeners), (a_post("a"), a_post("b")), POLICY, NOW).alerts
    shared = Shared()

    assert len({id(shared.written(alert.content)) for alert in alerts}) == 2
    assert len({id(shared.addresses(alert.content)) for alert in alerts if shared.addresses(alert.content)}) <= 2


def test_contents_that_differ_are_written_each_as_it_is() -> None:
    (alert,) = decide_all(a_state(listeners=(a_listener(),)), (a_post("a"),), POLICY, NOW).alerts
    other = replace(alert.content, language="en")
    shared = Shared()

    assert shared.written(alert.content) != shared.written(other)

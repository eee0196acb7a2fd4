"""``status --watch`` draws the status again and again in a terminal, until Ctrl-C."""

from __future__ import annotations

import pytest

from bot.cli import live_status
from bot.cli.terminal.console import out

from .test_cli import Here, here

__all__ = ["here"]


def test_status_is_drawn_again_until_the_person_ends_it(
    here: Here, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown, pauses = list[int](), list[float]()

    def show() -> None:
        shown.append(len(shown))
        out.print(f"status number {len(shown)}")

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    out.__dict__.pop("console", None)
    live_status.live(show, sleep=sleep)
    out.__dict__.pop("console", None)

    assert shown == [0, 1, 2]
    assert all(pause >= live_status.EVERY_S for pause in pauses)
    assert "status number 3" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["status", "--watch"], ["status", "--watch", "--json"]])
def test_watching_takes_a_terminal(here: Here, words: list[str]) -> None:
    assert here(*words).code == 2

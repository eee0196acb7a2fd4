"""``status --watch`` draws the status again and again in a terminal, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.cli import live_status
from bot.cli.terminal.console import out

from .test_cli import Here, here

__all__ = ["here"]

LEAVE_SCREEN = "\x1b[?1049l"


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
    left = capsys.readouterr().out.rpartition(LEAVE_SCREEN)
    assert (left[1], left[2].strip()) == (LEAVE_SCREEN, "status number 3")


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out.__dict__.pop("console", None)
    yield
    out.__dict__.pop("console", None)


def ending_with(ended: BaseException) -> Callable[[], None]:
    def show() -> None:
        raise ended

    return show


@pytest.mark.usefixtures("on_a_terminal")
@pytest.mark.parametrize("ended", [KeyboardInterrupt(), SystemExit(130)])
def test_ctrl_c_ends_it_well_while_the_database_is_read_too(ended: BaseException) -> None:
    live_status.live(ending_with(ended))


@pytest.mark.usefixtures("on_a_terminal")
def test_database_that_cannot_be_read_ends_it_as_it_ends_status() -> None:
    with pytest.raises(SystemExit) as ended:
        live_status.live(ending_with(SystemExit(4)))

    assert ended.value.code == 4


@pytest.mark.parametrize("words", [["status", "--watch"], ["status", "--watch", "--json"]])
def test_watching_takes_a_terminal(here: Here, words: list[str]) -> None:
    assert here(*words).code == 2

"""Questions to the person at the terminal: a line, a secret, yes or no, one of a list."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence

from bot.cli.terminal.console import out, print_text
from bot.cli.terminal.messages import say

_PROMPT = "> "
_YES, _NO = ("y", "yes", "はい", "ｙ"), ("n", "no", "いいえ", "ｎ")


def is_at_a_terminal() -> bool:
    """Whether a person can answer: input and output are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, default: str = "", *, check: Callable[[str], str | None] = lambda _: None) -> str:
    """A line as typed, trimmed; empty is ``default``. What ``check`` has a sentence for is asked again."""
    while True:
        print_text(say("cli-setup-default", question=question, default=default) if default else question)
        typed = _line() or default
        wrong = check(typed)
        if wrong is None:
            return typed
        print_text(wrong, style="red")


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    print_text(question)
    out.flush()
    return _typed(getpass.getpass)


def confirm(question: str, *, default: bool) -> bool:
    """Yes or no; what is neither is asked again."""
    hint = say("cli-setup-yes" if default else "cli-setup-no")
    while True:
        print_text(say("cli-setup-choice", question=question, hint=hint))
        typed = _line().casefold()
        if not typed:
            return default
        if typed in _YES or typed in _NO:
            return typed in _YES


def choose(question: str, choices: Sequence[str]) -> int | None:
    """The place of a choice by its number, counted from 1 for the person; None for an empty answer."""
    for number, choice in enumerate(choices, start=1):
        print_text(f"{number}. {choice}", indent="  ", hanging="   ")
    while True:
        print_text(question)
        typed = _line()
        if not typed:
            return None
        if typed.isascii() and typed.isdecimal() and 1 <= int(typed[:4]) <= len(choices):
            return int(typed[:4]) - 1


def _line() -> str:
    out.flush()
    return _typed(input)


def _typed(read: Callable[[str], str]) -> str:
    """The line that ``read`` gets, trimmed; bytes that are no text are asked for again."""
    while True:
        try:
            typed = read(_PROMPT).strip()
            typed.encode()  # a terminal of another encoding sends what no file can hold
        except UnicodeError:
            print_text(say("cli-setup-not-text"), style="red")
        else:
            return typed

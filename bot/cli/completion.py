"""Installing the completion of words for a shell, said in the reader's language: Typer says it in English."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import Any, Final

import typer

from bot.cli.terminal.messages import listed, say

_OPTION: Final = "install_completion"
_SHELLS: Final = ["bash", "zsh", "fish", "PowerShell"]
"""The shells that Typer knows; it detects the one that runs this."""


def speak_of_installing(params: Iterable[Any]) -> None:
    """Let Typer's option ``--install-completion``, if it is among the parameters, say what it did as we do."""
    for param in params:
        if param.name == _OPTION:
            param.callback = _install


def _install(ctx: Any, _: Any, wanted: Any) -> Any:
    if not wanted or ctx.resilient_parsing:
        return wanted
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            shell, path = import_module("typer.completion").install(
                shell=wanted if isinstance(wanted, str) else None
            )
    except typer.Exit:
        typer.echo(say("cli-completion-unknown-shell", shells=listed(_SHELLS)), err=True)
        raise
    typer.echo(say("cli-completion-installed", shell=shell, path=str(path)))
    raise typer.Exit

"""Helps and errors of the command line in the reader's language, by ids: ``cli-help-watch-add`` and so on.

Typer writes English and counts letters, not cells, so that a Japanese help would be ragged. A help's first
paragraph is what a list of commands shows, so that such a list needs no command's module.
"""

from __future__ import annotations

import re
import shutil
from difflib import get_close_matches
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from bot.cli.terminal.layout import indented, pairs, wrapped
from bot.cli.terminal.messages import joined, knows, listed, say
from config.sentences import LANGUAGES

WIDEST: Final = 100
_EXTRA: Final = re.compile(r"unexpected extra argument(?:s|\(s\))? \((.*)\)", re.DOTALL)
_EXPLAINED: Final = {"NoArgsIsHelpError"}


class WrongArgument(typer.BadParameter):
    """An argument is wrong; the message is a sentence of ours."""


def check_language(named: str | None) -> str | None:
    """The language that an option names. Raises ``WrongArgument`` for one we do not speak."""
    if named is not None and named.strip().lower() not in LANGUAGES:
        raise WrongArgument(say("cli-usage-choice", choices=listed(list(LANGUAGES))), param_hint="--language")
    return named


def width() -> int:
    """The width of a help in cells."""
    return min(shutil.get_terminal_size().columns, WIDEST)


def ids_of(ctx: typer.Context) -> str:
    """The ending of the ids of a command's texts: its words after the program's name."""
    words, at = [], ctx
    while at.parent is not None:
        words.append(at.info_name or "")
        at = at.parent  # type: ignore[assignment]
    return "-".join(reversed(words))


def short(path: str) -> str:
    """The first sentence of a command's help."""
    return say(f"cli-help-{path}").partition("\n")[0]


def of_param(path: str, name: str) -> str:
    """The description of a parameter: its own sentence, else the one for all of that name."""
    own = f"cli-param-{path}-{name}".replace("_", "-")
    return say(own if knows(own) else f"cli-param-{name}".replace("_", "-"))


def help_lines(command: Any, ctx: Any) -> list[str]:
    """The whole help of a command or a group."""
    path, across = ids_of(ctx), width()
    lines = wrapped(usage(command, ctx), across)
    for paragraph in say(f"cli-help-{path}" if path else "cli-help").split("\n"):
        lines += indented(paragraph, across) if paragraph.strip() else [""]
    lines.insert(1 if len(lines) > 1 else 0, "")
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    for kind, heading in (("argument", "cli-help-arguments"), ("option", "cli-help-options")):
        rows = [(_named(param), _meant(path, param)) for param in params if param.param_type_name == kind]
        if rows:
            lines += ["", say(heading), *pairs(rows, across)]
    if isinstance(command, TyperGroup):
        names = command.list_commands(ctx)
        rows = [(name, short(f"{path}-{name}" if path else name)) for name in names]
        lines += ["", say("cli-help-commands"), *pairs(rows, across)]
    return lines


def usage(command: Any, ctx: Any) -> str:
    """One line: how the command is written."""
    pieces = [say("cli-help-usage", command=ctx.command_path), say("cli-help-usage-options")]
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = param.metavar or param.name.upper()
            pieces.append((name if param.required else f"[{name}]") + ("" if param.nargs == 1 else "..."))
    if isinstance(command, TyperGroup):
        pieces.append(say("cli-help-usage-command"))
    return " ".join(pieces)


def _named(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    names = ", ".join((*param.opts, *param.secondary_opts))
    takes = "" if param.is_flag or param.count else f" {param.metavar or param.name.upper()}"
    return f"{names}{takes}"


def _meant(path: str, param: Any) -> str:
    meaning = of_param(path, param.name)
    if named := getattr(param.type, "choices", None):
        choices = listed([str(getattr(one, "value", one)) for one in named])
        meaning = say("cli-help-choices", meaning=meaning, choices=choices)
    if param.param_type_name == "option" and not param.is_flag and param.default not in (None, "", ()):
        return joined(meaning, say("cli-help-default", value=str(getattr(param.default, "value", param.default))))
    return meaning


def _with_helps(command: Any, ctx: Any) -> None:
    """Give its parameters their sentences, for a shell that shows them."""
    for param in command.get_params(ctx):
        param.help = of_param(ids_of(ctx), param.name)


class SpokenCommand(TyperCommand):
    """A command whose help is said in the reader's language."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Options that begin so, each with its sentence."""
        _with_helps(self, ctx)
        return super().shell_complete(ctx, incomplete)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, in lines that fit."""
        formatter.write("\n".join(help_lines(self, ctx)) + "\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        """Lists are ours, see ``SpokenGroup``."""
        return ""


class SpokenGroup(TyperGroup):
    """A group of commands whose help is said in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, in lines that fit."""
        formatter.write("\n".join(help_lines(self, ctx)) + "\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        """Lists are ours, see ``help_lines``."""
        return ""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Names that begin so, each with its sentence; no command's module is read for it."""
        from typer._click.shell_completion import CompletionItem  # noqa: PLC0415 - for a shell alone

        if incomplete.startswith("-"):
            _with_helps(self, ctx)
            return super(TyperGroup, self).shell_complete(ctx, incomplete)
        path = ids_of(ctx)
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [CompletionItem(name, help=short(f"{path}-{name}" if path else name)) for name in names]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is named. Raises ``WrongArgument`` with one like it."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        if name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise WrongArgument(no_such("cli-usage-no-command", name, self.list_commands(ctx)), ctx=ctx)


def no_such(text_id: str, name: str, known: list[str]) -> str:
    """The error for an unknown name, with a similar one, or with all there are."""
    near = get_close_matches(name.lower(), known, n=1)
    rest = say("cli-usage-maybe", guess=near[0]) if near else say("cli-usage-there-are", known=listed(known))
    return joined(say(text_id, name=name), rest)


def usage_error(error: Any) -> list[str]:
    """The error of a command line, and where to read on."""
    name = type(error).__name__
    if name in _EXPLAINED:
        return []
    ctx = error.ctx
    path = ctx.command_path if ctx is not None else "kawaraban"
    return [_what(error, name), say("cli-usage-see", command=f"{path} --help")]


def _what(error: Any, name: str) -> str:
    param = getattr(error, "param", None)
    if isinstance(error, WrongArgument):
        # A hint names the part of the command line that a sentence alone would not.
        return f"{error.param_hint}{say('cli-colon')}{error.message}" if error.param_hint else str(error.message)
    if name == "NoSuchOption":
        near = get_close_matches(error.option_name, error.possibilities or (), n=1)
        maybe = say("cli-usage-maybe", guess=near[0]) if near else ""
        return joined(say("cli-usage-no-option", name=error.option_name), maybe)
    if name == "MissingParameter":
        return say("cli-usage-missing", name=_hint(param))
    if name == "BadOptionUsage":
        return say("cli-usage-no-value", name=error.option_name)
    if name == "BadParameter" and param is not None:
        return f"{_hint(param)}{say('cli-colon')}{_takes(param)}"
    extra = _EXTRA.search(str(error.message))
    return str(error.format_message()) if extra is None else _too_many(error.ctx, extra[1])


def _too_many(ctx: Any, words: str) -> str:
    """The sentence about words that a command does not take."""
    return joined(say("cli-usage-extra", words=words), say("cli-usage-quotes") if _takes_arguments(ctx) else "")


def _takes_arguments(ctx: Any) -> bool:
    """Whether a command takes an argument, in which there may be spaces."""
    return ctx is not None and any(param.param_type_name == "argument" for param in ctx.command.params)


def _hint(param: Any) -> str:
    if param is None:
        return ""
    if param.param_type_name == "option":
        return str(param.opts[0])
    return str(param.metavar or param.name.upper()).rpartition(" ")[2]


def _takes(param: Any) -> str:
    """The description of a kind of value."""
    kind = param.type
    if named := getattr(kind, "choices", None):
        return say("cli-usage-choice", choices=listed([str(getattr(one, "value", one)) for one in named]))
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if least is not None and most is not None:
        return say("cli-usage-range", least=str(least), most=str(most))
    if least is not None:
        return say("cli-usage-at-least", least=str(least))
    return say("cli-usage-value")

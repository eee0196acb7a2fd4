"""Results of the doctor's checks as lines in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.core.causes import Cause
from bot.core.errors import SourceError
from config.sentences import Language, cause_sentence, sentence

State = Literal["ok", "note", "fix"]


@dataclass(frozen=True, slots=True)
class Check:
    """One line: ``ok`` all is well, ``note`` good to know, ``fix`` to be mended.

    ``name`` is for scripts and stays as it is; ``title`` is what people are shown.
    """

    name: str
    state: State
    detail: str
    advice: str | None = None
    title: str = ""


class CheckReporter:
    """Makes checks of text ids. ``language``: that of their details and advice."""

    def __init__(self, language: Language = "en") -> None:
        self.language = language

    def say(self, text_id: str, **values: Any) -> str:
        """A sentence."""
        return sentence(self.language, text_id, **values)

    def say_health(self, cause: Cause, facts: str, **values: Any) -> str:
        """The cause of a source that is not well; ``facts``: the English ones of the log."""
        return cause_sentence(self.language, f"health-{cause.replace('_', '-')}", facts, **values)

    def say_failure(self, error: SourceError, asked: str = "") -> str:
        """The cause of a fetch that failed.

        ``asked``: words that stand before it; the host in them is not named again. A name that does not exist
        needs no facts in Japanese, where its sentence says as much.
        """
        host, colon, rest = error.detail.partition(": ")
        if not (colon and asked.endswith(f"@ {host}")):
            return self.say_health(error.cause, error.detail)
        is_said = error.cause is Cause.HOST_UNKNOWN and self.language != "en"
        return self.say_health(error.cause, "" if is_said else rest)

    def say_permissions(self, permissions: Sequence[str]) -> str:
        """Permissions as Discord's settings call them in the reader's language; ``permissions``: by attribute."""
        names = [self.say(f"perm-{permission.replace('_', '-')}") for permission in permissions]
        return self.say("list-comma").join(names)

    def check(
        self, name: str, state: State, text_id: str, /, *, advice: str | None = None, **values: Any
    ) -> Check:
        """A check whose detail, and ``advice`` where there is one, are sentences by ids."""
        return Check(
            name,
            state,
            self.say(text_id, **values),
            None if advice is None else self.say(advice, **values),
            self.title(name),
        )

    def title(self, name: str) -> str:
        """The title of a check: its first word, and its subject."""
        kind, _, rest = name.partition(" ")
        title = self.say(f"cli-doctor-title-{kind}")
        return f"{title} {rest.removeprefix('at ')}" if rest else title


MARKS: Final[Mapping[State, tuple[str, str]]] = {
    "ok": ("✓", "green"),
    "note": ("·", "yellow"),
    "fix": ("✗", "red"),
}
"""Mark and colour of each state."""

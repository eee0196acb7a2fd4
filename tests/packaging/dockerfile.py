"""Reads a Dockerfile: its stages, and each instruction with its words."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: ``name`` in capital letters, and the text after it with ARG values put in."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """The words of the JSON form or of a shell."""
        if self.text.startswith("["):
            words: list[str] = json.loads(self.text)
            return words
        return shlex.split(self.text)


@dataclass(slots=True)
class Stage:
    """A stage. ``base``: the image that it begins with."""

    base: str
    name: str = ""
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        """The instructions of a name."""
        return [one for one in self.instructions if one.name == name]

    def last(self, name: str) -> Instruction:
        """The last instruction of a name, which is the one that holds."""
        return self.all(name)[-1]

    def environment(self) -> dict[str, str]:
        """The variables that ENV sets."""
        pairs = (word.partition("=") for one in self.all("ENV") for word in one.words)
        return {name: value for name, _, value in pairs}


def read(path: Path) -> list[Stage]:
    """The stages of a file."""
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for line in _lines(path.read_text(encoding="utf-8")):
        name, _, text = line.partition(" ")
        for argument, value in arguments.items():
            text = text.replace(f"${{{argument}}}", value)
        instruction = Instruction(name.upper(), text.strip())
        if instruction.name == "ARG":
            argument, _, value = instruction.text.partition("=")
            arguments[argument] = value
        elif instruction.name == "FROM":
            base, *named = instruction.words
            stages.append(Stage(base, named[1] if named else ""))
        else:
            stages[-1].instructions.append(instruction)
    return stages


def _lines(text: str) -> Iterator[str]:
    kept = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    yield from "\n".join(kept).replace("\\\n", " ").splitlines()

"""Surges with a known cause: ordinary posts of a topic, and posts of an hour in which something happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.keywords.utterances import Utterance

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
USUAL_TOO = 7
"""Posts of the hour that are as ordinary as those before."""
LOUD = 3
"""Posts of the one who repeats something else."""


@dataclass(frozen=True)
class PlantedSurge:
    """A surge: its posts, those before, and the words that name its cause."""

    language: str
    topic: str
    causes: tuple[str, ...]
    recent: tuple[Utterance, ...]
    background: tuple[Utterance, ...]


def planted_surges(language: str) -> list[PlantedSurge]:
    """All surges of a language, in the order of the file."""
    return list(_read(language, Path(__file__).with_name(f"{language}.txt").read_text("utf-8").splitlines()))


@dataclass
class _Topic:
    name: str
    tags: list[str] = field(default_factory=list)
    loud: str = ""
    usual: list[str] = field(default_factory=list)


def _read(language: str, lines: list[str]) -> Iterator[PlantedSurge]:
    topic, causes, said = _Topic(""), (), []  # type: _Topic, tuple[str, ...], list[str]
    for line in (*(one for one in lines if not one.startswith("#")), "topic "):
        kind, _, rest = line.partition(" ")
        if kind in {"topic", "cause"} and causes:
            yield _planted(language, topic, causes, said)
        match kind:
            case "topic":
                topic, causes = _Topic(rest), ()
            case "tags":
                topic.tags = rest.split()
            case "loud":
                topic.loud = rest
            case "cause":
                causes, said = tuple(rest.split("|")), []
            case _ if causes:
                said.append(line)
            case _:
                topic.usual.append(line)


def _planted(language: str, topic: _Topic, causes: tuple[str, ...], said: list[str]) -> PlantedSurge:
    beside = topic.usual[len(causes[0]) % 3 :: 3][:USUAL_TOO]
    before = [line for line in topic.usual if line not in beside]
    recent = [*said, *(_tagged(topic, index, line) for index, line in enumerate(beside))]
    recent[: len(said)] = [_tagged(topic, 2 * index, line) for index, line in enumerate(said)]
    recent += [f"~{topic.loud} {topic.loud} {topic.name}"] * LOUD
    return PlantedSurge(
        language,
        topic.name,
        causes,
        tuple(_utterance(index, line, hours=0) for index, line in enumerate(recent)),
        tuple(_utterance(index, _tagged(topic, index, line), hours=48) for index, line in enumerate(before)),
    )


def _tagged(topic: _Topic, index: int, line: str) -> str:
    """Two posts of three carry tags of the topic."""
    if index % 3 == 0 or line.startswith("~"):
        return line
    first = index % len(topic.tags)
    return " ".join([line, f"#{topic.tags[first]}", f"#{topic.tags[first - 1]}"])


def _utterance(index: int, line: str, *, hours: int) -> Utterance:
    author = "one" if line.startswith("~") else f"author {hours} {index}"
    at = NOW - timedelta(hours=hours, minutes=index)
    return Utterance(key=f"{hours}:{index}", author=author, text=line.removeprefix("~"), at=at)

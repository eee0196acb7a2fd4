"""Misbehaviour on command: what is to go wrong, where and how often."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "status", "rate_limit", "reset", "hang", "delay", "drop_answer", "accept_and_hang", "proxy_answer", "verbatim"
]


@dataclass(frozen=True)
class Fault:
    """One way to go wrong. Made by the functions below, or from JSON by ``Fault(**fields)``."""

    kind: Kind
    http_status: int = 0
    code: int = 0
    seconds: float = 0.0
    scope: Literal["user", "global", "shared"] = "user"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    is_taken: bool = False
    """All is done and recorded before the answer."""

    @classmethod
    def verbatim(cls, http_status: int, body: str, headers: Mapping[str, str], *, is_taken: bool = False) -> Fault:
        """Answer these very bytes and headers, where Discord's own shape is not what came."""
        said = tuple(headers.items())
        return cls("verbatim", http_status=http_status, body=body, headers=said, is_taken=is_taken)

    @classmethod
    def status(cls, http_status: int, code: int = 0) -> Fault:
        """Answer with this status instead of doing anything. A 5xx has an HTML body, as a proxy's has."""
        return cls("status", http_status=http_status, code=code)

    @classmethod
    def global_429(cls, retry_after: float) -> Fault:
        """The whole bot is to wait."""
        return cls("rate_limit", seconds=retry_after, scope="global")

    @classmethod
    def shared_429(cls, retry_after: float) -> Fault:
        """Others used up the resource: does not count as invalid."""
        return cls("rate_limit", seconds=retry_after, scope="shared")

    @classmethod
    def reset(cls) -> Fault:
        """The connection is reset (RST) and nothing was done."""
        return cls("reset")

    @classmethod
    def hang(cls) -> Fault:
        """Nothing is done and no answer comes, until the server stops."""
        return cls("hang")

    @classmethod
    def delay(cls, seconds: float) -> Fault:
        """The request is handled ``seconds`` later."""
        return cls("delay", seconds=seconds)

    @classmethod
    def drop_answer(cls) -> Fault:
        """All is done and recorded, then the connection is reset: the client cannot know."""
        return cls("drop_answer")

    @classmethod
    def proxy_answer(cls, http_status: int) -> Fault:
        """All is done and recorded, but a rate-limit proxy answers in Discord's stead.

        nirn-proxy: 408 with a text where Discord takes longer than its REQUEST_TIMEOUT, 429 where one of its nodes
        failed meanwhile. Where the connection broke: 500, and 502 of twilight's http-proxy.
        """
        return cls("proxy_answer", http_status=http_status)

    @classmethod
    def accept_and_hang(cls) -> Fault:
        """All is done and recorded, but the answer never comes."""
        return cls("accept_and_hang")


@dataclass
class Rule:
    """A fault for requests whose ``METHOD /path`` contains ``where``."""

    where: str
    fault: Fault
    times: int
    skip: int
    probability: float


class Faults:
    """The script: rules are asked in the order they were added, each until it is used up."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._rules: list[Rule] = []

    def next(self, where: str, fault: Fault, times: int = 1, skip: int = 0) -> None:
        """Give ``fault`` to the next ``times`` requests matching ``where``, after letting ``skip`` of them pass.

        ``where`` is part of ``METHOD /path`` without the API's base, e.g. ``POST /channels/123/messages``.
        """
        self._rules.append(Rule(where, fault, times, skip, 1.0))

    def sometimes(self, where: str, fault: Fault, probability: float) -> None:
        """Give ``fault`` to each matching request with ``probability``, from the server's seed."""
        self._rules.append(Rule(where, fault, 2**62, 0, probability))

    @contextmanager
    def during(self, *places: str, fault: Fault, probability: float = 1.0) -> Iterator[None]:
        """Give ``fault`` to what matches one of the places, for as long as the block runs."""
        rules = [Rule(where, fault, 2**62, 0, probability) for where in places]
        self._rules[:0] = rules
        try:
            yield
        finally:
            self._rules = [rule for rule in self._rules if not any(rule is mine for mine in rules)]

    def clear(self) -> None:
        """Behave again."""
        self._rules.clear()

    def take(self, request: str) -> Fault | None:
        """The fault for this request, if any."""
        for rule in self._rules:
            if rule.where not in request or not rule.times:
                continue
            if rule.skip:
                rule.skip -= 1
            elif rule.probability >= 1.0 or self._random.random() < rule.probability:
                rule.times -= 1
                return rule.fault
        return None

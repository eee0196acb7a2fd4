"""A cache of verdicts of filter words: a poll that shows the same posts matches nothing again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NewType

import msgspec

from bot.core.models import Post, Rules

from .rules import Verdict

RulesId = NewType("RulesId", bytes)
TextId = NewType("TextId", bytes)

VERDICT_BYTES = 200
"""Bytes of one cached verdict: a key of 16 bytes as an object, and its slot in a dict (measured: 150)."""


def rules_id(rules: Rules) -> RulesId:
    """The words of rules: the same for equal words, in whatever server, and another one once they change."""
    return RulesId(hashlib.blake2b(msgspec.json.encode((rules.include, rules.exclude)), digest_size=16).digest())


def text_id(post: Post) -> TextId:
    """All that words are looked for in: another one once the text of a post changed."""
    read = f"{post.content_warning or ''}\n{post.text}".encode("utf-8", "surrogatepass")
    return TextId(hashlib.blake2b(read, digest_size=16).digest())


class VerdictMemory:
    """Verdicts by words and text, at most ``most`` of them; the words that were asked for longest ago leave first.

    Not for several threads at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_rules: OrderedDict[RulesId, dict[TextId, Verdict]] = OrderedDict()
        self._count = 0

    @property
    def weight(self) -> int:
        """Bytes, about."""
        return self._count * VERDICT_BYTES

    def recall(self, rules: RulesId, texts: Sequence[TextId]) -> dict[TextId, Verdict]:
        """The cached verdicts on these texts."""
        known = self._of_rules.get(rules)
        if known is None:
            return {}
        self._of_rules.move_to_end(rules)
        return {text: known[text] for text in texts if text in known}

    def remember(self, rules: RulesId, verdicts: Mapping[TextId, Verdict]) -> None:
        """Keep them; of one set of words, the texts that came first leave first."""
        known = self._of_rules.setdefault(rules, {})
        self._of_rules.move_to_end(rules)
        self._count -= len(known)
        known |= verdicts
        for text in list(islice(known, max(0, len(known) - self._most))):
            del known[text]
        self._count += len(known)
        while self._count > self._most:
            _, forgotten = self._of_rules.popitem(last=False)
            self._count -= len(forgotten)

"""The rules of a robots.txt that are for one robot (RFC 9309): read in one pass, small, quick to ask. Pure.

    text ─▶ lines ─▶ groups that name this robot ─▶ the most specific of them ─▶ ``SiteRules``

The text is written by the site's operator, so neither reading it nor asking it may cost more than its length:
of other robots nothing is kept, of a plain rule its hash, and wildcards are matched without looking back.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import field
from hashlib import blake2b
from typing import Final
from urllib.parse import quote, urlsplit

from bot.core.lazy_dataclass import dataclass

RULE_MAX: Final = 10_000
"""Characters of a rule that are read: no address that is asked is as long."""
WILDCARDS_MAX: Final = 2_000
"""Rules with ``*`` or ``$`` that are kept as written. Each is tried at each question, so many cost time."""
COSTLY: Final = 20_000_000
"""Characters of rules times characters of an address, of which a million takes up to 0.2 ms."""

_USER_AGENT: Final = re.compile(r"user[- ]?agent(?:\s*+:|\s)\s*+(.*)", re.IGNORECASE)
_RULE: Final = re.compile(r"(allow|dis{1,2}al{1,2}ow|diasllow|disallaw)(?:\s*+:|\s)\s*+(.*)", re.IGNORECASE)
"""Rules, with the spellings of ``disallow`` that crawlers accept."""
_BESIDE: Final = re.compile(r"(?:site-?maps?|host)(?:\s*+:|\s)", re.IGNORECASE)
"""Lines that stand anywhere and end no group."""
_PRODUCT: Final = re.compile(r"[a-z_-]+")
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_WRITTEN: Final = "".join(map(chr, range(0x21, 0x7F)))
_STARS: Final = re.compile(r"\*{2,}")


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The rules of a site for one robot, smaller than the text they were read from.

    ``allowed`` and ``forbidden``: hashes of plain rules, sorted; ``lengths``: of plain rules, the longest first.
    ``wildcards``: other rules with their length as written and whether they allow, the most specific first.
    """

    allowed: array[int]
    forbidden: array[int]
    lengths: tuple[int, ...]
    wildcards: tuple[tuple[str, int, bool], ...]

    @property
    def weight(self) -> int:
        """Bytes that it takes to keep, roughly."""
        wild = sum(len(pattern) + 130 for pattern, _, _ in self.wildcards)
        return 400 + 8 * (len(self.allowed) + len(self.forbidden)) + 36 * len(self.lengths) + wild

    def is_costly(self, url: str) -> bool:
        """Whether asking may take long: each wildcard is looked for in the address, at worst at each place."""
        return len(url) * sum(len(pattern) for pattern, _, _ in self.wildcards) > COSTLY

    def allow(self, url: str) -> bool:
        """Whether the address may be asked: the longest rule that fits says so, and allows where two are as long.

        Without a rule that fits, and for the rules themselves, it may (RFC 9309, 2.2.2).
        """
        path = _path_of(url)
        if path == "/robots.txt":
            return True
        plain, plain_allows = self._plain(path)
        for pattern, length, allows in self.wildcards:
            if length < plain or (length == plain and plain_allows):
                break
            if _fits(pattern, path):
                return allows
        return plain_allows

    def _plain(self, path: str) -> tuple[int, bool]:
        """The length of the longest plain rule that begins the path, and whether it allows; 0 where none does."""
        for length in self.lengths:
            if length <= len(path):
                mark = _mark(path[:length])
                if _has(self.allowed, mark):
                    return length, True
                if _has(self.forbidden, mark):
                    return length, False
        return 0, True


NO_RULES: Final = SiteRules(array("Q"), array("Q"), (), ())


def rules_for(agent: str, text: str) -> SiteRules:
    """The rules of a robots.txt for the robot of this name (small letters): of its own groups, else of ``*``.

    A group that names the beginning of the name is for it too, as crawlers read it; the longest name counts.
    """
    groups = [group for group in _groups(agent, text) if group.names]
    best = max((name for group in groups for name in group.names), key=_need, default=None)
    if best is None:
        return NO_RULES
    merged: dict[str, _Weight] = {}
    for group in groups:
        if best in group.names:
            for pattern, weight in group.rules:
                merged[pattern] = max(weight, merged.get(pattern, weight))
    return _kept(merged)


_Weight = tuple[int, bool]
"""The length of a rule as it was written, and whether it allows: the greater one decides (RFC 9309, 2.2.2)."""


@dataclass(slots=True)
class _Group:
    """A part of the text: the names of the robot asked about that it begins with, and its rules if it has any."""

    names: set[str] = field(default_factory=set)
    rules: list[tuple[str, _Weight]] = field(default_factory=list)


def _groups(agent: str, text: str) -> Iterator[_Group]:
    """Each group. Lines of any other kind say nothing, but end the names."""
    group = _Group()
    naming = False
    for line in text.splitlines():
        written = line.partition("#")[0].strip()
        if named := _USER_AGENT.match(written):
            if not naming:
                yield group
                group, naming = _Group(), True
            name = _product(named[1])
            if name == "*" or (name and agent.startswith(name)):
                group.names.add(name)
        elif written and not _BESIDE.match(written):
            naming = False
            if group.names and (rule := _RULE.match(written)):
                group.rules += _rule(rule[2], allows=rule[1].lower() == "allow")
    yield group


def _product(written: str) -> str:
    """The robot that a line names, without its version; ``*`` for all of them."""
    if written == "*" or written.startswith("* "):
        return "*"
    found = _PRODUCT.match(written.lower().replace("*", ""))
    return found[0] if found else ""


def _need(name: str) -> tuple[bool, int]:
    """The rank of a name's match, for comparison."""
    return name != "*", len(name)


def _rule(written: str, *, allows: bool) -> Iterable[tuple[str, _Weight]]:
    """A rule with its pattern as it is compared. One too long to keep forbids what its beginning names."""
    if len(written) > RULE_MAX:
        return () if allows else _weighed(_compared(written[:RULE_MAX]), allows=False)
    if not written.startswith(("/", "*")):
        return ()  # nothing begins so
    return _weighed(_compared(written), allows=allows)


def _weighed(pattern: str, *, allows: bool) -> Iterable[tuple[str, _Weight]]:
    """The rule with stars that stand together as one: they fit the same, and are as long as they were written."""
    yield _STARS.sub("*", pattern), (len(pattern), allows)


def _kept(rules: dict[str, _Weight]) -> SiteRules:
    """The rules of one robot as they are kept. Where wildcards are too many, the others forbid all they begin."""
    wild = [pattern for pattern in rules if "*" in pattern or pattern.endswith("$")]
    plain = {
        pattern: allows for pattern, (_, allows) in rules.items() if "*" not in pattern and pattern[-1] != "$"
    }
    for pattern in wild[WILDCARDS_MAX:]:
        if not rules[pattern][1]:
            plain.setdefault(re.split(r"[*$]", pattern, maxsplit=1)[0], False)
    by_need = sorted(wild[:WILDCARDS_MAX], key=rules.__getitem__, reverse=True)
    return SiteRules(
        allowed=_marks(pattern for pattern, allows in plain.items() if allows),
        forbidden=_marks(pattern for pattern, allows in plain.items() if not allows),
        lengths=tuple(sorted({len(pattern) for pattern in plain}, reverse=True)),
        wildcards=tuple((pattern, *rules[pattern]) for pattern in by_need),
    )


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern with wildcards fits: each piece is looked for behind the one before, never again."""
    ends = pattern.endswith("$")
    first, *others = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not ends or len(path) == len(first)
    at = len(first)
    for piece in others[:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if ends:
        return len(path) - len(others[-1]) >= at and path.endswith(others[-1])
    return path.find(others[-1], at) >= 0


def _path_of(url: str) -> str:
    """Path and query of an address, as rules are compared with them."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query or url.partition("#")[0].endswith("?") else ""
    return _compared((parts.path or "/") + query)


def _compared(written: str) -> str:
    """One form of all that mean the same: unreserved characters bare, all others beyond ASCII escaped (2.2.2)."""
    bare = written if "%" not in written else _ESCAPED.sub(_unescaped, written)
    return quote(bare, safe=_WRITTEN, errors="replace")


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code in _UNRESERVED else found[0].upper()


def _marks(patterns: Iterable[str]) -> array[int]:
    return array("Q", sorted(map(_mark, patterns)))


def _mark(pattern: str) -> int:
    return int.from_bytes(blake2b(pattern.encode(), digest_size=8).digest(), "big")


def _has(marks: array[int], mark: int) -> bool:
    at = bisect_left(marks, mark)
    return at < len(marks) and marks[at] == mark


def allows(rules: SiteRules, url: str) -> bool:
    """``SiteRules.allow`` as a function of a module, for another process."""
    return rules.allow(url)

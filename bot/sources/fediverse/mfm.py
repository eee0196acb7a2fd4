"""MFM, Misskey's markup, to the text a person reads: effects, emphasis and quote marks gone, whole links kept.

    text ─▶ tokens, left to right ─▶ a stack of what is open ─▶ pieces ─▶ text

Pure, and linear in the text: tokens never look back, and the stack is at most ``DEPTH_MAX`` deep, as Misskey's own
parser nests (misskey-dev/mfm.js, ``nestLimit``). An opening mark that is never closed stays what it is: text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.text import clean
from bot.sources.parsing.links import link_text

MFM_MAX: Final = 30_000
"""Characters read of one note; Discord shows at most 4,000."""
DEPTH_MAX: Final = 20

_TOKEN: Final = re.compile(
    r"""
      (?P<code>^```[^\n`]*+\n)                                          # a block of code: up to its closing fence
    | (?P<plain><plain>)                                                # nothing in here is markup
    | `(?P<inline>[^`\n]++)`
    | (?P<quote>^(?:>[ ]?)++)
    | <(?P<bare>https?://[^\s<>]++)>
    | \]\(<?(?P<href>https?://[^\s()<>"]++(?:\([^\s()<>"]*+\)[^\s()<>"]*+)*+)>?\)   # the end of [label](address)
    | (?P<kept>https?://[A-Za-z0-9.,_/:%\#@$&?!~=+\-]++                 # no markup inside: addresses,
        | [@\#＃][\w.@\-]++ | :[A-Za-z0-9_+\-@.]++:)                    # names, tags, custom emoji
    | \$\[(?P<effect>[A-Za-z0-9_]++)(?:\.[A-Za-z0-9_.,=\-]*+)?[ \n\u3000]
    | (?P<label>\??\[)
    | (?P<end>\])
    | (?<![A-Za-z0-9])(?:__(?P<strong>[A-Za-z0-9 \t]++)__|_(?P<under>[A-Za-z0-9 \t]++)_(?![A-Za-z0-9])
        | \*(?P<star>[A-Za-z0-9 \t]++)\*(?![A-Za-z0-9*]))
    | (?P<both>\*\*|~~)                                                 # opens and closes with the same mark
    | <(?P<tag>b|i|s|small|center)>
    | </(?P<untag>b|i|s|small|center)>
    | \\(?P<math>[(\[])
    | \\(?P<unmath>[)\]])
    """,
    re.VERBOSE | re.MULTILINE,
)
_FENCE: Final = re.compile(r"\n```[ \t]*$", re.MULTILINE)
_PLAIN_END: Final = re.compile(r"</plain>")
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*+\n)++")
_MATH_ENDS: Final = {")": "(", "]": "["}
_LATEST_UNIXTIME: Final = 253_402_300_799  # 9999-12-31

_EFFECT, _LABEL = "$[", "["


def mfm_to_text(mfm: str) -> str:
    """The readable text of a note. Never raises.

    Links are given as ``label (address)``, or as the address where the label claims to be one: a text that names
    another place than it leads to is a trap. Mentions, hashtags and custom emoji stay as they were typed; a ruby
    is ``base(reading)``; of code, the code.
    """
    text = _MfmReader(clean(mfm[:MFM_MAX])).text()
    return _BLANK_LINES.sub("\n\n", text).strip(" \t\n")


@dataclass(frozen=True, slots=True)
class _Open:
    """Something that waits for its end: what it is, the piece that stands for it, and an effect's name."""

    kind: str
    at: int
    name: str = ""


class _MfmReader:
    """One text under way. ``pieces`` is what was read; the stack names those that are marks until closed."""

    def __init__(self, mfm: str) -> None:
        self._mfm = mfm
        self._pieces: list[str] = []
        self._stack: list[_Open] = []
        self._never: set[re.Pattern[str]] = set()

    def text(self) -> str:
        """Read all of it."""
        at = 0
        while (token := _TOKEN.search(self._mfm, at)) is not None:
            self._pieces.append(self._mfm[at : token.start()])
            at = self._take(token)
        return "".join(self._pieces) + self._mfm[at:]

    def _take(self, token: re.Match[str]) -> int:
        """Act on one token; return where the next one is looked for."""
        kind, value = token.lastgroup or "", token[token.lastgroup or 0]
        match kind:
            case "code" | "plain":
                return self._verbatim(token, _FENCE if kind == "code" else _PLAIN_END)
            case "effect" | "label":
                self._open(_EFFECT if kind == "effect" else _LABEL, token[0], value)
            case "tag" | "math":
                self._open(value, token[0])
            case "end" | "href":
                self._end_bracket(token[0], value if kind == "href" else None)
            case "both" | "untag" | "unmath":
                self._end_mark(_MATH_ENDS.get(value, value), token[0], opens=kind == "both")
            case "quote":
                pass
            case _:
                self._pieces.append(value)
        return token.end()

    def _verbatim(self, token: re.Match[str], end: re.Pattern[str]) -> int:
        """The text up to ``end`` as it is. An end that was once missing is not searched again."""
        # A fence may follow at once: it begins with the new line the opening ends with.
        begin = token.end() - (1 if end is _FENCE else 0)
        closing = None if end in self._never else end.search(self._mfm, begin)
        if closing is None:
            self._never.add(end)
            self._pieces.append(token[0])
            return token.end()
        self._pieces.append(self._mfm[token.end() : closing.start()])
        return closing.end()

    def _open(self, kind: str, literal: str, name: str = "") -> None:
        if len(self._stack) < DEPTH_MAX:
            self._stack.append(_Open(kind, len(self._pieces), name))
        self._pieces.append(literal)

    def _end_mark(self, kind: str, literal: str, *, opens: bool) -> None:
        """Close the nearest of its kind within the same bracket; marks left open inside it stay text."""
        depth = self._nearest(kind, _EFFECT, _LABEL)
        if depth is not None and self._stack[depth].kind == kind:
            at = self._stack[depth].at
            del self._stack[depth:]
            if not (kind == "~~" and self._has_line_end(at)):
                self._pieces[at] = ""
                return
        if opens:
            self._open(kind, literal)
        else:
            self._pieces.append(literal)

    def _nearest(self, *kinds: str) -> int | None:
        """The index on the stack of the innermost open mark of these kinds."""
        return next((at for at in reversed(range(len(self._stack))) if self._stack[at].kind in kinds), None)

    def _has_line_end(self, at: int) -> bool:
        """``~~`` strikes out within a line only: 「わ~~い」 is no mark."""
        return any("\n" in piece for piece in self._pieces[at:])

    def _end_bracket(self, literal: str, href: str | None) -> None:
        """Close the nearest bracket, with everything left open inside it."""
        depth = self._nearest(_EFFECT, _LABEL)
        if depth is None:
            self._pieces.append(literal)
            return
        opened = self._stack[depth]
        del self._stack[depth:]
        if opened.kind == _LABEL and href is None:
            self._pieces.append(literal)  # brackets, and nothing else
            return
        inside = "".join(self._pieces[opened.at + 1 :])
        rest = literal[1:] if opened.kind == _EFFECT else ""
        shown = _link(inside, href) if opened.kind == _LABEL and href else _effect(opened.name, inside)
        self._pieces[opened.at :] = [shown + rest]


def _link(label: str, href: str) -> str:
    """A real link as text; what reads as a mention or a tag stays that."""
    return link_text(" ".join(label.split()), href)


def _effect(name: str, inside: str) -> str:
    """The text of ``$[name …]``: ruby goes behind its base, a time is written out, other effects only move."""
    if name == "ruby":
        base, _, reading = inside.strip().rpartition(" ")
        return f"{base}({reading})" if base else inside
    if name == "unixtime" and re.fullmatch(r"[0-9]{1,12}", inside.strip()):
        seconds = min(int(inside), _LATEST_UNIXTIME)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return inside

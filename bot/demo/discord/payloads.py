"""Changes to the data that a simulated Discord shows; pure functions of plain payloads."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

_RELATIVE = re.compile(r'"unix": (-?\d+), "style": "R"')
_UNITS_S = ((60, 1), (3600, 60), (86_400, 3600), (604_800, 86_400), (math.inf, 604_800))
"""Distances in seconds, each with the unit in which shorter ones are said (SimCord's ``text.js``)."""


def stamp_relative_times(snapshot: dict[str, Any], at: datetime) -> None:
    """The page draws a message anew only when it changed: mark each with what its relative times read."""
    for message in snapshot.get("messages", {}).values():
        if found := _RELATIVE.findall(json.dumps(message)):
            message["kawaraban_relative_times"] = [_read_as(float(unix) - at.timestamp()) for unix in found]


def _read_as(seconds: float) -> list[int]:
    """A distance as the page says it: a whole number of a unit."""
    unit = next(unit for longest, unit in _UNITS_S if abs(seconds) < longest)
    return [unit, math.floor(seconds / unit + 0.5)]


def localize(node: dict[str, Any], locale: str) -> dict[str, Any]:
    """A command or option with its description, and those within it, in ``locale`` where it has one."""
    described = (node.get("description_localizations") or {}).get(locale)
    changes: dict[str, Any] = {"description": described} if described else {}
    if node.get("options"):
        changes["options"] = [localize(option, locale) for option in node["options"]]
    if node.get("choices"):
        changes["choices"] = [_name_choice(choice, locale) for choice in node["choices"]]
    return {**node, **changes}


def _name_choice(choice: dict[str, Any], locale: str) -> dict[str, Any]:
    return {**choice, "name": (choice.get("name_localizations") or {}).get(locale, choice["name"])}


def name_commands(catalog: dict[str, Any], commands: Iterable[Mapping[str, Any]], locale: str) -> dict[str, str]:
    """Write into a page's catalog how each command and option is called in ``locale``, as ``shown``.

    Returns the shown name of each command, and of each group, by the name it has in the code.
    """
    by_id = {str(command.get("id")): command for command in commands}
    names = {}
    for entry in catalog.get("entries", []):
        node = by_id.get(entry["commandId"])
        shown: list[str] = []
        for part in entry["path"]:
            node = _part(node, part, is_root=not shown)
            shown.append(_name(node or {"name": part}, locale))
        entry["shown"] = names[entry["invocation"]] = " ".join(shown)
        names.setdefault(entry["path"][0], shown[0])
        options = {option["name"]: option for option in (node or {}).get("options") or []}
        for option in entry["options"]:
            option["shown"] = _name(options.get(option["name"], option), locale)
    return names


def _part(node: Mapping[str, Any] | None, name: str, *, is_root: bool) -> Mapping[str, Any] | None:
    """The command itself, or what it holds under this name."""
    if node is None or is_root:
        return node
    return next((each for each in node.get("options") or [] if each.get("name") == name), None)


def _name(node: Mapping[str, Any], locale: str) -> str:
    return str((node.get("name_localizations") or {}).get(locale) or node.get("name", ""))


_LINKS, _WORDS = {"url", "href"}, {"content", "text", "label", "description", "placeholder"}


def lead_links(snapshot: dict[str, Any], links: Mapping[str, str], hosts: Mapping[str, str]) -> None:
    """Let the links of all messages that begin like one of ``links`` lead where it says instead.

    ``hosts``: what is read where a message names a host, which in the demo is a port of this machine.
    """
    for message in snapshot.get("messages", {}).values():
        _lead(message, links, hosts)


def lead_back(data: dict[str, Any], links: Mapping[str, str]) -> None:
    """Replace addresses of the demo's pages in what a person sent by the addresses they stand for.

    ``data``: an interaction's; what is typed stands in its options, or in the fields of a form. ``links``: as for
    ``lead_links``; an address of a machine by another scheme stands for none.
    """
    back = {ours: theirs for theirs, ours in reversed(list(links.items())) if theirs.split(":", 1)[1] not in ours}
    for node in (*data.get("options", ()), *data.get("components", ())):
        _lead_back(node, back)


def _lead_back(node: dict[str, Any], back: Mapping[str, str]) -> None:
    value = node.get("value")
    if isinstance(value, str):
        bare = value.strip().strip("<>|")
        begin = max((each for each in back if bare.startswith(each)), key=len, default=None)
        node["value"] = value if begin is None else back[begin] + bare.removeprefix(begin)
    inner = [*(node.get("options") or ()), *(node.get("components") or ()), node.get("component") or {}]
    for each in inner:
        if each:
            _lead_back(each, back)


def _lead(node: Any, links: Mapping[str, str], hosts: Mapping[str, str]) -> None:
    if isinstance(node, list):
        for each in node:
            _lead(each, links, hosts)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(value, str):
                _lead(value, links, hosts)
            elif key in _LINKS:
                begin = next((each for each in links if value.startswith(each)), None)
                node[key] = value if begin is None else links[begin] + value.removeprefix(begin)
            elif key in _WORDS:
                node[key] = _named(value, hosts)


def _named(text: str, hosts: Mapping[str, str]) -> str:
    """A text with a host's name in place of its port, plain or escaped; an address that can be typed stays one."""
    for host, name in hosts.items():
        text = _as_written(host).sub(name, text)
    return text


@lru_cache(maxsize=64)
def _as_written(host: str) -> re.Pattern[str]:
    letters = "".join(rf"\\?{re.escape(letter)}" for letter in host)
    return re.compile(rf"(?<![/\d]){letters}(?!\d)")


def name_people(snapshot: dict[str, Any], people: Mapping[str, str]) -> None:
    """Say in the list of people one can be what each may do. ``people``: by id."""
    for viewer in snapshot.get("viewers") or []:
        if isinstance(viewer, dict):
            viewer["name"] = people.get(str(viewer.get("id")), viewer.get("name"))


def name_used_commands(snapshot: dict[str, Any], names: Mapping[str, str]) -> None:
    """Above an answer stands the command it answers: under the name the person knows it by."""
    for message in snapshot.get("messages", {}).values():
        header = message.get("interaction_header")
        if isinstance(header, dict) and header.get("name") in names:
            header["name"] = names[header["name"]]

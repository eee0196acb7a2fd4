"""What may be in a message or a command: everything here answers 400 (50035 or 50006) on the real Discord."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import regex

from tests.fakes.discord.errors import ApiError, Json, empty_message, invalid_form
from tests.fakes.discord.world import COMPONENTS_V2, Body, walk

ROW, BUTTON, SECTION, TEXT_DISPLAY, GALLERY, CONTAINER = 1, 2, 9, 10, 12, 17
SELECTS = frozenset({3, 5, 6, 7, 8})
LEGACY = SELECTS | {ROW, BUTTON}
KNOWN = LEGACY | {SECTION, TEXT_DISPLAY, 11, GALLERY, 13, 14, CONTAINER}
LINK, PREMIUM = 5, 6
NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming"""


def check_nonce(nonce: object) -> str | None:
    """A nonce as text; raises when it is longer than 25 characters."""
    if nonce is None:
        return None
    if len(str(nonce)) > 25:
        raise too_long("nonce", 25)
    return str(nonce)


def check_body(body: Body) -> None:
    """Raise what Discord answers to a message it does not take."""
    _check_components(body.components)
    if body.flags & COMPONENTS_V2:
        _check_layout(body)
    else:
        _check_plain(body)


def _check_plain(body: Body) -> None:
    if len(body.content) > 2000:
        raise too_long("content", 2000)
    if len(body.embeds) > 10:
        raise too_long("embeds", 10)
    if sum(map(_embed_length, body.embeds)) > 6000:
        raise invalid_form("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    if len(body.components) > 5:
        raise too_long("components", 5)
    for component in walk(body.components):
        if component["type"] not in LEGACY:
            raise _wrong_type()
    if not (body.content.strip() or body.embeds or body.components or body.attachments):
        raise empty_message()


def _check_layout(body: Body) -> None:
    for name in ("content", "embeds"):
        if getattr(body, name):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form(name, code, text)
    if not body.components:
        raise empty_message()
    parts = list(walk(body.components))
    if len(parts) > 40:
        raise invalid_form("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "At most 40 components")
    texts = [str(c.get("content", "")) for c in parts if c["type"] == TEXT_DISPLAY]
    if not all(texts):
        raise invalid_form("components.0.content", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 4000 in length.")
    if sum(map(len, texts)) > 4000:
        code = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
        raise invalid_form("components", code, "Displayable text size exceeds maximum size of 4000")


def _check_components(components: Iterable[Json]) -> None:
    top = list(components)
    for index, component in enumerate(top):
        if component.get("type") in SELECTS | {BUTTON}:
            raise invalid_form(f"components.{index}.type", "UNION_TYPE_CHOICES", "Must be in an action row.")
    parts = list(walk(top))
    for part in parts:
        _check_part(part)
    custom_ids = Counter(part["custom_id"] for part in parts if "custom_id" in part)
    if any(count > 1 for count in custom_ids.values()):
        code = "COMPONENT_CUSTOM_ID_DUPLICATED"
        raise invalid_form("components.0.custom_id", code, "Component custom id cannot be duplicated")
    ids = Counter(part["id"] for part in parts if part.get("id"))
    if any(count > 1 for count in ids.values()):
        raise invalid_form("components.0.id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")


def _check_part(part: Json) -> None:
    kind = part.get("type")
    if kind not in KNOWN:
        raise _wrong_type()
    children = part.get("components") or ()
    if kind == ROW:
        _check_row(children)
    elif kind == CONTAINER and any(child.get("type") == CONTAINER for child in children):
        raise _wrong_type()
    elif kind == SECTION and (not 1 <= len(children) <= 3 or "accessory" not in part):
        raise invalid_form("components.0", "BASE_TYPE_BAD_LENGTH", "A section has 1 to 3 texts and an accessory.")
    elif kind == GALLERY:
        _check_gallery(part)
    elif kind == BUTTON:
        _check_button(part)
    elif kind in SELECTS:
        _check_custom_id(part)
        if len(part.get("options") or ()) > 25 or len(part.get("placeholder") or "") > 150:
            raise too_long("components.0.options", 25)


def _check_gallery(gallery: Json) -> None:
    items = gallery.get("items") or ()
    if not 1 <= len(items) <= 10:
        raise invalid_form("components.0.items", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
    if any(len(item.get("description") or "") > 1024 for item in items):
        raise too_long("components.0.items.0.description", 1024)


def _check_row(children: Iterable[Json]) -> None:
    kinds = [child.get("type") for child in children]
    if not 1 <= len(kinds) <= 5:
        raise invalid_form("components.0.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        raise invalid_form("components.0", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row is too wide.")


def _check_button(button: Json) -> None:
    if not (button.get("label") or button.get("emoji")) and button.get("style") != PREMIUM:
        code = "BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI"
        raise invalid_form("components.0", code, "A button must have a label or an emoji")
    if len(button.get("label") or "") > 80:
        raise too_long("components.0.label", 80)
    if button.get("style") == LINK:
        url = str(button.get("url") or "")
        if not url.startswith(("http://", "https://", "discord://")) or len(url) > 512:
            raise invalid_form("components.0.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif button.get("style") != PREMIUM:
        _check_custom_id(button)


def _check_custom_id(part: Json) -> None:
    if not 1 <= len(str(part.get("custom_id") or "")) <= 100:
        text = "Must be between 1 and 100 in length."
        raise invalid_form("components.0.custom_id", "BASE_TYPE_BAD_LENGTH", text)


def _embed_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for each in embed.get("fields") or ():
        texts += [each.get("name"), each.get("value")]
    return sum(len(text or "") for text in texts)


def _wrong_type() -> ApiError:
    return invalid_form("components.0.type", "UNION_TYPE_CHOICES", "Value of field 'type' is not allowed here.")


def too_long(path: str, most: int) -> ApiError:
    """50035: more than ``most`` characters or entries."""
    return invalid_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def check_commands(commands: list[Json]) -> None:
    """One bad name fails the whole list, as on the real Discord."""
    if sum(command.get("type", 1) == 1 for command in commands) > 100:
        raise ApiError(400, 30032, "Maximum number of application commands reached (100)")
    for index, command in enumerate(commands):
        if command.get("type", 1) == 1:
            _check_named(command, str(index))
        elif not 1 <= len(command["name"]) <= 32:
            raise too_long(f"{index}.name", 32)


def _check_named(node: Json, path: str) -> None:
    names = [node["name"], *(node.get("name_localizations") or {}).values()]
    for name in names:
        if not NAME.fullmatch(name) or name != name.lower():
            text = f"Command name is invalid: {name}"
            raise invalid_form(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", text)
    described = [node.get("description") or "", *(node.get("description_localizations") or {}).values()]
    if not all(1 <= len(text) <= 100 for text in described):
        raise invalid_form(f"{path}.description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    for key in ("options", "choices"):
        if len(node.get(key) or ()) > 25:
            raise too_long(f"{path}.{key}", 25)
    for index, option in enumerate(node.get("options") or ()):
        _check_named(option, f"{path}.options.{index}")

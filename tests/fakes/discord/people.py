"""People at their keyboards: slash commands, buttons, menus, modals, plain messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.fakes.discord.errors import Json
from tests.fakes.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    MODAL_SUBMIT,
    Interaction,
    Interactions,
)
from tests.fakes.discord.messages import Messages
from tests.fakes.discord.payloads import (
    channel_payload,
    member_payload,
    message_payload,
    role_payload,
    user_payload,
)
from tests.fakes.discord.world import Body, Channel, Message, Role, User, World, walk

Value = str | int | float | bool | User | Role | Channel
PostMatch = User | Role | Channel
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2


class NotOffered(LookupError):
    """The person cannot do this: no such command, button or modal."""


class People:
    """Each method pushes an INTERACTION_CREATE and returns it once the bot settled it.

    With ``wait_s=0`` it returns at once; then ``await interaction.settled()`` or ``.until(…)``.
    """

    def __init__(
        self, world: World, interactions: Interactions, messages: Messages, dispatch: Callable[[str, Json], None]
    ) -> None:
        self._world = world
        self._interactions = interactions
        self._messages = messages
        self._dispatch = dispatch

    def say(self, channel: Channel, user: User, text: str) -> Message:
        """A person writes."""
        return self._messages.accept(channel, user, Body(content=text))

    async def slash(
        self, channel: Channel, user: User, command: str, /, *, wait_s: float = 30.0, **options: Value
    ) -> Interaction:
        """``command`` is ``name`` or ``group subcommand``; option values by their names."""
        data = self._command_data(channel, command, 1, options)
        return await self._push(COMMAND, channel, user, data, wait_s)

    async def autocomplete(
        self,
        channel: Channel,
        user: User,
        command: str,
        /,
        *,
        focused: str,
        wait_s: float = 30.0,
        **options: Value,
    ) -> list[Json]:
        """The choices offered while ``focused`` is being typed."""
        data = self._command_data(channel, command, 1, options, partial=True)
        leaf = data["options"]
        while leaf and leaf[0]["type"] in {SUBCOMMAND, SUBCOMMAND_GROUP}:
            leaf = leaf[0]["options"]
        for option in leaf:
            option["focused"] = option["name"] == focused
        return (await self._push(AUTOCOMPLETE, channel, user, data, wait_s)).choices

    async def use_message_command(
        self, message: Message, user: User, command: str, *, wait_s: float = 30.0
    ) -> Interaction:
        """A command of a message's context menu."""
        data = self._command_data(message.channel, command, 3, {})
        data["target_id"] = str(message.id)
        data["resolved"] = {"messages": {str(message.id): message_payload(message)}}
        return await self._push(COMMAND, message.channel, user, data, wait_s)

    async def click(self, message: Message, user: User, custom_id: str, *, wait_s: float = 30.0) -> Interaction:
        """Press the button whose custom_id is, or else begins with, ``custom_id``."""
        part = _find_part(message, custom_id)
        data: Json = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"]}
        return await self._push(COMPONENT, message.channel, user, data, wait_s, message)

    async def select(
        self,
        message: Message,
        user: User,
        custom_id: str,
        values: Sequence[str | PostMatch],
        *,
        wait_s: float = 30.0,
    ) -> Interaction:
        """Choose from a menu."""
        part = _find_part(message, custom_id)
        data: Json = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"]}
        data["values"] = [v if isinstance(v, str) else str(v.id) for v in values]
        data["resolved"] = self._resolved(message.channel, [v for v in values if not isinstance(v, str)])
        return await self._push(COMPONENT, message.channel, user, data, wait_s, message)

    async def submit(
        self, opened: Interaction, values: dict[str, str | list[str]], *, wait_s: float = 30.0
    ) -> Interaction:
        """Fill the modal an interaction opened: values by custom_id, left out ones keep their default."""
        if opened.callback != MODAL:
            raise NotOffered("no modal was opened")
        modal = opened.callback_data
        components = [_filled(component, values) for component in modal["components"]]
        data = {"custom_id": modal["custom_id"], "components": components, "resolved": {}}
        return await self._push(MODAL_SUBMIT, opened.channel, opened.user, data, wait_s, opened.source)

    async def _push(
        self,
        kind: int,
        channel: Channel,
        user: User,
        data: Json,
        wait_s: float,
        source: Message | None = None,
    ) -> Interaction:
        interaction = self._interactions.open(kind, channel, user, source)
        self._dispatch("INTERACTION_CREATE", self._payload(interaction, data))
        return await interaction.settled(wait_s) if wait_s else interaction

    def _payload(self, interaction: Interaction, data: Json) -> Json:
        channel, user = interaction.channel, interaction.user
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self._world.application_id),
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel_payload(channel),
            "locale": user.locale,
            "app_permissions": str(self._world.permissions(channel, self._world.bot)),
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if channel.guild is None else 0,
            "attachment_size_limit": 10 << 20,
        }
        if interaction.source is not None:
            payload["message"] = message_payload(interaction.source)
        return payload | self._who(channel, user)

    def _who(self, channel: Channel, user: User) -> Json:
        guild = channel.guild
        if guild is None:
            return {"user": user_payload(user)}
        member = member_payload(guild.members[user.id])
        member["permissions"] = str(self._world.permissions(channel, user))
        return {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member,
        }

    def _command_data(
        self, channel: Channel, path: str, kind: int, values: dict[str, Value], *, partial: bool = False
    ) -> Json:
        command = self._find_command(channel, path if kind != 1 else path.split(maxsplit=1)[0], kind)
        names = path.split()[1:] if kind == 1 else []
        data: Json = {"id": command["id"], "name": command["name"], "type": kind}
        data["options"] = _nested(command, names, values, partial=partial)
        data["resolved"] = self._resolved(channel, [v for v in values.values() if isinstance(v, PostMatch)])
        return data

    def _find_command(self, channel: Channel, name: str, kind: int) -> Json:
        guild_id = None if channel.guild is None else channel.guild.id
        for command in [*self._world.commands.get(guild_id, []), *self._world.commands[None]]:
            if command["name"] == name and command["type"] == kind:
                return command
        known = sorted(command["name"] for command in self._world.commands[None])
        raise NotOffered(f"no command {name!r} was synced; there are {known}")

    def _resolved(self, channel: Channel, things: Sequence[PostMatch]) -> Json:
        resolved: Json = {"users": {}, "members": {}, "roles": {}, "channels": {}}
        for thing in things:
            key = str(thing.id)
            if isinstance(thing, Role):
                resolved["roles"][key] = role_payload(thing)
            elif isinstance(thing, Channel):
                permissions = str(self._world.permissions(thing, self._world.owner))
                resolved["channels"][key] = channel_payload(thing) | {"permissions": permissions}
            else:
                resolved["users"][key] = user_payload(thing)
                if channel.guild is not None and (member := channel.guild.members.get(thing.id)):
                    resolved["members"][key] = member_payload(member, with_user=False)
        return {kind: entries for kind, entries in resolved.items() if entries}


def _nested(command: Json, names: list[str], values: dict[str, Value], *, partial: bool) -> list[Json]:
    """Options on the wire: the values under their subcommand and its group."""
    declared = {option["name"]: option for option in command.get("options") or ()}
    if names:
        if names[0] not in declared:
            raise NotOffered(f"no subcommand {names[0]!r}")
        child = declared[names[0]]
        inner = _nested(child, names[1:], values, partial=partial)
        return [{"name": names[0], "type": child["type"], "options": inner}]
    if unknown := values.keys() - declared.keys():
        raise NotOffered(f"{command['name']} has no option {sorted(unknown)}")
    missing = {name for name, each in declared.items() if each.get("required")} - values.keys()
    if missing and not partial:
        raise NotOffered(f"{command['name']} needs {sorted(missing)}")
    return [
        {"name": name, "type": declared[name]["type"], "value": str(v.id) if isinstance(v, PostMatch) else v}
        for name, v in values.items()
    ]


def _find_part(message: Message, custom_id: str) -> Json:
    parts = [part for part in walk(message.body.components) if part.get("custom_id")]
    exact = [part for part in parts if part["custom_id"] == custom_id]
    for part in exact or [part for part in parts if part["custom_id"].startswith(custom_id)]:
        if not part.get("disabled"):
            return part
    raise NotOffered(f"no enabled {custom_id!r} among {[part['custom_id'] for part in parts]}")


def _filled(component: Json, values: dict[str, str | list[str]]) -> Json:
    """A modal's component as it is submitted."""
    kind = component["type"]
    if kind == 1:
        return {"type": 1, "components": [_filled(child, values) for child in component["components"]]}
    if kind == 18:
        return {"type": 18, "id": component.get("id", 0), "component": _filled(component["component"], values)}
    filled: Json = {"type": kind, "id": component.get("id", 0)}
    if kind == 10:
        return filled
    filled["custom_id"] = component["custom_id"]
    if kind == 4:
        return filled | {"value": values.get(component["custom_id"], component.get("value") or "")}
    chosen = [option["value"] for option in component.get("options") or () if option.get("default")]
    return filled | {"values": values.get(component["custom_id"], chosen)}

"""Settings that a running process takes over when they are read again, and those that need a restart.

``EFFECTS`` decides for each setting; a test holds it complete. The environment of a process stays as it was at its
start: what is read again are ``.env`` and the TOML file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

import msgspec

from .settings import Settings, SourcesSettings
from .tables import Table, paths_of

TableT = TypeVar("TableT", bound=Table)


class Effect(Enum):
    """Time from which a changed setting counts."""

    AT_ONCE = "at_once"
    RESTART = "restart"


def _each(table: str, keys: str, effect: Effect) -> dict[str, Effect]:
    return {f"{table}.{key}": effect for key in keys.split()}


EFFECTS: Final[Mapping[str, Effect]] = {
    # The open database, and the lock that this process holds on it.
    **_each("database", "url", Effect.RESTART),
    **_each("database", "soft_limit_mb", Effect.AT_ONCE),
    # The ticks of copies are made at the start.
    **_each("backup", "every_h keep folder", Effect.RESTART),
    # The connection to Discord and its login.
    **_each("discord", "token application_id api_base gateway_url shard_ids shard_count", Effect.RESTART),
    **_each("discord", "language status_channel contact", Effect.AT_ONCE),
    # The one client of all sources, with its connections and what it knows of hosts.
    **_each("http", "allow_private_networks contact connect_timeout_s total_timeout_s", Effect.RESTART),
    **_each("http", "max_body_bytes max_redirects per_host_concurrency per_host_interval_s", Effect.RESTART),
    **_each("http", "robots_ignored_hosts only_hosts", Effect.RESTART),
    **_each("trending", "sources bluesky_url google_url google_ja google_en blocked", Effect.AT_ONCE),
    # Each source is made anew.
    **{f"sources.{'.'.join(path)}": Effect.AT_ONCE for path in paths_of(SourcesSettings)},
    **_each("poll", "interval_s new_post_max_age_h catch_up_after_h keep_posts_days", Effect.AT_ONCE),
    **_each("poll", "concurrency", Effect.RESTART),
    **_each("alerts", "default_min_rp default_surge default_pace ceiling_per_hour", Effect.AT_ONCE),
    **_each("alerts", "live_counts_h mention_interval_min source_notices", Effect.AT_ONCE),
    # The store of pictures is made at the start.
    **_each("alerts", "media", Effect.RESTART),
    # What the rate limiter has counted would be lost.
    **_each("delivery", "requests_per_s channel_interval_s", Effect.RESTART),
    **_each("delivery", "catch_up_messages", Effect.AT_ONCE),
    **_each("quota", "subscriptions_per_server subscriptions_per_channel", Effect.AT_ONCE),
    **_each("quota", "digests_per_server digests_per_channel trend_per_minute", Effect.AT_ONCE),
    **_each("quota", "looks_per_hour effort_per_minute", Effect.AT_ONCE),
    **_each("privacy", "forget_servers_after_days", Effect.AT_ONCE),
    # Its client, and what was asked today.
    **_each("summary", "url model key requests_per_day", Effect.RESTART),
    **_each("operator", "webhook_url", Effect.AT_ONCE),
    # The socket that it listens on.
    **_each("http_server", "enabled host port", Effect.RESTART),
    **_each("log", "level format", Effect.AT_ONCE),
    # Commands read it themselves.
    **_each("cli", "language", Effect.AT_ONCE),
}


@dataclass(frozen=True, slots=True)
class ChangedSettings:
    """Names of the settings that changed: those that count at once, and those that need a restart."""

    at_once: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()


def compare(now: Settings, read: Settings) -> ChangedSettings:
    """The settings that differ, by their effect. One that ``EFFECTS`` does not know needs a restart."""
    changed = [key for key, value in _leaves(now) if _at(read, key) != value]
    at_once = [key for key in changed if EFFECTS.get(key) is Effect.AT_ONCE]
    return ChangedSettings(tuple(at_once), tuple(key for key in changed if key not in at_once))


def merged(now: Settings, read: Settings) -> Settings:
    """``now`` with the values of ``read`` that count at once."""
    return _merged(now, read)


def adopt(now: Settings, wanted: Settings) -> None:
    """Let the settings of a process be these: whoever holds ``now`` reads the new values from here on.

    The one place where settings change. Nothing else may, which is why they are frozen.
    """
    for name in now.__struct_fields__:
        msgspec.structs.force_setattr(now, name, getattr(wanted, name))


def setting_names() -> frozenset[str]:
    """The name of every setting."""
    return frozenset(key for key, _ in _leaves(Settings.only()))


def _merged(now: TableT, read: TableT, above: str = "") -> TableT:
    values: dict[str, object] = {}
    for name in now.__struct_fields__:
        old, new, key = getattr(now, name), getattr(read, name), f"{above}{name}"
        if isinstance(old, Table):
            values[name] = _merged(old, new, f"{key}.")
        else:
            values[name] = new if EFFECTS.get(key) is Effect.AT_ONCE else old
    return msgspec.structs.replace(now, **values)


def _leaves(table: Table, above: str = "") -> Iterator[tuple[str, object]]:
    for name in table.__struct_fields__:
        value = getattr(table, name)
        if isinstance(value, Table):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _at(table: Table, key: str) -> object:
    value: object = table
    for name in key.split("."):
        value = getattr(value, name)
    return value

"""Every setting, its default and its limits.

Order: environment (``KAWARABAN_…``, nesting by ``__``; ``DISCORD_TOKEN`` too), ``.env``, the TOML file named by
``KAWARABAN_CONFIG`` (default ``kawaraban.toml``), defaults. Built by ``load()`` in app.py, never at import.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as PydanticSettingsError

from .language import config_file
from .sentences import LANGUAGES, Sentence
from .sentences import Language as SpokenLanguage
from .spelling import closest

PREFIX = "KAWARABAN_"
_UTF8 = "utf-8-sig"
"""Windows' editor begins a file with a byte order mark."""
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_TABLES = {"KAWARABAN_SOURCES__TRENDPAGE__PAGES"}
"""Variables that take JSON."""

_HTTP, _SQLITE, _TEMPLATE = r"^https?://.+", r"^sqlite:///[^?#]+$", r"^https?://.*\{topic\}"
_ASCII = r"^[ -~]*$"
_PATTERNS = {
    _SQLITE: "cli-takes-sqlite",
    _TEMPLATE: "cli-takes-template",
    _ASCII: "cli-takes-ascii",
}


_SENTENCE_MAX = 600
_NAME = re.compile(r"[^\W\dA-Z]{1,30}")
"""A name as people give them: letters without capitals and digits. Anything else there may be a secret."""


class SettingsError(Exception):
    """A setting is wrong. One line: the key and what it takes, never what it got; exit code 2.

    ``said`` speaks the reader's language, ``str`` English. ``text_id`` names the sentence, ``values`` fill it.
    """

    def __init__(self, text_id: str, **values: str | int | float | Sentence) -> None:
        super().__init__(text_id)
        self.sentence = Sentence(text_id, values)

    def said(self, language: SpokenLanguage) -> str:
        """The sentence, in one line."""
        shown = "".join(one if one.isprintable() else " " for one in self.sentence.said(language))
        return shown[:_SENTENCE_MAX]

    def __str__(self) -> str:
        return self.said("en")


def _is_address(value: str) -> str:
    """An http(s) address with a host. Raises ``ValueError`` with a text id."""
    if not re.match(_HTTP, value) or not _host(value) or any(character.isspace() for character in value):
        raise ValueError("cli-takes-address")
    return value


def _is_server(value: str) -> str:
    """The address of a server, to which paths are added. Raises ``ValueError``."""
    _is_address(value)
    if "?" in value or "#" in value:
        raise ValueError("cli-takes-server")
    return value


def _may_get_tokens(value: str) -> str:
    """A server whose connection nobody can listen to. Raises ``ValueError``."""
    _is_server(value)
    if value.startswith("http://") and not _is_this_machine(value):
        raise ValueError("cli-takes-https")
    return value


def _is_gateway(value: str) -> str:
    """The same for a WebSocket. Raises ``ValueError``."""
    if not re.match(r"wss?://.+", value) or not _host(value):
        raise ValueError("cli-takes-gateway")
    if value.startswith("ws://") and not _is_this_machine(value):
        raise ValueError("cli-takes-wss")
    return value


def _host(value: str) -> str | None:
    """The host of an address; None where it has none."""
    try:
        return urlsplit(value).hostname
    except ValueError:
        return None


def _is_this_machine(value: str) -> bool:
    """Whether what is sent there leaves no cable for others to listen at."""
    host = _host(value) or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Address = Annotated[str, AfterValidator(_is_address)]
Server = Annotated[str, AfterValidator(_is_server)]
TokenServer = Annotated[str, AfterValidator(_may_get_tokens)]
Gateway = Annotated[str, AfterValidator(_is_gateway)]


def _listed(value: object) -> object:
    """A list from a variable: JSON, or its items with commas or spaces between them. Raises ``ValueError``."""
    if not isinstance(value, str):
        return value
    bare = value.strip()
    if bare.startswith("["):
        return json.loads(bare)
    # A comma may belong to an address; one between two addresses has the next one's beginning after it.
    between = r"\s*,\s*(?=https?://)|\s+" if "://" in bare else r"[\s,]+"
    return [item for item in (item.strip(", ") for item in re.split(between, bare)) if item]


def _caseless(*names: str) -> BeforeValidator:
    """Takes one of these names in any case."""
    known = {name.lower(): name for name in names}
    return BeforeValidator(
        lambda value: known.get(value.strip().lower(), value) if isinstance(value, str) else value
    )


ItemT = TypeVar("ItemT")
Listed = Annotated[list[ItemT], NoDecode, BeforeValidator(_listed)]
"""In TOML a list; in a variable JSON as well as ``a,b``."""
Language = Annotated[SpokenLanguage, _caseless(*LANGUAGES)]


class Quiet:
    """Shows no text in its ``repr``: an address may hold a key."""

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What pydantic builds ``repr`` and ``str`` from."""
        for name, value in super().__repr_args__():  # type: ignore[misc]
            if value is None or isinstance(value, BaseModel | bool | int | float):
                yield name, value


class Section(Quiet, BaseModel):
    """A table of the TOML file: unknown keys are errors, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DatabaseSettings(Section):
    """Where memory lives."""

    url: Annotated[str, Field(pattern=_SQLITE)] = "sqlite:///kawaraban.db"
    soft_limit_mb: Annotated[int, Field(ge=0)] = 2_000
    """Past this many megabytes posts are kept for less long, and the log says so; 0: no limit."""


class DiscordSettings(Section):
    """How to reach Discord. ``api_base`` and ``gateway_url`` name a compatible endpoint or proxy instead."""

    token: SecretStr | None = None
    application_id: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    api_base: TokenServer | None = None
    gateway_url: Gateway | None = None
    language: Language = "ja"
    """The language used where a person's own is neither Japanese nor English."""
    status_channel: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    """Where the operator hears of sources that cannot be read; None: only in the log."""


class HttpSettings(Section):
    """How we behave towards sources. Times in seconds, sizes in bytes."""

    allow_private_networks: bool = False
    contact: Annotated[str, Field(pattern=_ASCII)] = ""
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    total_timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    max_body_bytes: Annotated[int, Field(ge=10_000, le=100_000_000)] = 5_000_000
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    per_host_concurrency: Annotated[int, Field(ge=1, le=50)] = 4
    per_host_interval_s: Annotated[float, Field(ge=0, le=60)] = 0.25
    robots_ignored_hosts: Listed[str] = []
    only_hosts: Listed[str] = []
    """Where it is not empty, only these are looked up and asked (with the port where an address names one)."""


class TrendpageSettings(Section):
    """A site with trend pages; off until it has a ``url`` template with ``{topic}`` or a table of ``pages``."""

    enabled: bool | None = None
    url: Annotated[Address, Field(pattern=_TEMPLATE)] | None = None
    pages: dict[str, Address] = {}
    link_pages: bool = False
    """Whether ``/trend`` leads people to the page; its whole address is then known to everybody."""
    default_min_rp: Annotated[int, Field(ge=0)] = 100

    @property
    def is_on(self) -> bool:
        """Enabled unless switched off, once it has an address."""
        has_address = self.url is not None or bool(self.pages)
        return has_address if self.enabled is None else self.enabled and has_address


class MastodonSettings(Section):
    """A Mastodon server whose tag timelines are public; needs no key."""

    enabled: bool = True
    base_url: Server = "https://mstdn.jp"
    more_urls: Listed[Server] = []
    default_min_rp: Annotated[int, Field(ge=0)] = 10

    @property
    def is_on(self) -> bool:
        """Whether it is asked."""
        return self.enabled


class MisskeySettings(Section):
    """A Misskey server whose notes are public; needs no key."""

    enabled: bool = True
    base_url: Server = "https://misskey.io"
    more_urls: Listed[Server] = []
    default_min_rp: Annotated[int, Field(ge=0)] = 10

    @property
    def is_on(self) -> bool:
        """Whether it is asked."""
        return self.enabled


class FeedSettings(Section):
    """Feeds: by address in ``/subscribe``, and searches by templates with ``{topic}``."""

    enabled: bool = True
    search_urls: Listed[Annotated[Address, Field(pattern=_TEMPLATE)]] = []
    default_min_rp: Annotated[int, Field(ge=0)] = 0

    @property
    def is_on(self) -> bool:
        """Whether it is asked."""
        return self.enabled


class BlueskySettings(Section):
    """An account at a Bluesky server; off until it has an ``identifier`` (a handle) and an ``app_password``."""

    enabled: bool | None = None
    service_url: TokenServer = "https://bsky.social"
    identifier: str | None = None
    app_password: SecretStr | None = None
    default_min_rp: Annotated[int, Field(ge=0)] = 10

    @model_validator(mode="after")
    def _has_both_or_neither(self) -> Self:
        if bool(self.identifier) != bool(self.app_password):
            raise ValueError("cli-takes-both")
        return self

    @property
    def is_on(self) -> bool:
        """Enabled unless switched off, once it has an account."""
        return bool(self.identifier) and self.enabled is not False


def _is_bearer_token(value: SecretStr) -> SecretStr:
    """A token that fits a header. Raises ``ValueError`` with a text id."""
    bare = value.get_secret_value().strip()
    if not re.fullmatch(r"[!-~]*", bare):
        raise ValueError("cli-takes-token")
    return SecretStr(bare)


class XSettings(Section):
    """X's search, for money; off until it has a ``bearer_token``. ``posts_per_day`` bounds a UTC day."""

    enabled: bool | None = None
    base_url: TokenServer = "https://api.x.com"
    bearer_token: Annotated[SecretStr, AfterValidator(_is_bearer_token)] | None = None
    posts_per_day: Annotated[int, Field(ge=20, le=1_000_000)] = 500
    default_min_rp: Annotated[int, Field(ge=0)] = 100

    @property
    def is_on(self) -> bool:
        """Enabled unless switched off, once it has a token."""
        return bool(self.bearer_token) and self.enabled is not False


class SourcesSettings(Section):
    """One table a source."""

    trendpage: TrendpageSettings = TrendpageSettings()
    mastodon: MastodonSettings = MastodonSettings()
    misskey: MisskeySettings = MisskeySettings()
    feed: FeedSettings = FeedSettings()
    bluesky: BlueskySettings = BlueskySettings()
    x: XSettings = XSettings()


class PollSettings(Section):
    """When and how much is looked at."""

    interval_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    """The mean over all watches of a host (see ``bot.core.pace``)."""
    concurrency: Annotated[int, Field(ge=1, le=500)] = 100
    new_post_max_age_h: Annotated[int, Field(ge=1, le=24 * 30)] = 48
    catch_up_after_h: Annotated[int, Field(ge=1, le=24 * 30)] = 6
    keep_posts_days: Annotated[int, Field(ge=3, le=3650)] = 30


class AlertsSettings(Section):
    """How much is told. ``default_min_rp`` overrides the default of every source."""

    default_min_rp: Annotated[int, Field(ge=0)] | None = None
    ceiling_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20
    live_counts_h: Annotated[int, Field(ge=0, le=168)] = 48
    mention_interval_min: Annotated[int, Field(ge=0, le=1440)] = 15
    """The least minutes between two mentions of one role in one channel."""
    source_notices: bool = True
    """Whether channels hear of sources that cannot be read."""


class DeliverySettings(Section):
    """How fast Discord is told."""

    requests_per_s: Annotated[float, Field(gt=0, le=1000)] = 45.0
    channel_interval_s: Annotated[float, Field(ge=0, le=60)] = 1.1
    catch_up_messages: Annotated[int, Field(ge=0, le=100)] = 5


class QuotaSettings(Section):
    """How many subscriptions and digests fit, and how much may be asked; 0 is no limit."""

    subscriptions_per_server: Annotated[int, Field(ge=0)] = 100
    subscriptions_per_channel: Annotated[int, Field(ge=0)] = 25
    digests_per_server: Annotated[int, Field(ge=0)] = 25
    digests_per_channel: Annotated[int, Field(ge=0)] = 5
    trend_per_minute: Annotated[int, Field(ge=0)] = 6
    """How often one person may ask /trend in a minute; a server may five times as often."""
    looks_per_hour: Annotated[int, Field(ge=0)] = 6_000
    """How many looks at sources a server's topics may take in an hour, on the mean; of a topic that several
    servers follow, each takes its part. Beyond that its own topics are looked at less often."""
    effort_per_minute: Annotated[int, Field(ge=0)] = 180
    """What one person may use of the bot in a minute, in points (``bot.services.cooldown.Price``); a server five
    times as much."""


class PrivacySettings(Section):
    """How long what belongs to a server is kept after the bot was removed from it."""

    forget_servers_after_days: Annotated[int, Field(ge=0, le=3650)] = 30


class LogSettings(Section):
    """What the log shows."""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], _caseless(*_LEVELS)] = "INFO"


class CliSettings(Section):
    """How the command line speaks."""

    language: Language | None = None
    """None: the system's."""


class Settings(Quiet, BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding=_UTF8,
        extra="ignore",  # .env may hold other programs' keys; ours are checked in ``_unknown_keys``
        frozen=True,
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = DatabaseSettings()
    discord: DiscordSettings = DiscordSettings()
    http: HttpSettings = HttpSettings()
    sources: SourcesSettings = SourcesSettings()
    poll: PollSettings = PollSettings()
    alerts: AlertsSettings = AlertsSettings()
    delivery: DeliverySettings = DeliverySettings()
    quota: QuotaSettings = QuotaSettings()
    privacy: PrivacySettings = PrivacySettings()
    log: LogSettings = LogSettings()
    cli: CliSettings = CliSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over .env over TOML over defaults; ``DISCORD_TOKEN`` just below the long name."""
        toml = _Toml(settings_cls, toml_file=config_file())
        return init_settings, env_settings, dotenv_settings, _BareToken(settings_cls), toml


class _Toml(TomlConfigSettingsSource):
    """The TOML file, also as Windows' editor writes it: with a byte order mark."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        return tomllib.loads(file_path.read_text(encoding=_UTF8))


class _BareToken(PydanticBaseSettingsSource):
    """``DISCORD_TOKEN``, the name every tutorial uses, from the environment or .env."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        token = os.environ.get("DISCORD_TOKEN") or _dotenv().get("discord_token")
        return {"discord": {"token": token}} if token else {}


def files_with_keys() -> list[Path]:
    """Which settings files hold what others must not read: ``.env`` always, the TOML file where it has a secret.

    What cannot be read is left out; ``load`` says what is wrong with it.
    """
    file, found = config_file(), [Path(".env")]
    try:
        tables = tomllib.loads(file.read_text(encoding=_UTF8)) if file.is_file() else {}
    except (OSError, ValueError):
        tables = {}
    if any(_is_secret(key, value) for key, value in _leaves(tables)):
        found.append(file)
    return [path for path in found if path.is_file()]


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a table and in what it holds, with its key."""
    for key, value in table.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _leaves(one, f"{above}{key}.")
            elif isinstance(one, str) and one:
                yield f"{above}{key}", one


def _is_secret(key: str, value: str) -> bool:
    """A key of its own, or an address with a user's name or a query, which may hold one."""
    if key.endswith(("token", "app_password")):
        return True
    return bool(re.match(_HTTP, value)) and ("@" in value or "?" in value.replace("?q={topic}", ""))


def load() -> Settings:
    """Read all settings. Raises ``SettingsError`` with one sentence about the first thing that is wrong.

    Whatever a setting holds may be a secret in the wrong place, so that no sentence shows any of it.
    """
    file = config_file()
    if "KAWARABAN_CONFIG" in os.environ and not file.is_file():
        shown = re.fullmatch(r"[\w.-]{1,60}\.toml", file.name)
        if shown:
            raise SettingsError("cli-settings-no-file", file=file.name)
        raise SettingsError("cli-settings-no-such-file")
    try:
        wrong = _unknown_keys(file)
        if wrong is None:
            settings = Settings()
            wrong = _login(settings)
    except UnicodeDecodeError:
        wrong = Sentence("cli-settings-dotenv-not-utf8")
    except OSError as error:
        wrong = Sentence("cli-settings-unreadable", {"file": file.name, "why": error.strerror or ""})
    except ValidationError as error:
        wrong = _sentence(error)
    except PydanticSettingsError as error:
        wrong = _env_sentence(error)
    except (AttributeError, TypeError):  # a table as text and its keys beside it: pydantic-settings joins the two
        wrong = Sentence("cli-settings-table-twice")
    if wrong is not None:
        # Outside of the blocks above: an error raised there would carry the one that shows what was read.
        raise SettingsError(wrong.text_id, **wrong.values) from None
    return settings


def _unknown_keys(file: Path) -> Sentence | None:
    """A sentence about a top-level key that does not exist (deeper ones are pydantic's to find)."""
    try:
        tables = tomllib.loads(file.read_text(encoding=_UTF8)) if file.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        if found := re.search(r"at line (\d+), column (\d+)", str(error)):
            return Sentence("cli-settings-bad-toml", {"file": file.name, "line": found[1], "column": found[2]})
        return Sentence("cli-settings-bad-toml-end", {"file": file.name})
    except UnicodeDecodeError:
        return Sentence("cli-settings-toml-not-utf8", {"file": file.name})
    return _unknown_table(file, tables) or _unknown_variable()


def _unknown_table(file: Path, tables: Mapping[str, Any]) -> Sentence | None:
    """A sentence about a table of the file that does not exist."""
    known = ", ".join(Settings.model_fields)
    for table in tables:
        if table not in Settings.model_fields:
            maybe = _maybe(closest(table, [*Settings.model_fields, *map(".".join, _keys(Settings))]))
            shown = {"file": file.name, "table": _name(table), "known": known, "maybe": maybe}
            return Sentence("cli-settings-no-table", shown)
    return None


def _unknown_variable() -> Sentence | None:
    """A sentence about a variable that does not exist."""
    known = ", ".join(Settings.model_fields)
    for name in (*os.environ, *_dotenv()):
        if name.upper().startswith(PREFIX) and name.upper() != "KAWARABAN_CONFIG":
            section = name[len(PREFIX) :].split("__")[0].lower()
            if section not in Settings.model_fields:
                maybe = _maybe(closest(name.upper(), [PREFIX + "__".join(key).upper() for key in _keys(Settings)]))
                return Sentence("cli-settings-no-variable", {"name": name.upper(), "known": known, "maybe": maybe})
    if "kawaraban_config" in _dotenv() and "KAWARABAN_CONFIG" not in os.environ:
        return Sentence("cli-settings-config-in-dotenv")
    return None


def _maybe(guess: str | None) -> str | Sentence:
    """What may have been meant, or nothing."""
    return "" if guess is None else Sentence("cli-settings-maybe", {"guess": guess})


def _keys(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key that holds a value."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, (*above, name))
        else:
            yield (*above, name)


def _dotenv() -> Mapping[str, str | None]:
    """What .env says, names in lower case."""
    return DotEnvSettingsSource(Settings, env_file=".env", env_file_encoding=_UTF8, env_prefix="").env_vars


def _login(settings: Settings) -> Sentence | None:
    """A sentence about an address with somebody's name or password before its host."""
    for path, text in _texts(settings.model_dump(), ()):
        try:
            login = "@" in urlsplit(text).netloc
        except ValueError:
            continue
        if login:
            key, name = _key(path)
            return Sentence("cli-settings-login", {"key": key, "name": name})
    return None


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of the settings with its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, str(number)))


def _key(path: tuple[str, ...]) -> tuple[str, str]:
    """A key as TOML writes it, and its variable. A part that is not ours is shown where it looks like a name."""
    known = set(_field_names(Settings))
    named = PREFIX + "__".join(path).upper()
    if named not in {name.upper() for name in (*os.environ, *_dotenv())}:
        path = tuple(part if part in known or re.fullmatch(r"\d{1,3}", part) else _name(part) for part in path)
    return ".".join(path), PREFIX + "__".join(path).upper()


def _field_names(model: type[BaseModel]) -> Iterator[str]:
    """The names of all keys and tables."""
    for name, field in model.model_fields.items():
        yield name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _field_names(field.annotation)


def _name(part: str) -> str:
    """A name from outside, or a mark in its place."""
    return part if _NAME.fullmatch(part) else "(…)"


def _sentence(error: ValidationError) -> Sentence:
    """The key, and what it takes."""
    first = error.errors(include_url=False, include_input=False)[0]
    path = tuple(str(part) for part in first["loc"])
    key, name = _key(path)
    if first["type"] == "extra_forbidden":
        beside = _known_beside(path)
        meant = closest(".".join(path), [".".join((*path[:-1], one)) for one in beside])
        meant = meant or closest(".".join(path), list(map(".".join, _keys(Settings))))
        shown = {"key": key, "name": name, "known": ", ".join(beside), "maybe": _maybe(meant)}
        return Sentence("cli-settings-no-key", shown)
    return Sentence("cli-settings-wrong-value", {"key": key, "name": name, "takes": _takes(first)})


_TAKES = {
    "greater_than_equal": ("cli-takes-at-least", "ge"),
    "greater_than": ("cli-takes-more-than", "gt"),
    "less_than_equal": ("cli-takes-at-most", "le"),
    "less_than": ("cli-takes-less-than", "lt"),
    "int_parsing": ("cli-takes-integer", None),
    "int_type": ("cli-takes-integer", None),
    "int_from_float": ("cli-takes-integer", None),
    "int_parsing_size": ("cli-takes-integer", None),
    "float_parsing": ("cli-takes-number", None),
    "float_type": ("cli-takes-number", None),
    "finite_number": ("cli-takes-number", None),
    "bool_parsing": ("cli-takes-boolean", None),
    "bool_type": ("cli-takes-boolean", None),
    "string_type": ("cli-takes-text", None),
    "list_type": ("cli-takes-list", None),
    "model_type": ("cli-takes-table", None),
    "model_attributes_type": ("cli-takes-table", None),
    "dict_type": ("cli-takes-table", None),
}
"""What a value should be, by pydantic's names of errors, and which of the error's facts says how much."""


def _takes(first: ErrorDetails) -> Sentence:
    """What a value should be, in words."""
    facts = first.get("ctx", {})
    if first["type"] == "string_pattern_mismatch":
        return Sentence(_PATTERNS[facts["pattern"]])
    if first["type"] == "literal_error":
        return Sentence("cli-takes-choice", {"choices": facts["expected"].replace(" or ", ", ")})
    if first["type"] == "value_error":
        said = first["msg"].removeprefix("Value error, ")
        # What is not ours comes from the JSON of a list.
        return Sentence(said if said.startswith("cli-takes-") else "cli-takes-list")
    text_id, fact = _TAKES.get(first["type"], ("cli-takes-other", None))
    return Sentence(text_id, {} if fact is None else {"limit": str(facts[fact])})


def _known_beside(path: tuple[str, ...]) -> list[str]:
    """The names that would have been right in that place."""
    model: type[BaseModel] = Settings
    for part in path[:-1]:
        annotation = model.model_fields[part].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return list(model.model_fields)


def _env_sentence(error: PydanticSettingsError) -> Sentence:
    """A variable that takes JSON (a table) got something else; its value is not shown."""
    field = re.search(r'field "(\w+)"', str(error))
    section = PREFIX + (field[1].upper() if field else "")
    named = [
        name
        for name in (*os.environ, *map(str.upper, _dotenv()))
        if name == section or (name in _TABLES and name.startswith(section))
    ]
    example = '{"データセンター": "https://…"}'
    return Sentence("cli-settings-not-json", {"name": ", ".join(named) or section, "example": example})

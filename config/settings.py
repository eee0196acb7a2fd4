"""Every setting, its default and its limits.

Order: environment (``KAWARABAN_…``, nesting by ``__``; ``DISCORD_TOKEN`` too), ``.env``, the TOML file named by
``KAWARABAN_CONFIG`` (default ``kawaraban.toml``), defaults. Read by ``load()`` of this module, never at import.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, get_args

import msgspec
from msgspec import Meta

from .language import config_file
from .sentences import Language, Sentence, Value
from .spelling import closest
from .tables import Secret, Table, UnknownKey, WrongValue, form, is_secret, keys_of, made, table_at
from .variables import BETWEEN, PREFIX, UTF8, NotJson, TableTwice, dotenv, environment, joined, tables_of

_HTTP = r"https?://.+"
_HOST: Final = r"(?:[^\s/?#]*@)?(?:[\w.{}-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?(?:[/?#]|\Z)"
"""A host, also with a name and password before it, which ``load`` refuses with a sentence of its own."""
_BYTE: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})"
_THIS_MACHINE: Final = rf"(?:(?i:localhost)|127(?:\.{_BYTE}){{3}}|\[::1\])(?::[0-9]{{0,5}})?(?:[/?#]|\Z)"
"""Addresses of this machine: requests to them leave no cable for others to listen at."""
_ADDRESS: Final = {"cli-takes-address": rf"(?!.*[\s\x00-\x1f\x7f])https?://{_HOST}"}
_SERVER: Final = _ADDRESS | {"cli-takes-server": r"[^?#]*\Z"}
_TOKEN_SERVER: Final = _SERVER | {"cli-takes-https": rf"https://|http://{_THIS_MACHINE}"}
_GATEWAY: Final = {
    "cli-takes-gateway": rf"(?!.*[\s\x00-\x1f\x7f])wss?://{_HOST}",
    "cli-takes-wss": rf"wss://|ws://{_THIS_MACHINE}",
}

Address = Annotated[str, form(_ADDRESS)]
Template = Annotated[str, form(_ADDRESS | {"cli-takes-template": r".*\{topic\}"})]
Server = Annotated[str, form(_SERVER)]
"""Paths are added to it."""
TokenServer = Annotated[str, form(_TOKEN_SERVER)]
"""A server whose connection nobody can listen to."""
Gateway = Annotated[str, form(_GATEWAY)]
"""An address of a WebSocket."""
DatabaseUrl = Annotated[str, form({"cli-takes-database": r"(?:sqlite:///[^?#]+|postgres(?:ql)?://[!-~]+)\Z"})]
"""A file, or a database of a PostgreSQL server in the form that libpq reads."""
Ascii = Annotated[str, form({"cli-takes-ascii": r"[ -~]*\Z"})]
Line = Annotated[str, form({"cli-takes-line": r"[^\x00-\x1f\x7f]{0,200}\Z"})]
"""A line that people read."""
ListenHost = Annotated[str, form({"cli-takes-host": r"[A-Za-z0-9.:_-]{1,253}\Z"})]
"""A host name or IP address, without brackets or port."""
Ranked = Literal["trendpage", "mastodon", "misskey", "bluesky", "google"]
"""A source that says what rises there."""
Country = Annotated[str, form({"cli-takes-country": r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?\Z"})]
"""A country's code, or a part of it, as Google names them; empty for none."""
Count = Annotated[int, Meta(ge=0)]
Snowflake = Annotated[int, Meta(gt=0, le=2**63 - 1)]
"""An id of Discord's."""

_SENTENCE_MAX = 600
_NAME = re.compile(r"[^\W\dA-Z]{1,30}")
"""A name as people give them: letters without capitals and digits. Anything else there may be a secret."""


class SettingsError(Exception):
    """A setting is wrong. One line: the key and what it takes, never what it got; exit code 2.

    ``said`` speaks the reader's language, ``str`` English. ``text_id`` names the sentence, ``values`` fill it.
    """

    def __init__(self, text_id: str, **values: Value) -> None:
        super().__init__(text_id)
        self.sentence = Sentence(text_id, values)

    def said(self, language: Language) -> str:
        """The sentence, in one line."""
        shown = "".join(one if one.isprintable() else " " for one in self.sentence.said(language))
        return shown[:_SENTENCE_MAX]

    def __str__(self) -> str:
        return self.said("en")


class Token(Secret):
    """A token that fits a header, without spaces around it. Raises ``ValueError`` with a text id."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not re.fullmatch(r"[!-~]*", text.strip()):
            raise ValueError("cli-takes-token")
        super().__init__(text.strip())


class SecretAddress(Secret):
    """An address that is a secret itself, without spaces around it. Raises ``ValueError`` with a text id."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        url = text.strip()
        if url and not re.match(rf"(?!.*[\s\x00-\x1f\x7f])(?:https://{_HOST}|http://{_THIS_MACHINE})", url):
            raise ValueError("cli-takes-webhook")
        super().__init__(url)


class DatabaseSettings(Table, kw_only=True, frozen=True):
    """The database and its limits."""

    url: DatabaseUrl = "sqlite:///kawaraban.db"
    soft_limit_mb: Count = 2_000
    """Past this many megabytes posts are kept for less long, and the log says so; 0: no limit."""


class BackupSettings(Table, kw_only=True, frozen=True):
    """Scheduled copies of the database file."""

    every_h: Annotated[int, Meta(ge=0, le=720)] = 0
    """Hours between two copies; 0: none are made."""
    keep: Annotated[int, Meta(ge=1, le=1000)] = 7
    """Copies that are kept; the oldest are deleted."""
    folder: str = ""
    """Folder of the copies; empty: ``backups`` beside the database."""


class DiscordSettings(Table, kw_only=True, frozen=True):
    """Access to Discord. ``api_base`` and ``gateway_url`` name a compatible endpoint or proxy instead."""

    token: Token | None = None
    application_id: Snowflake | None = None
    api_base: TokenServer | None = None
    gateway_url: Gateway | None = None
    language: Language = "ja"
    """The language used where a person's own is neither Japanese nor English."""
    shard_ids: list[Annotated[int, Meta(ge=0, le=16_383)]] | None = None
    """Shards of this process's gateway; None: all."""
    shard_count: Annotated[int, Meta(ge=1, le=16_384)] | None = None
    """Number of all shards; None: as many as Discord recommends. Needed with ``shard_ids``."""
    status_channel: Snowflake | None = None
    """Channel for the operator's notices of sources that cannot be read; None: only the log."""
    contact: Line = ""
    """Contact of the operator for people in Discord, shown by /about; empty: not shown."""


class HttpSettings(Table, kw_only=True, frozen=True):
    """Requests to sources. Times in seconds, sizes in bytes."""

    allow_private_networks: bool = False
    contact: Ascii = ""
    connect_timeout_s: Annotated[float, Meta(gt=0, le=60)] = 10.0
    total_timeout_s: Annotated[float, Meta(gt=0, le=300)] = 30.0
    max_body_bytes: Annotated[int, Meta(ge=10_000, le=100_000_000)] = 5_000_000
    max_redirects: Annotated[int, Meta(ge=0, le=20)] = 5
    per_host_concurrency: Annotated[int, Meta(ge=1, le=50)] = 4
    per_host_interval_s: Annotated[float, Meta(ge=0, le=60)] = 0.25
    robots_ignored_hosts: list[str] = []
    only_hosts: list[str] = []
    """If not empty, the only hosts that are resolved and asked (with the port if an address names one)."""


class SourceSettings(Table, kw_only=True, frozen=True):
    """The settings that every source has. One that needs an address or a key says so in ``is_ready``."""

    enabled: bool = True
    default_min_rp: Count = 10

    @property
    def is_ready(self) -> bool:
        """Whether it has what it needs to be asked."""
        return True

    @property
    def is_on(self) -> bool:
        """Ready, and not switched off."""
        return self.enabled and self.is_ready


class TrendpageSettings(SourceSettings, kw_only=True, frozen=True):
    """A site with trend pages; off until it has a ``url`` template with ``{topic}`` or a table of ``pages``."""

    url: Template | None = None
    pages: dict[str, Address] = {}
    ranking_url: Address | None = None
    """The page on which the site lists the topics that rise, for ``/trending``."""
    link_pages: bool = False
    """Whether ``/trend`` leads people to the page; its whole address is then known to everybody."""
    default_min_rp: Count = 100

    @property
    def is_ready(self) -> bool:
        """Once it has an address."""
        return self.url is not None or bool(self.pages)


class MastodonSettings(SourceSettings, kw_only=True, frozen=True):
    """A Mastodon server whose tag timelines are public; needs no key."""

    base_url: Server = "https://mstdn.jp"
    more_urls: list[Server] = []


class MisskeySettings(SourceSettings, kw_only=True, frozen=True):
    """A Misskey server whose notes are public; needs no key."""

    base_url: Server = "https://misskey.io"
    more_urls: list[Server] = []


class FeedSettings(SourceSettings, kw_only=True, frozen=True):
    """Feeds: by address in ``/subscribe``, and searches by templates with ``{topic}``."""

    search_urls: list[Template] = []
    default_min_rp: Count = 0


class BlueskySettings(SourceSettings, kw_only=True, frozen=True):
    """An account at a Bluesky server; off until it has an ``identifier`` (a handle) and an ``app_password``."""

    service_url: TokenServer = "https://bsky.social"
    identifier: str | None = None
    app_password: Secret | None = None

    def __post_init__(self) -> None:
        """Both or neither."""
        if bool(self.identifier) != bool(self.app_password):
            raise ValueError("cli-takes-both")

    @property
    def is_ready(self) -> bool:
        """Once it has an account."""
        return bool(self.identifier)


class XSettings(SourceSettings, kw_only=True, frozen=True):
    """X's search, for money; off until it has a ``bearer_token``. ``posts_per_day`` bounds a UTC day."""

    base_url: TokenServer = "https://api.x.com"
    bearer_token: Token | None = None
    posts_per_day: Annotated[int, Meta(ge=20, le=1_000_000)] = 500
    default_min_rp: Count = 100

    @property
    def is_ready(self) -> bool:
        """Once it has a token."""
        return bool(self.bearer_token)


class SourcesSettings(Table, kw_only=True, frozen=True):
    """One table a source, by the source's name."""

    trendpage: TrendpageSettings = TrendpageSettings()
    mastodon: MastodonSettings = MastodonSettings()
    misskey: MisskeySettings = MisskeySettings()
    feed: FeedSettings = FeedSettings()
    bluesky: BlueskySettings = BlueskySettings()
    x: XSettings = XSettings()

    def of(self, name: str) -> SourceSettings:
        """The table of a source."""
        found: SourceSettings = getattr(self, name)
        return found


class TrendingSettings(Table, kw_only=True, frozen=True):
    """Topics that rise out there, for ``/trending`` and digests: each source is asked once in ten minutes."""

    sources: list[Ranked] = msgspec.field(default_factory=lambda: list(get_args(Ranked)))
    """The sources that are asked: those of the table ``sources`` that are on, Bluesky also without an account."""
    blocked: list[str] = []
    """Topics that nobody is shown as rising."""
    bluesky_url: Server = "https://public.api.bsky.app"
    google_url: Address = "https://trends.google.com/trending/rss"
    google_ja: Country = "JP"
    google_en: Country = "US"
    """The country whose searches are shown to readers of each language; empty: none."""


class PollSettings(Table, kw_only=True, frozen=True):
    """Times and amounts of polls."""

    interval_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    """The mean over all watches of a host (see ``bot.core.cadence.host_budget``)."""
    concurrency: Annotated[int, Meta(ge=1, le=500)] = 100
    new_post_max_age_h: Annotated[int, Meta(ge=1, le=24 * 30)] = 48
    catch_up_after_h: Annotated[int, Meta(ge=1, le=24 * 30)] = 6
    keep_posts_days: Annotated[int, Meta(ge=3, le=3650)] = 30


class AlertsSettings(Table, kw_only=True, frozen=True):
    """Amounts of alerts. ``default_min_rp`` overrides the default of every source.

    ``default_surge``: the surges that a new subscription to a topic is sent, where none were chosen.
    """

    default_min_rp: Count | None = None
    default_surge: Literal["off", "every", "unusual", "rare"] = "unusual"
    default_pace: Annotated[int, Meta(ge=0, le=50)] = 5
    """Alerts a day, about, of new subscriptions to a topic that name neither a pace nor a minimum; 0: posts that
    reach the minimum."""
    ceiling_per_hour: Annotated[int, Meta(ge=0, le=10_000)] = 20
    live_counts_h: Annotated[int, Meta(ge=0, le=168)] = 48
    mention_interval_min: Annotated[int, Meta(ge=0, le=1440)] = 15
    """The least minutes between two mentions of one role in one channel."""
    media: Literal["upload", "link", "off"] = "upload"
    """Pictures of posts in messages: uploaded to Discord, as links that Discord loads itself, or none."""
    source_notices: bool = True
    """Whether channels get notices of sources that cannot be read."""


class DeliverySettings(Table, kw_only=True, frozen=True):
    """Rates of requests to Discord."""

    requests_per_s: Annotated[float, Meta(gt=0, le=1000)] = 45.0
    channel_interval_s: Annotated[float, Meta(ge=0, le=60)] = 1.1
    catch_up_messages: Annotated[int, Meta(ge=0, le=100)] = 5


class QuotaSettings(Table, kw_only=True, frozen=True):
    """Numbers of subscriptions and digests, and of requests by people; 0 is no limit."""

    subscriptions_per_server: Count = 100
    subscriptions_per_channel: Count = 25
    digests_per_server: Count = 25
    digests_per_channel: Count = 5
    trend_per_minute: Count = 6
    """/trend requests of one person in a minute; a server may make five times as many."""
    looks_per_hour: Count = 6_000
    """Polls of a server's topics in an hour, on the mean; a topic that several servers follow is split between
    them. Above that the topics that only this server follows are polled less often."""
    effort_per_minute: Count = 180
    """Points that one person may spend in a minute (``bot.services.cooldown.Price``); a server five times as
    many."""


class SummarySettings(Table, kw_only=True, frozen=True):
    """A language model at an endpoint like OpenAI's, for a sentence and translations; off without a url."""

    url: Server | None = None
    """The address before /chat/completions; it may be on this machine or in a private network."""
    model: str | None = None
    key: Token | None = None
    requests_per_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 200
    """Requests of a UTC day; a server takes a quarter of them at most."""

    def __post_init__(self) -> None:
        """Both or neither."""
        if bool(self.url) != bool(self.model):
            raise ValueError("cli-takes-url-and-model")


class PrivacySettings(Table, kw_only=True, frozen=True):
    """Retention of a server's data after the bot was removed from it."""

    forget_servers_after_days: Annotated[int, Meta(ge=0, le=3650)] = 30


class OperatorSettings(Table, kw_only=True, frozen=True):
    """Notices to the operator besides the log and ``discord.status_channel``."""

    webhook_url: SecretAddress | None = None
    """A webhook of Discord, or another address that takes a POST of ``{"content": …}``; None: none."""


class HttpServerSettings(Table, kw_only=True, frozen=True):
    """The HTTP server for monitoring: /healthz, /readyz and /metrics."""

    enabled: bool = False
    host: ListenHost = "127.0.0.1"
    """Address to listen on; a name is resolved. Beyond this machine everybody who reaches it can read it."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8780
    """0: any free port, which the log names."""


class LogSettings(Table, kw_only=True, frozen=True):
    """Content and form of the log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "text", "json"] = "auto"
    """auto: text on a terminal, else JSON."""


class CliSettings(Table, kw_only=True, frozen=True):
    """The command line."""

    language: Language | None = None
    """None: the system's."""


class _SettingsReader(msgspec.StructMeta):
    """Reads the settings for ``Settings(…)``. A struct has no ``__init__`` of its own."""

    def __call__(cls, *, _env_file: str | None = ".env", **said: Any) -> Any:  # noqa: N805 - a metaclass
        """See ``Settings.__init__``."""
        written = dotenv() if _env_file is not None else {}
        token = os.environ.get("DISCORD_TOKEN") or written.get("discord_token")
        read = _toml(config_file())
        for over in (
            {"discord": {"token": token}} if token else {},
            tables_of(written, Settings),
            tables_of(environment(), Settings),
            said,
        ):
            read = joined(read, over)
        return made(Settings, read)


class Settings(Table, kw_only=True, frozen=True, metaclass=_SettingsReader):
    """All settings."""

    database: DatabaseSettings = DatabaseSettings()
    discord: DiscordSettings = DiscordSettings()
    http: HttpSettings = HttpSettings()
    sources: SourcesSettings = SourcesSettings()
    poll: PollSettings = PollSettings()
    alerts: AlertsSettings = AlertsSettings()
    delivery: DeliverySettings = DeliverySettings()
    quota: QuotaSettings = QuotaSettings()
    privacy: PrivacySettings = PrivacySettings()
    backup: BackupSettings = BackupSettings()
    summary: SummarySettings = SummarySettings()
    trending: TrendingSettings = TrendingSettings()
    operator: OperatorSettings = OperatorSettings()
    http_server: HttpServerSettings = HttpServerSettings()
    log: LogSettings = LogSettings()
    cli: CliSettings = CliSettings()

    def default_minimums(self) -> dict[str, int]:
        """The default minimum of each source: the general one where there is one, else the source's own."""
        general = self.alerts.default_min_rp
        names = (one.name for one in msgspec.structs.fields(SourcesSettings))
        return {name: self.sources.of(name).default_min_rp if general is None else general for name in names}

    if TYPE_CHECKING:

        def __init__(self, *, _env_file: str | None = ".env", **said: Any) -> None:
            """Values in ``said`` win over the environment, that over ``.env`` and that over the TOML file.

            ``DISCORD_TOKEN`` comes just below the variables. ``_env_file`` None: without ``.env``. Raises
            ``WrongValue``, ``UnknownKey``, ``NotJson``, ``TableTwice``, ``OSError`` and ``ValueError`` of a file.
            """

    @classmethod
    def only(cls, **said: Any) -> Self:
        """Only the values given here, and defaults: nothing is read from files and variables."""
        return made(cls, said)


def _toml(file: Path) -> dict[str, Any]:
    """The tables of the file; none where there is no file. Raises ``OSError`` and ``ValueError``."""
    return tomllib.loads(file.read_text(encoding=UTF8)) if file.is_file() else {}


def files_with_keys() -> list[Path]:
    """Settings files with secrets: ``.env`` always, the TOML file if it has one.

    What cannot be read is left out; ``load`` says what is wrong with it.
    """
    file, found = config_file(), [Path(".env")]
    try:
        tables = _toml(file)
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
    """Whether a value is a secret by its type, or an address with a user's name, a password or a query."""
    if key in _secret_keys():
        return True
    if value.startswith("postgres"):
        return bool(re.search(r"://[^/@]*:[^/]*@|[?&]password=", value))
    return bool(re.match(_HTTP, value)) and ("@" in value or "?" in value.replace("?q={topic}", ""))


def _secret_keys() -> set[str]:
    """The keys whose type is a secret, as TOML writes them."""
    return {".".join(path) for path in _keys(Settings, of_secrets=True)}


def load() -> Settings:
    """Read all settings. Raises ``SettingsError`` with one sentence about the first thing that is wrong.

    Whatever a setting holds may be a secret in the wrong place, so that no sentence shows any of it.
    """
    file = config_file()
    if "KAWARABAN_CONFIG" in os.environ and not os.path.isfile(file):  # noqa: PTH113 - it raises nothing
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
        named = Path(str(error.filename or file)).name
        wrong = Sentence("cli-settings-unreadable", {"file": named, "why": error.strerror or ""})
    except (WrongValue, UnknownKey, NotJson, TableTwice) as error:
        wrong = _sentence(error)
    if wrong is not None:
        # Outside of the blocks above: an error raised there would carry the one that shows what was read.
        raise SettingsError(wrong.text_id, **wrong.values) from None
    return settings


def _unknown_keys(file: Path) -> Sentence | None:
    """A sentence about a top-level key that does not exist (deeper ones are found when the tables are made)."""
    try:
        tables = _toml(file)
    except tomllib.TOMLDecodeError as error:
        if found := re.search(r"at line (\d+), column (\d+)", str(error)):
            return Sentence("cli-settings-bad-toml", {"file": file.name, "line": found[1], "column": found[2]})
        return Sentence("cli-settings-bad-toml-end", {"file": file.name})
    except UnicodeDecodeError:
        return Sentence("cli-settings-toml-not-utf8", {"file": file.name})
    except (RecursionError, ValueError):
        return Sentence("cli-settings-toml-endless", {"file": file.name})
    return _unknown_table(file, tables) or _unknown_variable()


def _unknown_table(file: Path, tables: Mapping[str, Any]) -> Sentence | None:
    """A sentence about a table of the file that does not exist."""
    known = tuple(keys_of(Settings))
    for table in tables:
        if table not in keys_of(Settings):
            maybe = _maybe(closest(table, [*keys_of(Settings), *map(".".join, _keys(Settings))]))
            shown = {"file": file.name, "table": _name(table), "known": known, "maybe": maybe}
            return Sentence("cli-settings-no-table", shown)
    return None


def _unknown_variable() -> Sentence | None:
    """A sentence about a variable that does not exist."""
    known = tuple(keys_of(Settings))
    for name in (*os.environ, *dotenv()):
        if name.upper().startswith(PREFIX) and name.upper() != "KAWARABAN_CONFIG":
            section = name[len(PREFIX) :].split(BETWEEN)[0].lower()
            if section not in keys_of(Settings):
                maybe = _maybe(
                    closest(name.upper(), [PREFIX + BETWEEN.join(key).upper() for key in _keys(Settings)])
                )
                return Sentence("cli-settings-no-variable", {"name": name.upper(), "known": known, "maybe": maybe})
    if "kawaraban_config" in dotenv() and "KAWARABAN_CONFIG" not in os.environ:
        return Sentence("cli-settings-config-in-dotenv")
    return None


def _maybe(guess: str | None) -> str | Sentence:
    """The name that may have been meant, or nothing."""
    return "" if guess is None else Sentence("cli-settings-maybe", {"guess": guess})


def _keys(
    table: type[Table], above: tuple[str, ...] = (), *, of_secrets: bool = False
) -> Iterator[tuple[str, ...]]:
    """The path of every key that holds a value. ``of_secrets``: only of those whose type is a secret."""
    for name, takes in keys_of(table).items():
        if (inner := table_at(takes)) is not None:
            yield from _keys(inner, (*above, name), of_secrets=of_secrets)
        elif not of_secrets or is_secret(takes):
            yield (*above, name)


def _login(settings: Settings) -> Sentence | None:
    """A sentence about an address with somebody's name or password before its host, but the database's."""
    for path, text in _texts(settings, ()):
        if path != ("database", "url") and re.match(r"[^/?#]*//[^/?#]*@", text):
            key, name = _key(path)
            return Sentence("cli-settings-login", {"key": key, "name": name})
    return None


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of the settings with its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | Table):
        for name, inner in (value if isinstance(value, dict) else msgspec.structs.asdict(value)).items():
            yield from _texts(inner, (*path, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, str(number)))


def _key(path: tuple[str, ...]) -> tuple[str, str]:
    """A key as TOML writes it, and its variable. A part that is not ours is shown where it looks like a name."""
    known = set(_names(Settings))
    named = PREFIX + BETWEEN.join(path).upper()
    if named not in {name.upper() for name in (*os.environ, *dotenv())}:
        path = tuple(part if part in known or re.fullmatch(r"\d{1,3}", part) else _name(part) for part in path)
    return ".".join(path), PREFIX + BETWEEN.join(path).upper()


def _names(table: type[Table]) -> Iterator[str]:
    """The names of all keys and tables."""
    for name, takes in keys_of(table).items():
        yield name
        if (inner := table_at(takes)) is not None:
            yield from _names(inner)


def _name(part: str) -> str:
    """A name from outside, or a mark in its place."""
    return part if _NAME.fullmatch(part) else "(…)"


def _sentence(error: WrongValue | UnknownKey | NotJson | TableTwice) -> Sentence:
    """The key or variable, and what it takes."""
    if isinstance(error, UnknownKey):
        return _unknown_key(error.path)
    if isinstance(error, NotJson):
        return Sentence(
            "cli-settings-not-json", {"name": error.name, "example": '{"データセンター": "https://…"}'}
        )
    if isinstance(error, TableTwice):
        return Sentence("cli-settings-table-twice")
    key, name = _key(error.path)
    return Sentence("cli-settings-wrong-value", {"key": key, "name": name, "takes": error.takes})


def _unknown_key(path: tuple[str, ...]) -> Sentence:
    """The error for an unknown key, with those that exist."""
    key, name = _key(path)
    beside = _known_beside(path)
    meant = closest(".".join(path), [".".join((*path[:-1], one)) for one in beside])
    meant = meant or closest(".".join(path), list(map(".".join, _keys(Settings))))
    shown = {"key": key, "name": name, "known": tuple(beside), "maybe": _maybe(meant)}
    return Sentence("cli-settings-no-key", shown)


def _known_beside(path: tuple[str, ...]) -> list[str]:
    """The names that would have been right in that place."""
    table: type[Table] = Settings
    for part in path[:-1]:
        table = table_at(keys_of(table)[part]) or table
    return list(keys_of(table))

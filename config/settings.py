"""Every setting, its default and its limits.

Order: environment (``KAWARABAN_…``, nesting by ``__``; ``DISCORD_TOKEN`` too), ``.env``, the TOML file named by
``KAWARABAN_CONFIG`` (default ``kawaraban.toml``), defaults. Read by ``load()`` of this module, never at import.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

import msgspec
from msgspec import Meta

from .faults import SettingsError, login_in, sentence_about, unknown_key_in
from .sentences import Language, Sentence
from .tables import Secret, Table, UnknownKey, WrongValue, made
from .toml_file import config_file, read_toml
from .values import (
    Address,
    Ascii,
    Count,
    Country,
    DatabaseUrl,
    Gateway,
    Line,
    ListenHost,
    Ranked,
    SecretAddress,
    Server,
    Snowflake,
    Template,
    Token,
    TokenServer,
)
from .variables import NotJson, TableTwice, dotenv, environment, joined, tables_of


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
        read = read_toml(config_file())
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


def load() -> Settings:
    """Read all settings. Raises ``SettingsError`` with one sentence about the first thing that is wrong.

    Whatever a setting holds may be a secret in the wrong place, so that no sentence shows any of it.
    """
    file = config_file()
    is_there = os.path.isfile(file) or os.path.isdir(file)  # noqa: PTH112, PTH113 - they raise nothing
    if "KAWARABAN_CONFIG" in os.environ and not is_there:
        shown = re.fullmatch(r"[\w.-]{1,60}\.toml", file.name)
        if shown:
            raise SettingsError("cli-settings-no-file", file=file.name)
        raise SettingsError("cli-settings-no-such-file")
    try:
        wrong = unknown_key_in(file, Settings)
        if wrong is None:
            settings = Settings()
            wrong = login_in(settings)
    except UnicodeDecodeError:
        wrong = Sentence("cli-settings-dotenv-not-utf8")
    except IsADirectoryError as error:
        wrong = Sentence("cli-settings-folder", {"file": Path(error.filename).name})
    except OSError as error:
        named = Path(str(error.filename or file)).name
        wrong = Sentence("cli-settings-unreadable", {"file": named, "why": error.strerror or ""})
    except (WrongValue, UnknownKey, NotJson, TableTwice) as error:
        wrong = sentence_about(error, Settings)
    if wrong is not None:
        # Outside of the blocks above: an error raised there would carry the one that shows what was read.
        raise SettingsError(wrong.text_id, **wrong.values) from None
    return settings

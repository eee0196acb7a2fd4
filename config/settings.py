"""Every setting, its default and its limits.

Order: environment (``KAWARABAN_…``, nesting by ``__``; ``DISCORD_TOKEN`` too), ``.env``, the TOML file named by
``KAWARABAN_CONFIG`` (default ``kawaraban.toml``), defaults. Built by ``load()`` in app.py, never at import.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Language = Literal["ja", "en"]


class Section(BaseModel):
    """A table of the TOML file: unknown keys are errors, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Section):
    """Where memory lives."""

    url: Annotated[str, Field(pattern=r"^sqlite:///.+")] = "sqlite:///kawaraban.db"


class DiscordSettings(Section):
    """How to reach Discord. ``api_base`` and ``gateway_url`` name a compatible endpoint or proxy instead."""

    token: SecretStr | None = None
    application_id: int | None = None
    api_base: Annotated[str, Field(pattern=r"^https?://")] | None = None
    gateway_url: Annotated[str, Field(pattern=r"^wss?://")] | None = None
    language: Language = "ja"
    """The language used where a person's own is neither Japanese nor English."""


class HttpSettings(Section):
    """How we behave towards sources. Times in seconds, sizes in bytes."""

    allow_private_networks: bool = False
    contact: str = ""
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    total_timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    max_body_bytes: Annotated[int, Field(ge=10_000, le=100_000_000)] = 5_000_000
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    per_host_concurrency: Annotated[int, Field(ge=1, le=50)] = 4
    per_host_interval_s: Annotated[float, Field(ge=0, le=60)] = 0.25


class TrendpageSettings(Section):
    """A site with trend pages; off until it has a ``url`` template with ``{topic}`` or a table of ``pages``."""

    enabled: bool | None = None
    url: str | None = None
    pages: dict[str, str] = {}
    default_min_rp: Annotated[int, Field(ge=0)] = 100

    @property
    def is_on(self) -> bool:
        """Enabled unless switched off, once it has an address."""
        has_address = self.url is not None or bool(self.pages)
        return has_address if self.enabled is None else self.enabled and has_address


class MastodonSettings(Section):
    """A Mastodon server whose tag timelines are public; needs no key."""

    enabled: bool = True
    base_url: Annotated[str, Field(pattern=r"^https?://")] = "https://mstdn.jp"
    default_min_rp: Annotated[int, Field(ge=0)] = 10

    @property
    def is_on(self) -> bool:
        """Whether it is asked."""
        return self.enabled


class SourcesSettings(Section):
    """One table a source."""

    trendpage: TrendpageSettings = TrendpageSettings()
    mastodon: MastodonSettings = MastodonSettings()


class PollSettings(Section):
    """When and how much is looked at."""

    interval_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    concurrency: Annotated[int, Field(ge=1, le=500)] = 20
    new_post_max_age_h: Annotated[int, Field(ge=1, le=24 * 30)] = 48
    catch_up_after_h: Annotated[int, Field(ge=1, le=24 * 30)] = 6
    keep_posts_days: Annotated[int, Field(ge=3, le=3650)] = 30


class AlertsSettings(Section):
    """How much is told. ``default_min_rp`` overrides the default of every source."""

    default_min_rp: Annotated[int, Field(ge=0)] | None = None
    ceiling_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20


class DeliverySettings(Section):
    """How fast Discord is told."""

    requests_per_s: Annotated[float, Field(gt=0, le=1000)] = 45.0
    channel_interval_s: Annotated[float, Field(ge=0, le=60)] = 1.1
    catch_up_messages: Annotated[int, Field(ge=0, le=100)] = 5


class QuotaSettings(Section):
    """How many subscriptions fit; 0 is no limit."""

    subscriptions_per_server: Annotated[int, Field(ge=0)] = 100
    subscriptions_per_channel: Annotated[int, Field(ge=0)] = 25
    trend_per_minute: Annotated[int, Field(ge=0)] = 6
    """How often one person may ask /trend in a minute; a server may five times as often."""


class LogSettings(Section):
    """What the log shows."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        env_prefix="KAWARABAN_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="forbid",
        frozen=True,
    )

    database: DatabaseSettings = DatabaseSettings()
    discord: DiscordSettings = DiscordSettings()
    http: HttpSettings = HttpSettings()
    sources: SourcesSettings = SourcesSettings()
    poll: PollSettings = PollSettings()
    alerts: AlertsSettings = AlertsSettings()
    delivery: DeliverySettings = DeliverySettings()
    quota: QuotaSettings = QuotaSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over .env over TOML over defaults."""
        file = Path(os.environ.get("KAWARABAN_CONFIG", "kawaraban.toml"))
        toml = TomlConfigSettingsSource(settings_cls, toml_file=file)
        return init_settings, env_settings, dotenv_settings, toml

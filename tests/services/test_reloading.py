"""A running bot goes by the settings that it read again: sources, polls, quotas, notices and language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot import app
from bot.core.errors import RefusedRequest
from bot.core.models import SourceName, Viewer
from bot.services import Services
from bot.services.cooldown import Price
from bot.services.reloading import ReloadService
from config.faults import SettingsError
from config.settings import Settings
from tests.conftest import BotEnv, Clock, make_settings
from tests.fakes.ranking_site import RankingSite, trend
from tests.fakes.trend_site import TrendSite
from tests.storage.world import TOPIC


@dataclass
class Reloading:
    """A reload whose settings the test writes."""

    services: Services
    reading: Callable[[], Settings]
    read_again: list[Settings] = field(default_factory=list)

    def service(self) -> ReloadService:
        made = app.make_reload(self.services, on_read=self.read_again.append)
        made._read = self.reading
        return made


def like(settings: Settings, **sections: dict[str, Any]) -> Settings:
    """The same settings, some of them changed."""
    tables = {
        name: msgspec.structs.replace(getattr(settings, name), **values) for name, values in sections.items()
    }
    return msgspec.structs.replace(settings, **tables)


async def test_source_that_is_switched_off_is_asked_no_more_and_one_with_a_new_address_is_asked_there(
    env: BotEnv,
) -> None:
    storage = env.services.storage
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], env.clock())
    await env.poll()
    asked = len(env.site.requests)
    off = sources_like(env.settings, enabled=False)
    reloading = Reloading(env.services, lambda: off)

    result = await reloading.service().reload()
    env.clock.forward(minutes=10)
    await env.poll()

    assert result.at_once == ("sources.trendpage.enabled",)
    assert SourceName.TRENDPAGE not in env.services.sources
    assert len(env.site.requests) == asked
    with pytest.raises(RefusedRequest):
        await env.services.trends.ask(TOPIC.name, SourceName.TRENDPAGE)

    async with TrendSite() as other:
        on = sources_like(env.settings, enabled=True, url=other.url)
        reloading.reading = lambda: on
        again = await reloading.service().reload()
        env.clock.forward(minutes=10)
        await env.poll()

        assert again.at_once == ("sources.trendpage.enabled", "sources.trendpage.url")
        assert len(other.requests) == 1
        assert len(env.site.requests) == asked


def sources_like(settings: Settings, **trendpage: Any) -> Settings:
    """The same settings, those of the trend page changed."""
    changed = msgspec.structs.replace(settings.sources.trendpage, **trendpage)
    return msgspec.structs.replace(settings, sources=msgspec.structs.replace(settings.sources, trendpage=changed))


async def test_source_whose_settings_did_not_change_keeps_what_it_knows(env: BotEnv) -> None:
    before = env.services.sources[SourceName.TRENDPAGE]
    reloading = Reloading(env.services, lambda: like(env.settings, poll={"interval_s": 77}))

    await reloading.service().reload()

    assert env.services.sources[SourceName.TRENDPAGE] is before


async def test_polls_answers_quotas_notices_and_language_go_by_the_new_settings(env: BotEnv) -> None:
    services = env.services
    read = like(
        env.settings,
        poll={"interval_s": 3600, "new_post_max_age_h": 5},
        alerts={"ceiling_per_hour": 3, "mention_interval_min": 44, "source_notices": False},
        quota={"effort_per_minute": int(Price.BASIC), "looks_per_hour": 17},
        discord={"language": "en", "status_channel": 4242},
        delivery={"catch_up_messages": 1},
    )
    reloading = Reloading(services, lambda: read)

    result = await reloading.service().reload()

    assert result.restart == ()
    policy = services.poller._policies[SourceName.TRENDPAGE]
    assert (policy.interval.total_seconds(), policy.hourly_limit) == (3600, 3)
    assert policy.new_post_max_age.total_seconds() == 5 * 3600
    assert services.poller._hosts.polls_per_hour == 17
    assert services.health._operator_channel == 4242
    assert services.texts.speaker("fr") is services.texts.speaker("en")
    assert services.delivery._sender.policy == app.delivery_policy(read)
    services.cooldowns.take(1, None, Price.BASIC)
    with pytest.raises(RefusedRequest):
        services.cooldowns.take(1, None, Price.BASIC)
    assert reloading.read_again == [services.settings]


async def test_settings_that_cannot_be_read_leave_everything_as_it_was(env: BotEnv) -> None:
    before = (env.settings.poll, dict(env.services.sources))

    def wrong() -> Settings:
        raise SettingsError("cli-settings-bad-toml", file="kawaraban.toml", line="3", column="1")

    reloading = Reloading(env.services, wrong)
    result = await reloading.service().reload()

    assert (env.settings.poll, dict(env.services.sources)) == before
    assert result.error == tuple(
        SettingsError("cli-settings-bad-toml", file="kawaraban.toml", line="3", column="1").said(language)
        for language in ("en", "ja")
    )
    assert reloading.read_again == []


async def test_request_is_answered_once_and_not_by_who_starts_later(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    settings = make_settings(tmp_path, database={"url": database_url})
    async with app.open_services(settings, clock=clock) as services:
        reads: list[int] = []

        def read() -> Settings:
            reads.append(1)
            return settings

        first = Reloading(services, read).service()
        await first.start()
        request = await services.storage.reloads.request()
        for _ in range(3):
            await first.answer_request()
        late = Reloading(services, read).service()
        await late.start()
        await late.answer_request()

        [result] = await services.storage.reloads.results(request)
        assert (len(reads), result.at_once, result.restart, result.error) == (1, (), (), None)
        assert await services.storage.reloads.results(await services.storage.reloads.request()) == []


async def test_what_is_asked_for_rising_topics_and_what_is_blocked_go_by_the_new_settings(env: BotEnv) -> None:
    before = env.services.trending.sources()
    async with RankingSite() as site:
        site.bluesky = [trend("Meteor shower"), trend("spam")]
        wanted = like(
            env.settings, trending={"sources": ["bluesky"], "bluesky_url": site.url, "blocked": ["Spam"]}
        )

        result = await Reloading(env.services, lambda: wanted).service().reload()
        answer = await env.services.trending.show(Viewer(), "en")

    assert before == ()
    assert result.restart == ()
    assert [one.topic.name for one in answer.rising] == ["Meteor shower"]

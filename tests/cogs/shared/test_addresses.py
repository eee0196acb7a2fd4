"""A secret in the address of a feed and in those of the operator, and all that anybody is shown."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.cli import watch
from bot.doctor.examination import examine
from bot.logs import LineFormatter
from tests.cogs.subscriptions.test_subscribe import answer, stored
from tests.conftest import EN, BotEnv, Clock, make_settings, open_env
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.trend_site import TrendSite

CANARY = "CANARY7f"
TOPIC = "データセンター"


def shown(message: Any) -> str:
    """All of a message, its buttons, menus and links too, as Discord gets it."""
    return f"{message.content} {message.components}"


async def said(env: BotEnv, command: str, who: Any = None, **options: Any) -> str:
    result = await (who or env.admin).slash(env.channel, command, **options)
    return shown(result.followups[-1] if result.followups else result.response)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "bot")
    return caplog


def logged(log: pytest.LogCaptureFixture) -> str:
    formatter = LineFormatter("%(name)s %(message)s")
    return "\n".join(formatter.format(record) for record in log.records if record.name.startswith("bot"))


@pytest.mark.invariant(10)
@pytest.mark.parametrize("form", ["/{}/feed.xml", "/feed.xml?key={}", "/feed.xml#{}", "/{}"])
@pytest.mark.parametrize(("title", "fails"), [("", False), ("", True), ("News of https://a.example/{}", False)])
async def test_of_a_feeds_address_only_the_host_is_shown(
    tmp_path: Path,
    clock: Clock,
    site: TrendSite,
    log: pytest.LogCaptureFixture,
    form: str,
    title: str,
    *,
    fails: bool,
) -> None:
    async with FeedSite() as feeds:
        path = form.format(CANARY)
        served = path.partition("?")[0].partition("#")[0]
        feeds.put(served, rss(Item("話", "https://a.example/1", clock()), title=title.format(CANARY)))
        settings = make_settings(tmp_path, sources={"trendpage": {"url": f"{site.base_url}/{CANARY}/{{topic}}"}})
        async with open_env(settings, clock, site) as env:
            heard = [await said(env, "subscribe", topic=feeds.base_url + path)]
            [subscription] = await stored(env)
            if fails:
                feeds.put(served, "gone", status=500)
            await env.poll_again()
            await env.poll_again()
            for who in (env.admin, env.visitor):
                heard.append(await said(env, "trend", who, topic=subscription.topic.handle))
                heard.append(await said(env, "status", who))
            heard.append(await said(env, "subscriptions"))
            heard.append(await said(env, "trend", topic=TOPIC))
            heard += [str(env.channel.history()), repr(env.services.settings)]
            heard += [str(check) for check in await examine(env.services.settings)]
            rows = await watch._list_watches(env.services.settings, with_addresses=False)
            heard.append(str(rows))
            listed = answer(await env.admin.slash(env.channel, "subscriptions"))
            picked = await env.admin.select(listed, [str(subscription.id)], custom_id="kw:subs:pick:0")

        assert subscription.topic.name == (
            "News of a.example/…" if title else feeds.base_url.removeprefix("http://")
        )
        assert [text for text in [*heard, logged(log)] if CANARY in text] == []
        assert CANARY in shown(picked.response), "who manages it is shown what it is"


@pytest.mark.invariant(10)
@pytest.mark.parametrize("form", ["http://{host}/{secret}/{{topic}}", "http://{host}/?k={secret}&q={{topic}}"])
async def test_addresses_of_the_operator_are_shown_nobody(
    tmp_path: Path, clock: Clock, site: TrendSite, form: str
) -> None:
    async with FeedSite() as feeds:
        search = form.format(host=feeds.base_url.removeprefix("http://"), secret=CANARY)
        page = form.format(host=site.base_url.removeprefix("http://"), secret=CANARY)
        settings = make_settings(tmp_path, sources={"feed": {"search_urls": [search]}, "trendpage": {"url": page}})
        async with open_env(settings, clock, site) as env:
            heard = [await said(env, "trend", env.visitor, topic=TOPIC)]
            heard.append(await said(env, "subscribe", topic=TOPIC))
            await env.poll_again()
            heard += [await said(env, "status"), await said(env, "subscriptions")]
            heard += [str(check) for check in await examine(env.services.settings)]

        assert [text for text in heard if CANARY in text] == []


@pytest.mark.invariant(10)
async def test_address_with_a_login_is_refused_and_nothing_of_it_is_sent_or_stored(env: BotEnv) -> None:
    for command in ("trend", "subscribe"):
        text = await said(env, command, topic=f"{env.site.base_url}/x".replace("://", f"://me:{CANARY}@"))

        assert EN.say("error-address-login") in text
        assert CANARY not in text
    assert await stored(env) == []

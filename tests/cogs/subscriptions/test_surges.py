"""The surges of a subscription: chosen, shown, changed, and refused where no source has counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.models import SourceName, SubscriptionId
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState
from bot.storage.sql.mapping.json_forms import form_of
from bot.views.subscriptions.cards import fold_menu_id, surge_menu_id
from tests.cogs.sentences import say
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, in_japanese, shown, stored, subscribe
from tests.cogs.subscriptions.test_subscriptions import followed, opened
from tests.cogs.test_alert_buttons import take_permission_away
from tests.conftest import BotEnv
from tests.core.surge.series import MONDAY, daily, run


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("preset", [*Preset, None])
async def test_surges_are_chosen_in_words_and_said(env: BotEnv, preset: Preset | None, language: str) -> None:
    if language == "ja":
        in_japanese(env)

    said = shown(await subscribe(env, surge=preset or "off"))

    which = say(env, f"surge-{preset or 'off'}", language=language)
    assert say(env, "surge-subscription", language=language, which=which) in said
    assert [one.settings.surge for one in await stored(env)] == [preset]


async def test_new_subscription_is_sent_unusual_surges_and_says_that_the_bot_is_learning(env: BotEnv) -> None:
    said = shown(await subscribe(env))

    assert [one.settings.surge for one in await stored(env)] == [Preset.UNUSUAL]
    assert say(env, "surge-not-detectable-learning", topic=TOPIC) in said


async def test_surges_of_a_source_without_counts_are_refused(env: BotEnv) -> None:
    said = shown(await subscribe(env, topic="https://paper.example/feed", surge="every"))

    assert say(env, "error-surge-feed") in said
    assert await stored(env) == []


async def test_menu_of_a_subscription_changes_its_surges(env: BotEnv) -> None:
    subscription = await followed(env)
    detail = await opened(env, subscription)

    changed = await env.admin.select(detail, ["rare"], custom_id=surge_menu_id(subscription.id))
    [rare] = await stored(env)
    await env.admin.select(await opened(env, rare), ["off"], custom_id=surge_menu_id(subscription.id))
    [off] = await stored(env)

    assert rare.settings == replace(subscription.settings, surge=Preset.RARE)
    assert off.settings.surge is None
    which = say(env, "surge-rare")
    assert say(env, "surge-subscription", which=which) in shown(changed.response)


async def test_menu_of_a_subscription_changes_how_posts_that_say_the_same_are_sent(env: BotEnv) -> None:
    subscription = await followed(env)

    detail = await opened(env, subscription)
    changed = await env.admin.select(detail, ["no"], custom_id=fold_menu_id(subscription.id))
    [apart] = await stored(env)
    await env.admin.select(await opened(env, apart), ["yes"], custom_id=fold_menu_id(subscription.id))
    [together] = await stored(env)

    assert not apart.settings.rules.fold
    assert together.settings == subscription.settings
    before, after = say(env, "change-fold-yes"), say(env, "change-fold-no")
    assert say(env, "change-fold", before=before, after=after) in shown(changed.response)


@pytest.mark.parametrize(("menu", "value"), [(surge_menu_id, "rare"), (fold_menu_id, "no")])
async def test_change_by_a_menu_is_undone_by_a_button_beside_it(
    env: BotEnv, menu: Callable[[SubscriptionId], str], value: str
) -> None:
    subscription = await followed(env)
    changed = await env.admin.select(await opened(env, subscription), [value], custom_id=menu(subscription.id))
    [other] = await stored(env)

    await env.admin.click(changed.response, label=say(env, "button-undo"))

    [back] = await stored(env)
    assert other.settings != subscription.settings
    assert back.settings == subscription.settings


async def test_choice_that_changes_nothing_offers_no_undo(env: BotEnv) -> None:
    subscription = await followed(env)

    same = await env.admin.select(
        await opened(env, subscription), ["yes"], custom_id=fold_menu_id(subscription.id)
    )

    assert "kw:unchange" not in str(same.response.components)


@pytest.mark.parametrize("menu", [surge_menu_id, fold_menu_id])
async def test_somebody_who_may_not_manage_the_channel_changes_nothing(
    env: BotEnv, menu: Callable[[SubscriptionId], str]
) -> None:
    subscription = await followed(env)
    detail = await opened(env, subscription)
    value = "every" if menu is surge_menu_id else "no"

    take_permission_away(env)
    await env.admin.select(detail, [value], custom_id=menu(subscription.id))

    assert [one.settings for one in await stored(env)] == [subscription.settings]


async def test_asking_for_other_surges_offers_the_change(env: BotEnv) -> None:
    await subscribe(env)

    said = shown(answer(await env.admin.slash(env.channel, "subscribe", topic=TOPIC, surge="every")))

    before, after = say(env, "surge-unusual"), say(env, "surge-every")
    assert say(env, "change-surge", before=before, after=after) in said


@pytest.mark.invariant(10)
@pytest.mark.parametrize("mean", [0.2, 20])
async def test_what_is_known_of_a_topic_by_others_who_follow_it_is_not_said_of_a_new_subscription(
    env: BotEnv, mean: float
) -> None:
    """Invariant 10: one watch serves all servers, so its detector knows for how long anybody follows the topic."""
    subscription = await followed(env)
    [watch] = await env.services.storage.trends.topic_watches(subscription.topic.key)
    await keep(env, watch.id, run(daily(2, mean=mean), PRESETS[Preset.UNUSUAL])[0])

    said = shown(await opened(env, subscription))

    assert say(env, "surge-not-detectable-learning", topic=TOPIC) in said
    assert say(env, "surge-not-detectable-too-few", topic=TOPIC) not in said


@pytest.mark.parametrize(("mean", "text_id"), [(0.2, "surge-not-detectable-too-few"), (20, None)])
async def test_topic_with_few_posts_says_that_only_large_surges_are_recognized(
    env: BotEnv, mean: float, text_id: str | None
) -> None:
    subscription = await followed(env)
    env.clock.forward(days=2)
    [watch] = await env.services.storage.trends.topic_watches(subscription.topic.key)
    state: SurgeState = run(daily(2, mean=mean), PRESETS[Preset.UNUSUAL])[0]
    await keep(env, watch.id, state)

    said = shown(await opened(env, subscription))

    texts = {one: say(env, f"surge-not-detectable-{one}", topic=TOPIC) for one in ("too-few", "learning")}
    found = [f"surge-not-detectable-{one}" for one, text in texts.items() if text in said]
    assert found == ([] if text_id is None else [text_id])
    assert watch.source is SourceName.TRENDPAGE


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_topic_whose_page_is_read_every_few_hours_says_what_would_help(env: BotEnv, language: str) -> None:
    if language == "ja":
        in_japanese(env)
    subscription = await followed(env)
    env.clock.forward(days=2)
    [watch] = await env.services.storage.trends.topic_watches(subscription.topic.key)
    covers = timedelta(hours=5)
    seen = (CountObservation(MONDAY + index * covers, 300.0, covers) for index in range(9))
    await keep(env, watch.id, run(seen, PRESETS[Preset.UNUSUAL])[0])

    said = shown(await opened(env, subscription))

    assert say(env, "surge-not-detectable-seldom", language=language, topic=TOPIC) in said


async def test_topic_whose_page_states_no_total_says_after_days_that_it_has_no_counts(env: BotEnv) -> None:
    subscription = await followed(env)
    env.clock.forward(days=3)

    said = shown(await opened(env, subscription))

    assert say(env, "surge-not-detectable-no-counts", topic=TOPIC) in said


async def keep(env: BotEnv, watch_id: int, state: SurgeState) -> None:
    """Store a detector as a poll does."""
    database = env.services.storage.database
    values = (watch_id, Preset.UNUSUAL, form_of(SurgeState).encode(state))
    await database.write(
        lambda tx: tx.execute("INSERT INTO surge_states (watch_id, preset, state) VALUES (?, ?, ?)", values)
    )

"""/digest and the buttons of digests, as people use them on the simulated Discord."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import Digest, GuildId, PauseReason, Recurrence
from bot.delivery.sender import SECOND_CHECK_AFTER
from bot.gateway.client import TrendBot
from bot.services.input.text import MIN_RP_MAX
from tests.cogs.subscriptions.test_subscribe import (
    TOPIC,
    answer,
    bot_may,
    herald,
    in_japanese,
    labels,
    shown,
    subscribe,
    to_wall,
)
from tests.cogs.test_alert_buttons import ids
from tests.conftest import EN, JA, BotEnv

from .sentences import say

MORNING = {"schedule": "daily", "time": "8:00", "timezone": "Asia/Tokyo"}
"""The test clock stands at 12:00 in Tokyo, on Sunday, 22 November."""
NEXT_MORNING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


async def digest(env: BotEnv, command: str, who: Any = None, *, at: Any = None, **options: Any) -> Any:
    return answer(await (who or env.admin).slash(at or env.channel, f"digest {command}", **options))


async def create(env: BotEnv, **options: Any) -> Any:
    return await digest(env, "create", **{**MORNING, **options})


async def kept(env: BotEnv) -> list[Digest]:
    return await env.services.storage.digests.listed(GuildId(env.guild.id))


async def followed(env: BotEnv, **options: Any) -> Any:
    """A channel that follows the topic, whose first look is over."""
    env.site.put(TOPIC, [env.post("前からの投稿", 40, minutes_old=600)])
    message = await subscribe(env, **options)
    await env.poll()
    return message


async def let_visitors_see(env: BotEnv) -> None:
    """The server offers them the command, which Discord else keeps from them."""
    [command] = [one for one in await env.bot.tree.fetch_commands() if one.name == "digest"]
    env.guild.set_command_permissions(command, {env.visitor: True})


async def come(env: BotEnv, when: datetime) -> list[discord.Message]:
    """The clock moves on; what is due is made and delivered. Returns what the channel holds."""
    env.clock.now = when
    await env.services.digests.runner.run_due()
    await env.deliver()
    return list(env.channel.history())


async def test_a_digest_is_made_and_read_back_with_its_next_three_times(env: BotEnv) -> None:
    await followed(env)

    message = await create(env)

    [made] = await kept(env)
    said = shown(message)
    assert made.settings.schedule.cron == "0 8 * * *"
    assert made.settings.schedule.recurrence is Recurrence.DAILY
    assert made.next_at == NEXT_MORNING
    assert EN.say("digest-schedule-daily", time="8:00", city="Tokyo") in said
    for day in range(3):
        assert f"<t:{int((NEXT_MORNING + timedelta(days=day)).timestamp())}:F>" in said
    assert TOPIC in said


@pytest.mark.parametrize(
    ("options", "cron", "words"),
    [
        ({"schedule": "hourly", "time": ":15"}, "15 * * * *", {"minute": 15}),
        ({"schedule": "hourly"}, "0 * * * *", {"minute": 0}),
        ({"schedule": "daily"}, "0 8 * * *", {"time": "8:00"}),
        ({"schedule": "weekdays", "time": "午後6時半"}, "30 18 * * 1-5", {"time": "18:30"}),
        ({"schedule": "weekly", "time": "月 9:00"}, "0 9 * * 1", {"day": "Monday", "time": "9:00"}),
        ({"schedule": "weekly", "time": "sun 10pm"}, "0 22 * * 0", {"day": "Sunday", "time": "22:00"}),
        ({"schedule": "custom", "time": "0 9 1 * mon"}, "0 9 1 * MON", {"cron": "0 9 1 * MON"}),
    ],
)
async def test_each_kind_of_schedule_is_understood_and_read_back(
    env: BotEnv, options: dict[str, str], cron: str, words: dict[str, Any]
) -> None:
    await followed(env)

    message = answer(await env.admin.slash(env.channel, "digest create", timezone="Tokyo", **options))

    assert [one.settings.schedule.cron for one in await kept(env)] == [cron]
    where = {} if "minute" in words else {"city": "Tokyo"}
    assert EN.say(f"digest-schedule-{options['schedule']}", **words, **where) in shown(message)


async def test_every_option_is_kept(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    role = env.guild.create_role("読者", mentionable=True)

    message = await create(
        env,
        channel=other,
        topics="データセンター、生成AI",
        top=3,
        min_rp=20,
        role=role,
        alerts="off",
        name="社長の朝刊",
        language="ja",
    )

    [made] = await kept(env)
    assert [topic.name for topic in made.settings.topics] == ["データセンター", "生成AI"]
    assert (made.channel_id, made.settings.top, made.settings.min_rp, made.settings.role_id) == (
        other.id,
        3,
        20,
        role.id,
    )
    assert (made.settings.replaces_alerts, made.settings.name, made.settings.language) == (
        True,
        "社長の朝刊",
        "ja",
    )
    said = shown(message)
    numbers = EN.say("digest-top", count=3), EN.say("digest-min-rp", count=20)
    for part in ("社長の朝刊", f"<#{other.id}>", "データセンター, 生成AI", *numbers, f"<@&{role.id}>"):
        assert part in said


async def test_japanese_people_mean_tokyo_and_get_a_japanese_digest(env: BotEnv) -> None:
    in_japanese(env)
    await followed(env)

    message = answer(await env.admin.slash(env.channel, "digest create", schedule="daily"))

    [made] = await kept(env)
    assert (made.settings.schedule.zone, made.settings.language, made.settings.name) == (
        "Asia/Tokyo",
        "ja",
        "朝刊",
    )
    assert JA.say("digest-schedule-daily", time="8:00", city="東京") in shown(message)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"timezone": "Atlantis"}, EN.say("zone-unknown")),
        ({"timezone": None}, EN.say("zone-missing")),
        ({"time": "25:00"}, EN.say("digest-time-unclear")),
        ({"schedule": "hourly", "time": "75"}, EN.say("digest-minute-unclear")),
        ({"schedule": "weekly", "time": "someday 9:00"}, EN.say("digest-weekday-unclear")),
        ({"schedule": "weekly", "time": "mon,tue 9:00"}, EN.say("digest-weekday-unclear")),
        ({"schedule": "custom", "time": "61 * * * *"}, EN.say("digest-cron-unclear", field="minute")),
        ({"schedule": "custom", "time": "tomorrow"}, EN.say("digest-cron-unclear", field="count")),
        ({"schedule": "custom", "time": ""}, EN.say("digest-cron-unclear", field="count")),
        ({"schedule": "custom", "time": "0 0 31 2 *"}, EN.say("digest-cron-never")),
        ({"schedule": "custom", "time": "*/5 * * * *"}, EN.say("digest-cron-often")),
        (
            {"topics": "、".join(f"話題{n}" for n in range(26))},
            EN.say("digest-topics-many", limit=25, count=26),
        ),
        ({"topics": "https://blog.example/feed"}, EN.say("digest-feed-unknown")),
        ({"topics": "長" * 61}, EN.say("error-topic-long", limit=60)),
    ],
)
async def test_what_cannot_be_gets_one_sentence_and_stores_nothing(
    env: BotEnv, options: dict[str, str | None], sentence: str
) -> None:
    await followed(env)
    wanted = {name: value for name, value in {**MORNING, **options}.items() if value is not None}

    refused = answer(await env.admin.slash(env.channel, "digest create", **wanted))

    assert sentence in shown(refused)
    assert await kept(env) == []


async def test_a_channel_without_topics_needs_some(env: BotEnv) -> None:
    assert EN.say("digest-no-topics") in shown(await create(env))
    assert await kept(env) == []


async def test_a_visitor_is_refused_with_a_sentence(env: BotEnv) -> None:
    await followed(env)
    await let_visitors_see(env)

    refused = await digest(env, "create", env.visitor, **MORNING)

    assert "Manage Channels" in shown(refused)
    assert await kept(env) == []


async def test_a_channel_the_bot_cannot_write_to_is_refused(env: BotEnv) -> None:
    closed = env.guild.create_text_channel("立入禁止", overwrites=bot_may(env, send_messages=False))

    refused = await create(env, channel=closed, topics="生成AI")

    assert EN.say("error-bot-needs", permissions="Send Messages") in shown(refused)
    assert await kept(env) == []


@pytest.mark.invariant(7)
async def test_everyone_is_no_role_for_a_digest(env: BotEnv) -> None:
    refused = await create(env, topics="生成AI", role=env.guild.default_role)

    assert say(env, "error-role-everyone") in shown(refused)
    assert await kept(env) == []


async def test_a_channel_has_room_for_so_many_digests(env: BotEnv) -> None:
    limit = env.settings.quota.digests_per_channel
    for number in range(limit):
        await create(env, topics=f"話題{number}")

    refused = await create(env, topics="もうひとつ")

    assert EN.say("digest-quota-channel", limit=limit) in shown(refused)
    assert len(await kept(env)) == limit


# -- when it comes -----------------------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_a_digest_comes_once_with_what_the_period_brought(env: BotEnv) -> None:
    """Invariant 2: not at the next tick again."""
    await followed(env)
    await create(env)
    env.clock.forward(minutes=6)
    env.site.put(TOPIC, [env.post("夜に広がった話", 80), env.post("前からの投稿", 90, minutes_old=606)])
    await env.poll()

    [message] = await come(env, NEXT_MORNING)
    again = await come(env, NEXT_MORNING + timedelta(seconds=1))

    said = to_wall(message)
    assert said.index("夜に広がった話") < said.index("前からの投稿")
    assert "RP 80 (+80)" in said
    assert "RP 90 (+50)" in said
    assert len(again) == 1
    [made] = await kept(env)
    assert (made.covered_until, made.next_at) == (NEXT_MORNING, NEXT_MORNING + timedelta(days=1))


@pytest.mark.invariant(1)
async def test_two_digests_of_a_channel_at_the_same_minute_both_come(env: BotEnv) -> None:
    """Invariant 1: neither is lost."""
    await create(env, topics="話題一", name="甲")
    await create(env, topics="話題二", name="乙")

    said = [to_wall(message) for message in await come(env, NEXT_MORNING)]

    assert len(said) == 2
    assert {name for name in "甲乙" for text in said if f"## {name}" in text} == {"甲", "乙"}


@pytest.mark.invariant(3)
async def test_days_that_were_missed_come_as_one_late_digest(env: BotEnv) -> None:
    """Invariant 3: never a pile; it says for which time it was, and begins where the last one ended."""
    await followed(env)
    await create(env)
    await come(env, NEXT_MORNING)

    history = await come(env, NEXT_MORNING + timedelta(days=3, hours=2))

    assert len(history) == 2
    late = max(history, key=lambda message: message.id)
    assert f"<t:{int((NEXT_MORNING + timedelta(days=3)).timestamp())}" in to_wall(late)
    assert "⏰" in to_wall(late)
    assert "Mon 23 Nov, 08:00 – Thu 26 Nov, 08:00" in to_wall(late)
    [made] = await kept(env)
    assert made.next_at == NEXT_MORNING + timedelta(days=4)


@pytest.mark.invariant(5)
async def test_a_topic_whose_source_broke_does_not_look_quiet(env: BotEnv) -> None:
    """Invariant 5: nothing known is not nothing new."""
    await followed(env)
    await create(env)
    await come(env, NEXT_MORNING)
    env.site.status = 500
    for _ in range(6):
        env.clock.forward(hours=3)
        await env.poll()

    message = (await come(env, NEXT_MORNING + timedelta(days=1)))[-1]

    assert EN.say("digest-broken", topic=TOPIC) in to_wall(message)
    assert EN.say("digest-quiet", topic=TOPIC) not in to_wall(message)


async def test_a_post_sent_as_an_alert_is_marked_and_not_repeated(env: BotEnv) -> None:
    await followed(env)
    await create(env)
    env.site.put(TOPIC, [env.post("大きな話の全文がここにある", 500, minutes_old=1)])
    await env.poll_again()

    alert, told = sorted(await come(env, NEXT_MORNING), key=lambda message: message.id)

    assert "大きな話の全文がここにある" in to_wall(alert)
    assert EN.say("digest-alerted") in to_wall(told)
    assert to_wall(told).count("大きな話の全文がここにある") <= 1


@pytest.mark.invariant(3)
async def test_a_digest_stands_in_for_alerts_and_nothing_floods_when_it_ends(env: BotEnv) -> None:
    """Invariant 3: what passed meanwhile is baseline."""
    await followed(env)
    await create(env, alerts="off")
    env.site.put(TOPIC, [env.post("ダイジェストだけの話", 500, minutes_old=1)])
    await env.poll_again()
    silent = list(env.channel.history())
    [told] = await come(env, NEXT_MORNING)

    await digest(env, "delete", digest=f"id:{(await kept(env))[0].id}")
    await env.poll_again()
    env.site.put(TOPIC, [env.post("終わったあとの話", 600, minutes_old=1, serial=1)])
    await env.poll_again()

    assert silent == []
    assert "ダイジェストだけの話" in to_wall(told)
    after = [to_wall(message) for message in env.channel.history() if message.id != told.id]
    assert len(after) == 1
    assert "終わったあとの話" in after[0]


@pytest.mark.invariant(7)
async def test_the_role_of_a_digest_is_mentioned_and_no_other(env: BotEnv) -> None:
    """Invariant 7: AllowedMentions hold only that role."""
    role = env.guild.create_role("読者", mentionable=True)
    await followed(env)
    await create(env, role=role)
    env.site.put(TOPIC, [env.post("<@&1> @everyone 集まれ", 50)])
    await env.poll_again()

    [message] = await come(env, NEXT_MORNING)

    assert [one.id for one in message.role_mentions] == [role.id]
    assert not message.mention_everyone


async def test_a_topic_nobody_subscribes_to_is_watched_for_the_digest(env: BotEnv) -> None:
    env.site.put("生成AI", [env.post("前からの投稿", 10, minutes_old=600)])
    await create(env, topics="生成AI")
    await env.poll()
    env.clock.forward(hours=1)
    env.site.put("生成AI", [env.post("新しい話", 70, minutes_old=1)])
    await env.poll()

    [message] = await come(env, NEXT_MORNING)

    assert "新しい話" in to_wall(message)
    assert env.channel.history() == [message]


# -- what is done with it ----------------------------------------------------------------------------------


async def test_the_list_opens_a_digest_with_all_that_can_be_done(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="AI便り")

    listed = await digest(env, "list")
    before = shown(listed)
    [made] = await kept(env)
    card = (await env.admin.select(listed, [str(made.id)], custom_id="kw:digest:pick:0")).response
    opened, offered = shown(card), labels(card)
    back = (await env.admin.click(card, label=say(env, "digest-button-list"))).response

    assert "AI便り" in before
    assert EN.say("digest-schedule-daily", time="8:00", city="Tokyo") in opened
    assert offered[:5] == ["Edit", "Preview", "Send now", "Pause", "Delete"]
    assert opened != shown(back) == before


async def test_an_empty_list_says_how_to_begin(env: BotEnv) -> None:
    assert "/digest create" in shown(await digest(env, "list"))


async def test_what_stands_in_a_channel_the_person_cannot_see_is_not_listed(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await create(env, channel=other, topics="秘密", name="密書")
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(env.admin.id), view_channel=False)

    assert "密書" not in shown(await digest(env, "list"))


async def test_edit_changes_what_is_given_and_keeps_the_rest(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="AI便り", min_rp=7)
    [made] = await kept(env)

    message = await digest(env, "edit", digest="AI便り", time="21:30", top=2)

    [changed] = await kept(env)
    assert changed.settings.schedule.cron == "30 21 * * *"
    assert (changed.settings.top, changed.settings.min_rp, changed.settings.topics, changed.settings.name) == (
        2,
        7,
        made.settings.topics,
        "AI便り",
    )
    assert changed.next_at == datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    assert EN.say("digest-schedule-daily", time="21:30", city="Tokyo") in shown(message)


async def test_edit_moves_a_digest_to_another_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await create(env, topics="生成AI", name="AI便り")

    await digest(env, "edit", digest="AI便り", channel=other, alerts="off", language="ja", timezone="Berlin")

    [changed] = await kept(env)
    assert (changed.channel_id, changed.settings.replaces_alerts, changed.settings.language) == (
        other.id,
        True,
        "ja",
    )
    assert changed.settings.schedule.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("before", "after", "cron"),
    [
        (("daily", "21:30"), "daily", "30 21 * * *"),
        (("daily", "21:30"), "weekdays", "30 21 * * 1-5"),
        (("daily", "21:30"), "weekly", "30 21 * * 1"),
        (("weekly", "fri 20:00"), "daily", "0 20 * * *"),
        (("hourly", ":15"), "daily", "0 8 * * *"),
        (("daily", "21:30"), "hourly", "0 * * * *"),
    ],
)
async def test_another_kind_of_schedule_keeps_the_time_of_the_day(
    env: BotEnv, before: tuple[str, str], after: str, cron: str
) -> None:
    await create(env, topics="生成AI", name="便り", schedule=before[0], time=before[1])

    await digest(env, "edit", digest="便り", schedule=after)

    [changed] = await kept(env)
    assert (changed.settings.schedule.recurrence, changed.settings.schedule.cron) == (Recurrence(after), cron)


async def test_a_name_of_ours_follows_what_changes_and_a_persons_own_stays(env: BotEnv) -> None:
    await create(env, topics="生成AI")
    await create(env, topics="生成AI", name="夜の便り")

    await digest(env, "edit", digest="生成AI · Morning digest", topics="台風", schedule="weekly", time="sun 20:00")
    await digest(env, "edit", digest="夜の便り", topics="台風", schedule="weekly")

    assert sorted(one.settings.name for one in await kept(env)) == ["台風 · Weekly digest", "夜の便り"]


async def test_a_role_that_cannot_be_mentioned_there_keeps_a_digest_from_moving(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=False)
    other = env.guild.create_text_channel("別室", overwrites=bot_may(env, mention_everyone=False))
    open_here = bot_may(env, mention_everyone=True)
    here = env.guild.create_text_channel("こちら", overwrites=open_here)
    who = herald(env)
    await create(env, who=who, topics="生成AI", name="便り", role=role, channel=here)
    [made] = await kept(env)

    refused = await digest(env, "edit", who, digest="便り", channel=other)

    assert "Mention @everyone" in shown(refused)
    assert await kept(env) == [made]


async def test_a_digest_of_all_topics_can_be_changed_while_there_are_none(env: BotEnv) -> None:
    await followed(env)
    await create(env, name="便り")
    await env.admin.slash(env.channel, "unsubscribe", topic=TOPIC)

    message = await digest(env, "edit", digest="便り", top=9)

    [changed] = await kept(env)
    assert (changed.settings.top, changed.settings.topics) == (9, ())
    assert EN.say("digest-done-changed") in shown(message)


async def test_a_number_without_end_is_no_digest(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")

    assert EN.say("digest-none") in shown(await digest(env, "preview", digest="9" * 5_000))


async def test_edit_alone_opens_the_form_filled_in_and_keeps_what_is_typed(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    await create(env, topics="生成AI、台風", name="便り", min_rp=7)

    form = await env.admin.slash(env.channel, "digest edit", digest="便り")
    fields = {part["custom_id"]: part for part in walk_components(form.modal["components"]) if "custom_id" in part}
    typed = {"recurrence": ["weekly"], "time": "金 18:00", "topics": "台風", "numbers": "３、20", "role": [role]}
    done = await env.admin.submit_modal(form, typed)

    assert (fields["time"]["value"], fields["topics"]["value"], fields["numbers"]["value"]) == (
        "8:00",
        "生成AI, 台風",
        "5, 7",
    )
    [changed] = await kept(env)
    assert (
        changed.settings.schedule.cron,
        changed.settings.top,
        changed.settings.min_rp,
        changed.settings.role_id,
    ) == ("0 18 * * 5", 3, 20, role.id)
    assert [topic.name for topic in changed.settings.topics] == ["台風"]
    assert EN.say("digest-schedule-weekly", day="Friday", time="18:00", city="Tokyo") in shown(answer(done))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"numbers": "0, 10"}, EN.say("digest-top-range", limit=10)),
        ({"numbers": "many"}, EN.say("digest-numbers-unclear")),
        ({"numbers": "5, -1"}, EN.say("error-min-rp", limit=MIN_RP_MAX)),
        ({"time": "soon"}, EN.say("digest-time-unclear")),
    ],
)
async def test_a_form_that_cannot_be_gets_one_sentence_and_changes_nothing(
    env: BotEnv, typed: dict[str, str], sentence: str
) -> None:
    await create(env, topics="生成AI", name="便り")
    before = await kept(env)
    form = await env.admin.slash(env.channel, "digest edit", digest="便り")

    done = await env.admin.submit_modal(form, {"recurrence": ["daily"], "topics": "生成AI", **typed})

    assert sentence in shown(answer(done))
    assert await kept(env) == before


async def test_pause_pauses_it_and_pause_again_resumes_it(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")

    paused = await digest(env, "pause", digest="便り")
    states = [(await kept(env))[0].paused]
    silent = await come(env, NEXT_MORNING)
    resumed = await digest(env, "pause", digest="便り")
    states.append((await kept(env))[0].paused)

    assert states == [PauseReason.BY_USER, None]
    assert silent == []
    assert EN.say("digest-done-paused") in shown(paused)
    assert "Resume" in labels(paused)
    assert EN.say("digest-done-resumed", channel=f"<#{env.channel.id}>") in shown(resumed)
    assert len(await come(env, NEXT_MORNING + timedelta(days=1))) == 1


async def test_the_buttons_of_the_card_pause_and_resume_in_place(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")
    card = await digest(env, "edit", digest="便り", top=4)

    paused = shown((await env.admin.click(card, label="Pause")).response)
    resumed = shown((await env.admin.click(card, label="Resume")).response)

    assert "⏸️" in paused
    assert "🟢" in resumed


async def test_delete_can_be_undone_also_after_a_restart(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")

    gone = await digest(env, "delete", digest="便り")
    left = await kept(env)
    await env.sim.restart_bot(TrendBot(env.services, background=False))
    back = (await env.admin.click(gone, label="Undo")).response

    assert left == []
    assert EN.say("digest-done-restored", channel=f"<#{env.channel.id}>") in shown(back)
    assert [one.next_at for one in await kept(env)] == [NEXT_MORNING]
    assert len(await come(env, NEXT_MORNING)) == 1


async def test_preview_shows_it_to_the_person_alone_and_sends_nothing(env: BotEnv) -> None:
    await followed(env)
    await create(env)
    env.site.put(TOPIC, [env.post("下見の話", 50)])
    await env.poll_again()
    env.clock.forward(seconds=1)

    shown_to_me = await digest(env, "preview", digest="Morning digest")

    assert EN.say("digest-preview") in shown(shown_to_me)
    assert "下見の話" in shown(shown_to_me)
    assert env.channel.history() == []
    assert await come(env, env.clock()) == []


async def test_now_sends_it_at_once_and_leaves_the_schedule(env: BotEnv) -> None:
    await followed(env)
    await create(env)
    env.site.put(TOPIC, [env.post("今の話", 50)])
    await env.poll_again()
    env.clock.forward(seconds=1)

    said = await digest(env, "now", digest="Morning digest")
    [sent] = await come(env, env.clock())
    history = await come(env, NEXT_MORNING)

    assert EN.say("digest-done-sent", channel=f"<#{env.channel.id}>") in shown(said)
    assert "今の話" in to_wall(sent)
    assert len(history) == 2


async def test_a_paused_digest_is_not_sent_now(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")
    await digest(env, "pause", digest="便り")

    assert EN.say("digest-is-paused") in shown(await digest(env, "now", digest="便り"))
    assert await come(env, env.clock()) == []


@pytest.mark.parametrize("command", ["edit", "pause", "delete", "preview", "now"])
async def test_every_subcommand_refuses_a_visitor_and_an_unknown_digest(env: BotEnv, command: str) -> None:
    await create(env, topics="生成AI", name="便り")
    before = await kept(env)
    await let_visitors_see(env)

    visitor = await digest(env, command, env.visitor, digest="便り")
    unknown = await digest(env, command, digest="どこにもない")

    assert "Manage Channels" in shown(visitor)
    assert EN.say("digest-none") in shown(unknown)
    assert await kept(env) == before


async def test_another_servers_digest_cannot_be_named_by_its_id(env: BotEnv) -> None:
    other = env.sim.create_guild(name="よその会")
    there = other.create_text_channel("広場")
    role = other.create_role("番頭", permissions=discord.Permissions(manage_channels=True))
    stranger = other.add_member(env.sim.create_user("yoso"), roles=[role])
    await create(env, topics="生成AI", name="便り")
    [made] = await kept(env)

    refused = await digest(env, "delete", stranger, at=there, digest=f"id:{made.id}")

    assert EN.say("digest-none") in shown(refused)
    assert await kept(env) == [made]


# -- the buttons under a sent one --------------------------------------------------------------------------


async def sent_with(env: BotEnv, count: int, *topics: str) -> Any:
    """A digest in the channel that tells so many posts of each topic."""
    for topic in topics or (TOPIC,):
        await subscribe(env, topic=topic)
    await env.poll()
    await create(env, top=10)
    for at, topic in enumerate(topics or (TOPIC,)):
        long = "長い本文" * 40
        env.site.put(
            topic,
            [env.post(f"{topic}の話{n} {long}", 90 - n, serial=100 * at + n, minutes_old=1) for n in range(count)],
        )
    await env.poll_again()
    await come(env, NEXT_MORNING)
    return env.channel.last_message


def menu_of(message: discord.Message) -> str:
    """The custom_id of the menu under a digest."""
    parts = (part for top in message.components for part in walk_components([top.to_dict()]))
    return next(str(part["custom_id"]) for part in parts if part.get("type") == 3)


async def test_what_does_not_fit_is_shown_page_by_page_to_the_person(env: BotEnv) -> None:
    message = await sent_with(env, 10, "話題一", "話題二", "話題三")

    page = (await env.visitor.click(message, label="Show all (30)")).response
    first = shown(page)
    second = shown((await env.visitor.click(page, label="▶")).response)

    assert page.ephemeral
    assert "30 posts" in first
    assert "話題一の話0" in first
    assert "話題一の話9" not in first
    assert "話題一の話4" in second


async def test_the_topic_opens_for_anybody_and_the_digest_for_those_who_manage(env: BotEnv) -> None:
    message = await sent_with(env, 1)
    await env.poll()  # an answer from memory comes within the click

    trend = answer(await env.visitor.click(message, label=TOPIC))
    refused = answer(await env.visitor.click(message, label=EN.say("digest-button-change")))
    card = answer(await env.admin.click(message, label=EN.say("digest-button-change")))

    assert TOPIC in shown(trend)
    assert "Manage Channels" in shown(refused)
    assert EN.say("digest-schedule-daily", time="8:00", city="Tokyo") in shown(card)


async def test_of_many_topics_a_menu_opens_the_one_that_was_picked(env: BotEnv) -> None:
    topics = ["話題一", "話題二", "話題三", "話題四"]
    message = await sent_with(env, 1, *topics)
    await env.poll()

    picked = await env.visitor.select(message, ["2"], custom_id=menu_of(message))

    assert "## 話題二" in shown(answer(picked))
    assert len(picked.followups) <= 1


@pytest.mark.invariant(8)
async def test_a_post_that_is_hidden_vanishes_from_the_digest_that_was_sent(env: BotEnv) -> None:
    """Invariant 8: also from its pages."""
    message = await sent_with(env, 2)
    assert "話1" in to_wall(env.channel.history()[-1])
    moderator = env.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    guard = env.guild.add_member(env.sim.create_user("mimawari"), roles=[moderator])
    url = f"https://x.com/kawara_taro/status/{env.site.pages[TOPIC].posts[1].id}"

    asked = await guard.slash(env.channel, "hide", post=url)
    form = await guard.click(answer(asked), custom_id=ids(answer(asked))[0])
    await guard.submit_modal(form, {"reason": ""})
    await env.deliver()

    [shown_now] = env.channel.history()
    assert "話1" not in to_wall(shown_now)
    assert "話0" in to_wall(shown_now)
    assert message.id == shown_now.id


@pytest.mark.invariant(8)
async def test_a_post_of_a_sent_digest_is_hidden_from_its_message(env: BotEnv) -> None:
    """Invariant 8: of many posts a menu asks which, also one that found no room in the message."""
    message = await sent_with(env, 10, "話題一", "話題二", "話題三")
    moderator = env.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    guard = env.guild.add_member(env.sim.create_user("mimawari"), roles=[moderator])

    which = (await guard.context_menu(env.channel, "Hide a post", message)).response
    await guard.select(which, ["9"])
    form = await guard.click(which, custom_id=ids(which)[0])
    await guard.submit_modal(form, {"reason": ""})
    await env.deliver()

    page = (await env.visitor.click(env.channel.last_message, label="Show all (29)")).response
    assert "29 posts" in shown(page)


async def test_a_channel_that_refuses_the_bot_has_its_digests_paused_until_the_button_is_pressed(
    env: BotEnv,
) -> None:
    """Who made it is told once, and can have it back once the bot may write again."""
    await create(env, topics="生成AI", name="便り")
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, send_messages=False)

    await come(env, NEXT_MORNING)
    await come(env, NEXT_MORNING + SECOND_CHECK_AFTER)
    [notice] = env.admin.user.dm_channel.history()
    states = [(await kept(env))[0].paused]
    await channel.set_permissions(channel.guild.me, send_messages=True)
    await env.admin.user.click(notice, label="Resume")
    states.append((await kept(env))[0].paused)

    assert "便り" in notice.content
    assert states == [PauseReason.FORBIDDEN, None]
    assert len(await come(env, NEXT_MORNING + timedelta(days=1))) == 1


async def test_quiet_hours_hold_a_digest_until_they_end(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")
    await env.admin.slash(env.channel, "quiet set", start="7:00", end="9:00", timezone="Asia/Tokyo")

    silent = await come(env, NEXT_MORNING)
    [told] = await come(env, NEXT_MORNING + timedelta(hours=1))

    assert silent == []
    assert "便り" in to_wall(told)


@pytest.mark.invariant(3)
async def test_a_night_of_quiet_leaves_one_digest_for_all_of_it(env: BotEnv) -> None:
    """Invariant 3: what waited comes as one, and tells of each hour's posts."""
    await followed(env)
    await create(env, name="便り", schedule="hourly", time=":00")
    await env.admin.slash(env.channel, "quiet set", start="22:00", end="7:00", timezone="Asia/Tokyo")
    await come(env, datetime(2026, 11, 22, 12, 59, tzinfo=UTC))
    before = len(env.channel.history())
    posts = []
    for hour in range(13, 22):
        env.clock.now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
        posts.append(env.post(f"{hour}時台の話", 50, serial=hour))
        env.site.put(TOPIC, posts)
        await env.poll_again()
        await come(env, datetime(2026, 11, 22, hour + 1, tzinfo=UTC))
    *_, told = await come(env, datetime(2026, 11, 22, 22, 0, tzinfo=UTC))

    assert len(env.channel.history()) == before + 1
    assert "Sun 22 Nov, 21:00 – Mon 23 Nov, 07:00" in to_wall(told)
    assert EN.say("digest-new", count=9) in to_wall(told)


async def test_now_in_quiet_hours_says_until_when_it_waits(env: BotEnv) -> None:
    await create(env, topics="生成AI", name="便り")
    await env.admin.slash(env.channel, "quiet set", start="11:00", end="14:00", timezone="Asia/Tokyo")

    said = await digest(env, "now", digest="便り")
    silent = await come(env, env.clock())
    [told] = await come(env, datetime(2026, 11, 22, 5, 0, tzinfo=UTC))

    assert f"<t:{int(datetime(2026, 11, 22, 5, tzinfo=UTC).timestamp())}" in shown(said)
    assert silent == []
    assert "便り" in to_wall(told)


async def test_what_waits_goes_along_to_another_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await create(env, topics="生成AI", name="便り")
    await env.admin.slash(env.channel, "quiet set", start="7:00", end="9:00", timezone="Asia/Tokyo")
    await come(env, NEXT_MORNING)

    await digest(env, "edit", digest="便り", channel=other)
    await env.deliver()

    assert env.channel.history() == []
    [told] = other.history()
    assert "便り" in to_wall(told)


async def test_suggestions_complete_topics_schedules_and_digests(env: BotEnv) -> None:
    await subscribe(env, topic="生成AI")
    await create(env, topics="生成AI", name="便り")
    await let_visitors_see(env)

    topics = await env.admin.autocomplete(env.channel, "digest create", "topics", "台風, 生成")
    times = await env.admin.autocomplete(env.channel, "digest create", "time", "", schedule="weekly")
    digests = await env.admin.autocomplete(env.channel, "digest edit", "digest", "便")
    hidden = await env.visitor.autocomplete(env.channel, "digest edit", "digest", "便")

    assert "台風, 生成AI" in {choice["value"] for choice in topics}
    assert "mon 9:00" in {choice["value"] for choice in times}
    [made] = await kept(env)
    assert [choice["value"] for choice in digests] == [f"id:{made.id}"]
    assert hidden == []


async def test_suggestions_leave_what_was_typed_before_as_it_is(env: BotEnv) -> None:
    await subscribe(env, topic="台風")
    typed = "「鬼滅、無限城」，台"

    choices = await env.admin.autocomplete(env.channel, "digest create", "topics", typed)

    assert "「鬼滅、無限城」， 台風" in {choice["value"] for choice in choices}

"""/why as it is drawn: every step has its sentence in both languages, and all of it stays within the limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.rules import Verdict
from bot.core.explain.explanation import Explanation, RouteReport
from bot.core.explain.steps import (
    AlertedElsewhere,
    AlertSent,
    Baselined,
    Decided,
    Dropped,
    Forgotten,
    GivenUp,
    Hidden,
    HiddenBy,
    NotSeen,
    Passes,
    Paused,
    Seen,
    Sending,
    Step,
    Stopped,
    TooOld,
    Uncertain,
    Waiting,
)
from bot.core.models import (
    AlertReason,
    BaselineReason,
    ChannelId,
    GuildId,
    HoldReason,
    Network,
    PauseReason,
    Post,
    PostKey,
    Sample,
    SourceName,
)
from bot.core.text import make_topic
from bot.views.explain import draw_answer, draw_why
from bot.views.explain_lines import Asked, step_line
from bot.views.kit.layout import view_weight
from bot.views.kit.text import Texts
from config import LOCALES
from tests.failures import failed

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
AT = f"<t:{int(NOW.timestamp())}:f>"
TEXTS = Texts(LOCALES)
ENGLISH = TEXTS.speaker("en")
ASKED = Asked(GuildId(7), ChannelId(1 << 60))
TOPIC = make_topic("データセンター")
POST = Post(
    network=Network.X,
    canonical_id="1",
    text="増設の話\nその二行目",
    rp=87,
    author_name="山田 太郎",
    author_handle="yamada",
    author_url="https://x.com/yamada",
)

STEPS: tuple[Step, ...] = (
    NotSeen(None),
    NotSeen(NOW),
    NotSeen(None, down=True),
    NotSeen(NOW, down=True),
    Seen(NOW, None, None, NOW, None),
    Seen(NOW, Sample(3, NOW), 87, NOW, 95, NOW),
    *(Hidden(NOW, by, everywhere) for by in HiddenBy for everywhere in (True, False)),
    AlertedElsewhere(None, None),
    AlertedElsewhere(TOPIC, SourceName.MASTODON),
    *(Paused(why) for why in PauseReason),
    *(Baselined(why, NOW) for why in BaselineReason),
    Baselined(BaselineReason.FIRST_POLL, None),
    Baselined(BaselineReason.MUTED, None),
    Baselined(BaselineReason.DIGEST, None),
    *(Stopped(verdict, 100, 87, ("広告",)) for verdict in Verdict if verdict is not Verdict.PASSES),
    TooOld(NOW, timedelta(hours=48)),
    Passes(),
    *(Decided(reason, NOW, 150, held) for reason in AlertReason for held in (None, *HoldReason)),
    Waiting(),
    Waiting(NOW),
    Waiting(NOW, quiet=True),
    Sending(0, None, NOW),
    Sending(3, failed("503 0: Service Unavailable"), NOW),
    Uncertain(failed("history cannot be read")),
    AlertSent(NOW, 77, None),
    AlertSent(None, None, None),
    AlertSent(NOW, 77, NOW),
    GivenUp(failed("400 50035: Invalid Form Body"), NOW),
    Dropped(failed("paused: by_user"), NOW),
    Dropped(failed("unsubscribed"), NOW),
    Dropped(failed("hidden"), NOW),
    GivenUp(failed("hidden"), NOW),
    Dropped(failed("something else"), NOW),
    Forgotten(),
)


def line(step: Step) -> str:
    return step_line(ENGLISH, step, ASKED)


def an_account(*steps: Step, topic: str = "データセンター") -> RouteReport:
    return RouteReport(make_topic(topic), SourceName.TRENDPAGE, steps)


def an_explanation(
    seen: Iterable[RouteReport] = (),
    unseen: Iterable[RouteReport] = (),
    post: Post | None = POST,
    hidden: tuple[Hidden, ...] = (),
    key: PostKey = PostKey("x:1"),  # noqa: B008 - a name for a text
) -> Explanation:
    return Explanation(post=post, hidden=hidden, seen=tuple(seen), unseen=tuple(unseen), key=key)


def said(explanation: Explanation, language: str = "en") -> str:
    view = draw_why(TEXTS.speaker(language), explanation, ASKED)
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_every_step_has_a_sentence_of_its_own(step: Step, language: str) -> None:
    assert step_line(TEXTS.speaker(language), step, ASKED)


def test_no_kind_of_step_is_left_out_here() -> None:
    assert {type(step) for step in STEPS} == set(get_args(Step))


@pytest.mark.parametrize(
    ("step", "text_id", "values"),
    [
        (Stopped(Verdict.BELOW_MIN_RP, 100, 87), "why-below", {"reposts": "87 reposts", "minimum": "100"}),
        (Stopped(Verdict.EXCLUDED, 100, 150, ("広告", "PR")), "why-excluded", {"words": "広告, PR"}),
        (AlertSent(NOW, 77, None), "why-sent", {"at": AT, "link": f"https://discord.com/channels/7/{1 << 60}/77"}),
        (Waiting(NOW, quiet=True), "why-waits-quiet", {"until": AT}),
        (GivenUp(failed("hidden"), NOW), "why-dropped-hidden", {}),
        (Dropped(failed("paused: by_user"), NOW), "why-dropped-paused", {}),
        (
            AlertedElsewhere(TOPIC, SourceName.MASTODON),
            "why-sent-by-other",
            {"route": "データセンター · Mastodon"},
        ),
    ],
)
def test_what_matters_is_in_the_sentence(step: Step, text_id: str, values: dict[str, str]) -> None:
    assert line(step) == ENGLISH.say(text_id, **values)


def test_foreign_words_are_escaped_and_cut() -> None:
    assert "\\*\\*\\@" in line(Stopped(Verdict.EXCLUDED, 100, 150, ("**@everyone**",)))


def test_the_reason_of_what_was_given_up_is_named() -> None:
    assert ENGLISH.say("reason-forbidden") in line(GivenUp(failed("403 50013: Missing Permissions"), NOW))


def test_invariant_9_every_rp_has_its_time() -> None:
    earlier = f"<t:{int(NOW.timestamp()) - 3600}:f>"
    text = line(Seen(NOW, Sample(3, NOW - timedelta(hours=1)), 87, NOW, 87))

    assert ENGLISH.say("why-rp-first", reposts="3 reposts", at=earlier) in text
    assert ENGLISH.say("why-rp-now", reposts="87 reposts", at=AT) in text
    assert ENGLISH.say("why-rp-highest", reposts="87 reposts") not in text


def test_an_rp_that_never_changed_is_shown_once() -> None:
    alone = ENGLISH.say("why-seen-with", at=AT, reposts="87 reposts")

    assert line(Seen(NOW, Sample(87, NOW), 87, NOW, 87)) == alone


def test_invariant_5_an_unknown_rp_is_said_to_be_unknown() -> None:
    assert ENGLISH.say("why-rp-now-unknown", at=AT) in line(Seen(NOW, None, None, NOW, None))


def test_the_stages_come_in_order_with_an_arrow_at_the_last() -> None:
    seen, stopped = Seen(NOW, None, 87, NOW, 87), Stopped(Verdict.BELOW_MIN_RP, 100, 87)
    lines = said(an_explanation([an_account(seen, stopped)])).splitlines()

    assert lines[0].endswith(line(stopped))
    assert lines[1] == "**山田 太郎** [\\@yamada](https://x.com/yamada)"
    assert lines[2] == "> 増設の話 その二行目"
    assert lines[3] == f"### {ENGLISH.say('why-details')}"
    assert lines[5:] == ["**データセンター · Trend page**", f"- {line(seen)}", f"- ➡️ {line(stopped)}"]


# -- the answer ------------------------------------------------------------------------------------------


def brief(explanation: Explanation, language: str = "en") -> str:
    view = draw_answer(TEXTS.speaker(language), explanation, ASKED)
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def buttons(explanation: Explanation) -> list[str]:
    """What the buttons of an answer do: their custom_id, or the address they open."""
    view = draw_answer(ENGLISH, explanation, ASKED)
    found = [item for item in view.walk_children() if isinstance(item, ui.Button)]
    return [str(item.custom_id or item.url) for item in found]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_whatever_became_of_it_the_answer_ends_with_the_reason(step: Step, language: str) -> None:
    speaker = TEXTS.speaker(language)

    answered = brief(an_explanation([an_account(step)], post=None), language)

    verdicts = [
        speaker.say(f"why-answer-{one}", channel=f"<#{1 << 60}>")
        for one in ("sent", "not-sent", "not-yet", "unknown", "hidden")
    ]
    told = isinstance(step, AlertSent) and step.discord_message_id and step.at and not step.removed_at
    assert told or any(answered == f"{verdict} {step_line(speaker, step, ASKED)}" for verdict in verdicts)


def test_a_post_that_was_sent_is_answered_with_the_link_to_it_in_one_sentence() -> None:
    told = AlertSent(NOW, 77, None)
    decided = Decided(AlertReason.NEW, NOW, 150, None)

    answered = brief(an_explanation([an_account(decided, told)], post=None))

    link = f"https://discord.com/channels/7/{1 << 60}/77"
    assert answered == ENGLISH.say("why-answer-sent-at", channel=f"<#{1 << 60}>", at=AT, link=link)


def test_what_a_summary_counted_was_sent_as_such() -> None:
    decided = Decided(AlertReason.NEW, NOW, 150, HoldReason.HOURLY_LIMIT)

    answered = brief(an_explanation([an_account(decided, AlertSent(NOW, 77, None))], post=None))

    assert ENGLISH.say("why-answer-sent-counted", channel=f"<#{1 << 60}>") in answered
    assert ENGLISH.say("why-held-ceiling") in answered


def test_of_several_ways_the_one_that_came_farthest_answers_and_is_named() -> None:
    ways = [
        an_account(Baselined(BaselineReason.FIRST_POLL, NOW), topic="猫"),
        an_account(Stopped(Verdict.BELOW_MIN_RP, 100, 87), topic="犬"),
    ]

    answered = brief(an_explanation(ways, [an_account(NotSeen(NOW))], post=None))

    assert answered.startswith(ENGLISH.say("why-answer-of", route="犬 · Trend page"))
    assert line(ways[1].steps[-1]) in answered
    assert line(ways[0].steps[-1]) not in answered
    assert ENGLISH.say("why-ways", count=2) in answered


def test_the_details_are_found_again_by_the_posts_key_or_else_by_its_link() -> None:
    seen = [an_account(Passes())]
    key, long = PostKey("x:1"), PostKey("web:https://news.example/" + "a" * 90)
    linked = replace(POST, url="https://news.example/" + "a" * 90)

    assert buttons(an_explanation(seen, key=key)) == [f"kw:why:{1 << 60}:x:1"]
    assert buttons(an_explanation(seen, key=long, post=linked)) == [f"kw:why:{1 << 60}:", linked.url]
    assert buttons(an_explanation(seen, key=long, post=replace(linked, sensitive=True))) == []


def test_where_the_details_could_not_be_found_again_all_is_said_at_once() -> None:
    long = an_explanation([an_account(Passes())], key=PostKey("web:" + "a" * 100))

    assert brief(long) == said(long)


def test_a_sensitive_post_is_named_not_quoted() -> None:
    sensitive = an_explanation([an_account(Passes())], post=replace(POST, sensitive=True))

    assert "増設" not in said(sensitive) + brief(sensitive)


def test_a_post_nobody_saw_says_which_endpoints_were_polled() -> None:
    unseen = an_explanation(unseen=[an_account(NotSeen(NOW)), an_account(NotSeen(None))], post=None)
    looked = ENGLISH.say("why-not-seen", polled=f"<t:{int(NOW.timestamp())}:R>")

    assert ENGLISH.say("why-nowhere", channel=f"<#{1 << 60}>") in brief(unseen)
    assert f"- データセンター · Trend page: {looked}" in said(unseen)
    assert ENGLISH.say("why-not-polled") in said(unseen)


def test_a_channel_that_follows_nothing_says_so() -> None:
    nothing = an_explanation(post=None)

    assert ENGLISH.say("why-no-topics", channel=f"<#{1 << 60}>") in brief(nothing)
    assert buttons(nothing) == []


def test_a_hidden_post_nobody_saw_since_says_that_it_is_hidden() -> None:
    hidden = Hidden(NOW, HiddenBy.OPERATOR, everywhere=True)
    answered = brief(an_explanation(post=None, hidden=(hidden,)))

    assert answered == f"{ENGLISH.say('why-answer-hidden')} {line(hidden)}"


def test_many_unseen_ways_are_cut_short() -> None:
    text = said(an_explanation([an_account(Passes())], [an_account(NotSeen(NOW)) for _ in range(50)]))

    assert text.count(ENGLISH.say("why-not-seen", polled=f"<t:{int(NOW.timestamp())}:R>")) == 8
    assert ENGLISH.say("why-more", count=42) in text


@given(
    st.lists(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5), max_size=30),
    st.integers(0, 60),
    st.sampled_from(["*" * 80, "データセンター", "𠮷" * 80]),
    st.sampled_from(["*" * 900, "短い", ""]),
    st.sampled_from(["ja", "en"]),
)
def test_whatever_there_is_to_say_stays_within_discords_limits(
    seen: list[list[Step]], unseen: int, topic: str, text: str, language: str
) -> None:
    explanation = an_explanation(
        [an_account(*steps, topic=topic) for steps in seen],
        [an_account(NotSeen(NOW), topic=topic)] * unseen,
        replace(POST, text=text, author_name=text, author_handle=text or None),
    )

    speaker = TEXTS.speaker(language)

    for view in (draw_why(speaker, explanation, ASKED), draw_answer(speaker, explanation, ASKED)):
        assert sum(1 for _ in view.walk_children()) <= 40
        assert 0 < view_weight(view) <= 4000

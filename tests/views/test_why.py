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

from bot.core.models import (
    AlertReason,
    BaselineReason,
    ChannelId,
    GuildId,
    HoldReason,
    Network,
    PauseReason,
    Post,
    SourceName,
)
from bot.core.rules import Verdict
from bot.core.steps import (
    Baselined,
    Decided,
    Dropped,
    Forgotten,
    GivenUp,
    Hidden,
    HiddenBy,
    NotSeen,
    OnTheWay,
    Passes,
    Resting,
    Seen,
    Step,
    Stopped,
    Told,
    ToldByOther,
    TooOld,
    Unclear,
    Waits,
)
from bot.core.text import make_topic
from bot.core.traces import Sample
from bot.core.why import Account, Explanation
from bot.views.layout import view_weight
from bot.views.text import Texts
from bot.views.why import draw_why
from bot.views.why_lines import Asked, step_line
from config import LOCALES

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
    ToldByOther(None, None),
    ToldByOther(TOPIC, SourceName.MASTODON),
    *(Resting(why) for why in PauseReason),
    *(Baselined(why, NOW) for why in BaselineReason),
    Baselined(BaselineReason.FIRST_LOOK, None),
    Baselined(BaselineReason.MUTED, None),
    Baselined(BaselineReason.DIGEST, None),
    *(Stopped(verdict, 100, 87, ("広告",)) for verdict in Verdict if verdict is not Verdict.PASSES),
    TooOld(NOW, timedelta(hours=48)),
    Passes(),
    *(Decided(reason, NOW, 150, held) for reason in AlertReason for held in (None, *HoldReason)),
    Waits(),
    Waits(NOW),
    Waits(NOW, quiet=True),
    OnTheWay(0, None, NOW),
    OnTheWay(3, "503 0: Service Unavailable", NOW),
    Unclear("history cannot be read"),
    Told(NOW, 77, None),
    Told(None, None, None),
    Told(NOW, 77, NOW),
    GivenUp("400 50035: Invalid Form Body", NOW),
    Dropped("paused: by_user", NOW),
    Dropped("unsubscribed", NOW),
    Dropped("hidden", NOW),
    GivenUp("hidden", NOW),
    Dropped("something else", NOW),
    Forgotten(),
)


def line(step: Step) -> str:
    return step_line(ENGLISH, step, ASKED)


def an_account(*steps: Step, topic: str = "データセンター") -> Account:
    return Account(make_topic(topic), SourceName.TRENDPAGE, steps)


def an_explanation(
    seen: Iterable[Account] = (),
    unseen: Iterable[Account] = (),
    post: Post | None = POST,
    hidden: tuple[Hidden, ...] = (),
) -> Explanation:
    return Explanation(post=post, hidden=hidden, seen=tuple(seen), unseen=tuple(unseen))


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
    ("step", "sentence"),
    [
        (Stopped(Verdict.BELOW_MIN_RP, 100, 87), "Below min RP: 87 of 100."),
        (Stopped(Verdict.EXCLUDED, 100, 150, ("広告", "PR")), "Excluded by the word: 広告, PR"),
        (Stopped(Verdict.EXCLUDED, 100, 150, ("**@everyone**",)), "Excluded by the word: \\*\\*\\@"),
        (Told(NOW, 77, None), f"Told on {AT}: https://discord.com/channels/7/{1 << 60}/77"),
        (Waits(NOW, quiet=True), f"It waits for the quiet hours to end: {AT}."),
        (GivenUp("403 50013: Missing Permissions", NOW), "The bot may not post in this channel."),
        (GivenUp("hidden", NOW), "because the post was taken down before"),
        (Dropped("paused: by_user", NOW), "because the subscription was paused"),
        (ToldByOther(TOPIC, SourceName.MASTODON), "データセンター ・ Mastodon"),
    ],
)
def test_what_matters_is_in_the_sentence(step: Step, sentence: str) -> None:
    assert sentence in line(step)


def test_invariant_9_every_rp_has_its_time() -> None:
    text = line(Seen(NOW, Sample(3, NOW - timedelta(hours=1)), 87, NOW, 87))

    assert f"RP 3 at first (<t:{int(NOW.timestamp()) - 3600}:f>)" in text
    assert f"RP 87 at last ({AT})" in text
    assert "Highest" not in text


def test_an_rp_that_never_changed_is_told_once() -> None:
    assert line(Seen(NOW, Sample(87, NOW), 87, NOW, 87)) == f"Seen on {AT} with RP 87."


def test_invariant_5_an_unknown_rp_is_said_to_be_unknown() -> None:
    assert "RP unknown at last" in line(Seen(NOW, None, None, NOW, None))


def test_the_stages_come_in_order_with_an_arrow_at_the_last() -> None:
    account = an_account(Seen(NOW, None, 87, NOW, 87), Stopped(Verdict.BELOW_MIN_RP, 100, 87))
    lines = said(an_explanation([account])).splitlines()

    assert lines[0] == "### What became of this post"
    assert lines[1] == "**山田 太郎** [\\@yamada](https://x.com/yamada)"
    assert lines[2] == "> 増設の話 その二行目"
    assert lines[4] == "**データセンター ・ Trend page**"
    assert lines[5] == f"- Seen on {AT}. RP 87 at last ({AT})."
    assert lines[6] == "- ➡️ Below min RP: 87 of 100."


def test_a_sensitive_post_is_named_not_quoted() -> None:
    post = replace(POST, sensitive=True)

    assert "増設" not in said(an_explanation([an_account(Passes())], post=post))


def test_a_post_nobody_saw_says_where_was_looked() -> None:
    text = said(an_explanation(unseen=[an_account(NotSeen(NOW)), an_account(NotSeen(None))], post=None))

    assert f"No source has shown this post for the topics of <#{1 << 60}>." in text
    assert f"- データセンター ・ Trend page: last looked <t:{int(NOW.timestamp())}:R>" in text
    assert "not looked at yet" in text


def test_a_channel_that_follows_nothing_says_so() -> None:
    assert "follows no topics" in said(an_explanation(post=None))


def test_a_hidden_post_nobody_saw_since_says_that_it_is_hidden() -> None:
    text = said(an_explanation(post=None, hidden=(Hidden(NOW, HiddenBy.OPERATOR, everywhere=True),)))

    assert "Taken down in all servers" in text


def test_many_unseen_ways_are_cut_short() -> None:
    text = said(an_explanation([an_account(Passes())], [an_account(NotSeen(NOW)) for _ in range(50)]))

    assert text.count("last looked") == 8
    assert "… and 42 more" in text


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

    view = draw_why(TEXTS.speaker(language), explanation, ASKED)

    assert sum(1 for _ in view.walk_children()) <= 40
    assert 0 < view_weight(view) <= 4000

"""What a digest looks like: a fair share for each topic, honest counts, Discord's limits, hidden things hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.causes import Cause
from bot.core.models import (
    AlertContent,
    AlertReason,
    AlsoRising,
    Audience,
    ChannelId,
    DigestContent,
    DigestId,
    DigestPost,
    DigestTopic,
    Endpoint,
    EntryId,
    GuildId,
    Message,
    MessageId,
    Network,
    OutboxEntry,
    Period,
    Post,
    RoleId,
    SourceName,
    SourceProblem,
    TopicState,
    Volume,
)
from bot.core.text import make_topic, utf16_length
from bot.views.alerts.message import Drawn, draw, how_many_fit, redraw
from bot.views.digests.message import PAGE_POSTS, draw_digest_page, draw_digest_preview
from bot.views.kit.audience import group_words
from bot.views.kit.text import LANGUAGES, Texts
from config import LOCALES
from tests.views.drawn import labels, nasty, posts, raw, sent, slow, text_of, within_limits

TEXTS = Texts(LOCALES)
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
ID = MessageId("00112233445566778899aabb")
END = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
"""8:00 in Tokyo on the 25th."""
READ_AT = END - timedelta(minutes=3)
DAY = Period(END - timedelta(days=1), END)
PAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON
ROLE = RoleId(111111111111111111)

POST = Post(
    network=Network.X,
    canonical_id="1",
    text="増設の話です",
    rp=1234,
    url="https://x.com/yamada/status/1",
    author_name="山田 太郎",
)


def told(post: Post = POST, gained: int | None = 560, **more: Any) -> DigestPost:
    return replace(DigestPost(post, PAGE, gained, READ_AT), **more)


def news(*found: DigestPost, name: str = "データセンター", **more: Any) -> DigestTopic:
    return replace(DigestTopic(make_topic(name), TopicState.NEWS, found), **more)


def quiet(name: str = "静かな話", **more: Any) -> DigestTopic:
    return replace(DigestTopic(make_topic(name), TopicState.QUIET), **more)


def broken(name: str = "読めない話", *troubles: SourceProblem) -> DigestTopic:
    return DigestTopic(make_topic(name), TopicState.BROKEN, troubles=troubles)


def test_post_that_is_only_an_id_is_called_what_it_is_once() -> None:
    bare = Post(Network.X, "7", "", rp=120, url="https://x.com/i/web/status/7")

    for post in (bare, replace(bare, sensitive=True)):
        said = text_of(drawn(digest(news(told(post)))).view)
        assert said.count(f"[{JA.say('post-on', network='x')}](https://x.com/i/web/status/7)") == 1


def test_topics_that_rise_elsewhere_stand_in_a_line_escaped_and_within_the_limits() -> None:
    rising = tuple(
        AlsoRising(f"**@everyone** {'長' * 50} {number}", ("mastodon", "google", "?")) for number in range(5)
    )
    content = digest(
        *(news(*[told(replace(POST, canonical_id=str(n))) for n in range(10)]) for _ in range(9)), rising=rising
    )

    view = drawn(content).view

    within_limits(view)
    assert "**@everyone**" not in text_of(view)
    assert JA.say("digest-rising", topics="\0").partition("\0")[0] in text_of(view)


def digest(*topics: DigestTopic, **more: Any) -> DigestContent:
    content = DigestContent(DigestId(7), "朝刊", DAY, "Asia/Tokyo", "ja", topics)
    return replace(content, **more)


def entry(content: DigestContent | AlertContent, number: int = 1) -> OutboxEntry:
    return OutboxEntry(EntryId(number), GuildId(1), ChannelId(2), None, content, END, END)


def drawn(content: DigestContent, *, age_restricted: bool = False, mentions: Sequence[RoleId] = ()) -> Drawn:
    message = Message(ID, GuildId(1), ChannelId(2), (entry(content),), END, mentions=tuple(mentions))
    return draw(message, TEXTS, age_restricted=age_restricted)


def lines_of(content: DigestContent, **more: Any) -> list[str]:
    return text_of(drawn(content, **more).view).split("\n")


def volume_text(count: str, change: str | None) -> str:
    """How many posts the page counts, and what that is beside the period before."""
    said = JA.say("digest-change-unknown") if change is None else JA.say("digest-change", change=change)
    shown = JA.say("trend-volume", count=count)
    return JA.say("digest-volume", count=shown, change=said, source=JA.say("source-trendpage"))


def grown(gained: str | None) -> str:
    """The RP of ``POST`` and what it gained."""
    rp = JA.say("alert-rp", rp="1,234")
    return JA.say("digest-rp-unknown", rp=rp) if gained is None else JA.say("digest-rp", rp=rp, gained=gained)


def page_of(content: DigestContent, page: int = 0, *, age_restricted: bool = False) -> discord.ui.LayoutView:
    return draw_digest_page(
        TEXTS.speaker(content.language), content, page, message_id=ID, index=0, age_restricted=age_restricted
    )


def ids_of(view: discord.ui.LayoutView) -> list[str]:
    return [one["custom_id"] for one in sent(view) if "custom_id" in one]


# The worst that a period can hold.
sources = st.sampled_from(SourceName)
long = st.one_of(nasty, st.sampled_from(["*" * 10_000, "あ" * 10_000, "\u202e@everyone " * 900]))
digest_posts = st.builds(
    DigestPost,
    post=st.tuples(posts, long).map(lambda pair: replace(pair[0], text=pair[1])),
    source=sources,
    gained=st.none() | st.integers(-100, 10**9),
    observed_at=st.sampled_from([READ_AT, END - timedelta(days=1)]),
    alerted=st.booleans(),
    hidden=st.booleans(),
)
volumes = st.builds(Volume, sources, st.integers(0, 10**9), st.none() | st.integers(0, 10**9), st.just(READ_AT))
shares = st.none() | st.integers(0, 100)
troubles = st.builds(
    SourceProblem,
    st.builds(Endpoint, sources, nasty),
    st.sampled_from([Cause.UNREACHABLE, Cause.OTHER]),
)
counts = st.integers(0, 10**6)
topics = st.builds(
    DigestTopic,
    topic=nasty.map(make_topic),
    state=st.sampled_from(TopicState),
    posts=st.lists(digest_posts, max_size=10).map(tuple),
    new_posts=counts,
    held=counts,
    more=counts,
    volume=st.none() | volumes,
    audience=st.none() | st.builds(Audience, shares, shares, st.none() | nasty),
    audience_source=st.none() | sources,
    troubles=st.lists(troubles, max_size=5).map(tuple),
)
contents = st.builds(
    digest,
    name=nasty,
    topics=st.lists(topics, max_size=6).flatmap(lambda few: st.sampled_from([few, few * 5])).map(tuple),
    zone=st.sampled_from(["Asia/Tokyo", "UTC", "America/Argentina/Buenos_Aires"]),
    language=st.sampled_from(LANGUAGES),
    late=st.booleans(),
)


# -- limits, and what outside text may do --------------------------------------------------------------


@pytest.mark.invariant(7)
@slow
@given(contents, st.booleans())
def test_any_digest_is_within_discords_limits(content: DigestContent, allowed: bool) -> None:
    view = drawn(content, age_restricted=allowed, mentions=[ROLE]).view
    speaker = TEXTS.speaker(content.language)
    assert within_limits(view)
    assert within_limits(draw_digest_preview(speaker, content, age_restricted=allowed))


@slow
@given(contents, st.integers(-1, 20), st.booleans())
def test_every_page_of_a_digest_is_within_discords_limits(
    content: DigestContent, page: int, allowed: bool
) -> None:
    assert within_limits(page_of(content, page, age_restricted=allowed))


@pytest.mark.invariant(7)
@slow
@given(contents)
def test_outside_text_mentions_nobody(content: DigestContent) -> None:
    preview = draw_digest_preview(TEXTS.speaker(content.language), content, age_restricted=True)
    shown = drawn(content, age_restricted=True, mentions=[ROLE])
    said = [text_of(view) for view in (preview, shown.view, page_of(content, age_restricted=True))]
    assert shown.role_ids == (ROLE,)
    assert [re.findall(r"<@&?!?\d+>", text) for text in said] == [[], [f"<@&{ROLE}>"], []]
    assert not any("@everyone" in text or "\u202e" in text for text in said)


def test_twenty_five_topics_of_ten_long_posts_fit_and_none_of_them_vanishes() -> None:
    long_posts = [told(replace(POST, text="*" * 10_000, author_name="_" * 500)) for _ in range(10)]
    content = digest(*(news(*long_posts, name=f"{n:02}" + "~" * 58) for n in range(25)), late=True)
    view = drawn(content, mentions=[ROLE]).view
    assert within_limits(view)
    assert _topics_counted(view) + len(re.findall(r"\b\d\d(?:\\~)+", text_of(view))) == 25


@pytest.mark.invariant(1)
@slow
@given(contents)
def test_a_button_of_the_message_always_carries_its_id(content: DigestContent) -> None:
    hidden = replace(content, topics=tuple(_hidden(topic) for topic in content.topics))
    for one in (content, hidden, replace(content, topics=())):
        assert any(custom_id.startswith(f"kw:{ID}:0:digest-edit.") for custom_id in ids_of(drawn(one).view))


@slow
@given(contents)
def test_drawing_a_digest_is_a_function_of_its_message_alone(content: DigestContent) -> None:
    once, again = (raw(drawn(content).view) for _ in range(2))
    assert json.dumps(once) == json.dumps(again)


async def test_a_digest_and_its_pages_are_not_kept_by_discord_py() -> None:
    content = digest(news(told()))
    views = (drawn(content).view, page_of(content), draw_digest_preview(JA, content, age_restricted=False))
    assert all(view.is_finished() for view in views)


# -- what is shown, and what is counted ----------------------------------------------------------------


def _hidden(topic: DigestTopic) -> DigestTopic:
    return replace(topic, posts=tuple(replace(post, hidden=True) for post in topic.posts))


def _topics_counted(view: discord.ui.LayoutView) -> int:
    """How many topics the message says found no room (either language)."""
    found = re.findall(r"(?:and |…ほか)(\d+)(?: more topics?|トピック)", text_of(view))
    return sum(map(int, found))


sizes = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 400)), min_size=1, max_size=60)


@slow
@given(sizes, st.sampled_from(LANGUAGES))
def test_every_post_and_every_topic_is_drawn_or_counted(wanted: list[tuple[int, int]], language: str) -> None:
    content = digest(
        *(
            news(*[told(replace(POST, text="あ" * length, url=None))] * count, name=f"t{n:02}", more=9)
            for n, (count, length) in enumerate(wanted)
        ),
        language=language,
    )
    view = drawn(content).view
    parts = re.split(r"^(?:### |\*\*)t(\d\d)", text_of(view), flags=re.MULTILINE)
    seen = {int(number): body for number, body in zip(parts[1::2], parts[2::2], strict=True)}
    for number, body in seen.items():
        shown = len(re.findall(r"^\*\*\d+\.\*\* ", body, flags=re.MULTILINE))
        left_out = _left_out(body)
        assert shown + left_out == wanted[number][0]
    assert len(seen) + _topics_counted(view) == len(wanted)


def _left_out(body: str) -> int:
    """How many posts a topic says found no room (either language)."""
    found = re.search(r"… and (\d+) more(?! topic)|…ほか(\d+)件", body)
    return 0 if found is None else int(found[1] or found[2])


def test_what_was_left_out_is_behind_a_button_that_says_how_much_there_is() -> None:
    long_posts = [told(replace(POST, text=f"{n}" + "あ" * 300)) for n in range(10)]
    crowded = digest(*(news(*long_posts, name=f"話題{n}") for n in range(8)))
    assert f"kw:{ID}:0:digest-more.0" in ids_of(drawn(crowded).view)
    assert JA.say("digest-button-all", count=80) in labels(drawn(crowded).view)
    roomy = digest(news(*long_posts[:3]))
    assert not [one for one in ids_of(drawn(roomy).view) if "digest-more" in one]


def test_what_a_short_topic_does_not_need_the_others_get() -> None:
    long_posts = [told(replace(POST, text="あ" * 200)) for _ in range(10)]
    crowded = digest(*(news(*long_posts, name=f"話題{n}") for n in range(5)))
    beside_quiet = digest(news(*long_posts, name="話題0"), *(quiet(f"静か{n}") for n in range(4)))
    assert text_of(drawn(crowded).view).count("あ" * 150) == 0
    assert text_of(drawn(beside_quiet).view).count("あ" * 200) == 10
    assert utf16_length(text_of(drawn(crowded).view)) > 3000


def test_a_digest_says_which_period_what_grew_and_where_the_counts_are_from() -> None:
    topic = news(
        told(),
        new_posts=40,
        held=3,
        more=39,
        volume=Volume(PAGE, 1234, 1100, END),
        audience=Audience(60, 40, "20代男性"),
        audience_source=PAGE,
    )
    assert lines_of(digest(topic)) == [
        "## 朝刊",
        f"**{JA.say('digest-period', start='11月24日（火）8:00', end='11月25日（水）8:00')}**",
        f"-# Asia/Tokyo（東京・日本） ・ <t:{int(END.timestamp())}:R>まで",
        "### データセンター",
        volume_text("1,234", "+12%"),
        f"男性60% ▰▰▰▰▰▰▱▱▱▱ 女性40% ・ {JA.say('trend-group', group=group_words(JA, '20代男性'))}",
        f"{JA.say('digest-new', count=40)} ・ {JA.say('digest-held', count=3)}",
        f"**1.** **[山田 太郎](https://x.com/yamada/status/1)** ・ **{grown('+560')}**",
        "増設の話です",
        f"-# {JA.say('digest-beyond', count=39)}",
        "-# "
        + JA.say("source-trendpage")
        + JA.say("alert-dot")
        + JA.say("trend-caution", time=f"<t:{int(READ_AT.timestamp())}:f>"),
    ]


def test_foot_says_that_posts_are_in_the_order_of_their_gain_where_they_are() -> None:
    several = (told(), told(replace(POST, canonical_id="2"), gained=9))
    unknown = tuple(replace(one, gained=None) for one in several)

    assert JA.say("digest-order") in text_of(drawn(digest(news(*several))).view)
    assert JA.say("digest-order") in text_of(page_of(digest(news(*several))))
    for others in (several[:1], unknown):
        assert JA.say("digest-order") not in text_of(drawn(digest(news(*others))).view)


@pytest.mark.invariant(9)
def test_foot_says_a_minute_once_and_the_date_of_a_day_once() -> None:
    def foot(*times: datetime) -> str:
        found = [told(replace(POST, canonical_id=str(at)), observed_at=at) for at in times]
        return lines_of(digest(news(*found)))[-1]

    at = READ_AT.replace(second=0)

    assert foot(at, at + timedelta(seconds=40)).count("<t:") == 1
    assert foot(at, at + timedelta(seconds=40)) == foot(at, at)
    assert f"<t:{int(at.timestamp())}:f> 〜 <t:{int(at.timestamp()) + 120}:t>" in foot(
        at, at + timedelta(minutes=2)
    )


def test_foot_of_articles_says_nothing_of_reposts_and_stays_a_line() -> None:
    article = Post(Network.WEB, "https://news.example/1", "増設へ", url="https://news.example/1")
    content = digest(news(told(article, gained=None, source=SourceName.FEED)))

    for view in (drawn(content).view, page_of(content)):
        assert JA.say("rp-caution") not in text_of(view)
        assert "-# ・" not in text_of(view)
        assert "-#  ・" not in text_of(view)


def test_a_digest_in_english_is_on_its_zones_clocks_too() -> None:
    shown = lines_of(digest(news(told(), volume=Volume(PAGE, 90, 120, END)), language="en"))
    assert shown[1] == "**Tue 24 Nov, 08:00 – Wed 25 Nov, 08:00**"
    change = EN.say("digest-change", change="−25%")
    count = EN.say("trend-volume", count=90)
    assert EN.say("digest-volume", count=count, change=change, source="Trend page") in shown


def test_a_period_within_one_day_names_the_day_once() -> None:
    hour = Period(END - timedelta(hours=1), END)
    assert lines_of(digest(quiet(), period=hour))[1] == "**11月25日（水）7:00 → 8:00**"


def test_a_late_digest_says_for_which_time_it_was() -> None:
    content = digest(quiet(), late=True)
    assert JA.say("digest-late", time=f"<t:{int(END.timestamp())}:f>") in text_of(drawn(content).view)
    assert "⏰" not in text_of(drawn(replace(content, late=False)).view)


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("count", "before", "change"),
    [
        (1234, 1100, "+12%"),
        (90, 120, "−25%"),
        (120, 120, "±0"),
        (10_003, 10_000, "+3"),
        (34, 0, "+34"),
        (0, 0, "±0"),
        (34, None, None),
    ],
)
def test_a_change_is_against_a_known_count_only(count: int, before: int | None, change: str | None) -> None:
    shown = text_of(drawn(digest(quiet(volume=Volume(PAGE, count, before, END)))).view)
    assert volume_text(f"{count:,}", change) in shown


@pytest.mark.invariant(9)
def test_an_old_count_says_when_it_was_read() -> None:
    read_at = END - timedelta(hours=5)
    shown = text_of(drawn(digest(quiet(volume=Volume(PAGE, 5, 5, read_at)))).view)
    assert f"<t:{int(read_at.timestamp())}:R>" in shown


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("rp", "gained", "said"),
    [(1234, 560, "+560"), (1234, 0, "±0"), (1234, -4, "−4"), (1234, None, None), (None, None, None)],
)
def test_an_unknown_rp_or_gain_is_said_to_be_unknown(rp: int | None, gained: int | None, said: str | None) -> None:
    shown = text_of(drawn(digest(news(told(replace(POST, rp=rp), gained)))).view)
    unknown = JA.say("alert-rp", rp=JA.say("number-unknown"))
    assert f"**{unknown if rp is None else grown(said)}**" in shown


@pytest.mark.invariant(9)
def test_the_caution_is_said_once_with_the_times_and_each_post_names_its_source_where_there_are_several() -> None:
    earlier = END - timedelta(hours=2)
    content = digest(news(told(), told(source=MASTODON, observed_at=earlier)), news(told(), name="別"))
    shown = text_of(drawn(content).view)
    span = f"<t:{int(earlier.timestamp())}:f> 〜 <t:{int(READ_AT.timestamp())}:t>"
    dot = JA.say("alert-dot")
    assert shown.count(JA.say("rp-caution")) == 1
    assert f"-# {JA.say('trend-caution', time=span)}{dot}{JA.say('digest-order')}" in shown
    assert shown.count(f"**{dot}{JA.say('source-trendpage')}") == 2
    assert shown.count(f"**{dot}Mastodon") == 1


@pytest.mark.invariant(2)
def test_a_post_sent_as_an_alert_is_named_in_one_line_and_not_repeated() -> None:
    text = "増設の話です。\n二行めは速報で読めます。" + "長い話です。" * 20
    shown = lines_of(digest(news(told(), told(replace(POST, text=text), alerted=True))))
    at = next(place for place, line in enumerate(shown) if line.startswith("**2.**"))
    assert shown[at].startswith(f"**2.** {JA.say('digest-alerted')} ・ [増設の話です。 二行めは")
    assert shown[at].endswith(f"…](https://x.com/yamada/status/1) ・ **{grown('+560')}**")
    assert shown[at + 1].startswith("-#")


def test_a_quiet_topic_takes_one_line_and_a_quiet_digest_stays_short() -> None:
    content = digest(quiet("AI"), quiet("半導体", volume=Volume(PAGE, 120, 100, END)))
    shown = lines_of(content)
    assert shown[3:] == [
        JA.say("digest-all-quiet"),
        JA.say("digest-quiet", topic="AI"),
        f"{JA.say('digest-quiet', topic='半導体')} ・ {volume_text('120', '+20%')}",
    ]
    assert "🍃" not in text_of(drawn(digest(quiet(), news(told()))).view)


@pytest.mark.invariant(5)
@pytest.mark.parametrize("language", LANGUAGES)
def test_new_posts_of_which_none_passes_are_not_called_nothing(language: str) -> None:
    content = digest(quiet("AI", new_posts=5), quiet("半導体"), language=language)
    shown = text_of(drawn(content).view)

    assert TEXTS.speaker(language).say("digest-none-passes", topic="AI") in shown
    assert "🍃" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_that_nobody_has_polled_yet_says_so(language: str) -> None:
    new = replace(quiet("AI"), state=TopicState.AWAITED)
    shown = text_of(drawn(digest(new, language=language)).view)

    assert TEXTS.speaker(language).say("digest-awaited", topic="AI") in shown
    assert "🍃" not in shown


def test_where_nothing_can_be_shown_no_button_shows_all() -> None:
    many = digest(*(quiet("長い名前のトピック" * 5 + str(number)) for number in range(100)))

    assert "…ほか" in text_of(drawn(many).view)
    assert not [one for one in ids_of(drawn(many).view) if "digest-more" in one]


def test_a_topic_that_could_not_be_read_is_not_called_quiet() -> None:
    trouble = SourceProblem(Endpoint(SourceName.MISSKEY, "misskey.example"), Cause.UNREACHABLE)
    shown = text_of(drawn(digest(broken("電力", trouble))).view)
    place, why = JA.say("health-endpoint", source="Misskey", host="misskey.example"), JA.say("health-unreachable")
    assert JA.say("digest-broken", topic="電力") in shown
    assert JA.say("digest-trouble", endpoint=place, why=why) in shown
    assert JA.say("digest-quiet", topic="電力") not in shown


@pytest.mark.invariant(5)
def test_news_beside_trouble_says_both() -> None:
    places = [SourceProblem(Endpoint(SourceName.MISSKEY, f"m{n}.example"), Cause.BUSY) for n in range(5)]
    shown = text_of(drawn(digest(news(told(), troubles=tuple(places)))).view)
    assert "増設の話です" in shown
    assert shown.count("⚠️ Misskey") == 3
    assert JA.say("digest-troubles-more", count=2) in shown


def test_a_digest_of_no_topics_says_how_to_begin() -> None:
    view = drawn(digest()).view
    assert JA.say("digest-no-topic-now") in text_of(view)
    assert labels(view) == [JA.say("digest-button-change")]


# -- hidden and sensitive ------------------------------------------------------------------------------


@pytest.mark.invariant(8)
@slow
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=10))
def test_nothing_of_a_hidden_post_is_drawn(marks: list[tuple[bool, bool]]) -> None:
    found = [
        told(
            replace(POST, text=f"文{n}番", author_name=f"人{n}番", url=f"https://x.com/{n}番"),
            hidden=hidden,
            alerted=alert,
        )
        for n, (hidden, alert) in enumerate(marks)
    ]
    content = digest(news(*found))
    message = Message(ID, GuildId(1), ChannelId(2), (entry(content),), END)
    views = [drawn(content).view, redraw(message, TEXTS, age_restricted=True).view]
    views += [page_of(content, page) for page in range(3)]
    for view in views:
        seen = json.dumps(raw(view), ensure_ascii=False)
        assert not [n for n, (hidden, _) in enumerate(marks) if hidden and re.search(rf"[文人/]{n}番", seen)]
    assert not message.is_empty


@pytest.mark.invariant(8)
def test_a_topic_whose_posts_were_all_taken_down_is_still_named() -> None:
    view = drawn(digest(_hidden(news(told())))).view
    assert "データセンター" in text_of(view)
    assert JA.say("digest-nothing-shown") in text_of(view)
    assert "RP" not in text_of(view)


SENSITIVE = replace(POST, sensitive=True, content_warning="事故", text="見せない||本文|")


def test_sensitive_text_goes_behind_a_spoiler_and_is_no_headline() -> None:
    shown = text_of(drawn(digest(news(told(SENSITIVE)))).view)
    assert re.findall(r"\|\|(.+?)\|\|", shown, re.DOTALL) == ["見せない\\|\\|本文\\|\u200b"]
    as_alert = text_of(drawn(digest(news(told(SENSITIVE, alerted=True)))).view)
    assert "見せない" not in as_alert
    assert f"{JA.say('digest-alerted')} ・ [山田 太郎]" in as_alert


@pytest.mark.parametrize("alerted", [True, False])
def test_sensitive_media_is_withheld_with_its_link_unless_the_channel_is_age_restricted(alerted: bool) -> None:
    content = digest(news(told(replace(SENSITIVE, has_media=True), alerted=alerted)))
    for view in (drawn(content).view, page_of(content), draw_digest_preview(JA, content, age_restricted=False)):
        for hidden in ("見せない", "事故", "山田", "x.com"):
            assert hidden not in json.dumps(raw(view), ensure_ascii=False)
        assert JA.say("digest-rp", rp="1,234", gained="+560") in text_of(view)
    assert "x.com" in json.dumps(raw(drawn(content, age_restricted=True).view), ensure_ascii=False)


# -- buttons and pages ---------------------------------------------------------------------------------


def test_few_topics_have_a_button_each_and_many_share_a_menu() -> None:
    few = drawn(digest(news(told(), name="AI"), quiet("半導体"))).view
    actions = [custom_id.removeprefix(f"kw:{ID}:0:") for custom_id in ids_of(few)]
    assert [*actions[:-1], actions[-1].partition(".")[0]] == ["digest-topic.0", "digest-topic.1", "digest-edit"]
    assert labels(few) == ["AI", "半導体", JA.say("digest-button-change")]
    many = drawn(digest(*(quiet(f"話題{n}") for n in range(30)))).view
    menu = next(one for one in sent(many) if "options" in one)
    assert menu["custom_id"] == f"kw:{ID}:0:digest-topic"
    assert [(one["label"], one["value"]) for one in menu["options"]] == [(f"話題{n}", str(n)) for n in range(25)]


def test_all_posts_come_in_pages_under_their_topics() -> None:
    first = news(*(told(replace(POST, text=f"A{n}の話")) for n in range(3)), name="AI", more=7)
    second = news(*(told(replace(POST, text=f"B{n}の話")) for n in range(PAGE_POSTS)), name="半導体")
    view = page_of(digest(first, second))
    assert re.findall(r"[AB]\dの話", text_of(view)) == ["A0の話", "A1の話", "A2の話", "B0の話"]
    assert f"### {JA.say('digest-page-title', name='朝刊', count=7)}" in text_of(view)
    assert f"**AI** ・ {JA.say('digest-beyond', count=7)}" in text_of(view)
    assert "**半導体**" in text_of(view)
    assert JA.say("alert-held-page", page=1, pages=2) in text_of(view)
    assert labels(view)[:PAGE_POSTS] == [JA.say("alert-button-open")] * PAGE_POSTS
    ids = {one["custom_id"]: one["disabled"] for one in sent(view) if "custom_id" in one}
    assert ids == {f"kw:{ID}:0:digest-more.0": True, f"kw:{ID}:0:digest-more.1": False}


def test_a_page_that_does_not_exist_shows_the_nearest() -> None:
    content = digest(news(*(told(replace(POST, text=f"{n}の話")) for n in range(PAGE_POSTS + 1))))
    assert re.findall(r"\dの話", text_of(page_of(content, 99))) == [f"{PAGE_POSTS}の話"]
    assert text_of(page_of(content, -3)) == text_of(page_of(content, 0))


def test_a_page_without_posts_says_so() -> None:
    view = page_of(digest(_hidden(news(told())), quiet()))
    assert JA.say("digest-page-empty") in text_of(view)
    assert labels(view) == []


def test_a_preview_is_marked_and_does_nothing() -> None:
    view = draw_digest_preview(EN, digest(news(told()), role_id=ROLE, language="en"), age_restricted=False)
    assert text_of(view).startswith(EN.say("digest-preview"))
    assert "増設の話です" in text_of(view)
    assert "<@&" not in text_of(view)
    assert labels(view) == []


# -- among other entries -------------------------------------------------------------------------------


def an_alert(rp: int = 100) -> AlertContent:
    post = replace(POST, rp=rp)
    return AlertContent(make_topic("AI"), PAGE, post, AlertReason.NEW, READ_AT, min_rp=1, language="ja")


def test_a_digest_is_alone_in_its_message() -> None:
    one, another = entry(digest(quiet())), entry(digest(news(told())))
    assert how_many_fit([one, entry(an_alert())], TEXTS) == 1
    assert how_many_fit([one, another], TEXTS) == 1
    assert how_many_fit([entry(an_alert()), entry(an_alert()), one, entry(an_alert())], TEXTS) == 2


def test_the_role_is_mentioned_in_the_first_line() -> None:
    view = drawn(digest(quiet()), mentions=[ROLE]).view
    assert sent(view)[0]["content"] == f"<@&{ROLE}>"

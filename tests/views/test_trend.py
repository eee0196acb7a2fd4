"""The drawn answer to /trend and /help: what it says, and Discord's limits whatever the world wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import regex
from discord import ButtonStyle, ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.causes import Cause
from bot.core.errors import NotAFeed, SourceBusy
from bot.core.models import Audience, Network, Post, Snapshot, SourceName, SubscriptionId, Topic
from bot.core.text import TOPIC_NAME_MAX, make_topic, utf16_length
from bot.core.trend_result import SourceAnswer, TrendAnswer
from bot.views.help import help_view
from bot.views.kit.audience import group_words
from bot.views.kit.causes import say_error
from bot.views.kit.text import Speaker, Texts
from bot.views.trend import PAGE_ID, PICK_ID, AnswerContext, AnswerPage, Sort, trend_view
from config import LOCALES

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXTS = Texts(LOCALES)
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
TOPIC = make_topic("データセンター")
PAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON
BOTH = AnswerContext((PAGE, MASTODON), in_guild=True)


def a_post(number: int, rp: int | None = 10, **more: Any) -> Post:
    post = Post(
        Network.X,
        str(number),
        f"投稿その{number}",
        rp=rp,
        url=f"https://x.com/kawara/status/{number}",
        author_name="瓦 太郎",
        author_handle="kawara",
        author_url="https://x.com/kawara",
        created_at=NOW - timedelta(hours=number),
    )
    return replace(post, **more)


def answer(*posts: Post, **more: Any) -> TrendAnswer:
    said = SourceAnswer(PAGE, "#データセンター", posts, observed_at=NOW)
    return TrendAnswer(TOPIC, (replace(said, **more),))


def draw(
    of: TrendAnswer, page: AnswerPage | None = None, place: AnswerContext = BOTH, speaker: Speaker = JA
) -> ui.LayoutView:
    return trend_view(speaker, of, page or AnswerPage(TOPIC.name), place)


def text(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def buttons(view: ui.LayoutView) -> list[ui.Button[Any]]:
    return [item for item in view.walk_children() if isinstance(item, ui.Button)]


def custom_ids(view: ui.LayoutView) -> list[str]:
    items = [item for item in view.walk_children() if isinstance(item, ui.Button | ui.Select)]
    return [item.custom_id for item in items if item.custom_id is not None]


def order(view: ui.LayoutView) -> list[int]:
    return [int(number) for number in regex.findall(r"投稿その(\d+)", text(view))]


def test_post_that_is_only_an_id_is_listed_as_what_it_is_with_its_link() -> None:
    url = "https://x.com/i/web/status/7"
    bare = a_post(7, 120, text="", author_name=None, author_handle=None, author_url=None, url=url)

    assert f"**1.** [{EN.say('post-on', network='x')}]({url})" in text(draw(answer(bare), speaker=EN))


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([{}], "trend-nothing"),
        ([{"trouble": Cause.NO_POSTS}], "trend-all-failed"),
        ([{"error": SourceBusy("503")}], "trend-all-failed"),
        ([{}, {"error": SourceBusy("503")}], "trend-nothing-partly"),
        ([{}, {"trouble": Cause.NO_RP}], "trend-nothing-partly"),
    ],
)
def test_nothing_found_is_not_said_of_what_could_not_be_read(answers: list[dict[str, Any]], expected: str) -> None:
    given = [replace(SourceAnswer(PAGE, "#猫", observed_at=NOW), **more) for more in answers]

    assert EN.say(expected) in text(draw(TrendAnswer(TOPIC, tuple(given)), speaker=EN))


@pytest.mark.invariant(5)
def test_posts_of_a_source_that_is_unwell_come_with_a_warning() -> None:
    said = text(draw(answer(a_post(1), trouble=Cause.NO_POSTS), speaker=EN))

    why = f"{EN.say('health-no-posts')} {EN.say('trend-trouble')}"
    assert EN.say("trend-failed", source=EN.say("source-trendpage"), why=why) in said
    assert order(draw(answer(a_post(1), trouble=Cause.NO_POSTS))) == [1]


def test_answer_says_topic_volume_audience_and_when_it_was_observed() -> None:
    snapshot = Snapshot(NOW, 12345, Audience(62, 38, "30代/男性"))

    said = text(draw(answer(a_post(1, 1234), snapshot=snapshot)))

    stamp = int(NOW.timestamp())
    assert "## データセンター" in said
    assert JA.say("trend-volume", count=12345) in said
    assert JA.say("trend-gender", male=62, bar="▰▰▰▰▱▱", female=38) in said
    assert JA.say("trend-group", group=group_words(JA, "30代/男性")) in said
    assert f"**{JA.say('alert-rp', rp='1,234')}**" in said
    assert said.count(JA.say("trend-as-of", time=f"<t:{stamp}:t>")) == 1


def test_answer_of_one_source_says_what_it_was_asked_and_when() -> None:
    said = text(draw(answer(a_post(1, 1234)), AnswerPage(TOPIC.name, PAGE)))

    assert JA.say("trend-observed", age=f"<t:{int(NOW.timestamp())}:R>") in said
    assert r"\#データセンター" in said


@pytest.mark.invariant(9)
def test_caution_is_not_said_of_posts_without_an_rp() -> None:
    said = text(draw(answer(an_article(1), source=SourceName.FEED)))

    assert JA.say("rp-caution") not in said
    assert JA.say("trend-observed", age=f"<t:{int(NOW.timestamp())}:R>") in said


def an_article(number: int) -> Post:
    more = {"network": Network.WEB, "text": f"投稿その{number}\nあらまし", "titled": True, "author_name": None}
    return a_post(number, None, **more, author_handle=None, url=f"https://news.example/{number}")


def test_an_article_is_its_title_as_a_link_with_its_site_and_no_order_is_offered() -> None:
    view = draw(answer(an_article(1), an_article(2), source=SourceName.FEED))

    assert "**1.** **[投稿その1](https://news.example/1)**\nnews.example · " in text(view)
    assert "あらまし" not in text(view)
    assert not any(":new:" in one for one in custom_ids(view))


def test_author_leads_to_the_post_and_no_post_has_a_button() -> None:
    view = draw(answer(a_post(1, 50), a_post(2, 40, author_name=None, author_handle=None)))

    assert "**1.** **[瓦 太郎](https://x.com/kawara/status/1)** · **RP 50**" in text(view)
    assert "**2.** **[投稿その2](https://x.com/kawara/status/2)** · **RP 40**" in text(view)
    assert [button.url for button in buttons(view) if button.url] == []


def test_words_that_hold_an_address_are_no_link() -> None:
    post = a_post(1, author_name="見て http://a.b", author_handle=None)

    assert "](https://x.com" not in text(draw(answer(post)))


def test_topic_this_channel_is_subscribed_to_is_edited_instead_of_subscribed_to() -> None:
    view = draw(answer(a_post(1)), place=replace(BOTH, subscription_id=SubscriptionId(7)))

    assert "kw:subs:edit:7" in custom_ids(view)
    assert not any(one.startswith("kw:sub:") for one in custom_ids(view))
    assert all(button.style is not ButtonStyle.primary for button in buttons(view))


def test_nothing_found_at_one_source_offers_all_of_them_and_to_subscribe_anyway() -> None:
    view = draw(answer(), AnswerPage(TOPIC.name, MASTODON))

    assert f"kw:trend:*:rp:1:{TOPIC.name}" in custom_ids(view)
    labels = {button.custom_id: button.label for button in buttons(view)}
    assert labels[f"kw:sub:{TOPIC.name}"] == JA.say("trend-button-anyway")


def test_page_with_a_feed_offers_to_show_it_and_to_subscribe_to_it() -> None:
    page, feed = make_topic("https://news.example/"), make_topic("https://news.example/feed.xml")
    failed = SourceAnswer(SourceName.FEED, "news.example", error=NotAFeed("a page", feed="…"))

    view = draw(TrendAnswer(page, (failed,), feed=feed), AnswerPage(page.handle))

    assert {f"kw:sub:{feed.key}", f"kw:trend:*:rp:1:{feed.key}"} < set(custom_ids(view))
    assert JA.say("trend-feed-found", host=feed.name) in text(view)


def test_address_that_could_not_be_read_cannot_be_subscribed_to() -> None:
    page = make_topic("https://news.example/")
    failed = SourceAnswer(SourceName.FEED, "news.example", error=SourceBusy("503"))

    assert not any(one.startswith("kw:sub:") for one in custom_ids(draw(TrendAnswer(page, (failed,)))))


def test_english_reader_reads_english() -> None:
    said = text(draw(answer(a_post(1, 12345), snapshot=Snapshot(NOW, 12345)), speaker=EN))

    assert EN.say("trend-volume", count=12345) in said
    assert f"**{EN.say('alert-rp', rp='12.3K')}**" in said
    assert EN.say("trend-as-of", time=f"<t:{int(NOW.timestamp())}:t>") in said


def test_unknown_rp_is_said_to_be_unknown_and_comes_last() -> None:
    view = draw(answer(a_post(1, None), a_post(2, 0), a_post(3, 7)))

    assert order(view) == [3, 2, 1]
    assert "**RP 不明**" in text(view)


def test_newest_first_where_that_is_asked() -> None:
    posts = (a_post(3, 7), a_post(1, 1), a_post(2, 4), replace(a_post(9, 100), created_at=None))

    assert order(draw(answer(*posts), AnswerPage(TOPIC.name, sort=Sort.NEW))) == [1, 2, 3, 9]


def test_post_two_sources_found_is_shown_once_with_the_higher_rp() -> None:
    both = TrendAnswer(
        TOPIC,
        (
            SourceAnswer(PAGE, "a", (a_post(1, 5),), observed_at=NOW),
            SourceAnswer(SourceName.X, "b", (a_post(1, 8), a_post(2, 3)), observed_at=NOW),
        ),
    )

    view = draw(both)

    assert order(view) == [1, 2]
    assert "**RP 8**" in text(view)
    assert "**RP 5**" not in text(view)


def test_rp_that_is_older_than_the_rest_says_when_it_was_read() -> None:
    old = NOW - timedelta(hours=9)
    post, fresh = a_post(1, 50), a_post(2, 40)

    said = text(draw(answer(post, fresh, rp_times={post.key: old, fresh.key: NOW})))

    assert JA.say("trend-rp-of", rp="**RP 50**", age=f"<t:{int(old.timestamp())}:R>") in said
    assert "**RP 40**\n" in said


def test_failing_source_says_why_beside_the_others() -> None:
    failed = SourceAnswer(MASTODON, "#データセンター", error=SourceBusy("429"))
    both = replace(answer(a_post(1)), answers=(*answer(a_post(1)).answers, failed))

    view = draw(both)

    assert JA.say("trend-failed", source="Mastodon", why=say_error(JA, SourceBusy.cause)) in text(view)
    assert order(view) == [1]


def test_nothing_found_offers_similar_topics_as_buttons() -> None:
    nothing = replace(answer(), similar=(make_topic("データ分析"), make_topic("データ")))

    view = draw(nothing)

    assert JA.say("trend-nothing") in text(view)
    assert JA.say("trend-similar", count=2) in text(view)
    assert [button.label for button in buttons(view)][:2] == ["データ分析", "データ"]
    assert "kw:trend:*:rp:1:データ分析" in custom_ids(view)


def test_five_posts_a_page_and_buttons_around_the_page() -> None:
    many = answer(*(a_post(number, 100 - number) for number in range(12)))

    first, last = draw(many), draw(many, AnswerPage(TOPIC.name, number=3))

    assert order(first) == [0, 1, 2, 3, 4]
    assert order(last) == [10, 11]
    assert "**11.**" in text(last)
    states = {button.label: button.disabled for button in buttons(last)}
    assert (states["◀"], states["3 / 3"], states["▶"]) == (False, True, True)


@pytest.mark.parametrize("number", [0, 99])
def test_page_that_is_not_there_shows_the_nearest(number: int) -> None:
    many = answer(*(a_post(each, 100 - each) for each in range(7)))

    assert len(order(draw(many, AnswerPage(TOPIC.name, number=number)))) in {2, 5}


def test_sensitive_text_is_behind_a_spoiler_it_cannot_leave() -> None:
    secret = a_post(1, text="a || b ||\n||", sensitive=True, content_warning="**ネタバレ**")

    said = text(draw(answer(secret)))

    assert r"\*\*ネタバレ\*\*" in said
    unescaped = regex.findall(r"(?<!\\)\|\|", said)
    assert len(unescaped) == 2


def test_sensitive_media_is_counted_but_not_shown_unless_the_channel_is_age_restricted() -> None:
    posts = (a_post(1), a_post(2, sensitive=True, has_media=True), a_post(3, sensitive=True))

    open_channel = draw(answer(*posts))
    restricted = draw(answer(*posts), place=replace(BOTH, age_restricted=True))

    assert order(open_channel) == [1, 3]
    assert JA.say("trend-withheld", count=1) in text(open_channel)
    assert order(restricted) == [1, 2, 3]


def test_subscribe_button_is_for_servers() -> None:
    in_guild, in_dm = draw(answer(a_post(1))), draw(answer(a_post(1)), place=AnswerContext((PAGE,)))

    assert "kw:sub:データセンター" in custom_ids(in_guild)
    assert "kw:sub:データセンター" not in custom_ids(in_dm)


def test_menu_of_sources_is_there_where_there_is_a_choice() -> None:
    several = draw(answer(a_post(1)), AnswerPage(TOPIC.name, MASTODON))
    one = draw(answer(a_post(1)), place=AnswerContext((PAGE,)))

    menu = next(item for item in several.walk_children() if isinstance(item, ui.Select))
    assert [(option.value, option.default) for option in menu.options] == [
        ("*", False),
        ("trendpage", False),
        ("mastodon", True),
    ]
    assert not any(isinstance(item, ui.Select) for item in one.walk_children())


def test_page_that_was_asked_can_be_opened_where_its_address_is_no_secret() -> None:
    one = answer(a_post(1), asked="データ @ example.com", link="https://example.com/t/データ")

    view = draw(one, AnswerPage(TOPIC.name, PAGE))

    assert "https://example.com/t/%E3%83%87%E3%83%BC%E3%82%BF" in [button.url for button in buttons(view)]
    assert r"データ \@ example.com" in text(view)


def test_address_that_was_asked_is_neither_shown_nor_linked() -> None:
    one = answer(a_post(1), asked="https://me:SECRET@example.com/SECRET?k=SECRET#SECRET")

    view = draw(one, AnswerPage(TOPIC.name, PAGE))

    assert "example.com/…" in text(view)
    assert "SECRET" not in text(view)
    assert not any("example.com" in (button.url or "") for button in buttons(view))


def test_day_without_time_is_shown_as_a_day() -> None:
    view = draw(answer(a_post(1, day_only=True)))

    assert regex.search(r"<t:\d+:D>", text(view))


def test_own_measure_of_a_source_stands_where_there_is_no_rp() -> None:
    view = draw(answer(a_post(1, None, score=321, score_name="ポイント")))

    assert "ポイント 321" in text(view)


@pytest.mark.parametrize(
    ("male", "female", "bar"), [(100, 0, "▰" * 10), (0, 100, "▱" * 10), (1, 99, "▰" + "▱" * 9), (0, 0, "▱" * 10)]
)
def test_gender_bar_shows_every_share(male: int, female: int, bar: str) -> None:
    one = answer(a_post(1), snapshot=Snapshot(NOW, 1, Audience(male, female)))

    assert f" {bar} " in text(draw(one, AnswerPage(TOPIC.name, PAGE)))


def test_layout_is_finished_so_that_nothing_is_kept() -> None:
    async def drawn() -> bool:
        return draw(answer(a_post(1))).is_finished()

    import asyncio  # noqa: PLC0415

    assert asyncio.run(drawn())


@given(st.sampled_from([None, *SourceName]), st.sampled_from(Sort), st.integers(0, 99_999), st.text(min_size=1))
def test_page_survives_its_custom_id(source: SourceName | None, sort: Sort, number: int, typed: str) -> None:
    topic = make_topic(typed).name[:30]
    page = AnswerPage(topic, source, sort, number)

    match = PAGE_ID.fullmatch(page.custom_id)

    if topic and "\n" not in topic:
        assert match is not None
        assert AnswerPage.read(match) == page


def test_picked_source_is_read_from_the_menu() -> None:
    match = PICK_ID.fullmatch("kw:trend:?:new:1:a:b")

    assert match is not None
    assert AnswerPage.read(match, source="mastodon") == AnswerPage("a:b", MASTODON, Sort.NEW)
    assert AnswerPage.read(match, source="*") == AnswerPage("a:b", None, Sort.NEW)
    assert PAGE_ID.fullmatch("kw:trend:?:new:1:a:b") is None


WILD = st.one_of(
    st.text(max_size=900),
    st.text(alphabet="@everyone<>|`*_~[]()#\\: \n/httpsx.com&!0123456789", max_size=900),
    st.sampled_from(
        ["が" * 2000, "e" + "\u0301" * 3000, "👩‍👩‍👧‍👦" * 300, "||" * 500, "https://a.example/" + "%7C" * 400]
    ),
)
MAYBE = st.none() | WILD
POSTS = st.builds(
    Post,
    network=st.just(Network.X),
    canonical_id=st.uuids().map(str),
    text=WILD,
    rp=st.none() | st.integers(0, 10**12),
    url=st.none() | st.just("https://x.com/a/status/1") | WILD,
    author_name=MAYBE,
    author_handle=MAYBE,
    author_url=st.none() | st.just("https://x.com/" + "a" * 200) | WILD,
    created_at=st.none() | st.just(NOW),
    day_only=st.booleans(),
    sensitive=st.booleans(),
    content_warning=MAYBE,
    has_media=st.booleans(),
    score=st.none() | st.integers(0, 10**9),
    score_name=MAYBE,
)
SNAPSHOTS = st.none() | st.builds(
    Snapshot,
    observed_at=st.just(NOW),
    volume=st.none() | st.integers(0, 10**12),
    audience=st.builds(
        Audience,
        male_pct=st.none() | st.integers(0, 100),
        female_pct=st.none() | st.integers(0, 100),
        group=MAYBE,
    ),
)


def _answers(source: SourceName) -> st.SearchStrategy[SourceAnswer]:
    return st.builds(
        SourceAnswer,
        source=st.just(source),
        asked=st.just("https://example.com/" + "a" * 300) | WILD,
        posts=st.lists(POSTS, max_size=7).map(tuple),
        snapshot=SNAPSHOTS,
        observed_at=st.none() | st.just(NOW),
        error=st.none() | st.just(SourceBusy("busy")),
    )


TOPICS = WILD.map(make_topic).filter(lambda topic: bool(topic.key) and utf16_length(topic.name) <= TOPIC_NAME_MAX)


@settings(max_examples=150, deadline=None)
@given(
    topic=TOPICS,
    answers=st.lists(st.sampled_from(SourceName), unique=True, min_size=1).flatmap(
        lambda names: st.tuples(*(_answers(name) for name in names))
    ),
    similar=st.lists(TOPICS, max_size=5, unique_by=lambda topic: topic.key),
    number=st.integers(0, 99_999),
    restricted=st.booleans(),
    speaker=st.sampled_from([JA, EN]),
)
def test_limits_of_discord_hold_whatever_was_written(
    topic: Topic,
    answers: Sequence[SourceAnswer],
    similar: list[Topic],
    number: int,
    restricted: bool,
    speaker: Speaker,
) -> None:
    others = tuple(one for one in similar if one.key != topic.key)
    place = AnswerContext(tuple(SourceName), in_guild=True, age_restricted=restricted)

    view = trend_view(
        speaker, TrendAnswer(topic, tuple(answers), others), AnswerPage(topic.name, number=number), place
    )

    said = text(view)
    ids = custom_ids(view)
    assert view.total_children_count <= 40
    assert utf16_length(said) <= 4000
    assert all(0 < utf16_length(one) <= 100 for one in ids)
    assert len(set(ids)) == len(ids)
    assert all(len(button.label or "") <= 80 and button.label for button in buttons(view))
    assert not regex.search(r"@(everyone|here)", regex.sub(r"https?://\S+", "", said), regex.IGNORECASE)
    assert not regex.search(r"(?<!\\)<(?!t:\d+:[RftD]>)", said)
    assert view.to_components()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("speaker", [JA, EN])
def test_help_names_every_command_in_the_readers_language(speaker: Speaker) -> None:
    named = {"trend": "…", "help": "…", "later": "not translated yet"}
    said = text(help_view(speaker, named, lambda _: None))

    assert f"**/{speaker.say('cmd-trend-name')}**" in said
    assert speaker.say("cmd-help-description") in said
    assert "not translated yet" in said
    assert speaker.say("help-rp") in said


def test_topic_of_which_one_author_makes_most_is_marked_so() -> None:
    recent = [a_post(n, created_at=NOW - timedelta(minutes=5)) for n in range(1, 8)]

    said = EN.say("trend-one-author", who="@kawara", count=7, total=7)
    assert said in text(draw(answer(*recent), speaker=EN))
    assert said.partition(":")[0] not in text(draw(answer(a_post(1), a_post(2)), speaker=EN))

"""/trending as it is drawn: within Discord's limits, outside texts escaped, gaps as gaps."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.causes import Cause
from bot.core.models import SourceName
from bot.core.text import TOPIC_NAME_MAX, make_topic, utf16_length
from bot.core.trending.answer import LeftOut, TrendingAnswer
from bot.core.trending.own_topics import SPARK_HOURS, OwnTopic
from bot.core.trending.rankings import RankedTopic, Ranking, RankingPlace, RankingSource, usable_name
from bot.core.trending.rising import merged
from bot.views.kit.layout import MAX_COMPONENTS, MAX_TEXT, view_weight
from bot.views.kit.spark import BLOCKS, GAP, spark
from bot.views.trending import BUTTON_ID, PICK_ID, BlockChange, Reader, blocked_view, trending_view
from tests.conftest import EN, JA

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PLACES = [RankingPlace(source, "a.example") for source in RankingSource]


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((0, 10, 20, 30, 40), "▁▂▃▅▇"),
        ((5, None, 5), f"▇{GAP}▇"),
        ((0, 0), "▁▁"),
        ((None, None), ""),
        ((), ""),
    ],
)
def test_series_is_drawn_with_gaps_where_nothing_is_known(values: tuple[float | None, ...], drawn: str) -> None:
    assert spark(values) == drawn


@given(st.lists(st.none() | st.floats(0, 1e9), max_size=40))
def test_each_value_has_its_block(values: list[float | None]) -> None:
    drawn = spark(values)

    assert len(drawn) == (len(values) if any(value is not None for value in values) else 0)
    assert set(drawn) <= set(BLOCKS + GAP)
    assert all((mark == GAP) == (value is None) for mark, value in zip(drawn, values, strict=False))


def own(name: str, ratio: float = 3.2) -> OwnTopic:
    hours = tuple(None if number % 5 == 0 else float(number) for number in range(SPARK_HOURS))
    return OwnTopic(make_topic(name), SourceName.MASTODON, ratio, 4.0, 45, 14, NOW, hours=hours)


@pytest.mark.parametrize("speaker", [EN, JA], ids=["en", "ja"])
@given(names=st.lists(st.text(min_size=1, max_size=TOPIC_NAME_MAX), max_size=40))
def test_whatever_rises_the_message_keeps_discords_limits(speaker: object, names: list[str]) -> None:
    usable = [name for name in map(usable_name, names) if name is not None]
    ranked = tuple(RankedTopic(name, 60, 80, 1000, 6.4, NOW, hot=True) for name in usable)
    answer = TrendingAnswer(
        own=tuple(map(own, usable[:6])),
        usual=tuple(own(name, 0.5) for name in usable[:10]),
        unknown=tuple(map(make_topic, usable[:10])),
        rising=tuple(merged([Ranking(place, NOW, ranked) for place in PLACES], (), limit=10)),
        left_out=tuple(LeftOut(place, cause) for place in PLACES for cause in (None, Cause.ROBOTS)),
        asked=tuple(PLACES),
        blocked=3,
    )
    change = BlockChange(make_topic(usable[0]), is_blocked=True) if usable else None

    view = trending_view(speaker, answer, Reader(in_guild=True, may_block=True), None, change)  # type: ignore[arg-type]

    assert sum(1 for _ in view.walk_children()) <= MAX_COMPONENTS
    assert view_weight(view) <= MAX_TEXT
    ids = [item.custom_id for item in view.walk_children() if hasattr(item, "custom_id")]
    assert len(ids) == len(set(ids))
    assert all(len(one) <= 100 for one in ids)
    for item in view.walk_children():
        values = [option.value for option in getattr(item, "options", [])]
        assert len(values) == len(set(values)) <= 25
        assert all(0 < utf16_length(value) <= 100 for value in values)


@given(names=st.lists(st.text(min_size=1, max_size=TOPIC_NAME_MAX), max_size=100, unique=True), page=st.integers())
def test_blocked_topics_of_any_page_keep_discords_limits(names: list[str], page: int) -> None:
    usable = list(dict.fromkeys(name for name in map(usable_name, names) if name is not None))

    view = blocked_view(EN, usable, page)

    assert sum(1 for _ in view.walk_children()) <= MAX_COMPONENTS
    assert view_weight(view) <= MAX_TEXT


def test_ids_of_menus_and_buttons_do_not_match_each_other() -> None:
    assert not re.fullmatch(BUTTON_ID, "kw:rising:pick:see:*")
    assert not re.fullmatch(PICK_ID, "kw:rising:block:*:see:*")

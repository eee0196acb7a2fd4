"""No view is heavier than Discord takes, in characters and in bytes, whatever is drawn."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceBusy
from bot.core.models import SourceName
from bot.core.text import utf16_length
from bot.core.trend_result import SourceAnswer
from bot.views.alerts.message import how_many_fit
from bot.views.kit.layout import MAX_BYTES, MAX_TEXT, card_of, finished, fitted, text_weight, view_weight
from tests.views import test_trend
from tests.views.alerts import test_message as alerts_drawn
from tests.views.digests import test_message as digests_drawn
from tests.views.drawn import sent, slow, text_of, weight, within_limits

CONTAINER = discord.ComponentType.container.value
JAPANESE = "新しいデータセンターの電力をどこから引くのかという話が、ながく続いています。"

texts = st.text(st.sampled_from("aあ漢𠮷é\u0301👨‍👩‍👧*`<@\n #・"), max_size=1500)


@given(st.lists(texts, max_size=12))
@slow
def test_texts_that_weigh_max_text_together_keep_both_limits_of_discord(parts: list[str]) -> None:
    total = sum(map(text_weight, parts))
    assert sum(map(utf16_length, parts)) <= total
    assert sum(len(part.encode()) for part in parts) * MAX_TEXT <= total * MAX_BYTES


@given(st.lists(texts.filter(str.strip), min_size=1, max_size=20))
@slow
def test_a_card_of_any_texts_is_no_heavier_than_discord_takes(blocks: list[str]) -> None:
    view = card_of(blocks, [], 0)
    assert view_weight(view) <= MAX_TEXT
    assert weight(view) <= MAX_BYTES
    assert all(item.content.strip() for item in view.walk_children() if isinstance(item, ui.TextDisplay))


@given(st.lists(texts.filter(str.strip), min_size=1, max_size=4))
@slow
def test_texts_with_room_for_all_of_them_are_not_cut(blocks: list[str]) -> None:
    view = ui.LayoutView(timeout=None)
    for block in blocks:
        view.add_item(ui.TextDisplay(block))
    before = text_of(view)
    fits = view_weight(view) <= MAX_TEXT
    assert (text_of(fitted(view)) == before) is fits


def test_a_text_of_many_lines_loses_its_last_lines() -> None:
    view = finished(ui.TextDisplay("\n".join(f"{number}. {JAPANESE}" for number in range(200))))
    first, *_, last = text_of(view).split("\n")
    assert first == f"0. {JAPANESE}"
    assert last == "…"
    assert 0.8 * MAX_BYTES < weight(view) <= MAX_BYTES


@pytest.mark.parametrize("length", [140, 300, 500, 4000])
def test_alerts_of_japanese_posts_stay_below_the_bytes_that_discord_takes(length: int) -> None:
    post = replace(alerts_drawn.POST, text=(JAPANESE * 120)[:length], author_name=JAPANESE)
    alerts = [alerts_drawn.alert(replace(post, canonical_id=str(n))) for n in range(10)]
    count = how_many_fit(list(map(alerts_drawn.entry, alerts)), alerts_drawn.TEXTS)
    assert within_limits(alerts_drawn.drawn(*alerts[:count]).view)


def test_a_message_that_was_bound_when_more_was_believed_to_fit_is_drawn_shorter() -> None:
    post = replace(alerts_drawn.POST, text=JAPANESE * 20, author_name=JAPANESE)
    alerts = [alerts_drawn.alert(replace(post, canonical_id=str(n))) for n in range(6)]
    view = alerts_drawn.drawn(*alerts).view
    assert within_limits(view)
    assert len([one for one in sent(view) if one["type"] == CONTAINER]) == len(alerts)


@pytest.mark.parametrize("places", [1, 10, 20, 40])
def test_an_answer_of_many_failing_places_fits_a_message(places: int) -> None:
    answers = tuple(
        SourceAnswer(SourceName.MASTODON, f"#{JAPANESE} mastodon{n}.example", error=SourceBusy("busy"))
        for n in range(places)
    )
    assert within_limits(test_trend.draw(replace(test_trend.answer(), answers=answers)))


def test_a_digest_of_japanese_posts_uses_its_room() -> None:
    posts = [
        digests_drawn.told(replace(digests_drawn.POST, canonical_id=str(n), text=JAPANESE * 4), gained=9)
        for n in range(10)
    ]
    view = digests_drawn.drawn(digests_drawn.digest(digests_drawn.news(*posts))).view
    assert within_limits(view)
    assert weight(view) > 0.6 * MAX_BYTES


@pytest.mark.parametrize("file", sorted(Path("bot/views").glob("*.py")), ids=lambda file: file.name)
def test_what_stands_between_parts_is_the_languages_own(file: Path) -> None:
    """A Japanese middle dot in the code would stand in English, too."""
    written = [
        node.value
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " ・ " in node.value
    ]
    assert [text for text in written if "\n" not in text and "``" not in text] == []

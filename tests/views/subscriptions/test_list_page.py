"""The list of subscriptions and what is done to several stay within Discord's limits, whatever they are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.bulk_changes import BatchAction, Changed, matches, read_changed, write_changed
from bot.core.models import AlertActivity, ChannelId, Subscription
from bot.views.kit.text import LANGUAGES
from bot.views.subscriptions.list_page import (
    CHOICES,
    Part,
    choose_id,
    draw_batch_done,
    draw_batch_undone,
    draw_list,
    draw_several,
    part_id,
    search_form,
    searched,
    several_id,
)
from tests.views.drawn import within_limits

from .test_cards import NOW, SNOWFLAKE, TEXTS, a_subscription, foreign, slow, subscriptions

many = st.lists(subscriptions(), min_size=1, max_size=30, unique_by=lambda one: one.id)
spoken = st.sampled_from(LANGUAGES)


@slow
@given(spoken, many, foreign, st.integers(0, 99_999))
def test_every_page_of_the_list_fits(language: str, found: list[Subscription], typed: str, page: int) -> None:
    speaker, names = TEXTS.speaker(language), {ChannelId(SNOWFLAKE): "部屋" * 50}
    activity = {one.id: AlertActivity(1000, NOW) for one in found}
    part = Part(page, ChannelId(SNOWFLAKE), searched(typed))
    chosen = frozenset(one.id for one in found)

    listed = draw_list(
        speaker,
        found,
        page=page,
        channel_id=part.channel_id,
        channel_names=names,
        now=NOW,
        activity=activity,
        search=part.search,
    )

    assert within_limits(listed)
    assert within_limits(draw_several(speaker, found, part, names, chosen))
    for custom_id in (part_id(part), several_id(part), choose_id(part)):
        assert len(custom_id.encode("utf-16-le", "surrogatepass")) // 2 <= 100


@slow
@given(spoken, many, st.sampled_from(BatchAction), foreign)
def test_what_was_done_to_several_fits(
    language: str, found: list[Subscription], action: BatchAction, why: str
) -> None:
    speaker = TEXTS.speaker(language)
    done = [Changed(one, "1790000000") for one in found[:CHOICES]]
    left_out = [(one.topic.name, why) for one in found]

    view = draw_batch_done(speaker, action, done, skipped=[], left_out=left_out, channel_names={}, until=NOW)

    assert within_limits(view)
    assert within_limits(draw_batch_undone(speaker, found, left_out))


@given(st.text())
def test_what_was_before_comes_back_and_nothing_else_does(written: str) -> None:
    read_changed(written)

    assert read_changed(write_changed(Changed(a_subscription(), "by_user"))) == (4, "by_user")
    assert read_changed(f"{2**63}:") is None
    assert read_changed("4") is None


def test_a_search_folds_as_topics_are_folded() -> None:
    subscription = a_subscription()

    assert matches(subscription, None, "ﾃﾞｰﾀ")
    assert matches(subscription, "速報", "#速報")
    assert not matches(subscription, "速報", "台風")


async def test_the_search_form_is_not_kept() -> None:
    assert search_form(TEXTS.speaker("ja"), None).is_finished()

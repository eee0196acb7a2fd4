"""The log's line a minute: what was done since the last one, and nothing of what was not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import Activity, minute_line, quiet_line

COUNTS = st.builds(Activity, *[st.integers(0, 10**6)] * 9)


@given(before=COUNTS, done=COUNTS)
def test_what_was_done_since_is_the_difference(before: Activity, done: Activity) -> None:
    now = Activity(*(a + b for a, b in zip(fields_of(before), fields_of(done), strict=True)))

    assert now.since(before) == done
    assert done.is_any is any(fields_of(done))


def fields_of(activity: Activity) -> tuple[int, ...]:
    return tuple(getattr(activity, name) for name in Activity.__dataclass_fields__)


def test_line_has_what_matters_always_and_what_is_rare_where_it_was() -> None:
    calm = minute_line(Activity(checked=1200), waiting=0)
    busy = minute_line(Activity(checked=3, failed=1, sent=2, removed=4, undelivered=5, commands=6), waiting=7)

    assert "1,200" in calm
    assert all(word in calm for word in ("checked", "failed", "sent"))
    assert not any(word in calm for word in ("removed", "not delivered", "commands", "waiting"))
    assert all(part in busy for part in ("removed 4", "not delivered 5", "commands 6", "waiting to be sent 7"))


def test_quiet_says_whether_there_is_anything_to_do() -> None:
    assert quiet_line(60, 0) != quiet_line(60, 1)

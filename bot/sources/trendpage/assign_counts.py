"""Assigns RP to posts: each gets the count that stands beside it in the tree, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .counts import rps_in
from .items import Item
from .segments import PostSegment


def assign_rp(items: Sequence[Item], found: Sequence[PostSegment]) -> list[int | None]:
    """RP of each post: from its own quote, else from beside it.

    Items that two posts share equally (one flat list) are assigned by the page's habit: counts above the first
    post and none below the last stand before their posts, and the other way round. Otherwise the RP is unknown.
    """
    if not found:
        return []
    gaps = [_Gap.between(items, a, b) for a, b in zip([None, *found], [*found, None], strict=True)]
    above, below = bool(gaps[0].all()), bool(gaps[-1].all())
    chosen: list[int | None] = []
    for number, entry in enumerate(found):
        inside = rps_in([entry.inside]) if entry.inside else ()
        before, after = gaps[number], gaps[number + 1]
        own = inside[:1] or after.near_left[:1] or before.near_right[-1:]
        if not own and (len(found) == 1 or above != below):
            own = after.middle[:1] if below and not (above and len(found) > 1) else before.middle[-1:]
        chosen.append(own[0] if own else None)
    return chosen


class _Gap(NamedTuple):
    """The RPs between two posts: nearer to the left one in the tree, to the right one, or to neither."""

    near_left: Sequence[int]
    middle: Sequence[int]
    near_right: Sequence[int]

    def all(self) -> list[int]:
        return [*self.near_left, *self.middle, *self.near_right]

    @classmethod
    def between(cls, items: Sequence[Item], left: PostSegment | None, right: PostSegment | None) -> _Gap:
        """Split at the item of least ``min_depth``: before it the RPs are nearer to the left post."""
        start, end = (left.last + 1 if left else 0), (right.first if right else len(items))
        if start >= end:
            return cls((), (), ())
        floors = [item.min_depth for item in items[start:end]]
        floors.append(items[end].min_depth if right else 0)
        top = min(floors)
        first, last = floors.index(top), len(floors) - 1 - floors[::-1].index(top)
        lines = [item.text for item in items[start:end]]
        return cls(rps_in(lines[:first]), rps_in(lines[first:last]), rps_in(lines[last:]))

"""A class whose methods are written late is the class that the standard library makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lazy_dataclass import dataclass


def made(decorated: Callable[..., Any]) -> type[Any]:
    """The same class by either decorator."""

    @decorated(frozen=True, slots=True)
    class Point:
        """A class with all kinds of fields."""

        kinds: ClassVar[int] = 3
        x: int
        y: int = 2
        names: list[str] = field(default_factory=list, compare=False)
        secret: str = field(default="", repr=False)

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("x")

    return Point


OURS, THEIRS = made(dataclass), made(dataclasses.dataclass)


@dataclass(frozen=True, slots=True)
class Kept:
    """Found by its name, as pickling needs it."""

    x: int
    more: tuple[int, ...] = ()


@dataclass(slots=True)
class Open:
    """Not frozen."""

    x: int
    seen: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Above:
    """Others are made of it."""

    x: int

    @cached_property
    def double(self) -> int:
        return 2 * self.x


@dataclass(frozen=True, kw_only=True)
class Below(Above):
    """With more fields."""

    y: int = 1


@dataclass(frozen=True, eq=False)
class Alone:
    """Equal to itself alone."""

    x: int = 0


@dataclass(frozen=True)
class Odd:
    """Has methods of its own."""

    x: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Odd)

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "odd"


@given(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["", "a"]))
def test_it_is_and_says_what_the_standard_librarys_is(x: int, y: int, secret: str) -> None:
    ours, theirs = OURS(x, y, ["n"], secret=secret), THEIRS(x, y, ["n"], secret=secret)

    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert (ours == OURS(1)) == (theirs == THEIRS(1))
    assert hash(ours) == hash(theirs)
    assert ours != theirs


def test_its_parameters_are_known_before_it_is_used() -> None:
    assert str(inspect.signature(made(dataclass))) == str(inspect.signature(THEIRS))
    assert OURS.__match_args__ == THEIRS.__match_args__


@pytest.mark.parametrize("wrong", [{}, {"x": 1, "z": 2}])
def test_wrong_parameters_are_refused_in_the_same_words(wrong: dict[str, int]) -> None:
    said = []
    for cls in (OURS, THEIRS):
        with pytest.raises(TypeError) as refused:
            cls(**wrong)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_it_is_checked_after_it_is_made() -> None:
    with pytest.raises(ValueError, match="x"):
        OURS(-1)


def test_what_is_frozen_cannot_be_changed() -> None:
    kept = Kept(1)

    with pytest.raises(dataclasses.FrozenInstanceError, match="field 'x'"):
        kept.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="field 'x'"):
        del kept.x
    assert dataclasses.replace(kept, x=3) == Kept(3)


def test_it_is_copied_and_pickled() -> None:
    kept = Kept(1, (2, 3))

    assert pickle.loads(pickle.dumps(kept)) == copy.copy(kept) == copy.deepcopy(kept) == kept  # noqa: S301 - our own


def test_what_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    one, other = Open(1), Open(1)
    one.seen.append(5)

    assert (one, other.seen) == (Open(1, [5]), [])
    one.x = 7
    assert one.x == 7
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_class_of_another_has_its_fields_and_is_another() -> None:
    below = Below(x=1, y=2)

    assert (below.double, repr(below)) == (2, "Below(x=1, y=2)")
    assert below == Below(x=1, y=2)
    assert Above(1) != below
    assert {below, Below(x=1, y=2)} == {below}


def test_its_own_methods_stay() -> None:
    assert (Odd(1), hash(Odd(2)), repr(Odd(3))) == (Odd(2), 7, "odd")
    assert Alone() != Alone()
    assert len({Alone(), Alone()}) == 2


def test_two_threads_that_make_the_first_one_at_once_both_make_it() -> None:
    """Both have found what stands for ``__init__`` before either of them has put the method in its place."""
    cls = made(dataclass)
    stands_for_it = vars(cls)["__init__"]
    one, other = (object.__new__(cls) for _ in range(2))

    for each in (one, other):
        stands_for_it.__get__(each, cls)(1)

    assert one == other == cls(1)


def test_import_of_what_polls_writes_few_methods() -> None:
    """Each that is written then is time that every command takes."""
    script = (
        "import bot.core.models, bot.polling.poller, bot.storage.stores\n"
        "found = [it for it in vars(bot.core.models).values() if isinstance(it, type)]\n"
        "made = [it for it in found if hasattr(it, '__dataclass_fields__')]\n"
        "print(len(made), sum(type(vars(it).get('__init__')).__name__ == '_FirstInit' for it in made))"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    of, unwritten = map(int, said.split())
    assert unwritten > 0.8 * of > 80


def test_a_method_is_written_without_a_signature_and_without_reading_types() -> None:
    called: set[str] = set()
    kind = made(dataclass)

    sys.setprofile(lambda frame, event, _: called.add(frame.f_code.co_name) if event == "call" else None)
    try:
        kind(1)
    finally:
        sys.setprofile(None)

    assert "_init_fn" in called
    assert called & {"signature", "_is_type"} == set()

"""``dataclass`` as the standard library has it, whose methods are written when they are first used.

The standard library writes and compiles up to six methods a class while it is imported: 0.5 ms a class, of which a
process that polls has 230. A command uses few of them. All else is the same: the fields, the methods themselves,
their errors, ``replace``, pickling and patterns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True
    ) -> Callable[[type], type]:
        """The decorator, with those of the standard library's options that are used here."""

        def decorated(cls: type) -> type:
            bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
            _add_methods(bare, is_frozen=frozen, has_slots=slots, has_eq=eq)
            return bare

        return decorated


__all__ = ["dataclass"]

_WRITES: Final[dict[str, dict[str, bool]]] = {
    "__init__": {"init": True},
    "__repr__": {"repr": True},
    "__eq__": {"eq": True},
    "__hash__": {"unsafe_hash": True},
}
"""The options by which the standard library writes one method alone."""


def _add_methods(cls: type, *, is_frozen: bool, has_slots: bool, has_eq: bool) -> None:
    """Give a class the methods that it does not define itself."""
    own = frozenset(vars(cls))
    if "__init__" not in own:
        cls.__init__ = _FirstInit(cls, is_frozen)  # type: ignore[misc]
    methods: dict[str, Any] = {"__repr__": _stub(cls, "__repr__")}
    if has_eq:
        methods["__eq__"] = _stub(cls, "__eq__")
    if is_frozen:
        methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        if has_slots:
            methods |= {"__getstate__": _state, "__setstate__": _set_state}
    if has_eq and ("__hash__" not in own or ("__eq__" in own and vars(cls)["__hash__"] is None)):
        methods["__hash__"] = _stub(cls, "__hash__") if is_frozen else None
        own -= {"__hash__"}
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)


def _written(cls: type, name: str, *, is_frozen: bool = False) -> Callable[..., Any]:
    """A method as the standard library writes it for a class with these fields.

    With a docstring and types that are no texts, of which the standard library would make a signature and look for
    ``ClassVar``: half of the cost of a method.
    """
    fields = dataclasses.fields(cls)
    types = dict.fromkeys((each.name for each in fields), object)
    body: dict[str, Any] = {"__annotations__": types, "__module__": cls.__module__, "__doc__": name}
    body |= {each.name: _copied(each) for each in fields}
    if hasattr(cls, "__post_init__"):
        body["__post_init__"] = cls.__post_init__
    options = {"init": False, "repr": False, "eq": False, "frozen": is_frozen} | _WRITES[name]
    like: type = dataclasses.dataclass(**options)(type(cls.__name__, (), body))
    method: Callable[..., Any] = vars(like)[name]
    method.__qualname__ = f"{cls.__qualname__}.{name}"
    if name == "__init__":
        method.__annotations__ = {each.name: each.type for each in fields if each.init} | {"return": None}
    return method


def _copied(each: dataclasses.Field[Any]) -> Any:
    """A field as it was declared."""
    if each.default_factory is not dataclasses.MISSING:
        default: dict[str, Any] = {"default_factory": each.default_factory}
    else:
        default = {} if each.default is dataclasses.MISSING else {"default": each.default}
    names = ("init", "repr", "hash", "compare", "kw_only")
    return dataclasses.field(**default, **{name: getattr(each, name) for name in names})


class _FirstInit:
    """Stands for ``__init__`` until it is asked for, so that its parameters are known to whoever asks for them."""

    __slots__ = ("_is_frozen", "_owner")

    def __init__(self, owner: type, is_frozen: bool) -> None:
        self._owner = owner
        self._is_frozen = is_frozen

    def __get__(self, one: object, cls: type) -> Any:
        method = _written(self._owner, "__init__", is_frozen=self._is_frozen)
        self._owner.__init__ = method  # type: ignore[misc]
        return method.__get__(one, cls)


def _stub(cls: type, name: str) -> Callable[..., Any]:
    """Stands for a method until it is used: a function, for Python looks whether there is one."""

    def first(self: object, *given: object) -> Any:
        method = _written(cls, name)
        setattr(cls, name, method)
        return method(self, *given)

    return first


def _refuse_to_set(_: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)

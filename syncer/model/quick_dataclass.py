"""Dataclasses that are made by the hundred thousand, or are many: mypy keeps them frozen, the interpreter
does not.

A frozen dataclass sets each field through ``object.__setattr__``, which takes three to four times as long as
an assignment. Rules, queues and edges are made for every line of the policies, so that shows. And each method
that ``dataclass`` writes is compiled when its module is imported, which for a hundred classes takes longer
than all other work of a small command: here only ``__init__`` is.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as quick_dataclass
else:
    C = TypeVar("C", bound=type)

    def quick_dataclass(**how: Any) -> Callable[[C], C]:
        """``dataclass`` with the equality, hash and ``repr`` of a frozen one; only mypy refuses
        assignments."""
        about = {**how, "frozen": False, "eq": how.get("order", False), "repr": False}

        def made(cls: C) -> C:
            own = frozenset(cls.__dict__)
            quick = dataclasses.dataclass(**about)(cls)
            for name, method in _methods(quick).items():
                if name not in own:
                    setattr(quick, name, method)
            return quick

        return made


def _methods(cls: type[Any]) -> dict[str, Callable[..., Any]]:
    """What ``dataclass`` would write."""
    names = [field.name for field in dataclasses.fields(cls) if field.repr]
    compared = _values([field.name for field in dataclasses.fields(cls) if field.compare])

    def equal(self: Any, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(compared(self))

    def written(self: Any) -> str:
        values = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{self.__class__.__qualname__}({values})"

    return {"__eq__": equal, "__hash__": hashed, "__repr__": written}


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the values of these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple([getattr(record, name) for name in names])


__all__ = ["quick_dataclass"]

"""Dataclasses that are made by the hundred thousand: mypy keeps them frozen, the interpreter does not.

A frozen dataclass sets each field through ``object.__setattr__``, which takes three to four times as long as
an assignment. Rules, queues and edges are made for every line of the policies, so that shows.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as quick_dataclass
else:
    T = TypeVar("T", bound=type)

    def quick_dataclass(*, frozen: bool, **how: Any) -> Callable[[T], T]:
        """``dataclass``, with the equality and the hash of a frozen one; only mypy refuses assignments."""
        return dataclasses.dataclass(**how, unsafe_hash=frozen)


__all__ = ["quick_dataclass"]

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import pytest

from syncer.model.well_typed import well_typed


class Color(StrEnum):
    RED = "red"


class Shape(Protocol):
    side: int


@dataclass
class Square:
    side: int


@dataclass
class Record:
    number: int = 1
    share: float = 0.5
    name: str = ""
    on: bool = True
    color: Color = Color.RED
    some: Mapping[str, Any] | None = None
    shape: Shape | None = None
    shapes: tuple[Shape, ...] = ()
    names: tuple[str, ...] = ()
    anything: Any = None


ODD: Any = "1"


def record(**values: Any) -> Record:
    return Record(**values)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"share": 1},
        {"some": {"a": [1]}, "shape": Square(1), "shapes": (Square(1), Square(2))},
        {"names": ["a"]},
        {"anything": object()},
    ],
)
def test_what_the_fields_say(values: dict[str, Any]) -> None:
    assert well_typed(record(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"number": "1"},
        {"number": True},
        {"number": 1.0},
        {"number": None},
        {"share": "0.5"},
        {"share": False},
        {"name": 1},
        {"name": None},
        {"on": 1},
        {"color": "red"},
        {"some": [1]},
        {"some": {1: 1}},
        {"shape": 1},
        {"shape": Square(ODD)},
        {"shapes": (Square(1), None)},
        {"names": "ab"},
        {"names": ("a", 1)},
    ],
)
def test_what_they_do_not_say(values: dict[str, Any]) -> None:
    assert not well_typed(record(**values))

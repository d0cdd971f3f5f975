"""A quick dataclass is what a frozen one is, but for its refusal to be changed."""

import pickle
from copy import copy
from dataclasses import dataclass, field, fields, replace

from syncer.model.quick_dataclass import quick_dataclass


@dataclass(frozen=True, slots=True)
class Slow:
    """The usual one."""

    name: str
    number: int = 1
    place: str = field(default="", compare=False)


@quick_dataclass(frozen=True, slots=True)
class Quick:
    """The same."""

    name: str
    number: int = 1
    place: str = field(default="", compare=False)


def test_it_compares_and_hashes_and_shows_as_a_frozen_one() -> None:
    slow, quick = Slow("a", 2, "x"), Quick("a", 2, "x")
    assert repr(slow).replace("Slow", "Quick") == repr(quick)
    assert hash(slow) == hash(quick)
    assert (True, False) == (quick == Quick("a", 2, "y"), quick == Quick("a"))
    assert [each.name for each in fields(Slow)] == [each.name for each in fields(Quick)]
    assert Quick("b", 2, "x") == replace(quick, name="b")


@quick_dataclass(frozen=True, slots=True)
class One:
    """A single field."""

    name: str


@quick_dataclass(frozen=True, slots=True, order=True)
class Ordered:
    """One that can be sorted, and shows itself."""

    name: str
    number: int = 1

    def __repr__(self) -> str:
        return self.name


@quick_dataclass(frozen=True, slots=True)
class Nothing:
    """No field at all."""


def test_it_may_have_one_field_or_none() -> None:
    assert (One("a"), hash(("a",)), "One(name='a')") == (One("a"), hash(One("a")), repr(One("a")))
    assert (Nothing(), "Nothing()") == (Nothing(), repr(Nothing()))
    assert One("a") != One("b")
    assert len({One("a"), One("a"), One("b"), Nothing(), Nothing()}) == 3


def test_it_may_be_in_order_and_keeps_its_own_methods() -> None:
    assert [Ordered("a"), Ordered("b", 0), Ordered("b")] == sorted(
        [Ordered("b"), Ordered("a"), Ordered("b", 0)]
    )
    assert (hash(("a", 1)), "a") == (hash(Ordered("a")), repr(Ordered("a")))


def test_it_can_be_copied_and_pickled() -> None:
    quick = Quick("a", 2, "x")
    assert [repr(quick)] * 2 == [repr(copy(quick)), repr(pickle.loads(pickle.dumps(quick)))]


def test_it_has_slots() -> None:
    assert not hasattr(Quick("a"), "__dict__")

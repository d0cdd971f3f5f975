"""A quick dataclass is what a frozen one is, but for its refusal to be changed."""

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


def test_it_has_slots() -> None:
    assert not hasattr(Quick("a"), "__dict__")

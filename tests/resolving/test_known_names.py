"""What queues were called when they were applied last."""

from collections.abc import Mapping

from syncer.resolving.known_names import NO_NAMES, KnownNames


def test_names_and_ids_both_ways() -> None:
    known = KnownNames({"a": "A"}, lambda: {"a": "Old A", "b": "B", "c": "B"})
    assert ("A", "B", "") == (known.name_of("a"), known.name_of("b"), known.name_of("x"))
    assert ("a", "", "") == (known.id_of("A"), known.id_of("Old A"), known.id_of("B"))


def test_older_names_are_read_once_and_only_where_they_are_needed() -> None:
    asked = []

    def older() -> Mapping[str, str]:
        asked.append(1)
        return {"b": "B"}

    known = KnownNames({"a": "A"}, older)
    assert ("A", []) == (known.name_of("a"), asked)
    assert ("B", "", [1]) == (known.name_of("b"), known.name_of("c"), asked)


def test_nothing_is_known() -> None:
    assert ("", "") == (NO_NAMES.name_of("a"), NO_NAMES.id_of("A"))

"""Entries with one number: which of them are a fork."""

from typing import Any

import pytest

from syncer.audit.branches import Branches, sent_nothing
from syncer.audit.tail import START


def entry(number: int, head: str, previous: str, **more: Any) -> dict[str, Any]:
    return {"n": number, "hash": head, "previous": previous, "kind": "change", **more}


CHECK = {"kind": "check"}


def shown(*entries: dict[str, Any]) -> list[str]:
    """The hashes of the entries that show a fork."""
    branches = Branches()
    return [each["hash"] for each in entries if branches.forks(each)]


@pytest.mark.parametrize(
    ("entries", "forks"),
    [
        ([entry(1, "a", START), entry(2, "b", "a")], []),
        ([entry(1, "a", START), entry(1, "x", START)], ["x"]),
        ([entry(1, "a", START), entry(2, "b", "a"), entry(2, "x", "a")], ["x"]),
        ([entry(1, "a", START), entry(2, "b", "a"), entry(2, "x", "a", **CHECK)], []),
        ([entry(1, "a", START), entry(2, "x", "a", **CHECK), entry(2, "b", "a"), entry(3, "c", "b")], []),
        (
            [
                entry(1, "a", START, **CHECK),
                entry(1, "x", START, **CHECK),
                entry(2, "b", "a"),
                entry(2, "y", "x"),
                entry(3, "z", "y"),
                entry(3, "c", "b"),
            ],
            ["y"],
        ),
        ([entry(1, "a", START), entry(2, "b", "a"), entry(2, "x", "nowhere", **CHECK)], ["x"]),
        ([entry(1, "a", START), entry(1, "a", START)], ["a"]),
        ([entry(1, "a", START), entry(5, "b", "missing")], []),
    ],
)
def test_what_writes_goes_behind_all_that_was_written(
    entries: list[dict[str, Any]], forks: list[str]
) -> None:
    assert forks == shown(*entries)


def test_what_sends_nothing() -> None:
    assert [True, True, False, False] == [
        sent_nothing(each)
        for each in (CHECK, {"kind": "run", "status": "refused"}, {"kind": "run", "status": "done"}, {})
    ]

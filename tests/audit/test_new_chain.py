"""The entry that begins a new chain: its form, and what it vouches for."""

from typing import Any

import pytest

from syncer.app.audit_verify import fault_of_entry
from syncer.audit.line import linked
from syncer.audit.new_chain import (
    BEHIND,
    BROKEN,
    OVERRIDE,
    NewChain,
    begins_chain,
    chain_entry,
    settles_breaks,
)
from tests.audit.trails import NOW, RUN

HEAD = "sha256:" + "5" * 64
NEW = NewChain(BROKEN, 20, HEAD, "it is broken", "INC-4711", OVERRIDE)


def entry(new: NewChain = NEW, number: int = 21, previous: str = HEAD, **more: Any) -> dict[str, Any]:
    return linked({**chain_entry(RUN, NOW, new), **more}, number, previous)[0]


@pytest.mark.parametrize("new", [NEW, NewChain(BEHIND, 20, HEAD), NewChain(BROKEN)])
def test_it_has_the_form_of_an_entry(new: NewChain) -> None:
    assert "" == fault_of_entry()(entry(new, previous=new.head))


@pytest.mark.parametrize(
    ("found", "begins"),
    [
        (entry(), True),
        (entry(number=30), True),
        (entry(number=20), False),
        (entry(previous="sha256:" + "0" * 64), False),
        (entry(kind="run"), False),
        (entry(follows=None), False),
        (entry(follows={"entry": "20", "head": HEAD}), False),
        (entry(follows={"entry": -1, "head": HEAD}), False),
        ({**entry(), "n": "21"}, False),
    ],
)
def test_it_is_linked_to_the_head_that_it_follows(found: dict[str, Any], begins: bool) -> None:
    assert begins == begins_chain(found)


def test_only_one_behind_what_is_broken_or_forked_settles_that() -> None:
    assert [True, False] == [settles_breaks(each) for each in (entry(), entry(NewChain(BEHIND, 20, HEAD)))]


def test_its_entry_says_whether_it_was_asked_for() -> None:
    asked, by_itself = entry(), entry(NewChain(BEHIND, 20, HEAD))
    assert (["--new-chain"], False, "INC-4711") == (
        asked["overrides"],
        asked["success"],
        asked["justification"],
    )
    assert ([], True) == (by_itself["overrides"], by_itself["success"])

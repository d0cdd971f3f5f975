"""A trail held against what a record knows of it: the table of the module, row by row."""

from dataclasses import replace

import pytest

from syncer.audit.applied_set import AppliedSet, TrailPart
from syncer.audit.held_head import Held, Trail, held
from syncer.audit.verify import Chains, Verification


def h(number: int, fork: str = "0") -> str:
    """The hash of an entry; of a fork another one."""
    return f"sha256:{fork * 8}{number:056d}"


def part(first: int, last: int) -> TrailPart:
    return TrailPart(f"r{first}", "", first, h(first), last, h(last))


PARTS = (part(1, 3), part(4, 7), part(8, 12))
KNOWN = AppliedSet(entry=12, head=h(12), parts=PARTS)


def trail(first: int, last: int, forked_at: int = 99) -> Verification:
    """A trail with these entries, which are others from ``forked_at`` on."""
    entries = {number: h(number, "f" if number >= forked_at else "0") for number in range(first, last + 1)}
    at = {number: head for number, head in entries.items() if number in KNOWN.heads}
    chains = Chains(spans=((first, last),), at=at, end=(last, entries[last]))
    return Verification(last - first + 1, entries[last], chains=chains)


@pytest.mark.parametrize(
    ("found", "how"),
    [
        (trail(1, 12), Held(Trail.GOES_ON)),
        (trail(1, 13), Held(Trail.GOES_ON)),
        (trail(12, 12), Held(Trail.GOES_ON)),
        (Verification(0, h(0)), Held(Trail.LOST)),
        (trail(1, 7), Held(Trail.BEHIND)),
        (trail(4, 5), Held(Trail.CUT, 7, h(7))),
        (trail(4, 4), Held(Trail.CUT, 7, h(7))),
        (trail(1, 11), Held(Trail.CUT, 12, h(12))),
        (trail(5, 6), Held(Trail.UNPROVED)),
        (trail(13, 20), Held(Trail.LATER)),
        (trail(1, 7, 5), Held(Trail.FORKED, 7, h(7))),
        (trail(1, 2, 1), Held(Trail.FORKED, 1, h(1))),
        (trail(1, 9, 8), Held(Trail.FORKED, 8, h(8))),
        (trail(1, 20, 12), Held(Trail.FORKED, 12, h(12))),
    ],
)
def test_how_a_trail_stands_to_the_recorded_head(found: Verification, how: Held) -> None:
    assert how == held(found, KNOWN)


def test_a_trail_that_began_apart_is_no_fork_until_the_record_has_it() -> None:
    apart = trail(1, 9, 1)
    apart = replace(apart, chains=replace(apart.chains, apart=1))
    assert Held(Trail.APART) == held(apart, KNOWN)
    mine = trail(1, 9, 8)
    assert Held(Trail.FORKED, 8, h(8)) == held(replace(mine, chains=replace(mine.chains, apart=1)), KNOWN)
    behind = trail(8, 9, 8)
    behind = replace(behind, chains=replace(behind.chains, apart=8, at={**behind.chains.at, 7: h(7)}))
    assert Held(Trail.APART) == held(behind, KNOWN), "the head that it follows is no entry of it"


def test_a_record_without_a_head_says_nothing() -> None:
    assert Held(Trail.GOES_ON) == held(trail(1, 7), AppliedSet())


def test_of_a_record_that_kept_one_head_alone_an_older_copy_is_not_proved() -> None:
    alone = Verification(7, h(7), chains=Chains(spans=((1, 7),), end=(7, h(7))))
    assert Held(Trail.UNPROVED) == held(alone, AppliedSet(entry=12, head=h(12)))

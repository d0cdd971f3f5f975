"""A load that is beyond what is stated is a warning at the policy; others are none."""

import pytest

from syncer.measuring.figures import Figures
from syncer.measuring.outflow import Mean
from syncer.measuring.outgrown import outgrown
from syncer.measuring.proposals import Proposal
from syncer.measuring.write import Wanted
from syncer.model.finding import Position, Severity

AT = Position("a.yaml", 3, 5)


def proposal(stated: float, measured: float | None) -> Proposal:
    return Proposal(Figures("f", "Front", Mean(), base_load=measured), AT, stated, None, Wanted())


def test_it_says_how_much_more_it_is() -> None:
    (found,) = outgrown([proposal(50.0, 75.0)], 20, 2)
    assert (
        "Front is offered 75 directly, as measured over 2 weeks: 50 % more than its base load of 50"
    ) == found.message
    assert ("load.outgrown", Severity.WARNING, AT, "Front", "f") == (
        *(found.id, found.severity, found.position),
        *(found.queue, found.queue_id),
    )


@pytest.mark.parametrize(
    ("stated", "measured", "number"),
    [(50.0, 60.0, 0), (50.0, 60.1, 1), (50.0, None, 0), (0.0, 60.0, 0), (50.0, 10.0, 0)],
)
def test_only_more_than_the_limit_counts(stated: float, measured: float | None, number: int) -> None:
    assert number == len(outgrown([proposal(stated, measured)], 20, 2))

"""Why a queue stays as it is."""

import pytest

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Position
from syncer.model.network import Node
from syncer.planning.untouched import because, why_not_wanted, why_untouched
from syncer.resolving.resolve import Desired

AT = Position("policies/a.yaml", 1, 1)


@pytest.mark.parametrize(
    ("node", "wanted", "reason"),
    [
        (Node("a", "A"), None, Reason.UNMANAGED),
        (Node("a", "A", position=AT), None, Reason.NOT_MANAGED),
        (Node("a", "A", managed=True, position=AT), None, Reason.LEFT_OUT),
        (Node("a", "A", managed=True, position=AT), Desired((), ()), Reason.NOT_MANAGED),
    ],
)
def test_of_a_queue_nothing_is_wanted(node: Node, wanted: Desired | None, reason: Reason) -> None:
    assert reason is why_not_wanted(node, wanted)


def test_of_a_queue_that_has_it_nothing_is_done() -> None:
    rule = OverflowRule("b", 5, 0, True)
    off = rule.with_values(enabled=False)
    assert [Reason.EQUAL, Reason.EQUAL, Reason.DISABLED] == [
        why_untouched(rules) for rules in ((), (rule, off), (off,))
    ]


def test_an_exception_goes_before_a_selection_and_that_before_settings() -> None:
    plain = Untouched("a", "A", Reason.NOT_MANAGED)

    def reason(ignored: str = "", others: str = "", held: str = "") -> Reason:
        return because(plain, ignored, others, held).reason

    assert [Reason.HELD, Reason.NOT_SELECTED, Reason.IGNORED, Reason.NOT_MANAGED] == [
        reason("a", "a", "a"),
        reason("a", "a"),
        reason("a"),
        reason(),
    ]

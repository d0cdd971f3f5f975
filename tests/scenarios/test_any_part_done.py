"""Whatever part of a saved plan somebody has done meanwhile, the rest is still right; nothing else is."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from syncer.applying.guard import arrived, left_to_do, refuse_moved
from syncer.errors import StalePlan
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.rule import mean_the_same
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import SavedPlan, plan_of
from tests.organizations import Raw, applied, mixed_organizations, overflow, planned
from tests.properties import examples

Organization = tuple[PolicySet, list[Raw]]


def kept(plan: Plan) -> SavedPlan:
    """The plan as a file has it."""
    return plan_of(plan_document(plan))


def parts(plan: Plan, draw: st.DataObject) -> frozenset[str]:
    """The queues of some of its changes."""
    return frozenset(change.queue for change in plan.changes if draw.draw(st.booleans()))


def partly(plan: Plan, raws: list[Raw], queues: frozenset[str]) -> list[Raw]:
    """Live after these queues were changed as the plan says."""
    after = {each["id"]: each for each in applied(plan, raws)}
    return [after[each["id"]] if each["id"] in queues else each for each in raws]


@given(mixed_organizations(), st.data())
@examples(100)
def test_the_rest_is_applied_and_then_there_is_nothing_to_do(
    organization: Organization, draw: st.DataObject
) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws, dialect="mixed")
    done = parts(plan, draw)
    after = partly(plan, raws, done)
    fresh = planned(wanted, after, dialect="mixed")
    saved, again = kept(plan), kept(fresh)
    assert done == arrived(saved, again)
    refuse_moved(left_to_do(saved, done), again)
    assert {change.queue for change in plan.changes} - done == {change.queue for change in fresh.changes}
    assert () == planned(wanted, applied(fresh, after), dialect="mixed").changes


@given(mixed_organizations(), st.data())
@examples(100)
def test_any_other_move_refuses_it(organization: Organization, draw: st.DataObject) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws, dialect="mixed")
    after = partly(plan, raws, parts(plan, draw))
    place, target = (draw.draw(st.sampled_from(range(len(raws)))) for _ in range(2))
    edit = overflow(raws[target]["name"], draw.draw(st.integers(1, 100)), 61)
    moved = {**after[place], "routingRules": [*after[place].get("routingRules", ()), edit]}
    saved = kept(plan)
    again = kept(
        planned(wanted, [moved if each is after[place] else each for each in after], dialect="mixed")
    )
    finished = left_to_do(saved, frozenset(change.queue for change in plan.changes))
    rules = [
        {queue.queue: queue.rules for queue in each.live}.get(moved["id"], ())
        for each in (again, saved, finished)
    ]
    assume(not any(mean_the_same(rules[0], known) for known in rules[1:]))
    with pytest.raises(StalePlan):
        refuse_moved(left_to_do(saved, arrived(saved, again)), again)

"""Drift, called from Python: what differs, what waits, and what could not be compared."""

import pytest

from syncer.app import DriftOptions, LiveTarget, apply, drift
from tests.program import Program, overflow, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

DETAILED = DriftOptions(detailed_exitcode=True)


@pytest.fixture
def agreed(program: Program, target: LiveTarget) -> Program:
    """The program with an organization that is what the policies say."""
    assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    return program


def test_what_somebody_changed_in_live_is_drift(agreed: Program, target: LiveTarget) -> None:
    assert 0 == drift(SOURCE, target, DETAILED, session=session()).exit_code
    agreed.edit("front", routingRules=[overflow("back", 11)])
    found = drift(SOURCE, target, DETAILED, session=session())
    assert found.view is not None
    assert (2, [("Front", "Back", "live")]) == (
        found.exit_code,
        [(each.queue_name, each.target_name, each.moved) for each in found.view.drift.rules],
    )
    assert 0 == drift(SOURCE, target, session=session()).exit_code, "the code is asked for"


def test_what_the_policies_changed_is_pending(agreed: Program, target: LiveTarget) -> None:
    agreed.write_policies(policy_queue("Front", ("Back", 30)), policy_queue("Back"))
    found = drift(SOURCE, target, DETAILED, session=session())
    assert found.view is not None
    assert (0, ()) == (found.exit_code, found.view.drift.rules)
    assert ["Front"] == [each.queue_name for each in found.view.drift.pending]


def test_a_queue_stands_where_its_policy_is_written(agreed: Program, target: LiveTarget) -> None:
    found = drift(SOURCE, target, session=session()).view
    assert found is not None
    assert {"Front": "policies/all.yaml", "Desk": "policies/all.yaml", "Back": "policies/all.yaml"} == {
        name: place.file for name, place in found.places.items()
    }


def test_where_nothing_could_be_compared_it_is_an_error(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", manage=False))
    found = drift(SOURCE, target, DETAILED, session=session())
    assert (3, ["drift.nothing-compared"]) == (
        found.exit_code,
        [each.id for each in found.findings if each.id.startswith("drift")],
    )
    assert not (program.folder / ".syncer" / "drift.json").exists()

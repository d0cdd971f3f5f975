"""The holds of rollbacks: read from record and trail, and lifted."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, RollbackOptions, apply, audit_show, rollback
from syncer.app.holds import holds_in
from syncer.errors import AuditError
from syncer.model.settings import ApiLocation, Organization
from syncer.planning.held import Hold
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

STATE = Path(".syncer")


def undone(target: LiveTarget) -> str:
    """An apply was undone; the id of the rollback."""
    apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": "c0ffee"}))
    done = rollback("last", SOURCE, target, UNASKED, session=session())
    assert done.view is not None
    assert done.view.result is not None
    return done.view.result.run.id


def holds(program: Program, warnings: list[str]) -> list[Hold]:
    """What is held where the program runs."""
    return list(holds_in(STATE, warnings.append)(ApiLocation(program.url)))


def test_a_hold_knows_what_was_undone_and_which_commit_said_it(program: Program, target: LiveTarget) -> None:
    run = undone(target)
    (hold,) = holds(program, [])
    assert (run, "c0ffee") == (hold.exemption.id, hold.commit)
    assert {"front", "desk"} == set(hold.undone)
    assert [25] == [getattr(image.after, "threshold", None) for image in hold.undone["front"]]


def test_another_place_holds_nothing(target: LiveTarget) -> None:
    undone(target)
    elsewhere = ApiLocation("https://api.elsewhere", Organization("another", "Another"))
    assert [] == list(holds_in(STATE, print)(elsewhere))


def test_without_a_state_folder_nothing_is_held(program: Program) -> None:
    warnings: list[str] = []
    assert ([], []) == (holds(program, warnings), warnings)


def test_a_hold_is_lifted_once(program: Program, target: LiveTarget) -> None:
    run = undone(target)
    rollback("", SOURCE, target, UNASKED, RollbackOptions(lift=run[:-1]), session=session())
    view = audit_show().view
    assert view is not None
    *_, last = view.entries
    assert ("LIFT_RUN", [run]) == (last["action"], last["lifts"])
    assert [] == holds(program, [])
    with pytest.raises(AuditError, match=f"no rollback {run} holds anything back") as error:
        rollback("", SOURCE, target, UNASKED, RollbackOptions(lift=run), session=session())
    assert "None does." == error.value.hint

"""Exceptions in force, called from Python."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, RunOptions, StopOptions, extend, join, stop, stops
from syncer.app.stop_list import named
from syncer.audit.exceptions import Exemption
from syncer.errors import AuditError, Refused, WrongUsage
from syncer.model.settings import ApiLocation
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

WANTED = StopOptions(reason="flooded")
UNDO = Path("undo.jsonl")
HERE = ApiLocation("https://api")


def in_force(undo: Path | None = None) -> list[Exemption]:
    view = stops(StopOptions(undo=undo), session=session()).view
    assert view is not None
    return list(view.exemptions)


def test_a_stop_is_extended_and_keeps_its_id(program: Program, target: LiveTarget) -> None:
    stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    (before,) = in_force()
    extend("back", StopOptions(seconds=60), session=session())
    (after,) = in_force()
    assert (before.id, "flooded", "") == (after.id, after.reason, before.until)
    assert after.until > after.at
    with pytest.raises(WrongUsage, match="no stop of 'Front' is in force: there is Back"):
        extend("Front", StopOptions(seconds=60), session=session())


def test_a_file_is_joined_once(program: Program, target: LiveTarget) -> None:
    stop("Back", SOURCE, target, StopOptions(reason="flooded", undo=UNDO), UNASKED, session=session())
    assert [] == in_force()
    (made,) = in_force(undo=UNDO)
    report = join(UNDO, session=session())
    assert report.view is not None
    assert ((made,), [made]) == (report.view.exemptions, in_force())
    with pytest.raises(Refused, match="already"):
        join(UNDO, session=session())
    with pytest.raises(AuditError, match="no file"):
        join(Path("nowhere"), session=session())
    UNDO.write_text(UNDO.read_text().replace("flooded", "dry"))
    with pytest.raises(AuditError, match="is damaged"):
        join(UNDO, RunOptions(state_dir=Path("elsewhere")), session=session())


def test_stops_are_named_by_queue_by_run_or_as_loops() -> None:
    one = Exemption("stop", "20260301T083000Z-aaaaaa", HERE, target="b", target_name="Back")
    loops = Exemption("stop", "20260301T083000Z-bbbbbb", HERE, edges=(("a", "b"),))
    for which, expected in (("b", [one]), ("BACK", [one]), ("loops", [loops]), (one.id, [one])):
        assert expected == named([one, loops], which)
    assert [one, loops] == named([one, loops], "20260301")
    hold = Exemption("rollback", "20260301T090000Z-cccccc", HERE, queues=("a",))
    with pytest.raises(WrongUsage, match="no stop of '20260301T09' is in force: there is Back") as caught:
        named([one, hold], "20260301T09")
    assert f"That is a rollback: syncer rollback --lift {hold.id}" == caught.value.hint
    for which in ("", "2026", "Front"):
        with pytest.raises(WrongUsage):
            named([one, loops], which)

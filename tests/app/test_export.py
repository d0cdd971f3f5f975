"""Export, called from Python: files that say what live has, all of them or none."""

from pathlib import Path

import pytest

from syncer.app import ExportOptions, LiveTarget, PolicySource, export, plan, validate
from syncer.errors import Refused, WrongUsage
from tests.program import Program, overflow
from tests.use_cases import session

ADOPTED = Path("adopted")


def test_what_is_exported_is_whole_but_for_capacities_and_changes_nothing(
    program: Program, target: LiveTarget
) -> None:
    done = export(ExportOptions(ADOPTED), target, session=session())
    assert done.view is not None
    assert [("adopted/queues.yaml", 4)] == [(each.path, each.queues) for each in done.view.files]
    found = {each.id for each in validate(PolicySource(ADOPTED)).findings}
    assert {"capacity.missing"} == found, "only figures are left to be filled in"
    made = plan(PolicySource(ADOPTED), target, session=session()).view
    assert made is not None
    assert () == made.plan.changes
    assert 0 == program.puts()


def test_what_is_there_is_neither_lost_nor_half_replaced(program: Program, target: LiveTarget) -> None:
    export(ExportOptions(ADOPTED, only=("Front",)), target, session=session())
    path = ADOPTED / "queues.yaml"
    path.write_text(path.read_text().replace("# capacity:    #", "capacity: 70  #"))
    mine = path.read_text()
    with pytest.raises(Refused, match=r"adopted/queues\.yaml already exists: nothing was written"):
        export(ExportOptions(ADOPTED), target, session=session())
    assert mine == path.read_text()
    program.edit("front", routingRules=[overflow("back", 11)])
    export(ExportOptions(ADOPTED, only=("Front",), update=True), target, session=session())
    assert mine.replace("threshold: 10", "threshold: 11") == path.read_text()
    export(ExportOptions(ADOPTED, overwrite=True), target, session=session())
    assert "capacity: 70" not in path.read_text()


def test_where_no_queue_is_chosen_nothing_is_written(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage, match="no queue of the organization matches 'Nobody'"):
        export(ExportOptions(ADOPTED, only=("Nobody",)), target, session=session())
    assert not ADOPTED.exists()


def test_settings_that_can_not_be_read_stop_it(target: LiveTarget) -> None:
    ADOPTED.mkdir()
    (ADOPTED / "settings.yaml").write_text("version: 7\n")
    done = export(ExportOptions(ADOPTED), target, session=session())
    assert (3, None, True) == (done.exit_code, done.view, bool(done.findings))
    assert ["settings.yaml"] == [path.name for path in ADOPTED.iterdir()]

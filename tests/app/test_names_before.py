"""What queues were called when they were applied last, out of record and trail."""

from pathlib import Path

from syncer.app import LiveTarget, apply
from syncer.app.names_before import names_in
from syncer.model.settings import ApiLocation
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

STATE = Path(".syncer")


def test_the_record_and_the_trail_know_names(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    here = ApiLocation(program.url)
    known = names_in(STATE)(here, "")
    assert ("Front", "back") == (known.name_of("front"), known.id_of("Back"))
    (STATE / "record.json").unlink()
    known = names_in(STATE)(here, "")
    assert ("Front", "Back", "") == (known.name_of("front"), known.name_of("back"), known.name_of("other"))


def test_another_place_knows_nothing(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    assert "" == names_in(STATE)(ApiLocation("https://api.elsewhere"), "").name_of("front")


def test_a_state_folder_that_is_damaged_knows_nothing(program: Program) -> None:
    STATE.mkdir()
    (STATE / "record.json").write_text("{")
    assert "" == names_in(STATE)(ApiLocation(program.url), "").name_of("front")

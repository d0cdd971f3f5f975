"""What a run says of windows: where the audit can't be read, what is lost, and what to do."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.app.session import Session
from syncer.app.witness import Restored, WitnessOfRuns, finding_of, named_edit, with_earlier, witness_of
from syncer.applying.witness_file import WitnessFile
from syncer.audit.identity import Identity
from syncer.errors import BadAnswer, Forbidden, LiveError, NotFound
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.settings import ApiLocation, AuditSettings, Settings
from syncer.model.window import Overwritten
from syncer.report.views import Applied, ReportOf
from tests.applying.test_lost_edits import OWN, THEIRS, window
from tests.applying.test_witness import Audit
from tests.live.clients import client
from tests.scripted_server import answer

PLACE = ApiLocation("https://api")


def witness(audit: Audit, folder: Path) -> tuple[WitnessOfRuns, list[str]]:
    heard: list[str] = []
    made = WitnessOfRuns(
        audit.witness(),
        WitnessFile(folder, heard.append),
        PLACE,
        lambda lost: Restored(tuple(lost)),
        heard.append,
    )
    return made, heard


def test_a_lost_edit_is_a_finding_and_kept_as_said(tmp_path: Path) -> None:
    made, heard = witness(Audit(events={0: [OWN, THEIRS]}), tmp_path)
    lost = made.ask([window()])
    assert (["Q"], [THEIRS]) == (
        [each.queue for each in lost.findings],
        [each.edit for each in lost.overwritten],
    )
    assert [()] == [each.reported for each in made.file.read()], "until the trail has it"
    made.keep()
    assert [1] == [len(each.reported) for each in made.file.read()]
    made.settle()
    assert ((), []) == (made.take_earlier().overwritten, heard)


@pytest.mark.parametrize(
    ("error", "words", "kept"),
    [
        (NotFound("x", status=404), "was not checked: this API serves no audit", 0),
        (
            Forbidden("x", status=403, hint="The client needs P."),
            "can't be read, it takes audits:audit:view. The client needs P.",
            0,
        ),
        (BadAnswer("odd"), "can't be read (odd); the next run tries", 1),
    ],
)
def test_an_audit_that_can_not_be_read_is_said_once(
    error: LiveError, words: str, kept: int, tmp_path: Path
) -> None:
    made, heard = witness(Audit(error=error), tmp_path)
    assert () == made.ask([window()]).overwritten
    made.keep()
    assert 1 == len(heard)
    assert words in heard[0]
    assert kept == len(made.file.read())


def test_windows_of_a_run_that_was_cut_off_are_settled(tmp_path: Path) -> None:
    audit = Audit(events={0: [OWN, THEIRS]})
    made, _ = witness(audit, tmp_path)
    made.add([])
    made.add([window(), window()])
    assert 1 == len(made.file.read())
    made.settle()
    lost = made.ask([])
    assert ([THEIRS], 1) == ([each.edit for each in lost.overwritten], len(audit.asked))
    assert () == made.ask([]).overwritten


def test_what_nobody_said_is_found_again_by_the_next_run(tmp_path: Path) -> None:
    """A command that fails, or is killed, between the question and its answer swallows nothing."""
    first, _ = witness(Audit(events={0: [OWN, THEIRS]}), tmp_path)
    first.add([window()])
    first.settle()
    assert [()] == [each.reported for each in first.file.read()]
    second, _ = witness(Audit(events={0: [OWN, THEIRS]}), tmp_path)
    second.settle()
    assert 5 == with_earlier(ReportOf[Applied]("apply", 0, None), second).exit_code
    third, _ = witness(Audit(events={0: [OWN, THEIRS]}), tmp_path)
    third.settle()
    assert () == third.take_earlier().overwritten


def test_what_a_recovery_found_done_is_sure(tmp_path: Path) -> None:
    made, _ = witness(Audit(), tmp_path)
    made.add([replace(window(), sure=False), replace(window(run="other"), sure=False)])
    made.assure({("run", "q"), ("none", "q")})
    assert {"run": True, "other": False} == {each.window.run: each.window.sure for each in made.file.read()}


def test_windows_of_another_place_stay(tmp_path: Path) -> None:
    made, _ = witness(Audit(), tmp_path)
    made.add([window()])
    made.place = ApiLocation("https://elsewhere")
    made.settle()
    assert [PLACE] == [each.place for each in made.file.read()]


def test_a_report_without_a_result_says_it_too(tmp_path: Path) -> None:
    report = ReportOf[Applied]("apply", 0, None)
    assert report is with_earlier(report, None)
    for code, expected in ((0, 5), (2, 5), (4, 4)):
        made, _ = witness(Audit(events={0: [OWN, THEIRS]}), tmp_path / str(code))
        made.add([window()])
        made.settle()
        told = with_earlier(ReportOf[Applied]("apply", code, None), made)
        assert (expected, ["writes.overwritten"]) == (told.exit_code, [each.id for each in told.findings])


def test_what_is_to_be_done_is_said() -> None:
    rules = PropertyChange("routingRules", (), ("b",))
    edit = AuditedEdit("q", THEIRS.at, "Update", "u", "Ada", changes=(*THEIRS.changes, rules))
    lost = Overwritten("run", "Q", edit, {"description": "", "routingRules": "q2"})
    found = finding_of(lost, {"q2": "Two"})
    assert (
        f'Q: run run may have overwritten an edit: Ada at {edit.at}: description from "a" to "b"; '
        'routingRules from nothing to "b"; live now: description is nothing; routingRules is Two'
    ) == found.message
    assert "a person must set again: description, routingRules" == found.tip
    restored = finding_of(Overwritten("run", "Q", edit, restore="p.json"), {})
    assert (
        "to restore their rules: syncer rollback --plan p.json; a person must set again: description"
    ) == restored.tip
    bare = finding_of(Overwritten("run", "Q", AuditedEdit("q", THEIRS.at)), {})
    assert "a person must set again: what they did" == bare.tip


def test_persons_are_named_as_the_settings_say() -> None:
    edit = AuditedEdit("q", THEIRS.at, "Update", "u", "Ada", addresses=("10.0.0.7",))
    assert edit is named_edit(edit, Identity())
    named = named_edit(edit, Identity(b"k" * 32))
    assert ("p-", "", "h-") == (named.user[:2], named.user_name, named.addresses[0][:2])


def test_our_client_is_told_by_credentials_or_token(tmp_path: Path) -> None:
    off = Settings(audit=AuditSettings(witness=False))
    steps = (answer({"OAuthClient": {"id": "me"}}), answer(status=404))
    with client(*steps) as (made, _):
        arguments = (Session(environ={}), tmp_path, PLACE, lambda lost: Restored(tuple(lost)))
        assert witness_of(made, off, *arguments) is None
        found = witness_of(made, Settings(), *arguments)
        assert found is not None
        assert "me" == found.witness.client(), "the id of the credentials"
        made.client_id = ""
        assert "me" == found.witness.client()
        assert "" == found.witness.client()
        found.warn("once")
        found.warn("once")
        assert ["once"] == arguments[0].warnings

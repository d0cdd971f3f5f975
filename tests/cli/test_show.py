"""``sync show``: the same words, documents and exit codes as the first time."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from syncer.report import REPORTS
from tests.program import Program, policy_queue

LOOP = (policy_queue("Front", ("Back", 25)), policy_queue("Back", ("Front", 30)))
BESIDE = [argument for form in REPORTS for argument in ("--report", f"{form}=FOLDER/{form}")]


def beside(folder: str) -> list[str]:
    Path(folder).mkdir()
    return [argument.replace("FOLDER", folder) for argument in BESIDE]


WITHOUT_FILES = ("text", "json", "markdown", "terraform")
"""The formats that show no place for what has none: a JSON report of a run doesn't name the policies."""


def same_but_for_the_command(first: str, again: str, command: str, formats: Iterable[str] = REPORTS) -> None:
    """The reports in both folders are equal, apart from the command that wrote them."""
    for form in formats:
        texts = [Path(folder, form).read_text(encoding="utf-8") for folder in (first, again)]
        assert (
            texts[0]
            .replace(f"syncer {command}", "syncer show")
            .replace(f'"command": "{command}"', '"command": "show"')
            == texts[1]
        ), form


def test_a_saved_plan_is_shown_as_it_was(program: Program) -> None:
    planned = program.run("plan", "--out", "plan.json", *beside("first"))
    shown = program.run("show", "plan.json", *beside("again"))
    assert planned == shown
    assert 0 == shown.code
    assert "apply it with: syncer apply plan.json" in shown.out
    same_but_for_the_command("first", "again", "plan")


def test_a_refused_plan_is_shown_with_the_lines_of_its_policies(program: Program) -> None:
    program.write_policies(*LOOP)
    planned = program.run("plan", "--out", "plan.json", *beside("first"))
    shown = program.run("show", "plan.json", *beside("again"))
    assert planned == shown
    assert 3 == shown.code
    assert " | " in shown.out
    same_but_for_the_command("first", "again", "plan")
    of_report = program.run("show", "first/json")
    assert planned == of_report
    program.write_policies()
    assert " | " not in program.run("show", "plan.json").out


def test_a_plan_report_with_changes_keeps_exit_code_2(program: Program) -> None:
    assert 2 == program.run("plan", "--detailed-exitcode", "--unmanaged", *beside("first")).code
    shown = program.run("show", "first/json", *beside("again"))
    assert 2 == shown.code
    assert "unmanaged: " in shown.out
    same_but_for_the_command("first", "again", "plan")


def test_no_live_queue_is_read(program: Program) -> None:
    program.run("plan", "--out", "plan.json")
    before = program.ask("requests")
    assert 0 == program.run("show", "plan.json").code
    assert before == program.ask("requests")


def test_an_edited_plan_is_refused(program: Program) -> None:
    program.run("plan", "--out", "plan.json")
    file = Path("plan.json")
    file.write_text(file.read_text(encoding="utf-8").replace("Front", "Fronts"), encoding="utf-8")
    done = program.run("show", "plan.json", "--format", "json")
    assert (4, "Refused", None) == (done.code, done.json["error"]["type"], done.json["result"])


def test_an_apply_and_its_rollback_are_shown_as_they_were(program: Program) -> None:
    applied = program.run("apply", "--auto-approve", *beside("first"))
    shown = program.run("show", "first/json", *beside("again"))
    assert (0, applied.out) == (shown.code, shown.out)
    same_but_for_the_command("first", "again", "apply", WITHOUT_FILES)
    back = program.run("rollback", "last", "--auto-approve", *beside("back"))
    shown = program.run("show", "back/json", *beside("back-again"))
    assert (0, back.out) == (shown.code, shown.out)
    same_but_for_the_command("back", "back-again", "rollback", WITHOUT_FILES)


def test_a_refusal_is_shown_with_its_error(program: Program) -> None:
    program.write_settings(safety={"protected": ["Desk"]})
    refused = program.run("apply", "--auto-approve", *beside("first"))
    shown = program.run("show", "first/json", *beside("again"))
    assert 4 == refused.code
    assert (refused.code, refused.out) == (shown.code, shown.out)
    assert shown.err.startswith("error: refused for safety")
    assert refused.err.endswith(shown.err)
    same_but_for_the_command("first", "again", "apply", WITHOUT_FILES)


def test_a_run_of_the_audit(program: Program) -> None:
    run = program.run("apply", "--auto-approve", "--format", "json").json["result"]["run"]
    expected = program.run("audit", "show")
    for what in (run, ".syncer", ".syncer/audit/audit.jsonl"):
        assert expected == program.run("show", what)
    assert expected == program.run("show", ".syncer", "--run", run)
    entries = program.run("show", run, "--queue", "Front", "--format", "json").json["result"]["entries"]
    assert ["change", "run"] == [entry["kind"] for entry in entries]


def test_a_plan_is_narrowed_and_its_verdict_is_not(program: Program) -> None:
    program.write_policies(*LOOP, policy_queue("Desk", ("Back", 20)))
    program.run("plan", "--out", "plan.json")
    whole, part = (program.run("show", "plan.json", *more) for more in ((), ("--queue", "Desk")))
    assert 3 == whole.code == part.code
    assert whole.out.splitlines()[0] == part.out.splitlines()[0]
    assert whole.out.splitlines()[-1] == part.out.splitlines()[-1]
    assert "only queues that match Desk are shown, 1 of " in part.out
    assert "loops.cycle" in part.out
    assert "  Front (front)" in whole.out
    assert "  Front (front)" not in part.out


def test_a_queue_that_is_not_in_it_is_wrong_usage(program: Program) -> None:
    program.run("plan", "--out", "plan.json")
    done = program.run("show", "plan.json", "--queue", "Frnt")
    assert (64, "") == (done.code, done.out)
    assert (
        "error: no queue in it matches 'Frnt'\n"
        "  Did you mean 'Front'? Case matters, * matches any text, and an id works as a name.\n"
    ) == done.err


def test_the_report_of_a_drift_is_not_shown(program: Program) -> None:
    program.run("drift", "--report", "json=drift.json")
    done = program.run("show", "drift.json")
    assert (64, "error: drift.json is the report of drift") == (done.code, done.err.splitlines()[0])


def test_what_is_shown_is_not_overwritten(program: Program) -> None:
    program.run("plan", "--out", "plan.json")
    before = Path("plan.json").read_bytes()
    assert 64 == program.run("show", "plan.json", "--output", "plan.json").code
    assert before == Path("plan.json").read_bytes()


@pytest.mark.parametrize("what", ["policies", "nobody", "/dev/null"])
def test_what_can_not_be_shown_is_an_error(program: Program, what: str) -> None:
    done = program.run("show", what, "--format", "json")
    assert (1, 1) == (done.code, done.json["exit_code"])
    assert "Name a saved plan" in json.dumps(done.json["error"])

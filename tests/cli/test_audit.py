"""``sync audit show``, ``verify`` and ``report``."""

import json
from pathlib import Path

import pytest

from tests.program import Program


@pytest.fixture
def applied(program: Program) -> Program:
    """An apply is done, and stands in the audit."""
    assert 0 == program.run("apply", "--auto-approve").code
    return program


def trail(program: Program) -> Path:
    """The file of the audit."""
    return program.folder / ".syncer" / "audit" / "audit.jsonl"


def test_the_trail_is_shown_whole_or_by_run(applied: Program) -> None:
    whole = applied.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ["change", "change", "change", "run"] == [entry["kind"] for entry in whole]
    run = whole[-1]["run"]
    assert whole == applied.run("audit", "show", "--run", run, "--format", "json").json["result"]["entries"]
    text = applied.run("audit", "show")
    assert 0 == text.code
    assert "UPDATE_OVERFLOW_RULE" in text.out
    assert all(f"  {run}  " in line for line in text.out.splitlines())


def test_a_refusal_is_shown_with_its_reason_and_who_it_was(program: Program) -> None:
    program.setenv("GITLAB_USER_LOGIN", "somebody")
    program.write_settings(safety={"protected": ["Fr*"], "max_change_percent": 100})
    assert 4 == program.run("apply", "--auto-approve").code
    (line,) = program.run("audit", "show").out.splitlines()
    assert "refused, by somebody, in organization Emulated Organization (" in line
    assert "Front is protected (Fr*)" in line


def test_a_run_that_nobody_knows_is_an_error(applied: Program) -> None:
    done = applied.run("audit", "show", "--run", "nobody")
    assert (1, "") == (done.code, done.out)
    assert "the audit trail has no run nobody" in done.err


def test_where_there_is_no_trail_nothing_is_verified_or_reported(program: Program) -> None:
    for command in ("show", "export"):
        shown = program.run("audit", command)
        assert 0 == shown.code
        assert "warning: there is no audit trail at .syncer/audit/audit.jsonl" in shown.err
    for command in ("verify", "report"):
        missing = program.run("audit", command, "--format", "json")
        assert (1, "AuditError") == (missing.code, missing.json["error"]["type"])
        assert "there is no audit trail at .syncer/audit/audit.jsonl" in missing.json["error"]["message"]
        assert "--state-dir" in missing.json["error"]["hint"]
    trail(program).parent.mkdir(parents=True)
    trail(program).touch()
    for command in ("verify", "report"):
        emptied = program.run("audit", command)
        assert 1 == emptied.code
        assert "has no entries" in emptied.err


@pytest.mark.parametrize("head", ["", "sha256:", "sha256:" + "A" * 64, "sha256:" + "1" * 63, "1" * 64])
def test_what_is_no_head_is_wrong_usage(applied: Program, head: str) -> None:
    done = applied.run("audit", "verify", "--head", head)
    assert (64, "") == (done.code, done.out)
    assert "sha256: and 64 hexadecimal digits" in done.err


def test_a_whole_chain_is_verified_against_a_kept_head(applied: Program) -> None:
    done = applied.run("audit", "verify", "--format", "json")
    assert (0, True, 4) == (done.code, done.json["result"]["whole"], done.json["result"]["entries"])
    head = done.json["result"]["head"]
    assert 0 == applied.run("audit", "verify", "--head", head).code
    other = applied.run("audit", "verify", "--head", "sha256:" + "1" * 64, "--format", "json")
    (found,) = other.json["result"]["breaks"]
    assert (1, "truncated", 4) == (other.code, found["kind"], found["line"])


@pytest.mark.parametrize(
    ("tamper", "kind", "line"),
    [
        (lambda lines: [lines[0].replace('"success": true', '"success": false'), *lines[1:]], "edited", 1),
        (lambda lines: [lines[0], *lines[2:]], "removed", 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "reordered", 1),
        (lambda lines: [*lines[:3], lines[3][:20]], "torn", 4),
    ],
)
def test_tampering_is_named_by_its_first_broken_entry(
    applied: Program, tamper: object, kind: str, line: int
) -> None:
    assert callable(tamper)
    lines = trail(applied).read_text().splitlines()
    ending = "" if kind == "torn" else "\n"
    trail(applied).write_text("\n".join(tamper(lines)) + ending)
    done = applied.run("audit", "verify", "--format", "json")
    first = done.json["result"]["breaks"][0]
    assert (1, kind, line) == (done.code, first["kind"], first["line"])
    text = applied.run("audit", "verify")
    assert 1 == text.code
    assert first["message"] in text.out


def test_the_trail_adds_up(applied: Program) -> None:
    done = applied.run("audit", "report", "--format", "json")
    figures = done.json["result"]["figures"]
    assert 3 == len(done.json["result"]["changes"])
    assert 2 == figures["calls"]["PUT /api/v2/routing/queues/{id}"]
    markdown = applied.run("audit", "report", "--format", "markdown")
    assert 0 == markdown.code
    assert markdown.out.startswith("#")


def test_another_folder_can_be_named(applied: Program) -> None:
    (applied.folder / ".syncer").rename(applied.folder / "elsewhere")
    assert "is empty" in applied.run("audit", "show").out
    assert 4 == len(
        json.loads(applied.run("audit", "show", "--state-dir", "elsewhere", "--format", "json").out)[
            "result"
        ]["entries"]
    )
    applied.setenv("SYNCER_STATE_DIR", "elsewhere")
    assert "is empty" not in applied.run("audit", "show").out


def test_a_trail_that_cannot_be_read_is_an_error(program: Program) -> None:
    trail(program).mkdir(parents=True)
    for command in ("show", "verify", "report"):
        done = program.run("audit", command, "--format", "json")
        assert 1 == done.code
        assert "AuditError" == done.json["error"]["type"]


def test_the_trail_is_held_against_the_organizations_audit(applied: Program) -> None:
    done = applied.run("audit", "reconcile", "--since", "1d")
    assert (0, "") == (done.code, done.err)
    assert "2 writes by our client in both" in done.out.splitlines()
    applied.edit("back", description="theirs")
    assert 2 == applied.run("audit", "reconcile", "--since", "1d", "--detailed-exitcode").code
    document = applied.run("audit", "reconcile", "--since", "1d", "--format", "json").json
    assert ("audit reconcile", 0, True) == (
        document["command"],
        document["exit_code"],
        document["result"]["agrees"],
    )
    csv = applied.run("audit", "reconcile", "--since", "1d", "--format", "csv").out.splitlines()
    assert ["by others", "matched"] == sorted({line.partition(",")[0] for line in csv[1:]})
    markdown = applied.run("audit", "reconcile", "--since", "1d", "--format", "markdown").out
    assert "**1 edit of 3 queues by others**" in markdown.splitlines()


def test_a_period_has_to_be_given_and_rows_are_of_this_command_alone(applied: Program) -> None:
    assert 64 == applied.run("audit", "reconcile").code
    assert 64 == applied.run("audit", "reconcile", "--since", "yesterday").code
    assert 64 == applied.run("audit", "show", "--format", "csv").code

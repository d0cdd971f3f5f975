"""Options that say which part of the audit trail is meant: as they are typed."""

import csv
import json
from io import StringIO

import pytest

from syncer.audit.chain import Chain
from tests.audit.histories import story, whole
from tests.program import Program


@pytest.fixture
def told(program: Program) -> Program:
    """The trail of the story is where the program looks for one."""
    Chain(program.folder / ".syncer" / "audit").append(whole(story()))
    return program


def shown(program: Program, *options: str) -> list[int]:
    done = program.run("audit", "show", "--format", "json", *options)
    assert 0 == done.code
    return [entry["n"] for entry in done.json["result"]["entries"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), [1, 2, 3, 4, 5, 6]),
        (("--since", "2026-11-10T08:00:00Z", "--until", "2026-11-10T09:00:00Z"), [4]),
        (("--until", "2026-11-02"), [1, 2, 3]),
        (("--env", "test"), [6]),
        (("--env", "test", "--env", "prod"), [1, 2, 3, 4, 5, 6]),
        (("--organization", "Acme"), [1, 2, 3, 4, 5]),
        (("--queue", "Ca*"), [2, 3, 4, 5]),
        (("--user", "bob"), [6]),
        (("--status", "failed"), [2, 3]),
        (("--action", "delete_*"), [4, 5]),
        (("--override", "--allow-delete"), [4, 5]),
        (("--override", "allow-delete"), [4, 5]),
    ],
)
def test_what_is_typed_is_what_is_shown(told: Program, options: tuple[str, ...], expected: list[int]) -> None:
    assert expected == shown(told, *options)


def test_a_sample_says_of_how_many_it_is_and_with_which_seed(told: Program) -> None:
    done = told.run("audit", "show", "--sample", "2", "--seed", "7")
    assert "sample: 2 of 3 changes, drawn with seed 7" == done.out.splitlines()[0]
    chosen = told.run("audit", "show", "--sample", "2", "--format", "json").json["result"]
    seed = chosen["sample"]["seed"]
    assert [entry["n"] for entry in chosen["entries"]] == shown(told, "--sample", "2", "--seed", str(seed))
    export = told.run("audit", "export", "--sample", "2", "--seed", "7")
    assert export.err == "sample: 2 of 3 changes, drawn with seed 7\n"
    assert 2 == len(list(csv.DictReader(StringIO(export.out, newline=""))))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--since", "yesterday"), "'yesterday' is not a point in time"),
        (("--since", "2026-11-02", "--until", "2026-11-02"), "is empty"),
        (("--queue", "Salles"), "nothing in the audit trail has the queue 'Salles'"),
        (("--status", "nope"), "nothing in the audit trail has the status 'nope'"),
        (("--sample", "0"), "0 is not in the range"),
        (("--seed", "1"), "there is a seed, but no sample"),
    ],
)
@pytest.mark.parametrize("command", ["show", "report", "export"])
def test_wrong_usage(told: Program, command: str, options: tuple[str, ...], message: str) -> None:
    done = told.run("audit", command, *options)
    assert (64, "") == (done.code, done.out)
    assert message in done.err


def test_what_never_happened_is_an_answer_with_a_warning(told: Program) -> None:
    done = told.run("audit", "show", "--status", "conflict")
    assert (0, "nothing in the audit trail fits\n") == (done.code, done.out)
    assert "warning: nothing in the audit trail has the status 'conflict'\n" == done.err


def test_an_export_goes_where_it_is_told_to(told: Program) -> None:
    done = told.run(
        "audit", "export", "--output", "a.csv", "--report", "jsonl=a.jsonl", "--report", "ocsf=a.ocsf"
    )
    assert (0, "", "") == (done.code, done.out, done.err)
    rows, events = (
        [json.loads(line) for line in (told.folder / name).read_text().splitlines()]
        for name in ("a.jsonl", "a.ocsf")
    )
    with (told.folder / "a.csv").open(newline="") as file:
        assert [str(row["hash"]) for row in rows] == [row["hash"] for row in csv.DictReader(file)]
    assert [row["hash"] for row in rows] == [event["metadata"]["uid"] for event in events]
    assert 64 == told.run("audit", "export", "--format", "text").code
    assert 64 == told.run("audit", "show", "--format", "ocsf").code


def test_a_report_is_a_page(told: Program) -> None:
    done = told.run("audit", "report", "--format", "html", "--env", "prod", "--report", "markdown=a.md")
    assert (0, True) == (done.code, done.out.startswith("<!DOCTYPE html>"))
    assert "- **Only environment:** `prod`" in (told.folder / "a.md").read_text()


def test_a_report_on_an_edited_trail_ends_with_1(told: Program) -> None:
    path = Chain(told.folder / ".syncer" / "audit").path
    head = told.run("audit", "verify", "--format", "json").json["result"]["head"]
    report = told.run("audit", "report", "--head", head, "--format", "json")
    assert (0, [{"head": head, "entry": 6}]) == (report.code, report.json["result"]["cover"]["attested"])
    path.write_text(path.read_text().replace("CHG-7", "CHG-8", 1))
    done = told.run("audit", "report")
    assert (1, True) == (
        done.code,
        "WARNING: The audit trail is broken in 1 place." in done.out.splitlines()[1],
    )
    assert 64 == told.run("audit", "report", "--head", "x").code

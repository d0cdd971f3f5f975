"""Queues that were renamed, deleted or made anew since: left out and named, and nothing else is refused."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue, overflow
from tests.scenarios.test_rollback_by_hand import Org, backed


@pytest.fixture(params=["overflow-rules", "genesys-cloud"])
def org(program: Program, request: pytest.FixtureRequest) -> Iterator[Org]:
    """Front and Desk overflow to Back, as their policies say; all was applied."""
    genesys = request.param == "genesys-cloud"

    def fields(value: int) -> dict[str, Any]:
        return backed("back", value) if genesys else {"routingRules": [overflow("back", value)]}

    live = [{**live_queue("Front"), **fields(10)}, {**live_queue("Desk"), **fields(5)}, live_queue("Back")]
    with Emulator(queues=live, rate_limit=1_000_000, lock="none" if genesys else "etag") as emulator:
        program.use(emulator)
        found = Org(program, genesys=genesys)
        found.apply()
        yield found


def unresolved(report: Any) -> list[tuple[str, str, bool]]:
    """Message, tip and whether it refuses, of what could not be resolved."""
    return [
        (each["message"], each["tip"], each["refuses"])
        for each in report["findings"]
        if each["id"] == "references.unknown"
    ]


@contextmanager
def without(org: Org, queue: str, *new: dict[str, Any]) -> Iterator[None]:
    """The same organization after somebody deleted a queue, and made new ones."""
    left = [each for id_, each in org.program.live().items() if id_ != queue]
    live = [*left, *new]
    with Emulator(queues=live, rate_limit=1_000_000, lock="none" if org.genesys else "etag") as emulator:
        org.program.use(emulator)
        yield


def test_a_renamed_queue_is_left_out_and_an_unrelated_change_is_applied(org: Org) -> None:
    org.program.edit("front", name="Front Desk Berlin")
    org.policies(desk=30)
    report = org.run("apply")
    message = "the organization lists no queue 'Front': it was renamed to 'Front Desk Berlin', same id"
    assert [(message, "write 'Front Desk Berlin'", False)] == unresolved(report)
    assert {"front": 25, "desk": 30} == org.values()
    org.policies(desk=31)
    assert "Left out: Front." in org.program.run("plan").out


def test_a_renamed_target_leaves_its_sources_as_they_are(org: Org) -> None:
    org.program.edit("back", name="Back Office")
    org.policies(front=40)
    report = org.run("apply")
    renamed = "the organization lists no queue 'Back': it was renamed to 'Back Office', same id"
    assert {renamed} == {message for message, _, _ in unresolved(report)}
    assert {"front": 25, "desk": 20} == org.values()
    assert "Left out: Desk, Front and Back." in org.program.run("plan").out


def test_strict_names_refuse_it(org: Org) -> None:
    org.program.edit("front", name="Front Desk Berlin")
    org.program.write_settings(strict=["names"])
    org.policies(desk=30)
    assert [True] == [refuses for _, _, refuses in unresolved(org.run("apply", code=3))]
    assert {"front": 25, "desk": 20} == org.values()


def test_a_name_that_was_never_applied_is_a_slip_of_this_change(org: Org) -> None:
    org.program.write_policies({"queue": "Frnt", "capacity": 1, "overflow": []})
    (found,) = unresolved(org.run("apply", code=3))
    assert ("the organization lists no queue 'Frnt'", "did you mean 'Front'?", True) == found


def test_a_tip_proposes_neither_the_source_nor_what_is_managed_already(org: Org) -> None:
    back = {"queue": "Back", "capacity": 100}
    front = {"queue": "Front", "capacity": 100}
    org.program.write_policies(back, front, {"queue": "Frontt", "capacity": 100})
    (found,) = unresolved(org.run("apply", code=3))
    assert "Front'" not in found[1].replace("Frontt", "")


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_deleted_target_has_the_name_it_had(org: Org, command: str) -> None:
    with without(org, "back"):
        done = org.program.run(command, "--format", "json")
    gone = (
        "the organization lists no queue 'Back'; when it was last applied it was 'Back' (back), which is gone"
    )
    assert {gone} == {message for message, _, _ in unresolved(done.json)}
    dangling = [each["message"] for each in done.json["findings"] if each["id"] == "references.dangling"]
    assert (
        "a live rule of 'Front' has the target 'Back' (back), which the organization does not list"
        in dangling
    )


def test_a_rule_to_a_deleted_target_is_taken_away_by_its_name(org: Org) -> None:
    rules: dict[str, Any] = {"backup": None} if org.genesys else {"overflow": []}
    org.program.write_policies({"queue": "Front", "capacity": 100, **rules})
    with without(org, "back"):
        text = org.program.run("plan").out
    assert "Back" in next(line for line in text.splitlines() if line.startswith("    - "))


def test_a_queue_that_was_made_anew_is_told(org: Org) -> None:
    with without(org, "desk", {**live_queue("Desk"), "id": "desk2"}):
        report = org.program.run("plan", "--format", "json").json
    (found,) = [each["message"] for each in report["findings"] if each["id"] == "references.made-anew"]
    assert (
        "'Desk' was deleted and created again since it was last applied: it was desk, now it is desk2"
        == found
    )


@contextmanager
def swapped(org: Org) -> Iterator[str]:
    """Somebody gave Front the name of Desk, and Desk that of Front; what is said of it."""
    names = {"front": "Desk", "desk": "Front"}
    live = [{**each, "name": names.get(id_, each["name"])} for id_, each in org.program.live().items()]
    with Emulator(queues=live, rate_limit=1_000_000, lock="none" if org.genesys else "etag") as emulator:
        org.program.use(emulator)
        yield (
            "'Desk' is a different queue than when it was last applied: it was desk, which is called 'Front' "
            "now; now it is front"
        )


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_name_that_is_on_another_queue_is_said_before_anything_else(org: Org, command: str) -> None:
    with swapped(org) as words:
        report = org.program.run(command, "--format", "json").json
        text = org.program.run(command).out
        markdown = org.program.run(command, "--format", "markdown").out
    assert ["references.name-moved"] * 2 == [each["id"] for each in report["findings"][:2]]
    assert words in [each["message"] for each in report["findings"][:2]]
    assert f"name moved: {words}" in text.splitlines()[:2]
    assert f"**Name moved:** `{words}`" in markdown.splitlines()[2:5]


def test_the_note_and_an_apply_say_it_first_too(org: Org) -> None:
    org.policies(desk=30)
    with swapped(org) as words:
        org.program.run("plan", "--out", "plan.json")
        note = org.program.run("comment", "plan.json", "--dry-run").out
        done = org.program.run("apply", "--auto-approve", "--report", "json=report.json")
        told = org.program.run(*("comment", "report.json", "--dry-run"), *("--audit-head", "head.txt")).out
    heading = note.splitlines().index("## syncer plan for the default environment")
    assert f"**Name moved:** `{words}`" in note.splitlines()[heading + 2 : heading + 5]
    assert f"name moved: {words}" in done.out.splitlines()[:2]
    assert f"**Name moved:** `{words}`" in told


def test_the_record_of_a_store_alone_knows_the_names(org: Org) -> None:
    store = ("--record", "store.json")
    assert 0 == org.program.run("apply", "--auto-approve", *store).code
    shutil.rmtree(org.program.folder / ".syncer")
    with swapped(org) as words:
        text = org.program.run("plan", *store).out
        shutil.rmtree(org.program.folder / ".syncer")
        drifted = org.program.run("drift", *store).out
        shutil.rmtree(org.program.folder / ".syncer")
        applied = org.program.run("apply", "--auto-approve", *store).out
    for said in (text, drifted, applied):
        assert f"name moved: {words}" in said.splitlines()[:2]


def test_where_no_name_is_known_nothing_could_be_compared(org: Org) -> None:
    for queue in ("front", "desk", "back"):
        org.program.edit(queue, name=f"New {queue}")
    done = org.program.run("drift")
    assert (3, True) == (done.code, "nothing could be compared" in done.out)
    assert "no drift" not in done.out

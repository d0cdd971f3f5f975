from typing import Any

from syncer.audit.entries import Origin, Run, change_entries, run_entry
from syncer.model.plan import Status
from syncer.model.settings import ApiLocation, Organization
from syncer.planning.recent import MOST, recent_runs
from tests.organizations import NOW
from tests.planning.test_standing import wrote

HERE = ApiLocation("https://api", Organization("org", "Org"))


def ran(id_: str, before: int, after: int, *, closed: bool = True, **fields: Any) -> list[dict[str, Any]]:
    """The entries of a run that brought a queue from one share to another."""
    status = fields.pop("status", Status.APPLIED)
    known = {"organization": HERE.organization, "origin": Origin("ada")}
    run = Run(id_, NOW, "https://api", **{**known, **fields})
    outcome = wrote("a", before, after, status)
    ending = run_entry(run, NOW, status="done", validation_pass=True, outcomes=[outcome])
    return [*change_entries(run, outcome, NOW), *([ending] if closed else [])]


def test_the_newest_comes_first_with_what_undoes_it() -> None:
    first, second = recent_runs([*ran("r1", 1, 2), *ran("r2", 2, 3)], HERE)[::-1]
    assert ("r1", "apply", "done", "ada", ("a",), 1, ("rollback", "r1")) == (
        first.run,
        first.verb,
        first.status,
        first.user,
        first.queues,
        first.rules,
        first.undo,
    )
    assert ("rollback", "r2") == second.undo


def test_what_was_undone_names_the_rollback_and_offers_no_other() -> None:
    entries = [*ran("r1", 1, 2), *ran("r2", 2, 1, verb="rollback", undoes="r1")]
    back, first = recent_runs(entries, HERE)
    assert ("r2", ()) == (first.undone_by, first.undo)
    assert ("rollback", "r1", ("rollback", "r2")) == (back.verb, back.undoes, back.undo)


def test_a_stop_is_lifted() -> None:
    entries = ran("r1", 1, 2, verb="stop")
    (stop,) = recent_runs(entries, HERE, stops={"r1"})
    assert ("stop", ("stop", "--lift", "r1")) == (stop.verb, stop.undo)
    (lifted,) = recent_runs(entries, HERE)
    assert ("stop", ("rollback", "r1")) == (lifted.verb, lifted.undo)


def test_what_a_run_is_that_nobody_closed_follows_from_the_stops_in_force() -> None:
    def open_(run: str, undoes: str = "") -> list[dict[str, Any]]:
        return [entry for entry in ran(run, 1, 2, undoes=undoes) if entry["kind"] != "run"]

    entries = [*open_("r1"), *open_("r2", "r1"), *open_("r3", "r0"), *open_("r4")]
    found = {each.run: each.verb for each in recent_runs(entries, HERE, stops={"r1"})}
    assert {"r1": "stop", "r2": "lift", "r3": "rollback", "r4": "apply"} == found


def test_runs_of_other_places_and_those_that_changed_nothing_are_left_out() -> None:
    elsewhere = ran("r1", 1, 2, organization=Organization("other", "Other"))
    failed = ran("r2", 1, 2, status=Status.FAILED)
    assert () == recent_runs([*elsewhere, *failed], HERE)
    assert ["r1"] == [each.run for each in recent_runs([*elsewhere, *failed], None)]


def test_the_last_five_are_enough() -> None:
    entries = [entry for number in range(9) for entry in ran(f"r{number}", number, number + 1)]
    assert [f"r{number}" for number in (8, 7, 6, 5, 4)] == [each.run for each in recent_runs(entries, HERE)]
    assert 5 == MOST


def test_a_run_that_nobody_closed_has_no_status() -> None:
    (back, first) = recent_runs(
        [*ran("r1", 1, 2, closed=False), *ran("r2", 2, 1, closed=False, undoes="r1", verb="rollback")], HERE
    )
    assert ("", "apply", "rollback") == (first.status, first.verb, back.verb)


def test_an_image_that_can_not_be_read_is_said() -> None:
    entries = ran("r1", 1, 2)
    entries[0]["before"] = {"kind": "x"}
    (found,) = recent_runs(entries, HERE)
    assert ((), "audit entry None holds no image of its rule") == (found.undo, found.problem)


def test_it_is_data() -> None:
    (found,) = recent_runs(ran("r1", 1, 2), HERE)
    assert {
        "run": "r1",
        "verb": "apply",
        "at": NOW,
        "user": "ada",
        "status": "done",
        "environment": "",
        "ticket": "",
        "queues": ["a"],
        "rules": 1,
        "undoes": "",
        "undone_by": "",
        "undo": ["rollback", "r1"],
        "problem": "",
    } == found.as_json()

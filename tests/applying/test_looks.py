"""Runs against the real emulator while somebody else edits: no loop is left behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.applying.journal import find_journals
from syncer.audit.verify import verify_chain
from syncer.emulator.queues import Lock
from syncer.errors import Forbidden, NoAnswer, Refused
from syncer.model.finding import Severity
from syncer.model.settings import LookSettings
from syncer.planning.build import build_plan
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.applying.rivals import FAST, QUIET, owners, statuses
from tests.applying.scripted import NOW, RUN


def test_a_run_of_k_changes_is_k_puts_and_one_listing_beside_that_of_its_plan(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:
        assert "done" == owner.apply().status
    assert ["put b", "put a", "list 1"] == owner.api.log


def test_after_a_prompt_there_is_one_more_listing(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:
        assert "done" == owner.apply(asked=True).status
    assert ["list 1", "put b", "put a", "list 2"] == owner.api.log


def test_a_rule_made_while_somebody_was_asked_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:
        planned = owner.plan()
        owner.edit("c", "a")()
        with pytest.raises(Refused, match="somebody else added C → A meanwhile"):
            owner.apply(planned, asked=True)
        assert not owner.looped()
    assert ["list 1"] == owner.api.log
    assert [] == find_journals(tmp_path / "owner0" / "journal")


def test_a_loop_through_a_queue_that_the_listing_of_the_plan_lost_is_refused(tmp_path: Path) -> None:
    with owners(tmp_path, {"a": [], "b": ["c"], "c": ["a"]}, {"a": ["b"]}) as [owner]:
        live = owner.read()
        moved = replace(live, queues=tuple(each for each in live.queues if each.id != "c"))
        plan = build_plan(owner.inputs(moved), NOW)
        assert plan.applicable
        with pytest.raises(Refused, match="somebody else added C → A"):
            owner.apply((plan, moved))
        assert not owner.looped()
    assert ["get c"] == owner.api.log


def test_a_loop_of_others_is_a_warning_and_stops_nothing(tmp_path: Path) -> None:
    with owners(tmp_path, {**QUIET, "x": [], "y": ["x"]}, {"a": ["b"]}) as [owner]:
        planned = owner.plan()
        owner.edit("x", "y")()
        result = owner.apply(planned, asked=True)
    assert ("done", 0) == (result.status, result.exit_code)
    [finding] = result.findings
    assert ("loops.unmanaged", Severity.WARNING) == (finding.id, finding.severity)
    assert "no rule of this run is in it" in finding.message


def test_a_rule_that_closes_a_loop_with_the_last_put_is_found_by_the_last_look(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:
        owner.api.after["put a"] = owner.edit("c", "a")
        result = owner.apply()
        assert {"a": [], "b": ["c"], "c": ["a"]} == owner.live()
    assert ("in part", 5) == (result.status, result.exit_code)
    assert {"a": "taken back", "b": "applied"} == statuses(result)
    assert ["put b", "put a", "list 1", "put a", "list 2"] == owner.api.log
    [finding] = result.findings
    assert ("loops.cycle", Severity.ERROR, "A") == (finding.id, finding.severity, finding.queue)
    assert "A → B → C → A overflowed in a circle; A was taken back" == finding.message
    notes = [note.message for note in finding.notes]
    assert "A → B: of this run, taken back" == notes[0]
    assert "B → C: of this run" == notes[1]
    assert notes[2].startswith("C → A: not of this run")
    assert [("CREATE", "applied"), ("CREATE", "applied"), ("DELETE", "taken back")] == [
        (entry["action"].split("_")[0], entry["status"]) for entry in owner.entries()
    ]
    [run] = owner.entries("run")
    assert ({"applied": 1, "taken back": 1}, "in part", False) == (
        run["queues"],
        run["status"],
        run["success"],
    )
    assert finding.message in run["detail"]
    assert verify_chain([owner.chain.path]).whole


def test_an_old_rule_comes_back_where_it_closes_nothing(tmp_path: Path) -> None:
    with owners(tmp_path, {**QUIET, "a": ["c"]}, {"a": ["b"]}) as [owner]:
        owner.api.after["put a"] = owner.edit("b", "a")
        first = owner.api.client.get_queue("a")["routingRules"]
        assert {"a": "taken back"} == statuses(owner.apply())
        assert first == owner.api.client.get_queue("a")["routingRules"]
        # Nothing of that run is left to undo.
        assert () == standing(owner.chain.entries(), RUN.id).images


def test_an_old_rule_that_would_close_another_loop_stays_away_and_can_be_rolled_back(tmp_path: Path) -> None:
    with owners(tmp_path, {**QUIET, "a": ["c"], "d": []}, {"a": ["b"], "d": ["c"]}) as [owner]:

        def edits() -> None:
            owner.edit("b", "a")()
            owner.edit("c", "a")()

        owner.api.after["put a"] = edits
        result = owner.apply()
        assert {"a": "taken back", "d": "applied"} == statuses(result)
        assert {"a": [], "b": ["a"], "c": ["a"], "d": ["c"]} == owner.live()
        owner.edit("c")()
        images = standing(owner.chain.entries(), RUN.id).images
        back = undo_plan(images, owner.inputs(owner.read()), NOW)
        assert back.applicable
        assert "done" == owner.apply((back, owner.read()), id="back", verb="rollback").status
        assert {"a": ["c"], "b": ["a"], "c": [], "d": []} == owner.live()


def test_what_waits_for_a_queue_that_was_taken_back_is_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    live = {**dict.fromkeys(("a", "b", "c", "d", "x", "y"), ()), "d": ("a",)}
    policies = {"a": ["b"], "b": ["c"], "c": ["d"], "d": [], "x": ["y"]}
    with owners(tmp_path, live, policies) as [owner]:
        owner.settings = replace(FAST, looks=LookSettings(max_age=0.0))
        owner.api.after["put c"] = owner.edit("d", "c")
        result = owner.apply()
        assert not (set(owner.live()["c"]) & {"d"})
        ends = {"c": "taken back", "b": "skipped", "a": "skipped", "d": "applied", "x": "applied"}
        assert ends == statuses(result)
    assert 5 == result.exit_code


def test_nothing_more_of_an_endangered_component_starts_and_the_rest_goes_on(tmp_path: Path) -> None:
    live = dict.fromkeys(("a", "b", "c", "x", "y"), ())
    with owners(tmp_path, live, {"a": ["b"], "b": ["c"], "x": ["y"]}) as [owner]:
        owner.settings = replace(FAST, looks=LookSettings(max_age=0.0))
        owner.api.after["put b"] = owner.edit("c", "a")
        result = owner.apply()
        assert not owner.looped()
    assert {"a": "not started", "b": "applied", "x": "applied"} == statuses(result)
    assert "could close a loop" in next(each.detail for each in result.outcomes if each.change.queue == "a")
    assert ("in part", ()) == (result.status, result.findings)


def test_one_step_of_forty_queues_with_an_edit_in_the_middle(tmp_path: Path) -> None:
    names = [f"q{number:02}" for number in range(40)]
    live = {"sink": (), **dict.fromkeys(names, ())}
    with owners(tmp_path, live, {name: ["sink"] for name in names}) as [owner]:
        owner.parallel = 4
        owner.api.after["put q20"] = owner.edit("sink", "q03")
        result = owner.apply()
        assert not owner.looped()
    ends = statuses(result)
    assert "taken back" == ends.pop("q03")
    assert {"applied"} == set(ends.values())
    assert 5 == result.exit_code
    assert {"list 1", "list 2"} == {each for each in owner.api.log if each.startswith("list")}


def test_a_take_back_that_fails_is_said_loudly_and_the_next_newest_goes(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:

        def deny() -> None:
            raise Forbidden("403", status=403)

        def edits() -> None:
            owner.edit("c", "a")()
            owner.api.before["put a"] = deny

        owner.api.after["put a"] = edits
        owner.settings = replace(FAST, retries=replace(FAST.retries, conflicts=1))
        result = owner.apply()
        assert not owner.looped()
    assert {"a": "not taken back", "b": "taken back"} == statuses(result)
    failed, done = result.findings
    assert ("loops.cycle", "loops.cycle") == (failed.id, done.id)


def test_where_nothing_can_be_taken_back_the_loop_is_named(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:

        def deny() -> None:
            owner.api.before["put a"] = deny
            raise Forbidden("403", status=403)

        def edits() -> None:
            owner.edit("b", "a")()
            owner.api.before["put a"] = deny

        owner.api.after["put a"] = edits
        result = owner.apply()
        assert owner.looped()
    assert ("in part", 5, {"a": "not taken back"}) == (result.status, result.exit_code, statuses(result))
    assert "THE LOOP MAY STILL BE THERE: A → B → A" in result.outcomes[0].detail
    [finding] = result.findings
    assert "A → B → A overflows in a circle, and A could not be taken back" in finding.message
    # The run's change is there, and can be undone.
    assert ["a"] == [image.queue for image in standing(owner.chain.entries(), RUN.id).images]


def test_somebody_who_edits_the_queue_while_it_is_taken_back_does_not_save_the_loop(tmp_path: Path) -> None:
    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:

        def edits() -> None:
            owner.edit("b", "a")()
            owner.api.before["put a"] = owner.edit("a", "b", "c")

        owner.api.after["put a"] = edits
        result = owner.apply()
        assert {"a": ["c"], "b": ["a"], "c": []} == owner.live()
    assert {"a": "taken back"} == statuses(result)


def test_a_restored_rule_that_closes_a_loop_in_its_turn_goes_again(tmp_path: Path) -> None:
    with owners(tmp_path, {**QUIET, "a": ["c"]}, {"a": ["b"]}) as [owner]:
        owner.api.after["put a"] = owner.edit("b", "a")
        owner.api.before["list 2"] = owner.edit("c", "a")
        assert {"a": "taken back"} == statuses(owner.apply())
        assert {"a": [], "b": ["a"], "c": ["a"]} == owner.live()
        [image] = standing(owner.chain.entries(), RUN.id).images
        assert ("c", None) == (image.rule.target, image.after)


def test_a_last_look_that_is_not_possible_is_an_error(tmp_path: Path) -> None:
    def broken() -> None:
        raise NoAnswer("the connection broke")

    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:
        owner.api.before["list 1"] = broken
        result = owner.apply()
    assert ("in part", 5, {"a": "applied"}) == (result.status, result.exit_code, statuses(result))
    [finding] = result.findings
    assert ("loops.unchecked", Severity.ERROR) == (finding.id, finding.severity)
    assert "the connection broke" in finding.message


def test_a_look_on_the_way_that_is_not_possible_stops_the_run(tmp_path: Path) -> None:
    def broken() -> None:
        raise NoAnswer("the connection broke")

    with owners(tmp_path, QUIET, {"a": ["b"], "b": ["c"]}) as [owner]:
        owner.settings = replace(FAST, looks=LookSettings(max_age=0.0))
        owner.api.before["list 3"] = broken
        result = owner.apply()
    assert {"a": "not started", "b": "applied"} == statuses(result)
    assert "the organization could not be read again" in result.outcomes[-1].detail


@pytest.mark.parametrize("lock", ["etag", "none"])
def test_a_rule_that_was_stored_is_taken_back_whatever_its_queue_is_called(
    tmp_path: Path, lock: Lock
) -> None:
    """Somebody edits the queue right after our PUT: a conflict, and a loop with our rule."""
    with owners(tmp_path, QUIET, {"a": ["b"]}, lock=lock) as [owner]:

        def edits() -> None:
            owner.edit("a", "b", "c")()
            owner.edit("b", "a")()
            raise NoAnswer("the connection broke")

        owner.api.after["put a"] = edits
        result = owner.apply()
        assert "b" not in owner.live()["a"]
        assert ["a"] == owner.live()["b"]
    assert ({"a": "taken back"}, 5) == (statuses(result), result.exit_code)
    assert ["loops.cycle"] == [finding.id for finding in result.findings]

"""Stop, called from Python."""

import pytest

from syncer.app import LiveTarget, RunOptions, StopOptions, stop, stop_loops
from syncer.errors import Refused, WrongUsage
from tests.program import Program, overflow
from tests.use_cases import SOURCE, UNASKED, session

WANTED = StopOptions(reason="flooded", seconds=7200)


def test_what_was_stopped_is_in_the_view(program: Program, target: LiveTarget) -> None:
    report = stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    view = report.view
    assert view is not None
    assert (0, "stop", 2, 0, ()) == (report.exit_code, view.verb, view.disabled, view.removed, view.left)
    assert view.result is not None
    assert (view.result.run.id, "back", "flooded") == (
        view.exemption.id,
        view.exemption.target,
        view.exemption.reason,
    )
    assert view.exemption.until > view.exemption.at
    rules = [queue["routingRules"] for queue in program.live().values()]
    assert [] == [
        each for own in rules for each in own if each.get("overflowTarget") == "back" and each["enabled"]
    ]


def test_it_is_approved_like_any_plan(program: Program, target: LiveTarget) -> None:
    with pytest.raises(Refused, match="nobody can be asked for approval"):
        stop("Back", SOURCE, target, WANTED, RunOptions(), session=session())
    with pytest.raises(Refused, match="you did not approve"):
        stop("Back", SOURCE, target, WANTED, RunOptions(), session=session(approve=lambda _: False))
    assert 0 == program.puts()


def test_an_id_that_live_lists_no_more_will_do_and_an_ambiguous_name_will_not(
    program: Program, target: LiveTarget
) -> None:
    program.edit("front", routingRules=[overflow("gone", 5)])
    report = stop("gone", SOURCE, target, WANTED, UNASKED, session=session())
    assert report.view is not None
    (left,) = report.view.left
    assert (1, True) == (report.exit_code, left.startswith("Front: 5 % to gone after 60 s (failed: ")), left
    program.edit("desk", name="Front")
    with pytest.raises(WrongUsage, match="2 queues are called 'Front': "):
        stop("Front", SOURCE, target, WANTED, UNASKED, session=session())


def test_a_loop_is_broken_where_a_run_closed_it(program: Program, target: LiveTarget) -> None:
    program.edit("back", routingRules=[overflow("front", 5)])
    report = stop_loops(SOURCE, target, WANTED, UNASKED, session=session())
    assert report.view is not None
    assert (0, 1, 1) == (report.exit_code, report.view.disabled, len(report.view.exemption.edges))
    again = stop_loops(SOURCE, target, WANTED, UNASKED, session=session())
    assert again.view is not None
    assert (0, None) == (again.exit_code, again.view.result)


def test_what_somebody_puts_in_force_meanwhile_is_told(program: Program, target: LiveTarget) -> None:
    once = [lambda: program.edit("desk", routingRules=[overflow("back", 5)])]
    meanwhile = session(progress=lambda _: once.pop()() if once else None)
    report = stop("Back", SOURCE, target, WANTED, UNASKED, session=meanwhile)
    assert report.view is not None
    assert (5, ("Desk: 5 % to Back after 60 s (somebody turned it on meanwhile)",)) == (
        report.exit_code,
        report.view.left,
    )
    again = stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    assert again.view is not None
    assert (0, 1, ()) == (again.exit_code, again.view.disabled, again.view.left)

"""What there is to report."""

from syncer.doctor import Line, State
from syncer.report.views import Examined, Planned, Report
from tests.report.changes import small


def test_the_lines_of_the_set_up_are_counted_by_their_state() -> None:
    states = (State.OK, State.OK, State.FAILED)
    view = Examined(tuple(Line(f"check {number}", state, "so") for number, state in enumerate(states)))
    assert [(State.OK, 2), (State.WARNING, 0), (State.FAILED, 1), (State.SKIPPED, 0)] == [
        (state, view.count(state)) for state in (State.OK, State.WARNING, State.FAILED, State.SKIPPED)
    ]


def test_a_report_is_of_nothing_until_it_is_said() -> None:
    report = Report("plan")
    assert (0, None, (), None, ()) == (
        report.exit_code,
        report.view,
        report.findings,
        report.error,
        report.warnings,
    )
    assert "syncer" == report.program.call


def test_a_plan_is_shown_whole_until_a_part_is_asked_for() -> None:
    view = Planned(small(), {})
    assert ("", None, (), ()) == (view.saved_to, view.unmanaged, view.apply_options, tuple(view.only))

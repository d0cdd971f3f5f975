"""What there is to report."""

from syncer.report.views import Planned, Report
from tests.report.changes import small


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

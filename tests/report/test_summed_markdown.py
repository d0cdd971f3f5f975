"""What became of all environments, in Markdown."""

from syncer.report import render
from syncer.report.summed_markdown import summary_table
from syncer.report.views import Environments, Report, Summed

SUMMARY = (Summed("a|b", "plan", 3, "a `loop` | @all", 1, 2, 3, 4, 5), Summed("c"))


def test_a_row_an_environment() -> None:
    found = summary_table(SUMMARY)
    assert "**2 environments: 2 went wrong**" == found[0]
    rows = [line for line in found if line.startswith("| ✕")]
    assert [r"| ✕ | `a\|b` | plan | 1 | 2 | 3 | 4 | 5 |"] == [rows[0][: rows[0].index(" ``a")]]
    assert "no report" in rows[1]
    assert "\n".join(found) in render("markdown", Report("environments", view=Environments((), SUMMARY)))

"""A trail held against the audit of the organization, as Markdown.

That nothing in it does harm is held by the samples.
"""

from syncer.audit.reconcile import Reconciliation
from syncer.report import render
from syncer.report.reconciled import Reconciled
from syncer.report.views import Report
from tests.report.report_samples import reconciled


def test_what_is_wrong_is_an_error_and_each_list_a_table() -> None:
    lines = render("markdown", Report("audit reconcile", view=reconciled("Q"))).splitlines()
    assert [
        "**1 write by our client in both; the audit names no author for 1 of them.**",
        "**Error: 2 writes by our client, not in the trail**",
        "**Error: 1 write of the trail, not in the organization's audit**",
        "**1 write of the trail not yet known to the organization's audit**",
        "**3 edits of 7 queues by others**",
    ] == [line for line in lines if line.startswith("**")]
    assert 2 == sum(line.startswith("| When | Queue | By |") for line in lines)
    assert 2 == sum(line.startswith("| About when | Queue | Run |") for line in lines)
    assert "3 events of members who came, left or joined: not listed." in lines
    assert "- **Not known:** `Q`" in lines


def test_what_agrees_has_no_lists() -> None:
    view = Reconciled("Q", "a", "b", ("c",), Reconciliation())
    assert [
        "## syncer audit reconcile",
        "",
        "`Q`, from `a` to `b`.",
        "Client `c`.",
        "",
        "**0 writes by our client in both.**",
        "",
        "**0 edits of 0 queues by others**",
    ] == render("markdown", Report("audit reconcile", view=view)).splitlines()

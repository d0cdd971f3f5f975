"""A trail held against the audit of the organization, as text."""

from dataclasses import replace

from syncer.audit.reconcile import Reconciliation
from syncer.report.reconciled import Reconciled
from tests.report.report_samples import NOW, reconciled
from tests.report.text.as_text import text

MOVED = 'Q from "Q" to "Q", "Q"; description from nothing to "Q"'


def test_each_list_has_a_head_and_a_line_a_write() -> None:
    edit = f"  Q: Q at {NOW} (client Q, address Q, Q): {MOVED}"
    assert [
        f"Q, from {NOW} to {NOW}",
        "client Q, Q",
        "1 write by our client in both; the audit names no author for 1 of them",
        "2 writes by our client, not in the trail",
        edit,
        f"  none: nobody named at {NOW}: Q",
        "1 write of the trail, not in the organization's audit",
        f"  Q: at about {NOW}, run Q by Q (Q)",
        "1 write of the trail not yet known to the organization's audit",
        f"  Q: at about {NOW}, run Q (Q)",
        "3 edits of 7 queues by others",
        edit,
        f"  Q: nobody named at {NOW} (address Q, Q): {MOVED}",
        f"  none: nobody named at {NOW}: Q",
        "3 events of members who came, left or joined: not listed",
        "not known: Q",
    ] == text(reconciled("Q"))


def test_what_agrees_is_short_and_names_no_lists() -> None:
    assert [
        f"Q, from {NOW} to {NOW}",
        "client c",
        "0 writes by our client in both",
        "0 edits of 0 queues by others",
    ] == text(Reconciled("Q", NOW, NOW, ("c",), Reconciliation()))


def test_many_are_cut_unless_all_are_asked_for() -> None:
    view = reconciled("Q")
    many = replace(view, found=Reconciliation(others=view.found.others[:1] * 43))
    assert "  and 3 more (--verbose shows all)" in text(many)
    assert 43 == sum(line.startswith("  Q: ") for line in text(many, verbose=True))

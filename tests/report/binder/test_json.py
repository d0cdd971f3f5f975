from syncer.report.binder.json import report_document
from syncer.report.lookups import AuditFigures
from tests.report.binders import binder


def test_all_that_there_is() -> None:
    view = binder("x")
    document = report_document(view)
    assert view.cover is not None
    assert ["cover", "figures", "changes", "runs", "exceptions"] == list(document)
    assert (view.cover.as_json(), list(view.runs)) == (document["cover"], list(document["runs"]))
    assert {"kind": "no approver known", "n": "3", "run": "r1", "detail": ""} == list(document["exceptions"])[
        1
    ]


def test_without_a_first_page_there_are_figures_and_changes() -> None:
    view = binder("x")
    assert ["figures", "changes"] == list(report_document(AuditFigures(view.figures, view.changes)))

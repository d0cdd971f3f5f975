import json
from collections.abc import Iterator

import pytest

from syncer.audit.joined import COLUMNS, Row, Runs, rows
from syncer.audit.population import Again
from syncer.errors import SyncerError, WrongUsage
from syncer.report import FORMATS, pieces, render
from syncer.report.lookups import AuditExported, AuditShown
from syncer.report.views import Report
from tests.audit.histories import change, run, story
from tests.report.report_samples import HOSTILE


def test_the_rows_are_those_of_csv_with_their_types() -> None:
    found = list(rows([entry for entry in story() if entry["kind"] == "change"], Runs(story())))
    shown = [
        json.loads(line) for line in render("jsonl", Report("x", view=AuditExported(found))).splitlines()
    ]
    assert [list(COLUMNS)] * 3 == [list(row) for row in shown]
    assert (1, True, ["bob"], None, False) == tuple(
        shown[0][key] for key in ("n", "success", "approvers", "occurredAt", "policiesDirty")
    )


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_whole_and_steer_nothing(name: str) -> None:
    view = AuditExported(list(rows([change("r", queueName=name)], Runs([run("r")]))))
    text = render("jsonl", Report("x", view=view))
    assert (1, True) == (text.count("\n"), text.removesuffix("\n").isprintable())
    assert name == json.loads(text)["queueName"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "ocsf"])
def test_rows_are_made_as_they_are_asked_for(form: str) -> None:
    asked = []

    def made() -> Iterator[Row]:
        for row in rows([change("r"), change("r")], Runs()):
            asked.append(row)
            yield row

    lines = pieces(form, Report("x", view=AuditExported(Again(made))))
    next(lines)
    assert len(asked) < 2


def test_an_export_has_its_formats_and_no_other_report_has_them() -> None:
    assert "" == render("jsonl", Report("audit export", 1, error=SyncerError("no")))
    for form in FORMATS:
        with pytest.raises(WrongUsage, match="can't show a report of audit export"):
            render(form, Report("audit export", view=AuditExported(())))
    with pytest.raises(WrongUsage, match="csv can't show a report of audit show"):
        render("csv", Report("audit show", view=AuditShown([])))

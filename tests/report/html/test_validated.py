"""The page of what became of checking policies."""

import pytest

from syncer.model.finding import Finding, Limit, Position, Severity
from syncer.model.network import Headroom
from syncer.report import render
from syncer.report.html.validated import sentence, title
from syncer.report.views import Report, Validated
from tests.report.html.pages import Page

ERROR = Finding("loops.cycle", Severity.ERROR, "a <loop>", Position("p.yaml", 2, 5), "break it")
WARNING = Finding("references.unknown", Severity.WARNING, "no 'Tier II'", tip="did you mean 'Tier 2'?")
NOTE = Finding("capacity.tight", Severity.INFO, "tight")
VIEW = Validated(1, 2, 3, Headroom(0.8, "B", limit=Limit.KEPT), ("Tier <II>",), ("prod", "test"))


def page_of(*findings: Finding) -> Page:
    return Page(render("html", Report("validate", 0, VIEW, findings)))


@pytest.mark.parametrize(
    ("findings", "words", "kind"),
    [
        ([], "✓ The policies are valid", "good"),
        ([NOTE], "✓ The policies are valid", "good"),
        ([NOTE, WARNING], "! The policies are valid, but a name may be misspelled: 1 warning", "warn"),
        ([WARNING, ERROR, ERROR], "✕ The policies are invalid: 2 errors and 1 warning", "bad"),
    ],
)
def test_the_verdict_is_a_banner_and_the_title(findings: list[Finding], words: str, kind: str) -> None:
    read = page_of(*findings)
    assert words == title(Report("validate", 0, VIEW, tuple(findings))) == read.one("title").text
    assert words == read.one("h1").text
    assert ["verdict", kind] == read.one("header").classes


def test_errors_come_first_each_with_its_place_and_what_to_do() -> None:
    read = page_of(NOTE, WARNING, ERROR)
    first, second = read.all("article")
    assert ["card", "error"] == first.classes
    assert all(words in first.text for words in ("a <loop>", "p.yaml:2", "What to do: break it"))
    assert "did you mean 'Tier 2'?" in second.text
    assert "1 note" == read.one("summary").text
    assert "Unknown name: no 'Tier II' (did you mean 'Tier 2'?)" == read.all("li")[1].text


def test_figures_and_what_they_leave_out() -> None:
    read = page_of(ERROR)
    assert ["0.80 ×", "1", "0"] == [each.text for each in read.all("p", "figure")]
    assert "today’s load, without the queues in or downstream of a loop" in read.all("div", "tile")[0].text
    assert "today’s load, without what no policy describes" in page_of(WARNING).all("div", "tile")[0].text
    assert ["tile", "worse", "warning"] == page_of(WARNING).all("div", "tile")[2].classes
    assert "B keeps more than its capacity already" in read.all("div", "tile")[0].text
    assert [
        "Checked in each environment: prod, test.",
        "Targets that no policy describes: Tier <II>; the headroom leaves out what goes there.",
    ] == [each.text for each in read.all("p", "narrowed")]
    assert "The policies are valid" == sentence([])

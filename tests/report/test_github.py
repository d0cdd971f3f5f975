"""GitHub's workflow commands."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import AuthError
from syncer.model.finding import Finding, Position, Severity, Since
from syncer.model.plan import Plan
from syncer.report import render
from syncer.report.escape import plain
from syncer.report.remarks import in_full, remarks, verdict_of
from syncer.report.views import Report
from tests.report.changes import excused, loop, overload, shown, small
from tests.report.report_samples import HOSTILE, KINDS, reports

COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:\r\n]+)::(?P<message>[^\r\n]+)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Each line as the runner reads it: command, properties and message, decoded."""
    found = [COMMAND.fullmatch(line) for line in text.split("\n")[:-1]]
    assert all(found)
    return [
        (
            each["command"],
            {
                key: unquote(value)
                for key, _, value in (part.partition("=") for part in each["properties"].split(","))
            },
            unquote(each["message"]),
        )
        for each in found
        if each
    ]


def test_a_command_names_the_place_and_the_check() -> None:
    found = Finding("loops.cycle", Severity.ERROR, "100 % a::b, c", Position("a:b,c%.yaml", 4, 9), "cut it")
    assert (
        "::error file=a%3Ab%2Cc%25.yaml,line=4,col=9,title=loops.cycle::100 %25 a::b, c%0Acut it\n"
    ) == render("github", Report("validate", findings=(found,)))


def test_severities_and_what_has_no_place() -> None:
    found = commands(render("github", reports("x")["plan"]))
    assert ["error", "error", "warning", "notice", "error"] == [command for command, _, _ in found]
    assert {"title": "capacity.saturated"} == found[2][1]


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (
            overload(),
            "::error title=syncer.verdict::Can't be applied: this change overloads Tier 3 (20 → 120 of",
        ),
        (small(), "::notice title=syncer.verdict::Can be applied: it causes no loop and no overload."),
    ],
)
def test_the_verdict_is_the_first_line(made: Plan, first: str) -> None:
    assert shown(made, "github")[0].startswith(first)


def test_what_was_there_before_stands_behind_what_is_new() -> None:
    titles = [properties["title"] for _, properties, _ in commands("\n".join([*shown(loop(), "github"), ""]))]
    assert ["syncer.verdict", "capacity.unchecked", "loops.cycle", "capacity.saturated"] == titles


def test_an_error_that_refuses_nothing_is_a_warning() -> None:
    found = commands("\n".join([*shown(excused(), "github"), ""]))
    assert ["notice", "warning"] == [command for command, _, _ in found]
    assert "capacity.exceeded" == found[1][1]["title"]


def test_an_error_that_ended_the_command_is_one() -> None:
    report = Report("plan", 1, error=AuthError("no credentials\nat all", hint="Set them."))
    expected = "::error title=error.auth-error::no credentials%0Aat all%0ASet them.\n"
    assert expected == render("github", report)


def test_nothing_found_is_nothing() -> None:
    assert "" == render("github", Report("validate"))


def says_what_was_found(report: Report) -> None:
    found = commands(render("github", report))
    first = [plain(verdict_of(report))] if verdict_of(report) else []
    ranked = sorted(remarks(report), key=lambda finding: finding.since is Since.BEFORE)
    expected = [*first, *(in_full(finding) for finding in ranked)]
    assert expected == [message for _, _, message in found[:-1]]
    assert "error.stale-plan" == found[-1][1]["title"]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.slow
def test_one_line_an_entry_with_any_name(name: str) -> None:
    for report in reports(name).values():
        says_what_was_found(report)


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.sampled_from(KINDS))
def test_any_name_at_all_in_commands(name: str, kind: str) -> None:
    says_what_was_found(reports(name)[kind])

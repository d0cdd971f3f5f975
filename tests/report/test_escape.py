import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.finding import Finding, Position, Severity
from syncer.model.plan import Plan
from syncer.report.escape import FEW, MANY, PLACES, fold, markdown, plain, rest_in_words
from syncer.report.markdown import render as as_markdown
from syncer.report.note.sections import caused
from syncer.report.text.findings import finding_lines
from syncer.report.text.paint import Paint
from syncer.report.views import Report


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Support Tier 1", "Support Tier 1"),
        ("Kündigung 日本 ☎ é", "Kündigung 日本 ☎ é"),
        ("\x1b[31m\x07\x7f\x9b", "\\x1b[31m\\x07\\x7f\\x9b"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("\u202e\u200b\ufeff\u2028", "\\u202e\\u200b\\ufeff\\u2028"),
        ("odd\u00a0\u3000spaces", "odd\\xa0\\u3000spaces"),
        ("\ud800\U000e0041", "\\ud800\\U000e0041"),
        ("##[error]a ###[group]", "\\x23#[error]a #\\x23#[group]"),
        ("a ##VSO[task.complete]", "a \\x23#VSO[task.complete]"),
        ("::error file=a::b", "\\x3a:error file=a::b"),
        ("  ::add-mask::b", "  \\x3a:add-mask::b"),
        ("#1 ##x a::b ::1 refuses", "#1 ##x a::b ::1 refuses"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert shown == plain(text)


@given(st.text(st.characters(exclude_categories=())))
def test_plain_is_plain_for_good(text: str) -> None:
    assert plain(text) == plain(plain(text))


@given(st.text(st.characters(exclude_categories=())))
def test_markdown_shows_what_plain_shows(text: str) -> None:
    assert plain(text) == html.unescape(markdown(text))


def test_markdown_leaves_words_alone() -> None:
    assert "Support Tier 1, é" == markdown("Support Tier 1, é")
    assert "&#60;b&#62; &#124; &#64;all" == markdown("<b> | @all")


def missing(number: int) -> list[Finding]:
    return [
        Finding("capacity.missing", Severity.ERROR, f"Q{n} has no capacity", Position("a.yaml", n, 12))
        for n in range(1, number + 1)
    ]


OTHER = Finding("capacity.tight", Severity.INFO, "Tier 1 keeps 92 %", Position("a.yaml", 2, 3))
REST = f"error capacity.missing: {MANY + 1 - FEW} more: a.yaml:4, 5, 6, 7, 8, 9, 10, 11 (--verbose shows all)"


def test_as_many_as_are_shown_one_by_one_are_not_folded() -> None:
    found = missing(MANY)
    assert (found, {}) == fold(found, lambda finding: finding.id)


def test_of_more_the_first_few_are_shown_and_the_others_are_the_rest_of_their_kind() -> None:
    found = missing(MANY + 1)
    mixed = [found[0], OTHER, *found[1:]]
    expected = ([found[0], OTHER, *found[1:FEW]], {"capacity.missing": found[FEW:]})
    assert expected == fold(mixed, lambda finding: finding.id)


def test_equal_findings_are_counted_one_by_one() -> None:
    shown, rest = fold(missing(1) * (MANY + 1), lambda finding: finding.id)
    assert (FEW, MANY + 1 - FEW) == (len(shown), len(rest["capacity.missing"]))


def test_the_rest_names_places_by_file_queues_without_one_and_no_more_than_fit() -> None:
    places = [
        (Position("a.yaml", 3, 1), "A"),
        (Position("b.yaml", 5, 1), "B"),
        (Position("a.yaml", 9, 1), ""),
    ]
    assert "5 more: a.yaml:3, 9; b.yaml:5; Live Queue" == rest_in_words(
        [*places, (None, "Live Queue"), (None, "")]
    )
    assert "2 more" == rest_in_words([(None, "")] * 2)
    many = rest_in_words([(None, "Q")] * (PLACES + 1))
    assert f"{PLACES + 1} more: {', '.join('Q' * PLACES)}, …" == many


def test_text_folds_unless_it_is_verbose() -> None:
    found = [*missing(MANY + 1), OTHER]
    assert [
        *(f"a.yaml:{n}:12: error capacity.missing: Q{n} has no capacity" for n in range(1, FEW + 1)),
        "a.yaml:2:3: info capacity.tight: Tier 1 keeps 92 %",
        REST,
        "",
    ] == finding_lines(found, {}, Paint(False))
    assert MANY + 3 == len(finding_lines(found, {}, Paint(False), verbose=True))


def test_markdown_folds_unless_it_is_verbose() -> None:
    report = Report("validate", findings=tuple(missing(MANY + 1)))
    rows = [line for line in as_markdown(report, color=False).splitlines() if line.startswith("| **error**")]
    assert FEW + 1 == len(rows)
    assert "`8 more: a.yaml:4, 5, 6, 7, 8, 9, 10, 11`" in rows[-1]
    whole = Report("validate", findings=report.findings, verbose=True)
    assert MANY + 1 == as_markdown(whole, color=False).count("| **error**")


def test_the_note_folds() -> None:
    made = Plan("now", "https://api", findings=tuple(missing(MANY + 1)))
    listed = [line for line in caused(made) if line.startswith("- ")]
    assert FEW + 1 == len(listed)
    assert "- **error** `capacity.missing`: `8 more: a.yaml:4, 5, 6, 7, 8, 9, 10, 11`" == listed[-1]

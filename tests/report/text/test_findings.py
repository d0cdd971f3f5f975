"""Findings as text."""

from dataclasses import replace

import pytest

from syncer.errors import SyncerError
from syncer.model.finding import Figure, Finding, Limit, Loop, Note, Position, Severity, Since
from syncer.report.text.findings import (
    LONGEST_SOURCE,
    before_in_words,
    by_danger,
    error_lines,
    finding_lines,
    message_of,
    moved_name_lines,
    moved_names,
)
from syncer.report.text.paint import Paint, columns

PAINT = Paint(False)


def shown(source: str, column: int, line: int = 1) -> list[str]:
    """The line of source and the line of its marker."""
    finding = Finding("loops.cycle", Severity.ERROR, "a loop", Position("p.yaml", line, column))
    return finding_lines([finding], {"p.yaml": [source]}, PAINT)[1:-1]


def test_a_whole_finding() -> None:
    finding = Finding(
        "loops.cycle",
        Severity.WARNING,
        "a loop",
        Position("p.yaml", 2, 5),
        "break it",
        (Note("A → B", Position("q.yaml", 7, 1)), Note("B → A")),
    )
    assert [
        "p.yaml:2:5: warning loops.cycle: a loop",
        "     2 |   - here",
        "       |     ^",
        "    q.yaml:7:1: A → B",
        "    B → A",
        "    tip: break it",
        "",
    ] == finding_lines([finding], {"p.yaml": ["version: 1", "  - here"]}, PAINT)


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("  target: X", 11),
        ("日本語: X", 6),
        ("\x1b[31m\u202e: X", 9),
        ("e\u0301\u0301: X", 6),
        ("\t\tX", 3),
        ("X", 1),
        ("😀 X", 3),
        ("# " + "日" * 300 + "X" + "日" * 300, 303),
        ("a" * 159 + "X", 160),
        ("a" * 1000 + "X", 1001),
    ],
    ids=[
        "plain",
        "wide",
        "escaped",
        "combining",
        "tabs",
        "first",
        "emoji",
        "cut",
        "just whole",
        "cut at end",
    ],
)
def test_the_marker_stands_under_its_column(source: str, column: int) -> None:
    line, marker = shown(source, column)
    before, found, _ = line.partition("X")
    assert found
    assert columns(before) == columns(marker) - 1
    assert marker.endswith("^")


def test_long_lines_are_cut() -> None:
    for column in (1, 500, 1000):
        line, marker = shown("é" * 1000, column)
        assert len("     1 | ") + LONGEST_SOURCE >= len(line)
        assert len(line) + 1 >= len(marker)


@pytest.mark.parametrize("line", [0, 2, 10**9])
def test_a_line_that_is_not_there_is_not_shown(line: int) -> None:
    assert [] == shown("source", 1, line)


def test_a_column_behind_the_end_is_marked_behind_the_end() -> None:
    assert ["     1 | ab", "       |   ^"] == shown("ab", 99)


def test_quiet_leaves_out_what_only_informs() -> None:
    found = [Finding("a.b", severity, "m") for severity in Severity]
    quiet = finding_lines(found, {}, PAINT, quiet=True)
    assert ["error a.b: m", "warning a.b: m", ""] == quiet
    assert [*quiet[:2], "info a.b: m", ""] == finding_lines(found, {}, PAINT)
    assert [] == finding_lines(found[2:], {}, PAINT, quiet=True) == finding_lines([], {}, PAINT)


def test_errors_say_what_to_do() -> None:
    assert [] == error_lines(None, PAINT)
    assert ["error: it broke"] == error_lines(SyncerError("it broke"), PAINT)
    error = SyncerError("it broke:\nhere\x1b", hint="mend it")
    assert ["error: it broke:", "  here\\x1b", "  mend it"] == error_lines(error, PAINT)


def keeps(amount: float, severity: Severity = Severity.WARNING, queue: str = "Q") -> Finding:
    figure = Figure(Limit.KEPT, amount, 100)
    return Finding("capacity.saturated", severity, f"{queue} keeps {amount:g}", queue=queue, figure=figure)


def test_danger_is_what_refuses_then_loops_then_the_fullest() -> None:
    error = keeps(120, Severity.ERROR, "full")
    excused = replace(keeps(900, Severity.ERROR, "before"), since=Since.BEFORE, excused=True)
    loop = Finding("loops.cycle", Severity.ERROR, "A → A", loop=Loop((("a", "A"),), (), ("a",)))
    plain = Finding("references.unused", Severity.WARNING, "nobody")
    mildly, badly = keeps(101), keeps(130)
    fuller = keeps(150, Severity.ERROR, "fuller")
    found = [plain, mildly, error, excused, badly, fuller, loop]
    assert [loop, fuller, error, excused, badly, mildly, plain] == by_danger(found)


@pytest.mark.parametrize("id_", ["changes.unexplained", "changes.overwrites"])
def test_hand_edits_come_first_among_warnings(id_: str) -> None:
    edit = Finding(id_, Severity.WARNING, "an edit")
    loop = Finding("loops.watch", Severity.WARNING, "m", loop=Loop((), (), ()))
    error, full = Finding("a", Severity.ERROR, "m"), keeps(150)
    assert [error, edit, loop, full] == by_danger([full, loop, edit, error])


def test_a_name_that_leads_nowhere_comes_before_a_loop_that_was_closed_without_it() -> None:
    loop = Finding("loops.cycle", Severity.ERROR, "m", loop=Loop((), (), ()))
    unknown = Finding("references.unknown", Severity.ERROR, "m")
    perhaps = Finding("references.unknown", Severity.WARNING, "m")
    assert [unknown, loop, perhaps, keeps(150)] == by_danger([keeps(150), perhaps, loop, unknown])


def test_of_many_names_that_moved_the_first_are_said() -> None:
    found = [Finding("references.name-moved", Severity.WARNING, f"name {number}") for number in range(7)]
    assert [f"name {number}" for number in range(5)] + ["and 2 more names"] == moved_names(found)
    assert ["name 0", "name 1"] == moved_names([*found[:2], Finding("a", Severity.WARNING, "m")])
    lines = moved_name_lines(found[:1], Paint(False))
    assert ["name moved: name 0"] == lines


def test_what_is_equally_dangerous_keeps_its_order() -> None:
    found = [Finding("a.b", Severity.WARNING, f"m{number}") for number in (3, 1, 2)]
    assert found == by_danger(found)


def test_what_was_there_before_is_counted() -> None:
    new = replace(keeps(130), since=Since.NEW)
    before = [
        replace(keeps(120), since=Since.BEFORE),
        replace(keeps(110, Severity.ERROR), since=Since.BEFORE, excused=True),
        replace(keeps(110, Severity.ERROR), since=Since.BEFORE, excused=True),
        Finding("a.b", Severity.INFO, "m", since=Since.BEFORE),
    ]
    counted = "4 findings were there before: 2 errors, 1 warning, 1 note"
    assert counted == before_in_words(before)
    assert [
        "warning capacity.saturated (new): Q keeps 130",
        f"{counted} (--verbose shows them)",
        "",
    ] == finding_lines([new, *before], {}, PAINT)
    assert (
        "3 findings were there before: 2 errors, 1 warning (--verbose shows them)"
        == (finding_lines([new, *before], {}, PAINT, quiet=True)[1])
    )
    shown = finding_lines([new, *before], {}, PAINT, verbose=True)
    assert "error capacity.saturated (before): Q keeps 110" == shown[2]
    assert 6 == len(shown)


def test_an_error_of_before_that_refuses_is_shown() -> None:
    loop = Finding("loops.cycle", Severity.ERROR, "A → A", since=Since.BEFORE)
    assert ["error loops.cycle (before): A → A", ""] == finding_lines([loop], {}, PAINT)


@pytest.mark.parametrize(
    ("before", "capacity_before", "since", "more"),
    [
        (None, None, Since.NEW, ""),
        (104.5, 100, Since.WORSE, " (before: 104.5)"),
        (104.5, 100, Since.BEFORE, ""),
        (130, 100, Since.NEW, ""),
        (130, 200, Since.NEW, " (before: 130 of 200)"),
        (20, None, Since.NEW, " (before: 20)"),
    ],
)
def test_a_figure_that_moved_says_what_it_was(
    before: float | None, capacity_before: float | None, since: Since, more: str
) -> None:
    figure = Figure(Limit.KEPT, 130, 100, before=before, capacity_before=capacity_before)
    assert f"Q keeps 130{more}" == message_of(replace(keeps(130), figure=figure, since=since))

import pytest

from syncer.errors import SyncerError
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.report.text.findings import LONGEST_SOURCE, error_lines, finding_lines
from syncer.report.text.paint import Paint, columns, counted, padded, width_of

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


def test_colours_only_where_they_are_wanted() -> None:
    assert "\x1b[31m\x1b[1merror\x1b[0m" == Paint(True)("error", "red", bold=True)
    assert "error\\x1b" == PAINT("error\x1b", "red", bold=True)


def test_widths_count_columns() -> None:
    assert 6 == columns("日本語") == columns("e\u0301abcde")
    assert ["日本 |", "abcd |", "abcdef|"] == [padded(text, 5) + "|" for text in ("日本", "abcd", "abcdef")]
    assert 4 == width_of(["日本", "a", "x" * 41])
    assert 0 == width_of([])


def test_plurals() -> None:
    assert ["1 queue", "1,000 queues", "0 entries"] == [
        counted(1, "queue"),
        counted(1000, "queue"),
        counted(0, "entry", "entries"),
    ]

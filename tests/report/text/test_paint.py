"""Color: the codes of a terminal, and nothing of what a name could smuggle in."""

from typing import Any

import click
import pytest

from syncer.report.text.paint import COLORS, Paint, columns, counted, padded, width_of


@pytest.mark.parametrize("color", ["", *COLORS])
@pytest.mark.parametrize("more", [{}, {"bold": True}, {"dim": True}, {"bold": True, "dim": True}])
def test_the_codes_are_those_of_click(color: str, more: dict[str, Any]) -> None:
    assert click.style("Support", fg=color or None, **more) == Paint(True)("Support", color, **more)


def test_without_color_there_are_no_codes() -> None:
    assert "Support" == Paint(False)("Support", "red", bold=True)


def test_what_is_painted_is_made_harmless_first() -> None:
    assert "\x1b[31m" not in Paint(True)("\x1b[31mred", "green")


def test_colors_only_where_they_are_wanted() -> None:
    assert "\x1b[31m\x1b[1merror\x1b[0m" == Paint(True)("error", "red", bold=True)
    assert "error\\x1b" == Paint(False)("error\x1b", "red", bold=True)


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

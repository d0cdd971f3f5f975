"""Colour: the codes of a terminal, and nothing of what a name could smuggle in."""

from typing import Any

import click
import pytest

from syncer.report.text.paint import COLORS, Paint


@pytest.mark.parametrize("color", ["", *COLORS])
@pytest.mark.parametrize("more", [{}, {"bold": True}, {"dim": True}, {"bold": True, "dim": True}])
def test_the_codes_are_those_of_click(color: str, more: dict[str, Any]) -> None:
    assert click.style("Support", fg=color or None, **more) == Paint(True)("Support", color, **more)


def test_without_colour_there_are_no_codes() -> None:
    assert "Support" == Paint(False)("Support", "red", bold=True)


def test_what_is_painted_is_made_harmless_first() -> None:
    assert "\x1b[31m" not in Paint(True)("\x1b[31mred", "green")

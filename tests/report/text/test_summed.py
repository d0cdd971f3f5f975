"""What became of all environments, a line each."""

import pytest

from syncer.report import render
from syncer.report.text.summed import in_one_line
from syncer.report.views import Environments, Report, Summed

WELL = Summed("eu", "plan", 0, "Can be applied.", 1, 20, 3)
WARNED = Summed("us/west", "apply", 0, "", warnings=1)
WRONG = Summed("\x1b[31m", "plan", 3, "no")


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ([WELL], "1 environment: all is well"),
        ([WRONG, WARNED, WELL], "3 environments: 1 went wrong, 1 with warnings"),
        ([], "0 environments: all is well"),
    ],
)
def test_in_one_line(summary: list[Summed], words: str) -> None:
    assert words == in_one_line(summary)


def test_a_line_each() -> None:
    view = Environments((), (WARNED, WELL))
    assert [
        "2 environments: 1 with warnings",
        "! us/west  apply      +0 ~0 -0        -",
        "✓ eu       plan       +1 ~20 -3       Can be applied.",
    ] == render("text", Report("environments", view=view)).splitlines()


def test_names_are_harmless() -> None:
    assert "\x1b" not in render("text", Report("environments", view=Environments((), (WRONG,))))

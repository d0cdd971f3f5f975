"""Which environments went wrong."""

import pytest

from syncer.model.finding import Severity
from syncer.report.summed import NO_REPORT, severity_of, verdict_of, worst_first
from syncer.report.views import Summed

LOST = Summed("lost")
FAILED = Summed("failed", "apply", 4, "refused")
LOOPED = Summed("looped", "plan", 0, "a loop", errors=1)
WARNED = Summed("warned", "plan", 0, "it causes 1 warning", create=1, warnings=1)
LARGE = Summed("large", "plan", 2, "fine", update=9)
SMALL = Summed("small", "plan", 0, "", delete=1)


@pytest.mark.parametrize(
    ("summed", "severity"),
    [
        (LOST, Severity.ERROR),
        (FAILED, Severity.ERROR),
        (LOOPED, Severity.ERROR),
        (WARNED, Severity.WARNING),
        (LARGE, Severity.INFO),
    ],
)
def test_how_bad_it_is(summed: Summed, severity: Severity) -> None:
    assert severity == severity_of(summed)


def test_the_worst_comes_first_whatever_the_order() -> None:
    expected = (LOST, LOOPED, FAILED, WARNED, LARGE, SMALL)
    assert expected == worst_first(reversed(expected))


def test_there_is_always_a_word() -> None:
    assert (NO_REPORT, "refused", "-") == tuple(map(verdict_of, (LOST, FAILED, SMALL)))

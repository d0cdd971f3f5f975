"""Figures that tests record, added up at the end of a run: ``record_property("chaos", {"requests": 12})``."""

from collections import Counter

from pytest import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Show one line a figure, for all tests that recorded any, in whichever process they ran."""
    totals: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, figures in getattr(report, "user_properties", ()):
                if name == "chaos" and getattr(report, "when", "") == "call":
                    totals.update(figures)
    if totals:
        terminalreporter.section("chaos")
        for name, number in sorted(totals.items(), key=lambda item: (":" in item[0], item[0])):
            terminalreporter.write_line(f"{number:>9,}  {name}")

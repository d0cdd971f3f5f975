"""The tables of exit codes against the errors and the results of the program."""

from collections.abc import Iterator

from syncer.applying.apply import Result
from syncer.audit.entries import Run
from syncer.errors import SyncerError
from tests.docs.documents import ROOT, rows

OF_DIFFERENCES = 2
"""What --detailed-exitcode asks for."""


def _all(kind: type[SyncerError]) -> Iterator[type[SyncerError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all(below)


def test_every_exit_code_is_documented() -> None:
    run = Run("run", "", "")
    statuses = ("done", "failed", "refused", "in part", "interrupted")
    of_results = {Result(run, status, (), "", {}, 0).exit_code for status in statuses}
    codes = {error.exit_code for error in _all(SyncerError)} | of_results | {OF_DIFFERENCES}
    assert sorted(codes) == [int(row[0]) for row in rows(ROOT / "docs" / "commands.md", "## Exit codes")]


def test_the_readme_has_the_same_table() -> None:
    page = ROOT / "docs" / "commands.md"
    assert rows(page, "## Exit codes") == rows(ROOT / "README.md", "## Exit codes")

"""However long an audit trail is, hardly any of its entries are in memory at once, in any format."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any
from weakref import ref

import pytest

from syncer.audit.deviations import deviations
from syncer.audit.figures import figures
from syncer.audit.joined import Runs, rows
from syncer.audit.population import Again
from syncer.report import pieces
from syncer.report.lookups import AuditExported, AuditFigures, AuditShown
from syncer.report.views import Report
from tests.audit.histories import change, run
from tests.report.binders import cover

ENTRIES = 200


class Entry(dict[str, Any]):
    """An entry that can be watched."""


class Trail:
    """Entries that are made as they are walked, and the ``most`` of them that were alive at once."""

    def __init__(self) -> None:
        self.alive: dict[int, ref[Entry]] = {}
        self.most = 0

    def walk(self) -> Iterator[Entry]:
        for place in range(ENTRIES):
            name = f"r{place // 10}"
            entry = Entry(run(name) if place % 10 == 9 else change(name))
            self.alive[place] = ref(entry, partial(self._gone, place))
            self.most = max(self.most, len(self.alive))
            yield entry

    def _gone(self, place: int, _: object) -> None:
        self.alive.pop(place, None)

    def changes(self) -> Iterator[Entry]:
        return (entry for entry in self.walk() if entry["kind"] == "change")

    def runs(self) -> Iterator[Entry]:
        return (entry for entry in self.walk() if entry["kind"] == "run")


def filed(trail: Trail) -> AuditFigures:
    exceptions = Again(lambda: deviations(trail.walk(), ()))
    return AuditFigures(
        figures(trail.walk()), Again(trail.changes), cover("x"), Again(trail.runs), exceptions
    )


def shown(trail: Trail) -> AuditShown:
    return AuditShown(Again(trail.walk))


def exported(trail: Trail) -> AuditExported:
    return AuditExported(Again(lambda: rows(trail.changes(), Runs())))


@pytest.mark.parametrize(
    ("command", "made", "format_"),
    [
        *(("audit report", filed, each) for each in ("text", "json", "markdown", "html")),
        *(("audit show", shown, each) for each in ("text", "json", "markdown")),
        *(("audit export", exported, each) for each in ("csv", "jsonl", "ocsf")),
    ],
)
def test_few_are_there_at_once(command: str, made: Any, format_: str) -> None:
    trail = Trail()
    view: Any = made(trail)
    report = Report(command, view=view)
    assert sum(1 for _ in islice(pieces(format_, report), 10**6)) > ENTRIES / 2
    assert 1 <= trail.most <= 4

"""However long an audit trail is, nothing but a few bytes of an entry stay in memory while it is read."""

import gc
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.app.audit_verify import fault_of_entry
from syncer.audit.consistency import contradictions
from syncer.audit.deviations import without_entry
from syncer.audit.figures import figures
from syncer.audit.filters import Filters
from syncer.audit.population import population
from syncer.audit.segments import Line
from syncer.report import pieces
from syncer.report.lookups import AuditShown
from syncer.report.views import Report
from tests.audit.trails import whole_run

FEW, MANY = 250, 500
"""Runs: the schema check keeps up to 200 values of each part, so it is full from the lower number on."""

MOST = 200
"""Bytes that may stay of a run, which has four entries of a thousand bytes and more each."""

_HASH = f"sha256:{0:064x}"

Entry = dict[str, Any]


def entries(runs: int) -> Iterator[Entry]:
    """Runs in which no run, queue or name comes twice."""
    plain = [{**entry, "n": 1, "previous": _HASH, "hash": _HASH} for entry in whole_run()]
    for number in range(runs):
        for entry in plain:
            own = {"run": f"20260301T080000Z-{number:012}", "correlationId": f"c-{number:012}"}
            if entry["kind"] == "change":
                own |= {"queueId": f"id-{number:012}", "queueName": f"Queue {number:012}"}
            yield {**entry, **{key: value for key, value in own.items() if key in entry}}


def lines(runs: int) -> Iterator[Line]:
    return (Line(Path("audit.jsonl"), number, b"", entry) for number, entry in enumerate(entries(runs), 1))


def verified(runs: int) -> None:
    assert () == contradictions(lines(runs), fault_of_entry()).breaks


def whole(runs: int) -> None:
    population(lambda: entries(runs), Filters())


def added_up(runs: int) -> None:
    figures(entries(runs))


def searched(runs: int) -> None:
    without_entry(lambda: entries(runs))


def written(format_: str) -> Callable[[int], None]:
    def write(runs: int) -> None:
        view = AuditShown(Shown(runs))
        for _ in pieces(format_, Report("audit show", view=view)):
            pass

    return write


class Shown(Iterable[Entry]):
    """Entries that are made as they are walked."""

    def __init__(self, runs: int) -> None:
        self.runs = runs

    def __iter__(self) -> Iterator[Entry]:
        return entries(self.runs)


def most_bytes(read: Callable[[int], None], runs: int) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        read(runs)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "read",
    [verified, whole, added_up, searched, written("json")],
    ids=lambda read: read.__name__,
)
def test_hardly_anything_stays_of_a_run(read: Callable[[int], None]) -> None:
    read(1)  # what is imported and compiled stays once
    grown = most_bytes(read, MANY) - most_bytes(read, FEW)
    assert grown <= MOST * (MANY - FEW)

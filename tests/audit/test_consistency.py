from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.app.audit_verify import fault_of_entry
from syncer.audit.chain import Chain
from syncer.audit.consistency import contradictions
from syncer.audit.entries import change_entries, run_entry
from syncer.audit.new_chain import BEHIND, NewChain, chain_entry
from syncer.audit.segments import Line, read_lines
from syncer.model.plan import Outcome, Status
from tests.audit.trails import CHANGE, DONE, NOW, RUN, Entry, whole_run

LATER = "2026-03-01T09:00:00.000Z"
FAULT_OF = fault_of_entry()


def found(entries: list[Entry], *, partial: bool = False) -> tuple[list[tuple[int, str, str]], str]:
    """What contradicts itself in a trail of these entries, and the run that is open."""
    linked = ({**entry, "n": number, **LINKS} for number, entry in enumerate(entries, 1))
    lines = [Line(Path("t"), number, b"", entry) for number, entry in enumerate(linked, 1)]
    seen = contradictions(lines, FAULT_OF, partial=partial)
    return [(each.line, each.kind, each.message) for each in seen.breaks], seen.open_run


LINKS = {"previous": f"sha256:{'0' * 64}", "hash": f"sha256:{'1' * 64}"}
CLOSED = run_entry(RUN, NOW, status="done", validation_pass=True, outcomes=[DONE])
CHANGES = change_entries(RUN, DONE, NOW)


def other(entries: list[Entry], run: str = "20260301T090000Z-fedcba") -> list[Entry]:
    return [{**entry, "run": run} for entry in entries]


def test_a_trail_as_it_is_written_says_one_thing(tmp_path: Path) -> None:
    assert ([], "") == found([*CHANGES, CLOSED, *other([*CHANGES, CLOSED])])
    chain = Chain(tmp_path)
    chain.append(whole_run())
    seen = contradictions(read_lines(*chain.files()), FAULT_OF)
    assert ((), "") == (seen.breaks, seen.open_run)


def test_a_run_that_is_not_over_is_named() -> None:
    assert ([], RUN.id) == found(CHANGES)
    refused = run_entry(RUN, NOW, status="refused", validation_pass=False, reason="another-run")
    assert ([], RUN.id) == found([*CHANGES, *other([refused])])


def test_a_run_without_an_end_is_found_where_another_followed() -> None:
    breaks, still_open = found([*CHANGES, *other([*CHANGES, CLOSED])])
    assert "" == still_open
    assert [(3, "orphaned")] == [each[:2] for each in breaks]
    assert f"no entry says how run {RUN.id} ended" in breaks[0][2]


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (
            lambda run: run.update(queues={"applied": 2}),
            "totals",
            "are 2 applied, its changes state 1 applied",
        ),
        (lambda run: run.update(queues={}), "totals", "are none, its changes state 1 applied"),
        (lambda run: run.update(recordedAt="2026-02-28T00:00:00.000Z"), "time", "before the entry in front"),
        (lambda run: run.update(status="fine"), "schema", "$.status"),
        (
            lambda run: run.update(status="refused"),
            "totals",
            "is refused, but its changes state that it wrote",
        ),
        (lambda run: run.update(occurredAt="2027-03-01T00:00:00.000Z"), "time", "after it was recorded"),
        (lambda run: run.update(occurredAt="nonsense"), "time", "has an invalid time"),
        (lambda run: run.update(undoes="gone"), "orphaned", "undoes run gone, which has no entry"),
        (lambda run: run.update(more=1), "schema", "doesn't have the form of an entry"),
        (lambda run: run.update(format="syncer.audit/v9"), "schema", "isn't an entry of a known version"),
    ],
    ids=[
        *("one more", "none", "earlier", "another status", "refused", "later", "no time", "undoes nothing"),
        *("another member", "another version"),
    ],
)
def test_a_run_that_was_rewritten_is_found(change: Callable[[Entry], None], kind: str, words: str) -> None:
    run: dict[str, Any] = dict(CLOSED)
    change(run)
    breaks, _ = found([*CHANGES, run])
    assert [(4, kind)] == [each[:2] for each in breaks]
    assert words in breaks[0][2]


def test_a_change_that_was_added_or_taken_away_is_found() -> None:
    another = [{**entry, "queueId": "another"} for entry in CHANGES]
    assert [(7, "totals")] == [each[:2] for each in found([*CHANGES, *another, CLOSED])[0]]
    assert [(1, "totals")] == [each[:2] for each in found([CLOSED])[0]]
    assert [(5, "totals"), (6, "totals"), (7, "totals")] == [
        each[:2] for each in found([*CHANGES, CLOSED, *another])[0]
    ]


def test_a_run_ends_once() -> None:
    assert [(5, "totals", f"run {RUN.id} ends twice")] == found([*CHANGES, CLOSED, CLOSED])[0]


def test_what_was_unknown_may_be_settled_later() -> None:
    unknown = Outcome(CHANGE, Status.UNKNOWN)
    closed = run_entry(RUN, NOW, status="in part", validation_pass=True, outcomes=[unknown])
    settled = change_entries(RUN, DONE, LATER, recovered_by=RUN)
    assert ([], "") == found([*change_entries(RUN, unknown, NOW), closed, *settled])


def test_the_last_of_several_outcomes_of_a_queue_counts() -> None:
    back = Outcome(CHANGE, Status.TAKEN_BACK)
    closed = run_entry(RUN, NOW, status="in part", validation_pass=True, outcomes=[back])
    assert ([], "") == found([*CHANGES, *change_entries(RUN, back, NOW), closed])


def test_the_first_run_of_a_part_may_have_changes_before_it() -> None:
    assert ([], "") == found([CHANGES[0], {**CLOSED, "queues": {"applied": 2}}], partial=True)


def test_what_is_no_entry_is_left_to_the_chain() -> None:
    assert () == contradictions([Line(Path("t"), 1, b"x", None)], FAULT_OF).breaks


def test_what_is_between_two_chains_may_be_elsewhere() -> None:
    begins = {**chain_entry(RUN, NOW, NewChain(BEHIND)), "follows": {"entry": 0, "head": LINKS["previous"]}}
    undo = run_entry(replace(RUN, verb="rollback", undoes="gone"), NOW, status="done", validation_pass=True)
    late = {**begins, "recordedAt": "2026-01-01T00:00:00.000Z", "occurredAt": "2026-01-01T00:00:00.000Z"}
    assert ([], "") == found([*CHANGES, begins, *other([undo])])
    assert ([], "") == found([*CHANGES, late]), "another machine has another clock"

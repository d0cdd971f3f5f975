"""The journal of a run: written and synced before and after each PUT."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.journal import CutOff, Journal, Trace, find_journals, read_journal
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.audit.entries import NO_EVIDENCE, Origin, Run
from syncer.errors import AuditError, NotFound
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import KIND_NAMES
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange, Written
from syncer.model.json_reader import parsed
from syncer.model.plan import Outcome, Status
from syncer.model.queue import Group
from tests.applying.scripted import NOW, RUN, change
from tests.organizations import leaves, replaced
from tests.properties import examples
from tests.special_files import KINDS, put

WRITTEN = Written({"routingRules": [1]}, {})

texts = st.text(max_size=8)
seconds = st.integers(0, 3600)
rules = (
    st.builds(OverflowRule, texts, st.integers(0, 100), seconds, st.booleans())
    | st.builds(BackupRule, texts, seconds, st.booleans())
    | st.builds(
        GroupRule,
        st.integers(1, 5),
        texts,
        texts,
        texts,
        st.floats(-9, 9),
        seconds,
        st.lists(texts, max_size=2).map(tuple),
    )
)
fields = st.builds(FieldChange, texts, st.integers(0, 9) | st.booleans() | texts, st.integers(0, 9))
rule_changes = st.builds(
    RuleChange,
    st.sampled_from(Action),
    texts,
    texts,
    st.none() | rules,
    st.none() | rules,
    st.lists(fields, max_size=2).map(tuple),
    texts,
    st.lists(st.builds(Group, texts, texts), max_size=2).map(tuple),
).filter(lambda made: bool(made.before or made.after))
many_rules = st.lists(rules, max_size=3).map(tuple)
changes_ = st.builds(
    QueueChange,
    texts,
    texts,
    st.lists(rule_changes, max_size=3).map(tuple),
    many_rules,
    many_rules,
    st.integers(1, 9),
    st.lists(texts, max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(KIND_NAMES), unique=True).map(tuple),
)
runs = st.builds(
    Run,
    st.just("run"),
    texts,
    texts,
    texts,
    texts,
    st.sampled_from(["apply", "rollback"]),
    st.lists(texts, max_size=2).map(tuple),
    st.builds(Origin, texts, texts, texts, texts, texts),
    undoes=texts,
    evidence=st.sampled_from([{}, {**NO_EVIDENCE, "approvers": ["ann"], "ticket": "T-1"}]),
    facts=st.sampled_from([{}, {"a": {"capacity": 1.5, "baseLoad": None}}]),
    intended=st.none() | st.just({"create": 1, "update": 0, "delete": 0, "queues": ["a"]}),
)
sides = st.dictionaries(st.sampled_from(["routingRules", "directRouting"]), st.none() | st.lists(texts))
outcomes = st.tuples(
    st.sampled_from(Status),
    texts,
    st.integers(0, 9),
    st.floats(0, 1e6),
    *[texts] * 2,
    st.sampled_from(["etag", "compare", ""]),
    *[texts] * 2,
    st.none() | st.builds(Written, sides, sides),
    st.floats(0, 1e6),
)


@examples(40)
@given(runs, st.lists(changes_, max_size=3, unique_by=lambda each: each.queue), outcomes, texts)
def test_what_was_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    run: Run,
    changes: list[QueueChange],
    outcome: tuple[Any, ...],
    etag: str,
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"), run, changes, lambda: NOW)
    for number, each in enumerate(changes, 1):
        journal.sending(each, number, etag, Written({}, {}))
        journal.sending(each, number + 1, etag, outcome[-2] or WRITTEN)
    settled = {each.queue: Outcome(each, *outcome) for each in changes[:2]}
    for done in settled.values():
        journal.settled(done)
    journal.close()
    kept = {each.queue: replace(each, waits_for=()) for each in changes}
    traces = [
        Trace(
            kept[each.queue],
            number + 1,
            outcome[-2] or WRITTEN,
            replace(settled[each.queue], change=kept[each.queue]) if each.queue in settled else None,
            "" if etag else NOW,
            NOW,
        )
        for number, each in enumerate(changes, 1)
    ]
    unguarded = NOW if changes[2:] and not etag else ""
    assert CutOff(journal.path, run, tuple(traces), (), unguarded) == read_journal(journal.path)


def test_what_takes_a_queue_back_is_told_from_what_it_takes_back(tmp_path: Path) -> None:
    one, back = change("one"), change("one", threshold=11)
    applied = Outcome(one, Status.APPLIED, attempts=1)
    journal = Journal(tmp_path, RUN, [one], lambda: NOW)
    journal.sending(one, 1, "e1", WRITTEN)
    journal.settled(applied)
    journal.taking_back(back)
    begun = read_journal(journal.path)
    journal.sending(back, 1, "e2", Written({}, {}))
    sent = read_journal(journal.path)
    journal.settled(Outcome(back, Status.TAKEN_BACK))
    journal.close()
    ended = read_journal(journal.path)
    assert begun and sent and ended
    assert (Trace(one, 1, WRITTEN, applied, sent_at=NOW),) == begun.changes == sent.changes == ended.changes
    assert (Trace(back),) == begun.backs
    assert (Trace(back, 1, Written({}, {}), sent_at=NOW),) == sent.backs
    taken_back = Outcome(back, Status.TAKEN_BACK)
    assert (Trace(back, 1, Written({}, {}), taken_back, sent_at=NOW),) == ended.backs


def written(folder: Path) -> Journal:
    """The journal of a run that sent two PUTs, of which one was settled."""
    one, two = change("one"), change("two")
    journal = Journal(folder, RUN, [one, two], lambda: NOW)
    journal.sending(one, 1, "e1", WRITTEN)
    journal.settled(Outcome(one, Status.APPLIED, attempts=1))
    journal.sending(two, 1, "e2", WRITTEN)
    journal.close()
    return journal


def test_a_torn_end_is_passed_over_wherever_it_breaks(tmp_path: Path) -> None:
    journal = written(tmp_path)
    whole = journal.path.read_bytes()
    start, sent, settled, _ = (place for place, byte in enumerate(whole) if byte == ord("\n"))
    for size in range(len(whole) + 1):
        journal.path.write_bytes(whole[:size])
        found = read_journal(journal.path)
        if size <= start:
            assert found is None
            continue
        assert found is not None
        one, two = found.changes
        assert ("one", "two") == (one.change.queue, two.change.queue)
        assert (size > settled) == (one.outcome is not None)
        assert (size > sent, size == len(whole)) == (one.attempts == 1, two.attempts == 1)


def test_a_run_that_ends_takes_its_journal_away(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new", RUN, [change("one")], lambda: NOW)
    assert [journal.path] == find_journals(tmp_path / "new")
    journal.finish()
    assert [] == find_journals(tmp_path / "new") == find_journals(tmp_path / "none")


def full_disk(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_can_not_sync_stops_the_run_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(AuditError, match=r"journal .* can't be written: No space left on device"):
        Journal(tmp_path, RUN, [change("one")], lambda: NOW)
    assert [None] == [read_journal(path) for path in find_journals(tmp_path)]


def test_a_folder_that_can_not_be_synced_stops_the_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncer.applying.journal.sync_folder", full_disk)
    with pytest.raises(AuditError):
        Journal(tmp_path, RUN, [change("one")], lambda: NOW)


def test_a_record_that_can_not_be_synced_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = change("one"), change("two")
    journal = Journal(tmp_path, RUN, [one, two], lambda: NOW)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", full_disk)
        with pytest.raises(AuditError):
            journal.sending(one, 1, "e1", WRITTEN)
    journal.sending(two, 1, "e2", WRITTEN)
    journal.close()
    found = read_journal(journal.path)
    assert found is not None
    assert [0, 1] == [each.attempts for each in found.changes]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError):
        Journal(tmp_path / "file", RUN, [], lambda: NOW)


def test_a_journal_of_an_older_version_does_not_say_what_was_written(tmp_path: Path) -> None:
    journal = written(tmp_path)
    lines = [json.loads(line) for line in journal.path.read_text().splitlines()]
    old = [{key: value for key, value in line.items() if key != "written"} for line in lines]
    journal.path.write_text("".join(json.dumps(line) + "\n" for line in old))
    found = read_journal(journal.path)
    assert found is not None
    assert [None, None] == [each.written for each in found.changes]
    assert found.changes[0].outcome is not None
    assert found.changes[0].outcome.written is None


@pytest.mark.parametrize("broken", ["text", {"before": {}}, {"before": [], "after": {}}])
def test_a_record_with_something_else_in_the_place_of_what_was_written_is_none(
    tmp_path: Path, broken: object
) -> None:
    journal = written(tmp_path)
    lines = [json.loads(line) for line in journal.path.read_text().splitlines()]
    lines[1]["written"] = broken
    journal.path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(AuditError, match="can't be read as the journal of a run"):
        read_journal(journal.path)


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense\n",
        b"[]\n",
        b'{"format": "syncer.journal/v2", "record": "start"}\n',
        b'{"format": "syncer.journal/v1", "record": "send", "queue": "a", "attempt": 1}\n',
        b'{"format": "syncer.journal/v1", "record": "start"}\n',
        b'{"format": "syncer.journal/v1", "record": "start", "run": {}, "changes": []}\n',
        b'{"format": "syncer.journal/v1", "record": "start", "run": 5, "changes": 5}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_no_journal_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.journal.jsonl"
    path.write_bytes(content)
    with pytest.raises(AuditError, match="can't be read as the journal of a run") as caught:
        read_journal(path)
    assert caught.value.hint


def test_an_outcome_of_an_unknown_queue_is_no_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, RUN, [], lambda: NOW)
    journal.settled(Outcome(change("one"), Status.APPLIED))
    journal.close()
    with pytest.raises(AuditError, match="can't be read as the journal"):
        read_journal(journal.path)


def test_a_journal_that_can_not_be_opened(tmp_path: Path) -> None:
    (tmp_path / "x.journal.jsonl").mkdir()
    with pytest.raises(AuditError, match="can't be read"):
        read_journal(tmp_path / "x.journal.jsonl")


def test_a_journal_that_somebody_takes_away_stops_before_the_put(tmp_path: Path) -> None:
    journal = Journal(tmp_path, RUN, [change("a")], lambda: NOW)
    journal.path.unlink()
    with pytest.raises(AuditError, match="can't be written"):
        journal.sending(change("a"), 1, "e", WRITTEN)
    journal.path.write_text("another")
    with pytest.raises(AuditError, match="another file is in its place"):
        journal.sending(change("a"), 1, "e", WRITTEN)
    journal.close()


ODD: tuple[Any, ...] = (None, True, -1, 1.5, "x", "", [], {}, [1], {"a": 1}, 10**400, "2026-13-01T00:00:00Z")


def _records(folder: Path) -> list[Any]:
    return [json.loads(line) for line in written(folder).path.read_bytes().splitlines()]


class _NoQueues:
    """A server that knows no queue."""

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        raise NotFound(f"no queue {queue_id}", status=404)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_a_value_of_another_type_is_an_error_or_does_no_harm(tmp_path: Path, odd: object) -> None:
    """Whatever stands there: what recovers the run gets values of the right type, or an AuditError."""
    records = _records(tmp_path / "whole")
    folder = tmp_path / "journal"
    folder.mkdir()
    refused = 0
    for place in leaves(records):
        for path in {place, place[:-1]}:
            if path:
                lines = [json.dumps(record) + "\n" for record in replaced(records, path, odd)]
                (folder / "x.journal.jsonl").write_text("".join(lines))
                try:
                    list(recover(folder, Chain(tmp_path / "audit"), _NoQueues(), lambda: NOW))
                except AuditError as error:
                    refused += 1
                    assert error.hint
    assert refused


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"format": "x", "record": 1, "format": 2}', "line 2, column 30: the key 'format' appears twice"),
        (b'{"format": "syncer.journal/v1", "record": NaN}', "line 2, column 43: NaN is not a JSON number"),
        (b"{} {}", "line 2, column 4: extra data"),
        (b"[" * 100, "line 2, column 65: it is nested more than 64 levels deep"),
    ],
)
def test_a_line_says_one_thing_or_is_refused(tmp_path: Path, line: bytes, why: str) -> None:
    journal = written(tmp_path)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join([lines[0], line + b"\n", *lines[1:]]))
    with pytest.raises(AuditError) as caught:
        read_journal(journal.path)
    assert f"{journal.path} can't be read as the journal of a run: {why}" in caught.value.message


def test_numbers_of_live_are_kept_with_all_their_digits(tmp_path: Path) -> None:
    exact = Written({"routingRules": parsed(b"[0.12345678901234567890]")}, {})
    journal = Journal(tmp_path, RUN, [change("one")], lambda: NOW)
    journal.sending(change("one"), 1, "e1", exact)
    journal.close()
    found = read_journal(journal.path)
    assert found is not None
    assert exact == found.changes[0].written


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_place_of_a_journal_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    place = put(kind, tmp_path / "x.journal.jsonl")
    assert [place] == find_journals(tmp_path)
    with pytest.raises(AuditError, match="can't be read: ") as caught:
        read_journal(place)
    assert caught.value.hint


def test_there_are_no_journals_in_what_is_no_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "journal")
    assert [] == find_journals(tmp_path / "journal")


@pytest.mark.parametrize("members", ["as_json", "claimed"], ids=["now", "as older versions wrote it"])
def test_a_journal_says_how_well_its_origin_is_known(members: str, tmp_path: Path) -> None:
    run = replace(RUN, origin=Origin("ann", "here", "abc", "1", "2", "gitlab", True, "", "main", True))
    Journal(tmp_path, run, [change("a")], lambda: NOW).close()
    (path,) = find_journals(tmp_path)
    start = json.loads(path.read_text())
    start["run"]["origin"] = getattr(run.origin, members)()
    path.write_text(json.dumps(start) + "\n")
    found = read_journal(path)
    assert found is not None
    expected = run.origin if members == "as_json" else Origin("ann", "here", "abc", "1", "2")
    assert expected == found.run.origin

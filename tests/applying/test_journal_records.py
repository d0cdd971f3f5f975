"""What stands in a journal has the form of its record, or nothing of it is believed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.applying.journal import Journal, read_journal
from syncer.applying.journal_records import FORMAT, read_records
from syncer.audit.entries import NO_EVIDENCE, Origin
from syncer.errors import AuditError
from syncer.model.change import Written
from syncer.model.plan import Outcome, Status
from syncer.policy.schema import schema_text
from tests.applying.scripted import NOW, RUN, change
from tests.organizations import leaves, replaced

SCHEMA = Draft202012Validator(json.loads(schema_text("journal.v1.schema.json")))
ODD: tuple[Any, ...] = (None, True, -1, "", {}, [None])
KNOWN = replace(
    RUN,
    origin=Origin("ann", "here", source="gitlab"),
    plan_presented=f"sha256:{'1' * 64}",
    intended={"create": 0, "update": 1, "delete": 0, "queues": ["one"]},
    facts={"one": {"capacity": 1.5, "baseLoad": None}},
    evidence={**NO_EVIDENCE, "approvers": ["ann"], "policies": None},
)


def written(folder: Path) -> list[Any]:
    """The records of a run that settled one queue and takes it back."""
    one, two = change("one"), change("two")
    journal = Journal(folder, KNOWN, [one, two], lambda: NOW)
    journal.sending(one, 1, "e1", Written({"routingRules": []}, {}))
    journal.settled(Outcome(one, Status.APPLIED, attempts=1))
    journal.taking_back(change("one", threshold=11))
    journal.sending(two, 2, "", Written({}, {}))
    journal.close()
    return [json.loads(line) for line in journal.path.read_text().splitlines()]


def put(path: Path, records: list[Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_what_a_run_wrote_is_read(tmp_path: Path) -> None:
    records = written(tmp_path / "whole")
    assert records == read_records(put(tmp_path / "x", records))
    assert [{FORMAT}, []] == [{record["format"] for record in records}, read_records(put(tmp_path / "y", []))]


def test_whatever_its_schema_refuses_is_no_journal(tmp_path: Path) -> None:
    records = written(tmp_path / "whole")
    places = list(leaves(records))
    places = list(dict.fromkeys(place[:size] for place in places for size in range(1, len(place) + 1)))
    refused = 0
    for place in places:
        for odd in ODD:
            changed = replaced(records, place, odd)
            if SCHEMA.is_valid(changed[place[0]]):
                continue
            refused += 1
            with pytest.raises(AuditError, match="can't be read as the journal of a run") as caught:
                read_records(put(tmp_path / "x", changed))
            assert caught.value.hint
    assert refused > len(places)


def at(*path: str | int) -> Callable[[Any], Any]:
    def found(records: Any) -> Any:
        for step in path:
            records = records[step]
        return records

    return found


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ((1,), "record", None),
        ((1,), "record", "sent"),
        ((1,), "record", "start"),
        ((0,), "record", "send"),
        ((1,), "attempt", 0),
        ((1,), "attempt", -1),
        ((1,), "attempt", 1.0),
        ((1,), "at", None),
        ((2,), "at", 5),
        ((3,), "at", "2026-13-01T00:00:00Z"),
        ((0,), "at", "yesterday"),
        ((0, "changes", 0), "after", ""),
        ((0, "changes", 0), "after", {}),
        ((0, "changes", 0), "before", ""),
        ((0, "changes", 0), "kinds", ""),
        ((0, "changes", 0), "rules", {}),
        ((0, "changes", 0, "rules", 0), "fields", {}),
        ((0, "changes", 0, "rules", 0), "groups", ""),
        ((0, "changes", 0, "rules", 0), "before", 0),
        ((0, "changes", 0, "rules", 0), "before", []),
        ((0, "run"), "overrides", "--allow-delete"),
        ((0, "run"), "plan_presented", 7),
        ((0, "run"), "intended", []),
        ((0, "run", "intended"), "queues", "one"),
        ((0, "run", "facts"), "one", 5),
        ((0, "run", "evidence"), "approvers", "ann"),
        ((0, "run", "evidence"), "segregation", "perfect"),
    ],
)
def test_a_value_that_no_run_writes(
    tmp_path: Path, place: tuple[str | int, ...], name: str, value: object
) -> None:
    records = written(tmp_path / "whole")
    at(*place)(records)[name] = value
    with pytest.raises(AuditError, match="can't be read as the journal of a run"):
        read_journal(put(tmp_path / "x", records))


def test_a_rule_that_is_neither_before_nor_after_is_no_change(tmp_path: Path) -> None:
    records = written(tmp_path / "whole")
    records[0]["changes"][0]["rules"][0] |= {"before": None, "after": None}
    with pytest.raises(AuditError, match="can't be read as the journal of a run"):
        read_journal(put(tmp_path / "x", records))

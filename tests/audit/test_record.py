import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.chain import Chain
from syncer.audit.entries import change_entries, run_entry
from syncer.audit.record import (
    AppliedQueue,
    Intent,
    Place,
    Record,
    folded,
    intent_of,
    read_record,
    write_record,
)
from syncer.errors import AuditError
from syncer.kinds.overflow import OverflowRule
from syncer.model.network import Facts
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation, Organization
from tests.audit.trails import CHANGE, DONE, NOW, RUN, whole_run

HERE = ApiLocation("https://api", Organization("o", "Org"))
RULES = (OverflowRule("b", 20, 60, True),)
QUEUE = AppliedQueue("a", "Queue A", "run", NOW, "c0ffee", RULES, Facts(50.0, 10.0))
PARTLY = AppliedQueue("x", "Queue X", "run", NOW)
PLACE = Place(HERE, "prod", "run", "c0ffee", "sha256:1", NOW, {"a": QUEUE, "x": PARTLY})
INTENT = Intent("run", "apply", NOW, HERE, "prod", "sha256:1", "ann", "host", "c0ffee", ("a", "b"))
RECORD = Record(f"sha256:{'1' * 64}", 7, (PLACE,), (INTENT,))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert Record() == read_record(tmp_path / "record.json")
    for record in (RECORD, Record()):
        write_record(tmp_path / "deep" / "record.json", record)
        assert record == read_record(tmp_path / "deep" / "record.json")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda text: text.replace("syncer.record/v1", "syncer.record/v9"),
        lambda text: text.replace('"entry": 7', '"entry": "7"'),
        lambda text: text.replace('"capacity": 50.0', '"capacity": "50"'),
        lambda text: text.replace('"queues": ["a", "b"]', '"queues": [1, 2]'),
        lambda text: text.replace('"kind": "overflow"', '"kind": "another"'),
        lambda text: text.replace('"id": "o"', '"it": "o"'),
        lambda text: text.replace('"places"', '"place"'),
        lambda text: "[]",
    ],
    ids=["torn", "version", "entry", "fact", "queues", "kind", "organization", "places", "list"],
)
def test_what_is_no_record_is_an_error(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "record.json"
    write_record(path, RECORD)
    whole = path.read_text()
    assert whole != damage(whole)
    path.write_text(damage(whole))
    with pytest.raises(AuditError, match=r"record\.json") as caught:
        read_record(path)
    assert "made anew from the trail" in caught.value.hint


def test_something_else_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="can't be read: Is a directory"):
        read_record(tmp_path)


def test_it_is_folded_from_the_trail(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    head = chain.append(whole_run())
    record = folded(Record(), chain.entries())
    (place,) = record.places
    assert (head, 4, RUN.id, NOW, ("a",)) == (
        record.head,
        record.entry,
        place.run,
        place.at,
        (*place.queues,),
    )
    assert AppliedQueue("a", "Queue A", RUN.id, NOW) == place.queues["a"]
    assert record == folded(record, chain.entries()), "what is known already changes nothing"


def test_each_place_has_its_own(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    elsewhere = replace(RUN, api="https://other", environment="")
    chain.append([*change_entries(RUN, DONE, NOW), *change_entries(elsewhere, DONE, NOW)])
    record = folded(RECORD, [{**entry, "n": 8} for entry in chain.entries()])
    assert {("https://api", "prod"), ("https://other", "")} == {
        (each.location.api, each.environment) for each in record.places
    }
    assert Facts(50.0, 10.0) == record.place(HERE, "prod").facts["a"], "what is known of its facts stays"
    assert Place(HERE, "test") == record.place(HERE, "test")


def test_what_was_not_done_is_not_applied(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append(change_entries(RUN, Outcome(CHANGE, Status.FAILED), NOW))
    assert () == folded(Record(), chain.entries()).places


def test_a_run_that_ended_has_no_intent_any_more(tmp_path: Path) -> None:
    intent = intent_of(RUN, ["a"])
    assert (RUN.id, ("a",), RUN.place) == (intent.run, intent.queues, intent.place)
    record = RECORD.with_intent(intent).with_intent(intent)
    assert (INTENT, intent) == record.intents
    chain = Chain(tmp_path)
    chain.append([run_entry(RUN, NOW, status="failed", validation_pass=True)])
    assert (INTENT,) == folded(record, [{**entry, "n": 8} for entry in chain.entries()]).intents


def test_a_record_is_json_that_people_can_read(tmp_path: Path) -> None:
    write_record(tmp_path / "record.json", RECORD)
    document = json.loads((tmp_path / "record.json").read_bytes())
    assert ["format", "head", "entry", "intents", "exceptions", "places"] == list(document)
    (queue, _) = document["places"][0]["queues"]
    assert {
        "id": "a",
        "name": "Queue A",
        "run": "run",
        "at": NOW,
        "commit": "c0ffee",
    }.items() <= queue.items()
    assert {"capacity": 50.0, "base_load": 10.0} == queue["facts"]

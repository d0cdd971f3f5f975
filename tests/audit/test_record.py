import json
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.record import (
    AppliedQueue,
    Intent,
    Place,
    Record,
    Version,
    read_record,
    record_in,
    record_text,
    write_record,
)
from syncer.errors import AuditError
from syncer.kinds.overflow import OverflowRule
from syncer.model.network import Facts
from syncer.model.settings import ApiLocation, Organization
from tests.audit.trails import NOW

HERE = ApiLocation("https://api", Organization("o", "Org"))
RULES = (OverflowRule("b", 20, 60, True),)
QUEUE = AppliedQueue("a", "Queue A", "run", NOW, "c0ffee", RULES, Facts(50.0, 10.0))
PARTLY = AppliedQueue("x", "Queue X", "run", NOW, settled=False)
PLACE = Place(
    HERE,
    "prod",
    "run",
    "c0ffee",
    "sha256:1",
    NOW,
    {"a": QUEUE, "x": PARTLY},
    Version(3, "run"),
    Version(2, "other"),
)
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
    assert "rebuilt from the trail" in caught.value.hint


def test_something_else_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="can't be read: Is a directory"):
        read_record(tmp_path)


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


def test_a_file_of_before_there_were_stores_is_read(tmp_path: Path) -> None:
    write_record(tmp_path / "record.json", RECORD)
    document = json.loads((tmp_path / "record.json").read_bytes())
    for name in ("version", "stored", "sets"):
        del document["places"][0][name]
    del document["intents"][0]["policy_set"]
    (tmp_path / "record.json").write_text(json.dumps(document))
    (place,) = read_record(tmp_path / "record.json").places
    assert ((INTENT,), {}) == (read_record(tmp_path / "record.json").intents, place.sets)
    assert (Version(), Version(), {"a", "x"}) == (place.version, place.stored, set(place.queues))


def test_a_text_is_named_by_who_reads_it() -> None:
    assert RECORD == record_in(record_text(RECORD).encode(), "the store")
    with pytest.raises(AuditError, match="the store is not a record"):
        record_in(b"{}", "the store")

"""What records show of an apply that left no report."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.app.last_known import last_known
from syncer.app.options import CommentOptions
from syncer.audit.applied_set import AppliedSet
from syncer.audit.record import AppliedQueue, Intent, Place, Record, Version, record_text, write_record
from syncer.errors import WrongUsage
from syncer.model.settings import ApiLocation, Organization
from syncer.report.note.unknown import LastKnown
from tests.stand_in import TOKEN, gitlab

NOW, LATER = "2026-03-01T08:30:00Z", "2026-03-01T09:30:00Z"
HERE = ApiLocation("https://api", Organization("o", "Org"))
SET = AppliedSet("eu", "b" * 40, "run-1", NOW)
PLACE = Place(
    HERE,
    "prod",
    queues={"q": AppliedQueue("q", "Front", "run-1", NOW)},
    version=Version(3, "run-1"),
    sets={"eu": SET},
)
INTENT = Intent("run-2", "apply", LATER, HERE, "prod", user="ann", commit="c" * 40, queues=("q", "r"))
RECORD = Record(places=(PLACE,), intents=(INTENT,))
OPTIONS = CommentOptions(environment="prod", policy_set="eu")


def test_the_state_folder_shows_what_is_open_and_what_was_applied(tmp_path: Path) -> None:
    write_record(tmp_path / "record.json", RECORD)
    options = replace(OPTIONS, state_dir=tmp_path)
    assert (LastKnown((INTENT,), SET, {"q": "Front"}, read=True), ()) == last_known(options, {})
    other = replace(options, policy_set="us")
    assert AppliedSet() == last_known(other, {})[0].applied
    assert (LastKnown(), ()) == last_known(replace(options, environment="test"), {})


def test_of_several_records_the_one_that_was_written_last_counts(tmp_path: Path) -> None:
    write_record(tmp_path / "record.json", RECORD)
    closed = replace(RECORD, places=(replace(PLACE, version=Version(4, "run-2")),), intents=())
    store = tmp_path / "store.json"
    store.write_text(record_text(closed))
    options = replace(OPTIONS, state_dir=tmp_path, record=str(store))
    assert () == last_known(options, {})[0].open
    store.write_text(record_text(replace(closed, places=(replace(PLACE, version=Version(2, "run-0")),))))
    assert (INTENT,) == last_known(options, {})[0].open


def test_the_registry_of_gitlab_is_read_without_asking_live(tmp_path: Path) -> None:
    with gitlab() as server:
        files = server.hub.registry.files
        files["syncer-record.o.prod", "3.run-1"] = record_text(RECORD).encode()
        files["syncer-record.o.test", "4.run-1"] = b"of another environment"
        environ = {"CI_API_V4_URL": server.api, "CI_PROJECT_ID": "42", "SYNCER_GITLAB_TOKEN": TOKEN}
        options = replace(OPTIONS, state_dir=tmp_path, record="gitlab")
        assert (LastKnown((INTENT,), SET, {"q": "Front"}, read=True), ()) == last_known(options, environ)


def test_a_store_that_can_not_be_read_is_a_warning(tmp_path: Path) -> None:
    store = tmp_path / "store.json"
    store.write_text("nonsense")
    options = replace(OPTIONS, state_dir=tmp_path, record=str(store))
    known, warnings = last_known(options, {})
    assert (False, 1) == (known.read, len(warnings))
    assert warnings[0].startswith("the record can't be read from its store: ")
    with pytest.raises(WrongUsage):
        last_known(replace(options, record="ftp://example.com/x"), {})

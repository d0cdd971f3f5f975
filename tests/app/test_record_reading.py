"""A store whose newest version is damaged: what is below it is used, and what is written goes above it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.app.record_places import FileStore, GitLabStore
from syncer.app.record_reading import Found, read_of
from syncer.app.record_store import StoredRecord
from syncer.audit.record import Record, Version, record_text
from syncer.audit.record_sides import side_of
from syncer.errors import AuditError, SyncerError
from tests.audit.test_record import HERE, PLACE, RECORD
from tests.stand_in import TOKEN, StandIn, gitlab

PACKAGE = "syncer-record.o.prod"
RUN = "20260301T090000Z-b"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


@pytest.fixture
def store(server: StandIn) -> GitLabStore:
    where = {"CI_API_V4_URL": server.api, "CI_PROJECT_ID": "42", "SYNCER_GITLAB_TOKEN": TOKEN}
    return GitLabStore.of(HERE, "prod", where)


def damage(store: GitLabStore, *serials: int) -> None:
    for serial in serials:
        store.write(b"{garbage", Version(serial, RUN), Found())


def test_a_damaged_version_hides_no_older_one_and_is_named(store: GitLabStore) -> None:
    store.write(record_text(RECORD).encode(), Version(6, RUN), Found())
    damage(store, 7, 8)
    reading = read_of(store)
    assert (RECORD.places, f"6.{RUN}", 8) == (reading.record.places, reading.found.tag, reading.serial)
    assert f"delete version 8.{RUN} of {PACKAGE} under Deploy → Package registry" in reading.damage


def test_what_is_written_next_is_the_newest_and_is_read_from_then_on(store: GitLabStore) -> None:
    store.write(record_text(RECORD).encode(), Version(6, RUN), Found())
    damage(store, 7, 8)
    said: list[str] = []
    link = StoredRecord(store, HERE, "prod", said.append)
    known = link.pushed(link.pulled(Record(), lambda: iter(())))
    (words,) = said
    assert f"the newest version of the record in GitLab's package registry ({PACKAGE}) is damaged" in words
    assert f"version 6.{RUN} is used" in words
    assert link.failed
    place = side_of(known, HERE, "prod").place
    assert (9, place.version) == (place.version.serial, place.stored)
    later = StoredRecord(store, HERE, "prod", said.append)
    assert place.queues == side_of(later.pulled(Record(), lambda: iter(())), HERE, "prod").place.queues
    assert (1, False) == (len(said), later.failed)


def test_where_no_version_can_be_read_it_says_how_to_get_out(store: GitLabStore) -> None:
    damage(store, 1)
    with pytest.raises(AuditError, match=f"delete version 1.{RUN} of {PACKAGE} under Deploy"):
        read_of(store)
    damage(store, 2, 3, 4, 5, 6, 7)
    with pytest.raises(AuditError, match=f"delete version 7.{RUN}"):
        read_of(store)


def test_above_the_highest_number_none_is_newer(store: GitLabStore) -> None:
    store.write(record_text(RECORD).encode(), Version(6, RUN), Found())
    damage(store, 10**12 - 1)
    reading = read_of(store)
    with pytest.raises(SyncerError, match="no version can be newer"):
        reading.above(side_of(RECORD, HERE, "prod"))


def test_a_side_that_is_newer_stays_as_it_is(store: GitLabStore) -> None:
    side = side_of(RECORD, HERE, "prod")
    store.write(record_text(RECORD).encode(), Version(1, RUN), Found())
    assert side == read_of(store).above(side)
    damage(store, 2)
    assert PLACE.version.serial > 2
    assert side == read_of(store).above(side)


def test_a_damaged_file_is_to_be_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("{garbage")
    with pytest.raises(AuditError, match=f"move {path} away"):
        read_of(FileStore(path))

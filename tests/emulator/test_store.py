"""State in a file: continued, and never another program's."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from syncer.emulator.server import Emulator
from syncer.errors import ConfigError
from tests.emulator.emulator_api import LIST, logged_in, queue


def test_a_state_that_holds_queues_is_continued(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    with logged_in([queue("A")], state=state) as api:
        changed = api.call("PUT", f"{LIST}/a", json=queue("A", note="kept")).json()
        history = api.history()
    with logged_in([queue("B")], state=state) as api:
        assert changed == api.json(f"{LIST}/a")
        assert history == api.history()
        assert 404 == api.call("GET", f"{LIST}/b").status_code
    assert ["state.sqlite"] == [file.name for file in tmp_path.iterdir()]


def test_a_state_without_queues_begins_anew(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    with logged_in([], state=state) as api:
        assert [] == api.json(LIST)["entities"]
    with logged_in([queue("B")], state=state) as api:
        assert "B" == api.json(f"{LIST}/b")["name"]


def test_a_state_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    file.write_bytes(b"this is no database " * 100)
    with pytest.raises(ConfigError, match=r"state\.sqlite: can't be used"):
        Emulator(state=str(file))
    with pytest.raises(ConfigError, match="can't be used"):
        Emulator(state=str(tmp_path / "none" / "state.sqlite"))


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE mine (x)")
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="database of another program"):
        Emulator(state=str(file))
    assert before == file.read_bytes()

"""The queues that an emulator begins with."""

import json
from pathlib import Path

import pytest

from syncer.emulator.kinds.registry import targets_of
from syncer.emulator.loading import demo_queues, load_data, load_surroundings, prepared
from syncer.emulator.store import Store
from syncer.errors import ConfigError


@pytest.mark.parametrize("shape", ['{"queues": %s}', '{"entities": %s, "total": 2}', "%s"])
def test_three_shapes_are_read(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(shape % json.dumps([{"id": "a", "name": "A", "_etag": "x", "more": [1]}, {"name": "B"}]))
    first, second = load_data(file)
    assert {
        "id": "a",
        "name": "A",
        "more": [1],
        "selfUri": "/api/v2/routing/queues/a",
        "memberCount": 0,
    } == first
    assert second == load_data(str(file))[1]
    assert 36 == len(second["id"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"NaN", "not JSON"),
        (b"[" * 100_000, "nested"),
        (b"3", "no list"),
        (b'{"queue": []}', "no list"),
        (b'{"queues": {}}', "no list"),
        (b"[3]", "queue 1 is no object"),
        (b'[{"name": "A"}, {"id": "b"}]', "queue 2 is no object with a name"),
        (b'[{"name": ""}]', "queue 1 is no object with a name"),
        (b'[{"name": "A", "id": 5}]', "queue 1: the id is no text"),
        (b'[{"name": "A", "id": "x"}, {"name": "B", "id": "x"}]', "queue 2: the id 'x' is there twice"),
    ],
)
def test_data_that_is_wrong_is_explained(text: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_bytes(text)
    with pytest.raises(ConfigError, match=reason) as error:
        load_data(file)
    assert error.value.message.startswith(f"{file}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: can't be read: No such file"):
        load_data(tmp_path / "none.json")


def test_queues_of_one_name_need_ids() -> None:
    with pytest.raises(ConfigError, match=r"queue 2: the id .* is there twice"):
        prepared([{"name": "A"}, {"name": "A"}], where="here")


def test_the_demonstration_is_whole_and_has_no_loop() -> None:
    queues = demo_queues()
    ids = {queue["id"] for queue in queues}
    store = Store(":memory:", queues)
    try:
        assert store.loop_free()
    finally:
        store.close()
    assert {target for queue in queues for target in targets_of(queue)} <= ids


def test_a_file_may_tell_them(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": [{"id": "g", "name": "G"}], "more": 1}))
    assert {"groups": [{"id": "g", "name": "G"}]} == load_surroundings(file)
    file.write_text("[]")
    assert {} == load_surroundings(file)


@pytest.mark.parametrize("groups", [3, [3], [{"id": "g"}], [{"id": 5, "name": "G"}]])
def test_a_file_that_tells_nonsense_is_refused(groups: object, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": groups}))
    with pytest.raises(ConfigError, match="groups is no list of objects with an id and a name"):
        load_surroundings(file)

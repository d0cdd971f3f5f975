import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.drift.episodes import Episode, advance
from syncer.drift.file import Remembered, kept_from_others, read_memory, write_memory
from syncer.drift.loops import KnownLoop
from syncer.errors import SyncerError
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.planning.agreed import Agreed, Agreement
from tests.drift.test_episodes import EDITED, FACTS, FIRST, KEY, SECOND, all_of_it
from tests.special_files import KINDS, put

EPISODES = (
    Episode(replace(KEY, live=f"sha256:{'a' * 64}"), FACTS, FIRST, SECOND, 3, alerted=True),
    Episode(
        replace(EDITED, live=f"sha256:{'b' * 64}", number=1),
        replace(FACTS, queue_name="\ud800\u202e", threshold=None),
        FIRST,
        FIRST,
    ),
)


AGREED = (
    Agreement("https://api", "prod", "org", FIRST, {"a": Agreed((OverflowRule("b", 25, 60, True),))}),
    Agreement(
        "https://api",
        "test",
        queues={
            "a": Agreed(open=frozenset({("overflow", "b"), ("conditional_groups", "")})),
            "b": Agreed(
                (GroupRule(1, "c", "M", "LessThan", 1.5, 0, ("g",)), OwnerMark("us"), BackupRule("c"))
            ),
        },
    ),
)
LOOPS = (KnownLoop("https://api", "prod", ("a", "b"), "A → B → A", FIRST),)
MEMORY = Remembered(EPISODES, AGREED, LOOPS)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    for memory in (MEMORY, Remembered(EPISODES[:1]), Remembered(agreed=AGREED), Remembered()):
        write_memory(path, memory)
        assert (memory, "") == read_memory(path)
        assert "syncer.drift/v1" == json.loads(path.read_text())["format"]


def test_a_file_of_an_older_version_knows_no_third_side(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    write_memory(path, MEMORY)
    older = json.loads(path.read_text())
    del older["agreed"], older["loops"]
    path.write_text(json.dumps(older))
    assert (Remembered(EPISODES), "") == read_memory(path)


def test_no_file_is_no_reason_to_complain(tmp_path: Path) -> None:
    assert (Remembered(), "") == read_memory(tmp_path / "drift.json")


def edited(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps(change(json.loads(data))).encode()


def first(**values: Any) -> Callable[[bytes], bytes]:
    return edited(lambda document: {**document, "drifts": [{**document["drifts"][0], **values}]})


def agreed(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    return edited(lambda document: {**document, "agreed": change(document["agreed"])})


def with_rule(agreement: Any, **values: Any) -> Any:
    rule = {**agreement["queues"][0]["rules"][0], **values}
    return {**agreement, "queues": [{"queue": "a", "rules": [rule]}]}


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "binary": lambda _: b"\xff\xfe\x00",
    "too deep": lambda _: b"[" * 100_000,
    "a key twice": lambda data: b'{"format": "evil", ' + data[1:],
    "more behind it": lambda data: data + b"{}",
    "a number that is rounded": lambda data: data.replace(
        b'"value": 1.5', b'"value": 1.50000000000000000001'
    ),
    "no object": lambda _: b"[]",
    "null": lambda _: b"null",
    "of a plan": edited(lambda document: {**document, "format": "syncer.plan/v1"}),
    "of a later version": edited(lambda document: {**document, "format": "syncer.drift/v2"}),
    "no drifts": edited(lambda document: {"format": document["format"]}),
    "more": edited(lambda document: {**document, "more": 1}),
    "odd count": first(detections="3"),
    "no count": first(detections=0),
    "odd kind": first(kind="x"),
    "odd direction": first(direction=None),
    "agreed is no list": agreed(lambda _: {}),
    "no queues": agreed(lambda found: [{**found[0], "queues": None}]),
    "odd kind of rule": agreed(lambda found: [with_rule(found[0], kind="x")]),
    "odd target": agreed(lambda found: [with_rule(found[0], target={})]),
    "half a rule": agreed(lambda found: [with_rule(found[0], more=1)]),
    "odd spot": agreed(lambda found: [{**found[0], "queues": [{"queue": "a", "rules": [], "open": [1]}]}]),
    "odd time": agreed(lambda found: [{**found[0], "at": 1}]),
    "half a drift": edited(lambda document: {**document, "drifts": [{"api": "x"}]}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_or_foreign_file_is_said_and_begun_anew(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "drift.json"
    write_memory(path, MEMORY)
    path.write_bytes(damage(path.read_bytes()))
    memory, warning = read_memory(path)
    assert Remembered() == memory
    assert f"{path} is not a file of syncer.drift/v1 or is damaged, so every drift counts as new" == warning


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drift.json"
    write_memory(path, MEMORY)
    monkeypatch.setattr("syncer.drift.file.MAX_BYTES", path.stat().st_size - 1)
    assert Remembered() == read_memory(path)[0]
    monkeypatch.setattr("syncer.drift.file.MAX_BYTES", path.stat().st_size)
    assert MEMORY == read_memory(path)[0]


def test_what_would_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drift.json"
    write_memory(path, Remembered(EPISODES))
    monkeypatch.setattr("syncer.drift.file.MAX_BYTES", path.stat().st_size - 1)
    before = path.read_bytes()
    with pytest.raises(SyncerError, match="are read again: it was not written"):
        write_memory(path, Remembered(EPISODES))
    assert [before] == [each.read_bytes() for each in tmp_path.iterdir()]
    monkeypatch.setattr("syncer.drift.file.MAX_BYTES", path.stat().st_size)
    write_memory(path, Remembered(EPISODES))


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_place_of_the_lock_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    put(kind, tmp_path / "drift.json.lock")
    with pytest.raises(SyncerError, match="can't be written"), kept_from_others(tmp_path):
        raise AssertionError


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_its_place_is_no_crash(tmp_path: Path, kind: str) -> None:
    put(kind, tmp_path / "drift.json")
    assert "is damaged" in read_memory(tmp_path / "drift.json")[1]
    with pytest.raises(SyncerError, match="can't be written"):
        write_memory(tmp_path / "drift.json", MEMORY)


def test_a_file_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    assert "can't be read (File name too long)" in read_memory(tmp_path / ("x" * 300))[1]


def test_a_folder_that_can_not_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError, match="can't be written"), kept_from_others(tmp_path / "file" / "state"):
        raise AssertionError


def test_another_run_is_waited_for_only_so_long(tmp_path: Path) -> None:
    with (
        kept_from_others(tmp_path),
        pytest.raises(SyncerError, match=r"another run holds .*drift\.json\.lock"),
        kept_from_others(tmp_path, patience=0),
    ):
        raise AssertionError


def test_runs_at_once_count_once_each(tmp_path: Path) -> None:
    key = EPISODES[0].key
    alerts: list[int] = []

    def run() -> None:
        for _ in range(5):
            with kept_from_others(tmp_path, patience=300) as path:
                step = advance(read_memory(path)[0].episodes, {key: FACTS}, FIRST, 7, all_of_it)
                write_memory(path, Remembered(step.kept))
            alerts.extend(episode.detections for episode in step.alerts)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    memory, warning = read_memory(tmp_path / "drift.json")
    (episode,) = memory.episodes
    assert (20, "", [7]) == (episode.detections, warning, alerts)

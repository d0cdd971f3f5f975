"""What is on disk, and what is found in it without live."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.settings import DEFAULTS
from syncer.planning.disk import OnDisk, check_everywhere, check_offline, other_folder, read_disk
from tests.planning.test_saved_plan import SAVED


def folder(where: Path, **files: str) -> Path:
    for name, text in files.items():
        (where / f"{name}.yaml").write_text(text)
    return where


def test_policies_and_settings_come_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = folder(
        tmp_path, a="version: 1\nqueues: [{queue: A}]\n", settings="version: 1\npace: {burst: 2}\n"
    )
    disk = read_disk(written)
    assert (disk.readable, 2) == (True, disk.settings.pace.burst)
    assert ["a.yaml", "settings.yaml"] == [file.path for file in disk.files] == sorted(disk.sources)


@pytest.mark.parametrize(
    ("paths", "named", "found"),
    [
        (["p/a.yaml", "p/sub/b.yaml"], (), "p"),
        (["a.yaml", "p/b.yaml"], (), "."),
        (["p/a.yaml", "policies/b.yaml"], (), ""),
        (["policies/gone.yaml"], (), ""),
        (["p/a.yaml", "settings.yaml"], ("p/a.yaml",), ""),
        ([], (), ""),
    ],
)
def test_a_saved_plan_was_made_from_another_folder_where_all_of_it_lies_there(
    paths: list[str], named: tuple[str, ...], found: str
) -> None:
    saved = replace(SAVED, files=tuple(PolicyFile(path, "1" * 64) for path in paths), paths=named)
    disk = OnDisk(PolicySet(), DEFAULTS, (PolicyFile("policies/b.yaml", "2" * 64),), (), {})
    assert found == other_folder(saved, disk, Path("policies"))


def test_what_is_named_is_read_in_place_of_the_folder_and_kept(tmp_path: Path) -> None:
    for name in "ab":
        folder(tmp_path, **{name: f"version: 1\nqueues: [{{queue: {name}}}]\n"})
    whole, one = read_disk(tmp_path), read_disk(tmp_path, [tmp_path / "a.yaml"])
    assert (["a", "b"], ()) == ([queue.queue.name for queue in whole.policies.queues], whole.paths)
    assert ["a"] == [queue.queue.name for queue in one.policies.queues]
    assert ((tmp_path / "a.yaml").as_posix(),) == one.paths


def test_what_can_not_be_read_is_a_finding_and_ends_the_checks(tmp_path: Path) -> None:
    disk = read_disk(folder(tmp_path, a="version: 1\nqueues: [{queue: A, capacity: many}]\n"))
    assert (False, DEFAULTS) == (disk.readable, disk.settings)
    findings, headroom = check_offline(disk)
    assert (disk.findings, None) == (findings, headroom.factor)


def test_a_loop_is_found_without_live(tmp_path: Path) -> None:
    text = """
version: 1
queues:
  - {queue: A, capacity: 50, base_load: 100, overflow: [{target: B, threshold: 10}]}
  - {queue: B, capacity: 50, overflow: [{target: A, threshold: 10}]}
"""
    findings, headroom = check_offline(read_disk(tmp_path, [folder(tmp_path, a=text)]))
    assert "loops.cycle" in [finding.id for finding in findings]
    assert headroom.factor is None


def test_the_load_that_is_accepted_and_its_headroom(tmp_path: Path) -> None:
    text = """
version: 1
queues:
  - {queue: A, capacity: 200, base_load: 150, overflow: [{target: B, threshold: 25}]}
  - {queue: B, capacity: 50, overflow: []}
"""
    findings, headroom = check_offline(read_disk(tmp_path, [folder(tmp_path, a=text)]))
    assert () == findings
    assert (50 / 37.5, "B") == (headroom.factor, headroom.queue)


ONLY = """\
version: 1
queues:
  - {queue: A, only: [prod], overflow: [{target: B, threshold: 10}]}
  - {queue: A, only: [test], overflow: []}
  - {queue: B, capacity: 5}
"""
TWO = "version: 1\nenvironments: {prod: {}, test: {}, lab: {}}\n"


def test_one_set_of_files_serves_environments_that_have_other_queues(tmp_path: Path) -> None:
    where = folder(tmp_path, a=ONLY, settings=TWO)
    found = {
        name: [(str(queue.queue), len(queue.rules)) for queue in read_disk(where, (), name).policies.queues]
        for name in ("prod", "test", "lab")
    }
    assert {"prod": [("A", 1), ("B", 0)], "test": [("A", 0), ("B", 0)], "lab": [("B", 0)]} == found
    assert read_disk(where, (), "prod").readable


def test_every_environment_is_checked_with_its_own_queues(tmp_path: Path) -> None:
    findings, _ = check_everywhere(read_disk(folder(tmp_path, a=ONLY, settings=TWO)))
    assert {"capacity.missing"} == {finding.id for finding in findings}
    assert all(finding.message.startswith("in prod: ") for finding in findings)


def test_a_queue_that_stands_twice_in_one_environment_is_found_there(tmp_path: Path) -> None:
    text = ONLY.replace("[test]", "[test, prod]")
    findings, _ = check_everywhere(read_disk(folder(tmp_path, a=text, settings=TWO)))
    (twice,) = (finding for finding in findings if finding.id == "references.duplicate-queue")
    assert twice.message.startswith("in prod: ")


def test_an_environment_that_the_settings_do_not_have_ends_the_checks(tmp_path: Path) -> None:
    disk = read_disk(folder(tmp_path, a=ONLY, settings="version: 1\nenvironments: {prod: {}}\n"))
    assert (False, ["references.environment"]) == (disk.readable, [each.id for each in disk.findings])
    position = disk.findings[0].position
    assert position is not None
    assert (4, 23) == (position.line, position.column)
    alone = read_disk(folder(tmp_path, a=ONLY, settings="version: 1\npace: {burst: 0}\n"))
    assert "references.environment" not in {finding.id for finding in alone.findings}

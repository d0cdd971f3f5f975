from pathlib import Path

from syncer.model.settings import DEFAULTS
from syncer.planning.gather import check_offline, read_disk
from tests.planning.test_gather import folder


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

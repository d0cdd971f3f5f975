from pathlib import Path

import pytest

from syncer.errors import BadAnswer
from syncer.planning.disk import read_disk
from syncer.planning.gather import inputs_of, read_live
from tests.organizations import API, Live, policies, raw
from tests.planning.test_disk import folder


def test_both_sides_are_put_together(tmp_path: Path) -> None:
    disk = read_disk(folder(tmp_path, a="version: 1\nqueues: [{queue: A}]\n"))
    live = read_live(Live([raw("A")]), disk.policies)
    inputs = inputs_of(disk, live)
    assert (disk.policies, disk.files, disk.settings) == (inputs.policies, inputs.files, inputs.settings)
    assert (live.queues, live.api, live.lock) == (inputs.live, inputs.api, inputs.lock)
    assert (live.dialect, live.groups) == (inputs.dialect, inputs.groups)


def test_live_queues_come_by_name_with_the_lock_they_offer() -> None:
    live = read_live(Live([raw("B"), raw("A", id="2"), raw("A", id="1")]), policies())
    assert (["1", "2", "id-B"], "etag") == ([queue.id for queue in live.queues], live.lock)
    nothing = read_live(Live([]), policies())
    assert ((), "etag", API) == (nothing.queues, nothing.lock, nothing.api)
    assert "compare" == read_live(Live([raw("A"), raw("B", _etag=None)]), policies()).lock


def test_a_queue_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(BadAnswer):
        read_live(Live([raw("A", name=None)]), policies())

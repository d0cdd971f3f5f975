from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from syncer.errors import BadAnswer
from syncer.kinds.registry import GENESYS_CLOUD
from syncer.planning.disk import read_disk
from syncer.planning.gather import inputs_of, read_live
from tests.organizations import API, Live, Raw, backed, overflow, policies, raw
from tests.planning.test_disk import folder

T = TypeVar("T")


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


class Moving(Live):
    """A listing that is read twice, since a queue was deleted meanwhile."""

    def list_queues(self, read: Callable[[Raw], T]) -> list[T]:
        read(raw("Gone", overflow("A")))
        return super().list_queues(read)


def test_what_an_abandoned_reading_showed_does_not_count() -> None:
    live = read_live(Moving([backed("A", "B", _etag=None, routingRules=[])]), policies())
    assert (GENESYS_CLOUD, "compare") == (live.dialect, live.lock)


def test_a_queue_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(BadAnswer):
        read_live(Live([raw("A", name=None)]), policies())

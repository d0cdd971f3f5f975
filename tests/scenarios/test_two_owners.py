"""Several owners with state folders of their own who close a loop at once: none is left."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from syncer.applying.apply import Result
from syncer.emulator.queues import Lock
from syncer.model.plan import Outcome, Status
from tests.applying.rivals import QUIET, Owner, owners, statuses


def at_once(everybody: Sequence[Owner]) -> list[Result]:
    """All apply at once, from plans that know nothing of each other."""
    planned = [owner.plan() for owner in everybody]
    results: dict[int, Result] = {}

    def one(number: int) -> None:
        results[number] = everybody[number].apply(planned[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(everybody))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return [results[number] for number in range(len(everybody))]


CIRCLES = [
    pytest.param([{"a": ["b"]}, {"b": ["a"]}], id="two owners of two queues"),
    pytest.param([{"a": ["b"]}, {"b": ["c"]}, {"c": ["a"]}], id="three owners of three queues"),
    pytest.param([{"a": ["b"], "b": ["c"]}, {"c": ["a"]}], id="two owners of three queues"),
]


@pytest.mark.parametrize("lock", ["etag", "none"])
@pytest.mark.parametrize("circle", CIRCLES)
@pytest.mark.parametrize("together", ["put", "look", "as it comes"])
def test_owners_who_close_a_loop_at_once_leave_none(
    tmp_path: Path, circle: list[dict[str, list[str]]], together: str, lock: Lock
) -> None:
    for trial in range(4):
        with owners(tmp_path / str(trial), QUIET, *circle, lock=lock) as everybody:
            barrier = threading.Barrier(len(everybody), timeout=60)
            for owner, policies in zip(everybody, circle, strict=True):
                last = next(iter(policies))
                if together == "put":
                    owner.api.before[f"put {last}"] = barrier.wait
                elif together == "look":
                    owner.api.before["list 1"] = barrier.wait
            results = at_once(everybody)
            assert not everybody[0].looped()
            ends = {end for result in results for end in statuses(result).values()}
            if together != "as it comes":
                assert 5 in [result.exit_code for result in results]
                assert "taken back" in ends
            assert ends <= {"applied", "taken back"}
            for owner, result in zip(everybody, results, strict=True):
                assert_as_told(owner, result)


def assert_as_told(owner: Owner, result: Result) -> None:
    """What a run says of its queues is so: what it did not take back is there, the rest is not."""
    live = owner.live()

    def told(outcome: Outcome) -> bool:
        made = {each.target for each in outcome.change.after}
        return made <= set(live[outcome.change.queue])

    assert all(told(outcome) for outcome in result.outcomes if outcome.done)
    undone = {each.change.queue for each in result.outcomes if each.status is Status.TAKEN_BACK}
    assert not any(live[queue] for queue in undone)
    assert undone <= {entry["queueId"] for entry in owner.entries() if entry["status"] == "taken back"}

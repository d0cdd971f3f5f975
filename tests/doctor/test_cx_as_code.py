"""Queues that look managed by another tool too."""

import pytest

from syncer.doctor import State
from syncer.doctor.cx_as_code import check_cx_as_code
from syncer.model.queue import LiveQueue


def queue(name: str, description: object) -> LiveQueue:
    return LiveQueue(name.lower(), name, raw={"description": description})


@pytest.mark.parametrize(
    "description",
    ["Managed by Terraform.", "see CX as Code", "cx-as-code", "genesyscloud_routing_queue.front"],
)
def test_a_description_that_says_so_is_a_warning(description: str) -> None:
    line = check_cx_as_code([queue("Front", description), queue("Back", "Second line")])
    assert (State.WARNING, True) == (line.state, "ignore_changes" in line.remedy)
    assert "1 queue looks managed by it too, according to the description: Front" == line.found


@pytest.mark.parametrize("description", [None, 7, "", "Terraforming is not our trade", "cx"])
def test_anything_else_is_none(description: object) -> None:
    assert State.OK == check_cx_as_code([queue("Front", description)]).state


def test_many_are_counted_and_some_are_named() -> None:
    line = check_cx_as_code([queue(f"Q{number}", "terraform") for number in range(5)])
    assert line.found.startswith("5 queues look managed by it too")
    assert line.found.endswith(": Q0, Q1, Q2 and 2 more")

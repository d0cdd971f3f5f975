"""Traffic that a file gives, and what is wrong with one."""

from typing import Any

import pytest

from syncer.emulator.traffic_given import MADE_UP, NOTHING, GivenQueue, GivenTraffic, given_traffic
from syncer.errors import ConfigError


def test_what_is_given_is_read() -> None:
    value = {
        "seed": 3,
        "noise": False,
        "queues": {"a": {"base_load": 120, "capacity": 150.5, "media": ["voice", "email"], "rest": 10}},
        "flows": {"f": 12.5},
    }
    queues = {"a": GivenQueue(120.0, 150.5, ("voice", "email"), 10.0)}
    found = given_traffic(value, "x.json")
    assert GivenTraffic(3, False, queues, {"f": 12.5}) == found
    assert NOTHING == found.queue("b")


def test_nothing_given_is_made_up() -> None:
    assert MADE_UP == given_traffic({}, "x.json")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "x.json: traffic is not an object"),
        ({"seeds": 1}, "x.json: traffic has an unknown 'seeds'"),
        ({"seed": 1.5}, "x.json: traffic.seed is not a whole number"),
        ({"noise": 1}, "x.json: traffic.noise is neither true nor false"),
        ({"queues": []}, "x.json: traffic.queues is not an object"),
        ({"queues": {"a": 1}}, "x.json: traffic.queues.a is not an object"),
        ({"queues": {"a": {"load": 1}}}, "x.json: traffic.queues.a has an unknown 'load'"),
        ({"queues": {"a": {"base_load": True}}}, "x.json: traffic.queues.a.base_load is not a number"),
        ({"queues": {"a": {"capacity": -1}}}, "x.json: traffic.queues.a.capacity is not from 0 to 1,000,000"),
        (
            {"queues": {"a": {"media": ["fax"]}}},
            "x.json: traffic.queues.a.media is not a list of voice, callback, chat, email, message",
        ),
        ({"flows": {"f": 101}}, "x.json: traffic.flows.f is not from 0 to 100"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        given_traffic(value, "x.json")
    assert message == str(caught.value)

"""What conditional group activation watches."""

from typing import Any

import pytest

from syncer.kinds.activation import read_watched
from syncer.live.wire import read_queue


def condition(queue: Any) -> dict[str, Any]:
    return {
        "simpleMetric": {"metric": "EstimatedWaitTime", "queue": queue},
        "operator": "LessThan",
        "value": 1,
    }


def test_the_pilot_and_the_rules_watch_other_queues_each_once() -> None:
    activation = {
        "pilotRule": {"conditions": [condition({"id": "b"}), condition({"id": "a"}), condition(None)]},
        "rules": [{"conditions": [condition({"id": "c"}), condition({"id": "b"})], "groups": []}],
    }
    raw = {"id": "a", "name": "A", "conditionalGroupActivation": activation}
    assert ("b", "c") == read_watched(raw) == read_queue(raw).watches


@pytest.mark.parametrize(
    "activation",
    [None, 3, {}, {"rules": 3}, {"rules": [3]}, {"rules": [{"conditions": [3, {"simpleMetric": 3}]}]}]
    + [{"pilotRule": {"conditions": [condition(queue)]}} for queue in (3, {}, {"id": 3}, {"id": ""})],
)
def test_what_can_not_be_understood_watches_nothing(activation: Any) -> None:
    assert () == read_watched({"id": "a", "conditionalGroupActivation": activation})

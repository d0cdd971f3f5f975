"""Which queues a queue watches to activate groups: ``conditionalGroupActivation``. It is only read."""

from collections.abc import Mapping
from typing import Any

from syncer.model.json_shapes import id_in, items, mapping


def read_watched(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the other queues whose metrics the conditions of ``raw`` look at, each once.

    What can't be understood watches nothing.
    """
    activation = mapping(raw.get("conditionalGroupActivation"))
    found = (
        id_in(mapping(mapping(condition).get("simpleMetric")).get("queue"))
        for rule in (activation.get("pilotRule"), *items(activation.get("rules")))
        for condition in items(mapping(rule).get("conditions"))
    )
    return tuple(dict.fromkeys(id_ for id_ in found if id_ not in ("", raw.get("id"))))

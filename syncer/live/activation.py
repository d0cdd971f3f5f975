"""Which queues a queue watches to activate groups: ``conditionalGroupActivation``. It is only read."""

from collections.abc import Iterator, Mapping
from typing import Any


def read_watched(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the other queues whose metrics the conditions of ``raw`` look at, each once.

    What can't be understood watches nothing.
    """
    activation = _mapping(raw.get("conditionalGroupActivation"))
    rules = [_mapping(activation.get("pilotRule")), *_objects(activation.get("rules"))]
    found = (
        _mapping(_mapping(condition.get("simpleMetric")).get("queue")).get("id")
        for rule in rules
        for condition in _objects(rule.get("conditions"))
    )
    return tuple(
        dict.fromkeys(id_ for id_ in found if isinstance(id_, str) and id_ not in ("", raw.get("id")))
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict))

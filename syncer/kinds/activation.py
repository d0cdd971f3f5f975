"""Which queues a queue watches to activate groups: ``conditionalGroupActivation``. It is only read."""

from collections.abc import Iterator, Mapping
from typing import Any

from syncer.kinds.field import refusal
from syncer.model.finding import Finding, Position
from syncer.model.json_values import id_in, items, mapping
from syncer.model.queue import LiveQueue


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


def excluded_by_activation(queue: LiveQueue, position: Position | None) -> Iterator[Finding]:
    """The finding that conditional groups can't be, where activation says something."""
    activation = queue.raw.get("conditionalGroupActivation")
    if any(activation.values()) if isinstance(activation, dict) else activation:
        yield refusal(
            "dialect.activation",
            f"{queue.name} has conditional group activation in live, which excludes conditional groups",
            position,
            "remove the activation in live first, or the conditional groups here",
            queue.name,
        )

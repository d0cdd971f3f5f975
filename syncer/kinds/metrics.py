"""The metrics of a queue that conditions compare, and their bounds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from syncer.kinds.field import QueueField, Schema

METRIC_BOUNDS: Final[Mapping[str, int]] = MappingProxyType({"EstimatedWaitTime": 259200, "ServiceLevel": 100})
"""The upper bound of each metric's value in a condition: seconds, and percent; the lower bound is 0.

Source: the models of the Genesys Cloud Platform API.
"""


OPERATORS: Final = ("GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
"""How a condition may compare."""

WATCHED: Final = QueueField(
    name="queue",
    other_names=("target",),
    nothing="the queue itself",
    title="Name or id of the watched queue",
    description="The queue whose metric is watched; without it, the queue itself.",
)
"""The field of a condition that names the queue."""


def figure(value: object) -> str:
    """A number as people write it; anything else, from an edited trail, as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def bounds_schema(metric: str, value: str) -> Schema:
    """The policy schema of a condition: the field ``value`` has the bounds of the ``metric``.

    The largest bound is that of the field itself.
    """
    largest = max(METRIC_BOUNDS.values())
    return {
        "allOf": [
            {
                "if": {"properties": {metric: {"const": name}}, "required": [metric]},
                "then": {"properties": {value: {"maximum": most}}},
            }
            for name, most in METRIC_BOUNDS.items()
            if most < largest
        ]
    }

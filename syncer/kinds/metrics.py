"""The metrics of a queue that conditions look at, and what each can be."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from syncer.kinds.field import Schema

METRIC_BOUNDS: Final[Mapping[str, int]] = MappingProxyType({"EstimatedWaitTime": 259200, "ServiceLevel": 100})
"""The most that a condition may compare each metric with: seconds, and percent; the least is 0.

Source: the models of the Genesys Cloud Platform API.
"""


def bounds_schema(metric: str, value: str) -> Schema:
    """What the schema of policies says of a condition: the field ``value`` has the bounds of the ``metric``.

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

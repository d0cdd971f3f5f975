"""Canonical JSON: one value, one text, so that digests of equal values are equal."""

import hashlib
import json
from decimal import Decimal
from typing import Any

_LONGEST_INT_BITS = 13_000
"""Python writes an int of at most 4,300 digits; 13,000 bits are less than that."""


def canonical(value: Any) -> bytes:
    """``value`` as JSON in ASCII: keys sorted, no spaces, everything else escaped (lone surrogates too).

    An int of thousands of digits is written as a string of its digits. Raises ValueError for NaN and
    infinities, TypeError for what is no JSON.
    """
    try:
        return _dumped(value)
    except ValueError:
        return _dumped(_without_long_ints(value))


def digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON of ``value``, as ``sha256:<hex>``."""
    return f"sha256:{hashlib.sha256(canonical(value)).hexdigest()}"


def _dumped(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _without_long_ints(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_long_ints(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_long_ints(item) for item in value]
    if isinstance(value, int) and value.bit_length() > _LONGEST_INT_BITS:
        return f"{Decimal(value):f}"
    return value

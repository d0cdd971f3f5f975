"""Numbers as JSON has them."""

from math import isfinite
from typing import Final

_MOST_BITS: Final = 53
"""Beyond, JSON readers differ in what a number is."""


def whole(value: object) -> int | None:
    """``value`` as a whole number from 0 (``25.0`` counts as 25, ``true`` does not as 1), or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value < 0 or (isinstance(value, float) and not (isfinite(value) and value.is_integer())):
        return None
    return int(value) if int(value).bit_length() <= _MOST_BITS else None


def finite(value: object) -> float | None:
    """``value`` as a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None

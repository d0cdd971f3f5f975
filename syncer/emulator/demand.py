"""How many contacts come to a queue by themselves: a week that repeats, and noise that is always the same.

The randomness of an hour follows from a seed, what it is for and the hour alone, so that it does not matter
what is asked in which order.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import sqrt
from statistics import NormalDist
from typing import Final

NIGHT: Final = 0.04
DAY: Final = (
    *(NIGHT,) * 6,
    *(0.1, 0.3, 0.7, 1.0, 1.0, 0.9, 0.8, 1.0, 1.0, 0.9, 0.7, 0.5, 0.3, 0.15, 0.1),
    *(NIGHT,) * 3,
)
"""The share of the busiest hour that each hour of a weekday has (UTC)."""

WEEKEND: Final = 0.2

EPOCH_WEEKDAY: Final = 3
"""1970 began on a Thursday."""

_MASK: Final = 2**64 - 1
_NORMAL: Final = NormalDist()


def busyness(hour: int) -> float:
    """The share of the busiest load that an hour has; ``hour`` counts from 1970 (UTC)."""
    weekday = (hour // 24 + EPOCH_WEEKDAY) % 7
    return DAY[hour % 24] * (WEEKEND if weekday > 4 else 1.0)


def key_of(seed: int, *names: str) -> int:
    """A number of 64 bits for what a seed and names say."""
    return int.from_bytes(sha256("\n".join((str(seed), *names)).encode()).digest()[:8])


def fraction(key: int, hour: int = 0) -> float:
    """A number above 0 and below 1 for a key and an hour (splitmix64)."""
    value = (key + hour * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return (((value ^ (value >> 31)) >> 12) + 0.5) / 2**52


def contacts(mean: float, luck: float) -> int:
    """How many contacts come where ``mean`` are expected: about as a Poisson distribution has it.

    ``luck`` is above 0 and below 1; at 0.5 it is the mean, rounded.
    """
    return max(0, int(mean + sqrt(mean) * _NORMAL.inv_cdf(luck) + 0.5))


def arrivals(means: Sequence[float], keys: Sequence[int], hour: int, *, noise: bool) -> list[int]:
    """The contacts of an hour, for each queue: its mean in the busiest hour, and its key."""
    busy = busyness(hour)
    if not noise:
        return [int(mean * busy + 0.5) for mean in means]
    return [
        contacts(mean * busy, fraction(key, hour)) if mean else 0
        for mean, key in zip(means, keys, strict=True)
    ]

"""What a file may say of an organization's traffic; what it leaves out is made up."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from syncer.errors import ConfigError

MEDIA: Final = ("voice", "callback", "chat", "email", "message")
"""The media of analytics; ``voice`` is what the settings of a queue name ``call``."""

MOST: Final = 1_000_000
"""Contacts an hour."""

HINT: Final = (
    'Expected is {"seed": 1, "noise": true, "queues": {"ID": {"base_load": 120, "capacity": 150, '
    '"media": ["voice"], "rest": 10}}, "flows": {"ID": 12.5}}: contacts an hour, and percent.'
)


@dataclass(frozen=True, slots=True)
class GivenQueue:
    """A queue: ``base_load`` and ``capacity`` are contacts an hour, ``media`` those that it is offered.

    ``rest`` is the percentage that moves of what is left, where no rule says how much. What is
    None or empty is made up.
    """

    base_load: float | None = None
    capacity: float | None = None
    media: tuple[str, ...] = ()
    rest: float | None = None


@dataclass(frozen=True, slots=True)
class GivenTraffic:
    """All that is given: queues by id, and by the id of a flow the percentage of the offered contacts that it
    transfers. Without ``noise`` each interval has what is expected, rounded."""

    seed: int = 0
    noise: bool = True
    queues: Mapping[str, GivenQueue] = field(default_factory=lambda: MappingProxyType({}))
    flows: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def queue(self, queue_id: str) -> GivenQueue:
        """What is given of one queue."""
        return self.queues.get(queue_id, NOTHING)


NOTHING: Final = GivenQueue()
MADE_UP: Final = GivenTraffic()


def given_traffic(value: Any, where: str) -> GivenTraffic:
    """Read the ``traffic`` of a file; raises :class:`ConfigError` with ``where`` and what is wrong."""
    found = _object(value, f"{where}: traffic", ("seed", "noise", "queues", "flows"))
    seed, noise = found.get("seed", 0), found.get("noise", True)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise _wrong(f"{where}: traffic.seed is not a whole number")
    if not isinstance(noise, bool):
        raise _wrong(f"{where}: traffic.noise is neither true nor false")
    queues = _object(found.get("queues", {}), f"{where}: traffic.queues")
    flows = _object(found.get("flows", {}), f"{where}: traffic.flows")
    return GivenTraffic(
        seed,
        noise,
        {id_: _queue(each, f"{where}: traffic.queues.{id_}") for id_, each in queues.items()},
        {id_: _number(share, f"{where}: traffic.flows.{id_}", 100) for id_, share in flows.items()},
    )


def _queue(value: Any, where: str) -> GivenQueue:
    found = _object(value, where, ("base_load", "capacity", "media", "rest"))
    media = found.get("media", [])
    if not isinstance(media, list) or any(each not in MEDIA for each in media):
        raise _wrong(f"{where}.media is not a list of {', '.join(MEDIA)}")
    most = {"base_load": MOST, "capacity": MOST, "rest": 100}
    numbers = {name: _number(found[name], f"{where}.{name}", most[name]) for name in most if name in found}
    return GivenQueue(media=tuple(dict.fromkeys(media)), **numbers)


def _object(value: Any, where: str, known: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(f"{where} is not an object")
    if known and (unknown := [name for name in value if name not in known]):
        raise _wrong(f"{where} has an unknown {unknown[0]!r}")
    return value


def _number(value: Any, where: str, most: int) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(f"{where} is not a number")
    if not math.isfinite(value) or not 0 <= value <= most:
        raise _wrong(f"{where} is not from 0 to {most:,}")
    return float(value)


def _wrong(message: str) -> ConfigError:
    return ConfigError(message, hint=HINT)

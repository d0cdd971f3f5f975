"""Faults on purpose, so that a client can be tried against an API that misbehaves.

What befalls a request depends on the seed, the number of the request and the kind alone.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from syncer.emulator.permissions import known_permissions
from syncer.errors import WrongUsage

BEFORE = ("reset", "expire", "429", "500", "503", "garbage")
"""Kinds that hit a request before it is handled: nothing is done."""

RIVAL = "rival"
"""Somebody else edits the queue right before a PUT is handled."""

AFTER = ("lost", "truncate", "slow")
"""Kinds that hit the answer: what was asked for is done."""

KINDS = (*BEFORE, RIVAL, *AFTER)

STALE = "stale"
"""A read shows a state that was replaced already."""

AUDIT_DELAY = "audit_delay"
"""The audit has an event some time after it happened."""

DIVISIONS = "divisions"
"""The client sees the queues of some divisions only."""

DENY = "deny"
"""Permissions that the client lacks."""

ALLOWED = (
    "Allowed, separated by commas: a probability from 0 to 1 for each of "
    f"{', '.join(KINDS)} (such as lost=0.03), latency=50ms or latency=0.2s, stale=5 and audit_delay=30 "
    "(seconds), divisions=Home|Sales (those that a client sees), "
    "deny=architect:flow:view (permissions that it lacks), retry-after=1, seed=7."
)


OTHERS = ("latency", STALE, AUDIT_DELAY, DIVISIONS, DENY, "retry-after", "seed")


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each kind of fault comes up.

    ``rates`` holds probabilities by kind; ``latency`` is seconds before every answer; ``retry_after``
    is what an injected 429 asks to wait, in whole seconds. Reads of queues show what was ``stale`` seconds
    ago, and the audit has an event at most ``audit_delay`` seconds late. Clients see the queues of the
    ``divisions`` with these names; without names of all. They lack the permissions that are ``denied``.
    """

    rates: tuple[tuple[str, float], ...] = ()
    latency: float = 0.0
    retry_after: int = 1
    seed: int = 0
    stale: float = 0.0
    divisions: tuple[str, ...] = ()
    audit_delay: float = 0.0
    denied: tuple[str, ...] = ()

    @classmethod
    def parse(cls, spec: str) -> "Faults":
        """Read ``429=0.1,lost=0.03,latency=50ms,seed=7``; or raise :class:`WrongUsage`."""
        given: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in spec.split(","))):
            key, sign, value = (piece.strip() for piece in part.partition("="))
            if not sign or key in given or key not in (*KINDS, *OTHERS):
                raise WrongUsage(f"faults: {part!r} is not understood, or is given twice", hint=ALLOWED)
            given[key] = value
        return cls(
            rates=tuple((kind, _probability(kind, given[kind])) for kind in KINDS if kind in given),
            latency=_seconds("latency", given.get("latency", "0s")),
            retry_after=_whole("retry-after", given.get("retry-after", "1")),
            seed=_whole("seed", given.get("seed", "0")),
            stale=_seconds(STALE, given.get(STALE, "0"), unit=""),
            audit_delay=_seconds(AUDIT_DELAY, given.get(AUDIT_DELAY, "0"), unit=""),
            divisions=_names(given.get(DIVISIONS, "")),
            denied=known_permissions(_names(given.get(DENY, ""))),
        )


NO_FAULTS = Faults()


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split("|"))))


def _probability(kind: str, text: str) -> float:
    if not re.fullmatch(r"\d{1,9}|\d{0,9}\.\d{1,9}", text, re.ASCII) or float(text) > 1:
        raise WrongUsage(f"faults: {kind}={text} is not a probability from 0 to 1", hint=ALLOWED)
    return float(text)


def _seconds(key: str, text: str, unit: str | None = None) -> float:
    """A time in seconds. ``unit`` is the one that counts where none is given; None: one has to be given."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)(ms|s)?", text, re.ASCII)
    if match is None or (match[2] or unit) is None:
        raise WrongUsage(f"faults: {key}={text} is not a time such as 50ms or 0.2s", hint=ALLOWED)
    return float(match[1]) / (1000 if match[2] == "ms" else 1)


def _whole(key: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise WrongUsage(f"faults: {key}={text} is not a whole number", hint=ALLOWED)
    return int(text)


@dataclass(frozen=True, slots=True)
class Dice:
    """The luck of one request."""

    seed: int
    request: int

    def roll(self, what: str) -> float:
        """A number from 0 up to 1, always the same for the same question."""
        digest = sha256(f"{self.seed}/{self.request}/{what}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def pick(self, what: str, choices: int) -> int:
        """A whole number from 0 up to ``choices``, which is positive."""
        return int(self.roll(what) * choices)


@dataclass(frozen=True, slots=True)
class Strike:
    """What befalls one request: at most one kind of ``BEFORE`` and one of ``AFTER``, maybe a rival."""

    before: str
    rival: bool
    after: str
    dice: Dice


class Injector:
    """Decides for one request after the other, and counts what was done."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._rates = dict(faults.rates)
        self._lock = Lock()
        self._requests = 0
        self._counts: Counter[str] = Counter()

    def strike(self) -> Strike:
        """What befalls the next request."""
        with self._lock:
            self._requests += 1
            dice = Dice(self.faults.seed, self._requests)
        hit = [kind for kind in KINDS if kind in self._rates and dice.roll(kind) < self._rates[kind]]
        before = next((kind for kind in BEFORE if kind in hit), "")
        after = next((kind for kind in AFTER if kind in hit), "")
        return Strike(before, RIVAL in hit, after, dice)

    def count(self, kind: str) -> None:
        """Note that a fault was done."""
        with self._lock:
            self._counts[kind] += 1

    def counts(self) -> Mapping[str, int]:
        """How many faults of each kind were done."""
        with self._lock:
            return {kind: self._counts[kind] for kind in (*KINDS, STALE) if self._counts[kind]}

    def reset(self) -> None:
        """Begin again with the first request."""
        with self._lock:
            self._requests = 0
            self._counts.clear()

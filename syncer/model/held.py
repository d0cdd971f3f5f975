"""An exception from the policies that a plan holds: what it is, and what it keeps from being applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

STOP = "stop"
MOST_NAMES = 3

Name = Callable[[str], str]
"""How a format writes a name."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stop of overflow into ``target_name`` (empty: of loops), or a rollback that ``undoes`` a run.

    ``id`` is the run that made it, ``at`` that time, ``until`` its end (both RFC 3339; empty: until it is
    lifted), and ``expired`` says that this is over. ``queues`` are the names of those whose rules are held,
    ``rules`` how many (0: a rollback holds queues as a whole); ``open`` are queues that overflow there all
    the same. ``ending``: the next apply ends it, as the policies say by now what it did.
    """

    kind: str
    id: str
    target_name: str = ""
    at: str = ""
    until: str = ""
    expired: bool = False
    user: str = ""
    reason: str = ""
    ticket: str = ""
    undoes: str = ""
    queues: tuple[str, ...] = ()
    rules: int = 0
    open: tuple[str, ...] = ()
    ending: bool = False

    def as_json(self) -> dict[str, Any]:
        """The exception as plan and JSON output have it."""
        own = asdict(self) | {"queues": list(self.queues), "open": list(self.open)}
        return own if self.ending else {key: value for key, value in own.items() if key != "ending"}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The exception that such a document holds."""
        lists = {name: tuple(document[name]) for name in ("queues", "open")}
        return cls(**{**document, **lists})

    def about(self, name: Name = str) -> str:
        """``the stop of overflow into Tier 2``."""
        if self.kind != STOP:
            return f"the rollback of run {name(self.undoes)}"
        return (
            f"the stop of overflow into {name(self.target_name)}" if self.target_name else "the stop of loops"
        )

    def time_in_words(self) -> str:
        """Until when it lasts, that it is over, or what ends it."""
        if self.ending:
            return "ends with the next apply, because the policies state the same"
        if self.expired:
            return f"expired at {moment(self.until)}, still in force"
        return f"until {moment(self.until)}" if self.until else "until it is lifted"

    def in_words(self, name: Name = str) -> str:
        """Which exception it is, since when, by whom, until when, and why."""
        by = f" by {name(self.user)}" if self.user else ""
        why = f": {name(self.reason)}" if self.reason else ""
        ticket = f" ({name(self.ticket)})" if self.ticket else ""
        return f"{self.about(name)} since {moment(self.at)}{by}, {self.time_in_words()}{why}{ticket}"

    def effects(self, name: Name = str) -> tuple[str, ...]:
        """What it keeps from being applied, and what still overflows."""
        rules = "1 rule of " if self.rules == 1 else f"{self.rules:,} rules of " if self.rules else ""
        held = f"{rules}{listed(self.queues, name)} held back" if self.queues else ""
        again = f"still overflowing: {listed(self.open, name)}" if self.open else ""
        return tuple(filter(None, (held, again)))


def listed(names: Sequence[str], name: Name = str) -> str:
    """The first few names, and how many there are beside."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(map(name, names[:MOST_NAMES])) + more


def moment(text: str) -> str:
    """A time for people: ``2026-03-01 08:30 UTC``; RFC 3339 in UTC goes in."""
    return f"{text[:10]} {text[11:16]} UTC"

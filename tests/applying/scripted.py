"""What the tests of applying share: changes, an audit, and an API of queues that follows a script."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.entries import Origin, Run
from syncer.kinds.overflow import OverflowRule
from syncer.live.responses import Answer
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.queue import LiveQueue
from syncer.planning.diff import diff_rules

NOW = "2026-03-01T08:30:00.000Z"
RUN = Run("20260301T083000Z-000001", NOW, "http://localhost", origin=Origin("ann", "here"))

Raw = dict[str, Any]
Step = Callable[["Scripted"], None]
"""What happens at one call, before it is answered: may change the queue, or raise."""


def rule(target: str = "back", threshold: int = 25, delay: int = 60, enabled: bool = True) -> OverflowRule:
    return OverflowRule(target, threshold, delay, enabled)


def wire(*rules: OverflowRule) -> list[Raw]:
    """Rules as live has them."""
    return [
        {
            "type": "overflow",
            "overflowTarget": each.target,
            "threshold": each.threshold,
            "overflowDelay": each.delay,
            "enabled": each.enabled,
        }
        for each in rules
    ]


def raw(*rules: OverflowRule, queue: str = "front", etag: str = "1", **fields: Any) -> Raw:
    """A queue as live has it; without ``etag`` where that is empty."""
    lock = {"_etag": etag} if etag else {}
    return {"id": queue, "name": queue.title(), **lock, "routingRules": wire(*rules), **fields}


KINDS = ("overflow",)


def change_to(*after: OverflowRule, seen: LiveQueue) -> QueueChange:
    """The change that turns a live queue into ``after``."""
    return QueueChange(
        seen.id, seen.name, diff_rules(seen, after, {}, ("overflow",)), seen.rules, after, kinds=("overflow",)
    )


def change(queue: str, waits_for: Iterable[str] = (), threshold: int = 25) -> QueueChange:
    """A change that updates one rule of a queue."""
    seen = read_queue(raw(rule(threshold=10), queue=queue))
    made = change_to(rule(threshold=threshold), seen=seen)
    return QueueChange(
        queue, seen.name, made.rules, made.before, made.after, 1, tuple(waits_for), kinds=("overflow",)
    )


@dataclass
class Scripted:
    """One live queue behind an API: ``gets`` and ``puts`` say what happens at each call, in turn.

    A call without a step is answered as a server would: a PUT is stored with a new etag.
    """

    queue: Raw
    puts: list[Step] = field(default_factory=list)
    gets: list[Step] = field(default_factory=list)
    sent: list[tuple[Raw, str]] = field(default_factory=list)
    reads: int = 0
    log: list[str] = field(default_factory=list)
    window_ms: float = 5.0

    def turn(self) -> "Scripted":
        return self

    def begin(self) -> None:
        self.log.append("begin")

    def get_queue(self, queue_id: str) -> Raw:
        assert self.queue["id"] == queue_id
        self.log.append("GET")
        self.reads += 1
        if self.gets:
            self.gets.pop(0)(self)
        return dict(self.queue)

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        assert self.queue["id"] == queue_id
        self.log.append("PUT")
        self.sent.append((dict(body), etag))
        if self.puts:
            self.puts.pop(0)(self)
        else:
            self.store(body)
        return Answer(dict(self.queue), f"c{len(self.sent)}", 7.0, 1)

    def calls(self) -> Mapping[str, int]:
        return {"PUT": len(self.sent)}

    def store(self, body: Mapping[str, Any]) -> None:
        etag = {"_etag": f"{self.queue['_etag']}+"} if "_etag" in self.queue else {}
        self.queue = {**body, **etag}


def stored(api: Scripted) -> None:
    """The PUT is done."""
    api.store(api.sent[-1][0])


def edited(**fields: Any) -> Step:
    """Somebody else edits the queue."""
    return lambda api: api.store({**api.queue, **fields})


def raising(error: Exception) -> Step:
    """The call ends with an error."""

    def step(_api: Scripted) -> None:
        raise error

    return step


def both(*steps: Step) -> Step:
    """One thing after the other, at one call."""

    def step(api: Scripted) -> None:
        for each in steps:
            each(api)

    return step

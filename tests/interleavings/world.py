"""A small world: three queues behind the calls of the API, runs of the real engine, and somebody else."""

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import Stop
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.errors import NoAnswer, PreconditionFailed, Refused
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.live.responses import Answer
from syncer.live.view import WHOLE, View
from syncer.model.settings import UNKNOWN, Organization
from syncer.net.timing import ListingTime, rfc3339
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import read_live
from tests.applying.rivals import FAST, Clock, wanted
from tests.applying.scripted import NOW, RUN
from tests.interleavings.scheduler import GOOD, CrashError, Gate
from tests.program import live_queue, overflow

T = TypeVar("T")

LOST, UNHEARD = "the answer is lost", "the request is lost"
DIES_BEFORE, DIES_AFTER = "the process dies before it", "the process dies after it"
FATES = (GOOD, LOST, UNHEARD, DIES_BEFORE, DIES_AFTER)

Raw = dict[str, Any]
Rules = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Write:
    """A write that the world took: whose, of which queue, and the targets of its rules."""

    by: str
    queue: str
    targets: tuple[str, ...]


@dataclass
class World:
    """The queues by id. With ``etags`` a PUT with an old one is refused; without, any PUT is taken.

    ``looks`` says of each actor whether there was a loop when it listed the queues last.
    """

    etags: bool
    queues: dict[str, Raw] = field(default_factory=dict)
    history: list[Write] = field(default_factory=list)
    version: int = 0
    looks: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Rules, *, etags: bool) -> "World":
        """A world with these targets of each queue."""
        world = cls(etags)
        for queue, targets in rules.items():
            world.store("", live_queue(queue.title(), *(overflow(target, 10) for target in targets)))
        world.history.clear()
        return world

    def store(self, by: str, body: Mapping[str, Any]) -> Raw:
        """Take a write."""
        self.version += 1
        moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.version)
        stored = {**copy.deepcopy(dict(body)), "dateModified": rfc3339(moment)}
        stored.pop("_etag", None)
        if self.etags:
            stored["_etag"] = str(self.version)
        self.queues[stored["id"]] = stored
        self.history.append(Write(by, stored["id"], targets_of(stored)))
        return copy.deepcopy(stored)

    def looped(self) -> bool:
        """Whether taking sinks away leaves something."""
        left = {queue: set(targets_of(raw)) for queue, raw in self.queues.items()}
        while sinks := [queue for queue, targets in left.items() if not targets & left.keys()]:
            left = {queue: targets for queue, targets in left.items() if queue not in sinks}
        return bool(left)


def targets_of(raw: Raw) -> tuple[str, ...]:
    """The targets of the rules of a queue that are in force."""
    return tuple(each["overflowTarget"] for each in raw["routingRules"] if each["enabled"])


@dataclass
class Calls:
    """The API as one actor has it: each call stops at the gate. It is also the turn of a write."""

    world: World
    gate: Gate
    actor: str
    api: str = "http://world"
    window_ms: float = 0.0
    usual_dialect = OVERFLOW_RULES

    def organization(self) -> Organization:
        return UNKNOWN

    def view(self) -> View:
        return WHOLE

    def list_groups(self, _types: Collection[str]) -> list[Raw]:
        return []

    def calls(self) -> Mapping[str, int]:
        return {}

    def turn(self) -> "Calls":
        return self

    def begin(self) -> None:
        """Nothing has to be waited for."""

    def list_queues(self, read: Callable[[Raw], T]) -> list[T]:
        self.gate.pass_(self.actor, "list")
        self.world.looks[self.actor] = self.world.looped()
        return [read(copy.deepcopy(queue)) for queue in self.world.queues.values()]

    def get_queue(self, queue_id: str) -> Raw:
        self.gate.pass_(self.actor, f"get {queue_id}")
        return copy.deepcopy(self.world.queues[queue_id])

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        fate = self.gate.pass_(self.actor, f"put {queue_id}", FATES)
        if fate == DIES_BEFORE:
            raise CrashError
        if fate == UNHEARD:
            raise NoAnswer("the request is lost")
        if self.world.etags and etag != self.world.queues[queue_id]["_etag"]:
            raise PreconditionFailed("412", status=412)
        stored = self.world.store(self.actor, body)
        if fate == DIES_AFTER:
            raise CrashError
        if fate == LOST:
            raise NoAnswer("the answer is lost")
        return Answer(stored, "c", 1.0, 1)


@dataclass
class Owner:
    """Somebody with policies and a state folder: a run of theirs is the real engine."""

    name: str
    rules: Rules
    folder: Path
    results: list[Result] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def chain(self) -> Chain:
        return Chain(self.folder / "audit")

    def run(self, calls: Calls) -> None:
        """List, plan, look, write, look."""
        clock = Clock().timing
        policies = wanted(self.rules)
        live = read_live(calls, policies)
        inputs = Inputs(policies, live.queues, live.api, live.lock, dialect=live.dialect)
        plan = build_plan(inputs, NOW)
        if not plan.applicable:
            self.refused.append("the checks")
            return
        context = ApplyContext(
            calls,
            self.chain,
            self.folder / "journal",
            FAST,
            lambda: datetime(2026, 3, 1, 9, tzinfo=UTC),
            clock,
            Stop(),
            1,
            listed=ListingTime(clock.clock()),
        )
        run = replace(RUN, id=f"{RUN.id}{self.name}{len(self.results)}", api=calls.api)
        try:
            self.results.append(apply_plan(plan, {each.id: each for each in live.queues}, run, context))
        except Refused as error:
            self.refused.append(error.message)

    def recover(self, calls: Calls) -> None:
        """What the next run does first."""
        for _ in recover(self.folder / "journal", self.chain, calls, lambda: NOW):
            pass

    def entries(self) -> list[dict[str, Any]]:
        """The changes in the trail."""
        return [dict(entry) for entry in self.chain.entries() if entry["kind"] == "change"]

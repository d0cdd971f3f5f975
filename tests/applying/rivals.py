"""Owners of policies who apply them to one emulator, and what somebody else does at which of their calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import requests

from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import Stop
from syncer.audit.chain import Chain
from syncer.emulator.queues import Lock
from syncer.emulator.server import Emulator
from syncer.live.client import Client, connect
from syncer.live.queues import Turn
from syncer.live.region import Credentials, endpoints
from syncer.live.responses import Answer
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.settings import Pace, Retries, Settings
from syncer.net.timing import REAL_TIME, ListingTime, Timing, utc_now
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import Live, read_live
from tests.applying.scripted import NOW, RUN
from tests.program import live_queue, overflow
from tests.stated import overflow_to

T = TypeVar("T")

FAST = Settings(pace=Pace(1e6, 1000), retries=Retries(backoff=0.0, backoff_max=0.0, settle=0.0))
Happens = Callable[[], object]


def wanted(rules: Mapping[str, Sequence[str]]) -> PolicySet:
    """Policies that give each queue its targets; names are ids with a capital letter."""
    return PolicySet(
        tuple(
            PolicyQueue(
                QueueRef(name=queue.title()),
                capacity=1000.0,
                base_load=1.0,
                stated={
                    "overflow": tuple(overflow_to(QueueRef(name=target.title()), 10) for target in targets)
                },
            )
            for queue, targets in rules.items()
        )
    )


@dataclass
class Watched:
    """The real client; what is in ``before`` and ``after`` happens at calls, once each.

    ``put b`` is the PUT of the queue b, ``list 2`` the second listing of the run. ``stale`` is listed in
    place of what is there.
    """

    client: Client
    before: dict[str, Happens] = field(default_factory=dict)
    after: dict[str, Happens] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    stale: list[dict[str, Any]] | None = None

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        self.log.append(f"get {queue_id}")
        return self.client.get_queue(queue_id)

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        with self.at(f"put {queue_id}"):
            return self.client.put_queue(queue_id, body, etag)

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        with self.at(f"list {sum(each.startswith('list') for each in self.log) + 1}"):
            return self.client.list_queues(read) if self.stale is None else list(map(read, self.stale))

    def calls(self) -> Mapping[str, int]:
        return self.client.calls()

    def turn(self) -> "WatchedTurn":
        return WatchedTurn(self, self.client.turn())

    @contextmanager
    def at(self, call: str) -> Iterator[None]:
        self.log.append(call)
        if happens := self.before.pop(call, None):
            happens()
        yield
        if happens := self.after.pop(call, None):
            happens()


@dataclass
class WatchedTurn:
    """The requests of one write, with what happens at them."""

    watched: Watched
    turn: Turn
    window_ms: float = 0.0

    def begin(self) -> None:
        self.turn.begin()

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        self.watched.log.append(f"get {queue_id}")
        return self.turn.get_queue(queue_id)

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        with self.watched.at(f"put {queue_id}"):
            return self.turn.put_queue(queue_id, body, etag)


@dataclass
class Owner:
    """Somebody who applies policies, with a state folder of their own."""

    emulator: Emulator
    api: Watched
    folder: Path
    policies: PolicySet
    settings: Settings = FAST
    timing: Timing = REAL_TIME
    parallel: int = 1

    @property
    def chain(self) -> Chain:
        return Chain(self.folder / "audit")

    def read(self) -> Live:
        return read_live(self.api.client, self.policies)

    def inputs(self, live: Live) -> Inputs:
        return Inputs(self.policies, live.queues, live.api, live.lock, dialect=live.dialect)

    def plan(self) -> tuple[Plan, Live]:
        live = self.read()
        plan = build_plan(self.inputs(live), NOW)
        assert plan.applicable, plan.findings
        return plan, live

    def apply(
        self, planned: tuple[Plan, Live] | None = None, *, asked: bool = False, **fields: Any
    ) -> Result:
        plan, live = planned or self.plan()
        context = ApplyContext(
            self.api,
            self.chain,
            self.folder / "journal",
            self.settings,
            utc_now,
            self.timing,
            fields.pop("stop", Stop()),
            self.parallel,
            listed=None if asked else ListingTime(self.timing.clock()),
        )
        return apply_plan(plan, {each.id: each for each in live.queues}, replace(RUN, **fields), context)

    def edit(self, queue: str, *targets: str, **fields: Any) -> Happens:
        """Somebody else gives a queue these rules."""

        def happens() -> None:
            body = {"routingRules": [overflow(target, 5) for target in targets], **fields}
            answer = requests.post(f"{self.emulator.url}/_emulator/queues/{queue}", json=body, timeout=60)
            assert 200 == answer.status_code

        return happens

    def live(self) -> dict[str, list[str]]:
        """The targets of the rules of each queue."""
        return {
            queue["id"]: [each["overflowTarget"] for each in queue["routingRules"] if each["enabled"]]
            for queue in self.api.client.list_queues(dict)
        }

    def looped(self) -> bool:
        """Whether live has a loop: taking sinks away leaves something."""
        left = self.live()
        while sinks := [queue for queue, targets in left.items() if not set(targets) & left.keys()]:
            left = {queue: targets for queue, targets in left.items() if queue not in sinks}
        return bool(left)

    def entries(self, kind: str = "change") -> list[dict[str, Any]]:
        return [entry for entry in self.chain.entries() if entry["kind"] == kind]


@contextmanager
def owners(
    folder: Path,
    live: Mapping[str, Sequence[str]],
    *policies: Mapping[str, Sequence[str]],
    lock: Lock = "etag",
) -> Iterator[list[Owner]]:
    queues = [live_queue(each.title(), *(overflow(target, 10) for target in to)) for each, to in live.items()]
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(queues=queues, rate_limit=10**9, lock=lock))
        where = endpoints({}, api_url=emulator.url)
        found = []
        for number, each in enumerate(policies):
            connected = connect(where, Credentials("demo", "demo"), write=True, settings=FAST)
            client = stack.enter_context(connected)
            found.append(Owner(emulator, Watched(client), folder / f"owner{number}", wanted(each)))
        yield found


def statuses(result: Result) -> dict[str, str]:
    return {outcome.change.queue: outcome.status.value for outcome in result.outcomes}


QUIET = {"a": (), "b": (), "c": ()}


@dataclass
class Clock:
    """Time that passes only where somebody sleeps."""

    now: float = 0.0
    slept: float = 0.0
    happens: dict[float, Happens] = field(default_factory=dict)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds
        for at in [at for at in self.happens if at <= self.now]:
            self.happens.pop(at)()

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, random=lambda: 0.0)

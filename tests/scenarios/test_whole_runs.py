"""Whole runs against the real emulator with the real client: from live through plan and apply to live."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import Stop
from syncer.audit.chain import Chain
from syncer.audit.entries import Run
from syncer.audit.verify import verify_chain
from syncer.emulator.server import Emulator
from syncer.errors import Forbidden, NoAnswer, NotSent
from syncer.live.client import Client, connect
from syncer.live.queues import Turn
from syncer.live.region import Credentials, endpoints
from syncer.live.responses import Answer
from syncer.model.plan import Plan, Status
from syncer.model.settings import Pace, Retries, Settings
from syncer.net.timing import REAL_TIME, utc_now
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import read_live
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.applying.scripted import NOW, RUN
from tests.networks import World, world
from tests.properties import examples
from tests.story import told

T = TypeVar("T")

MOVES = ("_etag", "dateModified", "modifiedBy")
FAST = Settings(pace=Pace(1e6, 1000), retries=Retries(backoff=0.0, backoff_max=0.0))

worlds = st.tuples(st.integers(0, 2**32), st.integers(2, 14)).map(
    lambda drawn: world(random.Random(drawn[0]), drawn[1])
)
whole_runs = examples(12)


@dataclass
class Failing:
    """The real client, whose PUTs fail at times: refused, never sent, or done with the answer lost."""

    client: Client
    dice: random.Random
    rate: float
    failed: Counter[str] = field(default_factory=Counter)

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        return self.client.get_queue(queue_id)

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        if self.dice.random() >= self.rate:
            return self.client.put_queue(queue_id, body, etag)
        how = self.dice.choice(("refused", "not sent", "lost", "lost before"))
        self.failed[how] += 1
        if how == "refused":
            raise Forbidden("403", status=403)
        if how == "not sent":
            raise NotSent("no connection")
        if how == "lost":
            self.client.put_queue(queue_id, body, etag)
        raise NoAnswer("the connection broke")

    def turn(self) -> Turn:
        return self.client.turn()

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        return self.client.list_queues(read)

    def calls(self) -> Mapping[str, int]:
        return self.client.calls()


@dataclass
class Bench:
    """An organization that runs, and a state folder."""

    world: World
    emulator: Emulator
    client: Client
    folder: Path

    @property
    def chain(self) -> Chain:
        return Chain(self.folder / "audit")

    def inputs(self) -> Inputs:
        live = read_live(self.client, self.world.policy_set)
        return Inputs(self.world.policy_set, live.queues, live.api, live.lock, dialect=live.dialect)

    def plan(self) -> Plan:
        return build_plan(self.inputs(), NOW)

    def apply(self, plan: Plan, run: Run = RUN, rate: float = 0.0, seed: int = 0) -> Result:
        live = {queue.id: queue for queue in read_live(self.client, self.world.policy_set).queues}
        context = ApplyContext(
            Failing(self.client, random.Random(seed), rate),
            self.chain,
            self.folder / "journal",
            FAST,
            utc_now,
            REAL_TIME,
            Stop(),
            parallel=4,
        )
        return apply_plan(plan, live, run, context)

    def history(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.emulator.url}/_emulator/history", timeout=60)
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def state(self) -> dict[str, Any]:
        """Every queue as it is, but for what the server counts and dates."""
        return {
            queue["id"]: {key: value for key, value in queue.items() if key not in MOVES}
            for queue in self.client.list_queues(dict)
        }

    def check(self) -> None:
        """No harm was done, and the audit says all of it."""
        history = self.history()
        story = told(self.world.queues, history, self.chain.entries())
        assert ([], [], []) == (story.lost_edits, story.loops, story.unexplained)
        assert self.world.looped or all(entry["loopFree"] for entry in history)
        assert verify_chain([self.chain.path]).whole


@contextmanager
def bench(of: World, folder: Path) -> Iterator[Bench]:
    with Emulator(queues=of.queues, rate_limit=10**9) as emulator:
        where = endpoints({}, api_url=emulator.url)
        with connect(where, Credentials("demo", "demo"), write=True, settings=FAST) as client:
            yield Bench(of, emulator, client, folder)


@whole_runs
@given(worlds)
def test_a_run_is_one_put_a_changed_queue_without_a_new_loop_and_then_nothing_is_left(
    tmp_path_factory: pytest.TempPathFactory, of: World
) -> None:
    with bench(of, tmp_path_factory.mktemp("run")) as it:
        plan = it.plan()
        assert plan.applicable
        result = it.apply(plan)
        assert "done" == result.status
        puts = Counter(entry["queueId"] for entry in it.history())
        assert dict.fromkeys((change.queue for change in plan.changes), 1) == puts
        assert () == it.plan().changes
        it.check()


@whole_runs
@given(worlds, st.integers(0, 2**32), st.sampled_from((0.1, 0.3, 0.8)))
def test_failures_at_any_put_do_no_harm_and_the_next_run_ends_the_work(
    tmp_path_factory: pytest.TempPathFactory, of: World, seed: int, rate: float
) -> None:
    with bench(of, tmp_path_factory.mktemp("run")) as it:
        plan = it.plan()
        result = it.apply(plan, rate=rate, seed=seed)
        assert [change.queue for change in plan.changes] == [each.change.queue for each in result.outcomes]
        puts = Counter(entry["queueId"] for entry in it.history())
        done = [each.change.queue for each in result.outcomes if each.done]
        assert dict.fromkeys(done, 1) == puts
        it.check()
        second = it.apply(it.plan(), replace(RUN, id="second"))
        assert "done" == second.status
        assert () == it.plan().changes
        it.check()


@whole_runs
@given(worlds, st.integers(0, 2**32), st.sampled_from((0.0, 0.0, 0.3)))
def test_a_rollback_brings_the_first_state_back_field_for_field(
    tmp_path_factory: pytest.TempPathFactory, of: World, seed: int, rate: float
) -> None:
    with bench(of, tmp_path_factory.mktemp("run")) as it:
        first = it.state()
        it.apply(it.plan(), rate=rate, seed=seed)
        middle = it.state()
        images = standing(it.chain.entries(), RUN.id).images if middle != first else ()
        back = undo_plan(images, it.inputs(), NOW) if images else None
        if back is None or not back.applicable:
            # Nothing to undo, or live began with a loop: nobody is led back into that.
            assert back is None or of.looped
            return
        result = it.apply(back, replace(RUN, id="back", verb="rollback"))
        assert "done" == result.status
        assert first == it.state()
        it.check()


def test_a_whole_run_of_nothing(tmp_path: Path) -> None:
    with bench(World((), ()), tmp_path) as it:
        assert ("done", ()) == (it.apply(it.plan()).status, it.apply(it.plan()).outcomes)
        assert Status.APPLIED not in {entry["status"] for entry in it.chain.entries()}

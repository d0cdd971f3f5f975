"""The drill: each symptom on the first screen of docs/on-call.md, set up against the emulator in both
dialects, and ended by the commands that the page gives."""

import io
import re
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import pytest
import yaml

from syncer.emulator.server import Emulator
from tests.docs.documents import ROOT, rows
from tests.gate import LONG, Gate, gated, until
from tests.program import Done, Program, live_queue, overflow
from tests.proxy import Blind, proxied

PAGE = ROOT / "docs" / "on-call.md"
GIVEN = {row[0]: row[1] for row in rows(PAGE) if len(row) == 3 and row[2].startswith("[below]")}
NAMES = ("Tier 1", "Tier 2", "Tier 3", "Desk")
SENDS = {"Tier 1": "Tier 2", "Tier 2": "Tier 3", "Desk": "Tier 2"}
"""Who overflows into whom in the policies; nothing does in live before the first apply."""


DRILLED: list[str] = []
Drill = TypeVar("Drill", bound=Callable[..., None])


class Organization:
    """Four queues in one dialect, with policies for them."""

    def __init__(self, program: Program, dialect: str) -> None:
        self.program = program
        self.dialect = dialect
        self.lock: Literal["etag", "none"] = "none" if dialect == "genesys-cloud" else "etag"
        self.state(SENDS)
        self.queues = [live_queue(name) for name in NAMES]
        if dialect == "genesys-cloud":
            self.queues = [{**queue, "directRouting": self.wire(queue["id"])} for queue in self.queues]
        program.setenv("SYNCER_DIALECT", dialect)

    def state(self, sends: dict[str, str]) -> None:
        """Write the policies: who overflows into whom."""
        said = {"version": 1, "queues": [self._policy(name, sends.get(name)) for name in NAMES]}
        (self.program.folder / "policies" / "all.yaml").write_text(yaml.safe_dump(said, sort_keys=False))

    def _policy(self, name: str, target: str | None) -> dict[str, Any]:
        said: Any
        if self.dialect == "genesys-cloud":
            said = {"backup": {"queue": target, "wait_for_agent": True} if target else None}
        else:
            said = {"overflow": [{"target": target, "threshold": 20, "delay": 60}] if target else []}
        return {"queue": name, "capacity": 500, "base_load": 20, **said}

    @staticmethod
    def wire(target: str) -> dict[str, Any]:
        """Direct routing with a backup queue."""
        return {"backupQueueId": target, "agentWaitSeconds": 60, "waitForAgent": True}

    def edit(self, source: str, target: str) -> None:
        """Somebody lets a queue overflow into another by hand."""
        if self.dialect == "genesys-cloud":
            self.program.edit(source.lower(), directRouting=self.wire(target.lower()))
        else:
            self.program.edit(source.lower(), routingRules=[overflow(target.lower(), 20)])

    @property
    def edges(self) -> dict[str, str]:
        """Who overflows into whom in live."""
        found: dict[str, str] = {}
        names = {name.lower(): name for name in NAMES}
        for key, queue in self.program.live().items():
            rules = [rule for rule in queue.get("routingRules") or [] if rule.get("enabled")]
            targets = {rule["overflowTarget"] for rule in rules}
            targets |= {(queue.get("directRouting") or {}).get("backupQueueId") or key} - {key}
            found.update((names[key], names[target]) for target in targets)
        return found

    def give(self, symptom: str, place: int = 0) -> Done:
        """Give a command of the page, in one of its cells, and answer its question with yes."""
        return self.said(commands(GIVEN[symptom])[place])

    def said(self, line: str) -> Done:
        program, *arguments = shlex.split(line)
        assert program in ("sync", "syncer", "python"), line
        return self.program.run(*arguments)


def commands(text: str) -> list[str]:
    """The calls of the program that a text names in code, one after the other."""
    return re.findall(r"`(sync [a-z][^`]*)`", " ".join(text.split()))


def drills(symptom: str) -> Callable[[Drill], Drill]:
    """Mark the drill of a symptom of the page."""

    def mark(drill: Drill) -> Drill:
        DRILLED.append(symptom)
        return drill

    return mark


class Keyboard(io.StringIO):
    """Somebody who says yes to each question."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["overflow-rules", "genesys-cloud"])
def here(request: pytest.FixtureRequest, program: Program, monkeypatch: pytest.MonkeyPatch) -> Organization:
    monkeypatch.setattr(sys, "stdin", Keyboard("y\n" * 20))
    return Organization(program, request.param)


@pytest.fixture
def calm(here: Organization) -> Iterator[Organization]:
    """All is as the policies say, by an apply."""
    with Emulator(queues=here.queues, lock=here.lock, rate_limit=1_000_000) as emulator:
        here.program.use(emulator)
        assert 0 == here.said("sync apply").code
        assert here.edges == SENDS
        yield here


@drills("a queue is flooded")
def test_a_queue_is_flooded(calm: Organization) -> None:
    into = calm.said('sync into "Tier 2"')
    assert (0, True, True) == (into.code, "Tier 1" in into.out, "Desk" in into.out)
    stopped = calm.give("a queue is flooded")
    assert (0, {"Tier 2": "Tier 3"}) == (stopped.code, calm.edges)
    assert "Nothing overflows into Tier 2 any more" in stopped.out
    assert 0 == calm.said("sync apply").code
    assert {"Tier 2": "Tier 3"} == calm.edges
    assert "INC-4711" in calm.said("sync stop --list").out
    assert 0 == calm.said('sync stop "Tier 2" --extend --for 2h').code
    assert 0 == calm.said('sync stop "Tier 2" --lift').code
    assert calm.edges == SENDS


def test_a_queue_is_flooded_and_the_state_folder_is_elsewhere(calm: Organization) -> None:
    undo = " --undo stop.jsonl --state-dir elsewhere"
    stopped = calm.said(commands(GIVEN["a queue is flooded"])[0] + undo)
    assert (0, {"Tier 2": "Tier 3"}) == (stopped.code, calm.edges)
    assert 0 == calm.said("sync stop --join stop.jsonl").code
    assert "INC-4711" in calm.said("sync stop --list").out
    assert 0 == calm.said('sync stop "Tier 2" --lift').code
    assert calm.edges == SENDS


@drills("contacts go in a circle")
def test_contacts_go_in_a_circle(calm: Organization) -> None:
    calm.edit("Tier 3", "Tier 1")
    assert calm.said("sync status").out.startswith("live loop: ")
    opened = calm.give("contacts go in a circle")
    assert (0, SENDS) == (opened.code, calm.edges), "the rule that was made by hand goes"
    status = calm.said("sync status")
    assert status.out.startswith("no live loop")
    lifted = calm.said("sync stop loops --lift")
    assert calm.said("sync status").out.startswith("no live loop"), lifted.out


@drills('"what overloaded it?"')
def test_what_overloaded_it(calm: Organization) -> None:
    asked = calm.give('"what overloaded it?"')
    assert 0 == asked.code
    assert {True} == {name in asked.out for name in ("Tier 1", "Desk")}
    assert asked.out.startswith("3 changes by 1 run upstream of Tier 2 ")
    assert re.match(r"  \+(4|20) contacts +(Tier 1|Desk) → Tier 2: none ⇒ ", asked.out.splitlines()[1])


@drills("an apply was a mistake")
def test_an_apply_was_a_mistake(calm: Organization) -> None:
    undone = calm.give("an apply was a mistake")
    assert (0, {}) == (undone.code, calm.edges)
    puts = calm.program.puts()
    again = calm.give("an apply was a mistake")
    assert (0, puts) == (again.code, calm.program.puts())
    assert "was undone by run" in again.out + again.err
    held = calm.said("sync apply")
    assert (0, {}) == (held.code, calm.edges)
    assert "nothing to do except what is held back" in held.out


@drills("nobody may apply now")
def test_nobody_may_apply_now(calm: Organization) -> None:
    (variable,) = re.findall(r'SYNCER_FREEZE="([^"]+)"', GIVEN["nobody may apply now"])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    said = re.sub(r"until \S+", f"until {tomorrow:%Y-%m-%dT%H:%MZ}", variable)
    calm.program.setenv("SYNCER_FREEZE", said)
    calm.state({"Tier 1": "Tier 2"})
    refused = calm.said("sync apply")
    assert (4, SENDS) == (refused.code, calm.edges)
    assert "INC-4711" in refused.err
    undone = calm.said("sync rollback last")
    assert (0, {}) == (undone.code, calm.edges), undone.err


@pytest.fixture
def held(here: Organization) -> Iterator[tuple[Organization, Gate]]:
    """A plan is saved; the second PUT of its apply does not come to its end."""
    with gated(here.program, here.queues, 2, lock=here.lock) as gate:
        assert 0 == here.said("sync plan --out plan.json").code
        yield here, gate


@drills("a run was killed")
def test_a_run_was_killed(held: tuple[Organization, Gate]) -> None:
    here, gate = held
    with here.program.start("apply", "plan.json", "--parallel", "1") as process:
        gate.reached()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LONG)
    gate.open()
    until(lambda: len(here.program.ask("history")["entries"]) == 2)
    assert "did not finish" in here.said("sync audit show").err
    drift = here.give("a run was killed")
    assert 0 == drift.code
    assert 0 == here.said("sync apply plan.json").code
    assert here.edges == SENDS
    assert 0 == here.said("sync audit verify").code


@drills("a run hangs, or the lock is held")
def test_a_run_hangs_or_the_lock_is_held(held: tuple[Organization, Gate]) -> None:
    here, gate = held
    with here.program.start("apply", "plan.json", "--parallel", "1") as process:
        gate.reached()
        status = here.give("a run hangs, or the lock is held")
        assert (0, True) == (status.code, f"pid {process.pid}" in status.out), status.out
        refused = here.said("sync apply plan.json")
        assert (4, True) == (refused.code, "another run holds the lock: apply " in refused.err)
        process.send_signal(signal.SIGTERM)
        gate.open()
        process.communicate(timeout=LONG)
    assert 130 == process.returncode
    assert 0 == here.said("sync apply plan.json").code
    assert here.edges == SENDS


@drills("an apply doesn't start")
def test_an_apply_does_not_begin(calm: Organization) -> None:
    calm.state({})
    calm.program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "another")
    assert "error" in GIVEN["an apply doesn't start"]
    puts = calm.program.puts()
    refused = calm.said("sync apply")
    assert (1, puts) == (refused.code, calm.program.puts())
    assert "is not accepted" in refused.err
    examined = calm.give("an apply doesn't start")
    assert 1 == examined.code
    assert re.search(r"^failed +token .*\n +→ ", examined.out, re.MULTILINE), examined.out


@contextmanager
def blinded(here: Organization, blind: Blind) -> Iterator[None]:
    """Live behind a proxy that loses what became of a PUT."""
    with (
        Emulator(queues=here.queues, lock=here.lock, rate_limit=1_000_000) as emulator,
        proxied(emulator.url, blind.put, get=blind.get) as front,
    ):
        here.program.use(front)
        yield


@drills("a queue is `unknown`, exit code 5")
def test_a_queue_is_unknown(here: Organization) -> None:
    here.program.write_settings(retries={"attempts": 2, "backoff": 0.01, "settle": 0.3})
    blind = Blind({}, float("inf"), done=True)
    with blinded(here, blind):
        assert 0 == here.said("sync plan --out plan.json").code
        first = here.said("sync apply plan.json --parallel 1 --on-failure stop")
        assert 5 == first.code
        assert "finished without knowing the state of a queue" in here.said("sync audit show").err
        blind.left = 0
        assert "same apply again" in GIVEN["a queue is `unknown`, exit code 5"]
        again = here.said("sync apply plan.json")
        assert (0, SENDS) == (again.code, here.edges), again.err


@drills("somebody changed a queue by hand")
def test_somebody_changed_live_by_hand(calm: Organization) -> None:
    calm.edit("Desk", "Tier 3")
    drift = calm.give("somebody changed a queue by hand")
    assert (0, True) == (drift.code, "Desk" in drift.out)
    assert 0 == calm.said("sync apply").code
    assert calm.edges == SENDS
    calm.edit("Desk", "Tier 3")
    assert 0 == calm.said("sync export --output policies --update").code
    assert "plan: no changes" in calm.said("sync plan").out
    assert calm.edges == {**SENDS, "Desk": "Tier 3"}


def test_each_of_the_ten_symptoms_is_drilled() -> None:
    assert (10, list(GIVEN)) == (len(GIVEN), DRILLED)

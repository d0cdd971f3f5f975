"""The drill, step by step: the sections of docs/on-call.md are walked in both dialects, with the very lines
that they print, and so is the next step that an output names.

The commands of the first screen are drilled in ``test_drill``.
"""

import re
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from syncer.emulator.server import Emulator
from tests.gate import LONG, Gate, cut_off, gated
from tests.program import Done, Program
from tests.scenarios.test_drill import PAGE, SENDS, Keyboard, Organization

SECTIONS = (
    "A queue is flooded",
    "Contacts go in a circle",
    "It was killed",
    "It does not start",
    "Nobody may apply",
    "It is stuck",
    "It went wrong",
)
NO_STEP = {"--state-dir"}
"""What a section names in passing: an option that says where the trail is, whatever the command."""

FLOODED, CIRCLE, KILLED, REFUSED, _, STUCK, WRONG = SECTIONS
WALKED: dict[str, set[str]] = {section: set() for section in SECTIONS}
OF_TEST: dict[str, tuple[str, ...]] = {}
Walk = TypeVar("Walk", bound=Callable[..., None])


def lines_of(text: str) -> set[str]:
    """The calls of the program in a text, and options that are to be added to one."""
    return set(re.findall(r"`((?:sync [a-z]|--[a-z])[^`]*)`", " ".join(text.split())))


OF_THE_PAGE = lines_of(PAGE.read_text(encoding="utf-8"))


def walks(section: str, *lines: str) -> Callable[[Walk], Walk]:
    """Mark a test that gives these lines of a section, each of them."""

    def mark(walk: Walk) -> Walk:
        WALKED[section].update(lines)
        OF_TEST[walk.__name__] = lines
        return walk

    return mark


class OnCall(Organization):
    """Somebody with the page at hand, who answers each question with yes."""

    def __init__(self, program: Program, dialect: str) -> None:
        super().__init__(program, dialect)
        self.given: set[str] = set()

    def step(
        self, *printed: str, code: int = 0, live: dict[str, str] | None = None, says: str = "", **names: str
    ) -> Done:
        """Give lines of the page as one command, with other ``names`` than the page has."""
        assert set() == set(printed) - OF_THE_PAGE
        self.given.update(printed)
        line = " ".join(printed)
        for name, value in names.items():
            line = line.replace(name, shlex.quote(value))
        return self.follow(line, code=code, live=live, says=says)

    def follow(self, line: str, code: int = 0, live: dict[str, str] | None = None, says: str = "") -> Done:
        """Give a command; ``live`` is what overflows then: without it, what did before."""
        wanted = self.edges if live is None else live
        done = self.said(line)
        assert (code, wanted) == (done.code, self.edges), done.out + done.err
        assert says in done.out + done.err
        return done

    def run(self, action: str = "APPLY_RUN") -> str:
        """The id of the newest run that did this."""
        entries = self.program.run("audit", "show", "--format", "json").json["result"]["entries"]
        found: str = [entry["run"] for entry in entries if entry.get("action") == action][-1]
        return found


def named(done: Done, begins: str) -> str:
    """The command that an output names, as it stands there."""
    found = re.search(rf"{begins}(?:(?!\. |[;\n]).)*", done.out + done.err)
    assert found, done.out + done.err
    return found[0].rstrip(".")


DIALECTS = ("overflow-rules", "genesys-cloud")


@contextmanager
def on_call(
    request: pytest.FixtureRequest, program: Program, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnCall]:
    """Nothing overflows yet; in the end every line that the test declares was given."""
    monkeypatch.setattr(sys, "stdin", Keyboard("y\n" * 50))
    found = OnCall(program, request.param)
    yield found
    assert set() == set(OF_TEST[request.function.__name__]) - found.given


@contextmanager
def applied(here: OnCall) -> Iterator[OnCall]:
    """All is as the policies say, by an apply of a saved plan."""
    with Emulator(queues=here.queues, lock=here.lock, rate_limit=1_000_000) as emulator:
        here.program.use(emulator)
        here.follow("sync plan --out plan.json")
        here.follow("sync apply plan.json", live=SENDS)
        yield here


@pytest.fixture(params=DIALECTS)
def here(
    request: pytest.FixtureRequest, program: Program, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnCall]:
    with on_call(request, program, monkeypatch) as found:
        yield found


@pytest.fixture
def calm(here: OnCall) -> Iterator[OnCall]:
    with applied(here) as found:
        yield found


@pytest.fixture
def held(here: OnCall) -> Iterator[tuple[OnCall, Gate]]:
    """The second PUT of an apply is held."""
    with gated(here.program, here.queues, 2, lock=here.lock) as gate:
        here.follow("sync plan --out plan.json")
        yield here, gate


STOPPED = {"Tier 2": "Tier 3"}
STOP = 'sync stop "Tier 2" --for 2h --reason "INC-4711"'
LIFT = 'sync stop "Tier 2" --lift'
EXTEND = 'sync stop "Tier 2" --extend --for 2h'
LIST, EXPIRE, JOIN = "sync stop --list", "sync stop --expire", "sync stop --join stop.jsonl"
INTO, UPSTREAM = 'sync into "Tier 2"', 'sync audit show --upstream --since 7d --queue "Tier 2"'


@walks(FLOODED, INTO, STOP, "--from QUEUE", LIFT, EXTEND, LIST, EXPIRE, UPSTREAM)
def test_overflow_is_stopped_and_comes_back(calm: OnCall) -> None:
    calm.step(INTO, says="2 rules of 2 queues directly")
    calm.step(
        STOP,
        "--from QUEUE",
        QUEUE="Desk",
        live=STOPPED | {"Tier 1": "Tier 2"},
        says="Nothing overflows into Tier 2 from the queues that were named any more: ",
    )
    calm.step(LIFT, live=SENDS, says="Lifted: the stop of overflow into Tier 2; 1 rule back")
    calm.step(STOP, live=STOPPED, says="Nothing overflows into Tier 2 any more: 2 ")
    for held in ("plan", "apply", "drift"):
        calm.follow(f"sync {held}", live=STOPPED)
    calm.step(LIST, says="1 exception in force")
    calm.step(EXTEND, says="extended:")
    calm.step(EXPIRE, says="no stop has expired: nothing was sent")
    undo = named(calm.follow("sync status"), "syncer stop --lift ")
    calm.follow(undo, live=SENDS, says="2 rules back")
    calm.step(LIST, says="no exceptions are in force")
    calm.step(UPSTREAM, says=" upstream of Tier 2 (tier 2) since ")


LAST = "sync rollback last"


@walks(FLOODED, STOP, LAST, LIFT)
def test_an_apply_that_flooded_a_queue_is_undone_beside_the_stop(calm: OnCall) -> None:
    calm.step(STOP, live=STOPPED)
    calm.step(LAST, live={}, says="rollback done: 1 applied")
    flows = {} if calm.dialect == "genesys-cloud" else {"Tier 1": "Tier 2", "Desk": "Tier 2"}
    calm.step(LIFT, live=flows)
    calm.step(LAST, live={})
    calm.follow("sync apply", live={}, says="nothing to do except what is held back")


RECORD = "--record=record.json"
SHARED: dict[str, Any] = {"--record": RECORD}
"""The option of the page with the name of a record."""


@walks(FLOODED, STOP, "--record")
def test_a_stop_is_held_wherever_its_record_is_known(calm: OnCall) -> None:
    calm.step(STOP, "--record", live=STOPPED, **SHARED)
    shutil.rmtree(".syncer")
    calm.follow(f"sync apply {RECORD}", says="2 rules of Desk, Tier 1 held back")


@walks(FLOODED, STOP, "--undo stop.jsonl", JOIN, LIST, LIFT)
def test_a_stop_from_elsewhere_is_joined(calm: OnCall, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = calm.program.folder / "elsewhere"
    (elsewhere / "policies").mkdir(parents=True)
    shutil.copy("policies/settings.yaml", elsewhere / "policies")
    monkeypatch.chdir(elsewhere)
    stopped = calm.step(STOP, "--undo stop.jsonl", live=STOPPED, says="undo it is in stop.jsonl")
    assert JOIN == named(stopped, "syncer stop --join ").replace("syncer", "sync")
    assert not (elsewhere / ".syncer").exists()
    shutil.move("stop.jsonl", calm.program.folder)
    monkeypatch.chdir(calm.program.folder)
    calm.step(JOIN, says="of stop.jsonl added to the trail")
    calm.step(LIST, says="1 exception in force")
    calm.follow("sync apply", live=STOPPED)
    calm.step(LIFT, live=SENDS, says="2 rules back")


CHOSEN = 'sync stop TARGET --from SOURCE --reason "INC-4711"'
LOOP = "Tier 1 → Tier 2 → Tier 3 → Tier 1 overflows in a circle"


LOOPS = 'sync stop --loops --reason "INC-4711"'


@walks(CIRCLE, "sync status", LOOPS, "sync stop loops --lift", "sync rollback RUN")
def test_a_circle_is_opened_and_stays_open(calm: OnCall) -> None:
    calm.edit("Tier 3", "Tier 1")
    calm.step("sync status", says=f"live loop: {LOOP}")
    remedy = named(calm.follow("sync doctor"), "syncer stop --loops").partition(" takes")[0]
    assert "syncer stop --loops --reason TEXT" == remedy
    calm.step(LOOPS, live=SENDS, says="Nothing overflows in a circle any more")
    calm.step("sync status", says="no live loop")
    calm.step("sync stop loops --lift", live=SENDS, says=f"left: Tier 3: it would close a loop: {LOOP}")
    run = calm.run("STOP_RUN")
    calm.step("sync rollback RUN", RUN=run, live=SENDS, code=3, says=LOOP)


@walks(CIRCLE, "sync status", CHOSEN, "sync stop TARGET --lift")
def test_a_circle_is_opened_where_somebody_chooses(calm: OnCall) -> None:
    calm.edit("Tier 3", "Tier 1")
    opened = {"Desk": "Tier 2", "Tier 2": "Tier 3", "Tier 3": "Tier 1"}
    calm.step(CHOSEN, TARGET="Tier 2", SOURCE="Tier 1", live=opened, says="Nothing overflows into Tier 2 ")
    calm.step("sync status", says="no live loop")
    calm.follow("sync apply", live=STOPPED | {"Desk": "Tier 2"})
    calm.step("sync stop TARGET --lift", TARGET="Tier 2", live=SENDS, says="1 rule back")


DID_NOT_END = "did not finish"
ONWARD = "sync apply plan.json"


@walks(KILLED, "sync audit show", "sync rollback RUN", "sync audit verify")
def test_a_run_that_was_killed_is_undone(held: tuple[OnCall, Gate]) -> None:
    here, gate = held
    cut_off(here.program, gate)
    warned = here.step("sync audit show", says=DID_NOT_END)
    (run,) = re.findall(r"run (\S+) did not finish", warned.err)
    here.step("sync rollback RUN", RUN=run, live={})
    assert DID_NOT_END not in here.step("sync audit show").err
    here.step("sync audit verify")


@walks(KILLED, ONWARD, "--on-cut-off stop", "sync drift", "sync plan", "sync apply")
def test_a_run_that_was_killed_is_closed_and_finished(held: tuple[OnCall, Gate]) -> None:
    here, gate = held
    cut_off(here.program, gate)
    here.step("sync drift")
    here.step(ONWARD, "--on-cut-off stop", code=4, says="nothing more was sent")
    shutil.rmtree(".syncer")
    here.step("sync plan", says="plan: 1 to create, 0 to update, 0 to delete")
    here.step("sync apply", live=SENDS)
    here.follow(ONWARD, says="3 of 3 changes were done meanwhile")


@walks(REFUSED, "--allow-frozen")
def test_what_is_meant_goes_through_a_freeze(calm: OnCall) -> None:
    calm.program.setenv("SYNCER_FREEZE", "INC-4711 until 2999-01-01T06:00Z")
    calm.state({"Tier 1": "Tier 2"})
    refused = calm.follow("sync apply", code=4, says="changes are frozen by SYNCER_FREEZE")
    assert "confirm it with --allow-frozen" in refused.err
    calm.step("sync apply", "--allow-frozen", live={"Tier 1": "Tier 2"})


@walks(REFUSED, "--allow-older")
def test_a_commit_of_which_nobody_knows_whether_it_is_older_goes_through(calm: OnCall) -> None:
    calm.program.setenv("CI_COMMIT_SHA", "a" * 40)
    calm.state({"Tier 1": "Tier 2"})
    calm.follow("sync apply", live={"Tier 1": "Tier 2"})
    calm.program.setenv("CI_COMMIT_SHA", "b" * 40)
    calm.state({"Desk": "Tier 2"})
    refused = calm.follow("sync apply", code=4)
    assert "--allow-older" in refused.err
    calm.step("sync apply", "--allow-older", live={"Desk": "Tier 2"})


HEAD, PLAN = "sync rollback RUN --head HASH", "sync rollback --plan plan.json"


def edited(word: str) -> None:
    """Somebody edits the first entry of the trail."""
    trail = Path(".syncer/audit/audit.jsonl")
    first, *rest = trail.read_text(encoding="utf-8").splitlines(keepends=True)
    trail.write_text("".join([first.replace(word, "Nobody", 1), *rest]), encoding="utf-8")


@walks(REFUSED, "sync audit verify", "sync doctor", HEAD, PLAN)
def test_a_broken_trail_is_got_round(calm: OnCall) -> None:
    calm.state({**SENDS, "Desk": "Tier 3"})
    newer = calm.follow("sync apply", live={**SENDS, "Desk": "Tier 3"})
    edited("Tier 2")
    (run,) = re.findall(r"^run (\S+),", newer.out, re.MULTILINE)
    (head,) = re.findall(r"^audit head: (\S+)", newer.out, re.MULTILINE)
    calm.step("sync audit verify", code=1, says="entry 1 was edited")
    examined = calm.step("sync doctor", code=1, says="the chain is broken at line 1")
    calm.follow(named(examined, "syncer audit verify").partition(" tells")[0], code=1)
    calm.follow(f"sync rollback {run}", code=1, says="so nothing was undone")
    calm.step(HEAD, RUN=run, HASH=head, live=SENDS)
    calm.step(PLAN, live={})


NEW_CHAIN = 'sync apply --new-chain "INC-4711"'


@walks(REFUSED, NEW_CHAIN)
def test_an_apply_goes_on_behind_a_broken_trail(calm: OnCall) -> None:
    calm.state({**SENDS, "Desk": "Tier 3"})
    edited("Tier 2")
    refused = calm.follow("sync apply", code=4, says="the trail is broken at ")
    assert "--new-chain REASON, or run the pipeline once with the variable SYNCER_NEW_CHAIN" in refused.err
    calm.step(NEW_CHAIN, live={**SENDS, "Desk": "Tier 3"}, says="new chain: the trail is broken at ")
    calm.state(SENDS)
    calm.follow("sync apply", live=SENDS)


@walks(STUCK, "--lock-timeout 600", "--deadline 15m")
def test_another_apply_waits_for_the_lock(held: tuple[OnCall, Gate]) -> None:
    here, gate = held
    with here.program.start("apply", "--auto-approve", "--parallel", "1") as process:
        gate.reached()
        here.follow("sync apply", code=4, says="--lock-timeout")
        opening = threading.Timer(0.1, gate.open)
        opening.start()
        here.step("sync apply", "--lock-timeout 600", "--deadline 15m", live=SENDS)
        opening.join()
        process.communicate(timeout=LONG)

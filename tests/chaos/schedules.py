"""One schedule: an organization, faults, applies until they end, and what must be true afterwards."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from syncer.audit.chain import Chain
from syncer.audit.figures import figures
from syncer.cli.main import run
from syncer.emulator.server import Emulator, Faults
from tests.networks import World
from tests.story import told, told_once_more

CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}

STATUSES = {"applied", "merged", "already", "conflict", "failed", "unknown", "skipped", "not started"}

KINDS = ("429", "500", "503", "reset", "lost", "truncate", "garbage", "expire", "rival")

MOST_APPLIES = 4


def faults(dice: random.Random, *, rival: bool = True, latency: bool = False) -> str:
    """A mix of faults for the emulator, from a few of one kind to many of all."""
    kinds = [kind for kind in dice.sample(KINDS, dice.randint(1, len(KINDS))) if rival or kind != "rival"]
    harsh = dice.choice((0.03, 0.1, 0.25))
    rates = [f"{kind}={dice.uniform(0.01, harsh):.3f}" for kind in kinds]
    if "rival" in kinds and dice.random() < 0.3:
        rates = [*(rate for rate in rates if not rate.startswith("rival")), "rival=0.6"]
    slow = f"latency={dice.choice((5, 10, 20))}ms" if latency else f"latency={dice.choice((0, 0, 1))}ms"
    return ",".join([*rates, slow, "retry-after=0", f"seed={dice.randrange(10**6)}"])


@dataclass
class Schedule:
    """A folder of its own, and figures of what happened in it."""

    folder: Path
    world: World
    etags: bool = True
    figures: dict[str, int] = field(default_factory=dict)
    planned: Counter[tuple[str, str]] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self.world.write(self.folder / "policies")
        self.count("schedules")

    def emulator(self, spec: str = "") -> Emulator:
        """The organization as it stands, under faults or without any; always at one place: only there can be
        asked what became of an unknown."""
        emulator = Emulator(
            port=self.port,
            queues=self.world.queues,
            state=str(self.folder / "state.sqlite"),
            faults=Faults.parse(spec),
            rate_limit=1_000_000_000,
            lock="etag" if self.etags else "none",
        )
        self.port = urlsplit(emulator.url).port or 0
        return emulator

    def arguments(self, url: str, *more: str) -> list[str]:
        """An apply of the policies of this schedule."""
        places = {"--policies": "policies", "--state-dir": "state", "--output": "report.json"}
        options = [text for name, place in places.items() for text in (name, str(self.folder / place))]
        return ["apply", "--auto-approve", "--format", "json", "--api-url", url, *options, *more]

    def apply(self, url: str, *more: str) -> int:
        """One apply within this process. Whatever comes of it has to be said."""
        self.count("applies")
        code = run(self.arguments(url, *more))
        report = json.loads((self.folder / "report.json").read_text())
        assert (0, 1, 4, 5).count(code), report
        assert (report["error"] or {}).get("type") != "Defect", report["error"]
        result = report["result"] or {"outcomes": ()}
        for part in (result, result.get("rollback", {"outcomes": ()})):
            self._note(part)
        return code

    def _note(self, result: dict[str, Any]) -> None:
        for outcome in result["outcomes"]:
            assert outcome["status"] in STATUSES
            self.planned[result["run"], outcome["queue"]["id"]] = outcome["rules"]
            self.count(f"outcome: {outcome['status']}")

    def under_faults(self, spec: str, dice: random.Random) -> None:
        """Apply until it is done, or often enough."""
        with self.emulator(spec) as emulator:
            self.try_to_apply(emulator.url, dice)
            self.ask_emulator(emulator.url)

    def try_to_apply(self, url: str, dice: random.Random) -> None:
        """Apply until it is done, or often enough; what happens on a failure is chosen each time."""
        for _ in range(MOST_APPLIES):
            choice = dice.choice(("continue", "continue", "stop", "rollback"))
            parallel = dice.choice(("1", "4", "8"))
            if self.apply(url, "--on-failure", choice, "--parallel", parallel) == 0:
                break

    def count(self, what: str, number: int = 1) -> None:
        """Add to a figure."""
        self.figures[what] = self.figures.get(what, 0) + number

    def ask_emulator(self, url: str) -> None:
        """Add up what the emulator saw."""
        for kind, number in requests.get(f"{url}/_emulator/faults", timeout=60).json().items():
            self.count(f"fault: {kind}", number)
            self.count("faults", number)
        self.count("requests", requests.get(f"{url}/_emulator/requests", timeout=60).json()["total"])

    def settle(self) -> None:
        """Without faults one apply is enough, and then there is nothing left to do."""
        with self.emulator() as emulator:
            assert 0 == self.apply(emulator.url), (self.folder / "report.json").read_text()
            plan = ["plan", "--detailed-exitcode", "--api-url", emulator.url, "--quiet"]
            assert 0 == run([*plan, "--policies", str(self.folder / "policies")])
            self.ask_emulator(emulator.url)
            history = requests.get(f"{emulator.url}/_emulator/history", timeout=60).json()["entries"]
        self._check(history)

    def _check(self, history: list[dict[str, Any]]) -> None:
        chain = Chain(self.folder / "state" / "audit")
        assert 0 == run(["audit", "verify", "--state-dir", str(self.folder / "state")])
        assert [] == list((self.folder / "state").glob("journal/*")), "every run is closed"
        audit = list(chain.entries())
        sums = figures(audit)
        assert sums.adds_up, apart(audit)
        changes = [entry for entry in audit if entry["kind"] == "change"]
        unknown, settling = told_once_more(changes)
        assert unknown == settling, "what was unknown is settled once"
        written = Counter((entry["run"], entry["queueId"]) for entry in changes)
        written -= settling
        assert self.planned == {key: written[key] for key in self.planned}, (
            "every change is in the audit once"
        )
        runs = Counter(entry["run"] for entry in audit if entry["kind"] == "run")
        assert {run for run, _ in written} <= set(runs), "every run is closed in the audit"
        assert {1} >= set(runs.values())
        if not self.world.looped:
            assert all(entry["loopFree"] for entry in history)
        story = told(self.world.queues, history, audit)
        self.count("writes", story.writes)
        self.count("edits by rivals", story.rivals)
        self.count("edits lost", len(story.lost_edits))
        self.count("loops seen", len(story.loops))
        self.count("outcomes unexplained", len(story.unexplained))
        assert ([], [], []) == (story.lost_edits, story.loops, story.unexplained)


def killed(schedule: Schedule, dice: random.Random, spec: str) -> None:
    """Under faults, kill some applies at chosen moments; then let one come to its end."""
    with schedule.emulator(spec) as emulator:
        for _ in range(dice.randint(1, 3)):
            way = dice.choice((_at_a_sync, _at_a_sync, _at_a_put, _asked_to_end))
            way(schedule, dice, emulator.url)
        schedule.try_to_apply(emulator.url, dice)
        schedule.ask_emulator(emulator.url)


def _start(schedule: Schedule, command: list[str], url: str) -> subprocess.Popen[bytes]:
    (schedule.folder / "report.json").unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, *command, *schedule.arguments(url)],
        env={**os.environ, **CREDENTIALS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _ended(schedule: Schedule, code: int) -> None:
    assert code in (0, 1, 4, 5, 130, -signal.SIGKILL), code
    report = schedule.folder / "report.json"
    assert not report.exists() or '"Defect"' not in report.read_text(), report.read_text()
    schedule.count("applies")
    if code == -signal.SIGKILL:
        schedule.count("kills survived")
    if code == 130:
        schedule.count("interrupts survived")


def _at_a_sync(schedule: Schedule, dice: random.Random, url: str) -> None:
    """Die at one of the moments when something is synced to disk; what was not synced may be lost."""
    syncs = dice.randint(1, 3 * len(schedule.world.policies) + 8)
    dying = str(Path(__file__).with_name("dying.py"))
    command = [dying, str(schedule.folder / "state"), str(syncs), str(dice.choice((0.0, 1.0, dice.random())))]
    _ended(schedule, _start(schedule, command, url).wait(300))


def _at_a_put(schedule: Schedule, dice: random.Random, url: str) -> None:
    """Die when the server has seen so many PUTs."""
    _end_by(schedule, dice, url, signal.SIGKILL)


def _asked_to_end(schedule: Schedule, dice: random.Random, url: str) -> None:
    """SIGTERM when the server has seen so many PUTs."""
    _end_by(schedule, dice, url, signal.SIGTERM)


def _end_by(schedule: Schedule, dice: random.Random, url: str, number: signal.Signals) -> None:
    puts = _puts(url) + dice.randint(1, max(1, len(schedule.world.policies) // 2))
    process = _start(schedule, ["-m", "syncer"], url)
    while process.poll() is None and _puts(url) < puts:
        time.sleep(0.001)
    process.send_signal(number)
    _ended(schedule, process.wait(300))


def _puts(url: str) -> int:
    counts = requests.get(f"{url}/_emulator/requests", timeout=60).json()
    number: int = counts.get("PUT /api/v2/routing/queues/{id}", 0)
    return number


def apart(audit: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of the runs whose changes say another number of PUTs than the run counted."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for entry in audit:
        runs.setdefault(entry["run"], []).append(entry)
    return [entry for own in runs.values() if not figures(own).adds_up for entry in own]

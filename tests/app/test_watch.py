"""The watch after an apply: which queues, when they are looked at, and what stops nothing."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from syncer.app import LiveTarget, RunOptions, Session, apply
from syncer.app.watch import Watch, sends_more, targets_of
from syncer.emulator.dialects import GENESYS_CLOUD
from syncer.emulator.server import Emulator, Faults
from syncer.errors import AuthError
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.live.observations import OBSERVATION_QUERY
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.observation import EMPTY, LONGEST_WAIT, WAITING, Observation, Watched
from syncer.model.rule import Rule
from syncer.net.waits import Waits
from syncer.report.views import Applied, ReportOf
from tests.program import Program, live_queue, policy_queue
from tests.proxy import PASSED, as_it_came
from tests.scripted_server import FakeTime, Seen, Step, answer, raw, serving
from tests.use_cases import SOURCE, UNASKED, session

NOTHING = "no rule that sends more contacts to a queue was written: nothing was watched"
RULE = OverflowRule("back", 10, 60, enabled=True)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, RULE, True),
        (None, replace(RULE, enabled=False), False),
        (replace(RULE, enabled=False), RULE, True),
        (RULE, replace(RULE, enabled=False), False),
        (RULE, None, False),
        (RULE, replace(RULE, threshold=11), True),
        (RULE, replace(RULE, threshold=9), False),
        (RULE, replace(RULE, threshold=9, delay=50), True),
        (RULE, replace(RULE, delay=61), False),
        (RULE, replace(RULE, target="desk"), True),
        (None, BackupRule("back"), True),
        (None, BackupRule("front"), False),
        (None, BackupRule(""), False),
        (None, GroupRule(1, "back", "EstimatedWaitTime", "GreaterThan", 60, 2, ("g",)), False),
        (None, OwnerMark("team"), False),
    ],
)
def test_more_contacts_go_to_a_target_that_is_new_or_gets_a_larger_share_or_gets_it_sooner(
    before: Rule | None, after: Rule | None, expected: bool
) -> None:
    change = RuleChange(Action.UPDATE, "back", "Back", before, after)
    assert expected is sends_more("front", change)


def test_the_targets_of_all_changes_are_named_once() -> None:
    rules = tuple(
        RuleChange(Action.CREATE, id_, name, None, replace(RULE, target=id_))
        for id_, name in (("back", "Back"), ("side", ""))
    )
    changes = [QueueChange(id_, id_, rules, (), (), kinds=("overflow",)) for id_ in ("front", "desk")]
    assert {"back": "Back", "side": "side"} == targets_of(changes)


def seen(waiting: int, longest: int = 10) -> Step:
    """An answer: so many contacts wait in Back, the longest one so many seconds."""
    metrics = [
        {"metric": "oWaiting", "stats": {"count": waiting}},
        {"metric": "oLongestWaiting", "stats": {"calculatedMetricValue": longest * 1000}},
    ]
    group = {"queueId": "back", "mediaType": "voice"}
    return answer({"results": [{"group": group, "data": metrics}]})


@dataclass
class Watching:
    """Applies by way of a server that answers queries about queues with ``answers``, the last one for ever;
    all else goes to the emulator. ``said`` is what the session heard, ``sent`` what was sent that counts."""

    emulator: Emulator
    answers: list[Step]
    target: LiveTarget = field(default_factory=LiveTarget)
    said: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    time: FakeTime = field(default_factory=FakeTime)
    heard: Callable[[str], None] = lambda _: None

    def script(self, request: Seen) -> Step:
        """The answer to a request."""
        if request.path == OBSERVATION_QUERY:
            self.sent.append("look")
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if request.method == "PUT":
            self.sent.append("PUT")
        headers = {name: each for name, each in request.headers.items() if name.lower() in PASSED}
        url = f"{self.emulator.url}{request.path}"
        reply = requests.request(request.method, url, data=request.body, headers=headers, timeout=60)
        return as_it_came(reply)

    def hear(self, text: str) -> None:
        self.said.append(text)
        self.heard(text)

    def session(self) -> Session:
        timing = self.time.timing
        return session(message=self.hear, watching=self.hear, waits=Waits(timing), clock=timing.clock)

    def apply(self, minutes: int | None = 3, **options: Any) -> ReportOf[Applied]:
        wanted = RunOptions(auto_approve=True, parallel=1, watch=minutes, **options)
        return apply(SOURCE, self.target, wanted, session=self.session())

    def watched(self, minutes: int = 3, **options: Any) -> Watched:
        """What an apply saw that was done."""
        report = self.apply(minutes, **options)
        assert (0, None) == (report.exit_code, report.error)
        return watched_in(report)


def watched_in(report: ReportOf[Applied]) -> Watched:
    assert report.view is not None
    assert report.view.watched is not None
    return report.view.watched


@contextmanager
def watching(emulator: Emulator, *answers: Step) -> Iterator[Watching]:
    made = Watching(emulator, list(answers))
    with serving(made.script) as server:
        made.target = LiveTarget(api_url=server.url)
        yield made


@contextmanager
def failing_put(made: Watching, fails: Callable[[int], bool]) -> Iterator[None]:
    """The PUTs whose number ``fails`` says yes to, from 1, are refused."""
    puts: list[str] = []

    def script(request: Seen) -> Step:
        if request.method == "PUT":
            puts.append(request.path)
            if fails(len(puts)):
                return answer({"message": "no"}, 400)
        return made.script(request)

    with serving(script) as server:
        made.target = LiveTarget(api_url=server.url)
        yield


def test_a_target_is_looked_at_before_the_first_put_and_each_minute_after_the_last(
    program: Program, emulator: Emulator
) -> None:
    with watching(emulator, seen(2), seen(2, 30), seen(8, 50), seen(9, 20)) as made:
        found = made.watched()
    assert ["look", "PUT", "PUT", "look", "look", "look"] == made.sent
    assert 180 <= made.time.now - 1000 < 200
    assert (3, 3, ()) == (found.minutes, found.ended, found.notes)
    (back,) = found.queues
    assert ("back", "Back", Observation(2, 10.0)) == (back.queue, back.name, back.before)
    assert [(1, 2, 30.0), (2, 8, 50.0), (3, 9, 20.0)] == [
        (look.minute, look.seen.waiting, look.seen.longest) for look in back.looks
    ]
    assert (True, 2, (LONGEST_WAIT, WAITING)) == (back.worse, back.since, back.why)
    assert [
        "watching 1 target for 3 minutes: the run is finished; Ctrl-C stops only the watching",
        "minute 1 of 3: nothing is worse",
        "minute 2 of 3: nothing is worse",
        "minute 3 of 3: worse than before: Back",
    ] == made.said


def test_nobody_else_waits_meanwhile_and_the_trail_is_closed(program: Program, emulator: Emulator) -> None:
    codes: list[int] = []
    heads: list[Any] = []

    def heard(text: str) -> None:
        if text.startswith("minute 1 "):
            codes.append(apply(SOURCE, made.target, UNASKED, session=session()).exit_code)
            heads.append(program.run("audit", "verify", "--format", "json").json["result"]["head"])

    with watching(emulator, seen(2)) as made:
        made.heard = heard
        report = made.apply()
    assert [0] == codes
    assert heads == [program.run("audit", "verify", "--format", "json").json["result"]["head"]]
    assert 3 == watched_in(report).ended


def test_calls_of_the_watch_come_on_top_of_those_of_the_run(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        asked = made.session()
        report = apply(SOURCE, made.target, replace(UNASKED, watch=2), session=asked)
    assert report.view is not None
    assert report.view.result is not None
    assert 1 == report.view.result.calls[f"POST {OBSERVATION_QUERY}"]
    assert (3, 2) == (
        asked.calls()[f"POST {OBSERVATION_QUERY}"],
        asked.calls()["PUT /api/v2/routing/queues/{id}"],
    )


def test_who_may_not_look_hears_of_it_once_and_the_run_goes_on(program: Program, emulator: Emulator) -> None:
    with watching(emulator, answer(status=403)) as made:
        found = made.watched()
    assert ["look", "PUT", "PUT"] == made.sent
    assert (0, ()) == (found.ended, found.queues)
    assert list(found.notes) == made.said
    (note,) = found.notes
    assert note.startswith("the queues are not watched: ")
    assert note.endswith(
        ": 403. The client needs the scope analytics:readonly, and a role with the permission "
        "analytics:queueObservation:view."
    )


def test_the_permission_that_is_missing_is_that_of_the_vendor(program: Program) -> None:
    """Against an organization that speaks backup queues and denies what it says."""
    faults = Faults.parse("deny=analytics:queueObservation:view")
    routing = {"agentWaitSeconds": 10, "waitForAgent": True}
    live = [live_queue("Front", directRouting=routing), live_queue("Back")]
    front = {"queue": "Front", "capacity": 99, "base_load": 9, "backup": {"queue": "Back"}}
    program.write_policies(front, {"queue": "Back", "manage": False, "capacity": 99})
    with Emulator(queues=live, rate_limit=1_000_000, faults=faults, dialect=GENESYS_CLOUD) as denying:
        target = LiveTarget(api_url=denying.url, dialect="genesys-cloud")
        report = apply(SOURCE, target, replace(UNASKED, watch=5), session=session())
    (note,) = watched_in(report).notes
    assert (0, True) == (
        report.exit_code,
        "The client needs the permission analytics:queueObservation:view" in note,
    )


def test_the_emulator_is_watched(program: Program, emulator: Emulator) -> None:
    clock = FakeTime()
    timed = session(waits=Waits(clock.timing), clock=clock.timing.clock)
    found = watched_in(
        apply(SOURCE, LiveTarget(api_url=emulator.url), replace(UNASKED, watch=2), session=timed)
    )
    assert (2, 2, ()) == (found.ended, len(found.queues[0].looks), found.notes)
    assert (found.queues[0].before.agents or 0) > 0


def test_the_network_may_fail_in_between(program: Program, emulator: Emulator) -> None:
    program.write_settings(retries={"attempts": 1, "backoff": 0.01, "settle": 0})
    with watching(emulator, seen(2), seen(9), raw(), raw(), seen(9)) as made:
        found = made.watched(4)
    (back,) = found.queues
    assert [1, 4] == [look.minute for look in back.looks]
    assert (True, 1, 4) == (back.worse, back.since, found.ended)
    (note,) = found.notes
    assert note.startswith("minutes 2, 3: ")
    assert made.said[2] == f"minute 2 of 4: {note.removeprefix('minutes 2, 3: ')}"


@pytest.mark.parametrize("status", [403, 404])
def test_a_permission_that_is_taken_away_ends_the_watching(
    program: Program, emulator: Emulator, status: int
) -> None:
    with watching(emulator, seen(2), seen(9), answer(status=status)) as made:
        found = made.watched(10)
    assert (1, 4) == (found.ended, made.sent.count("look") + 1)
    assert found.queues[0].worse
    assert found.notes[0].startswith("watching stopped: ")


def test_ctrl_c_ends_the_watching_and_not_the_result(program: Program, emulator: Emulator) -> None:
    def heard(text: str) -> None:
        if text.startswith("minute 2 "):
            signal.raise_signal(signal.SIGINT)

    with watching(emulator, seen(2), seen(9)) as made:
        made.heard = heard
        found = made.watched(60)
    assert (2, True) == (found.ended, found.queues[0].worse)
    assert ("interrupted: watching stopped early",) == found.notes


def test_the_deadline_of_the_run_ends_it_too(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        found = made.watched(60, deadline=150.0)
    assert (2, ("the deadline of 150s has passed: watching stopped early",)) == (found.ended, found.notes)


def test_a_minute_that_passed_during_a_look_is_left_out(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        made.heard = lambda text: made.time.sleep(130) if text.startswith("minute 1 ") else None
        found = made.watched(5)
    assert [1, 3, 4, 5] == [look.minute for look in found.queues[0].looks]


def test_the_last_look_is_made_however_late(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        made.heard = lambda text: made.time.sleep(1000) if text.startswith("minute 1 ") else None
        found = made.watched(3)
    assert [1, 3] == [look.minute for look in found.queues[0].looks]


def test_a_queue_that_no_answer_names_is_empty_or_not_visible(program: Program, emulator: Emulator) -> None:
    with watching(emulator, answer({})) as made:
        found = made.watched(1)
    assert (EMPTY, EMPTY) == (found.queues[0].before, found.queues[0].end)
    assert ("no answer names Back: either nothing is there, or the client may not see it",) == found.notes


def test_without_anything_to_watch_nothing_is_asked(program: Program, emulator: Emulator) -> None:
    program.write_policies(policy_queue("Front", ("Back", 5)), policy_queue("Desk"))
    with watching(emulator, seen(2)) as made:
        found = made.watched()
        again = made.apply()
    assert (0, "PUT") == (found.ended, made.sent[0])
    assert (NOTHING,) == found.notes
    assert again.view is not None
    assert (None, 0) == (again.view.watched, made.sent.count("look"))


def test_without_the_option_nothing_is_asked(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        report = made.apply(None)
    assert report.view is not None
    assert (None, ["PUT", "PUT"]) == (report.view.watched, made.sent)


def test_what_was_refused_is_not_watched(program: Program, emulator: Emulator) -> None:
    """A policy whose rule closes a loop."""
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back", ("Front", 5)))
    with watching(emulator, seen(2)) as made:
        report = made.apply()
    assert (3, None, []) == (report.exit_code, report.view, made.sent)


def test_what_was_not_written_is_not_watched(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made, failing_put(made, lambda _: True):
        report = made.apply()
    found = watched_in(report)
    assert (1, (NOTHING,), ()) == (report.exit_code, found.notes, found.queues)
    assert ["look"] == made.sent


def test_a_run_that_was_rolled_back_is_not_watched(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made, failing_put(made, lambda number: number == 2):
        report = made.apply(on_failure="rollback")
    found = watched_in(report)
    assert ("the run was rolled back: nothing was watched",) == found.notes
    assert (1, ()) == (made.sent.count("look"), found.queues)
    assert report.view is not None
    assert report.view.undone is not None


def test_of_a_run_in_part_what_was_written_is_watched(program: Program, emulator: Emulator) -> None:
    """Front and Desk both send more to a queue of their own; the PUT of one fails."""
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Desk", ("Other", 20)))
    with watching(emulator, seen(2)) as made, failing_put(made, lambda number: number == 1):
        report = made.apply()
    assert (5, 4) == (report.exit_code, made.sent.count("look"))
    assert report.view is not None
    assert report.view.result is not None
    (done,) = (each.change.name for each in report.view.result.outcomes if each.done)
    assert [{"Front": "Back", "Desk": "Other"}[done]] == [each.name for each in watched_in(report).queues]


def test_a_run_that_was_interrupted_is_not_watched(program: Program, emulator: Emulator) -> None:
    with watching(emulator, seen(2)) as made:
        interrupted = made.session()
        signals = [False, True]
        interrupted.progress = lambda _: signal.raise_signal(signal.SIGINT) if signals.pop() else None
        wanted = RunOptions(auto_approve=True, parallel=1, watch=3)
        report = apply(SOURCE, made.target, wanted, session=interrupted)
    assert 130 == report.exit_code
    assert (1, ("the run was interrupted: nothing was watched",)) == (
        made.sent.count("look"),
        watched_in(report).notes,
    )


def test_a_client_that_is_no_longer_accepted_costs_the_watch_alone(
    program: Program, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Any:
        raise AuthError("the client was removed")

    with watching(emulator, seen(2)) as made:
        monkeypatch.setattr(Watch, "_client", refused)
        found = made.watched()
    assert (0, ("watching stopped: the client was removed",)) == (found.ended, found.notes)

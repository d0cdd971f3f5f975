"""When the audit is asked, what is kept for the next run, and what is reported once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from syncer.applying.witness import Witness
from syncer.applying.witness_file import Pending
from syncer.errors import BadAnswer, LiveError, NotFound, WaitEnded
from syncer.model.audited import AuditedEdit
from syncer.model.settings import ApiLocation
from syncer.model.window import Window
from syncer.net.timing import Timing
from tests.applying.test_lost_edits import OWN, READ, THEIRS, at, edit, window
from tests.scripted_server import FakeTime

PENDING = Pending(window(), ApiLocation("https://api"))


@dataclass
class Audit:
    """An audit that has events from a moment on, and a queue."""

    time: FakeTime = field(default_factory=lambda: FakeTime(READ.timestamp() + 1))
    events: dict[float, list[AuditedEdit]] = field(default_factory=dict)
    error: LiveError | None = None
    live: dict[str, Any] | None = None
    asked: list[tuple[datetime, datetime, list[str]]] = field(default_factory=list)

    def queue_edits(self, start: datetime, end: datetime, queues: Collection[str] = ()) -> list[AuditedEdit]:
        self.asked.append((start, end, list(queues)))
        if self.error:
            raise self.error
        return [each for since, found in self.events.items() if since <= self.since() for each in found]

    def since(self) -> float:
        return self.time.now - READ.timestamp()

    def get_queue(self, _id: str) -> dict[str, Any]:
        if self.live is None:
            raise NotFound("gone", status=404)
        return self.live

    def witness(
        self, may_wait: Callable[[float], bool] = lambda _: True, timing: Timing | None = None
    ) -> Witness:
        return Witness(
            self,
            lambda: "me",
            self.get_queue,
            lambda: datetime.fromtimestamp(self.time.now, UTC),
            timing or self.time.timing,
            5.0,
            10.0,
            may_wait,
        )


def test_what_is_there_at_once_needs_no_wait() -> None:
    audit = Audit(events={0: [OWN, THEIRS]})
    verdict = audit.witness().after_run([PENDING])
    assert [(THEIRS, {"description": "a"})] == [(each.edit, each.now) for each in verdict.overwritten]
    assert ([], 1, 0) == (audit.time.sleeps, len(audit.asked), verdict.unknown)
    assert [True] == [each.seen for each in verdict.pending], "it is asked about once more"
    assert (at(-7), ["q"]) == (
        audit.asked[0][0].isoformat().replace("+00:00", "Z")[:23] + "Z",
        audit.asked[0][2],
    )


def test_events_are_waited_for_a_while() -> None:
    audit = Audit(events={3: [OWN, THEIRS]})
    verdict = audit.witness().after_run([PENDING])
    assert (1, [0.5, 1.0, 2.0]) == (len(verdict.overwritten), audit.time.sleeps)


def test_what_does_not_come_is_not_yet_known() -> None:
    audit = Audit()
    verdict = audit.witness().after_run([PENDING])
    assert ((), (PENDING,), 1) == (verdict.overwritten, verdict.pending, verdict.unknown)
    assert [0.5, 1.0, 2.0, 4.0] == audit.time.sleeps
    short = Audit()
    assert 1 == short.witness(lambda pause: pause < 1).after_run([PENDING]).unknown
    assert [0.5] == short.time.sleeps


def test_a_wait_that_is_ended_leaves_it_to_the_next_run() -> None:
    def ended(_seconds: float) -> None:
        raise WaitEnded("interrupted")

    audit = Audit()
    timing = replace(audit.time.timing, sleep=ended)
    assert 1 == audit.witness(timing=timing).after_run([PENDING]).unknown


def test_an_audit_that_can_not_be_asked_changes_nothing() -> None:
    audit = Audit(error=BadAnswer("odd"))
    verdict = audit.witness().after_run([PENDING])
    assert ((), (PENDING,), audit.error) == (verdict.overwritten, verdict.pending, verdict.error)
    assert 1 == len(audit.asked)


def test_a_later_run_settles_what_was_not_known() -> None:
    audit = Audit(events={60: [OWN, THEIRS]})
    audit.time.now += 100
    verdict = audit.witness().later([PENDING])
    assert 1 == len(verdict.overwritten)
    [kept] = verdict.pending
    again = audit.witness().later([kept])
    assert ((), (kept,), 1) == (again.overwritten, again.pending, len(audit.asked)), "not asked so soon"
    late = edit(0.12, ("color", "red", "blue"))
    audit.events[0] = [late]
    audit.time.now += 900
    last = audit.witness().later([kept])
    assert ([late], ()) == ([each.edit for each in last.overwritten], last.pending)


def test_a_put_that_the_audit_never_has() -> None:
    audit = Audit(events={0: [THEIRS]})
    unsure = replace(PENDING, window=replace(PENDING.window, sure=False))
    audit.time.now += 3600
    assert 2 == len(audit.witness().later([PENDING, unsure]).pending)
    audit.time.now += 24 * 3600
    given_up = audit.witness().later([unsure])
    assert ((), ()) == (given_up.overwritten, given_up.pending), "it was hardly done"
    assert ["Q: a day later"] == [words[:14] for words in given_up.abandoned]
    verdict = audit.witness().later([PENDING])
    assert ([THEIRS], ()) == ([each.edit for each in verdict.overwritten], verdict.pending)


def test_what_live_holds_by_now_is_not_lost() -> None:
    audit = Audit(events={0: [OWN, THEIRS]})
    audit.live = {"id": "q", "description": "b", "dateModified": at(0.15)}
    assert 1 == len(audit.witness().later([PENDING]).overwritten), "a state before our PUT says nothing"
    audit.live["dateModified"] = at(0.3)
    assert 0 == len(audit.witness().later([PENDING]).overwritten)
    audit.live["description"] = "c"
    [lost] = audit.witness().later([PENDING]).overwritten
    assert {"description": "c"} == lost.now


def test_an_edit_in_the_windows_of_two_puts_is_reported_once() -> None:
    second = Pending(window(sent=0.5, ended=0.7, run="2", dateModified=at(-60)), PENDING.place)
    own = edit(0.6, ("threshold", "10", "25"), client="me")
    audit = Audit(events={0: [OWN, THEIRS, own]})
    verdict = audit.witness().later([PENDING, second])
    assert ([THEIRS], 2) == ([each.edit for each in verdict.overwritten], len(verdict.pending))


def test_the_puts_of_earlier_runs_are_no_edits_of_others() -> None:
    """The audit has whole seconds, and two runs just before set what this one leaves alone, and back."""
    red, blue = {"id": "q", "color": "red"}, {"id": "q", "color": "blue"}
    runs = [
        Window(run, "q", "Q", at(-0.3), at(-0.3), at(-0.3), read, sent, sure=True)
        for run, read, sent in (("1", red, blue), ("2", blue, red))
    ]
    earlier = [replace(PENDING, window=each, seen=True) for each in runs]
    there, back = (
        edit(-0.5, ("color", *colors), client="me") for colors in (("red", "blue"), ("blue", "red"))
    )
    own = Pending(window(color="red", dateModified=at(0)), PENDING.place)
    audit = Audit(events={0: [there, back, OWN, THEIRS]})
    assert [there, THEIRS] == [each.edit for each in audit.witness().after_run([own]).overwritten]
    verdict = audit.witness().after_run([own], earlier)
    assert ([THEIRS], [own.window]) == (
        [each.edit for each in verdict.overwritten],
        [each.window for each in verdict.pending],
    )
    settled = audit.witness().later([*earlier, own])
    assert ([THEIRS], 3) == ([each.edit for each in settled.overwritten], len(settled.pending))


def test_nothing_to_ask_asks_nothing() -> None:
    audit = Audit()
    assert () == audit.witness().later([]).pending
    assert [] == audit.asked


def test_windows_that_no_run_left_are_not_asked_about() -> None:
    audit = Audit()
    audit.time.now += 61 * 24 * 3600
    assert ((), []) == (audit.witness().later([PENDING]).pending, audit.asked)
    audit.time.now -= 63 * 24 * 3600
    assert ((), []) == (audit.witness().later([PENDING]).pending, audit.asked)

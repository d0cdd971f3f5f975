"""What a command shows on stderr while it runs, and whom it asks."""

import io
import logging
import sys
from typing import Any

import click
import pytest

from syncer.audit.entries import Run
from syncer.cli.options import LogOptions
from syncer.cli.report_options import Output
from syncer.cli.terminal import Terminal, pick_terminal
from syncer.errors import Interrupted, Refused
from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.settings import Organization
from syncer.report.views import Planned, ReportOf

RUN = Run("r1", "2026-03-01T08:30:00.000Z", "https://api")
FRONT, BACK = (
    QueueChange(name.lower(), name, (), (), (), step, kinds=("overflow",))
    for name, step in (("Front", 1), ("Back", 2))
)
PLAN = Plan("now", "api", changes=(FRONT, BACK))
JSON = LogOptions("json")


def follow(terminal: Terminal) -> None:
    """A run of two queues, of which one is taken back at the end."""
    terminal.session.started(RUN, PLAN)
    terminal.session.progress(Outcome(FRONT, Status.APPLIED))
    terminal.session.progress(Outcome(BACK, Status.FAILED, "no"))
    terminal.session.progress(Outcome(FRONT, Status.TAKEN_BACK, "a loop \x1b[31m"))


def test_each_outcome_is_a_line_and_what_is_taken_back_is_not_counted_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    follow(Terminal(Output()))
    shown = capsys.readouterr()
    assert [
        "run r1: 2 queues to write, in 2 steps",
        "[1/2] applied: Front",
        "[2/2] failed: Back",
        "taken back: Front: a loop \\x1b[31m",
    ] == shown.err.splitlines()
    assert "" == shown.out


@pytest.mark.parametrize("terminal", [Terminal(Output(quiet=True)), Terminal(Output(), JSON)])
def test_nobody_is_told_who_asked_for_quiet_or_for_records(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    follow(terminal)
    assert ("", "") == capsys.readouterr()


def test_nobody_who_listens_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    terminal = Terminal(Output())
    follow(terminal)
    with pytest.raises(BrokenPipeError):
        terminal.message("said without need of a run")


def test_a_message_is_a_record_where_stderr_is_for_machines(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    Terminal(Output()).session.message("merge request !6 opened\x1b")
    assert (["merge request !6 opened\\x1b"], []) == (capsys.readouterr().err.splitlines(), caplog.messages)
    Terminal(Output(), JSON).session.message("merge request !6 opened")
    assert ("", ["merge request !6 opened"]) == (capsys.readouterr().err, caplog.messages)


def test_where_nobody_can_be_asked_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    report = ReportOf[Planned]("plan")
    with pytest.raises(Refused, match="nobody can be asked for approval") as caught:
        Terminal(Output(), hint="Look at the plan, then say").session.approve(report)
    assert "Look at the plan, then say --auto-approve." == caught.value.hint


@pytest.mark.parametrize(("answer", "approved"), [("y\n", True), ("\n", False), ("no\n", False)])
def test_whoever_sits_there_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, approved: bool
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard(answer))
    assert approved == Terminal(Output()).session.approve(ReportOf[Planned]("plan"))
    shown = capsys.readouterr()
    assert ("", True) == (shown.out, "Apply this plan?" in shown.err)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, click.Abort])
def test_whoever_interrupts_the_question_reads_that_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch, interrupt: type[BaseException]
) -> None:
    def interrupted(*_: Any, **__: Any) -> bool:
        raise interrupt

    monkeypatch.setattr(sys, "stdin", Typed(""))
    monkeypatch.setattr(click, "confirm", interrupted)
    with pytest.raises(Interrupted, match="nothing was sent"):
        Terminal(Output()).session.approve(ReportOf[Planned]("plan"))


class Typed(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        return True


ACME = Organization("3f2b8c1e", "Acme\x1b")
MOVED = Plan("now", "https://api.mypurecloud.de", "prod", organization=ACME, changes=(FRONT,))


def asked(monkeypatch: pytest.MonkeyPatch, answer: str, **values: Any) -> bool:
    """What the answer to the question on a plan comes to."""
    monkeypatch.setattr(sys, "stdin", Typed(answer))
    return Terminal(Output()).session.approve(ReportOf("plan", 0, Planned(MOVED, {}, **values)))


def test_the_question_names_organization_id_api_and_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, "y\n")
    said = "This writes to Acme\\x1b (3f2b8c1e) at https://api.mypurecloud.de, environment prod."
    assert said == capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize(
    ("answer", "approved"),
    [
        ("prod\n", True),
        (" prod \n", True),
        ("y\n", False),
        ("\n", False),
        ("Prod\n", False),
        ("yes\n", False),
    ],
)
def test_the_name_of_production_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, approved: bool
) -> None:
    assert approved == asked(monkeypatch, answer, production=True)
    shown = capsys.readouterr()
    assert ("", True) == (shown.out, "It is production. Apply this plan? Type prod to continue" in shown.err)


def test_a_plan_is_shown_unless_nobody_is_asked_and_stderr_is_for_machines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = ReportOf("plan", 0, Planned(Plan("now", "api"), {}))
    Terminal(Output(), JSON, auto_approve=True).session.planned(report)
    assert ("", "") == capsys.readouterr()
    Terminal(Output(format="json"), auto_approve=True).session.planned(report)
    shown = capsys.readouterr()
    assert ("", True) == (shown.out, "no changes" in shown.err)


def test_options_of_the_terminal_are_taken_out_of_all() -> None:
    options = {"quiet": True, "log_format": "json", "auto_approve": True, "parallel": 3}
    terminal = pick_terminal(options, "Say so with")
    assert (True, True, True, "Say so with") == (
        terminal.output.quiet,
        terminal.logs.as_json,
        terminal.auto_approve,
        terminal.hint,
    )
    assert {"auto_approve": True, "parallel": 3} == options


def test_a_wait_is_said_on_stderr_or_is_a_record_of_the_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    Terminal(Output()).session.waiting("asked to wait 250 s")
    assert ("asked to wait 250 s\n", []) == (capsys.readouterr().err, caplog.messages)
    Terminal(Output(quiet=True)).session.waiting("asked to wait 250 s")
    assert ("", []) == (capsys.readouterr().err, caplog.messages)
    Terminal(Output(), JSON).session.waiting("asked to wait 250 s")
    assert "" == capsys.readouterr().err
    assert [("WARNING", "asked to wait 250 s")] == [(each.levelname, each.message) for each in caplog.records]


def test_what_a_look_has_shown_is_a_line_or_a_record_and_not_for_who_wants_quiet(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    Terminal(Output()).session.watching("worse than before: \x1b[31mBack")
    assert "worse than before: \\x1b[31mBack\n" == capsys.readouterr().err
    Terminal(Output(quiet=True)).session.watching("nothing is worse")
    with caplog.at_level(logging.INFO):
        Terminal(Output(), JSON).session.watching("nothing is worse")
    assert ("", ["nothing is worse"]) == (capsys.readouterr().err, caplog.messages)

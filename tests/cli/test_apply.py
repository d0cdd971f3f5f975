"""``sync apply``: what is sent, what is asked, what is kept."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from syncer.emulator.server import Emulator
from tests.program import POLICIES, Done, Program, live_queue, overflow, policy_queue, queues


def saved(program: Program, *options: str) -> str:
    """The name of a plan file, made now."""
    assert 0 == program.run("plan", "--out", "plan.json", *options).code
    return "plan.json"


def test_a_plan_is_applied_and_the_second_time_nothing_is_sent(program: Program) -> None:
    plan = saved(program)
    done = program.run("apply", plan)
    assert 0 == done.code
    assert "apply done: 2 applied" in done.out
    assert "audit head: sha256:" in done.out
    assert 2 == program.puts()
    again = program.run("apply", plan)
    assert 0 == again.code
    assert "this plan was already applied by run" in again.out
    assert "nothing to do" in program.run("apply", "--auto-approve").out
    assert 2 == program.puts()


def test_a_saved_plan_keeps_its_order_though_what_waits_stands_in_no_file(program: Program) -> None:
    """Back led to Side until now. Desk fails, which Front waits for, and Side waits for Front."""
    broken = {
        **live_queue("Desk"),
        "routingRules": [overflow("back", 1), "from nobody"],
    }
    program.write_policies(
        policy_queue("Side", ("Front", 3)),
        policy_queue("Front", ("Desk", 2)),
        policy_queue("Desk", ("Back", 2)),
        policy_queue("Other", ("Back", 6)),
        policy_queue("Back"),
    )
    live = [
        live_queue("Side"),
        live_queue("Front"),
        live_queue("Back", overflow("side", 1)),
        broken,
        queues()[-1],
    ]
    with Emulator(queues=live, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        plan = saved(program)
        changes = json.loads(Path(plan).read_bytes())["changes"]
        assert {"Back": 1, "Other": 1, "Desk": 1, "Front": 2, "Side": 3} == {
            change["queue"]["name"]: change["step"] for change in changes
        }
        assert "waits_for" not in Path(plan).read_text()
        done = program.run("apply", plan, "--format", "json")
    assert 5 == done.code
    assert {
        "Back": ("applied", "", ""),
        "Other": ("applied", "", ""),
        "Front": ("skipped", "desk", "it waits for Desk; Desk is failed"),
        "Side": ("skipped", "desk", "it waits for Front; Desk is failed"),
    } == {
        each["queue"]["name"]: (each["status"], each["caused_by"], each["detail"])
        for each in done.json["result"]["outcomes"]
        if each["status"] != "failed"
    }


def test_a_plan_that_is_too_large_is_refused_by_who_writes_it(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncer.planning.saved_plan.MAX_BYTES", 1024)
    done = program.run("plan", "--out", "plan.json")
    assert 1 == done.code
    assert "plan.json would be" in done.err
    assert "Plan fewer policies at a time" in done.err
    assert not Path("plan.json").exists()


def test_progress_is_told_as_it_comes(program: Program) -> None:
    done = program.run("apply", saved(program))
    begin, *settled = done.err.splitlines()
    assert re.fullmatch(r"run \S+: 2 queues to write, in 1 step", begin)
    assert begin.split()[1].rstrip(":") in done.out
    assert ["[1/2] applied: ", "[2/2] applied: "] == [line[:15] for line in settled]
    assert {"Desk", "Front"} == {line[15:] for line in settled}


def test_progress_is_not_told_where_quiet_is_wanted(program: Program) -> None:
    done = program.run("apply", saved(program), "--quiet")
    assert (0, "") == (done.code, done.err)


def test_quiet_shows_the_result_alone_where_nobody_is_asked(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--quiet")
    assert (0, "") == (done.code, done.err)
    assert "apply done: 2 applied" in done.out
    program.edit("front", routingRules=[overflow("back", 11)])
    asked = program.run("apply", "--quiet")
    assert "plan: " in asked.err, "who is asked sees what about"


def test_a_stderr_that_is_full_stops_no_run(program: Program) -> None:
    saved(program)
    with Path("/dev/full").open("w") as full:
        done = program.finish("apply", "plan.json", stderr=full)
    assert (0, 2) == (done.code, program.puts())
    assert "apply done: 2 applied" in done.out


def test_a_plan_of_files_that_were_named_is_applied_over_them_alone(program: Program) -> None:
    front, other = program.write_policies(*POLICIES[:1], POLICIES[2], name="a.yaml"), POLICIES[1]
    program.write_policies(other, name="all.yaml")
    saved(program, front.relative_to(program.folder).as_posix())
    assert ["policies/a.yaml"] == json.loads((program.folder / "plan.json").read_text())["paths"]
    done = program.run("apply", "plan.json", "--format", "json")
    assert (0, 1) == (done.code, program.puts())
    assert ["Front"] == [outcome["queue"]["name"] for outcome in done.json["result"]["outcomes"]]


def test_a_fresh_plan_is_shown_on_stderr_and_its_result_on_stdout(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert 0 == done.code
    assert "plan: 1 to create, 1 to update, 1 to delete" in done.err
    result = done.json["result"]
    assert "done" == result["status"]
    assert {"applied"} == {outcome["status"] for outcome in result["outcomes"]}
    assert [1, 1] == [outcome["attempts"] for outcome in result["outcomes"]]


def test_every_field_of_a_queue_survives_and_other_rules_stay(program: Program) -> None:
    before = program.live()
    program.run("apply", "--auto-approve")
    after = program.live()
    moving = ("routingRules", "_etag", "dateModified", "modifiedBy")
    for queue in before:
        assert {k: v for k, v in before[queue].items() if k not in moving} == {
            k: v for k, v in after[queue].items() if k not in moving
        }
    assert 40 == sum(field.startswith("field") for field in after["desk"])
    kept = [rule for rule in after["front"]["routingRules"] if "type" not in rule]
    assert [{"operator": "MEETS_THRESHOLD", "threshold": 9}] == kept
    assert before["other"] == after["other"]


def test_twenty_changes_are_twenty_puts(program: Program) -> None:
    names = [f"Q{number}" for number in range(20)]
    live = [live_queue(name, overflow("sink", 5)) for name in names]
    with Emulator(queues=[*live, live_queue("Sink")], rate_limit=1_000_000) as large:
        program.use(large)
        program.write_policies(
            *(policy_queue(name, ("Sink", 6)) for name in names), policy_queue("Sink", capacity=1000)
        )
        done = program.run("apply", "--auto-approve", "--format", "json")
        assert (0, 20) == (done.code, program.puts())
        assert all(entry["loopFree"] for entry in program.ask("history")["entries"])
        assert 0 == program.run("apply", "--auto-approve").code
        assert 20 == program.puts()


def test_nobody_to_ask_is_a_refusal(program: Program) -> None:
    done = program.finish("apply", "--format", "json")
    assert 4 == done.code
    assert "nobody can be asked for approval" in done.json["error"]["message"]
    assert "--auto-approve" in done.json["error"]["hint"]
    assert 0 == program.puts()


@pytest.mark.parametrize(
    ("answer", "code", "puts"),
    [("y\n", 0, 2), ("n\n", 4, 0), ("\n", 4, 0), ("\x04", 130, 0), ("\x03", 130, 0)],
)
def test_a_person_at_a_terminal_is_asked(program: Program, answer: str, code: int, puts: int) -> None:
    done = _answered(program, answer)
    assert (code, puts) == (done.code, program.puts())
    assert "Apply this plan? [y/N]: " in done.err
    assert done.err.index("plan: 1 to create") < done.err.index("Apply this plan?")


def _answered(program: Program, answer: str) -> Done:
    """An apply whose standard input is a terminal at which ``answer`` is typed once it asks."""
    ours, theirs = pty.openpty()
    with program.start(
        "apply", stdin=theirs, start_new_session=True, preexec_fn=lambda: _own_terminal(theirs)
    ) as process:
        os.close(theirs)
        assert process.stderr is not None
        err = ""
        while not err.endswith("[y/N]: ") and (character := process.stderr.read(1)):
            err += character
        out, rest = _typed(ours, answer, process)
    os.close(ours)
    return Done(process.returncode, out, err + rest)


def _typed(terminal: int, answer: str, process: subprocess.Popen[str]) -> tuple[str, str]:
    """Types ``answer``, and like a person again where nothing happens: a Ctrl-C that comes between the prompt
    and the reading is lost."""
    for _ in range(20):
        os.write(terminal, answer.encode())
        try:
            return process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.communicate()


def _own_terminal(terminal: int) -> None:
    """Make it the terminal of the new session, so that a typed Ctrl-C becomes a signal."""
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_what_was_edited_is_told_and_nothing_sent(program: Program) -> None:
    plan = saved(program)
    program.edit("other", routingRules=[overflow("back", 6)])
    done = program.run("apply", plan, "--format", "json")
    assert (4, "StalePlan") == (done.code, done.json["error"]["type"])
    message = done.json["error"]["message"]
    assert "live queue Other (other)" in message
    assert "5 %" in message
    assert "6 %" in message
    assert 0 == program.puts()


def test_edited_policies_make_a_plan_stale(program: Program) -> None:
    plan = saved(program)
    program.write_policies(policy_queue("Front", ("Back", 26)), *POLICIES[1:])
    program.write_policies({"queue": "Other", "manage": False, "capacity": 50}, name="new.yaml")
    done = program.run("apply", plan)
    assert 4 == done.code
    assert "policies/all.yaml was edited" in done.err
    assert "policies/new.yaml is new" in done.err
    assert 0 == program.puts()


def test_another_field_that_moved_is_no_reason_to_refuse_and_survives(program: Program) -> None:
    plan = saved(program)
    program.edit("front", description="by somebody else", brandNew={"deep": [1]})
    assert 0 == program.run("apply", plan).code
    front = program.live()["front"]
    assert ("by somebody else", {"deep": [1]}) == (front["description"], front["brandNew"])
    assert 25 == next(rule["threshold"] for rule in front["routingRules"] if rule.get("type") == "overflow")


def test_an_edited_plan_is_refused(program: Program) -> None:
    plan = program.folder / saved(program)
    plan.write_text(plan.read_text().replace('"threshold": 25', '"threshold": 99'))
    done = program.run("apply", "plan.json")
    assert 4 == done.code
    assert "its digest does not match its content" in done.err
    assert 0 == program.puts()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "syncer.plan/v2"}', "\udcff"])
def test_what_is_no_plan_is_an_error(program: Program, content: str) -> None:
    (program.folder / "plan.json").write_bytes(os.fsencode(content))
    done = program.run("apply", "plan.json", "--format", "json")
    assert (1, "BadPlan") == (done.code, done.json["error"]["type"])
    assert 0 == program.puts()


def test_a_plan_for_another_api_is_refused(program: Program) -> None:
    plan = saved(program)
    with Emulator(queues=list(program.live().values()), rate_limit=1_000_000) as other:
        program.use(other)
        done = program.run("apply", plan)
    assert 4 == done.code
    assert "it was made for http://127.0.0.1" in done.err


def test_a_signed_plan_needs_its_key(program: Program) -> None:
    unsigned = saved(program)
    program.setenv("SYNCER_PLAN_KEY", "secret key")
    refused = program.run("apply", unsigned)
    assert 4 == refused.code
    assert "is not signed with the key in SYNCER_PLAN_KEY" in refused.err
    assert "secret key" not in refused.err
    signed = saved(program)
    program.setenv("SYNCER_PLAN_KEY", "another key")
    assert 4 == program.run("apply", signed).code
    assert 0 == program.puts()
    program.setenv("SYNCER_PLAN_KEY", "secret key")
    assert 0 == program.run("apply", signed).code


def test_a_plan_that_changes_nothing_is_never_stale(program: Program) -> None:
    program.run("apply", "--auto-approve")
    plan = saved(program)
    program.edit("other", routingRules=[])
    done = program.run("apply", plan)
    assert 0 == done.code
    assert "changes nothing" in done.out
    assert 2 == program.puts()


def test_credentials_that_may_only_read_are_told_the_scope(program: Program, emulator: Emulator) -> None:
    program.use(emulator, ("reader", "secret"))
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert 1 == done.code
    assert "routing:queue:write" in done.out
    assert [] == program.ask("history")["entries"]


def test_the_audit_head_is_written(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--audit-head", "head", "--format", "json")
    head = (program.folder / "head").read_text().strip()
    assert done.json["result"]["audit_head"] == head
    assert 0 == program.run("audit", "verify", "--head", head).code


def test_who_and_what_it_comes_from_stands_in_the_audit(program: Program) -> None:
    program.setenv("GITLAB_USER_LOGIN", "somebody")
    program.setenv("CI_COMMIT_SHA", "abc123")
    program.run("apply", saved(program))
    digest = json.loads((program.folder / "plan.json").read_text())["digest"]
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert {digest} == {entry["planDigest"] for entry in entries}
    assert all("somebody" in json.dumps(entry) and "abc123" in json.dumps(entry) for entry in entries)


def test_a_watch_is_of_1_to_60_minutes_and_begins_where_there_is_something_to_watch(program: Program) -> None:
    assert [64, 64] == [program.run("apply", "--watch", minutes).code for minutes in ("0", "61")]
    program.write_policies(policy_queue("Front", ("Back", 5)), policy_queue("Desk"))
    done = program.run("apply", "--auto-approve", "--watch", "60", "--report", "json=report.json")
    assert 0 == done.code
    note = "no rule that sends more contacts to a queue was written: nothing was watched"
    assert f"\nnot watched\n  {note}\n" in done.out
    watched = json.loads(Path("report.json").read_bytes())["result"]["watched"]
    assert {"minutes": 60, "ended": 0, "queues": [], "notes": [note]} == watched
    shown = program.run("show", "report.json", "--format", "markdown").out
    assert f"**Not watched**\n\n- `{note}`" in shown

"""``sync stop``, as users see it, with etags and without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.app.runs import audit
from tests.gate import gated, until
from tests.program import Done, Program, live_queue, overflow, policy_queue
from tests.test_schemas import validator

SAID = ("--reason", "INC-1: flooded", "--auto-approve")


def direct(target: str) -> dict[str, Any]:
    """Direct routing with a backup queue."""
    return {"backupQueueId": target, "agentWaitSeconds": 60, "waitForAgent": True}


def both_kinds() -> list[dict[str, Any]]:
    """Overflow into Back by rules and by backup queues, from managed and unmanaged queues."""
    return [
        live_queue("Front", overflow("back", 25), overflow("desk", 5)),
        live_queue("Back"),
        live_queue("Desk", directRouting=direct("back")),
        live_queue("Other", overflow("back", 5), directRouting=direct("back")),
    ]


@pytest.fixture(params=["etag", "none"])
def live(request: pytest.FixtureRequest, program: Program) -> Iterator[Program]:
    """Live with rules and backup queues; the policies say what it has."""
    with Emulator(queues=both_kinds(), rate_limit=1_000_000, lock=request.param) as running:
        program.use(running)
        program.write_policies(
            policy_queue("Front", ("Back", 25), ("Desk", 5)),
            {
                "queue": "Desk",
                "capacity": 100,
                "base_load": 50,
                "backup": {"queue": "Back", "agent_wait": 60, "wait_for_agent": True},
            },
            policy_queue("Back"),
        )
        yield program


def into(program: Program, target: str) -> list[str]:
    """What moves contacts into a queue."""
    found = []
    for key, queue in program.live().items():
        rules = [each for each in queue.get("routingRules", []) if each.get("enabled")]
        found += [key for each in rules if each["overflowTarget"] == target]
        backup = (queue.get("directRouting") or {}).get("backupQueueId")
        found += [f"backup of {key}"] if backup == target != key else []
    return sorted(found)


ALL = ["backup of desk", "backup of other", "front", "other"]


def stopped(program: Program, *arguments: str) -> Done:
    """A stop that is done."""
    done = program.run("stop", *arguments, *SAID)
    assert 0 == done.code, done.err
    return done


def test_all_overflow_into_a_queue_ends_and_nothing_else(live: Program) -> None:
    assert ALL == into(live, "back")
    done = stopped(live, "Back", "--for", "2h", "--audit-head", "head.txt")
    assert f"audit head: {(live.folder / 'head.txt').read_text()}" in done.out
    assert [] == into(live, "back")
    assert ["front"] == into(live, "desk")
    assert "Nothing overflows into Back any more: 2 rules off, 2 backup queues removed; until " in done.out
    assert done.out.endswith(" UTC\n")
    assert "not touched" not in done.out
    assert "the next apply with another state folder undoes it" in done.err
    again = stopped(live, "Back")
    assert "Nothing overflows into Back any more: nothing was sent; until it is lifted" in again.out
    assert "another state folder" not in again.err
    assert "no loop and no overload" not in live.run("stop", "Desk", "--policies", "nowhere", *SAID).err


def test_from_stops_the_queues_that_are_named(live: Program) -> None:
    done = stopped(live, "Back", "--from", "Other", "--from", "front")
    assert ["backup of desk"] == into(live, "back")
    assert "Nothing overflows into Back from the queues that were named any more" in done.out


def test_plan_apply_and_drift_hold_it_and_name_it(live: Program) -> None:
    assert "no changes" in live.run("plan").out.casefold()
    stopped(live, "Back", "--for", "2h")
    words = "2 rules of Desk, Front held back"
    for command in ("plan", "drift"):
        done = live.run(command, "--detailed-exitcode")
        assert (0, True) == (done.code, words in done.out), done.out
        assert "exception: the stop of overflow into Back since" in done.out
        assert "2 rules of `Desk`, `Front` held back" in live.run(command, "--format", "markdown").out
        document = live.run(command, "--format", "json").json
        validator("output").validate(document)
        (held,) = (document["result"].get("plan") or document["result"])["held"]
        assert ("stop", "Back", 2, False) == tuple(
            held[name] for name in ("kind", "target_name", "rules", "expired")
        )
    assert 0 == live.run("apply", "--auto-approve").code
    assert [] == into(live, "back")


def test_what_comes_back_meanwhile_is_drift_and_put_out_of_force_again(live: Program) -> None:
    stopped(live, "Back")
    live.edit("front", routingRules=[overflow("back", 25), overflow("desk", 5)])
    done = live.run("drift", "--detailed-exitcode")
    assert 2 == done.code
    assert "still overflowing: Front" in done.out
    assert 0 == live.run("apply", "--auto-approve").code
    assert [] == into(live, "back")


def test_a_lift_brings_back_what_nobody_changed_since(live: Program) -> None:
    before = live.live()
    stopped(live, "Back")
    done = live.run("stop", "Back", "--lift", "--auto-approve")
    assert 0 == done.code, done.err
    assert ALL == into(live, "back")
    assert "Lifted: the stop of overflow into Back; 4 rules back" in done.out
    fields = ("routingRules", "directRouting")
    assert [{name: queue.get(name) for name in fields} for queue in before.values()] == [
        {name: queue.get(name) for name in fields} for queue in live.live().values()
    ]
    assert "exception" not in live.run("plan").out
    again = live.run("stop", "Back", "--lift", "--auto-approve")
    assert (64, True) == (again.code, "no stop of 'Back' is in force" in again.err)


def test_a_lift_leaves_what_somebody_changed_and_says_so(live: Program) -> None:
    stopped(live, "Back")
    live.edit("other", routingRules=[overflow("back", 77)])
    done = live.run("stop", "back", "--lift", "--auto-approve")
    assert 0 == done.code
    assert "left: Other: the run left 5 % to Back after 60 s, disabled" in done.out
    assert ["backup of desk", "front", "other"] == into(live, "back")


def test_what_is_expired_is_told_and_lifted_by_a_schedule(live: Program) -> None:
    early = live.run("stop", "--expire", "--auto-approve")
    assert (0, True) == (early.code, "no stop has expired: nothing was sent" in early.out)
    stopped(live, "Back", "--for", "1m")
    none = live.run("stop", "--expire", "--auto-approve")
    assert (0, True) == (none.code, "no stop has expired: nothing was sent" in none.out)
    assert none.out.endswith("1 exception in force\n")
    record = live.folder / ".syncer" / "record.json"
    until = live.run("stop", "--list", "--format", "json").json["result"]["exceptions"][0]["until"]
    record.write_text(record.read_text().replace(until, "2026-03-01T08:30:00.000Z"))
    assert "expired at 2026-03-01 08:30 UTC, still in force" in live.run("drift").out
    assert "expired at 2026-03-01 08:30 UTC, still in force" in live.run("stop", "--list").out
    assert [] == into(live, "back")
    done = live.run("stop", "--expire", "--auto-approve")
    assert (0, ALL) == (done.code, into(live, "back"))
    assert "no exceptions are in force" in live.run("stop", "--list").out


def test_each_run_of_an_expiry_is_the_one_under_way(program: Program) -> None:
    with gated(program, both_kinds(), 8) as gate:
        program.write_policies(policy_queue("Back"))
        stopped(program, "Back", "--for", "1m")
        stopped(program, "Desk", "--for", "1m")
        record = program.folder / ".syncer" / "record.json"
        for made in program.run("stop", "--list", "--format", "json").json["result"]["exceptions"]:
            record.write_text(record.read_text().replace(made["until"], "2026-03-01T08:30:00.000Z"))
        with program.start("stop", "--expire", "--auto-approve", "--parallel", "1") as process:
            gate.reached()
            status = program.run("status", "--format", "json").json["result"]
            gate.open()
            process.communicate(timeout=300)
        assert (0, []) == (process.returncode, status["left"])


def test_list_and_extend_ask_nothing_of_the_organization(live: Program) -> None:
    assert "no exceptions are in force" in live.run("stop", "--list").out
    stopped(live, "Back", "--for", "2h")
    requests = live.ask("requests")
    done = live.run("stop", "Back", "--extend", "--for", "1d")
    assert 0 == done.code, done.err
    assert "extended:" in done.out
    listed = live.run("stop", "--list", "--format", "json").json
    validator("output").validate(listed)
    (made,) = listed["result"]["exceptions"]
    assert made["until"] > made["at"]
    assert "**1 exception** in force" in live.run("stop", "--list", "--format", "markdown").out
    assert requests == live.ask("requests")
    assert 0 == live.run("audit", "verify").code
    assert 64 == live.run("stop", "Front", "--extend", "--for", "1d").code


def test_without_a_state_folder_a_file_has_what_is_needed(
    live: Program, request: pytest.FixtureRequest
) -> None:
    done = stopped(live, "Back", "--undo", "undo.jsonl")
    assert [] == into(live, "back")
    assert "the data to undo it is in undo.jsonl" in done.out
    assert "syncer stop --join undo.jsonl" in done.err
    assert not (live.folder / ".syncer").exists()
    assert 0o600 == (live.folder / "undo.jsonl").stat().st_mode & 0o777
    folder, windows = live.folder / ".undo.jsonl.state", live.folder / ".syncer" / "witness.json"
    compared = request.node.callspec.params["live"] == "none"  # then the audit is asked once more
    assert compared is (folder / "witness.json").exists()
    assert "1 exception in force" in live.run("stop", "--list", "--undo", "undo.jsonl").out
    joined = live.run("stop", "--join", "undo.jsonl")
    assert 0 == joined.code, joined.err
    assert [False, compared] == [folder.exists(), windows.exists()]
    assert 0 == live.run("audit", "verify").code
    assert "2 rules of Desk, Front held back" in live.run("plan").out
    assert 4 == live.run("stop", "--join", "undo.jsonl").code
    assert 0 == live.run("stop", "Back", "--lift", "--auto-approve").code
    assert ALL == into(live, "back")


def test_a_file_alone_is_enough_to_lift(live: Program) -> None:
    stopped(live, "Back", "--undo", "undo.jsonl")
    done = live.run("stop", "Back", "--lift", "--undo", "undo.jsonl", "--auto-approve")
    assert (0, ALL) == (done.code, into(live, "back")), done.err
    (live.folder / "other.jsonl").write_text("{}\n")
    other = live.run("stop", "Back", "--undo", "other.jsonl", *SAID)
    assert (1, "{}\n") == (other.code, (live.folder / "other.jsonl").read_text())


def test_loops_are_broken_and_stay_so(live: Program) -> None:
    live.edit("back", routingRules=[overflow("front", 9)])
    done = stopped(live, "--loops", "--for", "2h")
    assert "Nothing overflows in a circle any more: " in done.out
    assert "loop" not in live.run("plan").out.replace("the stop of loops", "").replace("no loop", "")
    again = stopped(live, "--loops")
    assert again.out.endswith("Nothing overflows in a circle any more: nothing was sent\n")
    assert "1 exception in force" in live.run("stop", "--list").out
    lifted = live.run("stop", "loops", "--lift", "--auto-approve")
    assert (0, True) == (lifted.code, ": it would close a loop: " in lifted.out)
    assert "no exceptions are in force" in live.run("stop", "--list").out
    assert "loop" not in live.run("drift").out
    assert 0 == live.run("apply", "--auto-approve").code


def test_neither_policies_nor_settings_nor_limits_are_in_its_way(live: Program) -> None:
    protected = {"protected": ["*"], "allow_delete": False, "from_rules": 0, "max_change_percent": 0}
    live.write_settings(safety=protected)
    stopped(live, "Back", "--from", "Front")
    (live.folder / "policies" / "all.yaml").write_text("queues: [")
    done = stopped(live, "Back", "--from", "Other")
    assert "the policies in policies can't be read: no capacity is known" in done.err
    (live.folder / "policies" / "settings.yaml").write_text("pace: [")
    live.setenv("SYNCER_API_URL", "")
    unknown = live.run("stop", "Back", *SAID)
    assert (1, True) == (unknown.code, "the organization is not known" in unknown.err)
    url = live.url
    live.setenv("SYNCER_API_URL", url)
    done = stopped(live, "Back", "--from", "Desk")
    assert "the settings in policies can't be read: defaults are used" in done.err
    stopped(live, "Back", "--api-url", url, "--policies", "nowhere")
    assert [] == into(live, "back")


def test_queues_that_fill_up_are_a_warning_with_figures(live: Program) -> None:
    live.write_policies(
        {**policy_queue("Front", ("Back", 25), ("Desk", 5)), "capacity": 45},
        policy_queue("Back"),
    )
    done = stopped(live, "Back")
    assert "Front keeps 47.5 of 45 (35 before) while this lasts" in done.out
    assert "load: Back takes in " in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Back",), "a stop needs a reason"),
        (("Bakc", *SAID), "Did you mean 'Back'?"),
        (("Back", "--loops", *SAID), "name one queue, or use one of"),
        ((*SAID,), "name one queue, or use one of"),
        (("Back", "--for", "soon", *SAID), "'soon' isn't a length of time: write 90s, 15m, 2h"),
        (("--loops", "--from", "Back", *SAID), "--loops breaks loops wherever they are"),
    ],
)
def test_what_makes_no_sense_is_said(program: Program, arguments: tuple[str, ...], words: str) -> None:
    done = program.run("stop", *arguments)
    assert (64, True) == (done.code, words in done.err), done.err
    assert 0 == program.puts()


def test_what_can_not_be_stopped_is_named(program: Program) -> None:

    queues = [live_queue("Front", overflow("back", 10)), live_queue("Back")]
    with Emulator(queues=queues, rate_limit=1_000_000, read_credentials=("reader", "secret")) as running:
        program.use(running, ("reader", "secret"))
        done = program.run("stop", "Back", *SAID)
    assert 1 == done.code
    assert "left: Front: 10 % to Back after 60 s (failed: " in done.out
    assert "Contacts still overflow into Back: nothing was changed, so no stop is in force" in done.out
    assert "no exceptions are in force" in program.run("stop", "--list").out


def test_what_was_cut_off_is_held_and_can_be_gone_on_with(program: Program) -> None:
    queues = [
        live_queue("Front", overflow("back", 25)),
        live_queue("Desk", overflow("back", 20)),
        live_queue("Back"),
    ]
    with gated(program, queues, 1) as gate:
        arguments = ("stop", "Back", "--parallel", "1", *SAID)
        with program.start(*arguments) as process:
            gate.reached()
            process.kill()
        gate.open()
        until(lambda: len(program.ask("history")["entries"]) == gate.number)
        assert 1 == len(into(program, "back"))
        assert "exception: the stop of overflow into Back" in program.run("plan").out
        done = stopped(program, "Back")
        assert [] == into(program, "back")
        assert "was cut off; its changes were looked up" in done.out
        assert 0 == program.run("stop", "Back", "--lift", "--auto-approve").code
        assert ["desk", "front"] == into(program, "back")
        assert 0 == program.run("audit", "verify").code


def test_a_plan_that_knew_nothing_of_a_stop_says_what_is_in_force(live: Program) -> None:
    live.write_policies(policy_queue("Front", ("Back", 26), ("Desk", 5)), policy_queue("Back"))
    assert 0 == live.run("plan", "--out", "plan.json").code
    stopped(live, "Back", "--from", "Front")
    done = live.run("apply", "plan.json")
    assert (4, True) == (done.code, "an exception is in force: the stop of overflow into Back" in done.err)


def test_a_state_folder_that_can_not_be_used_has_a_way_out(program: Program) -> None:
    (program.folder / "file").write_text("")
    done = program.run("stop", "Back", "--state-dir", "file/state", *SAID)
    assert (1, True) == (done.code, "Or work without a state folder: --undo FILE." in done.err), done.err


def test_the_trail_says_what_was_stopped_until_when(live: Program) -> None:
    stopped(live, "Back", "--for", "2h")
    live.run("stop", "Back", "--lift", "--auto-approve")
    shown = live.run("audit", "show").out
    assert ", an exception about Back until 2" in shown
    assert "STOP_RUN" in shown
    assert "lifts 2" in shown


def test_json_and_markdown_say_the_same(live: Program) -> None:
    done = live.run("stop", "Back", "--for", "2h", "--ticket", "INC-1", "--format", "json", *SAID)
    validator("output").validate(done.json)
    result = done.json["result"]
    assert ("done", 2, 2, [], "INC-1") == (
        *(result[name] for name in ("status", "disabled", "removed", "left")),
        result["exception"]["ticket"],
    )
    (entry,) = [each for each in trail(live.folder) if each["kind"] == "run"]
    validator("audit").validate(entry)
    assert ("STOP_RUN", "INC-1", "INC-1: flooded") == tuple(
        entry[name] for name in ("action", "ticket", "justification")
    )
    again = live.run("stop", "Back", "--format", "markdown", *SAID)
    assert "**Nothing overflows into `Back` any more: nothing was sent; until it is lifted**" in again.out


def trail(folder: Path) -> list[dict[str, Any]]:
    from syncer.audit.chain import Chain

    return list(Chain(folder / ".syncer" / "audit").entries())


def test_a_hold_can_end_without_bringing_anything_back(live: Program) -> None:
    stopped(live, "Back")
    puts = live.puts()
    done = live.run("stop", "Back", "--lift", "--no-restore", "--auto-approve")
    assert (0, puts, []) == (done.code, live.puts(), into(live, "back"))
    assert "left: Other: its overflow stays off, as you asked; restore it with: " in done.out
    assert "Lifted: the stop of overflow into Back; nothing was sent" in done.out
    assert "no exceptions are in force" in live.run("stop", "--list").out
    (run,) = {each["run"] for each in audit(live) if each.get("action") == "STOP_RUN"}
    back = live.run("rollback", str(run), "--auto-approve")
    assert (0, ALL) == (back.code, into(live, "back")), back.err


def test_how_long_it_is_extended_is_said_and_is_later(live: Program) -> None:
    stopped(live, "Back", "--for", "2h")
    for time, words in (
        ((), "how long the stop is to last is missing"),
        (("--for", "1h 30m"), "which is later: nothing was "),
    ):
        done = live.run("stop", "Back", "--extend", *time)
        assert (64, True) == (done.code, words in done.err), done.err
    assert 0 == live.run("stop", "Back", "--extend", "--for", "2h1m").code


def test_several_are_named_before_they_are_lifted(live: Program) -> None:
    stopped(live, "Back", "--from", "Front")
    stopped(live, "Back", "--from", "Other")
    done = live.run("stop", "Back", "--lift", "--auto-approve")
    assert "this lifts 2 stops: run " in done.err
    assert done.err.index("this lifts 2 stops") < done.err.index("[1/1]")


def test_what_overflows_all_the_same_is_said(live: Program) -> None:
    stopped(live, "Back")
    kept = live.run("status")
    assert ": nothing overflows into Back, until it is lifted" in kept.out
    live.edit("other", routingRules=[overflow("back", 5)])
    again = live.run("status")
    assert ": not kept: nothing overflows into Back, but Other does all the same, until" in again.out
    document = live.run("status", "--format", "json").json
    validator("output").validate(document)
    assert [["Other"]] == [each["open"] for each in document["result"]["exceptions"]]
    drift = live.run("drift", "--detailed-exitcode")
    assert (2, True) == (drift.code, "still overflowing: Other" in drift.out)


def test_a_rollback_opens_nothing_that_is_stopped(live: Program) -> None:
    live.write_policies(policy_queue("Front", ("Desk", 9)), policy_queue("Back"))
    assert 0 == live.run("apply", "--auto-approve").code
    stopped(live, "Back", "--from", "Front")
    done = live.run("rollback", "last", "--auto-approve")
    assert 0 == done.code, done.err
    assert [] == [source for source in into(live, "back") if source == "front"]
    (desk,) = live.live()["front"]["routingRules"]
    assert ("desk", 5) == (desk["overflowTarget"], desk["threshold"])
    words = "1 rule of Front held back by the stop of overflow into Back (run "
    assert words in done.out
    assert "exception: the stop of overflow into Back since" in done.err


def test_what_a_stop_held_back_comes_with_the_next_rollback(live: Program) -> None:
    """It isn't lost: the queue counts as undone in part."""
    before = {key: queue["routingRules"] for key, queue in live.live().items()}
    live.write_policies(policy_queue("Front", ("Desk", 9)), policy_queue("Back"))
    assert 0 == live.run("apply", "--auto-approve").code
    (run,) = {each["run"] for each in audit(live) if each.get("action") == "APPLY_RUN"}
    stopped(live, "Back", "--from", "Front")
    done = live.run("rollback", "last", "--auto-approve")
    assert f"after its lift give syncer rollback {run} again" in done.out
    assert 0 == live.run("stop", "Back", "--lift", "--auto-approve").code
    assert 0 == live.run("rollback", str(run), "--auto-approve").code
    rules = {key: queue["routingRules"] for key, queue in live.live().items()}
    assert _bare(before) == _bare(rules)


WHICH = ("overflowTarget", "threshold", "enabled")


def _bare(rules: dict[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(
            (rule["overflowTarget"], rule["threshold"], rule["enabled"])
            for rule in of_queue
            if "type" in rule
        )
        for key, of_queue in rules.items()
    }


def test_a_stop_that_is_newer_holds_no_rollback_of_the_rest(live: Program) -> None:
    live.write_policies(
        policy_queue("Front", ("Back", 50), ("Desk", 9)),
        policy_queue("Other", ("Desk", 3)),
        policy_queue("Back"),
    )
    assert 0 == live.run("apply", "--auto-approve").code
    stopped(live, "Back", "--from", "Front")
    done = live.run("rollback", "last", "--auto-approve")
    assert 0 == done.code, done.out + done.err
    assert "It is a stop: run the rollback again once it is lifted (syncer stop " in done.err
    assert "1 queue is in conflict and left as it was found" in done.out
    assert ["back"] == [rule["overflowTarget"] for rule in live.live()["other"]["routingRules"]]
    assert 0 == live.run("stop", "Back", "--lift", "--auto-approve").code
    assert 0 == live.run("rollback", "last", "--auto-approve").code
    assert [("back", 25), ("desk", 5)] == [
        (rule["overflowTarget"], rule["threshold"]) for rule in live.live()["front"]["routingRules"]
    ]


def test_a_rollback_that_a_stop_leaves_nothing_to_do_says_so(live: Program) -> None:
    live.write_policies(policy_queue("Front", ("Desk", 5)), policy_queue("Back"))
    assert 0 == live.run("apply", "--auto-approve").code
    stopped(live, "Back", "--from", "Front")
    done = live.run("rollback", "last", "--auto-approve")
    assert (0, []) == (done.code, [each for each in into(live, "back") if each == "front"])
    assert "nothing was sent; 1 rule of Front held back by the stop of overflow into Back" in done.out


def closing(program: Program) -> None:
    """Back overflows to Front by hand: neither Front nor Desk, which Front feeds, can go back to Back."""
    program.edit("back", routingRules=[overflow("front", 9)])


def test_a_lift_brings_back_all_that_closes_no_loop_and_the_rest_later(live: Program) -> None:
    stopped(live, "Back")
    closing(live)
    done = live.run("stop", "Back", "--lift", "--auto-approve")
    assert 0 == done.code, done.err
    assert ["backup of other", "other"] == into(live, "back")
    for name in ("Front", "Desk"):
        assert f"left: {name}: it would close a loop: " in done.out
    (run,) = {each["run"] for each in audit(live) if each.get("action") == "STOP_RUN"}
    assert f"left: restore the rest with: syncer rollback {run}" in done.out
    assert f"undo: syncer rollback {run}" in live.run("status").out
    live.edit("back", routingRules=[])
    later = live.run("rollback", str(run), "--auto-approve")
    assert (0, ALL) == (later.code, into(live, "back")), later.out + later.err


def test_another_backup_queue_set_since_is_a_conflict(live: Program) -> None:
    stopped(live, "Back", "--from", "Desk")
    live.edit("desk", directRouting=direct("front"))
    done = live.run("stop", "Back", "--lift", "--auto-approve")
    assert 0 == done.code, done.err
    assert "left: Desk: the run left no rule to Back; now: backup Front after 60 s" in done.out
    assert "front" == live.live()["desk"]["directRouting"]["backupQueueId"]
    assert "nothing was sent" in done.out


def test_a_stop_that_was_killed_is_lifted_whole(program: Program) -> None:
    """Two rules to one target, and a backup queue in whose place the server fills in the queue itself."""
    rules = (overflow("back", 25), overflow("back", 15))
    queues = [live_queue("Desk", *rules, directRouting=direct("back")), live_queue("Back")]
    with gated(program, queues, 1) as gate:
        with program.start("stop", "Back", "--parallel", "1", *SAID) as process:
            gate.reached()
            process.kill()
        gate.open()
        until(lambda: len(program.ask("history")["entries"]) == gate.number)
        assert [] == into(program, "back")
        assert "stop 2" in program.run("status").out
        done = program.run("stop", "Back", "--lift", "--auto-approve")
        assert (0, ["backup of desk", "desk", "desk"]) == (done.code, into(program, "back")), done.out


def test_an_extension_outlives_the_closing_of_a_run_that_was_cut_off(program: Program) -> None:
    queues = [
        live_queue("Front", overflow("back", 25)),
        live_queue("Desk", overflow("back", 20)),
        live_queue("Back"),
    ]
    with gated(program, queues, 1) as gate:
        with program.start("stop", "Back", "--for", "1h", "--parallel", "1", *SAID) as process:
            gate.reached()
            process.kill()
        gate.open()
        until(lambda: len(program.ask("history")["entries"]) == gate.number)

        def ends() -> list[str]:
            found = program.run("stop", "--list", "--format", "json").json["result"]["exceptions"]
            return [each["until"] for each in found if each["targetName"] == "Back"]

        assert 0 == program.run("stop", "Back", "--extend", "--for", "5h").code
        (extended,) = ends()
        stopped(program, "Desk")
        assert [extended] == ends()


def test_a_file_is_joined_again_where_it_has_more(live: Program) -> None:
    stopped(live, "Back", "--undo", "undo.jsonl")
    assert 0 == live.run("stop", "--join", "undo.jsonl").code
    lifted = live.run("stop", "Back", "--lift", "--undo", "undo.jsonl", "--auto-approve")
    assert 0 == lifted.code, lifted.err
    again = live.run("stop", "--join", "undo.jsonl")
    assert (0, True) == (again.code, "of undo.jsonl added to the trail" in again.out), again.err
    assert "no exceptions are in force" in live.run("stop", "--list").out


def test_a_trail_that_is_broken_names_the_ways_out_of_a_stop(live: Program) -> None:
    stopped(live, "Back")
    (trail,) = (live.folder / ".syncer" / "audit").glob("*.jsonl")
    trail.write_text(trail.read_text().replace('"Back"', '"Bach"', 1))
    refused = live.run("stop", "Back", "--lift", "--auto-approve")
    assert (1, True) == (refused.code, "syncer rollback RUN --head HASH" in refused.err), refused.err
    assert 0 == live.run("stop", "Back", "--lift", "--no-restore", "--auto-approve").code
    assert "no exceptions are in force" in live.run("stop", "--list").out


def test_names_that_hold_what_was_typed_are_offered(live: Program) -> None:
    live.edit("other", name="Support Tier 2")
    done = live.run("stop", "Tier 2", *SAID)
    assert (64, True) == (done.code, "Did you mean 'Support Tier 2'? Give the full name." in done.err)


def test_a_backup_queue_of_another_division_may_not_come_back(program: Program) -> None:
    queues = [
        live_queue("Desk", directRouting=direct("back"), division={"id": "d1", "name": "One"}),
        live_queue("Back", division={"id": "d2", "name": "Two"}),
    ]
    with Emulator(queues=queues, rate_limit=1_000_000) as running:
        program.use(running)
        done = stopped(program, "Back")
        assert "Desk: the backup queue is in another division, and restoring it may fail" in done.err
        refused = program.run("stop", "Back", "--lift", "--auto-approve")
        assert (1, True) == (refused.code, "--lift --no-restore" in refused.out)
        assert 0 == program.run("stop", "Back", "--lift", "--no-restore", "--auto-approve").code

"""``sync drift`` run after run: what it remembers, and whom it tells."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from syncer.app.notify import endpoint_for
from syncer.files import write_whole
from syncer.net.timing import Timing
from tests.program import POLICIES, Done, Program, overflow, policy_queue
from tests.receiver import SECRET, Receiver, receiving

ADA = {"modifiedBy": {"id": "u1", "name": "Ada"}}
JOB = "https://gitlab.example.com/a/b/-/jobs/7"


@pytest.fixture
def settled(program: Program) -> Program:
    """Live is what the policies say."""
    assert 0 == program.run("apply", "--auto-approve").code
    return program


@pytest.fixture
def receiver(settled: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the program is told of, and a program that doesn't wait between attempts."""
    hurried = Timing(sleep=lambda _: None)
    for room in ("locked_run", "drift_memory"):
        monkeypatch.setattr(
            f"syncer.app.{room}.endpoint_for",
            lambda webhook, environ: endpoint_for(webhook, environ, hurried),
        )
    with receiving() as running:
        settled.setenv("SYNCER_WEBHOOK_URL", running.url)
        yield running


def edit(program: Program, queue: str, *rules: dict[str, Any]) -> None:
    program.edit(queue, routingRules=list(rules), **ADA)


def drift(program: Program, *options: str) -> Any:
    """The result of a drift that ends well and warns of nothing."""
    done = program.run("drift", "--format", "json", *options)
    assert (0, "") == (done.code, done.err), done.out
    return done.json["result"]


def standings(result: Any) -> list[tuple[str, int]]:
    return [(rule["standing"], rule["detections"]) for rule in result["rules"]]


def state(program: Program) -> Any:
    return json.loads((program.folder / ".syncer" / "drift.json").read_text())


def outbox(program: Program) -> list[str]:
    return [path.name for path in (program.folder / ".syncer" / "outbox").glob("*")]


def actions(receiver: Receiver) -> list[tuple[str, str, int]]:
    """What was told, of which queue, after how many detections; and the receiver is emptied."""
    found = [
        (each["action"], each["queueName"], each["detections"])
        for message in receiver.entries
        for each in message["drifts"]
    ]
    receiver.received.clear()
    return found


def test_a_drift_is_alerted_once_and_resolved_once(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    assert [("new", 1)] == standings(drift(settled))
    assert [] == actions(receiver)
    assert [("alerted", 2)] == standings(drift(settled))
    assert [("DRIFT_DETECTED", "Front", 2)] == actions(receiver)
    assert [("alerted", 3)] == standings(drift(settled))
    edit(settled, "front", overflow("back", 25))
    (gone,) = drift(settled)["resolved"]
    assert ("Front", 3, False) == (gone["queue"]["name"], gone["detections"], gone["superseded"])
    assert [("DRIFT_RESOLVED", "Front", 3)] == actions(receiver)
    assert [] == drift(settled)["resolved"]
    assert ([], []) == (actions(receiver), outbox(settled))
    assert [] == state(settled)["drifts"]


def test_the_message_says_who_what_where_and_since_when(
    settled: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.setenv("SYNCER_WEBHOOK_SECRET", SECRET)
    settled.setenv("CI_JOB_URL", JOB)
    edit(settled, "front", overflow("back", 30))
    first = drift(settled)["rules"][0]["first_seen"]
    drift(settled)
    (message,) = receiver.received
    assert Webhook(SECRET).verify(message.body, dict(message.headers)) == message.json
    (told,) = message.json["drifts"]
    assert f"{told['run']}-1" == message.id
    assert ("front", "overflow", 30, "back", False) == tuple(
        told[name] for name in ("queueId", "ruleType", "threshold", "targetQueue", "success")
    )
    assert ("30 % to Back after 60 s", "25 % to Back after 60 s") == (told["live"], told["policy"])
    assert (first, JOB, "policies/all.yaml") == (told["firstSeen"], told["link"], told["position"]["file"])
    assert ("u1", "Ada") == (told["changed"]["id"], told["changed"]["name"])
    assert settled.live()["front"]["dateModified"] == told["changed"]["at"]


def test_logs_tell_of_alerts_without_a_webhook_too(settled: Program) -> None:
    edit(settled, "front", overflow("back", 30))
    done = settled.run("drift", "--alert-after", "1", "--log-level", "info")
    assert "DRIFT_DETECTED Front: differs from the policies" in done.err


def test_what_is_gone_before_is_forgotten_and_begins_anew(settled: Program, receiver: Receiver) -> None:
    for _ in range(2):
        edit(settled, "front", overflow("back", 30))
        assert [("new", 1)] == standings(drift(settled))
        edit(settled, "front", overflow("back", 25))
        assert [] == drift(settled)["resolved"]
    assert [] == actions(receiver)


def test_another_edit_of_the_rule_is_a_new_drift(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled, "--alert-after", "1")
    edit(settled, "front", overflow("back", 31))
    result = drift(settled)
    assert ([("new", 1)], [True]) == (standings(result), [gone["superseded"] for gone in result["resolved"]])
    drift(settled)
    assert [("DRIFT_DETECTED", 1), ("DRIFT_RESOLVED", 1), ("DRIFT_DETECTED", 2)] == [
        (action, detections) for action, _, detections in actions(receiver)
    ]


def test_the_option_wins_over_the_settings(settled: Program, receiver: Receiver) -> None:
    settled.write_settings(drift={"alert_after": 3})
    edit(settled, "front", overflow("back", 30))
    assert ["new", "known", "alerted"] == [drift(settled)["rules"][0]["standing"] for _ in range(3)]
    edit(settled, "desk", overflow("back", 1))
    assert {("alerted", 4), ("alerted", 1)} == set(standings(drift(settled, "--alert-after", "1")))
    assert [("DRIFT_DETECTED", "Front", 3), ("DRIFT_DETECTED", "Desk", 1)] == actions(receiver)


@pytest.mark.parametrize("number", ["0", "1001", "x"])
def test_a_number_that_makes_no_sense_is_wrong_usage(program: Program, number: str) -> None:
    assert 64 == program.run("drift", "--alert-after", number).code


def circle(program: Program) -> None:
    """Somebody closes a loop by hand, between a queue of the policies and one that they don't know."""
    edit(program, "back", overflow("other", 10))


def test_one_message_a_run_has_the_worst_first(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    edit(settled, "desk", overflow("back", 20), overflow("front", 90))
    drift(settled)
    drift(settled)
    (message,) = receiver.entries
    assert ("DRIFT_DETECTED", False, []) == (message["action"], message["success"], message["loops"])
    assert [("Desk", "live has more"), ("Front", "live differs")] == [
        (each["queueName"], each["direction"]) for each in message["drifts"]
    ]


def test_a_loop_of_live_is_told_of_at_once_and_once_and_when_it_is_gone(
    settled: Program, receiver: Receiver
) -> None:
    circle(settled)
    for _ in range(3):
        settled.run("drift", "--alert-after", "9")
    (message,) = receiver.entries
    (loop,) = message["loops"]
    assert ("LOOP_DETECTED", False, [], []) == (
        message["action"],
        message["success"],
        message["drifts"],
        message["loopsGone"],
    )
    assert "Back → Other → Back overflows in a circle" == loop["message"]
    receiver.received.clear()
    edit(settled, "back")
    for _ in range(2):
        settled.run("drift")
    (message,) = receiver.entries
    assert (["Back → Other → Back"], [], True) == (
        message["loopsGone"],
        message["loops"],
        message["success"],
    )


def test_a_loop_is_told_of_where_the_policies_are_invalid(settled: Program, receiver: Receiver) -> None:
    circle(settled)
    settled.write_policies(policy_queue("Front", ("Nowhere", 1)), policy_queue("Back"))
    assert 3 == settled.run("drift").code
    assert 3 == settled.run("drift").code
    (message,) = receiver.entries
    assert "LOOP_DETECTED" == message["action"]


@pytest.mark.parametrize(("form", "part"), [("slack", "blocks"), ("teams", "attachments")])
def test_a_chat_has_the_loop_on_top(settled: Program, receiver: Receiver, form: str, part: str) -> None:
    settled.write_settings(webhook={"form": form})
    circle(settled)
    settled.run("drift")
    (message,) = receiver.entries
    text = json.dumps(message[part], ensure_ascii=False).replace("\u2060", "")
    assert "✗ 1 loop in the live queues: contacts go in a circle" in text
    assert "✗ live loop: Back → Other → Back overflows in a circle" in text


def test_logs_tell_of_a_loop(settled: Program) -> None:
    circle(settled)
    done = settled.run("drift", "--log-level", "info")
    assert "LOOP_DETECTED Back → Other → Back overflows in a circle: contacts go in a circle" in done.err


@pytest.mark.parametrize(("form", "part"), [("slack", "blocks"), ("teams", "attachments")])
def test_a_chat_gets_one_message_a_run(settled: Program, receiver: Receiver, form: str, part: str) -> None:
    settled.write_settings(webhook={"form": form})
    edit(settled, "front", overflow("back", 30), overflow("desk", 1))
    edit(settled, "desk")
    for _ in range(3):
        drift(settled)
    (message,) = receiver.entries
    text = json.dumps(message[part], ensure_ascii=False).replace("\u2060", "")
    assert "drift: 3 rules differ from the policies" in text
    assert all(f"{queue} → " in text for queue in ("Front", "Desk"))


def test_what_is_not_delivered_fails_nothing_and_goes_out_with_the_next_run(
    settled: Program, receiver: Receiver
) -> None:
    receiver.answers(500)
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    done = settled.run("drift", "--format", "json", "--detailed-exitcode")
    (warning,) = done.json["warnings"]
    assert (2, True) == (done.code, warning.startswith("1 of 1 messages to the webhook not delivered"))
    (kept,) = outbox(settled)
    receiver.answers(204)
    receiver.received.clear()
    assert [("alerted", 3)] == standings(drift(settled))
    assert [kept] == [f"{each.id}.json" for each in receiver.received]
    assert [] == outbox(settled)


def test_a_webhook_that_is_set_up_wrongly_fails_nothing_and_loses_nothing(
    settled: Program, receiver: Receiver
) -> None:
    url = receiver.url
    settled.setenv("SYNCER_WEBHOOK_URL", "ftp://secret.example")
    edit(settled, "front", overflow("back", 30))
    settled.run("drift")
    done = settled.run("drift")
    assert 0 == done.code
    assert "warning: nothing is sent to the webhook: the URL of the webhook isn't an http" in done.err
    assert "secret.example" not in done.err
    assert 1 == len(outbox(settled))
    settled.setenv("SYNCER_WEBHOOK_URL", url)
    drift(settled)
    assert [("DRIFT_DETECTED", "Front", 2)] == actions(receiver)


def test_without_a_webhook_no_message_is_written(settled: Program) -> None:
    edit(settled, "front", overflow("back", 30))
    assert [("new", 1), ("alerted", 2)] == [standings(drift(settled))[0] for _ in range(2)]
    assert [] == outbox(settled)


def test_an_error_and_invalid_policies_change_nothing(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    before = state(settled)
    settled.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "wrong")
    assert 1 == settled.run("drift").code
    settled.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "demo")
    settled.write_policies(policy_queue("Front", ("Back", 1)), policy_queue("Back", ("Front", 1)))
    done = settled.run("drift", "--format", "json")
    assert (3, before) == (done.code, state(settled))
    assert all(standing is None for standing, _ in standings(done.json["result"]))
    (settled.folder / "policies" / "all.yaml").write_text("queues")
    assert (3, before) == (settled.run("drift").code, state(settled))
    settled.write_policies()
    assert [("alerted", 2)] == standings(drift(settled))


def test_named_files_say_nothing_of_the_other_queues(settled: Program, receiver: Receiver) -> None:
    settled.write_policies(POLICIES[0], name="all.yaml")
    other = settled.write_policies(*POLICIES[1:], name="other.yaml")
    edit(settled, "front", overflow("back", 30))
    drift(settled, "--alert-after", "1")
    assert [("DRIFT_DETECTED", "Front", 1)] == actions(receiver)
    before = state(settled)["drifts"]
    assert [] == drift(settled, str(other.relative_to(settled.folder)))["rules"]
    assert (before, []) == (state(settled)["drifts"], actions(receiver))


def test_what_agrees_is_remembered_before_anything_drifts(program: Program) -> None:
    program.write_policies(policy_queue("Other", ("Back", 5)), policy_queue("Back"))
    assert [] == drift(program)["rules"]
    (agreed,) = state(program)["agreed"]
    assert ["back", "other"] == [queue["queue"] for queue in agreed["queues"]]


def test_a_state_folder_that_can_not_be_used_is_a_warning(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    (settled.folder / "file").write_text("")
    for _ in range(2):
        done = settled.run("drift", "--detailed-exitcode", "--state-dir", "file/state", "--alert-after", "1")
        assert 2 == done.code
        assert (
            "warning: drift is not remembered, so nobody is alerted: file/state can't be written" in done.err
        )
        assert "live differs" in done.out and "seen" not in done.out
    assert [] == actions(receiver)


def test_a_state_folder_that_nobody_may_look_into_is_a_warning(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    done = settled.run("drift", "--detailed-exitcode", "--state-dir", "x" * 300)
    assert (2, True) == (done.code, "live differs" in done.out)
    assert "warning: drift is not remembered, so nobody is alerted" in done.err


def test_a_message_that_can_not_be_kept_leaves_all_as_it_was(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    before = state(settled)
    folder = settled.folder / ".syncer" / "outbox"
    folder.write_text("")
    done = settled.run("drift")
    assert (0, before) == (done.code, state(settled))
    assert "so nobody is alerted" in done.err
    folder.unlink()
    drift(settled)
    assert [("DRIFT_DETECTED", "Front", 2)] == actions(receiver)


def test_state_that_can_not_be_written_takes_the_messages_back(
    settled: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    kept = settled.folder / ".syncer" / "drift.json"
    content = kept.read_text()
    kept.unlink()
    kept.mkdir()
    done = settled.run("drift", "--alert-after", "1")
    assert (0, [], []) == (done.code, outbox(settled), actions(receiver))
    assert "is damaged, so every drift counts as new" in done.err
    assert "drift is not remembered, so nobody is alerted" in done.err
    kept.rmdir()
    write_whole(kept, content)
    drift(settled)
    assert [("DRIFT_DETECTED", "Front", 2)] == actions(receiver)


@pytest.mark.parametrize("content", ["", "{", '{"format": "syncer.plan/v1"}'])
def test_a_damaged_file_is_begun_anew(settled: Program, content: str) -> None:
    edit(settled, "front", overflow("back", 30))
    Path(".syncer/drift.json").write_text(content)
    done = settled.run("drift", "--format", "json")
    assert ([("new", 1)], 0) == (standings(done.json["result"]), done.code)
    assert "is not a file of syncer.drift/v1 or is damaged" in done.json["warnings"][0]
    assert [("alerted", 2)] == standings(drift(settled))


def test_runs_at_once_alert_once(settled: Program, receiver: Receiver) -> None:
    edit(settled, "front", overflow("back", 30))
    processes = [settled.start("drift", "--format", "json", "--alert-after", "2") for _ in range(3)]
    ends = [process.communicate(timeout=300) for process in processes]
    done = [Done(process.wait(), *end) for process, end in zip(processes, ends, strict=True)]
    assert [0, 0, 0] == [each.code for each in done]
    assert [("new", 1), ("alerted", 2), ("alerted", 3)] == sorted(
        (standings(each.json["result"])[0] for each in done), key=lambda standing: standing[1]
    )
    assert {("DRIFT_DETECTED", "Front", 2)} == set(actions(receiver))


def test_text_and_markdown_tell_the_story(settled: Program) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    shown = settled.run("drift").out
    assert "# last changed by Ada at " in shown and "alerted, seen 2 times since " in shown
    assert "alerted, seen 3 times since " in settled.run("drift", "--format", "markdown").out
    edit(settled, "front", overflow("back", 25))
    assert "resolved: Front → Back, live differs: 30 % to Back" in settled.run("drift").out


def test_metrics_count_rules_by_standing(settled: Program) -> None:
    edit(settled, "front", overflow("back", 30))
    drift(settled)
    edit(settled, "desk", overflow("back", 1), overflow("front", 1))
    settled.run("drift", "--metrics", "m")
    assert ["1", "0", "2"] == counted(settled, ("alerted", "known", "new"))
    assert 0 == settled.run("drift", "--metrics", "m", "--state-dir", "m/x").code
    assert [] == counted(settled, ("alerted", "known", "new"))


def counted(program: Program, standings: Sequence[str]) -> list[str]:
    lines = (program.folder / "m").read_text().splitlines()
    starts = [f'syncer_drifted_rules{{command="drift",standing="{standing}"}} ' for standing in standings]
    return [str(int(float(line.split()[-1]))) for start in starts for line in lines if line.startswith(start)]

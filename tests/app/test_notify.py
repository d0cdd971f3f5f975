"""Runs and their webhook: what is sent, what is kept, and that no secret shows."""

import shutil
import signal
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from syncer.app.notify import usable
from syncer.errors import ConfigError
from tests.app.runs import apply, audit
from tests.gate import LONG, cut_off, gated, until
from tests.loopback import CLOSED
from tests.program import POLICIES, Program, policy_queue, queues
from tests.receiver import SECRET, Receiver, receiving


def outbox(program: Program) -> list[str]:
    return sorted(path.name for path in (program.folder / ".syncer" / "outbox").glob("*"))


def change_threshold(program: Program, threshold: int) -> None:
    program.write_policies(policy_queue("Front", ("Back", threshold)), *POLICIES[1:])


def test_each_entry_is_posted_in_order_and_signed(program: Program, receiver: Receiver) -> None:
    apply(program)
    apply(program)
    entries = audit(program)
    assert (5, entries) == (len(entries), receiver.entries)
    assert ("done", "nothing-to-do") == (entries[4]["status"], entries[4]["reason"])
    assert [list(entry) for entry in entries] == [list(entry) for entry in receiver.entries]
    for message in receiver.received:
        assert Webhook(SECRET).verify(message.body, dict(message.headers)) == message.json
        assert f"{message.json['run']}-{message.json['n']}" == message.id
    assert [] == outbox(program)


def test_refusals_and_rollbacks_are_posted_too(program: Program, receiver: Receiver) -> None:
    apply(program)
    run = str(audit(program)[0]["run"])
    assert 0 == program.run("rollback", run, "--auto-approve").code
    program.write_policies(policy_queue("Front", ("Back", 26)), *POLICIES[1:])  # not what is held back
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
    change_threshold(program, 30)
    assert 4 == program.run("apply", "--auto-approve").code
    assert audit(program) == receiver.entries
    assert ["APPLY_RUN", "ROLLBACK_RUN", "APPLY_RUN"] == [
        entry["action"] for entry in receiver.entries if entry["kind"] == "run"
    ]


def test_without_a_secret_nothing_is_signed(
    program: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNCER_WEBHOOK_SECRET")
    apply(program)
    assert 4 == len(receiver.received)
    assert not any("webhook-signature" in each.headers for each in receiver.received)


def test_settings_name_the_webhook_and_the_variable_wins(
    program: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.write_settings(webhook={"url": CLOSED, "form": "slack"})
    apply(program)
    (told,) = receiver.entries
    assert "blocks" in told
    monkeypatch.delenv("SYNCER_WEBHOOK_URL")
    program.write_settings(webhook={"url": receiver.url, "form": "teams"})
    change_threshold(program, 30)
    apply(program)
    assert ["message"] == [entry["type"] for entry in receiver.entries[1:]]


def test_a_chat_gets_one_message_a_run_that_sums_up(program: Program, receiver: Receiver) -> None:
    program.write_settings(webhook={"form": "slack"})
    apply(program)
    (message,) = receiver.received
    run, last = (audit(program)[-1][name] for name in ("run", "n"))
    lines = [block["text"]["text"].replace("\u2060", "") for block in message.json["blocks"]]
    assert f"{run}-{last}" == message.id
    assert "✓ apply run done: 2 applied" == lines[0]
    assert [
        "✓ create Desk → Back, applied: none ⇒ 20 % after 60 s",
        "✓ delete Desk → Front, applied: 20 % after 60 s ⇒ none",
        "✓ update Front → Back, applied: 10 % after 60 s ⇒ 25 % after 60 s",
    ] == sorted(lines[1:4])
    assert lines[4].startswith(f"run {run}")


def test_a_chat_hears_of_stops_and_of_holds_that_end(program: Program, receiver: Receiver) -> None:
    def heads() -> list[str]:
        return [
            message.json["blocks"][0]["text"]["text"].replace("\u2060", "").splitlines()[0]
            for message in receiver.received
        ]

    program.write_settings(webhook={"form": "slack"})
    apply(program)
    assert 0 == program.run("rollback", "last", "--auto-approve").code
    (hold,) = program.run("stop", "--list", "--format", "json").json["result"]["exceptions"]
    assert 0 == program.run("rollback", "--lift", hold["id"]).code
    assert f"✓ lift run done, lifts the hold of run {hold['id']}" == heads()[-1]
    said = ("--reason", "INC-1: flooded", "--auto-approve")
    assert 0 == program.run("stop", "Desk", *said).code
    assert "✓ stop run done, stops overflow into Desk (INC-1: flooded)" == heads()[-1]
    assert 0 == program.run("stop", "Desk", "--lift", "--auto-approve").code
    assert heads()[-1].startswith("✓ lift run done, undoes run ")


def test_a_chat_hears_of_a_new_chain_where_something_is_wrong(program: Program, receiver: Receiver) -> None:
    program.write_settings(webhook={"form": "slack"})
    record = ("--record", "record.json")
    assert 0 == program.run("apply", "--auto-approve", *record).code
    shutil.rmtree(program.folder / ".syncer")
    assert 0 == program.run("apply", "--auto-approve", *record).code
    assert 1 == len(receiver.received), "a lost cache is no news"
    trail = program.folder / ".syncer" / "audit" / "audit.jsonl"
    trail.write_text(trail.read_text().replace('"run"', '"ran"', 1))
    assert 0 == program.run("apply", "--auto-approve", *record, "--new-chain", "INC-4711").code
    words = receiver.received[1].json["blocks"][0]["text"]["text"].replace("\u2060", "")
    assert words.startswith("✗ a new audit chain starts")


def test_a_run_that_found_all_as_it_should_be_is_no_news_to_a_chat(
    program: Program, receiver: Receiver
) -> None:
    program.write_settings(webhook={"form": "teams"})
    apply(program)
    assert 1 == len(receiver.received)
    apply(program)
    assert 1 == len(receiver.received)


def test_what_fails_is_told_kept_and_delivered_once_by_the_next_run(
    program: Program, receiver: Receiver
) -> None:
    receiver.answers(500)
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (0, "done") == (done.code, done.json["result"]["status"])
    (warning,) = done.json["warnings"]
    assert warning.startswith("4 of 4 messages to the webhook not delivered (the receiver answered 500)")
    assert f"warning: {warning}" in done.err
    assert 12 == len(receiver.received)
    failed = list(dict.fromkeys(each.id for each in receiver.received))
    assert sorted(f"{name}.json" for name in failed) == outbox(program)
    receiver.answers(204)
    receiver.received.clear()
    assert "webhook" not in apply(program)
    assert failed == [each.id for each in receiver.received[:4]]
    assert audit(program) == receiver.entries
    assert [] == outbox(program)


def test_kept_messages_go_before_new_ones(program: Program, receiver: Receiver) -> None:
    receiver.answers(410)
    apply(program)
    assert 4 == len(receiver.received)
    receiver.answers(200)
    receiver.received.clear()
    change_threshold(program, 30)
    apply(program)
    assert audit(program) == receiver.entries
    assert 6 == len(receiver.entries)


def test_an_error_carries_the_warning_too(program: Program, receiver: Receiver) -> None:
    receiver.answers(400)
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (4, "Refused") == (done.code, done.json["error"]["type"])
    assert done.json["warnings"][0].startswith("1 of 1 messages")


def test_a_redirect_is_not_followed(program: Program, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answer = lambda _: (307, {"Location": elsewhere.url})
        assert "answers with a redirect (307)" in apply(program)
        assert (4, []) == (len(receiver.received), elsewhere.received)


def test_nobody_there_is_no_failure(program: Program, receiver: Receiver) -> None:
    program.setenv("SYNCER_WEBHOOK_URL", CLOSED)
    assert "127.0.0.1:1 refuses the connection" in apply(program)
    assert 4 == len(outbox(program))


def test_the_process_ends_only_after_the_delivery(program: Program) -> None:
    with receiving() as slow:
        trail = program.folder / ".syncer" / "audit" / "audit.jsonl"

        def answer(_: int) -> tuple[int, dict[str, str]]:
            until(lambda: trail.read_bytes().count(b"\n") == 4)  # the run is over by then
            return 204, {}

        slow.answer = answer
        program.setenv("SYNCER_WEBHOOK_URL", slow.url)
        done = program.finish("apply", "--auto-approve")
        assert (0, False) == (done.code, "webhook" in done.err)
        assert audit(program) == slow.entries
        assert [] == outbox(program)


def test_a_program_that_is_stopped_while_it_waits_loses_neither_message_nor_report(program: Program) -> None:
    with receiving() as receiver:
        program.setenv("SYNCER_WEBHOOK_URL", receiver.url)
        receiver.answer = lambda _: (429, {"Retry-After": "9"})
        with program.start("apply", "--auto-approve") as process:
            until(lambda: [".json"] * 4 == [Path(name).suffix for name in outbox(program)])
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=LONG)
        assert 0 == process.returncode, err
        assert "\naudit head: sha256:" in out
        assert "4 of 4 messages to the webhook not delivered (interrupted); kept in" in err
        receiver.answers(204)
        receiver.received.clear()
        assert 0 == program.run("apply", "--auto-approve").code
        assert audit(program) == receiver.entries


def test_a_run_that_was_cut_off_is_told_once_more_under_the_same_ids(
    program: Program, receiver: Receiver
) -> None:
    with gated(program, queues(), 2) as gate:
        cut_off(program, gate, when=lambda: audit(program) == receiver.entries)
        change_threshold(program, 30)
        receiver.received.clear()
        assert "cut off" in program.run("apply", "--auto-approve").out
    assert audit(program) == receiver.entries
    assert 2 == len({entry["run"] for entry in receiver.entries})
    assert [f"{entry['run']}-{entry['n']}" for entry in audit(program)] == [
        each.id for each in receiver.received
    ]


def test_no_secret_is_anywhere(program: Program, receiver: Receiver) -> None:
    receiver.answers(500)
    secrets = [SECRET, SECRET.removeprefix("whsec_"), "T0SECRETPATH", "plan-key-1234"]
    program.setenv("SYNCER_PLAN_KEY", "plan-key-1234")
    shown = []
    for options in (
        ("--log-level", "debug", "--log-format", "json"),
        ("--log-level", "debug", "--metrics", "m"),
    ):
        done = program.run("apply", "--auto-approve", "--format", "json", *options)
        shown += [done.out, done.err]
    files = [path.read_text(errors="replace") for path in program.folder.rglob("*") if path.is_file()]
    assert {"audit.jsonl", "m"} < {path.name for path in program.folder.rglob("*")}
    assert 5 == len(outbox(program))
    for secret in secrets:
        assert not any(secret in text for text in [*shown, *files])


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SYNCER_WEBHOOK_URL", "ftp://example.com/T0SECRET", "isn't an http or https URL"),
        ("SYNCER_WEBHOOK_URL", "https://[T0SECRET", "isn't an http or https URL"),
        ("SYNCER_WEBHOOK_URL", "http://example.com/T0SECRET", "is plain http to another machine"),
        ("SYNCER_WEBHOOK_URL", "https://a:T0SECRET@example.com/", "contains a user or a password"),
        ("SYNCER_WEBHOOK_URL", "https://example.com/T0 SECRET", "contains spaces"),
        ("SYNCER_WEBHOOK_SECRET", "T0SECRET", "isn't a Standard Webhooks secret"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_before_anything_is_sent(
    program: Program, receiver: Receiver, variable: str, value: str, message: str
) -> None:
    program.setenv(variable, value)
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (1, "ConfigError") == (done.code, done.json["error"]["type"])
    assert message in done.json["error"]["message"]
    assert "SECRET" not in (done.out + done.err).replace("SYNCER_WEBHOOK_SECRET", "")
    assert (0, []) == (program.puts(), receiver.received)


def test_plain_http_is_fine_where_it_is_allowed() -> None:
    assert "http://gateway:9091" == usable("http://gateway:9091", "it", plain_http=True)
    with pytest.raises(ConfigError):
        usable("http://gateway:9091", "it")

"""Apply and its fellows with a webhook, metrics and logs, as users see them."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser
from standardwebhooks.webhooks import Webhook

from syncer.audit.chain import Chain
from syncer.cli.telling import usable, way_to
from syncer.emulator.server import Emulator
from syncer.errors import ConfigError
from syncer.net.timing import Timing
from tests.gate import LONG, cut_off, gated, until
from tests.loopback import CLOSED
from tests.program import POLICIES, Program, live_queue, overflow, policy_queue, queues
from tests.receiver import SECRET, Receiver, receiving

read_metrics: Callable[[str], Iterator[Metric]] = parser.text_string_to_metric_families


@pytest.fixture
def receiver(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the program is told of, and a program that doesn't wait between attempts."""
    hurried = Timing(sleep=lambda _: None)
    monkeypatch.setattr("syncer.cli.work.way_to", lambda webhook, env: way_to(webhook, env, hurried))
    with receiving() as running:
        program.setenv("SYNCER_WEBHOOK_URL", running.url)
        program.setenv("SYNCER_WEBHOOK_SECRET", SECRET)
        yield running


def apply(program: Program, *options: str) -> str:
    done = program.run("apply", "--auto-approve", *options)
    assert 0 == done.code, done.err
    return done.err


def letters(program: Program) -> list[str]:
    return sorted(path.name for path in (program.folder / ".syncer" / "letters").glob("*"))


def audit(program: Program) -> list[dict[str, object]]:
    return list(Chain(program.folder / ".syncer" / "audit").entries())


def change_threshold(program: Program, threshold: int) -> None:
    program.write_policies(policy_queue("Front", ("Back", threshold)), *POLICIES[1:])


def samples(program: Program, name: str) -> dict[str, float]:
    text = (program.folder / name).read_text()
    families = read_metrics(text)
    found = {}
    for sample in (sample for family in families for sample in family.samples):
        labels = ",".join(str(v) for k, v in sorted(sample.labels.items()) if k != "command")
        found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_each_entry_is_posted_in_order_and_signed(program: Program, receiver: Receiver) -> None:
    apply(program)
    apply(program)
    entries = audit(program)
    assert (4, entries) == (len(entries), receiver.entries)
    assert [list(entry) for entry in entries] == [list(entry) for entry in receiver.entries]
    for letter in receiver.received:
        assert Webhook(SECRET).verify(letter.body, dict(letter.headers)) == letter.json
        assert f"{letter.json['run']}-{letter.json['n']}" == letter.id
    assert [] == letters(program)


def test_refusals_and_rollbacks_are_posted_too(program: Program, receiver: Receiver) -> None:
    apply(program)
    run = str(audit(program)[0]["run"])
    assert 0 == program.run("rollback", run, "--auto-approve").code
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
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
    assert 4 == len(receiver.received)
    assert all("blocks" in entry for entry in receiver.entries)
    monkeypatch.delenv("SYNCER_WEBHOOK_URL")
    program.write_settings(webhook={"url": receiver.url, "form": "teams"})
    change_threshold(program, 30)
    apply(program)
    assert ["message"] * 2 == [entry["type"] for entry in receiver.entries[4:]]


def test_what_fails_is_told_kept_and_delivered_once_by_the_next_run(
    program: Program, receiver: Receiver
) -> None:
    receiver.answers(500)
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (0, "done") == (done.code, done.json["result"]["status"])
    (warning,) = done.json["warnings"]
    assert warning.startswith("4 of 4 letters to the webhook not delivered (the receiver answers 500)")
    assert f"warning: {warning}" in done.err
    assert 12 == len(receiver.received)
    failed = list(dict.fromkeys(each.id for each in receiver.received))
    assert sorted(f"{name}.json" for name in failed) == letters(program)
    receiver.answers(204)
    receiver.received.clear()
    assert "webhook" not in apply(program)
    assert failed == [each.id for each in receiver.received]
    assert audit(program) == receiver.entries
    assert [] == letters(program)
    apply(program)
    assert 4 == len(receiver.received)


def test_kept_letters_go_before_new_ones(program: Program, receiver: Receiver) -> None:
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
    assert done.json["warnings"][0].startswith("1 of 1 letters")


def test_a_redirect_is_not_followed(program: Program, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answer = lambda _: (307, {"Location": elsewhere.url})
        assert "answers with a redirect (307)" in apply(program)
        assert (4, []) == (len(receiver.received), elsewhere.received)


def test_nobody_there_is_no_failure(program: Program, receiver: Receiver) -> None:
    program.setenv("SYNCER_WEBHOOK_URL", CLOSED)
    assert "127.0.0.1 refuses the connection" in apply(program)
    assert 4 == len(letters(program))


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
        assert [] == letters(program)


def test_a_program_that_is_stopped_while_it_waits_loses_neither_letter_nor_report(program: Program) -> None:
    with receiving() as receiver:
        program.setenv("SYNCER_WEBHOOK_URL", receiver.url)
        receiver.answer = lambda _: (429, {"Retry-After": "9"})
        with program.start("apply", "--auto-approve") as process:
            until(lambda: [".json"] * 4 == [Path(name).suffix for name in letters(program)])
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=LONG)
        assert 0 == process.returncode, err
        assert "\naudit head: sha256:" in out
        assert "4 of 4 letters to the webhook not delivered (interrupted); kept in" in err
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
    assert 4 == len(letters(program))
    for secret in secrets:
        assert not any(secret in text for text in [*shown, *files])


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SYNCER_WEBHOOK_URL", "ftp://example.com/T0SECRET", "is no http or https URL"),
        ("SYNCER_WEBHOOK_URL", "https://[T0SECRET", "is no http or https URL"),
        ("SYNCER_WEBHOOK_URL", "http://example.com/T0SECRET", "is plain http to another machine"),
        ("SYNCER_WEBHOOK_URL", "https://a:T0SECRET@example.com/", "holds a user or a password"),
        ("SYNCER_WEBHOOK_URL", "https://example.com/T0 SECRET", "holds white space"),
        ("SYNCER_WEBHOOK_SECRET", "T0SECRET", "is no secret of Standard Webhooks"),
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


def test_metrics_of_an_apply(program: Program) -> None:
    apply(program, "--metrics", "apply.prom")
    found = samples(program, "apply.prom")
    assert 1 == found["syncer_operations_total{create,applied}"]
    assert 1 == found["syncer_validations_total{passed}"]
    assert 2 == found["syncer_put_duration_seconds_count"]
    assert 2 == found["syncer_calls_total{PUT,/api/v2/routing/queues/{id}}"]
    assert 0 == found["syncer_rate_limited_total"]
    assert 1 == found["syncer_plan_changes{update}"]
    ended = datetime.fromisoformat(str(audit(program)[-1]["timestamp"])).timestamp()
    assert abs(found["syncer_last_success_timestamp_seconds"] - ended) < 3600
    assert (program.folder / "apply.prom").read_text().endswith("# EOF\n")


def test_metrics_of_the_reading_commands(program: Program) -> None:
    for command in ("validate", "plan", "drift"):
        assert 0 == program.run(command, "--metrics", command).code
        assert 1 == samples(program, command)["syncer_validations_total{passed}"]
    assert 2 == samples(program, "drift")["syncer_drifted_queues"]
    assert 1 == samples(program, "plan")["syncer_plan_changes{delete}"]
    assert "syncer_plan_changes{delete}" not in samples(program, "validate")
    assert 1 == samples(program, "plan")["syncer_calls_total{GET,/api/v2/routing/queues}"]


def test_metrics_are_written_on_errors_and_the_last_success_stays(program: Program) -> None:
    program.run("plan", "--metrics", "m")
    before = samples(program, "m")[name := "syncer_last_success_timestamp_seconds"]
    program.write_policies(policy_queue("A", ("A", 1)))
    assert 3 == program.run("plan", "--metrics", "m").code
    assert (before, 1) == (
        samples(program, "m")[name],
        samples(program, "m")["syncer_validations_total{failed}"],
    )
    program.setenv("SYNCER_API_URL", CLOSED)
    program.write_policies()
    program.write_settings(retries={"attempts": 1})
    assert 1 == program.run("plan", "--metrics", "m").code
    found = samples(program, "m")
    assert (before, 0, 0) == (
        found[name],
        found["syncer_validations_total{failed}"],
        found["syncer_validations_total{passed}"],
    )
    assert name not in (program.run("plan", "--metrics", "new"), samples(program, "new"))[1]


def test_a_refusal_was_validated(program: Program) -> None:
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
    assert 4 == program.run("apply", "--auto-approve", "--metrics", "m").code
    assert 1 == samples(program, "m")["syncer_validations_total{passed}"]


def test_a_file_that_cannot_be_written_or_read(program: Program) -> None:
    done = program.run("validate", "--metrics", "policies/all.yaml/m", "--format", "json")
    assert (1, "no metrics were written: ") == (done.code, done.json["warnings"][0][:25])
    (program.folder / "m").write_bytes(b"\xff")
    program.write_policies(policy_queue("A", ("A", 1)))
    assert 3 == program.run("validate", "--metrics", "m").code
    assert "syncer_build_info" in (program.folder / "m").read_text()


def test_metrics_are_pushed(program: Program) -> None:
    with receiving() as gateway:
        url = gateway.url.removesuffix("/hooks/T0SECRETPATH")
        assert 0 == program.run("drift", "--push-gateway", url).code
        program.setenv("SYNCER_PUSH_GATEWAY", url)
        assert 0 == program.run("plan").code
        assert ["drift", "plan"] == [each.path.rpartition("/")[2] for each in gateway.received]
        assert b"syncer_drifted_queues" in gateway.received[0].body


@pytest.mark.parametrize(
    ("status", "url", "message"),
    [
        (500, None, "the gateway answers 500"),
        (302, None, "redirect (302)"),
        (200, CLOSED, "refuses the connection"),
        (200, "gateway:9091", "is no http or https URL"),
        (200, "http://gateway:9091/?token=x", "holds a query or a fragment"),
    ],
)
def test_a_push_that_fails_fails_nothing(
    program: Program, status: int, url: str | None, message: str
) -> None:
    with receiving() as gateway:
        gateway.answers(status)
        done = program.run("plan", "--push-gateway", url or gateway.url, "--format", "json")
    assert (0, True) == (done.code, message in done.json["warnings"][0])
    assert done.json["warnings"][0].startswith("no metrics were pushed: ")


def test_ctrl_c_while_metrics_are_pushed_ends_the_push_and_not_the_report(program: Program) -> None:
    gone = threading.Event()

    def answer(_: int) -> tuple[int, dict[str, str]]:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        gone.wait()
        return 204, {}

    with receiving() as gateway:
        gateway.answer = answer
        try:
            done = program.run("plan", "--push-gateway", gateway.url, "--format", "json")
        finally:
            gone.set()
    assert (0, ["no metrics were pushed: interrupted"]) == (done.code, done.json["warnings"])


def test_without_the_library_nothing_is_done(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.cli.watch.find_spec", lambda _: None)
    done = program.run("apply", "--auto-approve", "--metrics", "m")
    assert (1, 0) == (done.code, program.puts())
    assert "pip install prometheus-client" in done.err


def test_every_line_of_the_log_bears_the_run_of_the_audit(program: Program, receiver: Receiver) -> None:
    err = apply(program, "--log-format", "json", "--log-level", "debug")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {str(audit(program)[0]["run"])} == {line["run"] for line in lines}
    loggers = {line["logger"] for line in lines}
    assert {
        "syncer.live.exchange",
        "syncer.cli.watch",
        "syncer.cli.telling",
        "syncer.notify.webhook",
    } <= loggers
    assert any("UPDATE_OVERFLOW_RULE Front: applied" == line["message"] for line in lines)


@pytest.mark.parametrize(
    ("command", "levels", "message"),
    [
        ("apply missing.json", ["error"], "missing.json can't be read: No such file or directory Name the"),
        ("apply missing.json --format json", ["error"], "missing.json can't be read"),
        ("validate --output no/x", ["error"], "no/x can't be written"),
        ("validate --report junit=no/x", ["error"], "no/x can't be written"),
        ("validate --metrics no/x", ["warning"], "no metrics were written: no/x can't be written"),
        ("apply", ["error"], "nobody is here to be asked"),
    ],
)
def test_what_goes_wrong_is_a_record_too(
    program: Program, command: str, levels: list[str], message: str
) -> None:
    done = program.run(*command.split(), "--log-format", "json")
    assert 0 != done.code
    lines = done.err.splitlines()
    if command == "apply":  # a person who is to be asked sees the plan
        lines = lines[-1:]
    found = [json.loads(line) for line in lines]
    assert levels == [line["level"] for line in found]
    assert message in found[0]["message"]
    assert all(line["run"] for line in found)


def test_logs_are_silent_unless_asked_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "INFO")
    assert "info syncer.cli.watch" in program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "loud")
    assert 64 == program.run("plan").code


def test_a_rollback_that_follows_has_its_own_run_in_log_and_letters(
    program: Program, receiver: Receiver
) -> None:
    queues = [
        live_queue("Front", overflow("back", 10)),
        live_queue("Back"),
        {**live_queue("Desk"), "routingRules": [overflow("back", 1), "what the server accepts from nobody"]},
    ]
    with Emulator(queues=queues, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        program.write_policies(
            policy_queue("Front", ("Back", 25)), policy_queue("Back"), policy_queue("Desk", ("Front", 2))
        )
        done = program.run(
            *("apply", "--auto-approve", "--on-failure", "rollback", "--parallel", "1"),
            *("--log-level", "info", "--log-format", "json"),
        )
    assert 5 == done.code
    lines = [json.loads(line) for line in done.err.splitlines()]
    runs = list(dict.fromkeys(entry["run"] for entry in audit(program)))
    assert (2, runs) == (len(runs), list(dict.fromkeys(line["run"] for line in lines)))
    assert audit(program) == receiver.entries

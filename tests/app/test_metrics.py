"""Metrics of a command: in a file, and pushed to a gateway."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from tests.app.runs import apply, audit
from tests.loopback import CLOSED
from tests.program import Program, policy_queue
from tests.receiver import receiving

read_metrics: Callable[[str], Iterator[Metric]] = parser.text_string_to_metric_families


def samples(program: Program, name: str) -> dict[str, float]:
    text = (program.folder / name).read_text()
    families = read_metrics(text)
    found = {}
    for sample in (sample for family in families for sample in family.samples):
        labels = ",".join(str(v) for k, v in sorted(sample.labels.items()) if k != "command")
        found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


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
        (500, None, "the gateway answered 500"),
        (302, None, "redirect (302)"),
        (200, CLOSED, "refuses the connection"),
        (200, "gateway:9091", "isn't an http or https URL"),
        (200, "http://gateway:9091/?token=x", "contains a query or a fragment"),
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
    monkeypatch.setattr("syncer.app.metrics.find_spec", lambda _: None)
    done = program.run("apply", "--auto-approve", "--metrics", "m")
    assert (1, 0) == (done.code, program.puts())
    assert "pip install prometheus-client" in done.err


def test_without_the_library_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    script = """if True:
        import sys
        from importlib import util
        find, sys.modules["prometheus_client"], sys.argv[0] = util.find_spec, None, "syncer"
        util.find_spec = lambda name, *more: None if name == "prometheus_client" else find(name, *more)
        from syncer.cli.main import main
        main()
    """
    command = [sys.executable, "-c", script, "validate", "--metrics", str(tmp_path / "m.txt")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (1, True) == (done.returncode, "pip install prometheus-client" in done.stderr), done.stderr


def test_metrics_name_the_environment_and_the_set_of_policies(program: Program) -> None:
    where = f"environments: {{eu: {{api_url: '{program.url}'}}}}"
    (program.folder / "policies" / "settings.yaml").write_text(f"version: 1\n{where}\n")
    named = ("--env", "eu", "--policy-set", "north", "--metrics", "m")
    for command in ("plan", "drift"):
        assert 0 == program.run(command, *named).code
        found = [
            sample for family in read_metrics((program.folder / "m").read_text()) for sample in family.samples
        ]
        assert {("eu", "north")} == {(s.labels.get("environment"), s.labels.get("policy_set")) for s in found}

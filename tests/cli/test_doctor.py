"""``sync doctor``, against the emulator and against nothing."""

import json
import os

import pytest

from syncer.emulator.server import Emulator
from syncer.policy.schema import schema_text
from tests.loopback import CLOSED
from tests.program import Done, Program, queues
from tests.scripted_server import Seen, Step, answer, serving, token_answer

IN_ORDER = [
    *("Python", "packages", "extras", "schemas", "policies", "live", "proxy", "API host", "clock"),
    *(
        "token",
        "scopes",
        "organization",
        "queues",
        "lock",
        "dialect",
        "rate limit",
        "analytics",
        "loops",
        "flows",
        "CX as Code",
    ),
    *("state folder", "runs", "audit"),
]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*os.environ,):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def states(done: Done) -> dict[str, str]:
    return {check["name"]: check["state"] for check in done.json["result"]["checks"]}


def test_all_is_well_and_only_read(program: Program) -> None:
    done = program.run("doctor", "--format", "json")
    assert (0, "", "doctor") == (done.code, done.err, done.json["command"])
    assert (IN_ORDER, {"ok"}) == (list(states(done)), set(states(done).values()))
    assert len(IN_ORDER) == done.json["result"]["counts"]["ok"]
    assert 0 == program.puts()
    assert not (program.folder / ".syncer").exists()


def test_text_has_a_line_a_check_and_the_sum(program: Program) -> None:
    lines = program.run("doctor").out.splitlines()
    assert [*IN_ORDER, "doctor: 23 ok, 0 warning, 0 failed, 0 not checked"] == [
        line[13:26].strip() if line.startswith("ok") else line for line in lines
    ]
    assert ["doctor: 23 ok, 0 warning, 0 failed, 0 not checked"] == program.run(
        "doctor", "-q"
    ).out.splitlines()


def test_a_wrong_secret_says_what_to_do_and_what_was_not_checked(program: Program) -> None:
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "not-the-secret")
    done = program.run("doctor", "--quiet")
    assert 1 == done.code
    assert "failed       token" in done.out
    assert "→ Check the client's id and secret" in done.out
    assert "not checked  queues        there is no token" in done.out
    assert "not-the-secret" not in done.out + done.err
    assert {"POST /login/oauth2/token": 1, "other": 0} == {
        "other": 0,
        **{name: count for name, count in program.ask("requests").items() if name.startswith("POST")},
    }


def test_no_credentials_and_no_region(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENESYSCLOUD_OAUTHCLIENT_ID")
    monkeypatch.delenv("GENESYSCLOUD_OAUTHCLIENT_SECRET")
    done = program.run("doctor", "--format", "json")
    found = states(done)
    assert (1, "ok", "failed", "skipped") == (done.code, found["API host"], found["token"], found["lock"])
    monkeypatch.delenv("SYNCER_API_URL")
    done = program.run("doctor", "--format", "json")
    found = states(done)
    assert (1, "failed", "skipped", "skipped") == (done.code, found["live"], found["token"], found["clock"])
    assert "ok" == found["state folder"]


def test_a_closed_port(program: Program) -> None:
    done = program.run("doctor", "--api-url", CLOSED, "--format", "markdown")
    assert 1 == done.code
    refused = "`127.0.0.1:1 refuses the connection"
    assert f"| **failed** | `API host` | {refused}" in done.out


def test_bad_policies_do_not_keep_it_from_the_rest(program: Program) -> None:
    (program.folder / "policies" / "all.yaml").write_text("version: 7\n")
    done = program.run("doctor", "--format", "json")
    found = states(done)
    assert (1, "failed", "ok") == (done.code, found["policies"], found["queues"])


def test_without_etags(program: Program) -> None:
    with Emulator(queues=queues(), rate_limit=1_000_000, lock="none") as emulator:
        program.use(emulator)
        done = program.run("doctor")
    assert 0 == done.code
    assert "compare: the API has no etags" in done.out


def test_trouble_is_told_at_once(program: Program) -> None:
    from syncer.emulator.faults import Faults

    faults = Faults.parse("503=1")
    with Emulator(queues=queues(), rate_limit=1_000_000, faults=faults) as emulator:
        program.use(emulator)
        done = program.run("doctor", "--format", "json")
        asked = program.ask("requests")
    assert (1, "failed") == (done.code, states(done)["token"])
    assert 1 == asked["POST /login/oauth2/token"]


def test_metrics_count_its_calls(program: Program) -> None:
    assert 0 == program.run("doctor", "--metrics", "metrics.txt").code
    assert "organizations/me" in (program.folder / "metrics.txt").read_text()


def test_json_fits_its_schema_where_all_goes_wrong(program: Program) -> None:
    from jsonschema import Draft202012Validator

    document = program.run("doctor", "--region", "nowhere", "--format", "json").json
    Draft202012Validator(json.loads(schema_text("output.v1.schema.json"))).validate(document)
    assert "names no known region" in json.dumps(document)


def test_an_environment_that_was_not_chosen_and_one_that_is_pinned(program: Program) -> None:
    program.write_settings(environments={"prod": {"organization": "another"}})
    done = program.run("doctor")
    assert 1 == done.code
    assert "none was chosen: prod" in done.out
    pinned = program.run("doctor", "--env", "prod")
    assert 1 == pinned.code
    assert "the environment 'prod' is the organization another" in pinned.out


def test_a_queue_that_cannot_be_understood_is_a_line(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"entities": [{"id": "q", "name": "Q", "routingRules": "none"}], "total": 1}

    def script(seen: Seen) -> Step:
        if seen.method == "POST":
            return token_answer()
        return answer({"id": "o", "name": "O"} if "organizations" in seen.path else body)

    with serving(script) as server:
        monkeypatch.setenv("SYNCER_API_URL", server.endpoints.api)
        done = program.run("doctor", "--format", "json")
    found = states(done)
    assert (1, "failed", "skipped", "ok") == (done.code, found["lock"], found["dialect"], found["audit"])

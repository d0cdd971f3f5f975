"""Environments: one set of policies, two organizations, and nothing crosses over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, policy_queue, queues

VARIABLES = {"client_id": "TEST_CLIENT_ID", "client_secret": "TEST_CLIENT_SECRET"}


@pytest.fixture
def other() -> Iterator[Emulator]:
    """A second organization, with queues of the same names."""
    with Emulator(queues=queues(), rate_limit=100_000, organization="Other") as found:
        yield found


@pytest.fixture
def two(program: Program, other: Emulator, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program between two organizations, ``prod`` and ``test``, each with credentials of its own."""
    own = {"queue": "Front", "capacity": 70, "overflow": [{"target": "Back", "threshold": 40}]}
    program.write_settings(
        environments={
            "prod": {"api_url": program.url, "queues": [own]},
            "test": {"api_url": other.url, "credentials": VARIABLES},
        }
    )
    monkeypatch.delenv("SYNCER_API_URL")
    monkeypatch.setenv("TEST_CLIENT_ID", "demo")
    monkeypatch.setenv("TEST_CLIENT_SECRET", "demo")
    return program


def planned(program: Program, *arguments: str) -> Any:
    return program.run("plan", "--format", "json", *arguments).json["result"]["plan"]


def test_each_environment_has_its_own_figures_and_its_own_organization(two: Program, other: Emulator) -> None:
    prod, test = planned(two, "--env", "prod"), planned(two, "--env", "test")
    assert ("prod", "test") == (prod["environment"], test["environment"])
    assert (two.url, other.url) == (prod["api"], test["api"])
    assert ("Emulated Organization", "Other") == (prod["organization"]["name"], test["organization"]["name"])
    assert prod["organization"]["id"] != test["organization"]["id"]
    thresholds = [
        {rule["target"]: rule["threshold"] for change in plan["changes"] for rule in change["after"]}
        for plan in (prod, test)
    ]
    assert [{"back": 20}, {"back": 20}] != thresholds
    front = [
        next(each for each in plan["changes"] if each["queue"]["id"] == "front") for plan in (prod, test)
    ]
    assert [40, 25] == [change["after"][0]["threshold"] for change in front]
    shown = two.run("plan", "--env", "test").out
    assert f"for test, organization Other ({test['organization']['id']})" in shown


def test_the_name_of_an_environment_may_have_slashes(program: Program) -> None:
    """As those of GitLab have: nothing that is kept by that name is in a folder of it."""
    program.write_settings(environments={"production/eu": {"api_url": program.url}})
    record = ("--env", "production/eu", "--record", "record.json")
    assert 0 == program.run("plan", "--out", "plan.json", *record).code
    assert 0 == program.run("apply", "plan.json", "--metrics", "metrics.txt", *record).code
    assert 'environment="production/eu"' in Path("metrics.txt").read_text()
    assert "<!-- syncer:plan:production%2Feu -->" in program.run("comment", "plan.json", "--dry-run").out
    assert 0 == program.run("drift", "--detailed-exitcode", *record).code
    assert [] == [path for path in program.folder.rglob("*") if path.name in ("production", "eu")]


def test_live_wants_to_be_told_which_one(two: Program) -> None:
    for command in (["plan"], ["drift"], ["apply"], ["rollback", "last"], ["export", "--output", "policies"]):
        done = two.run(*command)
        assert 64 == done.code, command
        assert "none was chosen: prod, test" in done.err
    two.setenv("SYNCER_ENV", "test")
    assert 0 == two.run("plan").code
    done = two.run("plan", "--env", "prdo")
    assert 64 == done.code
    assert "the settings have no environment 'prdo'" in done.err
    assert "They have prod, test." in done.err


def test_no_environments_at_all(program: Program) -> None:
    done = program.run("plan", "--env", "prod")
    assert 64 == done.code
    assert "Name it under 'environments:' in settings.yaml" in done.err
    assert "the settings have no environments\n" == program.run("environments").out


def test_a_saved_plan_is_applied_where_it_was_made_for(two: Program) -> None:
    assert 0 == two.run("plan", "--env", "test", "--out", "plan.json").code
    done = two.run("apply", "plan.json", "--env", "prod")
    assert 4 == done.code
    assert "the plan is for the environment 'test', not for 'prod': nothing was applied" in done.err
    assert 0 == two.puts()
    assert 0 == two.run("apply", "plan.json").code
    assert 0 == two.puts()
    entries = two.run("audit", "show", "--format", "json").json["result"]["entries"]
    places = {(each["environment"], each["organization"]["name"]) for each in entries}
    assert {("test", "Other"), ("prod", "")} == places, "the refusal never got as far as an organization"


def test_a_plan_without_an_environment_is_for_none(two: Program) -> None:
    settings = two.folder / "policies" / "settings.yaml"
    text = settings.read_text()
    settings.unlink()
    two.setenv("SYNCER_API_URL", two.url)
    assert 0 == two.run("plan", "--out", "plan.json").code
    settings.write_text(text)
    done = two.run("apply", "plan.json", "--env", "prod")
    assert 4 == done.code
    assert "the plan is for no environment, not for 'prod'" in done.err


def test_a_plan_does_not_cross_to_another_organization_behind_one_address(two: Program) -> None:
    assert 0 == two.run("plan", "--env", "test", "--out", "plan.json").code
    document = json.loads((two.folder / "plan.json").read_text())
    port = int(document["api"].rpartition(":")[2])
    two.setenv("SYNCER_API_URL", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "syncer.live.client.Client.get_organization", lambda _self: {"id": "third", "name": "T"}
        )
        done = two.run("apply", "plan.json")
    assert port
    assert 4 == done.code
    assert "it was made for Other (" in done.err
    assert "this is T (third)" in done.err


def test_a_rollback_undoes_only_runs_of_its_own_organization(two: Program) -> None:
    for name in ("prod", "test"):
        assert 0 == two.run("apply", "--env", name, "--auto-approve").code
    runs = {
        entry["environment"]: entry["run"]
        for entry in two.run("audit", "show", "--format", "json").json["result"]["entries"]
    }
    done = two.run("rollback", runs["test"], "--env", "prod", "--auto-approve")
    assert 1 == done.code
    assert f"the audit trail has no run {runs['test']} at {two.url}" in done.err
    before = two.puts()
    assert 0 == two.run("rollback", "last", "--env", "prod", "--auto-approve").code
    assert 2 == two.puts() - before
    assert 10 == two.live()["front"]["routingRules"][0]["threshold"]


def test_a_pinned_organization(two: Program, other: Emulator) -> None:
    two.write_settings(environments={"test": {"api_url": other.url, "organization": "pinned-id"}})
    done = two.run("plan", "--env", "test")
    assert 4 == done.code
    assert (
        "the environment 'test' is the organization pinned-id, but these credentials belong to Other ("
        in done.err
    )
    right = two.run("environments", "--format", "json").json["result"]["environments"][0]
    assert "pinned-id" == right["organization"]


def test_an_organization_that_may_not_be_asked_for_is_not_known(two: Program) -> None:
    with Emulator(queues=queues(), read_credentials=("read", "only")) as plain:
        two.write_settings(environments={"test": {"api_url": plain.url}})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("syncer.live.client._ORGANIZATION", "/api/v2/organizations/nobody")
            assert {"id": "", "name": ""} == planned(two, "--env", "test")["organization"]
            two.write_settings(environments={"test": {"api_url": plain.url, "organization": "pinned"}})
            done = two.run("plan", "--env", "test")
    assert 4 == done.code
    assert "belong to an unknown organization" in done.err
    assert "organization:readonly" in done.err


def test_an_organization_without_an_id_is_a_bad_answer(two: Program) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syncer.live.client.Client.get_organization", lambda _self: {"name": "T"})
        done = two.run("plan", "--env", "test")
    assert 1 == done.code
    assert "the organization has no id" in done.err


def test_credentials_of_an_environment(two: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_CLIENT_SECRET")
    done = two.run("plan", "--env", "test")
    assert 1 == done.code
    assert "TEST_CLIENT_SECRET is not set, though TEST_CLIENT_ID is." in done.err
    assert 0 == two.run("plan", "--env", "prod").code


def test_validate_looks_into_every_environment(two: Program, other: Emulator) -> None:
    two.write_settings(
        environments={
            "prod": {"queues": [{"queue": "Back", "capacity": 5}]},
            "test": {"queues": [{"queue": "Bakc", "capacity": 5}]},
        }
    )
    done = two.run("validate")
    assert 3 == done.code
    assert "in prod: " in done.out and "capacity.exceeded" in done.out
    assert "in test: no policy describes 'Bakc'" in done.out
    assert 3 == two.run("validate", "--env", "prod").code
    assert "Bakc" not in two.run("validate", "--env", "prod").out
    two.write_policies(policy_queue("Front", ("Nowhere", 25)), policy_queue("Back"))
    two.write_settings(environments={"prod": {}, "test": None})
    done = two.run("validate")
    assert 1 == done.out.count("no policy describes 'Nowhere'")
    assert "in prod" not in done.out


def test_environments_for_people_and_for_pipelines(two: Program, other: Emulator) -> None:
    shown = two.run("environments").out
    assert "test\n" in shown
    assert "credentials   TEST_CLIENT_ID, TEST_CLIENT_SECRET" in shown
    assert "overrides     1 queue" in shown
    found = two.run("environments", "--format", "json").json["result"]["environments"]
    assert ["prod", "test"] == [each["name"] for each in found]
    assert "| `test` |" in two.run("environments", "--format", "markdown").out
    (two.folder / "policies" / "settings.yaml").write_text("version: 2\n")
    assert 3 == two.run("environments").code


def test_an_export_is_made_of_the_environment(two: Program, other: Emulator) -> None:
    (two.folder / "policies" / "all.yaml").unlink()
    assert 0 == two.run("export", "--output", "policies", "--env", "test").code
    assert [] == planned(two, "--env", "test")["changes"]


def cut_off(*_: object) -> None:
    raise OSError("the power is gone")


def test_a_run_that_was_cut_off_elsewhere_is_left_alone(two: Program, tmp_path: Path) -> None:
    assert 0 == two.run("plan", "--env", "test", "--out", "plan.json").code
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syncer.applying.apply._close", cut_off)
        assert 1 == two.run("apply", "plan.json").code
    done = two.run("apply", "--env", "prod", "--auto-approve")
    assert 4 == done.code
    assert "was cut off at" in done.err and "Other (" in done.err
    assert 0 == two.puts()


def test_a_password_in_a_url_is_not_shown(two: Program) -> None:
    two.write_settings(environments={"prod": {"api_url": "https://me:pa55word@api.example.com"}})
    for command in (["environments"], ["environments", "--format", "json"], ["plan", "--env", "prod"]):
        done = two.run(*command)
        assert 1 == done.code
        assert "environments.prod.api_url: the URL must not contain a user or password" in done.out + done.err
        assert "pa55word" not in done.out + done.err


def test_a_pipeline_for_all_of_them_is_printed_and_nothing_else(two: Program) -> None:
    done = two.run("environments", "--pipeline", "--include", "local:sync.yml", "--input", "setup=image")
    assert (0, "") == (done.code, done.err)
    assert 2 == done.out.count("setup: image")
    assert "syncer:summary:" in done.out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--include", "local:x"], "need --pipeline"),
        (["--input", "a=b"], "need --pipeline"),
        (["--pipeline", "--summary", "."], "don't go together"),
        (["--pipeline"], "--include is missing"),
        (["--summary", "gone"], "does not exist"),
    ],
)
def test_what_does_not_go_together(two: Program, arguments: list[str], why: str) -> None:
    done = two.run("environments", *arguments)
    assert 64 == done.code
    assert why in done.err


def test_the_summary_of_what_their_jobs_left(two: Program) -> None:
    kept = two.folder / "kept"
    kept.mkdir()
    two.run("plan", "--env", "prod", "--report", "json=kept/syncer-prod.plan.json")
    done = two.run("environments", "--summary", "kept", "--format", "json")
    assert 0 == done.code
    first, second = done.json["result"]["summary"]
    assert ("test", "") == (first["environment"], first["command"])
    assert ("prod", "plan") == (second["environment"], second["command"])
    assert 0 < second["create"] + second["update"] + second["delete"]

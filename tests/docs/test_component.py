"""The component: valid, adopted in three lines, and the pipeline of this repository in every job."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncer.cli.main import cli
from tests.docs.documents import ROOT, blocks, called, commands
from tests.docs.pipelines import COMPONENT, component, inputs, jobs, pipeline
from tests.spec_inputs import BadInputs

OF_THE_TOOL = ("lint", "test")
BECAUSE_OF_THE_FOLDER = ["--policies", "policies"]


def test_the_component_is_valid(tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(component())
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_every_input_is_described_and_used() -> None:
    assert all(spec["description"] for spec in inputs().values())
    jobs_of_it = COMPONENT.read_text(encoding="utf-8").partition("\n---\n")[2]
    assert [] == [name for name in inputs() if f"$[[ inputs.{name} ]]" not in jobs_of_it]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"install": "syncer"}, "unknown input arguments: install"),
        ({"prefix": "syncer/eu"}, "does not match required RegEx"),
        ({"prefix": ".hidden"}, "does not match required RegEx"),
        ({"organization": "a/b"}, "does not match required RegEx"),
        ({"requirements": "pins.txt' ; echo '"}, "does not match required RegEx"),
        ({"policies": "it's"}, "does not match required RegEx"),
        ({"setup": "pip"}, "not in the list of the options"),
        ({"max_age": "60"}, "not a number"),
        ({"changes": "policies/**/*"}, "not a array"),
        ({"env": 7}, "not a string"),
    ],
)
def test_invalid_inputs_create_no_pipeline(given: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInputs, match=why):
        component(**given)


def test_only_packages_with_a_hash_are_installed() -> None:
    """There is no input for a bare name: a public index could offer somebody else's package under it."""
    installing = "pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r"
    for name, job in jobs(component(requirements="pins/own.txt")).items():
        text = " ".join([*job["before_script"], *job["script"]])
        assert (name, 1, True) == (name, text.count("pip "), f"{installing} 'pins/own.txt'" in text)


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        ({}, {}, ""),
        ({"prefix": "syncer-eu"}, {}, "syncer-eu"),
        ({"prefix": "syncer-eu"}, {"SYNCER_POLICY_SET": "mine"}, "mine"),
        ({}, {"SYNCER_POLICY_SET": "mine"}, "mine"),
    ],
)
def test_the_prefix_names_the_set_of_policies(
    given: dict[str, str], environ: dict[str, str], expected: str
) -> None:
    prefix = given.get("prefix", "syncer")
    lines = jobs(component(setup="image", **given))[f"{prefix}:plan"]["before_script"]
    script = "\n".join(["set -eu", *lines, 'echo "${SYNCER_POLICY_SET:-}"'])
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert f"{expected}\n" == done.stdout


def test_an_environment_may_have_slashes_and_is_in_no_other_name() -> None:
    found = jobs(component(environment="production/eu", env="production/eu", prefix="syncer-eu"))
    assert "production/eu" == found["syncer-eu:apply"]["variables"]["SYNCER_ENV"]
    assert "production/eu" == found["syncer-eu:apply"]["environment"]["name"]
    names = [job.get("resource_group", "") for job in found.values()]
    names += [cache["key"] for job in found.values() for cache in job.get("cache", [])]
    assert [] == [name for name in names if "/" in name or "$" in name]


def test_applies_to_one_organization_run_one_at_a_time() -> None:
    groups = [
        jobs(component(prefix=prefix, **given))[f"{prefix}:apply"]["resource_group"]
        for prefix, given in (
            ("a", {}),
            ("b", {}),
            ("c", {"organization": "eu"}),
            ("d", {"organization": "eu"}),
        )
    ]
    assert ["syncer-all", "syncer-all", "syncer-eu", "syncer-eu"] == groups


def test_jobs_start_where_these_paths_change_and_drift_always_does() -> None:
    paths = ["policies/**/*", ".gitlab-ci.yml"]
    found = jobs(component(changes=paths))
    changes = {name: [rule.get("changes") for rule in job["rules"]] for name, job in found.items()}
    assert [None, None] == changes.pop("syncer:drift")
    assert {True} == {each == paths for rules in changes.values() for each in rules}
    usual = [rule.get("changes") for job in jobs(component()).values() for rule in job["rules"]]
    assert [["**/*"]] * (len(usual) - 2) == usual[:-2]


def _ours() -> dict[str, dict[str, Any]]:
    return {name: job for name, job in jobs(pipeline()).items() if name not in OF_THE_TOOL}


def _theirs() -> dict[str, dict[str, Any]]:
    found = jobs(component())
    return {name.removeprefix("syncer:"): job for name, job in found.items()}


def test_the_component_has_the_jobs_of_the_pipeline() -> None:
    assert list(_ours()) == list(_theirs())


def test_each_job_runs_when_the_other_does_and_keeps_the_same() -> None:
    for part in ("artifacts", "resource_group", "retry", "allow_failure", "id_tokens"):
        assert {name: job.get(part) for name, job in _ours().items()} == {
            name: job.get(part) for name, job in _theirs().items()
        }
    rules = {name: [_without_changes(rule) for rule in job["rules"]] for name, job in _theirs().items()}
    assert {name: job["rules"] for name, job in _ours().items()} == rules


def _without_changes(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "changes"}


def test_each_job_has_the_same_of_the_history() -> None:
    ours, theirs = (
        {name: job.get("variables", {}).get("GIT_DEPTH") for name, job in found.items()}
        for found in (_ours(), _theirs())
    )
    assert ours == theirs
    assert {"gitlab"} == {job["variables"]["SYNCER_RECORD"] for job in _theirs().values()}


def test_each_job_calls_the_same() -> None:
    for name, job in _theirs().items():
        *before, line = job["script"]
        call = shlex.split(line, comments=True)[1:]
        command, arguments = called(call)
        with commands()[command].make_context(command, arguments, **cli.context_settings):
            pass
        *same, line = _ours()[name]["script"]
        assert same == before
        assert sorted(shlex.split(line, comments=True)[1:]) == sorted(
            part for part in call if part not in BECAUSE_OF_THE_FOLDER
        )


def test_the_environment_has_its_tier() -> None:
    for said, tier in (({}, "production"), ({"tier": "staging"}, "staging")):
        apply = jobs(component(**said))["syncer:apply"]
        assert {"name": "production", "deployment_tier": tier} == apply["environment"]


def test_each_needs_what_the_other_needs_or_more() -> None:
    for name, job in _theirs().items():
        assert {f"syncer:{need}" for need in _ours()[name].get("needs", [])} <= set(job.get("needs", []))


def test_it_can_be_included_once_per_environment() -> None:
    eu, us = (component(prefix=f"syncer-{env}", env=env) for env in ("eu", "us"))
    names = [set(yaml.safe_load(text)) for text in (eu, us)]
    assert not names[0] & names[1]
    for env, found in (("eu", jobs(eu)), ("us", jobs(us))):
        meant = {name: job["variables"]["SYNCER_ENV"] for name, job in found.items()}
        assert "" == meant.pop(f"syncer-{env}:validate"), "it checks the policies in each of them"
        assert {env} == set(meant.values())
        needed = {need for job in found.values() for need in job.get("needs", [])}
        assert needed < set(found)
        caches = [cache for job in found.values() for cache in job.get("cache", [])]
        assert [
            f"syncer-{env}-state",
            f"syncer-{env}-outbox",
            f"syncer-{env}-drift",
            f"syncer-{env}-state",
        ] == [cache["key"] for cache in caches]


def test_drift_reads_what_was_applied_last_and_only_apply_writes_it() -> None:
    for found in (_theirs(), _ours()):
        written, read = found["apply"]["cache"][0], found["drift"]["cache"][-1]
        assert {**written, "policy": "pull"} == {**read, "when": "always"}
        kept = [".syncer/audit", ".syncer/journal", ".syncer/record.json", ".syncer/witness.json"]
        assert kept == read["paths"]


def test_it_is_adopted_in_three_lines() -> None:
    for page in (ROOT / "README.md", ROOT / "docs" / "gitlab.md"):
        block, *several = [found.text for found in blocks(page) if "component:" in found.text]
        for each in (each for text in several for each in yaml.safe_load(text)["include"]):
            assert set(each["inputs"]) <= set(inputs())
        assert 3 == len(block.splitlines())
        (included,) = yaml.safe_load(block)["include"]
        assert included["component"].rpartition("@")[0].endswith("/sync")
        assert set(included["inputs"]) <= set(inputs())
        assert "requirements.txt" == included["inputs"]["requirements"]

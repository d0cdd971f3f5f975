"""The component: valid, adopted in three lines, and the pipeline of this repository in every job."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from syncer.cli.main import cli
from tests.docs.documents import ROOT, blocks, commands
from tests.docs.pipelines import INSTALL, component, inputs, jobs, pipeline

OF_THE_TOOL = ("lint", "test")
BECAUSE_OF_THE_FOLDER = ["--policies", "policies"]


def test_the_component_is_valid(tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(component(install=INSTALL))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_every_input_is_described_and_used() -> None:
    assert all(spec["description"] for spec in inputs().values())
    marks = {name: f"<{name}>" for name in inputs()}
    text = component(**marks)
    assert [] == [name for name, mark in marks.items() if mark not in text]


def test_where_the_tool_comes_from_must_be_said() -> None:
    """There is no default: of a bare name a public index could offer somebody else's package."""
    assert ["install"] == [name for name, spec in inputs().items() if "default" not in spec]


def _ours() -> dict[str, dict[str, Any]]:
    return {name: job for name, job in jobs(pipeline()).items() if name not in OF_THE_TOOL}


def _theirs() -> dict[str, dict[str, Any]]:
    found = jobs(component(install=INSTALL))
    return {name.removeprefix("syncer:"): job for name, job in found.items()}


def test_the_component_has_the_jobs_of_the_pipeline() -> None:
    assert list(_ours()) == list(_theirs())


def test_each_job_runs_when_the_other_does_and_keeps_the_same() -> None:
    for part in ("rules", "artifacts", "resource_group", "retry", "allow_failure", "id_tokens"):
        assert {name: job.get(part) for name, job in _ours().items()} == {
            name: job.get(part) for name, job in _theirs().items()
        }


def test_each_job_calls_the_same() -> None:
    for name, job in _theirs().items():
        *before, line = job["script"]
        call = shlex.split(line, comments=True)[1:]
        with commands()[call[0]].make_context(call[0], call[1:], **cli.context_settings):
            pass
        *same, line = _ours()[name]["script"]
        assert same == before
        assert sorted(shlex.split(line, comments=True)[1:]) == sorted(
            part for part in call if name.startswith("comment") or part not in BECAUSE_OF_THE_FOLDER
        )


def test_the_environment_has_its_tier() -> None:
    for said, tier in (({}, "production"), ({"tier": "staging"}, "staging")):
        apply = jobs(component(install=INSTALL, **said))["syncer:apply"]
        assert {"name": "production", "deployment_tier": tier} == apply["environment"]


def test_each_needs_what_the_other_needs_or_more() -> None:
    for name, job in _theirs().items():
        assert {f"syncer:{need}" for need in _ours()[name].get("needs", [])} <= set(job.get("needs", []))


def test_it_can_be_included_once_an_environment() -> None:
    eu, us = (component(install=INSTALL, prefix=f"syncer-{env}", env=env) for env in ("eu", "us"))
    names = [set(yaml.safe_load(text)) for text in (eu, us)]
    assert not names[0] & names[1]
    for env, found in (("eu", jobs(eu)), ("us", jobs(us))):
        assert {env} == {job["variables"]["SYNCER_ENV"] for job in found.values()}
        needed = {need for job in found.values() for need in job.get("needs", [])}
        assert needed < set(found)
        caches = [cache for job in found.values() for cache in job.get("cache", [])]
        assert [
            f"syncer-{env}-state-production",
            f"syncer-{env}-outbox-production",
            f"syncer-{env}-drift-$SYNCER_ENV-$CI_COMMIT_REF_SLUG",
            f"syncer-{env}-state-production",
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
        assert INSTALL == included["inputs"]["install"]

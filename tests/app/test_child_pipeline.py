"""A child pipeline for all environments."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncer.app.child_pipeline import (
    FITS,
    OWN,
    PARENT_SOURCE,
    SUMMARY,
    child_pipeline,
    prefix_of,
    report_names,
)
from syncer.errors import ConfigError, WrongUsage
from tests.spec_inputs import inputs_of, resolve

COMPONENT = (Path(__file__).parents[2] / "templates" / "sync.yml").read_text("utf-8")
NAMES = ("eu", "us/west", "us_west", "a.b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    environments: dict[str, dict[str, Any]] = {name: {"region": "eu-central-1"} for name in NAMES}
    environments["eu"] |= {"production": True, "organization": "11111111-1111-1111-1111-111111111111"}
    found = tmp_path / "policies"
    found.mkdir()
    (found / "settings.yaml").write_text(
        yaml.safe_dump({"version": 1, "environments": environments}, sort_keys=False)
    )
    return found


def written(folder: Path, include: str = "local:sync.yml", *inputs: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(child_pipeline(folder, include, inputs))
    return found


def test_each_environment_has_jobs_files_and_a_lock_of_its_own(folder: Path) -> None:
    included = written(folder, "local:sync.yml", "setup=image", "max-age=60")["include"]
    assert isinstance(included, list)
    assert list(NAMES) == [each["inputs"]["env"] for each in included]
    for name in ("prefix", "organization", "environment"):
        assert len(NAMES) == len({each["inputs"][name] for each in included})
    assert ("production", "11111111-1111-1111-1111-111111111111", 60) == tuple(
        included[0]["inputs"][name] for name in ("tier", "organization", "max-age")
    )
    assert {"sync.yml"} == {each["local"] for each in included}


def test_the_component_takes_what_is_given_and_its_jobs_are_those_of_the_summary(folder: Path) -> None:
    pipeline = written(folder)
    jobs: dict[str, object] = {}
    assert isinstance(pipeline["include"], list)
    for each in pipeline["include"]:
        jobs |= yaml.safe_load(resolve(COMPONENT, each["inputs"]))
    summary = pipeline[SUMMARY]
    assert isinstance(summary, dict)
    assert summary["extends"] in jobs
    assert ("summary", "needs" in summary) == (summary["stage"], False)
    assert set(OWN) <= set(inputs_of(COMPONENT))
    kept = {
        path
        for job in jobs.values()
        if isinstance(job, dict)
        for path in job.get("artifacts", {}).get("paths", ())
    }
    assert {file for name in NAMES for file in report_names(name)} <= kept


def test_a_component_is_named_by_its_version(folder: Path) -> None:
    address = "gitlab.example.com/group/syncer/sync@1.2.0"
    included = written(folder, address)["include"]
    assert isinstance(included, list)
    assert {address} == {each["component"] for each in included}


@pytest.mark.parametrize(
    ("include", "why"),
    [
        ("", "--include is missing"),
        *((each, "can't be included") for each in ("local:", "sync.yml", "a b@1")),
    ],
)
def test_what_can_t_be_included_is_refused(folder: Path, include: str, why: str) -> None:
    with pytest.raises(WrongUsage, match=why):
        child_pipeline(folder, include)


@pytest.mark.parametrize(
    ("text", "why"), [("setup", "isn't an input"), ("env=eu", "for each"), ("=x", "isn't an input")]
)
def test_what_is_no_input_is_refused(folder: Path, text: str, why: str) -> None:
    with pytest.raises(WrongUsage, match=why):
        child_pipeline(folder, "local:sync.yml", [text])


@pytest.mark.parametrize(
    ("settings", "why"), [("version: 1\n", "have no environments"), ("version: [\n", "can't be used")]
)
def test_settings_without_environments_are_refused(tmp_path: Path, settings: str, why: str) -> None:
    (tmp_path / "settings.yaml").write_text(settings)
    with pytest.raises(ConfigError, match=why):
        child_pipeline(tmp_path, "local:sync.yml")


def test_prefixes_have_no_slash() -> None:
    assert "syncer-us_2f_west" == prefix_of("us/west")
    assert ("syncer-eu.apply.json", "syncer-eu.plan.json", "syncer-eu.drift.json") == report_names("eu")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('changes=["policies/**/*"]', ["policies/**/*"]),
        ("max-age=60", 60),
        ("image=python:3.12", "python:3.12"),
        ("requirements=true", "true"),
        ("region=", ""),
    ],
)
def test_an_input_has_the_type_that_is_written(folder: Path, text: str, value: Any) -> None:
    included = written(folder, "local:sync.yml", text)["include"]
    assert isinstance(included, list)
    assert value == included[0]["inputs"][text.partition("=")[0]]
    resolve(COMPONENT, included[0]["inputs"])


def test_a_folder_is_one_word_of_the_shell(folder: Path) -> None:
    odd = folder.rename(folder.with_name("our policies; touch x"))
    summary = written(odd)[SUMMARY]
    assert isinstance(summary, dict)
    words = shlex.split(summary["script"][0])
    assert str(odd) == words[words.index("--policies") + 1]


def test_what_the_component_would_refuse_is_refused_at_once(folder: Path) -> None:
    taken = inputs_of(COMPONENT)
    assert FITS == {name: taken[name]["regex"] for name in FITS}
    for name in ("o'clock", "two\nlines"):
        with pytest.raises(WrongUsage, match="the folder of the policies can't be"):
            child_pipeline(folder.rename(folder.with_name(name)), "local:sync.yml")
        folder.with_name(name).rename(folder)
    for text in ("region=eu central", "requirements=a b.txt", "requirements=[1]", "region=eu\n"):
        with pytest.raises(WrongUsage, match="can't be"):
            child_pipeline(folder, "local:sync.yml", [text])


@pytest.mark.parametrize("name", ["1e5", "on", "null", "0x1f", "010", "1.5", "Yes"])
def test_a_name_that_looks_like_something_else_is_a_text_for_every_reader(tmp_path: Path, name: str) -> None:
    settings = {"version": 1, "environments": {name: {"region": "eu-central-1", "organization": "Europe 1"}}}
    (tmp_path / "settings.yaml").write_text(json.dumps(settings))
    text = child_pipeline(tmp_path, "local:sync.yml", ["image=1e5"])
    assert {f'env: "{name}"', f'environment: "{name}"', 'image: "1e5"'} <= {
        each.strip() for each in text.split("\n")
    }
    resolve(COMPONENT, yaml.safe_load(text)["include"][0]["inputs"])


def test_a_child_of_a_schedule_knows_it(folder: Path) -> None:
    text = child_pipeline(folder, "local:sync.yml", source="schedule")
    assert {PARENT_SOURCE: "schedule"} == yaml.safe_load(text)["variables"]
    assert "variables" not in yaml.safe_load(child_pipeline(folder, "local:sync.yml", source="push"))
    assert f"${PARENT_SOURCE}" in COMPONENT

"""One pipeline for several organizations: a plan and an apply for each, side by side, and one summary.

Run it with ``make pipeline``. The child pipeline is what ``syncer environments --pipeline`` writes; the
component's inputs are put in by the rules of ``spec: inputs``.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.hub import serving
from tests.pipeline.repository import COMPONENT, Repository, serving_process
from tests.spec_inputs import resolve

NAMES = ("eu", "us/west", "apac")
CHILD = {"CI_PIPELINE_SOURCE": "parent_pipeline", "SYNCER_API_URL": ""}
FRONT = {"queue": "Front", "capacity": 100, "overflow": [{"target": "Back", "threshold": 25, "delay": 60}]}
BACK = {"queue": "Back", "capacity": 100, "overflow": []}
LIVE = [{"id": name, "name": name} for name in ("Front", "Back")]


@pytest.fixture
def organizations(tmp_path: Path) -> Iterator[tuple[Repository, dict[str, str]]]:
    """A repository with policies for three organizations, and the URLs of these."""
    folder, live = tmp_path / "repository", tmp_path / "live.json"
    (folder / "policies").mkdir(parents=True)
    live.write_text(json.dumps({"queues": LIVE}))
    with ExitStack() as stack:
        emulator = ("-m", "syncer", "emulator", "--port", "0", "--rate-limit", "100000", "--data", str(live))
        urls = {
            name: stack.enter_context(serving_process(*emulator, "--organization", name)) for name in NAMES
        }
        hub = stack.enter_context(serving())
        repository = Repository(folder, "", hub)
        environments = {name: {"api_url": url} for name, url in urls.items()}
        repository.write(
            **{
                "policies/settings.yaml": json.dumps({"version": 1, "environments": environments}),
                "policies/all.yaml": json.dumps({"version": 1, "queues": [FRONT, BACK]}),
            }
        )
        yield repository, urls


def child(repository: Repository) -> None:
    """The repository's pipeline is the one that the tool writes for it, with the component put in."""
    command = [sys.executable, "-m", "syncer", "environments", "--pipeline"]
    written = subprocess.run(
        [*command, "--include", "local:sync.yml", "--input", "setup=image"],
        cwd=repository.folder,
        check=True,
        capture_output=True,
        text=True,
    )
    pipeline = yaml.safe_load(written.stdout)
    component = COMPONENT.read_text(encoding="utf-8")
    files = {
        f"sync-{place}.yml": resolve(component, each["inputs"])
        for place, each in enumerate(pipeline["include"])
    }
    pipeline["include"] = [{"local": name} for name in files]
    repository.write(**files, **{".gitlab-ci.yml": yaml.safe_dump(pipeline, sort_keys=False)})
    repository.write(**{".gitignore": ".gitlab-ci-local/\n"})
    repository.begin()
    repository.merged()


def rows(repository: Repository) -> list[list[str]]:
    """The cells of the summary."""
    text = next(repository.kept.glob("syncer*summary/summary.md")).read_text("utf-8")
    lines = [line for line in text.splitlines() if line[:3] in ("| ✕", "| ✓", "| !")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_three_organizations_are_applied_side_by_side_and_summed(
    organizations: tuple[Repository, dict[str, str]],
) -> None:
    repository, _ = organizations
    child(repository)
    ran = repository.run(CHILD)
    assert 0 == ran.code, ran.log
    for prefix in ("syncer-eu", "syncer-us_2f_west", "syncer-apac"):
        assert "PASS" == ran.jobs[f"{prefix}:apply"], ran.log
    found = rows(repository)
    assert [["✓", f"`{name}`", "apply", "1", "0", "0"] for name in sorted(NAMES)] == [
        row[:6] for row in found
    ]


def test_one_that_can_t_be_reached_stops_no_other_and_comes_first(
    organizations: tuple[Repository, dict[str, str]],
) -> None:
    repository, urls = organizations
    settings = repository.folder / "policies" / "settings.yaml"
    repository.write(
        **{"policies/settings.yaml": settings.read_text().replace(urls["us/west"], "http://127.0.0.1:1")}
    )
    child(repository)
    ran = repository.run(CHILD)
    assert 0 != ran.code
    assert {"PASS"} == {ran.jobs[f"syncer-{name}:apply"] for name in ("eu", "apac")}, ran.log
    assert "syncer-us_2f_west:apply" not in ran.jobs
    # GitLab runs what is always to run behind jobs that were skipped too; the runner here has to be told.
    ran = repository.run(CHILD, "syncer:summary")
    assert {"syncer:summary": "PASS"} == ran.jobs, ran.log
    first, *others = rows(repository)
    assert ["✕", "`us/west`", "plan"] == first[:3]
    assert "127.0.0.1:1" in first[-1]
    assert {"✓"} == {row[0] for row in others}

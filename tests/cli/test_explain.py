"""``sync explain``."""

import json
from pathlib import Path

import pytest

from syncer.checks.explanations import explanations
from syncer.cli.main import run

CAPACITY = """\
capacity.missing
  severity    error; warning if the queue is not managed, or if the capacity was missing before and the
              change doesn't send the queue more contacts
  meaning     A queue with overflow has no positive capacity, so its load can't be checked. It has an
              enabled rule, or is the target of one.
  what to do  Measure its capacity and set it, in contacts per interval. Until then a setting can make
              this a warning.
  setting     `checks: {capacity.missing: …}` in settings.yaml: error, warning, info or off
"""


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No policies, no settings."""
    monkeypatch.chdir(tmp_path)


def test_one_finding_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain", "capacity.missing"])
    assert (CAPACITY, "") == capsys.readouterr()


def test_the_start_of_an_id_explains_all_that_have_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain", "capacity"])
    blocks = capsys.readouterr().out.split("\n\n")
    expected = [each.id for each in explanations() if each.id.startswith("capacity.")]
    assert expected == [block.split("\n")[0] for block in blocks]
    assert CAPACITY.rstrip("\n") in blocks


def test_without_an_id_each_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain"])
    *lines, last = capsys.readouterr().out.splitlines()
    assert [(each.id, each.severity.value) for each in explanations()] == [
        tuple(line.split()[:2]) for line in lines
    ]
    columns = f"{'yaml.tab':36}  error    "
    assert f"{columns}The indentation has a tab, where YAML allows only spaces." in lines
    assert "what to do about one of them: syncer explain ID" == last


def test_a_glob_explains_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain", "*"])
    assert len(explanations()) == capsys.readouterr().out.count("\n  what to do  ")


def test_an_unknown_id_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert 64 == run(["explain", "capacity.mising"])
    captured = capsys.readouterr()
    assert "" == captured.out
    assert captured.err.startswith(
        "error: no finding has the id 'capacity.mising'\n  Did you mean capacity.missing"
    )


def test_other_formats_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain", "loops.cycle", "--format", "json", "--report", "markdown=loops.md"])
    (found,) = json.loads(capsys.readouterr().out)["result"]["explanations"]
    assert ("loops.cycle", "error", "", "") == (
        found["id"],
        found["severity"],
        found["severity_note"],
        found["setting"],
    )
    assert "\n- **What to do:** Disable the rules that the tip names. " in Path("loops.md").read_text("utf-8")

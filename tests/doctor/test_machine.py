import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from syncer.doctor import Line, State, machine
from syncer.doctor.machine import OLDEST_PYTHON, PACKAGES, check_machine

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


def line(name: str, **values: object) -> Line:
    return next(line for line in check_machine(**values) if line.name == name)  # type: ignore[arg-type]


def test_this_machine_is_ready() -> None:
    lines = check_machine()
    assert ["Python", "packages", "extras", "schemas"] == [line.name for line in lines]
    assert {State.OK} == {line.state for line in lines}
    assert f"requests {metadata.version('requests')}" in lines[1].found


def test_it_knows_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = {(text, "") for text in PROJECT["dependencies"]}
    asked |= {(text, extra) for extra in ("gitlab", "metrics", "webhook") for text in extras[extra]}
    assert asked == {(f"{package.name}>={package.oldest}", package.extra) for package in PACKAGES}
    assert f">={'.'.join(map(str, OLDEST_PYTHON))}" == PROJECT["requires-python"]


def test_an_old_python() -> None:
    found = line("Python", python=(3, 10, 4))
    assert (State.FAILED, "Install Python 3.11 or newer.") == (found.state, found.remedy)
    assert State.OK is line("Python", python=(3, 11, 0)).state


@pytest.mark.parametrize(
    ("has", "state", "words"),
    [
        (None, State.FAILED, "requests is not installed (live)"),
        ("2.4.9", State.FAILED, "requests 2.4.9 is older than 2.31 (live)"),
        ("2.31", State.OK, "requests 2.31"),
        ("3rc1", State.FAILED, "older"),
        ("10.0.post1", State.OK, "requests 10.0.post1"),
    ],
)
def test_a_package_that_is_needed(has: str | None, state: State, words: str) -> None:
    found = line("packages", version=lambda name: has if name == "requests" else "99")
    assert state is found.state
    assert words in found.found
    assert (state is State.OK) == (found.remedy == "")
    assert found.remedy in ("", 'pip install "requests>=2.31"')


def test_extras_that_are_missing_are_a_warning_that_says_what_for() -> None:
    found = line("extras", version=lambda name: None if "gitlab" in name or "hooks" in name else "99")
    assert State.WARNING is found.state
    assert 2 == len(re.findall("is not installed", found.found))
    assert "(comment)" in found.found
    assert 'pip install "python-gitlab>=4.4" "standardwebhooks>=1.0"' == found.remedy


@pytest.mark.parametrize("broken", [ValueError, OSError, None])
def test_schemas_that_are_missing_or_broken(
    broken: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names() -> tuple[str, ...]:
        if broken is not None:
            raise broken
        return ()

    monkeypatch.setattr(machine, "schema_names", names)
    found = line("schemas")
    assert (State.FAILED, "Install syncer anew: files of it are missing.") == (found.state, found.remedy)


def test_a_package_that_is_nowhere_has_no_version() -> None:
    assert machine.installed("no-such-package-anywhere") is None

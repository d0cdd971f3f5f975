"""The pinned packages: each has its hash and its extras, and every pip since 22.3.1 installs the set."""

import os
import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.pins import Pins, needs, pinned_without_their_extras, pins_of

ROOT = Path(__file__).parents[2]
CONSTRAINTS = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8")
INSTALLING = (
    "Makefile",
    ".gitlab-ci.yml",
    "README.md",
    *(
        f"{folder}/{path.name}"
        for folder in (".ci", "docs", "templates")
        for path in (ROOT / folder).iterdir()
        if path.is_file() and path.suffix != ".png"
    ),
    *(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "syncer/starter/data").rglob("*")
        if path.is_file()
    ),
)


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def pinned() -> Pins:
    return pins_of(CONSTRAINTS.splitlines())


def shipped() -> Pins:
    """The pins that go with the wheel, as an extra."""
    return pins_of(project()["optional-dependencies"]["pinned"])


def installed(name: str) -> Iterable[str]:
    return metadata.requires(name) or ()


def test_every_package_is_pinned_with_hashes() -> None:
    pin = r"^[a-z0-9-]+(?:\[[a-z0-9,-]+\])?==\S+"
    hashed = re.findall(rf"{pin} \\\n    --hash=sha256:[0-9a-f]{{64}}", CONSTRAINTS, re.MULTILINE)
    assert len(hashed) == len(re.findall(r"^\S+==", CONSTRAINTS, re.MULTILINE)) == len(pinned())
    assert len(hashed) > 20


def test_what_is_pinned_is_what_is_installed_here() -> None:
    assert {name: f"=={metadata.version(name)}" for name in pinned()} == {
        name: str(pin.specifier) for name, pin in pinned().items()
    }


@pytest.mark.parametrize("pins", [pinned(), shipped()], ids=["constraints", "extra"])
def test_every_pin_has_the_extras_that_another_needs(pins: Pins) -> None:
    assert [] == pinned_without_their_extras(pins, installed)


def test_a_set_whose_pins_have_lost_their_extras_is_refused() -> None:
    without = CONSTRAINTS.replace("coverage[toml]==", "coverage==")
    assert without != CONSTRAINTS
    (found,) = pinned_without_their_extras(pins_of(without.splitlines()), installed)
    assert found.startswith("pytest-cov needs coverage[toml]")


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("b[x]>=1", ["a needs b[x]>=1"]),
        ("B[x,y]", ["a needs B[x,y]"]),
        ("b[y]", []),
        ("b", []),
        ("c[x]", []),
        ('b[x]; python_version < "3"', []),
        ('b[x]; python_version >= "3"', ['a needs b[x]; python_version >= "3"']),
        ('b[x]; extra == "more"', ['a needs b[x]; extra == "more"']),
        ('b[x]; extra == "less"', []),
    ],
)
def test_extras_are_looked_for_where_the_requirement_counts(requires: str, found: list[str]) -> None:
    pins = pins_of(["# a remark", "a[more]==1 \\", "    --hash=sha256:00", "b[y]==2", "    # via a"])
    assert found == pinned_without_their_extras(pins, {"a": [requires], "b": []}.__getitem__)


def test_the_wheel_pins_all_that_the_program_needs_as_the_constraints_do() -> None:
    options = project()["optional-dependencies"]
    left = [Requirement(each) for each in (*project()["dependencies"], *options["all"])]
    needed = set()
    while left:
        each = left.pop()
        name = canonicalize_name(each.name)
        if name not in needed:
            needed.add(name)
            left += needs(pinned()[name], installed(name))
    assert needed == set(shipped())
    assert {name: str(pinned()[name]) for name in needed} == {
        name: str(pin) for name, pin in shipped().items()
    }


def test_every_extra_for_users_is_among_all() -> None:
    options = project()["optional-dependencies"]
    extras = {name: requires for name, requires in options.items() if name not in ("all", "dev", "pinned")}
    assert sorted(each for requires in extras.values() for each in requires) == sorted(options["all"])


def test_pins_are_installed_as_requirements() -> None:
    """As constraints they can't have extras."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ") for name in INSTALLING}
    calls = [
        (name, line) for name, text in texts.items() for line in text.splitlines() if "pip install" in line
    ]
    assert {"Makefile", ".gitlab-ci.yml", "templates/sync.yml"} <= {name for name, _ in calls}
    assert [] == [call for call in calls if re.search(r" (-c|--constraint)\b", call[1])]
    named = [line for _, line in calls if "constraints.txt" in line]
    assert named
    assert all("--require-hashes -r .ci/constraints.txt" in line for line in named)


def test_pinning_keeps_extras() -> None:
    assert " --no-strip-extras" in (ROOT / ".ci" / "pin").read_text(encoding="utf-8")


def test_continuous_integration_resolves_the_pins_with_the_oldest_and_the_newest_pip() -> None:
    assert re.search(r"^\.ci/resolve$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    script = ROOT / ".ci" / "resolve"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert '"22.3.1"' in text
    assert "resolve newest pip)" in text
    assert "--no-deps" not in text

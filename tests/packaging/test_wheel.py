"""The wheel: what is in it, and that it works where there is no checkout."""

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from syncer import __version__

ROOT = Path(__file__).parents[2]


def build(source: Path, folder: Path) -> Path:
    """Build the wheel of the checkout ``source`` into ``folder``."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel, and beside it only what it needs."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    (packages,) = folder.glob("lib/python*/site-packages")
    needed = "\n".join(place for place in site.getsitepackages())
    (packages / "needed.pth").write_text(needed + "\n")
    return folder / "bin"


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A program of that environment, where no checkout is to be seen."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300
    )


def test_it_holds_what_the_program_needs_and_no_more(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {f"syncer/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    policies = {f"syncer/emulator/policies/{path.name}" for path in (ROOT / "policies").glob("*.yaml")}
    code = {str(path.relative_to(ROOT)) for path in (ROOT / "syncer").rglob("*.py")}
    starter = {
        str(path.relative_to(ROOT)) for path in (ROOT / "syncer/starter/data").rglob("*") if path.is_file()
    }
    assert schemas
    assert policies
    assert starter
    own = {name for name in names if name.startswith("syncer/")}
    data = {"syncer/py.typed", "syncer/emulator/data/demo.json", "syncer/checks/explanations.toml"}
    pages = {"syncer/report/html/page.css", "syncer/report/html/page.js", "syncer/report/picture/drawing.css"}
    assert schemas | policies | code | starter | data | pages == own
    assert {f"genesyscloud_syncer-{__version__}.dist-info"} == {name.split("/")[0] for name in names - own}


def test_another_checkout_makes_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """One elsewhere, whose files have other times and permissions."""
    copy = tmp_path / "copy"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "tests")
    )
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert wheel.read_bytes() == build(copy, tmp_path / "dist").read_bytes()


def test_it_carries_its_license_and_both_names_of_the_program(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        about = f"genesyscloud_syncer-{__version__}.dist-info"
        metadata = archive.read(f"{about}/METADATA").decode()
        entry_points = archive.read(f"{about}/entry_points.txt").decode()
        assert archive.read(f"{about}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert {"[console_scripts]", "sync = syncer.cli.main:main", "syncer = syncer.cli.main:main"} == set(
        entry_points.split("\n")
    ) - {""}


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "python", "-c", "import syncer; print(syncer.__file__)", cwd=tmp_path)
    assert str(installed.parent) in done.stdout
    for name in ("sync", "syncer"):
        assert f"syncer, version {__version__}\n" == run(installed / name, "--version", cwd=tmp_path).stdout


def test_schemas_and_checks_work_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "syncer", "schema", cwd=tmp_path).stdout.split()
    assert sorted(path.name for path in (ROOT / "schemas").glob("*.json")) == listed
    printed = run(installed / "syncer", "schema", "policy.v1", cwd=tmp_path).stdout
    assert (ROOT / "schemas" / "policy.v1.schema.json").read_text() == printed
    (tmp_path / "a.yaml").write_text("version: 1\nqueues:\n  - {queue: A, capacity: 5, overflow: []}\n")
    done = run(installed / "syncer", "validate", "a.yaml", cwd=tmp_path)
    assert (0, "") == (done.returncode, done.stderr)


def test_a_repository_can_be_started_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert 0 == run(installed / "syncer", "init", cwd=tmp_path).returncode
    done = run(installed / "syncer", "validate", cwd=tmp_path)
    assert (0, "") == (done.returncode, done.stderr)


def test_the_demonstration_works_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "syncer", "demo", cwd=tmp_path)
    assert 0 == done.returncode
    assert "[9/9] applied: Customer Retention" == done.stderr.splitlines()[-1]
    assert "emulator/policies" in done.stdout
    assert done.stdout.endswith("no files are left.\n")
    assert [] == list(tmp_path.iterdir())

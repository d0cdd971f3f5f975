"""Tests mirror the tree: a module has its file of tests, and in a room each file of tests has its module."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import syncer

NOT_YET: tuple[str, ...] = ()
"""Modules without tests of their own, and tests without a module."""

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = Path(syncer.__file__).parent, ROOT / "tests"
ROOMS = frozenset(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
NO_ROOMS = frozenset(
    {"bench", "browser", "chaos", "docs", "interleavings", "packaging", "pipeline", "policies", "scenarios"}
)
"""Where tests stand that are about more than one module, or about none."""


def modules() -> Iterator[Path]:
    """The modules below the package, as paths within it."""
    found = (path for path in PACKAGE.rglob("*.py") if not path.name.startswith("__"))
    return (path.relative_to(PACKAGE) for path in found)


def files_of_tests() -> Iterator[Path]:
    """The files of tests of all rooms, as paths within their folder."""
    found = (path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    return (path for path in found if path.parts[0] in ROOMS)


def shown(folder: str, paths: Iterable[Path]) -> list[str]:
    """Paths from the root of the repository, but for those that are known."""
    return sorted({f"{folder}/{path.as_posix()}" for path in paths} - set(NOT_YET))


def test_each_module_has_its_tests() -> None:
    alone = (path for path in modules() if not (TESTS / path.with_name(f"test_{path.name}")).is_file())
    assert [] == shown("syncer", alone)


def test_tests_in_a_room_have_their_module() -> None:
    alone = (
        path
        for path in files_of_tests()
        if not (PACKAGE / path.with_name(path.name.removeprefix("test_"))).is_file()
    )
    assert [] == shown("tests", alone), "what no single module answers for stands in tests/scenarios"


def test_every_folder_of_tests_is_a_room_or_known_as_none() -> None:
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.rglob("*/__init__.py")}
    assert ROOMS | NO_ROOMS == folders


def test_tests_are_packages_so_that_two_files_may_have_one_name() -> None:
    folders = {path.parent for path in TESTS.rglob("test_*.py")}
    assert [] == [folder.name for folder in sorted(folders) if not (folder / "__init__.py").is_file()]

"""Nothing outside ``kinds`` names a kind of rule, so that another one is a file and an entry in the list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.kinds.registry import KINDS

ROOT = Path(__file__).parents[1] / "syncer"
HOMES = (ROOT / "kinds", ROOT / "emulator" / "kinds")
"""The emulator is the other side of the wire, and has a file of its own for each kind."""

NAMES = {kind.name for kind in KINDS}
RECORDS = {kind.record.__name__ for kind in KINDS} | {type(kind).__name__ for kind in KINDS}
FILES = {type(kind).__module__ for kind in KINDS}
WIRE = {kind.wire_field for kind in KINDS if kind.wire_field} | {
    "agentWaitSeconds",
    "backupQueueId",
    "conditionValue",
    "conditionalGroupActivation",
    "overflowDelay",
    "overflowTarget",
    "waitForAgent",
    "waitSeconds",
}

ALLOWED = {
    ("policy/parse.py", "owner"): "the key of the settings that names the repository itself",
    ("policy/schema_errors.py", "owner"): "the same, in a message about its form",
    ("report/reread.py", "owner"): "the same, read back",
    ("report/drift_json.py", "owner"): "the member of the output that says who manages an unmanaged queue",
}
"""What is named all the same, and what it means there."""


def sources() -> list[Path]:
    return [
        path for path in sorted(ROOT.rglob("*.py")) if not any(path.is_relative_to(home) for home in HOMES)
    ]


def named_in(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that name a kind, and what they name."""
    tree = ast.parse(path.read_text("utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module in FILES:
                yield node.lineno, module
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in RECORDS:
                yield node.lineno, name
            case ast.Constant(value=str(text)) if node not in words and text in NAMES | WIRE:
                yield node.lineno, text


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_names_a_kind(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    found = [(line, name) for line, name in named_in(path) if (place, name) not in ALLOWED]
    assert [] == found, "say it in syncer/kinds/kind.py, for every kind, and ask the kind for it"


def test_what_is_allowed_is_there() -> None:
    """An exception that nothing needs any more would hide the next one."""
    found = {(path.relative_to(ROOT).as_posix(), name) for path in sources() for _, name in named_in(path)}
    assert found == set(ALLOWED)


def test_a_file_that_names_one_is_found(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        '"""overflow"""\n'
        "from syncer.kinds.backup import BackupRule as Rule\n"
        "isinstance(rule, OverflowRule)\n"
        'kind == "overflow"\n'
        'raw["backupQueueId"]\n'
        '"how live says overflow"\n'
    )
    assert [
        (2, "syncer.kinds.backup"),
        (3, "OverflowRule"),
        (4, "overflow"),
        (5, "backupQueueId"),
    ] == sorted(named_in(path))

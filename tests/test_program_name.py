"""The name that the program was started with."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import syncer
from syncer.cli.main import COMMANDS, run
from syncer.program_name import NEUTRAL, ProgramName, started_as

PACKAGE = Path(syncer.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
EXAMPLES = "examples.py"
"""What stands under the help of a command: the help itself puts the name in, held below."""
A_CALL = re.compile(rf"\bsyncer (?:{'|'.join(COMMANDS)})\b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program ``sync``."""
    return _program(tmp_path / "ours")


def _program(folder: Path) -> Path:
    folder.mkdir()
    (folder / "sync").write_text("#!/bin/sh\n")
    (folder / "sync").chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("sync", "sync"),
        ("syncer", "syncer"),
        ("/x/syncer/__main__.py", "python -m syncer"),
        ("-c", "syncer"),
        ("", "syncer"),
    ],
)
def test_the_name_by_the_first_argument(argument: str, name: str) -> None:
    found = started_as(argument, COMMANDS, {"PATH": ""})
    assert (name, name) == (found.name, found.call)


def test_a_name_that_the_path_finds_is_enough(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "sync").symlink_to(folder / "sync")
    for place in (folder, tmp_path / "link"):
        found = started_as(str(place / "sync"), COMMANDS, {"PATH": f"/nowhere:{folder}"})
        assert ("sync", "sync") == (found.name, found.call)


def test_where_the_path_finds_another_program_the_call_is_the_path(folder: Path, tmp_path: Path) -> None:
    other = _program(tmp_path / "other")
    for path in (f"{other}:{folder}", "/nowhere"):
        found = started_as(f"{folder}/sync", COMMANDS, {"PATH": path})
        assert ("sync", f"{folder}/sync") == (found.name, found.call)
    (other / "sync").chmod(0o644)
    assert "sync" == started_as(f"{folder}/sync", COMMANDS, {"PATH": f"{other}:{folder}"}).call


def test_a_call_can_be_typed(tmp_path: Path) -> None:
    assert "'/a b/sync'" == started_as("/a b/sync", COMMANDS, {"PATH": ""}).call


def test_only_calls_of_commands_get_the_name() -> None:
    program = ProgramName("sync", "./sync", tuple(COMMANDS))
    text = "Look with syncer audit show, or install syncer anew. syncer planner (syncer drift)"
    assert "Look with ./sync audit show, or install syncer anew. syncer planner (./sync drift)" == (
        program.spoken(text)
    )
    assert text == NEUTRAL.spoken(text)


def _texts(module: Path) -> Iterator[tuple[ast.AST, str]]:
    """The strings of a module, and what they are part of; docstrings are left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            above = parents[node]
            while isinstance(above, ast.JoinedStr | ast.FormattedValue | ast.BinOp):
                above = parents[above]
            if not isinstance(above, ast.Expr):
                yield above, node.value


def _is_hint(above: ast.AST) -> bool:
    if isinstance(above, ast.Assign):
        return ["hint"] == [target.id for target in above.targets if isinstance(target, ast.Name)]
    return isinstance(above, ast.keyword) and above.arg == "hint"


def test_no_text_has_a_name_that_may_be_another_program() -> None:
    """``syncer plan`` in a hint: ``ProgramName.spoken`` makes of it what was typed."""
    found = [
        f"{module.relative_to(PACKAGE)}: {text}"
        for module in MODULES
        for _, text in _texts(module)
        if re.search(r"\bsync\b", text)
    ]
    assert [] == found


def test_what_goes_straight_to_a_terminal_has_the_name_put_in() -> None:
    """Hints are spoken where they are shown; every other text of the command line says ``{call}``."""
    found = [
        f"{module.relative_to(PACKAGE)}: {text}"
        for module in MODULES
        if module.relative_to(PACKAGE).as_posix().startswith(("cli/", "report/text/"))
        if module.name != EXAMPLES
        for above, text in _texts(module)
        if A_CALL.search(text) and not _is_hint(above)
    ]
    assert [] == found


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_under_a_help_have_the_name_that_was_typed(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--help"], ProgramName("sync", "sync", tuple(COMMANDS))) == 0
    examples = capsys.readouterr().out.partition("Examples:")[2]
    assert f"sync {command}" in examples
    assert "syncer" not in examples


def test_the_files_of_a_new_repository_have_the_name_that_no_other_program_has() -> None:
    for path in filter(Path.is_file, (PACKAGE / "starter" / "data").rglob("*")):
        assert [] == re.findall(rf"\bsync (?:{'|'.join(COMMANDS)})\b", path.read_text(encoding="utf-8"))

"""Commands, options and make targets that documents and pipeline name: all of them exist."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, calls_in, commands, options_of

OF_THE_PROGRAM = {"--help", "-h", "--version"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_call_names_a_command_and_its_options(document: Path) -> None:
    for call in calls_in(document.read_text(encoding="utf-8")):
        named = [name for name in commands() if f"{call} ".startswith(f"{name} ")]
        group = any(name.startswith(f"{call} ") for name in commands())
        known = options_of(commands()[named[0]]) if named else set()
        used = set(re.findall(r"(?<!\S)\[?(--?[a-z][a-z-]*)", call))
        assert (True, set()) == (
            bool(named or group or call.startswith("-")),
            used - known - OF_THE_PROGRAM,
        ), f"sync {call}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_exists_somewhere(document: Path) -> None:
    of_others = {"--request", "--header", "--data", "--strict", "--hypothesis-profile"}
    of_others |= {"--require-hashes", "--only-binary", "--hash"}  # pip's
    of_others |= {
        "--all",
        "--create",
        "--initial-branch",
        "--message",
        "--no-edit",
        "--set-upstream",
    }  # Git's
    known = OF_THE_PROGRAM.union(*(options_of(command) for command in commands().values()))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", document.read_text(encoding="utf-8")))
    assert set() == named - known - of_others


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z]+)(?=$|`| +#)", document.read_text(encoding="utf-8"), re.MULTILINE)
    assert set() == set(named) - targets

"""docs/commands.md against the program: every command, every option, nothing else."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, commands, rows
from tests.docs.reference import PAGE, SHARED, parts, renewed

TEXT = PAGE.read_text(encoding="utf-8")


def _heading(name: str) -> str:
    return f"{'###' if ' ' in name else '##'} sync {name}"


def test_the_page_has_the_texts_of_the_program() -> None:
    assert renewed(TEXT) == TEXT, "docs/commands.md is stale: renew it with make docs"


def test_each_command_and_each_group_has_its_part() -> None:
    assert sorted({"calls", *SHARED, *commands()}) == sorted(parts(TEXT))


def test_each_part_is_in_its_section() -> None:
    for name in set(parts(TEXT)) - {"calls"}:
        heading = f"### {name.title()}" if name in SHARED else _heading(name)
        section = re.split(r"^#+ sync ", TEXT.partition(f"\n{heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[
            0
        ]
        assert f"made by make docs: {name} -->" in section


def test_no_section_is_left_over() -> None:
    headings = re.findall(r"^(#+ sync .+)$", TEXT, re.MULTILINE)
    assert sorted([*(_heading(name) for name in commands()), "## sync audit"]) == sorted(headings)


def test_a_stale_part_is_renewed() -> None:
    stale = TEXT.replace("| `--depth N` |", "| `--deep N` |")
    assert stale != TEXT
    assert renewed(stale) == TEXT


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_other_page_lists_the_options_of_a_command(document: Path) -> None:
    listed = [row[0] for row in rows(document) if re.match(r"`--[a-z]", row[0])]
    assert document == PAGE or len(listed) < 3, listed


def test_the_readme_has_a_row_for_every_command() -> None:
    named = [row[0] for row in rows(ROOT / "README.md", "## Commands")]
    assert sorted(f"`sync {name}`" for name in commands()) == sorted(named)

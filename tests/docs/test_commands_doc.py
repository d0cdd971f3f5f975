"""docs/commands.md against the program: every command, every option, nothing else."""

import re

import click
import pytest

from tests.docs.documents import ROOT, commands, options_of, rows, section_of

PAGE = ROOT / "docs" / "commands.md"
SHARED = ("reports", "live", "running", "watching", "scope")


def _options_in(heading: str) -> set[str]:
    cells = [row[0] for row in rows(PAGE, heading)]
    return {option for cell in cells for option in re.findall(r"`(--?[a-z][a-z-]*)", cell)}


def _heading(name: str) -> str:
    return f"{'###' if ' ' in name else '##'} sync {name}"


@pytest.mark.parametrize("name", commands())
def test_a_command_has_a_section_with_all_of_its_options(name: str) -> None:
    text = section_of(PAGE, _heading(name))
    shared = [part for part in SHARED if f"(#{part})" in text]
    documented = _options_in(_heading(name)).union(*(_options_in(f"### {part.title()}") for part in shared))
    assert options_of(commands()[name]) == documented


def test_no_section_is_left_over() -> None:
    headings = re.findall(r"^(#+ sync .+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted([*(_heading(name) for name in commands()), "## sync audit"]) == sorted(headings)


def test_every_choice_of_an_option_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    choices = [
        str(choice)
        for command in commands().values()
        for option in command.params
        if isinstance(option.type, click.Choice)
        for choice in option.type.choices
    ]
    assert [] == [choice for choice in choices if f"`{choice}`" not in text]


def test_the_readme_has_a_row_for_every_command() -> None:
    named = [row[0] for row in rows(ROOT / "README.md", "## Commands")]
    assert sorted(f"`sync {name}`" for name in commands()) == sorted(named)

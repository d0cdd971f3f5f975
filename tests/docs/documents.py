"""The documents as data: their blocks of code, their tables, and the commands that they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from syncer.cli.main import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>.+?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block with its language, and the comment right above it."""

    language: str
    text: str
    note: str = ""

    @property
    def left_out(self) -> bool:
        """Whether it is marked as one that tests can't run."""
        return self.note.startswith("not run by the tests: ")


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in their order."""
    found = _BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [Block(match["language"], match["text"], match["note"] or "") for match in found]


def rows(document: Path, section: str = "") -> list[list[str]]:
    """The cells of all rows of tables in a document, or in one section of it; heads and rules left out."""
    text = section_of(document, section) if section else document.read_text(encoding="utf-8")
    lines = text.split("\n")
    table = [
        line
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("|") and not line.startswith("|---") and not below.startswith("|---")
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def section_of(document: Path, heading: str) -> str:
    """The text below ``heading`` (with its hashes) up to the next heading."""
    text = document.read_text(encoding="utf-8")
    return re.split(r"^#+ .*$", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def commands() -> dict[str, click.Command]:
    """Every command that can be run, by its name: ``plan``, ``audit show``."""
    context = click.Context(cli)
    return dict(_below(cli, "", context))


def called(arguments: list[str]) -> tuple[str, list[str]]:
    """The name of the command in these words (two words if it is in a group), and the remaining words."""
    name = " ".join(arguments[:2])
    return (name, arguments[2:]) if name in commands() else (arguments[0], arguments[1:])


def _below(group: click.Group, prefix: str, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _below(command, f"{prefix}{name} ", context)
        elif command is not None:
            yield f"{prefix}{name}", command


def options_of(command: click.Command) -> set[str]:
    """Every name of every option of a command, except help."""
    return {name for option in command.params if isinstance(option, click.Option) for name in option.opts}


def calls_in(text: str) -> list[str]:
    """What follows ``sync`` or ``syncer`` wherever a text names a call of the program in code."""
    code = [line for match in _BLOCK.finditer(text) for line in match["text"].split("\n")]
    code += _SPAN.findall(_BLOCK.sub("", text))
    found = (re.match(r"\W*(?:sync|syncer|python -m syncer) +(?=[a-z-])(.+)", line) for line in code)
    return [re.split(r" #|[|;&)]", match[1])[0].strip() for match in found if match]

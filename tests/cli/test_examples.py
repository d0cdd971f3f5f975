"""The examples under the help: every command has some, and each can be typed as it stands."""

import shlex

import click
import pytest

from syncer.cli.examples import EXAMPLES, epilog
from syncer.cli.main import COMMANDS, cli, run

LINES = [line for lines in EXAMPLES.values() for line in lines]


def test_every_command_has_an_example_of_its_own() -> None:
    assert set(COMMANDS) == set(EXAMPLES)
    assert [] == [line for name, lines in EXAMPLES.items() for line in lines if line.split()[1] != name]


@pytest.mark.parametrize("line", LINES)
def test_an_example_can_be_typed(line: str) -> None:
    _, *arguments = shlex.split(line)
    command: click.Command = cli
    context = cli.make_context("syncer", arguments[:1], resilient_parsing=True)
    while isinstance(command, click.Group) and arguments:
        found = command.get_command(context, arguments.pop(0))
        assert found is not None
        command = found
    assert [] == command.make_context("", arguments, context).args


def test_help_ends_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["explain", "--help"])
    assert capsys.readouterr().out.endswith("Examples:\n    syncer explain capacity.exceeded\n")


def test_what_has_no_examples_has_no_epilog() -> None:
    assert "" == epilog("audit show")

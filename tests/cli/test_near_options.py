"""Which options are offered for one that there is not."""

import pytest

from syncer.cli.near_options import near_options
from tests.program import Program

KNOWN = ("-h", "--env", "--policies", "--auto-approve", "--max-age", "--out", "--output", "paths")


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("--environment", ["--env"]),
        ("--polices", ["--policies"]),
        ("--approve", ["--auto-approve"]),
        ("--age", ["--max-age"]),
        ("--auto_approve", ["--auto-approve"]),
        ("--outp", ["--out", "--output"]),
        ("--open", []),
        ("--x", []),
    ],
)
def test_only_options_that_may_be_meant_are_offered(wanted: str, near: list[str]) -> None:
    assert near == near_options(wanted, KNOWN)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("plan", "--environment", "prod"), "No such option '--environment'. Did you mean --env?\n"),
        (("plan", "--open"), "No such option '--open'.\n"),
        (("audit", "show", "--runs", "1"), "No such option '--runs'. Did you mean --run?\n"),
        (("--versions",), "No such option '--versions'. Did you mean --version?\n"),
    ],
)
def test_the_error_of_every_command_offers_them(program: Program, typed: tuple[str, ...], words: str) -> None:
    done = program.run(*typed)
    assert (64, True) == (done.code, done.err.endswith(words))

"""Options that commands share."""

from dataclasses import dataclass

import click
import pytest

from syncer.cli.options import TimeSpan, env_option_of, pick, together


def names(decorated: click.Command) -> list[str]:
    return [each.opts[0] for each in decorated.params]


def nothing() -> None:
    """A command without any effect."""


def test_options_stand_in_the_order_in_which_they_are_put_together() -> None:
    both = together(env_option_of("Which one."), click.option("--last"))
    assert ["--env", "--last"] == names(click.command(both(nothing)))


def test_an_environment_is_named_by_the_option_or_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNCER_ENV", "test")
    command = click.command(env_option_of("Which one.")(nothing))
    for arguments, expected in (([], "test"), (["--env", "prod"], "prod")):
        assert {"environment": expected} == command.make_context("x", arguments).params


def test_each_kind_of_options_takes_its_own_fields() -> None:
    @dataclass
    class Wanted:
        """Two of three options."""

        first: int = 0
        second: int = 0

    options = {"first": 1, "other": 2}
    assert (Wanted(1, 0), {"other": 2}) == (pick(Wanted, options), options)


@pytest.mark.parametrize("text", ["nan", "-1", "1000001", "soon"])
def test_a_length_of_time_is_a_number_within_bounds(text: str) -> None:
    with pytest.raises(click.BadParameter):
        TimeSpan().convert(text, None, None)
    assert 2.5 == TimeSpan().convert("2.5", None, None)

"""A choice offers the nearest of its names."""

from typing import Any

import click
import pytest

from syncer.cli.choice import Choice
from tests.program import Program

COLORS = Choice(["red", "green", "gray"], case_sensitive=False)


def test_one_of_the_names_is_taken_as_it_is_known() -> None:
    assert ["red", "green"] == [COLORS.convert(typed, None, None) for typed in ("red", "GREEN")]


@pytest.mark.parametrize(("typed", "offered"), [("gren", " Did you mean 'green'?"), ("x\x1b", "")])
def test_any_other_is_refused_with_the_nearest(typed: str, offered: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        COLORS.convert(typed, None, None)
    assert f"{typed!r} is not one of 'red', 'green', 'gray'.{offered}" == caught.value.message


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (("plan", "--format", "jsn"), "json"),
        (("plan", "--report", "markdwn=FILE"), "markdown"),
        (("plan", "--dialect", "genesys-clud"), "genesys-cloud"),
        (("plan", "--log-format", "jsn"), "json"),
        (("plan", "--log-level", "debgu"), "debug"),
        (("apply", "--on-failure", "rollbck"), "rollback"),
        (("apply", "--on-cut-off", "continu"), "continue"),
        (("init", "--dialect", "overflow-rule"), "overflow-rules"),
        (("emulator", "--dialect", "overflow-rule"), "overflow-rules"),
        (("emulator", "--lock", "etags"), "etag"),
        (("graph", "--format", "mermade"), "mermaid"),
        (("audit", "export", "--format", "jsnl"), "jsonl"),
    ],
)
def test_every_option_with_names_offers_one(
    program: Program, arguments: tuple[str, ...], offered: str
) -> None:
    done = program.run(*arguments)
    assert 64 == done.code
    assert f"Did you mean {offered!r}?" in done.err


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (("plan", "--env", "prdo"), "prod"),
        (("simulate", "--scenario", "mondy"), "monday"),
        (("simulate", "--outage", "Frnt"), "Front"),
        (("simulate", "--capacity", "Frnt=3"), "Front"),
        (("simulate", "--load", "Frnt=3"), "Front"),
        (("graph", "--focus", "Frnt"), "Front"),
        (("plan", "--queue", "Frnt"), "Front"),
        (("schema", "polcy.v1"), "policy.v1"),
        (("plan", "--polices", "x"), "--policies"),
        (("audit", "shwo"), "show"),
        (("apli",), "apply"),
    ],
)
def test_every_other_name_that_is_not_known_offers_one(
    program: Program, arguments: tuple[str, ...], offered: str
) -> None:
    known: dict[str, Any] = {"environments": {"prod": {}, "staging": {}}} if "--env" in arguments else {}
    program.write_settings(scenarios={"monday": {"load": 1.2}}, **known)
    done = program.run(*arguments)
    assert 64 == done.code
    assert repr(offered) in done.err or f"Did you mean {offered}?" in done.err

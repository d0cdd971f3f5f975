"""Spans of time as they are typed."""

import click
import pytest

from syncer.cli.duration import seconds

DEADLINE = click.Option(["--deadline"])


def read(value: str | None) -> float | None:
    return seconds(click.Context(click.Command("apply")), DEADLINE, value)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("1.5h", 5400),
        ("366d", 366 * 86_400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1d12h", 129_600),
    ],
)
def test_a_span_is_a_number_with_its_unit(text: str, span: float) -> None:
    assert span == read(text)


def test_no_span_is_none() -> None:
    assert read(None) is None


ODD = ("", "15", "0m", "-1m", "1e3s", "nan", "infs", "367d", "15 m", "15mm", "1h2h", "06:00", "١٥m")


@pytest.mark.parametrize("text", ODD)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 90s, 15m, 2h or 1h30m"):
        read(text)

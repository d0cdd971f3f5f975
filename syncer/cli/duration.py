"""A span of time as it is typed: a number with its unit."""

import re

import click

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SPAN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([smhd])")
_LONGEST = 366 * 86_400.0


def seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """The seconds of an option such as ``90s``, ``15m`` or ``2h``; None where it wasn't given.

    Raises BadParameter for what has no unit, for nothing, and for more than a year.
    """
    if value is None:
        return None
    found = _SPAN.fullmatch(value.strip())
    span = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < span <= _LONGEST:
        raise click.BadParameter(f"{value!r} is no span of time: write 90s, 15m or 2h.", ctx, param)
    return span

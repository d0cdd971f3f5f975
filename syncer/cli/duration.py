"""A length of time as it is typed: numbers with units."""

import re

import click

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([dhms])")
_SPAN = re.compile(rf"{_PART.pattern}(?: ?{_PART.pattern}){{0,3}}")
_LONGEST = 366 * 86_400.0


def seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of an option such as ``90s``, ``15m``, ``1h30m`` or ``1d 12h``; None without one.

    Each unit appears at most once. Raises BadParameter for a number without a unit, for zero, and for more
    than a year.
    """
    if value is None:
        return None
    text = value.strip()
    parts = _PART.findall(text) if _SPAN.fullmatch(text) else []
    once = len({unit for _, unit in parts}) == len(parts)
    span = sum(float(number) * _UNITS[unit] for number, unit in parts) if once else 0.0
    if not 0 < span <= _LONGEST:
        raise click.BadParameter(
            f"{value!r} isn't a length of time: write 90s, 15m, 2h or 1h30m.", ctx, param
        )
    return span

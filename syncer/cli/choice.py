"""A choice that suggests the nearest name when an unknown one was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # it takes no type before click 8.2


class Choice(_Choice):
    """One of some names."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the canonical name. Raises BadParameter for an unknown one."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            from syncer.model.lookup import did_you_mean

            near = did_you_mean(str(value), self.choices)
            raise click.BadParameter(error.message + near, ctx, param) from error


class LongChoice(click.Option):
    """An option with many names, which its help text lists after the description."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its text in help."""
        record = super().get_help_record(ctx)
        if record is None or not isinstance(self.type, click.Choice):
            return record
        names = ", ".join(map(str, self.type.choices))
        option, *_ = record[0].split()
        return f"{option} NAME", f"{record[1]} One of {names}; default: {self.default}."

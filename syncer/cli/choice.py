"""A choice that offers the nearest of its names where none was typed."""

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
        """The name as it is known. Raises BadParameter for any other."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            from syncer.model.lookup import did_you_mean

            near = did_you_mean(str(value), self.choices)
            raise click.BadParameter(error.message + near, ctx, param) from error

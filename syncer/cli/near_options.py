"""Which options may be meant by one that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import click

_ALIKE: Final = 0.75
"""How much two names must have in common (0 to 1)."""

_SHORTEST: Final = 3
"""Letters of a name that is the beginning of another."""

_MOST: Final = 3


def with_near_options(error: click.NoSuchOption) -> click.UsageError:
    """The same error, with the options of its command that may be meant."""
    params = error.ctx.command.get_params(error.ctx) if error.ctx else ()
    near = near_options(error.option_name, (name for each in params for name in each.opts))
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return click.UsageError(f"{error.message}{hint}", error.ctx)


def near_options(wanted: str, known: Iterable[str]) -> list[str]:
    """The long options that begin as ``wanted`` does, have it as one of their words, or are written nearly
    the same."""
    bare = wanted.lstrip("-").casefold()
    names = {each.removeprefix("--"): each for each in known if each.startswith("--")}
    begun = [name for name in names if _begins(bare, name) or bare in name.split("-")]
    found = dict.fromkeys([*begun, *get_close_matches(bare, names, _MOST, _ALIKE)])
    return [names[name] for name in found][:_MOST]


def _begins(one: str, other: str) -> bool:
    """Whether one of both names is the beginning of the other."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST and longer.startswith(shorter)

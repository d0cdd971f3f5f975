"""Shell completion for names of queues: those in the policies, and those that were last applied."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from syncer.app.places import POLICIES, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click

_ODD = re.compile(r"""([\s"'\\$`!*?\[\](){}<>|;&#~])""")
"""Characters that are special to a shell."""


def complete_queues(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the known names of queues with this prefix, regardless of case, without using the network.

    Files that can't be read offer nothing: a shell has no place for an error.
    """
    del parameter
    begun = incomplete.strip("\"'").replace("\\", "").casefold()
    folder = context.params.get("folder") or POLICIES
    state = context.params.get("state_dir") or STATE
    names = {name for name in _known(folder, state) if name and name.casefold().startswith(begun)}
    return [CompletionItem(_typed(name)) for name in sorted(names)]


def _known(folder: Path, state: Path) -> Iterator[str]:
    from syncer.audit.record import NAME, read_record
    from syncer.errors import SyncerError
    from syncer.policy.load import load_policies

    with suppress(SyncerError, OSError):
        for queue in load_policies([folder]).policies.queues:
            yield queue.queue.name
            yield from (rule.target.name for rule in queue.rules if rule.target)
    with suppress(SyncerError, OSError):
        for place in read_record(state / NAME).places:
            yield from (queue.name for queue in place.queues.values())


def _typed(name: str) -> str:
    """A name as it is typed: escaped for bash, which inserts it unchanged; other shells quote it."""
    asked = next((value for key, value in os.environ.items() if key.endswith("_COMPLETE")), "")
    return _ODD.sub(r"\\\1", name) if asked.startswith("bash") else name

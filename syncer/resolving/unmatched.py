"""Names and globs in the settings that no queue matches, although their author relies on them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from syncer.model.finding import Finding, Position, Severity, meant, quoted
from syncer.model.policy import PolicySet
from syncer.model.queue import LiveQueue, Nearest, fits
from syncer.model.settings import Settings
from syncer.resolving.ignore import name_of


class _Listed(NamedTuple):
    """A glob of the settings: the finding if no queue matches it, and the effect that it then lacks."""

    glob: str
    position: Position | None
    finding: str
    effect: str


def unmatched(
    policies: PolicySet, settings: Settings, live: Sequence[LiveQueue] | None = None
) -> tuple[Finding, ...]:
    """Globs that no queue matches: a warning, or offline an info."""
    listed = tuple(_listed(settings))
    if not listed:
        return ()
    names = {queue.id: queue.name for queue in live or ()}
    known = sorted({name_of(queue, names) for queue in policies.queues} | set(names.values()))
    unfit = [each for each in listed if not any(fits(name, (each.glob,)) for name in known)]
    nearest = Nearest(known) if unfit else None
    nameless = live is None and any(not queue.queue.name for queue in policies.queues)
    severity = Severity.INFO if live is None else Severity.WARNING
    where = "in the policies" if live is None else "in the policies or the organization"
    return tuple(
        Finding(
            each.finding,
            severity,
            _by_id(each) if nameless else _none(each, where),
            each.position,
            _tip(each.glob, nearest.find(each.glob) if nearest else ""),
        )
        for each in unfit
    )


def _listed(settings: Settings) -> Iterator[_Listed]:
    """All globs, in the order of the sections."""
    for ignore in settings.ignore:
        for glob in ignore.queues:
            yield _Listed(glob, ignore.position, "settings.ignore-unmatched", "ignored")
    safety, ownership = settings.safety, settings.ownership
    for number, glob in enumerate(safety.protected):
        yield _Listed(glob, _at(safety.places, number), "settings.unmatched", "protected")
    for number, glob in enumerate(ownership.take_over):
        yield _Listed(glob, _at(ownership.places, number), "settings.unmatched", "taken over")
    for scenario in settings.scenarios:
        for assumed in scenario.queues:
            if assumed.queue.name:
                yield _Listed(assumed.queue.name, assumed.position, "settings.unmatched", "assumed")


def _at(places: Sequence[Position], number: int) -> Position | None:
    return places[number] if number < len(places) else None


def _none(listed: _Listed, where: str) -> str:
    return (
        f"no queue {where} has a name that matches {quoted(listed.glob)}, so nothing is {listed.effect} by it"
    )


def _by_id(listed: _Listed) -> str:
    return (
        f"no name in the policies matches {quoted(listed.glob)}, so nothing is {listed.effect} by it, "
        "unless a queue that is named by its id has such a name in the organization"
    )


def _tip(glob: str, near: str) -> str:
    first = f"{meant(glob, near)} Otherwise " if near else ""
    return f"{first}check the spelling: case matters, * matches any text; or remove it"

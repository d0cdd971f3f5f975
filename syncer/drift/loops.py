"""Loops of live from run to run: somebody is notified of one at once, once, and once more when it is gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from syncer.planning.live_loops import LiveLoop


@dataclass(frozen=True, slots=True)
class KnownLoop:
    """A loop that somebody was notified of: where it is, the sorted ids of its ``queues``, and since when.

    ``names`` are its queues in words: ``A → B → A``.
    """

    api: str
    environment: str
    queues: tuple[str, ...]
    names: str
    first_seen: str


@dataclass(frozen=True, slots=True)
class LoopStep:
    """What one run makes of the loops: those ``now``, whether one of them is new, and those that are ``gone``
    in words. ``kept`` are all that the next run has to know."""

    now: tuple[LiveLoop, ...] = ()
    new: bool = False
    gone: tuple[str, ...] = ()
    kept: tuple[KnownLoop, ...] = ()

    @property
    def is_news(self) -> bool:
        """Whether somebody is to be told."""
        return self.new or bool(self.gone)


def next_loops(
    known: Iterable[KnownLoop], now: Sequence[LiveLoop], at: str, api: str, environment: str
) -> LoopStep:
    """Go one run further at one place; ``at`` is RFC 3339. Loops of other places stay as they are."""
    here, elsewhere = dict[tuple[str, ...], KnownLoop](), list[KnownLoop]()
    for each in known:
        if (each.api, each.environment) == (api, environment):
            here[each.queues] = each
        else:
            elsewhere.append(each)
    found = {
        loop.key: here.get(loop.key) or KnownLoop(api, environment, loop.key, names_of(loop), at)
        for loop in now
    }
    return LoopStep(
        now=tuple(now),
        new=bool(found.keys() - here.keys()),
        gone=tuple(each.names for key, each in here.items() if key not in found),
        kept=(*elsewhere, *found.values()),
    )


def names_of(loop: LiveLoop) -> str:
    """``A → B → A``."""
    names = [name for _, name in loop.loop.queues]
    return " → ".join([*names, *names[:1]])

"""The selected part of an audit trail, and a sample of its changes.

The population is the entries of changes that match all filters, whatever their result. The entry of a run is
shown with them where it fits by itself, as a refusal does, or where one of its changes is shown.

Nothing but ids is held in memory: the trail is walked once to count and to draw, and again to be shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Generic, TypeVar

from syncer.audit.filters import Filters, Vocabulary, overrides_in
from syncer.audit.period import moment_of
from syncer.audit.sample import Draw, Sample
from syncer.errors import WrongUsage

Entry = Mapping[str, Any]
Item = TypeVar("Item")
Walk = Callable[[], Iterable[Entry]]
"""Give the entries of a trail again on each call, oldest first."""


@dataclass(frozen=True)
class Again(Generic[Item]):
    """An iterable that can be walked any number of times; each walk makes it again, nothing is kept."""

    make: Callable[[], Iterable[Item]]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.make())


@dataclass(frozen=True)
class Population:
    """The part of a trail that was asked for.

    ``changes`` is the number of changes in it and ``length`` that of entries in the whole trail; ``undated``
    counts entries whose time can't be read, which every period holds. ``sample`` is None where all changes
    are meant. ``warnings`` name what fits nothing.
    """

    walk: Walk
    filters: Filters
    length: int
    changes: int
    sample: Sample | None = None
    undated: int = 0
    warnings: tuple[str, ...] = ()
    _runs: frozenset[str] = field(default_factory=frozenset, repr=False)
    _drawn: frozenset[str] = field(default_factory=frozenset, repr=False)
    _overriding: frozenset[str] = field(default_factory=frozenset, repr=False)
    _places: frozenset[int] | None = field(default=None, repr=False)
    _names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def entries(self) -> Iterator[Entry]:
        """The changes that are meant, and the runs that belong to them; those of kind ``check`` too."""
        for place, entry in enumerate(self.whole()):
            if entry.get("kind") == "change":
                if self._is_meant(place, entry):
                    yield entry
            elif self._shows_run(entry):
                yield entry

    def meant(self) -> Iterator[Entry]:
        """The changes that are meant: those of the sample, else the population."""
        return (entry for entry in self.entries() if entry.get("kind") == "change")

    def runs(self) -> Iterator[Entry]:
        """The entries of the runs that belong to them, and of whatever else is no change."""
        return (entry for entry in self.entries() if entry.get("kind") != "change")

    def undrawn(self) -> "Population":
        """The same without its sample: all that fits the filters."""
        return replace(self, sample=None, _places=None, _drawn=self._runs)

    def whole(self) -> Iterator[Entry]:
        """The whole trail, as long as it was when this was made: a run may write meanwhile."""
        return islice(self.walk(), self.length)

    def _is_meant(self, place: int, entry: Entry) -> bool:
        if self._places is not None:
            return place in self._places
        return _in_population(entry, self.filters, self._overriding)

    def _shows_run(self, entry: Entry) -> bool:
        if not self.filters.hold_any(entry):
            return False
        if str(entry.get("run")) in self._drawn and entry.get("kind") == "run":
            return True
        return self._places is None and self.filters.hold_run(entry, self._names)


def population(
    walk: Walk, filters: Filters, *, sample: int | None = None, seed: int | None = None
) -> Population:
    """Find what of a trail is meant. ``sample`` is how many changes are drawn, with the ``seed``.

    Raises WrongUsage for a value of a filter that nothing in the trail could fit, and for a sample without
    a seed.
    """
    if (sample is None) != (seed is None):
        raise WrongUsage("a sample and its seed belong together", hint="Give both, or neither.")
    overriding = frozenset(_overriding(walk, filters)) if filters.overrides else frozenset[str]()
    draw = None if sample is None or seed is None else Draw(sample, seed)
    survey = _Survey(filters, overriding, draw, Vocabulary(filters))
    for place, entry in enumerate(walk()):
        survey.take(place, entry)
    return survey.result(walk)


@dataclass
class _Survey:
    """What the first walk finds out. ``runs`` are those of the population, ``drawn`` has the run of each
    place that was drawn."""

    filters: Filters
    overriding: frozenset[str]
    draw: Draw | None
    words: Vocabulary
    runs: set[str] = field(default_factory=set)
    drawn: dict[int, str] = field(default_factory=dict)
    length: int = 0
    changes: int = 0
    undated: int = 0

    def take(self, place: int, entry: Entry) -> None:
        """The next entry."""
        self.length += 1
        self.words.learn(entry)
        self.undated += moment_of(entry) is None
        if entry.get("kind") == "change" and _in_population(entry, self.filters, self.overriding):
            self.changes += 1
            self._mean(place, entry)

    def _mean(self, place: int, entry: Entry) -> None:
        run = str(entry.get("run"))
        if not self.filters.hold_all_of_a_run:
            self.runs.add(run)
        if self.draw is None:
            return
        self.draw.show(place, entry)
        self.drawn[place] = run
        if len(self.drawn) > self.draw.size + _SPARE:
            self.drawn = {kept: self.drawn[kept] for kept in self.draw.places}

    def result(self, walk: Walk) -> Population:
        """What is meant; ``walk`` gives the same trail again."""
        places = self.draw.places if self.draw else None
        return Population(
            walk,
            self.filters,
            self.length,
            self.changes,
            self.draw.sample if self.draw else None,
            self.undated,
            self.words.unused() if self.length else (),
            frozenset(self.runs),
            frozenset(self.runs if places is None else (self.drawn[place] for place in places)),
            self.overriding,
            places,
            self.words.queue_names,
        )


_SPARE = 1_000
"""How many changes that a sample has passed over are remembered before they are forgotten together."""


def _in_population(entry: Entry, filters: Filters, overriding: frozenset[str]) -> bool:
    if filters.overrides and str(entry.get("run")) not in overriding:
        return False
    return filters.hold_change(entry)


def _overriding(walk: Walk, filters: Filters) -> Iterator[str]:
    """The runs with one of the overrides: a change doesn't say itself, and its run follows it."""
    for entry in walk():
        if entry.get("kind") == "run" and filters.hold_overrides(overrides_in(entry)):
            yield str(entry.get("run"))

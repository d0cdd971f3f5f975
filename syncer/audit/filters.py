"""What of an audit trail is asked for: filters, and the values that a trail has for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncer.audit.entries import place_of
from syncer.audit.period import Period, moment_of
from syncer.errors import WrongUsage
from syncer.kinds.registry import KINDS
from syncer.model.change import Action
from syncer.model.finding import quoted
from syncer.model.plan import Status
from syncer.model.queue import Nearest, fits
from syncer.net.timing import rfc3339

_RUNS: Final = ("done", "in part", "failed", "refused", "interrupted", "cut off", "lost")
_CHECKS: Final = ("clean", "drift")

KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "status": frozenset({*(status.value for status in Status), *_RUNS, *_CHECKS}),
    "action": frozenset(
        {
            *(f"{action.value.upper()}_{kind.noun}" for action in Action for kind in KINDS),
            "APPLY_RUN",
            "ROLLBACK_RUN",
            "DRIFT_CHECK",
            "NEW_CHAIN",
        }
    ),
    "override": frozenset(
        {"allow-mass-change", "allow-protected", "allow-frozen", "allow-delete", "new-chain"}
    ),
}
"""What a trail may hold, and a good one often doesn't: none of it is an answer, not a mistake."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. Each tuple holds globs, of which one must fit; an empty one fits everything.

    Organizations and queues are ids or names; actions are upper case; overrides have no dashes in front.
    """

    period: Period = field(default_factory=Period)
    environments: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    @property
    def by_option(self) -> Mapping[str, tuple[str, ...]]:
        """The globs, by the name of their option."""
        return {
            "environment": self.environments,
            "organization": self.organizations,
            "queue": self.queues,
            "user": self.users,
            "status": self.statuses,
            "action": self.actions,
            "override": self.overrides,
        }

    def __bool__(self) -> bool:
        return bool(self.period) or any(self.by_option.values())

    @property
    def hold_all_of_a_run(self) -> bool:
        """Whether the entry of a run fits wherever one of its changes does: nothing is asked for in which the
        two differ."""
        return not (self.queues or self.statuses or self.actions or self.overrides)

    def as_json(self) -> dict[str, Any]:
        """The scope as reports have it: what isn't narrowed is empty, or null."""
        since, until = self.period.since, self.period.until
        return {
            "since": rfc3339(since) if since else None,
            "until": rfc3339(until) if until else None,
            **{option: list(globs) for option, globs in self.by_option.items()},
        }

    def hold_any(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry of any kind is within period, environments, organizations and users."""
        return (
            self.period.holds(moment_of(entry))
            and _one_fits(self.environments, environment_in(entry))
            and _one_fits(self.organizations, *organization_in(entry))
            and _one_fits(self.users, user_in(entry))
        )

    def hold_change(self, entry: Mapping[str, Any]) -> bool:
        """Whether a change fits, but for the overrides of its run."""
        return self.hold_any(entry) and self._holds_kind(entry) and _one_fits(self.queues, *queue_in(entry))

    def hold_run(self, entry: Mapping[str, Any], names: Mapping[str, str]) -> bool:
        """Whether the entry of a run (or a check) fits by itself: by the queues that it was to change too,
        whose ``names`` are known by id."""
        meant = [(queue, names.get(queue, queue)) for queue in intended_in(entry)]
        return (
            self.hold_any(entry)
            and self._holds_kind(entry)
            and self.hold_overrides(overrides_in(entry))
            and (not self.queues or any(_one_fits(self.queues, *queue) for queue in meant))
        )

    def hold_overrides(self, overrides: Iterable[str]) -> bool:
        """Whether a run with these overrides fits."""
        return _one_fits(self.overrides, *overrides)

    def _holds_kind(self, entry: Mapping[str, Any]) -> bool:
        return _one_fits(self.statuses, str(entry.get("status"))) and _one_fits(
            self.actions, str(entry.get("action"))
        )


def _one_fits(globs: tuple[str, ...], *values: str) -> bool:
    return not globs or any(fits(value, globs) for value in values)


def environment_in(entry: Mapping[str, Any]) -> str:
    """The environment of an entry; empty where it has none."""
    return str(entry.get("environment") or "")


def organization_in(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Id and name of the organization of an entry."""
    organization = place_of(entry).organization
    return organization.id, organization.name


def user_in(entry: Mapping[str, Any]) -> str:
    """Who ran what an entry tells of."""
    origin = entry.get("origin")
    return str(origin.get("user") or "") if isinstance(origin, Mapping) else ""


def queue_in(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Id and name of the queue of a change."""
    return str(entry.get("queueId") or ""), str(entry.get("queueName") or "")


def overrides_in(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The overrides of a run, without dashes in front."""
    given = entry.get("overrides")
    return tuple(str(each).lstrip("-") for each in given) if isinstance(given, list) else ()


def intended_in(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the queues that a run was to change, as far as its entry says."""
    intended = entry.get("intended")
    queues = intended.get("queues") if isinstance(intended, Mapping) else None
    return tuple(map(str, queues)) if isinstance(queues, list) else ()


_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]]] = {
    "environment": lambda entry: (environment_in(entry),),
    "organization": organization_in,
    "queue": lambda entry: queue_in(entry) if entry.get("kind") == "change" else intended_in(entry),
    "user": lambda entry: (user_in(entry),),
    "status": lambda entry: (str(entry.get("status")),),
    "action": lambda entry: (str(entry.get("action")),),
    "override": overrides_in,
}
"""The values that an entry has for each filter."""


class Vocabulary:
    """What a trail has of the values that ``filters`` ask for. The values of an option are kept until each of
    its globs fits one: only what is misspelt needs the rest."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._unfit = {option: list(globs) for option, globs in filters.by_option.items() if globs}
        self._values: dict[str, set[str]] = {option: set() for option in self._unfit}
        self.queue_names: dict[str, str] = {}
        """The names by id, as the newest entries have them, of the queues whose names are asked for."""

    def learn(self, entry: Mapping[str, Any]) -> None:
        """Take in the values of an entry."""
        for option in [*self._unfit]:
            self._learn(option, _VALUES[option](entry))
        if self._filters.queues and entry.get("kind") == "change":
            id_, name = queue_in(entry)
            if fits(name, self._filters.queues):
                self.queue_names[id_] = name
            else:
                self.queue_names.pop(id_, None)

    def _learn(self, option: str, values: Iterable[str]) -> None:
        known = self._values[option]
        for value in values:
            if value and value not in known:
                known.add(value)
                self._unfit[option] = [glob for glob in self._unfit[option] if not fits(value, (glob,))]
        if not self._unfit[option]:
            del self._unfit[option], self._values[option]

    def unused(self) -> tuple[str, ...]:
        """A warning for each value that fits nothing though it might.

        Raises WrongUsage for one that nothing ever could fit here: it is misspelt, or of another trail.
        """
        warnings = []
        for option, globs in self._unfit.items():
            for glob in globs:
                if not any(fits(value, (glob,)) for value in KNOWN.get(option, ())):
                    raise _misspelt(option, glob, self._values[option] | KNOWN.get(option, frozenset()))
                warnings.append(f"nothing in the audit trail has the {option} {quoted(glob)}")
        return tuple(warnings)


def _misspelt(option: str, glob: str, known: Iterable[str]) -> WrongUsage:
    near = Nearest(sorted(known)).find(glob)
    return WrongUsage(
        f"nothing in the audit trail has the {option} {quoted(glob)}",
        hint=f"{f'Did you mean {quoted(near)}? ' if near else ''}Case matters, and * matches any text.",
    )

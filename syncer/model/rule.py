"""Rules: what all kinds have in common. ``syncer.kinds`` has the list of kinds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from syncer.model.quick_dataclass import quick_dataclass

Value = int | float | bool | str | tuple[str, ...]


@quick_dataclass(frozen=True, slots=True)
class Role:
    """What the rules of a kind are in the network.

    ``moves``: contacts move to the target; else a metric of the target is watched. ``exact``: their share is
    what goes there; else it is the most that it can be. ``noun`` is what the target is to its source
    (``backup queue``), ``arrow`` the word at an arrow to it; both are empty where a percentage says it.
    ``switch``: a rule can be disabled without being removed. ``to_itself``: a rule whose target is its own
    queue leads there; else it leads nowhere, as if there were none.
    """

    moves: bool = True
    exact: bool = True
    noun: str = ""
    arrow: str = ""
    switch: bool = True
    to_itself: bool = True


SHARE = Role()
"""A percentage of the load moves to the target."""

MEASURED = Role(noun="in-queue flow", switch=False)
"""A share of the load that was measured, and that no rule says."""

WATCH = Role(moves=False, switch=False, to_itself=False)
"""A metric of the target is watched; no contact moves."""


class Rule(Protocol):
    """One rule of a queue: a frozen record of its kind, whose targets and groups are ids."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def kind(self) -> str:
        """The name of its kind."""

    @property
    def role(self) -> Role | None:
        """What it is in the network; None for what is no rule in the sense of the field, but a mark."""

    @property
    def key(self) -> str:
        """What tells it from the other rules of its kind in one queue."""

    @property
    def target(self) -> str:
        """The other queue that it names; empty where there is none."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of agents that it names."""

    @property
    def enabled(self) -> bool:
        """Whether it is in force."""

    @property
    def share(self) -> int:
        """Percent of the load that goes to the target, as far as its role moves contacts."""

    @property
    def percent(self) -> int | None:
        """The share as the rule states it, be it above 100; None where it states none."""

    @property
    def delay(self) -> int:
        """Seconds before it comes into play."""

    def values(self) -> dict[str, Value]:
        """What may change without it being another rule."""

    def with_values(self, **values: Any) -> "Rule":
        """The same with other values."""

    def with_ids(self, target: str, groups: tuple[str, ...]) -> "Rule":
        """The same about another queue and other groups, as far as it names some."""

    def subject(self, names: Mapping[str, str]) -> str:
        """Which rule it is, without its values: ``overflow to Tier 2``."""

    def label(self, target_name: str) -> str:
        """What tells it from the others of its queue, for people: ``→ Tier 2``."""

    def which(self, names: Mapping[str, str]) -> str:
        """The same behind the name of one of its fields: ``to Tier 2``."""

    def settings(self, names: Mapping[str, str]) -> str:
        """What it is set to, for people; ``names`` gives the name of a queue or group by its id."""

    def in_words(self, names: Mapping[str, str]) -> str:
        """Subject and settings in one."""


Rules = tuple[Rule, ...]

NO_RULES = "no rules"


def of_kinds(rules: Sequence[Rule], kinds: Collection[str]) -> Rules:
    """The rules of these kinds, in their order."""
    return tuple(rule for rule in rules if rule.kind in kinds)


def in_force(rules: Iterable[Rule]) -> frozenset[str]:
    """The targets to which rules move contacts."""
    moving = (rule for rule in rules if rule.enabled and rule.role and rule.role.moves)
    return frozenset(rule.target for rule in moving if rule.target)


def mean_the_same(left: Sequence[Rule], right: Sequence[Rule]) -> bool:
    """Whether two lists of rules differ in nothing but their order; numbered rules keep theirs."""
    return tuple(left) == tuple(right) or sorted(map(_image, left)) == sorted(map(_image, right))


def _image(rule: Rule) -> tuple[str, str, str]:
    return (rule.kind, rule.key, repr(rule))


def in_words(rules: Sequence[Rule], names: Mapping[str, str]) -> str:
    """Rules on one line, for people; ``names`` gives the name of a queue or group by its id."""
    return ", ".join(rule.in_words(names) for rule in rules) or NO_RULES


@quick_dataclass(frozen=True, slots=True)
class Dialect:
    """Which kinds of rules a live API ``holds``; ``name`` is what people choose and read.

    A mark of the owner it can hold in any case.
    """

    name: str
    holds: frozenset[str]

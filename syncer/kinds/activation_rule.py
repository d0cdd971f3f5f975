"""A rule of conditional group activation, or one of its conditions: fields and record."""

from collections.abc import Mapping
from typing import ClassVar, Final

from syncer.kinds.field import GroupsField, Number, Record, Text, Word
from syncer.kinds.metrics import METRIC_BOUNDS, OPERATORS, WATCHED, figure
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import WATCH, Role, Value

NAME = "conditional_group_activation"

METRIC = Word(
    name="metric",
    required=True,
    words=(*METRIC_BOUNDS, "IdleAgentCount"),
    title="Metric",
    description="The metric that is watched.",
)
OPERATOR = Word(
    name="operator",
    required=True,
    words=(*OPERATORS, "EqualTo", "NotEqualTo"),
    title="Operator",
    description="How the metric compares with the value.",
)
VALUE = Number(
    name="value",
    required=True,
    most=1_000_000_000_000,
    title="Value",
    description="Seconds of estimated wait time (at most 259200), percent of the service level, "
    "or number of idle agents.",
    example=80,
)
EXPRESSION = Text(
    name="expression",
    other_names=("conditionExpression",),
    required=True,
    title="Expression",
    description="Which conditions must hold; C1 is the first in the list.",
    example="C1 and C2",
)
GROUPS = GroupsField(
    name="groups",
    required=True,
    nothing="none",
    title="Groups",
    description="The groups that are active while the rule holds: their exact names, {team: ...}, "
    "{skill_group: ...} or {id: ...}.",
)
CONDITION: Final = (WATCHED, METRIC, OPERATOR, VALUE)
MOST_RULES: Final = 5
MOST_CONDITIONS: Final = 10
MOST_GROUPS: Final = 5


@quick_dataclass(frozen=True, slots=True)
class ActivationRule(Record):
    """A rule (``condition`` 0) or one of its conditions, which count from 1.

    ``place`` 0 is the pilot rule. A rule has an ``expression`` and ``groups`` (ids). In a condition the
    ``metric`` of ``target`` compares by ``operator`` with ``value``; an empty ``target`` is the queue itself.
    """

    kind: ClassVar[str] = NAME
    role: ClassVar[Role] = WATCH
    enabled: ClassVar[bool] = True
    share: ClassVar[int] = 0
    percent: ClassVar[None] = None
    delay: ClassVar[int] = 0

    place: int
    condition: int
    target: str = ""
    metric: str = ""
    operator: str = ""
    value: float = 0.0
    expression: str = ""
    groups: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``pilot``, ``1``, or ``1 C2``."""
        return f"{self.place or 'pilot'}" + (f" C{self.condition}" if self.condition else "")

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule or condition."""
        return {
            "queue": self.target,
            "metric": self.metric,
            "operator": self.operator,
            "value": self.value,
            "expression": self.expression,
            "groups": self.groups,
        }

    def subject(self, _names: Mapping[str, str]) -> str:
        """``group activation``."""
        return "group activation"

    def label(self, target_name: str) -> str:
        """``activation 1 C2 watching Tier 2``."""
        return f"activation {self.key}" + (f" watching {target_name}" if target_name else "")

    def which(self, _names: Mapping[str, str]) -> str:
        """``of activation 1 C2``."""
        return f"of activation {self.key}"

    def settings(self, names: Mapping[str, str]) -> str:
        """``Night when C1 and C2``, or of a condition ``ServiceLevel LessThan 80``."""
        return self._compared("") if self.condition else self._when(names)

    def in_words(self, names: Mapping[str, str]) -> str:
        """``activation 1: Night when C1``, or ``activation 1 C1: ServiceLevel of Tier 2 LessThan 80``."""
        of = f" of {names.get(self.target, self.target)}" if self.target else ""
        return f"activation {self.key}: {self._compared(of) if self.condition else self._when(names)}"

    def _when(self, names: Mapping[str, str]) -> str:
        groups = ", ".join(names.get(group, group) for group in self.groups)
        who = "rules count" if self.place == 0 else groups or "no groups"
        return f"{who} when {self.expression}"

    def _compared(self, of: str) -> str:
        return f"{self.metric}{of} {self.operator} {figure(self.value)}"

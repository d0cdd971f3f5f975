"""Conditional groups: more agents are asked when a metric of a queue trips; no contact moves.

On the wire they are ``conditionalGroupRouting.rules``. A rule without a queue is about its own, as the first
one always is. The Genesys Cloud Platform API shows that id, but refuses it in the first rule.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from syncer.kinds.field import (
    GroupsField,
    Number,
    Record,
    RuleReading,
    Schema,
    Whole,
    Word,
    refusal,
)
from syncer.kinds.kind import Kind, SupportsLookup
from syncer.kinds.metrics import METRIC_BOUNDS, OPERATORS, WATCHED, bounds_schema, figure
from syncer.kinds.together import division_apart
from syncer.kinds.wire import Reader, groups_known, groups_rewritten
from syncer.model.finding import Finding, Position
from syncer.model.json_values import id_in, items, mapping, shown
from syncer.model.policy import PolicyQueue
from syncer.model.queue import LiveQueue
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import WATCH, Role, Value

NAME = "conditional_groups"

_ROUTING = "conditionalGroupRouting"

_METRIC = Word(
    name="metric",
    required=True,
    words=tuple(METRIC_BOUNDS),
    title="Metric",
    description="The metric that is watched.",
)
_OPERATOR = Word(
    name="operator",
    required=True,
    words=OPERATORS,
    title="Operator",
    description="How the metric compares with the value.",
)
_VALUE = Number(
    name="value",
    other_names=("conditionValue",),
    required=True,
    most=max(METRIC_BOUNDS.values()),
    title="Value",
    description="Seconds of estimated wait time (at most 259200), or percent of the service level.",
    example=30,
)
_WAIT = Whole(
    name="wait",
    most=259200,
    unit=" s",
    title="Wait",
    description="Seconds before the rule is evaluated, a whole number.",
    example=60,
)
_GROUPS = GroupsField(
    name="groups",
    required=True,
    nothing="none",
    title="Groups",
    description="The groups that join: their exact names, {team: ...}, {skill_group: ...} or {id: ...}.",
)
_SOME = ("Night Shift", {"team": "Second Level"}, {"skill_group": "Billing Experts"})


@quick_dataclass(frozen=True, slots=True)
class GroupRule(Record):
    """The agents of ``groups`` (ids) join when a metric of ``target`` trips, after ``wait`` seconds.

    ``metric`` compares by ``operator`` with ``value``; ``place`` counts from 1; an empty ``target`` is the
    queue itself.
    """

    kind: ClassVar[str] = NAME
    role: ClassVar[Role] = WATCH
    enabled: ClassVar[bool] = True
    share: ClassVar[int] = 0
    percent: ClassVar[None] = None

    place: int
    target: str
    metric: str
    operator: str
    value: float
    wait: int
    groups: tuple[str, ...]

    @property
    def key(self) -> str:
        """Identifies it among the rules of its kind in one queue."""
        return str(self.place)

    @property
    def delay(self) -> int:
        """Seconds before it is evaluated."""
        return self.wait

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule."""
        return {
            "queue": self.target,
            "metric": self.metric,
            "operator": self.operator,
            "value": self.value,
            "wait": self.wait,
            "groups": self.groups,
        }

    def subject(self, _names: Mapping[str, str]) -> str:
        """``conditional groups``."""
        return "conditional groups"

    def label(self, target_name: str) -> str:
        """``groups 1 watching Tier 2``."""
        return f"groups {self.place}" + (f" watching {target_name}" if target_name else "")

    def which(self, _names: Mapping[str, str]) -> str:
        """``of conditional group 1``."""
        return f"of conditional group {self.place}"

    def settings(self, names: Mapping[str, str]) -> str:
        """``Night when EstimatedWaitTime GreaterThan 30, after 60 s``."""
        return f"{self._named(names) or 'no groups'} when {self._when('')}"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``groups Night when EstimatedWaitTime of Tier 2 GreaterThan 30, after 60 s``."""
        of = f" of {names.get(self.target, self.target)}" if self.target else ""
        return f"groups {self._named(names)} when {self._when(of)}"

    def _named(self, names: Mapping[str, str]) -> str:
        return ", ".join(names.get(group, group) for group in self.groups)

    def _when(self, of: str) -> str:
        return f"{self.metric}{of} {self.operator} {figure(self.value)}, after {self.wait} s"


class ConditionalGroups(Kind[GroupRule]):
    """``conditionalGroupRouting.rules``: at most five per queue, in this order."""

    name = NAME
    record = GroupRule
    fields = (WATCHED, _METRIC, _OPERATOR, _VALUE, _WAIT, _GROUPS)
    numbered = True
    reads_more = True

    noun = "CONDITIONAL_GROUP_RULE"
    plural = "conditional groups"
    all_of_them = "all conditional groups"
    names_in_settings = True
    label_first = True
    image = "groups {key}: "

    dialect = "genesys-cloud"
    not_held = "dialect.conditional-groups"
    otherwise = "remove it, or choose another --dialect"
    wire_field = _ROUTING

    definition = "groupRule"
    policy_definition = "conditionalGroup"
    title = "Conditional group"
    description = (
        "Groups of agents join when a metric reaches its value. The first rule watches the queue itself."
    )
    key_title = "Conditional groups"
    key_description = (
        "Groups of agents that join when a metric reaches its value, in this order. [] means none."
    )
    most = 5
    examples = (
        {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "value": 30, "wait": 60, "groups": _SOME},
    )

    def policy_schema(self) -> Schema:
        """Its definition in the policy schema: the value has the bounds of its metric."""
        return super().policy_schema() | bounds_schema(_METRIC.name, _VALUE.name)

    def of_document(self, document: Mapping[str, Any]) -> GroupRule:
        """The rule in a document: JSON has no tuples, and only one type of numbers."""
        value, groups = float(document["value"]), tuple(document["groups"])
        return super().of_document({**document, "value": value, "groups": groups})

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The rules of conditional group routing in ``raw``.

        A value that is missing or can't be understood reads as empty: "", 0, no groups. Groups are sorted by
        id, each once. A watched queue that is the queue itself reads as "".
        """
        return [_read(place, rule, raw.get("id")) for place, rule in enumerate(_rules(raw), 1)]

    def write(self, written: dict[str, Any], rules: Sequence[GroupRule]) -> None:
        """Replace the rules in ``written`` by ``rules``, in the order of their places.

        Rules and groups keep their unknown fields. From none to none changes nothing.
        """
        if not rules and not _rules(written):
            return
        before = [mapping(rule) for rule in _rules(written)]
        known = groups_known([written.get("memberGroups"), *(rule.get("groups") for rule in before)])
        new = []
        for rule in sorted(rules, key=lambda rule: rule.place):
            kept = before[rule.place - 1] if rule.place <= len(before) else {}
            new.append(_rewritten(kept, rule, known))
        others = {key: value for key, value in mapping(written.get(_ROUTING)).items() if key != "rules"}
        if new or others:
            written[_ROUTING] = others | {"rules": new}
        else:
            written.pop(_ROUTING, None)

    def sendable(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """``raw`` as it may be sent: without its own queue in the first rule."""
        rules = _rules(raw)
        first = mapping(rules[0]) if rules else {}
        if "queue" not in first or id_in(first["queue"]) != raw.get("id"):
            return raw
        bare = {key: value for key, value in first.items() if key != "queue"}
        return {**raw, _ROUTING: {**raw[_ROUTING], "rules": [bare, *rules[1:]]}}

    def entry_key(self, entry: Mapping[str, Any]) -> Hashable | None:
        """Its place, since rules may be alike."""
        return "rule" if "groups" in entry else None

    def groups_in(self, raw: Mapping[str, Any]) -> list[Any]:
        """The groups of each rule."""
        return [mapping(rule).get("groups") for rule in _rules(raw)]

    def refused_offline(self, policy: PolicyQueue, names: Mapping[str, str]) -> Iterator[Finding]:
        """The first rule is about the queue itself, named or not."""
        for first in policy.stated.get(NAME, ())[:1]:
            if first.target and not policy.queue.may_be(first.target, names):
                yield refusal(
                    "dialect.first-rule",
                    f"the first conditional rule of {policy.queue} watches {first.target}",
                    first.position,
                    "the first rule watches the queue itself: omit its 'queue', or put another rule first",
                    str(policy.queue),
                )

    def refused(
        self, queue: LiveQueue, rules: Sequence[tuple[GroupRule, Position | None]], live: SupportsLookup
    ) -> Iterator[Finding]:
        """Groups belong to the queue, and watched queues to its division."""
        for rule, position in rules:
            if rule.target:
                yield from division_apart(queue, live.queue(rule.target), "the watched queue", position)
            for group in rule.groups:
                if group not in queue.members:
                    yield live.not_a_member(group, queue, position)


def _rules(raw: Mapping[str, Any]) -> list[Any]:
    return items(mapping(raw.get(_ROUTING)).get("rules"))


def _read(place: int, rule: Any, own: object) -> RuleReading:
    """A rule of the wire, with the parts that could not be understood."""
    read = Reader()
    if not isinstance(rule, dict):
        read.complain(f"it is {shown(rule)}, not an object")
    said = mapping(rule)
    found = GroupRule(
        place=place,
        target=read.watched(said.get("queue"), own),
        metric=read.text("metric", said.get("metric")),
        operator=read.text("operator", said.get("operator")),
        value=read.number("conditionValue", said.get("conditionValue"), _VALUE),
        wait=read.whole("waitSeconds", said.get("waitSeconds"), _WAIT),
        groups=read.group_ids("groups", said.get("groups")),
    )
    return read.reading(found, f"rule {place}: ")


def _rewritten(
    kept: Mapping[str, Any], rule: GroupRule, known: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """``kept`` updated by ``rule``; groups that stay keep their place."""
    written = dict(kept)
    if not rule.target:
        written.pop("queue", None)
    elif id_in(kept.get("queue")) != rule.target:
        written["queue"] = {"id": rule.target}
    return written | {
        "metric": rule.metric,
        "operator": rule.operator,
        "conditionValue": rule.value,
        "waitSeconds": rule.wait,
        "groups": groups_rewritten(kept.get("groups"), rule.groups, known),
    }

"""Small organizations: raw queues as live has them, policies for them, and the plan between the two."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from syncer.kinds.registry import OVERFLOW_RULES, POLICY_KINDS
from syncer.live.view import WHOLE, View
from syncer.live.wire import write_change
from syncer.model.change import QueueChange
from syncer.model.finding import Position
from syncer.model.plan import Plan
from syncer.model.policy import GroupRef, PolicyFile, PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import SKILL_GROUP, TEAM
from syncer.model.rule import Dialect
from syncer.model.settings import UNKNOWN, Organization
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import AUTO, read_live
from tests.stated import activated, backed_by, condition, groups_when, overflow_to, stated

T = TypeVar("T")

NOW = "2026-03-01T08:30:00.000Z"
API = "https://api.example.com"
FILE = PolicyFile("policies/a.yaml", "0" * 64)
GROUPS = ("Day", "Late", "Night")

MEMBERS: tuple[dict[str, Any], ...] = (
    *({"id": f"group-{name}", "type": "GROUP"} for name in GROUPS),
    {"id": "team-Day", "name": "Day", "type": "TEAM"},
    {"id": "team-Night-1", "name": "Night", "type": "TEAM", "memberCount": 3},
    {"id": "team-Night-2", "name": "Night", "type": "TEAM"},
    {"id": "skill-Day", "name": "Day", "type": "SKILLGROUP"},
    {"id": "skill-Unnamed", "type": "SKILLGROUP"},
    {"id": "club-Day", "name": "Day", "type": "CLUB"},
)
"""Groups of every type as a queue has them: several share a name, one has none, one is of a new type."""

Raw = dict[str, Any]


class Live:
    """A listing that answers with the queues it was given, and the groups ``GROUPS``."""

    api = API

    def __init__(self, raws: Iterable[Raw], usual_dialect: Dialect = OVERFLOW_RULES) -> None:
        self._raws = list(raws)
        self.usual_dialect = usual_dialect
        self.asked_for_groups = 0

    def organization(self) -> Organization:
        return UNKNOWN

    def view(self) -> View:
        return WHOLE

    def list_queues(self, read: Callable[[Raw], T]) -> list[T]:
        return list(map(read, self._raws))

    def list_groups(self, _types: Collection[str]) -> list[Raw]:
        self.asked_for_groups += 1
        return [{"id": f"group-{name}", "name": name, "type": "official"} for name in GROUPS]


def raw(name: str, /, *entries: Any, **fields: Any) -> Raw:
    """A queue on the wire; its id is ``id-<name>``."""
    return {"id": f"id-{name}", "name": name, "_etag": "1", "routingRules": list(entries)} | fields


def overflow(target: str, threshold: int = 25, delay: int = 60, enabled: bool = True, **fields: Any) -> Raw:
    """An overflow rule on the wire, to the queue with the name ``target``."""
    known = {"overflowTarget": f"id-{target}", "threshold": threshold, "overflowDelay": delay}
    return {"type": "overflow", **known, "enabled": enabled} | fields


def backed(name: str, target: str, wait: int = 60, waits_on: bool = False, **fields: Any) -> Raw:
    """A queue on the wire with a backup queue."""
    direct = {"backupQueueId": f"id-{target}", "agentWaitSeconds": wait, "waitForAgent": waits_on}
    return raw(name, directRouting=direct, **fields)


def conditional(*groups: str, queue: str = "", value: float = 30, wait: int = 60, **fields: Any) -> Raw:
    """A rule of conditional group routing on the wire."""
    watched = {"queue": {"id": f"id-{queue}"}} if queue else {}
    when = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": value}
    named = [{"id": f"group-{name}", "type": "GROUP"} for name in groups]
    return {**watched, **when, "waitSeconds": wait, "groups": named} | fields


def routed(name: str, *rules: Raw, members: Sequence[str] = GROUPS, **fields: Any) -> Raw:
    """A queue on the wire with rules of conditional group routing."""
    own = [{"id": f"group-{group}", "type": "GROUP"} for group in members]
    routing = {"conditionalGroupRouting": {"rules": list(rules)}, "memberGroups": own}
    return raw(name, **(routing | fields))


def backup(target: str, wait: int | None = None, waits_on: bool = False) -> PolicyRule:
    """A backup queue of a policy."""
    return backed_by(QueueRef(target), wait, waits_on)


def groups(*names: str, queue: str = "", value: float = 30, wait: int = 60) -> PolicyRule:
    """A rule of conditional groups of a policy."""
    named = tuple(GroupRef(name) for name in names)
    watched = QueueRef(queue) if queue else None
    return groups_when("EstimatedWaitTime", "GreaterThan", float(value), wait, named, watched)


def rule(target: str, threshold: int = 25, delay: int = 60, enabled: bool = True) -> PolicyRule:
    """A rule of a policy."""
    return overflow_to(QueueRef(target), threshold, delay, enabled)


def policy(
    name: str,
    *rules: PolicyRule,
    backup: PolicyRule | None = None,
    groups: Sequence[PolicyRule] = (),
    kinds: Iterable[str] | None = None,
    **values: Any,
) -> PolicyQueue:
    """A queue of a policy with capacity for everything.

    It states ``kinds``, else those that it has rules of, and overflow where it has none at all.
    """
    every = (*rules, backup, *groups)
    none = kinds is None and not any(every)
    said = stated(*every, kinds=["overflow"] if none else kinds)
    known: dict[str, Any] = {"capacity": 1000.0}
    return PolicyQueue(QueueRef(name), stated=said, **(known | values))


_COLUMNS = {"overflow": 7, "backup": 5, "conditional_groups": 9, "conditional_group_activation": 11}


def policies(*queues: PolicyQueue) -> PolicySet:
    """A set of policies, each queue and rule on a line of its own."""
    line = 0
    placed = []
    for queue in queues:
        line += 1
        at, rules = Position(FILE.path, line, 3), []
        for each in queue.rules:
            line += 1
            rules.append(replace(each, position=Position(FILE.path, line, _COLUMNS[each.rule.kind])))
        placed.append(replace(queue, stated=stated(*rules, kinds=queue.stated), position=at))
    return PolicySet(tuple(placed), (FILE,))


def crossed(half: int, size: int = 0) -> tuple[PolicySet, list[Raw]]:
    """``half`` queues above one that stays as it is, and as many below it; the rules of all these change.

    Each below led to each above until now, through another one: so each above waits for each below, and no
    fewer pairs of queues say the same. Queues without rules make it ``size`` in all.
    """
    above, below = ([f"{side}{number}" for number in range(half)] for side in ("A", "B"))
    idle = [f"Z{number}" for number in range(size - 2 * half - 3)]
    through = [rule(name, 0) for name in below]
    wanted = policies(
        *(policy(name, rule("Middle")) for name in above),
        policy("Middle", *through),
        *(policy(name, rule("End", 1)) for name in below),
        *(policy(name) for name in ("End", *idle)),
        policy("Back", *(rule(name, 0) for name in above)),
    )
    live = [
        *(raw(name) for name in above),
        raw("Middle", *(overflow(name, 0) for name in below)),
        *(raw(name, overflow("Back", 0)) for name in below),
        raw("Back", *(overflow(name, 0) for name in above)),
        *(raw(name) for name in ("End", *idle)),
    ]
    return wanted, live


def inputs_over(wanted: PolicySet, raws: Iterable[Raw], dialect: str = AUTO, **inputs: Any) -> Inputs:
    """What a plan for ``wanted`` over what live lists is made of."""
    live = read_live(Live(raws), wanted, dialect)
    seen: dict[str, Any] = {"dialect": live.dialect, "groups": live.groups, "files": wanted.files}
    return Inputs(wanted, live.queues, live.api, live.lock, **(seen | inputs))


def planned(
    wanted: PolicySet, raws: Iterable[Raw], created_at: str = NOW, dialect: str = AUTO, **inputs: Any
) -> Plan:
    """The plan for ``wanted`` over what live lists."""
    return build_plan(inputs_over(wanted, raws, dialect, **inputs), created_at)


def applied(plan: Plan, raws: Sequence[Raw]) -> list[Raw]:
    """The queues of live after every change of ``plan`` was written."""
    changes = {change.queue: change for change in plan.changes}
    return [write_change(each, changes[each["id"]]) if each["id"] in changes else each for each in raws]


def recorded(change: QueueChange) -> QueueChange:
    """A change as a journal has it: without what stands in a plan alone."""
    rules = tuple(replace(rule, position=None, contacts=None) for rule in change.rules)
    return replace(change, rules=rules, waits_for=())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)
FOREIGN = st.sampled_from([None, "text", 0.5, ["a", {"b": None}], {"deep": {"er": [1]}}])
NAMES = [f"Q{number}" for number in range(6)]
_THRESHOLDS = st.integers(0, 100) | st.sampled_from([None, 25.0, "25", -1, 101, 10**30, True])
_DELAYS = st.integers(0, 3600) | st.sampled_from([None, 60.0, "60", -1, 3601])
_ENABLED = st.booleans() | st.sampled_from([None, "true", 1])
_TARGETS = st.sampled_from([*(f"id-{name}" for name in NAMES), "gone", "", None, 7])


@st.composite
def _overflow_entries(draw: st.DrawFn) -> Raw:
    known = {
        "overflowTarget": draw(_TARGETS),
        "threshold": draw(_THRESHOLDS),
        "overflowDelay": draw(_DELAYS),
        "enabled": draw(_ENABLED),
    }
    said = {key: value for key, value in known.items() if value is not None}
    return {"type": "overflow", "note": draw(FOREIGN), **said}


_OTHER_ENTRIES = st.fixed_dictionaries({"operator": st.just("MEETS_THRESHOLD"), "threshold": st.just(9)})


@st.composite
def _raws(draw: st.DrawFn, name: str) -> Raw:
    entries = draw(st.lists(_overflow_entries() | _OTHER_ENTRIES | FOREIGN, max_size=4))
    return raw(name, *entries, members=draw(FOREIGN), field=draw(FOREIGN))


@st.composite
def _policies_of(draw: st.DrawFn, name: str) -> PolicyQueue:
    others = [other for other in NAMES if other != name]
    targets = draw(st.lists(st.sampled_from(others), unique=True, max_size=3))
    rules = [
        rule(target, draw(st.integers(0, 100)), draw(st.integers(0, 3600)), draw(st.booleans()))
        for target in targets
    ]
    lists_rules = bool(rules) or draw(st.booleans())
    kinds = ["overflow"] if lists_rules else []
    return policy(name, *rules, managed=draw(st.booleans()), kinds=kinds)


@st.composite
def organizations(draw: st.DrawFn) -> tuple[PolicySet, list[Raw]]:
    """Policies for some queues of an organization that other programs and other people write to as well."""
    described = draw(st.lists(st.sampled_from(NAMES), unique=True))
    queues = [draw(_policies_of(name)) for name in described]
    return policies(*queues), [draw(_raws(name)) for name in NAMES]


def _conditions() -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(
        {
            "metric": st.sampled_from(["EstimatedWaitTime", "ServiceLevel"]),
            "operator": st.sampled_from(["GreaterThan", "LessThanOrEqualTo"]),
            "value": st.integers(0, 99).map(float) | st.floats(0, 99),
            "wait": st.integers(0, 259200),
        }
    )


@st.composite
def _wire_conditions(draw: st.DrawFn) -> Raw:
    made = draw(_conditions())
    asked = [
        {"id": member["id"], "type": member["type"]}
        for member in draw(st.lists(st.sampled_from(MEMBERS), max_size=3))
    ]
    return conditional(groups=asked, note=draw(FOREIGN)) | {
        "metric": made["metric"],
        "operator": made["operator"],
        "conditionValue": draw(st.just(made["value"]) | st.sampled_from(["9", None, True])),
        "waitSeconds": draw(st.just(made["wait"]) | st.sampled_from(["9", None, 1.5])),
        "queue": draw(st.none() | FOREIGN | st.sampled_from(NAMES).map(lambda name: {"id": f"id-{name}"})),
    }


def _metrics() -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(
        {
            "metric": st.sampled_from(["EstimatedWaitTime", "ServiceLevel", "IdleAgentCount"]),
            "operator": st.sampled_from(["GreaterThan", "EqualTo"]),
            "value": st.integers(0, 99).map(float) | st.floats(0, 99),
        }
    )


@st.composite
def _wire_metrics(draw: st.DrawFn) -> Raw:
    """A condition of activation on the wire."""
    made = draw(_metrics())
    watched = st.none() | FOREIGN | st.sampled_from(NAMES).map(lambda name: {"id": f"id-{name}"})
    return {
        "simpleMetric": {"metric": made["metric"], "queue": draw(watched), "note": draw(FOREIGN)},
        "operator": made["operator"],
        "value": draw(st.just(made["value"]) | st.sampled_from(["9", None, True])),
    }


@st.composite
def _wire_activation(draw: st.DrawFn) -> Raw:
    """A rule of activation on the wire."""
    asked = [
        {"id": member["id"], "type": member["type"]}
        for member in draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=3))
    ]
    return {
        "conditions": draw(st.lists(_wire_metrics() | FOREIGN, min_size=1, max_size=3)),
        "conditionExpression": draw(st.sampled_from(["C1", "C1 and C2", "C9", None])),
        "groups": asked,
        "note": draw(FOREIGN),
    }


_FEW_MEMBERS: st.SearchStrategy[list[Raw]] = st.just([]) | st.lists(st.sampled_from(MEMBERS), max_size=2)
_NAMED_GROUPS = st.lists(
    st.sampled_from(
        [
            *map(GroupRef, GROUPS),
            GroupRef("Day", type=TEAM),
            GroupRef("Day", type=SKILL_GROUP),
            *(GroupRef(id=member["id"]) for member in MEMBERS),
        ]
    ),
    min_size=1,
    unique=True,
)
_DIRECT = FOREIGN | st.fixed_dictionaries(
    {"callMediaSettings": FOREIGN},
    optional={
        "backupQueueId": _TARGETS,
        "agentWaitSeconds": st.integers(60, 864000) | st.sampled_from([None, 10, 59, "60", 10**30]),
        "waitForAgent": st.booleans() | st.sampled_from([None, "no"]),
    },
)
_ROUTING = FOREIGN | st.fixed_dictionaries(
    {"rules": FOREIGN | st.lists(_wire_conditions() | FOREIGN, max_size=5), "note": FOREIGN}
)

_ACTIVATION = FOREIGN | st.fixed_dictionaries(
    {"rules": FOREIGN | st.lists(_wire_activation() | FOREIGN, max_size=3), "note": FOREIGN},
    optional={"pilotRule": _wire_activation() | FOREIGN},
)


@st.composite
def _mixed_raws(draw: st.DrawFn, name: str) -> Raw:
    few = draw(_FEW_MEMBERS)
    fields = {
        "directRouting": draw(_DIRECT),
        "conditionalGroupRouting": draw(_ROUTING),
        "conditionalGroupActivation": draw(_ACTIVATION),
        "memberGroups": [member for member in MEMBERS if member not in few],
    }
    return draw(_raws(name)) | {key: value for key, value in fields.items() if draw(st.booleans())}


@st.composite
def _activations(draw: st.DrawFn, others: Sequence[str]) -> list[PolicyRule]:
    """The rules of activation of a policy, which watches ``others``."""
    watched = st.none() | st.sampled_from(others).map(QueueRef)
    parts: list[PolicyRule] = []
    for place in range(draw(st.integers(0, 1)), draw(st.integers(1, 4))):
        made = draw(st.lists(_metrics(), min_size=1, max_size=3))
        conditions = [condition(**each, target=draw(watched)) for each in made]
        expression = " or ".join(f"C{number}" for number in range(1, len(made) + 1))
        named = tuple(draw(_NAMED_GROUPS)) if place else ()
        parts += activated(place, conditions, expression, named[:5])
    return parts


@st.composite
def _mixed_policies(draw: st.DrawFn, name: str) -> PolicyQueue:
    others = [other for other in NAMES if other != name]
    rules = []
    for place in range(draw(st.integers(0, 5))):
        named = draw(_NAMED_GROUPS)
        watched = QueueRef(draw(st.sampled_from(others))) if place and draw(st.booleans()) else None
        rules.append(groups_when(**draw(_conditions()), groups=tuple(named), target=watched))
    wait = draw(st.none() | st.integers(60, 864000))
    behind = backup(draw(st.sampled_from(others)), wait, draw(st.booleans()))
    plain = draw(_policies_of(name))
    every = (*plain.rules, draw(st.none() | st.just(behind)), *rules, *draw(_activations(others)))
    kinds = draw(st.frozensets(st.sampled_from(POLICY_KINDS)))
    return replace(plain, stated=stated(*every, kinds=kinds))


@st.composite
def mixed_organizations(draw: st.DrawFn) -> tuple[PolicySet, list[Raw]]:
    """The same with rules of every kind, on both sides, and a policy that speaks of any of the kinds."""
    described = draw(st.lists(st.sampled_from(NAMES), unique=True))
    queues = [draw(_mixed_policies(name)) for name in described]
    return policies(*queues), [draw(_mixed_raws(name)) for name in NAMES]


def shuffled(raws: Sequence[Raw], seed: int) -> list[Raw]:
    """The same queues as another listing may have them."""
    mixed = list(raws)
    random.Random(seed).shuffle(mixed)
    return mixed


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    """The paths of everything in a JSON value that holds nothing itself."""
    items: Iterable[tuple[Any, Any]]
    if isinstance(value, Mapping) and value:
        items = value.items()
    elif isinstance(value, list) and value:
        items = enumerate(value)
    else:
        yield path
        return
    for key, item in items:
        yield from leaves(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of a JSON value with ``new`` at ``path``."""
    if not path:
        return new
    key, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[key] = replaced(value[key], tuple(rest), new)
    return copy

"""Small organisations: raw queues as live has them, policies for them, and the plan between the two."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from syncer.live.wire import write_rules
from syncer.model.finding import Position
from syncer.model.plan import Plan
from syncer.model.policy import PolicyFile, PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import read_live

NOW = "2026-03-01T08:30:00.000Z"
API = "https://api.example.com"
FILE = PolicyFile("policies/a.yaml", "0" * 64)

Raw = dict[str, Any]


class Live:
    """A listing that answers with the queues it was given."""

    def __init__(self, raws: Iterable[Raw]) -> None:
        self._raws = list(raws)

    def list_queues(self) -> list[Raw]:
        return list(self._raws)


def raw(name: str, /, *entries: Any, **fields: Any) -> Raw:
    """A queue on the wire; its id is ``id-<name>``."""
    return {"id": f"id-{name}", "name": name, "_etag": "1", "routingRules": list(entries)} | fields


def overflow(target: str, threshold: int = 25, delay: int = 60, enabled: bool = True, **fields: Any) -> Raw:
    """An overflow rule on the wire, to the queue with the name ``target``."""
    known = {"overflowTarget": f"id-{target}", "threshold": threshold, "overflowDelay": delay}
    return {"type": "overflow", **known, "enabled": enabled} | fields


def rule(target: str, threshold: int = 25, delay: int = 60, enabled: bool = True) -> PolicyRule:
    """A rule of a policy."""
    return PolicyRule(QueueRef(target), threshold, delay, enabled)


def policy(name: str, *rules: PolicyRule, **values: Any) -> PolicyQueue:
    """A queue of a policy with capacity for everything."""
    return PolicyQueue(QueueRef(name), rules=rules, **({"capacity": 1000.0} | values))


def policies(*queues: PolicyQueue) -> PolicySet:
    """A set of policies, each queue and rule on a line of its own."""
    line = 0
    placed = []
    for queue in queues:
        line += 1
        at = Position(FILE.path, line, 3)
        rules = []
        for each in queue.rules:
            line += 1
            rules.append(replace(each, position=Position(FILE.path, line, 7)))
        placed.append(replace(queue, rules=tuple(rules), position=at))
    return PolicySet(tuple(placed), (FILE,))


def planned(wanted: PolicySet, raws: Iterable[Raw], created_at: str = NOW, **inputs: Any) -> Plan:
    """The plan for ``wanted`` over what live lists."""
    live, lock = read_live(Live(raws))
    return build_plan(Inputs(wanted, live, API, lock, files=wanted.files, **inputs), created_at)


def applied(plan: Plan, raws: Sequence[Raw]) -> list[Raw]:
    """The queues of live after every change of ``plan`` was written."""
    after = {change.queue: change.after for change in plan.changes}
    return [write_rules(each, after[each["id"]]) if each["id"] in after else each for each in raws]


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
    return policy(name, *rules, managed=draw(st.booleans()), lists_rules=bool(rules) or draw(st.booleans()))


@st.composite
def organisations(draw: st.DrawFn) -> tuple[PolicySet, list[Raw]]:
    """Policies for some queues of an organisation that other programs and other people write to as well."""
    described = draw(st.lists(st.sampled_from(NAMES), unique=True))
    queues = [draw(_policies_of(name)) for name in described]
    return policies(*queues), [draw(_raws(name)) for name in NAMES]


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

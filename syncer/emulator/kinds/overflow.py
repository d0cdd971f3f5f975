"""Overflow: the entries of ``routingRules`` whose type it is. Other entries stay as they are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.documents import OWNED, Document, made_up_id
from syncer.emulator.faults import Dice
from syncer.emulator.kinds.kind import Kind, Known, Spot, Way, is_whole

FIELD = "routingRules"

PREFERRED = ("operator", "threshold", "waitSeconds")
"""The fields of a preferred-agent rule, which is all that the vendor's model has."""

BOUNDS = {"threshold": 100, "overflowDelay": 3600}
"""The most that a field may be; the least is 0."""


def is_overflow(rule: Any) -> bool:
    """Whether an entry of ``routingRules`` is an overflow rule."""
    return isinstance(rule, dict) and rule.get("type") == "overflow"


def overflow_rules(queue: Mapping[str, Any]) -> list[Document]:
    """The overflow rules of a queue, in their order."""
    return [rule for rule in _entries(queue) if is_overflow(rule)]


def enabled_targets(queue: Mapping[str, Any]) -> list[str]:
    """The ids that the enabled overflow rules of a queue point to, each once."""
    targets = (rule.get("overflowTarget") for rule in overflow_rules(queue) if rule.get("enabled") is True)
    return list(dict.fromkeys(target for target in targets if isinstance(target, str)))


def ways(queue: Mapping[str, Any]) -> list[Way]:
    """What the enabled overflow rules of a queue move, by their delays."""
    enabled = [rule for rule in overflow_rules(queue) if rule.get("enabled") is True]
    return [
        (str(rule.get("overflowTarget")), min(max(_number(rule.get("threshold")), 0), 100) / 100)
        for rule in sorted(enabled, key=lambda rule: _number(rule.get("overflowDelay")))
    ]


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def with_rule_ids(queue: Document) -> Document:
    """The same queue; each overflow rule without an id gets one, which it keeps."""
    rules = queue.get(FIELD)
    if not isinstance(rules, list):
        return queue
    named = [_with_id(rule, queue["id"], place) for place, rule in enumerate(rules)]
    return {**queue, FIELD: named}


def _with_id(rule: Any, queue_id: str, place: int) -> Any:
    if not is_overflow(rule) or rule.get("id"):
        return rule
    return {"id": str(uuid5(NAMESPACE_URL, f"{queue_id}/{place}/{rule.get('overflowTarget')}")), **rule}


def faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """What is wrong with the entries that are objects of this type, or are no objects at all."""
    rules = queue.get(FIELD)
    if rules is not None and not isinstance(rules, list):
        return [f"{FIELD}: has to be a list"]
    wrong = []
    for place, rule in enumerate(rules or ()):
        where = f"{FIELD}[{place}]"
        if not isinstance(rule, dict):
            wrong.append(f"{where}: has to be an object")
        elif is_overflow(rule):
            wrong += [f"{where}.{text}" for text in _faults_of(rule, queue.get("id"), known)]
    return wrong


def _faults_of(rule: Document, own: Any, known: Known) -> Iterator[str]:
    target = rule.get("overflowTarget")
    if not isinstance(target, str) or not target:
        yield "overflowTarget: is required"
    elif target == own:
        yield "overflowTarget: is the queue itself"
    elif not known.queue(target):
        yield "overflowTarget: there is no such queue"
    for field, most in BOUNDS.items():
        if not is_whole(rule.get(field), 0, most, otherwise=0):
            yield f"{field}: has to be a whole number from 0 to {most}"
    if not isinstance(rule.get("enabled"), bool | None):
        yield "enabled: has to be true or false"


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """What a write changed, for the history: the overflow rules before and after, and whether anything else.

    What the server owns doesn't count.
    """
    return {
        "rulesBefore": overflow_rules(old),
        "rulesAfter": overflow_rules(new),
        "othersChanged": _others(old) != _others(new),
    }


def _others(queue: Mapping[str, Any]) -> Document:
    rest = {key: value for key, value in queue.items() if key not in (*OWNED, FIELD)}
    return {**rest, "otherEntries": [entry for entry in _entries(queue) if not is_overflow(entry)]}


def with_other_rules(queue: Document, ids: Sequence[str], dice: Dice) -> Document:
    """Another threshold for one of the rules, or one more rule to a queue that is no target yet."""
    rules = overflow_rules(queue)
    taken = {queue["id"], *(rule.get("overflowTarget") for rule in rules)}
    free = [queue_id for queue_id in ids if queue_id not in taken]
    if rules and (not free or dice.roll("change or add") < 0.5):
        changed = rules[dice.pick("rule", len(rules))]
        old = changed.get("threshold", 0)
        # One step to a hundred steps round the circle of 0 to 100: never the same figure again.
        changed["threshold"] = ((old if isinstance(old, int) else 0) + 1 + dice.pick("threshold", 100)) % 101
        return queue
    return {**queue, FIELD: [*_entries(queue), *_new(free, dice)]}


def _new(free: Sequence[str], dice: Dice) -> list[Document]:
    if not free:
        return []
    target = free[dice.pick("target", len(free))]
    return [
        {
            "id": str(uuid5(NAMESPACE_URL, f"rival/{dice.seed}/{dice.request}")),
            "type": "overflow",
            "overflowTarget": target,
            "threshold": 1 + dice.pick("threshold", 20),
            "overflowDelay": 10 * dice.pick("delay", 30),
            "enabled": True,
        }
    ]


def example(spot: Spot) -> Document:
    """A preferred-agent entry for some queues, and overflow to the next steps of the same team."""
    found: list[Document] = []
    if spot.place % 3 == 0:
        found.append({"operator": "MEETS_THRESHOLD", "threshold": 9, "waitSeconds": 30.0})
    for steps in (1, 2) if spot.place % 4 == 0 else (1,):
        target = spot.ahead(steps)
        if target is not None:
            found.append(_example_rule(spot.place, steps, target))
    return {FIELD: found}


def _example_rule(place: int, steps: int, target: str) -> Document:
    return {
        "id": made_up_id(f"rule/{place}/{steps}"),
        "type": "overflow",
        "overflowTarget": target,
        "threshold": 10 + place % 4 * 5 if steps == 1 else 5,
        "overflowDelay": 60 * steps + place % 3 * 30,
        "enabled": place % 9 != 8,
    }


def _entries(queue: Mapping[str, Any]) -> list[Any]:
    rules = queue.get(FIELD)
    return rules if isinstance(rules, list) else []


def without_overflow(queue: Document) -> Document:
    """A queue with the other entries alone."""
    if not isinstance(queue.get(FIELD), list):
        return queue
    return {**queue, FIELD: [entry for entry in queue[FIELD] if not is_overflow(entry)]}


def without(queue: Document) -> Document:
    """A queue of a server that knows preferred-agent rules alone: of each entry the fields of these."""
    if not isinstance(queue.get(FIELD), list):
        return queue
    entries = [
        {name: value for name, value in entry.items() if name in PREFERRED}
        if isinstance(entry, dict)
        else entry
        for entry in queue[FIELD]
    ]
    return {**queue, FIELD: entries}


KIND = Kind(
    FIELD,
    faults,
    with_ids=with_rule_ids,
    targets=enabled_targets,
    ways=ways,
    example=example,
    dialect="overflow-rules",
    without=without,
)

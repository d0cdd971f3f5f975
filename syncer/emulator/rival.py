"""Somebody else who edits the same queues."""

from contextlib import suppress
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.documents import Document, overflow_rules
from syncer.emulator.faults import Dice
from syncer.emulator.store import LoopError, Row, Store, Write


def rival_edit(store: Store, queue_id: str, dice: Dice, *, now: str, correlation_id: str) -> bool:
    """Edit a queue as ``dice`` decide: an overflow rule, or a field that is none; never into a loop.

    Returns whether there was a queue to edit. ``now`` is the time as the API writes it.
    """

    def other_field(row: Row) -> Document:
        text = f"Edited by somebody else before request {dice.request}"
        return {**row.document, "description": text, "dateModified": now}

    def rule(row: Row) -> Document:
        return {**_with_other_rules(row.document, store.ids(), dice), "dateModified": now}

    if not store.has(queue_id):
        return False
    write = Write("edit", "rival", correlation_id)
    if dice.roll("a rule or another field") < 0.5:
        with suppress(LoopError):
            store.rewrite(queue_id, rule, write, may_loop=False)
            return True
    store.rewrite(queue_id, other_field, write)
    return True


def _with_other_rules(document: Document, ids: list[str], dice: Dice) -> Document:
    """Another threshold for one of the rules, or one more rule to a queue that is no target yet."""
    rules = overflow_rules(document)
    taken = {document["id"], *(rule.get("overflowTarget") for rule in rules)}
    free = [queue_id for queue_id in ids if queue_id not in taken]
    if rules and (not free or dice.roll("change or add") < 0.5):
        changed = rules[dice.pick("rule", len(rules))]
        old = changed.get("threshold", 0)
        # One step to a hundred steps round the circle of 0 to 100: never the same figure again.
        changed["threshold"] = ((old if isinstance(old, int) else 0) + 1 + dice.pick("threshold", 100)) % 101
        return document
    entries = document.get("routingRules")
    return {**document, "routingRules": [*(entries if isinstance(entries, list) else []), *_new(free, dice)]}


def _new(free: list[str], dice: Dice) -> list[Document]:
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

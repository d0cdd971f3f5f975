"""What a queue has to satisfy before a write is accepted."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from syncer.emulator.documents import Document, is_overflow
from syncer.emulator.grouprules import Known, group_faults, is_whole
from syncer.emulator.wire import bad_request

BOUNDS = {"threshold": 100, "overflowDelay": 3600}


def check_write(document: Mapping[str, Any], known: Known) -> None:
    """Raise :class:`~syncer.emulator.wire.AnswerError` 400 with one detail for each thing that is wrong."""
    name = document.get("name")
    wrong = [] if isinstance(name, str) and name.strip() else ["name: is required and must not be empty"]
    rules = document.get("routingRules")
    if rules is not None and not isinstance(rules, list):
        wrong.append("routingRules: has to be a list")
    for place, rule in enumerate(rules if isinstance(rules, list) else ()):
        where = f"routingRules[{place}]"
        if not isinstance(rule, dict):
            wrong.append(f"{where}: has to be an object")
        elif is_overflow(rule):
            wrong += [f"{where}.{text}" for text in _faults_of(rule, document.get("id"), known.queue)]
    wrong += group_faults(document, known)
    if wrong:
        raise bad_request("The queue is not valid: " + "; ".join(wrong), *wrong)


def _faults_of(rule: Document, own: Any, exists: Callable[[str], bool]) -> Iterator[str]:
    target = rule.get("overflowTarget")
    if not isinstance(target, str) or not target:
        yield "overflowTarget: is required"
    elif target == own:
        yield "overflowTarget: is the queue itself"
    elif not exists(target):
        yield "overflowTarget: there is no such queue"
    for field, most in BOUNDS.items():
        if not is_whole(rule.get(field), 0, most, otherwise=0):
            yield f"{field}: has to be a whole number from 0 to {most}"
    if not isinstance(rule.get("enabled"), bool | None):
        yield "enabled: has to be true or false"

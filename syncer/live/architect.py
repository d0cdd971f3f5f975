"""The configuration of an Architect flow, as far as it shows where waiting contacts go.

The vendor documents no types for it: what is read here is known from other programs that read it, and unknown
parts are ignored. A flow is a list of tasks and menus with actions; one of the type
``TransferPureMatchAction`` is *Transfer to ACD*::

    {"__type": "TransferPureMatchAction", "queues": [{"config": {"lit": {"val": "<queue id>"}}}]}

A target without ``lit`` is computed while a contact waits, so it is not known in advance.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, starmap
from typing import Any, Final

from syncer.model.json_values import items, mapping

TRANSFER: Final = "TransferPureMatchAction"

_GOES_ON: Final = re.compile(r"(Transfer\w*Flow|CommonModule)", re.IGNORECASE)
"""The types of actions that continue in another flow, or run a common module."""

_MAY_TRANSFER: Final = re.compile(r"Transfer|Acd", re.IGNORECASE)
"""Unknown types of actions that may be another form of Transfer to ACD."""

_NAMES_FLOW: Final = re.compile(r"flow|module", re.IGNORECASE)
_OF_FLOW: Final = re.compile(r"version|type|name", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sends:
    """Where a flow sends contacts: the ids of ``queues``, and of the ``flows`` and common modules that it
    continues in.

    ``computed``: it transfers to a target that no configuration shows. ``maybe`` are the ids of queues that
    it refers to, without proof that it transfers there.
    """

    queues: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    computed: bool = False
    maybe: tuple[str, ...] = ()


def sends_of(configuration: Mapping[str, Any]) -> Sends:
    """Read a configuration. A transfer that can't be read counts as computed."""
    queues: dict[str, None] = {}
    flows: dict[str, None] = {}
    maybe: dict[str, None] = {}
    computed = not isinstance(configuration.get("flowSequenceItemList"), list)
    for action in _actions(configuration.get("flowSequenceItemList")):
        type_ = str(action["__type"])
        if type_ == TRANSFER:
            targets = [_literal(queue) for queue in items(action.get("queues"))]
            queues |= dict.fromkeys(filter(None, targets))
            computed |= "" in targets or not targets
        elif _GOES_ON.search(type_):
            named = list(filter(None, starmap(_flow_named, action.items())))
            flows |= dict.fromkeys(named)
            computed |= not named
        elif _MAY_TRANSFER.search(type_):
            maybe |= dict.fromkeys(chain.from_iterable(starmap(_queues_named, action.items())))
    unproven = tuple(queue for queue in maybe if queue not in queues)
    return Sends(tuple(queues), tuple(flows), computed, unproven)


def _actions(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects with a type, however deep they are."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Mapping):
            if "__type" in found:
                yield found
            waiting.extend(reversed(list(found.values())))
        elif isinstance(found, list):
            waiting.extend(reversed(found))


def _flow_named(name: str, value: Any) -> str:
    """The id of the flow or module that a part of an action names, if it does."""
    if not _NAMES_FLOW.search(name) or _OF_FLOW.search(name):
        return ""
    return value if isinstance(value, str) and name.endswith("Id") else _literal(value)


def _queues_named(name: str, value: Any) -> tuple[str, ...]:
    """The ids of the queues that a part of an action names."""
    if "queue" not in name.lower():
        return ()
    return tuple(filter(None, map(_literal, items(value) or [value])))


def _literal(value: Any) -> str:
    """The id that a value of an action is; empty where it is computed."""
    literal = mapping(mapping(mapping(value).get("config")).get("lit")).get("val")
    return literal if isinstance(literal, str) else ""

"""Which groups of agents a queue's JSON tells of: its members, and those of its rules.

A group of the wire has an id and a type (GROUP, TEAM or SKILLGROUP), often a name too.
"""

from collections.abc import Mapping
from typing import Any

from syncer.kinds.registry import KINDS
from syncer.model.group import GROUP, Group
from syncer.model.json_shapes import id_in, items


def read_groups_told(raw: Mapping[str, Any]) -> tuple[Group, ...]:
    """All groups that ``raw`` tells of, each once, as it is a member before as a rule has it."""
    lists = [raw.get("memberGroups"), *(groups for kind in KINDS for groups in kind.groups_in(raw))]
    told: dict[str, Group] = {}
    for entry in (entry for groups in lists for entry in items(groups)):
        if id_ := id_in(entry):
            told.setdefault(id_, Group(id_, _text(entry, "name", ""), _text(entry, "type", GROUP)))
    return tuple(told.values())


def read_members(raw: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the groups that are members of the queue ``raw``."""
    return frozenset(id_ for entry in items(raw.get("memberGroups")) if (id_ := id_in(entry)))


def _text(entry: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) and value else otherwise

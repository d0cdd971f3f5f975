"""The groups that are members of a queue: ``memberGroups``. Rules of conditional groups name some of them."""

from collections.abc import Mapping
from typing import Any

from syncer.emulator.documents import Document, made_up_id
from syncer.emulator.kinds.kind import Check, IfThere, Kind, Known, Spot, each_object

FIELD = "memberGroups"

TYPES = ("TEAM", "GROUP", "SKILLGROUP")

GROUPS = [{"type": "GROUP"}]
"""What an entry is given that leaves out its type."""

EXAMPLES = (("GROUP",), ("TEAM",), ("GROUP", "SKILLGROUP"), ("GROUP", "TEAM", "SKILLGROUP"))
"""The types of the groups that are members of a queue, for one queue after the other."""


def faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """What is wrong with the groups."""
    check = Check(queue, known)
    for where, group in check.entries(queue.get(FIELD), FIELD):
        check.choice(group.get("type"), f"{where}.type", TYPES)
        if not isinstance(group.get("id"), str) or group["id"] not in known.groups:
            check.faults.append(f"{where}.id: there is no such group")
    return check.faults


def own_groups(
    check: Check, queue: Mapping[str, Any], value: Any, where: str, most: int | None = None
) -> None:
    """Check the groups that a rule names: each has to be a member of its queue, with its type."""
    own = {group.get("id"): group.get("type") for _, group in each_object(queue.get(FIELD), "")}
    for at, group in check.entries(value, where, most):
        if group.get("id") not in own:
            check.faults.append(f"{at}.id: is not one of the memberGroups of this queue")
        elif group.get("type") != own[group.get("id")]:
            check.faults.append(f"{at}.type: is not the type of this group in memberGroups")


def told(queue: Mapping[str, Any]) -> list[Document]:
    """The groups among the members, with what is known of each."""
    names = ("id", "name", "memberCount", "type")
    return [
        {"type": "GROUP", **{name: value for name, value in group.items() if name in names}}
        for _, group in each_object(queue.get(FIELD), "")
    ]


def example(spot: Spot) -> Document:
    """Every fourth queue has groups; a group, a team and a skill group have the same name."""
    if spot.place % 4:
        return {}
    return {FIELD: [_member(type_, spot.language) for type_ in EXAMPLES[spot.place // 4 % len(EXAMPLES)]]}


def _member(type_: str, language: str) -> Document:
    found = made_up_id(f"{type_.lower()}s/{language}")
    return {"id": found, "type": type_, "name": f"{language} Helpers", "memberCount": 8}


KIND = Kind(FIELD, faults, default=IfThere(GROUPS), groups=told, example=example)

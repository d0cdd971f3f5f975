"""The groups of agents that are members of a queue. No policy lists them: the groups that its rules use are
added if the policy has ``member_groups: add``, and an apply never removes one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from syncer.kinds.field import Record, RuleReading, Schema
from syncer.kinds.kind import Kind
from syncer.kinds.wire import groups_known, groups_rewritten
from syncer.model.json_values import id_in, items
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Rule, Rules, Value

NAME = "member_groups"

_MEMBERS = "memberGroups"


@dataclass(frozen=True, slots=True)
class Membership(Record):
    """The one group of ``groups`` (an id) of this ``type`` (that of the wire) is a member of the queue."""

    kind: ClassVar[str] = NAME
    role: ClassVar[None] = None
    enabled: ClassVar[bool] = True
    target: ClassVar[str] = ""
    share: ClassVar[int] = 0
    percent: ClassVar[None] = None
    delay: ClassVar[int] = 0

    groups: tuple[str, ...]
    type: str

    @property
    def key(self) -> str:
        """The id of the group."""
        return next(iter(self.groups), "")

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule."""
        return {"groups": self.groups}

    def subject(self, names: Mapping[str, str]) -> str:
        """``member Night Shift``."""
        return f"member {self.settings(names)}"

    def label(self, _target_name: str) -> str:
        """``member``."""
        return "member"

    def which(self, names: Mapping[str, str]) -> str:
        """``of the member Night Shift``."""
        return f"of the {self.subject(names)}"

    def settings(self, names: Mapping[str, str]) -> str:
        """``Night Shift``."""
        return names.get(self.key, self.key)

    def in_words(self, names: Mapping[str, str]) -> str:
        """``member Night Shift``."""
        return self.subject(names)


class MemberGroups(Kind[Membership]):
    """``memberGroups``: the API requires every group that a rule uses to be among them."""

    name = NAME
    record = Membership
    stated = False
    switch = "add"

    noun = "MEMBER_GROUP"
    plural = "member groups"
    names_in_settings = True
    label_first = True
    image = "member "

    dialect = ""
    definition = "memberGroup"
    key_title = "Member groups"
    key_description = (
        "add: a group that a rule here names becomes a member of the queue, if it isn't one yet. "
        "No group is ever removed. Without it, such a group is an error."
    )

    def of_document(self, document: Mapping[str, Any]) -> Membership:
        """The membership in a document: JSON has no tuples."""
        return super().of_document({**document, "groups": tuple(document["groups"])})

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The members of ``raw``, each once; entries without an id don't count."""
        known = groups_known([raw.get(_MEMBERS)])
        return [RuleReading(_of(group)) for group in known.values()]

    def write(self, written: dict[str, Any], rules: Sequence[Membership]) -> None:
        """Make the groups of ``rules`` the members in ``written``; those that stay keep their other
        fields."""
        wanted = {rule.key: {"id": rule.key, "type": rule.type} for rule in rules}
        if {id_in(group) for group in items(written.get(_MEMBERS))} - {""} != wanted.keys():
            written[_MEMBERS] = groups_rewritten(written.get(_MEMBERS), tuple(wanted), wanted)

    def implied(self, rules: Sequence[Rule], queue: LiveQueue, known: Iterable[Group]) -> Rules:
        """The members that the queue has, followed by the groups that ``rules`` use."""
        there = tuple(rule for rule in queue.rules if rule.kind == NAME)
        types = {group.id: group.type for group in known}
        have = {rule.groups for rule in there}
        asked = dict.fromkeys(group for rule in rules for group in rule.groups)
        added = (Membership((group,), types[group]) for group in asked if group in types)
        return (*there, *(rule for rule in added if rule.groups not in have))

    def policy_key(self) -> Schema:
        """Its key in the policy schema."""
        return {"title": self.key_title, "description": self.key_description, "enum": [self.switch]}

    def document_schema(self) -> Schema:
        """Its definition in the schemas of documents."""
        groups = {
            "type": "array",
            "description": "Id of the group.",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": 1,
        }
        type_ = {"type": "string", "description": "Its type in Genesys Cloud: GROUP, TEAM or SKILLGROUP."}
        return {
            "type": "object",
            "properties": {"kind": {"const": self.name}, "groups": groups, "type": type_},
            "required": ["kind", "groups", "type"],
            "additionalProperties": False,
        }


def _of(group: Mapping[str, Any]) -> Membership:
    return _membership(str(group["id"]), str(group["type"]))


@lru_cache(maxsize=1 << 14)
def _membership(id_: str, type_: str) -> Membership:
    """The membership of a group; its queues share it."""
    return Membership((id_,), type_)

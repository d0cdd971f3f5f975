"""Groups of agents, found as policies name them: by id, or by type and name.

A queue can ask only groups that are its members, so its own come first: two groups of one name are told
apart where one of them is a member. Teams and skill groups are known by the queues that they are members of.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from syncer.model.finding_text import quoted
from syncer.model.group import GROUP, WORDS, Group
from syncer.model.names import Nearest
from syncer.model.policy import GROUP_KEYS, GroupRef
from syncer.model.queue import LiveQueue

_MOST_IDS: Final = 10


class Groups:
    """All ``groups`` that are known of live."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._by_id = {group.id: group for group in groups}
        self._ordinary: dict[str, list[Group]] = {}
        for group in groups:
            if group.type == GROUP and group.name:
                self._ordinary.setdefault(group.name, []).append(group)

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._ordinary)

    def known(self, id_: str) -> Group:
        """What is known of the group with this id."""
        return self._by_id.get(id_, Group(id_, ""))

    def find(self, wanted: GroupRef, queue: LiveQueue) -> list[Group]:
        """All that ``wanted`` may mean to ``queue``: its own members, else ordinary groups of live."""
        if wanted.id:
            return [self._by_id[wanted.id]] if wanted.id in self._by_id else []
        named = (wanted.type, wanted.name)
        own = [group for group in self._members(queue) if (group.type, group.name) == named]
        return own or (self._ordinary.get(wanted.name, []) if wanted.type == GROUP else [])

    def nearest(self, wanted: GroupRef, queue: LiveQueue) -> str:
        """What an ordinary group that is unknown may be, as a policy writes it: ``{team: 'Night'}``, or
        nothing."""
        member = self._nearest_member(wanted, queue)
        if member is not None:
            return _written(member)
        near = self._nearest.find(wanted.name)
        return quoted(near) if near else ""

    def advice(self, wanted: GroupRef | Group, queue: LiveQueue) -> str:
        """What to do about a group that is no member of ``queue``."""
        member = self._nearest_member(wanted, queue)
        if member is not None:
            return f"did you mean {_written(member)}? Else add the {wanted.what} to the queue in live first"
        nameless = sorted(
            group.id for group in self._members(queue) if group.type == wanted.type and not group.name
        )
        if nameless:
            ids = ", ".join(nameless[:_MOST_IDS]) + (", …" if len(nameless) > _MOST_IDS else "")
            return f"live does not tell the name of every {wanted.what}: write {{id: ...}} with one of {ids}"
        return f"add the {wanted.what} to the queue in live first, or choose one of its groups"

    def _nearest_member(self, wanted: GroupRef | Group, queue: LiveQueue) -> Group | None:
        """The member of another type with the wanted name, else the one with the name that is nearest."""
        members = [group for group in self._members(queue) if group.name and group.type in WORDS]
        name = wanted.name
        if not any(group.name == name for group in members):
            name = Nearest(group.name for group in members).find(name)
        named = [group for group in members if group.name == name]
        return min(named, key=lambda group: group.type != wanted.type, default=None)

    def _members(self, queue: LiveQueue) -> list[Group]:
        return [self._by_id.get(group.id, group) for group in queue.groups if group.id in queue.members]


def _written(group: Group) -> str:
    name = quoted(group.name)
    return f"{{{GROUP_KEYS[group.type]}: {name}}}" if group.type in GROUP_KEYS else name

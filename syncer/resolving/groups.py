"""Queues and groups, found as policies name them: by id, or by name."""

from collections.abc import Container, Sequence
from functools import cached_property
from typing import Final

from syncer.model.finding import MEANT, quoted, told
from syncer.model.policy import GROUP_KEYS, GroupRef, QueueRef
from syncer.model.queue import WORDS, Group, LiveQueue, Nearest

_MOST_IDS: Final = 10
_MOST_NAMES: Final = 5


class Groups:
    """All known ``groups`` of the organization."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._by_id = {group.id: group for group in groups}
        self._named: dict[tuple[str, str], list[Group]] = {}
        for group in groups:
            if group.name:
                self._named.setdefault((group.type, group.name), []).append(group)

    @property
    def all(self) -> tuple[Group, ...]:
        """All known groups, each id once."""
        return tuple(self._by_id.values())

    def known(self, id_: str) -> Group:
        """The known group with this id, else one without a name."""
        return self._by_id.get(id_, Group(id_, ""))

    def find(self, wanted: GroupRef, queue: LiveQueue) -> list[Group]:
        """All groups that ``wanted`` may mean: members of ``queue``, else any of the organization."""
        if wanted.id:
            return [self._by_id[wanted.id]] if wanted.id in self._by_id else []
        named = (wanted.type, wanted.name)
        own = [group for group in self._members(queue) if (group.type, group.name) == named]
        return own or self._named.get(named, [])

    def meant(self, wanted: GroupRef, queue: LiveQueue) -> str:
        """What to write instead of a name that the organization doesn't list; empty if nothing is close."""
        if nameless := self._nameless(wanted, queue):
            return nameless
        member = self._nearest_member(wanted, queue)
        if member is not None:
            near = told(wanted.name, member.name, _written(member))
        else:
            names = sorted({name for type_, name in self._named if type_ == wanted.type})
            found = Nearest(names).find(wanted.name)
            near = told(wanted.name, found, _written(Group("", found, wanted.type))) if found else ""
            if not near and 0 < len(names) <= _MOST_NAMES:
                there = ", ".join(names)
                return f"choose an existing one ({there}), or create this {wanted.what} first"
        return f"{MEANT}{near}?" if near else ""

    def advice(self, wanted: Group, queue: LiveQueue) -> str:
        """What to do about a group that is not a member of ``queue``."""
        member = self._nearest_member(wanted, queue)
        nameless = self._nameless(wanted, queue)
        if nameless and (member is None or member.type != wanted.type):
            return nameless
        joins = "write 'member_groups: add' at the queue"
        if member is not None:
            near = told(wanted.name, member.name, _written(member))
            return f"{MEANT}{near}? Otherwise, to make this {wanted.what} a member, {joins}"
        return f"choose one of the groups of the queue; to make this {wanted.what} one of them, {joins}"

    def _nameless(self, wanted: GroupRef | Group, queue: LiveQueue) -> str:
        """A tip that names the ids of members without a known name; empty if there are none."""
        members = self._members(queue)
        ids = sorted(group.id for group in members if group.type == wanted.type and not group.name)
        if not ids:
            return ""
        listed = ", ".join(ids[:_MOST_IDS]) + (", …" if len(ids) > _MOST_IDS else "")
        return (
            f"the organization does not list the name of every {wanted.what}: "
            f"write {{id: ...}} with one of {listed}"
        )

    def _nearest_member(self, wanted: GroupRef | Group, queue: LiveQueue) -> Group | None:
        """The member with the wanted name, else the one with the nearest name; the wanted type first."""
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


class QueueIndex:
    """The live queues, by id and by name."""

    def __init__(self, queues: Sequence[LiveQueue]) -> None:
        self.by_id = {queue.id: queue for queue in queues}
        self._by_name: dict[str, list[LiveQueue]] = {}
        for queue in queues:
            self._by_name.setdefault(queue.name, []).append(queue)

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._by_name)

    def find(self, wanted: QueueRef) -> list[LiveQueue]:
        """All queues that ``wanted`` may mean."""
        if wanted.id:
            return [self.by_id[wanted.id]] if wanted.id in self.by_id else []
        return self._by_name.get(wanted.name, [])

    def nearest(self, wanted: QueueRef, taken: Container[str] = ()) -> str:
        """The nearest name to the wanted one that is not ``taken``; empty if none is close."""
        found = self._nearest.find(wanted.name) if wanted.name else ""
        if found and found in taken:
            return Nearest(name for name in self._by_name if name not in taken).find(wanted.name)
        return found

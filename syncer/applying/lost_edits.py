"""Edits by others that the PUTs of a queue may have overwritten, according to the organization's audit.

::

    last read, less staleness          our PUT, as the audit has it
      │                                  │
      ├── theirs, dated up to the state that was read: our body has it
      ├── theirs, of values that the state or our body has: nothing is lost
      ├── any, of a property in whose place our PUT found what was read: it is of before that
      ├── theirs, of other values: lost  │
      │                                  ├── theirs: it went on top of ours, so nothing is lost

Times of the audit are the server's; some have whole seconds alone, and then anything within counts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from syncer.live.audited_values import holds, is_setting, means, steps_of
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.window import Window
from syncer.net.timing import from_rfc3339

SLACK: Final = timedelta(seconds=2)
"""How far our clock may be from the server's, after its offset was taken off."""

_SECOND: Final = timedelta(milliseconds=999)
_OF_MEMBERS: Final = "member"
"""How actions begin that are about the members of a queue: no PUT of a queue overwrites these."""


def earliest(edit: AuditedEdit) -> datetime:
    """The first moment at which an edit may have been made."""
    return from_rfc3339(edit.at)


def latest(edit: AuditedEdit) -> datetime:
    """The last moment at which an edit may have been made: one without a fraction may be of any."""
    at = from_rfc3339(edit.at)
    return at if at.microsecond else at + _SECOND


def own_writes(
    windows: Iterable[Window], edits: Sequence[AuditedEdit], client: str
) -> dict[tuple[str, str, str], AuditedEdit]:
    """The event of the PUT of each window, by the window's key, as far as it is there.

    ``windows`` and ``edits`` are of one queue; ``client`` is the id of our client, empty where nobody knows:
    then the values alone tell, as they do for an event that names no client. Where the audit names fields in
    words of its own, it is the nearest event of our client. Among several, events after the state that was
    read come first, and those that replaced just that. No event is that of two PUTs.
    """
    left, found = list(edits), dict[tuple[str, str, str], AuditedEdit]()
    for window in sorted(windows, key=lambda window: window.times[1]):
        _, sent, ended = window.times
        near = [
            edit
            for edit in left
            if (not client or edit.client in ("", client))
            and sent - SLACK <= latest(edit)
            and earliest(edit) <= ended + SLACK
        ]
        near.sort(key=lambda edit: _unlikely(window, edit))
        ours = [edit for edit in near if _is_of(window, edit)]
        of_client = [edit for edit in near if client and edit.client == client]
        alike = [edit for edit in of_client if _is_about(window, edit)]
        otherwise = sorted(
            (edit for edit in of_client if _is_named_otherwise(window, edit)),
            key=lambda edit: (_unlikely(window, edit), abs(earliest(edit) - sent)),
        )
        if event := next(iter(ours or alike or otherwise), None):
            found[window.key] = event
            left.remove(event)
    return found


def _was_read(window: Window, edit: AuditedEdit) -> bool:
    """Whether the state that was read is surely of after the edit."""
    modified = modified_at(window.read)
    return modified is not None and latest(edit) <= modified


def _unlikely(window: Window, edit: AuditedEdit) -> tuple[bool, bool, bool]:
    """How unlikely an event is that of a PUT: one of before the state that was read, one that may be, and one
    that replaced something else."""
    modified = modified_at(window.read)
    maybe_read = modified is None or earliest(edit) <= modified
    return (
        _was_read(window, edit),
        maybe_read,
        not all(_replaced(window, each) for each in _settings_of(edit)),
    )


def _replaced(window: Window, change: PropertyChange) -> bool:
    """Whether a change replaced what was read."""
    return holds(window.read, replace(change, new=change.old))


def _is_about(window: Window, edit: AuditedEdit) -> bool:
    """Whether an edit moved only fields that our PUT moved: the server may have stored other values."""
    names = {*window.read, *window.sent}
    moved = {name.casefold() for name in names if window.read.get(name) != window.sent.get(name)}
    fields = {steps_of(change.property)[:1] for change in _settings_of(edit)}
    return bool(fields) and all(len(step) == 1 and step[0].casefold() in moved for step in fields)


def _is_named_otherwise(window: Window, edit: AuditedEdit) -> bool:
    """Whether the audit names what an edit moved in words of its own, which no field of the queue has."""
    known = {name.casefold() for name in (*window.read, *window.sent)}
    fields = {steps_of(change.property)[:1] for change in _settings_of(edit)}
    return bool(fields) and not any(name.casefold() in known for step in fields for name in step)


def _settings_of(edit: AuditedEdit) -> list[PropertyChange]:
    return [change for change in edit.changes if is_setting(change)]


def _is_of(window: Window, edit: AuditedEdit) -> bool:
    """Whether an edit set what was sent, and something that was not there before."""
    changes = _settings_of(edit)
    return all(holds(window.sent, change) for change in changes) and not all(
        holds(window.read, change) for change in changes
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One window, and the edits of others: ``own`` is the event of its PUT, None where there is none;
    ``client`` is the id of our client, empty where nobody knows."""

    window: Window
    own: AuditedEdit | None
    staleness: timedelta
    client: str = ""

    def lost(self, others: Iterable[AuditedEdit]) -> list[AuditedEdit]:
        """The edits that the PUT may have overwritten, each with the changes alone that are lost."""
        before = sorted(filter(self._counts, others), key=lambda edit: edit.at)
        found = []
        for place, edit in enumerate(before):
            later = [
                each
                for each in before[place + 1 :]
                if earliest(each) > latest(edit) and not self._may_be_ours(each)
            ]
            left = [change for change in edit.changes if self._is_lost(change, later)]
            changes = [change for change in left if not self._found_as_read(change.property, before)]
            if changes or not edit.changes:
                found.append(replace(edit, changes=tuple(changes)))
        return found

    def _found_as_read(self, name: str, within: Sequence[AuditedEdit]) -> bool:
        """Whether our PUT replaced what was read in a property, as its event says: then no edit of it lay in
        between. Other events that may be its own have to say the same; one without old values says nothing,
        since an audit may leave them out."""
        mine = [each for each in self.own.changes if each.property == name] if self.own else []
        values = {each.new for each in mine}
        alike = [
            each
            for edit in filter(self._may_be_ours, within)
            for each in edit.changes
            if each.property == name and (each.new in values or holds(self.window.sent, each))
        ]
        return bool(mine) and all(each.old and _replaced(self.window, each) for each in (*mine, *alike))

    def _may_be_ours(self, edit: AuditedEdit) -> bool:
        """Whether an event may be another one of our own PUT, which hides nothing."""
        if edit.client:
            return edit.client == self.client
        return all(holds(self.window.sent, change) for change in _settings_of(edit))

    def _counts(self, edit: AuditedEdit) -> bool:
        """Whether an edit may lie between what was read and our PUT."""
        read, _, ended = self.window.times
        end = latest(self.own) if self.own else ended + SLACK
        within = read - self.staleness - SLACK <= latest(edit) and earliest(edit) <= end
        return (
            within and not edit.action.casefold().startswith(_OF_MEMBERS) and not _was_read(self.window, edit)
        )

    def _is_lost(self, change: PropertyChange, later: Collection[AuditedEdit]) -> bool:
        if not is_setting(change) or any(
            change.property == each.property for edit in later for each in edit.changes
        ):
            return False
        return not (means(self.window.read, change) or means(self.window.sent, change))


def modified_at(queue: Mapping[str, Any]) -> datetime | None:
    """When a queue was modified last, as its JSON says; None where it doesn't."""
    date = queue.get("dateModified")
    try:
        return from_rfc3339(date) if isinstance(date, str) else None
    except ValueError:
        return None

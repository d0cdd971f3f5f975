"""Which of the entries with one number are a fork, in trails of several runners that were put together.

::

    3 ─┬─ 4  ── 5  ── 6 ── 7        wrote something: the chain
       └─ 4' ── 5'                  a run that was refused before the record could be asked: no fork
    3 ─┬─ 4  ── 5
       └─ 4' ── 5'                  wrote something too: a fork

What writes goes behind all that was written before it. Where it doesn't, two runs went on from one entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncer.audit.new_chain import begins_apart, begins_chain
from syncer.audit.tail import START

_SENT_NOTHING: Final = frozenset({"refused", "failed", "interrupted"})
_APART: Final = None
"""Behind what is named as a fork already, or began while the record could not be read."""

_UNLINKED: Final = ""


def sent_nothing(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is a check, or the end of a run that sent nothing."""
    kind = entry.get("kind")
    return kind == "check" or (kind == "run" and entry.get("status") in _SENT_NOTHING)


@dataclass
class Branches:
    """The ends of all branches at ``number``, and ``before`` it: by the hash of the entry, the hash of the
    newest entry at or in front of it that wrote something. ``wrote`` is the newest of those in all branches,
    ``base`` what it was in front of ``number``, and ``parent`` the hash that the first entry there goes
    behind."""

    number: int = 0
    ends: dict[str, str | None] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)
    wrote: str = START
    base: str = START
    parent: str = START

    def forks(self, entry: Mapping[str, Any]) -> bool:
        """Whether a fork shows with the next ``entry``, whose hash is right. Each fork shows once."""
        number, head = entry["n"], str(entry["hash"])
        beside = number == self.number
        if not beside:
            self.before = self.ends if number == self.number + 1 else {}
            self.number, self.ends, self.base = number, {}, self.wrote
        if head in self.ends:
            return True
        behind = self._behind(entry, beside=beside)
        unlinked = behind == _UNLINKED
        if behind is not _APART and not sent_nothing(entry) and not begins_chain(entry):
            unlinked = unlinked or behind != self.wrote
            behind = _APART if unlinked else head
            self.wrote = self.wrote if unlinked else head
        self.ends[head] = _APART if unlinked else behind
        return unlinked

    def _behind(self, entry: Mapping[str, Any], *, beside: bool) -> str | None:
        previous = str(entry.get("previous"))
        if begins_apart(entry) and beside:
            return _APART
        if not beside:
            self.parent = previous
        linked = begins_chain(entry) or previous == self.parent
        return self.before.get(previous, self.base if linked else _UNLINKED)

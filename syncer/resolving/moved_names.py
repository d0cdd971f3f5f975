"""Names that belong to another queue than at the last apply: reported before anything else.

::

    applied last    now                                finding
    A was id-1      A is id-2, and id-1 is gone        created again
    A was id-1      A is id-2, and id-1 is called B    the name moved
"""

from collections.abc import Iterable, Mapping
from typing import Final

from syncer.live.view import View
from syncer.model.finding import Finding, Position, Severity, quoted
from syncer.model.policy import QueueRef
from syncer.model.queue import LiveQueue
from syncer.resolving.known_names import KnownNames
from syncer.resolving.reference_findings import HIDDEN

MADE_ANEW: Final = "references.made-anew"
NAME_MOVED: Final = "references.name-moved"
IDS: Final = (MADE_ANEW, NAME_MOVED)
"""The findings that come first, in every format."""


def names_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with those about moved names first; otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: finding.id not in IDS))


class MovedNames:
    """Compares each queue that a policy names with those that had the name at the last apply.

    ``listed`` are the live queues by their ids.
    """

    def __init__(self, before: KnownNames, listed: Mapping[str, LiveQueue], view: View) -> None:
        self._before, self._listed, self._view = before.names, listed, view
        self._ids: dict[str, list[str]] = {}
        self._told: set[str] = set()
        for id_, name in self._before.items():
            self._ids.setdefault(name, []).append(id_)

    def found(
        self, wanted: QueueRef, queue: LiveQueue, position: Position | None, *, is_target: bool
    ) -> Finding | None:
        """The finding about ``queue``, which has the name now; a moved name is reported once.

        If a target was created again, only its own policy reports it.
        """
        was = self._ids.get(wanted.name, ()) if wanted.name else ()
        if not was or queue.id in was or wanted.name in self._told:
            return None
        old = next((self._listed[id_] for id_ in was if id_ in self._listed), None)
        if old is not None or queue.id in self._before:
            self._told.add(wanted.name)
            return self._moved(wanted, old.id if old else was[0], old, queue.id, position)
        return None if is_target else self._made_anew(wanted, was[0], queue.id, position)

    def _moved(
        self, wanted: QueueRef, was: str, old: LiveQueue | None, now: str, position: Position | None
    ) -> Finding:
        gone = HIDDEN if self._view.partial else "gone"
        whereabouts = f"called {quoted(old.name)} now" if old else gone
        return Finding(
            NAME_MOVED,
            Severity.WARNING,
            f"{quoted(wanted.name)} is a different queue than when it was last applied: it was {was}, which "
            f"is {whereabouts}; now it is {now}",
            position,
            "check which of the two is meant; if the new one is not, rename it, or name the queue by its id",
            queue=str(wanted),
        )

    def _made_anew(self, wanted: QueueRef, was: str, now: str, position: Position | None) -> Finding:
        name = quoted(wanted.name)
        message = (
            f"{name} was deleted and created again since it was last applied: it was {was}, now it is {now}"
        )
        tip = "live rules to the old queue lead nowhere; if the new one is not meant, rename it"
        if self._view.partial:
            message = f"{name} was {was} when it was last applied, which is {HIDDEN}; now it is {now}"
            tip = "check which of the two is meant; if the new one is not, rename it"
        return Finding(MADE_ANEW, Severity.WARNING, message, position, tip, queue=str(wanted))

"""Reads the organization's own audit for who changed the queues that drifted or are in conflict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from syncer.app.witness import named_edit
from syncer.audit.identity import identity
from syncer.drift.editors import latest_edits, with_editors
from syncer.errors import Forbidden, LiveError, NotFound
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.live.audits import AuditCalls
from syncer.model.plan import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from syncer.app.session import Session
    from syncer.applying.apply import Result
    from syncer.drift.found import Drift
    from syncer.live.client import Client
    from syncer.model.audited import AuditedEdit
    from syncer.model.plan import Plan
    from syncer.model.settings import Settings

BACK: Final = timedelta(days=13)
"""How far back it is read: the query that responds at once covers 14 days."""


@dataclass(frozen=True, slots=True)
class Editors:
    """Reads at most once, and only if there is something to look up. If it can't be read, that is reported
    once."""

    client: Client
    settings: Settings
    session: Session

    def of_drift(self, drift: Drift, since: Callable[[], Mapping[str, str]] = dict) -> Drift:
        """Return the drift with who changed the fields that drifted.

        ``since`` gives by queue when it was last applied (RFC 3339): no earlier edit made it drift.
        """
        queues = dict.fromkeys(rule.queue for rule in drift.rules)
        edits = self._edits(queues, drift.plan)
        applied = since() if edits else {}
        edits = [edit for edit in edits if edit.at > applied.get(edit.queue, "")]
        return with_editors(drift, edits) if edits else drift

    def of_conflicts(self, result: Result, plan: Plan, names: Mapping[str, str]) -> Result:
        """Return the result, with who changed the queue at each conflict."""
        kinds = {
            each.change.queue: each.change.kinds for each in result.outcomes if each.status is Status.CONFLICT
        }
        edits = self._edits(kinds, plan)
        latest = latest_edits(edits, kinds) if edits else {}
        outcomes = tuple(
            replace(each, detail=f"{each.detail}; {_in_words(latest[each.change.queue], names)}")
            if each.change.queue in latest and each.status is Status.CONFLICT
            else each
            for each in result.outcomes
        )
        return replace(result, outcomes=outcomes)

    def _edits(self, queues: Collection[str], plan: Plan) -> list[AuditedEdit]:
        """Return the edits of these queues by others than our own client; none if it is turned off.

        An API with overflow rules alone need not have an audit.
        """
        if not queues or not self.settings.audit.witness or plan.dialect == OVERFLOW_RULES.name:
            return []
        names = identity(self.settings.audit.identity, self.session.environ)
        now = self.session.now()
        try:
            found = AuditCalls(self.client.exchange).queue_edits(now - BACK, now + timedelta(days=1), queues)
        except NotFound:
            return []
        except Forbidden as error:
            self._warn(f"who changed these queues is not known: no permission for the audit. {error.hint}")
            return []
        except LiveError as error:
            self._warn(f"who changed these queues is not known: {error.message}")
            return []
        own = self.client.client_id
        return [named_edit(edit, names) for edit in found if not own or edit.client != own]

    def _warn(self, words: str) -> None:
        if words not in self.session.warnings:
            self.session.warnings.append(words)


def _in_words(edits: Collection[AuditedEdit], names: Mapping[str, str]) -> str:
    from syncer.report.edited import edit_in_words

    return "; ".join(f"changed by {edit_in_words(edit, names)}" for edit in edits)

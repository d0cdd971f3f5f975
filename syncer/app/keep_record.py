"""The record of a state folder, kept up to date by each run that may have sent a PUT."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncer.app.exception_images import with_images, with_images_of_plan
from syncer.app.record_store import alone_with_record, marked
from syncer.app.refused_runs import with_refused
from syncer.audit.applied_set import AppliedSet
from syncer.audit.entries import Origin, Run, run_entry
from syncer.audit.exceptions import exemption_of
from syncer.audit.record import (
    NAME,
    AppliedQueue,
    Intent,
    Place,
    Record,
    intent_of,
    read_record,
    write_record,
)
from syncer.audit.record_fold import LOST, folded
from syncer.errors import AuditError, SyncerError
from syncer.model.change import Reason
from syncer.model.rule import of_kinds
from syncer.model.settings import ApiLocation
from syncer.planning.before import NO_BASE, Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from syncer.app.followed_trail import FollowedTrail
    from syncer.app.record_store import StoredRecord
    from syncer.applying.apply import Result
    from syncer.audit.chain import Chain
    from syncer.audit.record_sides import Side
    from syncer.model.network import Facts
    from syncer.model.plan import Plan
    from syncer.planning.build import Inputs

AS_WANTED = (Reason.EQUAL, Reason.DISABLED)
"""Why a managed queue stays unchanged: it already matches the policies."""


@dataclass
class KeptRecord:
    """The record next to a trail. A failure here never fails a run: it is a checkpoint, and can be rebuilt
    from the trail.

    ``warn`` is called for what could not be read or written. If there is a ``store``, it gets the record too.
    ``policy_set`` is the name of the set that is applied. Of a ``trail`` that is followed, the newest entry
    is kept. ``vanished`` are the runs that this one has found lost.
    """

    folder: Path
    chain: Chain
    warn: Callable[[str], None]
    store: StoredRecord | None = None
    policy_set: str = ""
    _known: Side | None = field(default=None, init=False)
    trail: FollowedTrail | None = field(default=None, init=False)
    vanished: tuple[Intent, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        try:
            known = read_record(self.folder / NAME)
        except AuditError as error:
            self.warn(f"{error.message}: it is rebuilt from the trail")
            known = Record()
        self.record = known
        self.fold()
        if self.store is not None:
            self.record = self.store.pulled(self.record, self.chain.entries)
            self._known = self.store.side(self.record)

    def fold(self) -> None:
        """Add the new entries of the trail."""
        record = folded(self.record, self.chain.entries(self.record.entry))
        self.record = replace(record, exceptions=with_images(record.exceptions, self.chain.entries))

    def lost(self, run: Run, journals: frozenset[str]) -> list[Intent]:
        """Return the runs that were to write at the place of ``run`` and vanished: neither an entry nor a
        journal shows their result."""
        lost = [
            intent
            for intent in self.record.intents
            if intent.run not in journals and intent.run != run.id and intent.place.is_as(run.place)
        ]
        self.vanished = (*self.vanished, *lost)
        return lost

    def begin(self, run: Run, plan: Plan) -> None:
        """Write the intent, before the first PUT. Raises SyncerError if it can't be written."""
        queues = (change.queue for change in plan.changes)
        self.record = self.record.with_intent(intent_of(run, queues, self.policy_set))
        if run.exception is not None:
            (made,) = with_images([exemption_of(placed(run, run.exception))], self.chain.entries)
            self.record = self.record.with_exception(with_images_of_plan(made, plan))
        self._mark(run)
        with alone_with_record(self.folder) as path:
            write_record(path, self.record)
        if self.store is not None:
            self.record = self.store.pushed(self.record, last=False)

    def note(self, run: Run) -> None:
        """Add the entry of the run, and nothing else of queues."""
        self.record = self.record.without_exceptions([run.id])
        self.fold()
        self._write(run)

    def settle(self, run: Run) -> None:
        """The run is finished: what it found out about earlier runs goes to the store too, even if it sent
        nothing."""
        if self.store is None or self._known is None:
            return
        try:
            self.fold()
        except SyncerError as error:
            self.warn(f"what this run found is missing in the record: {error.message}")
            return
        self._note_head(run)
        if not self.store.side(self.record).says_as(self._known):
            self._write(run)

    def end(self, run: Run, plan: Plan, facts: Mapping[str, Facts], result: Result | None) -> None:
        """Write what is known now. ``result`` is None if there was nothing to do: a run without a commit then
        keeps the one that was last applied."""
        self.record = self.record.without_exceptions([run.id])
        self.fold()
        record = self.record
        place = record.place(run.place, run.environment)
        queues = {**place.queues, **dict(_applied(run, plan, facts, result, place))}
        now = replace(
            place,
            location=run.place,
            run=run.id,
            commit=run.origin.commit,
            plan_digest=run.plan_digest,
            at=run.started_at,
            queues=queues,
        )
        self.record = record.with_place(now)
        done = result is None or result.status == "done"
        if run.verb == "apply" and result is not None and result.changed_nothing:
            self.record = with_refused(self.record, run, self.policy_set, result.reason)
        elif run.verb == "apply" and (result is not None or run.origin.commit):
            self._applied(run, whole=done and not plan.selected)
        elif run.verb == "rollback" and run.undoes_queues is None and done:
            self._set(run, self.last_applied(run).undone(run.undoes))
        self._write(run)

    def refused(self, run: Run, reason: str) -> None:
        """Note that an apply stopped before it sent anything. A failure here isn't an error: the run is
        already refused."""
        if run.verb != "apply":
            return
        try:
            self.fold()
        except SyncerError as error:
            self.warn(f"that the run was refused is missing in the record: {error.message}")
            return
        self.record = with_refused(self.record, run, self.policy_set, reason)
        self._write(run)

    def last_applied(self, run: Run) -> AppliedSet:
        """Return what the policy set was last applied from, at the place of ``run``."""
        sets = self.record.place(run.place, run.environment).sets
        return sets.get(self.policy_set, AppliedSet(self.policy_set))

    def _applied(self, run: Run, *, whole: bool) -> None:
        applied = self.last_applied(run).applied(run.origin.commit, run.id, run.started_at)
        self._set(run, applied.ended(whole=whole))

    def _set(self, run: Run, applied: AppliedSet) -> None:
        if applied != self.last_applied(run):
            self.record = self.record.with_set(run.place, run.environment, applied)

    def _note_head(self, run: Run) -> None:
        """Add the newest entry of the trail."""
        try:
            self.record = self.trail.noted(self.record, run) if self.trail else self.record
        except AuditError as error:
            self.warn(f"the head of the trail is missing in the record: {error.message}")

    def _write(self, run: Run) -> None:
        self._note_head(run)
        self._mark(run)
        if self.store is not None:
            self.record = self.store.pushed(self.record)
            self._known = self.store.side(self.record)
        try:
            with alone_with_record(self.folder) as path:
                write_record(path, self.record)
        except SyncerError as error:
            self.warn(f"the record of what was applied was not written: {error.message}")

    def _mark(self, run: Run) -> None:
        """Note that the record is newer than before; a store may be about another place than the run."""
        if self.store is not None:
            at = self.store.location
            run = replace(run, api=at.api, organization=at.organization, environment=self.store.environment)
        self.record = marked(self.record, run)


def placed(run: Run, exception: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of an exception with the place that its run wrote to."""
    organization = {"id": run.organization.id, "name": run.organization.name}
    return {**exception, "api": run.api, "organization": organization}


def _applied(
    run: Run, plan: Plan, facts: Mapping[str, Facts], result: Result | None, place: Place
) -> Iterator[tuple[str, AppliedQueue]]:
    """Yield the queues that now match the policies, with all their rules."""
    live = {queue.queue: queue for queue in plan.live}
    for untouched in plan.untouched:
        known, own = place.queues.get(untouched.queue), facts.get(untouched.queue)
        if own is not None and (known.facts if known else None) != own:
            at = (run.id, run.started_at, run.origin.commit)
            rules, settled = (known.rules, known.settled) if known else (None, True)
            yield untouched.queue, AppliedQueue(untouched.queue, untouched.name, *at, rules, own, settled)
    for untouched in plan.untouched:
        if untouched.reason in AS_WANTED and untouched.queue in live:
            rules = live[untouched.queue].rules
            known = place.queues.get(untouched.queue)
            own = facts.get(untouched.queue)
            same = known and (known.rules, known.facts, known.name) == (rules, own, untouched.name)
            if known and same and known.settled:
                continue
            yield (
                untouched.queue,
                AppliedQueue(
                    untouched.queue, untouched.name, run.id, run.started_at, run.origin.commit, rules, own
                ),
            )
    for outcome in result.outcomes if result else ():
        change = outcome.change
        if outcome.done:
            others = [rule for rule in live[change.queue].rules if rule.kind not in change.kinds]
            rules = (*of_kinds(change.after, change.kinds), *others)
            yield (
                change.queue,
                AppliedQueue(
                    *(change.queue, change.name, run.id, run.started_at, run.origin.commit, rules),
                    facts.get(change.queue),
                ),
            )


def applied_before(state: Path, warn: Callable[[str], None]) -> Callable[[Inputs], Base]:
    """Return the facts that were last applied at the place of a plan, from the record in ``state``."""

    def base(inputs: Inputs) -> Base:
        try:
            record = read_record(state / NAME)
        except AuditError as error:
            warn(f"the capacities and loads that were applied last are not known: {error.message}")
            return NO_BASE
        location = ApiLocation(inputs.api, inputs.organization)
        return Base(record.place(location, inputs.environment).facts)

    return base


def moved_since(before: Mapping[str, Facts], now: Mapping[str, Facts]) -> dict[str, Facts]:
    """Return the facts that differ from before, or are new."""
    return {key: facts for key, facts in now.items() if before.get(key) != facts}


def facts_document(facts: Mapping[str, Facts]) -> dict[str, Any]:
    """Return facts as in the entry of a run."""
    return {key: {"capacity": each.capacity, "baseLoad": each.base_load} for key, each in facts.items()}


def lost_entry(intent: Intent, run: Run, now: str, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the entry of a run that vanished, as ``run``, the next one at its place, records it; ``entries``
    are those of the trail."""
    vanished = Run(
        id=intent.run,
        verb=intent.verb,
        started_at=intent.started_at,
        api=intent.place.api,
        organization=intent.place.organization,
        environment=intent.environment,
        plan_digest=intent.plan_digest,
        origin=Origin(user=intent.user, host=intent.host, commit=intent.commit),
        intended={"create": 0, "update": 0, "delete": 0, "queues": list(intent.queues)},
    )
    known = [entry for entry in entries if entry.get("run") == intent.run and entry.get("kind") == "change"]
    last = {entry.get("queueId"): str(entry.get("status")) for entry in known}
    entry = run_entry(
        vanished,
        now,
        status=LOST,
        validation_pass=True,
        reason=LOST,
        detail="it was to write these queues, and neither a journal nor an audit entry shows the result",
        recovered_by=run,
    )
    return entry | {"queues": dict(Counter(last.values()))}

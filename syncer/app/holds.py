"""The holds of rollbacks: read from record and trail, and lifted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.errors import AuditError, SyncerError
from syncer.report.views import Applied, ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from syncer.app.connection import FreshPlan
    from syncer.app.options import RunOptions
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.session import Session
    from syncer.audit.exceptions import Exemption
    from syncer.model.settings import ApiLocation
    from syncer.planning.held import Hold


def holds_in(state: Path, warn: Callable[[str], None]) -> Callable[[ApiLocation], Sequence[Hold]]:
    """The holds at a place, according to a state folder. If it can't be read, ``warn`` is called."""
    from syncer.app.keep_record import KeptRecord
    from syncer.audit.chain import Chain

    try:
        known = KeptRecord(state, Chain(state / "audit"), warn).record.exceptions
    except SyncerError as error:
        warn(f"it is not known what rollbacks hold back: {error.message}")
        known = ()
    return holds_of(known)


def holds_of(exceptions: Iterable[Exemption]) -> Callable[[ApiLocation], Sequence[Hold]]:
    """The rollbacks among the ``exceptions`` at a place."""
    from syncer.audit.exceptions import ROLLBACK, exceptions_at

    known = [each for each in exceptions if each.kind == ROLLBACK]

    return lambda place: [_hold(each) for each in exceptions_at(known, place)]


def _hold(exemption: Exemption) -> Hold:
    from syncer.planning.audit_images import Image
    from syncer.planning.held import Hold

    undone: dict[str, tuple[Image, ...]] = dict.fromkeys(exemption.queues, ())
    for each in exemption.images:
        image = Image(each.queue, each.queue_name, "", each.before, each.after)
        undone[each.queue] = (*undone.get(each.queue, ()), image)
    return Hold(exemption, undone, exemption.commit)


def ended_in_words(fresh: FreshPlan) -> list[str]:
    """The exceptions that ended by themselves, as text."""
    from syncer.net.timing import from_rfc3339
    from syncer.planning.exceptions import held_of

    now = from_rfc3339(fresh.plan.created_at)
    made = [each for each in fresh.exceptions if each.id in fresh.held.ended]
    return [f"{held_of(each, now).about()} has ended: the policies now match it" for each in made]


def but_for_held(report: ReportOf[Applied], fresh: FreshPlan) -> ReportOf[Applied]:
    """Return the report with messages on what is held back, if nothing else is left to do, and on exceptions
    that the run lifted."""
    if report.view is None:
        return report
    message, plan = report.view.message, report.view.plan
    if report.view.result is None and fresh.held.queues:
        message = "nothing to do except what is held back"
    if report.exit_code == 0:
        message = "; ".join(filter(None, (message, *ended_in_words(fresh))))
        plan = plan and replace(plan, held=plan.held_on)
    return replace(report, view=replace(report.view, message=message, plan=plan))


def lifted(
    said: str, source: PolicySource, target: LiveTarget, options: RunOptions, session: Session
) -> ReportOf[Applied]:
    """Lift the hold of the rollback ``said``, an id or the beginning of one: an entry is written to the
    trail, and a store of the record is updated, which may be the only one that has the hold.

    The API is only asked for the organization, if there is such a store. Raises AuditError if no such
    rollback holds anything.
    """
    from syncer.app.attempt import attempt
    from syncer.app.keep_record import KeptRecord
    from syncer.app.known_exceptions import store_here
    from syncer.app.notify import endpoint_for, notifying
    from syncer.audit.chain import Chain
    from syncer.audit.exceptions import ROLLBACK
    from syncer.planning.run_names import full_id
    from syncer.policy.load import load_settings

    endpoint = endpoint_for(load_settings(source.folder).settings.webhook, session.environ)
    link = store_here(options.record, source, target, session)
    with (
        attempt("lift", source, options, session) as begun,
        notifying(endpoint, options.state_dir, session.warnings.append) as notify,
    ):
        begun.chain = Chain(options.state_dir / "audit", told=notify)
        kept = KeptRecord(options.state_dir, begun.chain, session.warnings.append, link)
        holds = {each.id: each for each in kept.record.exceptions if each.kind == ROLLBACK}
        if not any(each.startswith(said) for each in holds):
            raise AuditError(
                f"no rollback {said} holds anything back",
                hint=f"These do: {', '.join(holds)}." if holds else "None does.",
                reason="unknown-run",
            )
        id_ = full_id(said, holds, holds)
        where = holds[id_].location
        begun.run = replace(
            begun.run,
            api=where.api,
            organization=where.organization,
            environment=holds[id_].environment,
            lifts=(id_,),
        )
        words = f"the hold of rollback {id_} is lifted: an apply follows the policies again"
        begun.close("done", detail=words)
        kept.note(begun.run)
    return ReportOf("rollback", 0, Applied(None, None, (), words))

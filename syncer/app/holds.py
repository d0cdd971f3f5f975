"""The holds that rollbacks have left: read from record and trail, and lifted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.errors import AuditError, SyncerError
from syncer.report.views import Applied, ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from syncer.app.options import PolicySource, RunOptions
    from syncer.app.session import Session
    from syncer.audit.chain import Chain
    from syncer.audit.exceptions import Exemption
    from syncer.model.settings import ApiLocation
    from syncer.planning.held import Hold


def holds_in(state: Path, warn: Callable[[str], None]) -> Callable[[ApiLocation], Sequence[Hold]]:
    """The holds at a place, as a state folder knows them. Where it can't be read, ``warn`` hears of it."""
    from syncer.app.keep_record import KeptRecord
    from syncer.audit.chain import Chain

    chain = Chain(state / "audit")
    try:
        known = KeptRecord(state, chain, warn).record.exceptions
    except SyncerError as error:
        warn(f"it is not known what rollbacks hold back: {error.message}")
        known = ()
    return holds_of(known, chain)


def holds_of(exceptions: Iterable[Exemption], chain: Chain) -> Callable[[ApiLocation], Sequence[Hold]]:
    """Those of the ``exceptions`` at a place that are rollbacks, with what the trail knows of them."""
    from syncer.audit.exceptions import ROLLBACK, exceptions_at

    known = [each for each in exceptions if each.kind == ROLLBACK]

    def at(place: ApiLocation) -> Sequence[Hold]:
        found = exceptions_at(known, place)
        return [_hold(each, list(chain.entries())) for each in found]

    return at


def _hold(exemption: Exemption, entries: Sequence[Mapping[str, Any]]) -> Hold:
    from syncer.planning.held import Hold
    from syncer.planning.standing import made_by

    try:
        images = made_by(entries, exemption.undoes or exemption.id)
    except SyncerError:
        return Hold(exemption)
    if not exemption.undoes:
        images = tuple(replace(each, before=each.after, after=each.before) for each in images)
    undone = {queue: tuple(each for each in images if each.queue == queue) for queue in exemption.queues}
    commits = (_commit(entry) for entry in entries if entry.get("run") == exemption.undoes)
    return Hold(exemption, undone, next(filter(None, commits), ""))


def _commit(entry: Mapping[str, Any]) -> str:
    from syncer.model.json_values import mapping

    return str(mapping(entry.get("origin")).get("commit") or "")


def lifted(said: str, source: PolicySource, options: RunOptions, session: Session) -> ReportOf[Applied]:
    """Lift the hold of the rollback ``said``, an id or the beginning of one: an entry in the trail says so.

    Live is not asked. Raises AuditError where no such rollback holds anything.
    """
    from syncer.app.attempt import attempt
    from syncer.app.keep_record import KeptRecord
    from syncer.app.notify import endpoint_for, notifying
    from syncer.audit.chain import Chain
    from syncer.audit.exceptions import ROLLBACK
    from syncer.planning.run_names import full_id
    from syncer.policy.load import load_settings

    endpoint = endpoint_for(load_settings(source.folder).settings.webhook, session.environ)
    with (
        attempt("lift", source, options, session) as begun,
        notifying(endpoint, options.state_dir, session.warnings.append) as notify,
    ):
        begun.chain = Chain(options.state_dir / "audit", told=notify)
        kept = KeptRecord(options.state_dir, begun.chain, session.warnings.append)
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
        words = f"the hold of rollback {id_} is lifted: an apply does again what the policies say"
        begun.close("done", detail=words)
    return ReportOf("rollback", 0, Applied(None, None, (), words))

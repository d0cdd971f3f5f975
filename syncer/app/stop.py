"""Stop: end all overflow into a queue, or the live loops, and hold that until it is lifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.app.options import RunOptions, StopOptions
from syncer.app.session import Session, begun
from syncer.errors import LiveError, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.views import CutOffRun, ReportOf, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.run import LockedRun
    from syncer.app.stop_run import Listed
    from syncer.applying.apply import Result
    from syncer.audit.exceptions import Exemption
    from syncer.model.plan import Plan
    from syncer.model.queue import LiveQueue
    from syncer.planning.stop import LiveEdge

_IN_PART = 5


@dataclass(frozen=True, slots=True)
class _Beside:
    """Texts on what a stop never touches: ``flows`` still send contacts there, ``others`` don't."""

    flows: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The target of the stop, the rules in force that send there, and what is only named in the report."""

    exemption: Exemption
    edges: Sequence[LiveEdge]
    beside: Callable[[], _Beside] = _Beside


def stop(
    queue: str,
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions,
    options: RunOptions = RunOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Stopped]:
    """Stop all overflow into ``queue``, a name or an id: live rules of every kind that moves contacts, from
    managed and unmanaged queues. Plan, apply and drift respect that until it is lifted.

    Neither policies nor a trail are needed. It is never refused for capacity, shares, protection or a freeze;
    queues that fill up are warnings. The view is a ``Stopped``; the exit code is 0 if the queues, read again,
    have no such overflow any more, else 1, 4, 5 or 130. Raises WrongUsage, Refused, ConfigError, AuditError,
    AuthError, LiveError.
    """
    return _stopped(
        lambda locked, listed: _into(queue, locked, listed, wanted), source, target, wanted, options, session
    )


def stop_loops(
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions,
    options: RunOptions = RunOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Stopped]:
    """Break all live loops: each rule that is turned off has to go. The newest go first, those of unmanaged
    queues last. Otherwise like ``stop``."""
    return _stopped(
        lambda locked, listed: _loops(locked, listed, wanted), source, target, wanted, options, session
    )


def _stopped(
    choose: Callable[[LockedRun, Listed], _Wanted],
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions,
    options: RunOptions,
    session: Session | None,
) -> ReportOf[Stopped]:
    from syncer.app.attempt import attempt
    from syncer.app.locked_run import locked_run
    from syncer.app.stop_run import disk_as_far, list_live, refuse_unsaid
    from syncer.app.undo_file import state_of, undo_as_way_out
    from syncer.app.witness import with_earlier

    session = begun(session)
    refuse_unsaid(wanted)
    with (
        undo_as_way_out(wanted.undo),
        state_of(options, wanted.undo) as used,
        attempt("stop", source, used, session) as begun_,
    ):
        disk = disk_as_far(source, target, session)
        with locked_run(begun_, disk, target, used, session, apart=wanted.undo is not None) as locked:
            unshared = wanted.undo is not None or not any(True for _ in locked.chain.entries())
            alone = unshared and locked.kept.store is None
            recovered = locked.recover()
            listed = list_live(disk, locked.client, target)
            report = with_earlier(_run(locked, choose(locked, listed), listed, recovered), begun_.witness)
    if alone:
        session.warnings.append(_unknown_elsewhere(wanted))
    view = report.view and replace(report.view, undo=str(wanted.undo or ""))
    return session.ended(replace(report, view=view))


def _unknown_elsewhere(wanted: StopOptions) -> str:
    join = f"; add it there with: syncer stop --join {wanted.undo}" if wanted.undo else ""
    return "no other run knows of this stop: the next apply with another state folder undoes it" + join


def _run(
    locked: LockedRun, wanted: _Wanted, listed: Listed, recovered: tuple[CutOffRun, ...]
) -> ReportOf[Stopped]:
    """Send what is to be sent, read again, and report."""
    from syncer.app.stop_run import ask, send, still_open
    from syncer.audit.entries import intended
    from syncer.audit.exceptions import exception_document

    plan = _plan(locked, wanted, listed)
    made = wanted.exemption
    locked.attempt.validated = True
    locked.attempt.run = replace(
        locked.run,
        exception=exception_document(made) if made.target or made.edges else None,
        intended=intended(plan.changes),
    )
    result = None
    if plan.changes:
        ask(locked, plan)
        result = send(locked, plan, listed)
    else:
        locked.attempt.close("done", reason="nothing-to-do")
        locked.kept.note(locked.run)
    left: list[LiveEdge] = []
    code, unread = 0, ""
    try:
        left = still_open(locked, made, plan, result, listed) if result else []
        code = _exit_code(result, left)
    except LiveError as error:
        code, unread = error.exit_code, f"the live queues can't be read again: {error.message}"
    words = [*([unread] if unread else []), *_left_in_words(left, result, listed.queues)]
    beside = wanted.beside()
    view = Stopped(
        "stop",
        made,
        result,
        *_counts(result),
        left=tuple(words),
        unread=bool(unread),
        beside=(*beside.flows, *beside.others),
        flows=len(beside.flows),
        recovered=recovered,
    )
    findings = (*plan.findings, *(result.findings if result else ()))
    return ReportOf("stop", code, view, findings, locked.disk.sources)


def _plan(locked: LockedRun, wanted: _Wanted, listed: Listed) -> Plan:
    from syncer.app.stop_run import with_loads
    from syncer.model.plan import Plan
    from syncer.planning.stop import no_way_back, off_changes

    live, run = listed.live, locked.run
    off = frozenset(edge.pair for edge in wanted.edges)
    plan = Plan(
        rfc3339(locked.session.now()),
        live.api,
        run.environment,
        live.lock,
        organization=live.organization,
        dialect=live.dialect.name,
        changes=off_changes(wanted.edges, live.names),
        interval=locked.disk.settings.interval,
    )
    plan = with_loads(plan, locked.disk, live, off)
    return replace(plan, findings=(*plan.findings, *no_way_back(wanted.edges, listed.queues)))


def _into(queue: str, locked: LockedRun, listed: Listed, wanted: StopOptions) -> _Wanted:
    from syncer.app.stop_run import flows_into
    from syncer.planning.stop import edges_into, watchers_of

    queues = listed.live.queues
    target, name = _target_of(queue, queues)
    sources = [_one(each, queues).id for each in wanted.sources]
    made = replace(_exemption(locked, wanted), target=target, target_name=name, sources=tuple(sources))
    watchers = [each.name for each in watchers_of(queues, target)]
    watching = (f"conditional groups and activation of {', '.join(watchers)}: they move agents",)

    def beside() -> _Beside:
        flows, unread = flows_into(locked, listed, target, sources)
        return _Beside(flows, (*unread, *(watching if watchers else ())))

    return _Wanted(made, edges_into(queues, target, sources), beside)


def _loops(locked: LockedRun, listed: Listed, wanted: StopOptions) -> _Wanted:
    from syncer.app.connection import with_flows
    from syncer.app.stop_run import FLOWS
    from syncer.planning.live_loops import loops_by_flows
    from syncer.planning.stop import breaking_loops, last_written, live_edges, put_in_force
    from syncer.resolving.resolve import resolve_live

    if wanted.sources:
        raise WrongUsage("--loops breaks loops wherever they are", hint="Leave out --from.")
    live = with_flows(listed.live, locked.reading_flows, off=FLOWS)
    network = resolve_live(locked.disk.policies, live.queues, live.dialect, live.groups).network
    entries = list(locked.chain.entries())
    known, written = put_in_force(entries, locked.run.place), last_written(entries, locked.run.place)
    managed = {node.key for node in network.nodes if node.managed} | {source for source, _ in known}
    transfers = [(each.source, each.target) for each in live.flows.transfers if each.source != each.target]
    pairs = breaking_loops(live.queues, known, managed, written, transfers)
    edges = [edge for edge in live_edges(live.queues) if edge.pair in pairs]
    alone = loops_by_flows([replace(queue, rules=()) for queue in live.queues], live.flows.transfers)
    beside = _Beside(alone, live.flows.not_known)
    return _Wanted(replace(_exemption(locked, wanted), edges=tuple(pairs)), edges, lambda: beside)


def _exemption(locked: LockedRun, wanted: StopOptions) -> Exemption:
    from syncer.audit.exceptions import STOP, Exemption

    run, now = locked.run, locked.session.now()
    until = "" if wanted.seconds is None else rfc3339(now + timedelta(seconds=wanted.seconds))
    return Exemption(
        STOP,
        run.id,
        run.place,
        run.environment,
        until=until,
        reason=wanted.reason.strip(),
        ticket=wanted.ticket,
        user=run.origin.user,
        at=run.started_at,
    )


def _target_of(text: str, queues: Sequence[LiveQueue]) -> tuple[str, str]:
    """Id and name of the target; a queue that no longer exists goes by its id if rules lead to it."""
    if any(rule.target == text for queue in queues for rule in queue.rules):
        names = {queue.id: queue.name for queue in queues}
        return text, names.get(text, text)
    found = _one(text, queues)
    return found.id, found.name


def _one(text: str, queues: Sequence[LiveQueue]) -> LiveQueue:
    """Return the live queue with this name or id. Raises WrongUsage if there is none, or several."""
    from syncer.model.lookup import near_names
    from syncer.planning.stop import queues_named

    found = queues_named(queues, text)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(queue.id for queue in found)
        raise WrongUsage(f"{len(found)} queues are called {text!r}: {ids}", hint="Name it by its id.")
    near = " or ".join(map(repr, near_names(text, (queue.name for queue in queues))))
    raise WrongUsage(
        f"the organization has no queue {text!r}",
        hint=f"Did you mean {near}? Give the full name." if near else "Give the full name or an id.",
    )


def _counts(result: Result | None) -> tuple[int, int]:
    """How many rules were disabled, and how many removed."""
    from syncer.model.change import Action

    done = [each for each in result.outcomes if each.done] if result else []
    rules = [rule.action for outcome in done for rule in outcome.change.rules]
    return rules.count(Action.UPDATE), rules.count(Action.DELETE)


def _left_in_words(
    left: Iterable[LiveEdge], result: Result | None, queues: dict[str, LiveQueue]
) -> list[str]:
    """The rules that are still in force, each with the reason."""
    names = {queue.id: queue.name for queue in queues.values()}
    outcomes = {each.change.queue: each for each in result.outcomes} if result else {}
    words = []
    for edge in left:
        rule = f"{edge.queue.name}: {edge.rule.in_words(names)}"
        outcome = outcomes.get(edge.queue.id)
        why = "somebody turned it on meanwhile"
        if outcome is not None and not outcome.done:
            why = f"{outcome.status.value}: {outcome.detail}" if outcome.detail else outcome.status.value
        words.append(f"{rule} ({why})")
    return words


def _exit_code(result: Result | None, left: Sequence[LiveEdge]) -> int:
    if result is None or (result.status == "interrupted" and not left):
        return 0
    return (result.exit_code or _IN_PART) if left or result.overwritten else 0

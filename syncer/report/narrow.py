"""What is shown where only some queues are asked for: ``only`` are globs of names or ids, none means all.

What is judged stays whole: the verdict on a plan, the status and the totals of a run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncer.errors import WrongUsage
from syncer.model.finding import Finding, quoted
from syncer.model.plan import Outcome, Plan
from syncer.model.queue import Nearest, fits
from syncer.report.lookups import AuditShown
from syncer.report.views import Applied, Planned, Report

if TYPE_CHECKING:
    from syncer.report.views import View

Only = Sequence[str]


def shows(only: Only, *names: str) -> bool:
    """Whether a queue with these names, its id among them, is shown."""
    return not only or any(fits(name, only) for name in names)


def shown_findings(findings: Iterable[Finding], only: Only) -> tuple[Finding, ...]:
    """The findings of these queues, those of no queue, and whatever refuses."""
    return tuple(finding for finding in findings if finding.refuses or _concerns(finding, only))


def _concerns(finding: Finding, only: Only) -> bool:
    names = [finding.queue, finding.queue_id]
    if finding.loop:
        names += [name for queue in finding.loop.queues for name in queue]
    known = [name for name in names if name]
    return not known or shows(only, *known)


def shown_plan(plan: Plan, only: Only) -> Plan:
    """The plan with the changes and findings of these queues; what is live stays whole, for drawings."""
    if not only:
        return plan
    return replace(
        plan,
        changes=tuple(each for each in plan.changes if shows(only, each.name, each.queue)),
        findings=shown_findings(plan.findings, only),
        solved=tuple(each for each in plan.solved if _concerns(each, only)),
        queues=tuple(each for each in plan.queues if shows(only, each.name, each.queue)),
        untouched=tuple(each for each in plan.untouched if shows(only, each.name, each.queue)),
        ignored=tuple(each for each in plan.ignored if shows(only, each.name, each.queue)),
    )


def shown_document(view: Planned) -> dict[str, Any]:
    """The document of a plan with what it says of these queues; its digest stays that of the whole."""
    if not view.only:
        return dict(view.document)
    document = dict(view.document)
    part = shown_plan(view.plan, view.only)
    for name in ("changes", "queues", "untouched", "ignored", "live"):
        document[name] = [each for each in document[name] if _fits(each["queue"], view.only)]
    for name, findings in (("findings", part.findings), ("solved", part.solved)):
        document[name] = [finding.as_json() for finding in findings]
    return document


def _fits(queue: Mapping[str, str], only: Only) -> bool:
    return shows(only, queue["name"], queue["id"])


def shown_outcomes(outcomes: Iterable[Outcome], only: Only) -> tuple[Outcome, ...]:
    """The outcomes of these queues."""
    return tuple(each for each in outcomes if shows(only, each.change.name, each.change.queue))


def shown_entries(view: AuditShown) -> Iterator[Mapping[str, Any]]:
    """The changes of these queues, and the entries of runs themselves."""
    return (
        entry
        for entry in view.entries
        if entry.get("kind") == "run"
        or shows(view.only, str(entry.get("queueName", "")), str(entry.get("queueId", "")))
    )


def outcomes_of(view: Applied) -> list[Outcome]:
    """Every outcome of a run, of its rollback and of those that were cut off before."""
    results = [*(result.outcomes for result in (view.result, view.undone) if result)]
    return [each for outcomes in (*results, *(cut.outcomes for cut in view.recovered)) for each in outcomes]


def narrowed(report: Report, only: tuple[str, ...]) -> Report:
    """The report with what it says of these queues; what judges stays, and so do errors.

    Raises WrongUsage, with the nearest names, where one of the globs fits no queue of it.
    """
    if not only:
        return report
    view = report.view
    _refuse_unfit(view, report.findings, only)
    findings = shown_findings(report.findings, only)
    if isinstance(view, Planned):
        unmanaged = view.unmanaged
        if unmanaged is not None:
            unmanaged = tuple(each for each in unmanaged if shows(only, each.name, each.queue))
        return replace(report, view=replace(view, only=only, unmanaged=unmanaged), findings=findings)
    if isinstance(view, Applied | AuditShown):
        return replace(report, view=replace(view, only=only), findings=findings)
    return replace(report, findings=findings)


def _refuse_unfit(view: "View | None", findings: Iterable[Finding], only: Only) -> None:
    known = [*_known(view), *((finding.queue, finding.queue_id) for finding in findings)]
    unfit = [glob for glob in dict.fromkeys(only) if not any(shows((glob,), *names) for names in known)]
    if not unfit:
        return
    nearest = Nearest(name for names in known for name in names if name)
    near = dict.fromkeys(name for glob in unfit if (name := nearest.find(glob)))
    hint = f"Did you mean {' or '.join(map(quoted, near))}? " if near else ""
    raise WrongUsage(
        f"no queue in it matches {' or '.join(map(quoted, unfit))}",
        hint=f"{hint}Case matters, * matches any text, and an id works as a name.",
    )


def _known(view: "View | None") -> list[tuple[str, str]]:
    """The name and the id of each queue in a view."""
    if isinstance(view, Planned):
        plan = view.plan
        parts = (plan.changes, plan.untouched, plan.live, plan.queues, plan.ignored, view.unmanaged or ())
        return [(each.name, each.queue) for part in parts for each in part]
    if isinstance(view, Applied):
        return [(each.change.name, each.change.queue) for each in outcomes_of(view)]
    entries = view.entries if isinstance(view, AuditShown) else ()
    changes = [entry for entry in entries if entry.get("kind") == "change"]
    return [(str(entry.get("queueName", "")), str(entry.get("queueId", ""))) for entry in changes]

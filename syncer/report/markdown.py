"""Reports as Markdown, for merge requests, wikis and mails; names in it can do nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from syncer.doctor.line import State
from syncer.model.change import Action, Ignored, Reason
from syncer.model.finding import Finding, Severity
from syncer.model.outcome import Outcome
from syncer.planning.drift import Direction
from syncer.planning.unmanaged import Unmanaged
from syncer.report.escape import markdown
from syncer.report.text.audit import milliseconds, percent, rule_step
from syncer.report.text.drift import drift_in_words, gone_in_words, history_in_words
from syncer.report.text.plan import label, place_in_words, rule_in_words
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    AuditVerified,
    Drifted,
    Environments,
    Examined,
    Exported,
    Planned,
    Report,
    Validated,
)


def render(report: Report, *, color: bool) -> str:
    """The report as GitHub- and GitLab-flavoured Markdown; ``color`` means nothing here."""
    del color
    lines = [f"## syncer {report.command}", "", *_view(report), *_findings(report.findings)]
    if report.error is not None:
        lines += [f"**Error:** {_lines(report.error.message)}", "", markdown(report.error.hint), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    if not rows:
        return []
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(text: str) -> str:
    return "<br>".join(markdown(line) for line in text.split("\n"))


def _view(report: Report) -> Iterable[str]:
    return _VIEWS[type(report.view)](report.view) if report.view else ()


def _validated(view: Validated) -> list[str]:
    return [f"{view.queues} queues and {view.rules} rules in {view.files} files.", ""]


def _findings(findings: Sequence[Finding]) -> list[str]:
    rows = [
        [
            f"**{finding.severity.value}**" if finding.severity is Severity.ERROR else finding.severity.value,
            markdown(finding.id),
            markdown(str(finding.position)) if finding.position else "",
            markdown(finding.message) + (f"<br>{markdown(finding.tip)}" if finding.tip else ""),
        ]
        for finding in findings
    ]
    return table(["Severity", "Check", "Place", "Finding"], rows)


def _plan(view: Planned) -> Iterator[str]:
    plan = view.plan
    counts = ", ".join(f"{plan.count(action)} to {action.value}" for action in Action)
    yield f"**{counts}** in {len(plan.changes)} queues; {plan.untouched_count(Reason.EQUAL)} equal."
    yield ""
    rows = [
        [
            str(change.step),
            markdown(change.name),
            rule.action.value,
            markdown(label(rule.after or rule.before, rule.target_name)),
            markdown(rule_in_words(rule)),
        ]
        for change in plan.changes
        for rule in change.rules
    ]
    yield from table(["Step", "Queue", "Action", "Rule", "Values"], rows)
    yield from (*_ignored(plan.ignored), *_unmanaged(view.unmanaged))
    where = f"For {markdown(place)}. " if (place := place_in_words(plan)) else ""
    yield from [f"{where}Plan `{view.document['digest']}`, lock `{plan.lock}`.", ""]


def _applied(view: Applied) -> Iterator[str]:
    for cut_off in view.recovered:
        yield from [f"Run {markdown(cut_off.run.id)} was cut off; live was asked:", ""]
        yield from _outcomes(cut_off.outcomes)
    if view.message:
        yield from [markdown(view.message), ""]
    for result in filter(None, (view.result, view.undone)):
        yield from [f"**{result.run.verb} {result.status}**", ""]
        yield from _outcomes(result.outcomes)
        yield from [f"Run `{result.run.id}`, audit head `{result.head}`.", ""]


def _outcomes(outcomes: Sequence[Outcome]) -> list[str]:
    rows = [
        [markdown(each.change.name), each.status.value, str(each.attempts), markdown(each.detail)]
        for each in outcomes
    ]
    return table(["Queue", "Status", "PUTs", "Detail"], rows)


def _drift(view: Drifted) -> Iterator[str]:
    drift = view.drift
    yield f"**{', '.join(f'{drift.count(direction)} {direction.value}' for direction in Direction)}**"
    yield ""
    rows = [
        [
            markdown(rule.queue_name),
            markdown(label(rule.live or rule.policy, rule.target_name)),
            rule.direction.value,
            markdown(drift_in_words(rule)),
            markdown(history_in_words(rule)),
            markdown(rule.edit.in_words()),
        ]
        for rule in drift.rules
    ]
    yield from table(["Queue", "Rule", "Drift", "Values", "Seen", "Queue last changed"], rows)
    if view.resolved:
        yield from [*(f"- {markdown(gone_in_words(gone))}" for gone in view.resolved), ""]


def _ignored(ignored: Sequence[Ignored]) -> list[str]:
    rows = [[markdown(each.name), markdown(each.what), markdown(each.reason)] for each in ignored]
    return table(["Queue", "Ignored", "Why"], rows)


def _unmanaged(queues: Sequence[Unmanaged] | None) -> Iterator[str]:
    if queues is None:
        return
    rules = sum(len(queue.rules) for queue in queues)
    yield from [f"**{len(queues)} queues** that no policy describes, with {rules} rules.", ""]
    rows = [
        [markdown(queue.name), "<br>".join(map(markdown, queue.rules)), markdown(queue.owner)]
        for queue in queues
    ]
    yield from table(["Unmanaged", "Rules", "Managed by"], rows)


def _exported(view: Exported) -> Iterator[str]:
    yield f"**{sum(file.queues for file in view.files)} queues** in {len(view.files)} files."
    yield ""
    yield from table(["File", "Queues"], [[markdown(file.path), str(file.queues)] for file in view.files])
    rows = [[markdown(each.name), markdown(each.reason)] for each in view.skipped]
    yield from table(["Not managed", "Why"], rows)


def _environments(view: Environments) -> list[str]:
    rows = [
        [
            markdown(each.name),
            markdown(each.api_url or each.region),
            markdown(each.organization),
            markdown(", ".join(each.variables.names)),
        ]
        for each in view.environments
    ]
    return table(["Environment", "Where", "Organisation", "Variables"], rows)


def _entries(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            markdown(str(entry.get("n"))),
            markdown(str(entry.get("timestamp"))),
            markdown(str(entry.get("action"))),
            markdown(str(entry.get("queueName") or "")),
            markdown(str(entry.get("targetName") or "")),
            markdown(rule_step(entry)) if entry.get("kind") == "change" else "",
            markdown(str(entry.get("status"))),
        ]
        for entry in entries
    ]
    return table(["#", "Time", "Action", "Queue", "Target", "Rule", "Status"], rows)


def _verified(view: AuditVerified) -> Iterator[str]:
    verification = view.verification
    verdict = "whole" if verification.whole else "broken"
    yield (
        f"The audit trail is **{verdict}**: {verification.entries} entries, "
        f"head {markdown(verification.head)}."
    )
    yield ""
    rows = [[str(found.line), found.kind, markdown(found.message)] for found in verification.breaks]
    yield from table(["Line", "Kind", "What"], rows)


def _figures(view: AuditFigures) -> Iterator[str]:
    figures = view.figures
    calls = sum(number for name, number in figures.calls.items() if " " in name)
    rows = [
        ["Runs", str(figures.runs)],
        ["Validations that passed", f"{percent(figures.validation_rate)} of {figures.validations}"],
        ["Rule changes", str(figures.changes)],
        ["Changes that succeeded", percent(figures.success_rate)],
        ["Latency, median", milliseconds(figures.latency_median_ms)],
        ["Latency, 95th percentile", milliseconds(figures.latency_p95_ms)],
        ["Calls", str(calls)],
    ]
    yield from table(["Figure", "Value"], rows)
    yield from _entries(view.changes)


def _examined(view: Examined) -> Iterator[str]:
    yield from [f"**{', '.join(f'{view.count(state)} {state.value}' for state in State)}**", ""]
    rows = [
        [
            f"**{line.state.value}**" if line.state is State.FAILED else line.state.value,
            markdown(line.name),
            markdown(line.found) + (f"<br>{markdown(line.remedy)}" if line.remedy else ""),
        ]
        for line in view.lines
    ]
    yield from table(["State", "Check", "Found"], rows)


_VIEWS: Mapping[type, Callable[[Any], Iterable[str]]] = {
    Validated: _validated,
    Planned: _plan,
    Applied: _applied,
    Drifted: lambda view: (*_drift(view), *_unmanaged(view.unmanaged)),
    Exported: _exported,
    Environments: _environments,
    AuditShown: lambda view: _entries(view.entries),
    AuditVerified: _verified,
    AuditFigures: _figures,
    Examined: _examined,
}

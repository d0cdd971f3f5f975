"""Reports as Markdown, for merge requests, wikis and mails; names stand in it as code and can do nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from syncer.doctor import State
from syncer.drift.found import Direction, Drifting, Moved
from syncer.kinds.registry import rule_step
from syncer.model.change import Action, Ignored, Reason, Unmanaged
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Outcome
from syncer.report.escape import code_tag, fold, markdown, rest_in_words
from syncer.report.text.drift import (
    BOTH,
    NOT_COMPARED,
    drift_in_words,
    gone_in_words,
    history_in_words,
    how_in_words,
    pending_in_words,
    two_sides_in_words,
)
from syncer.report.text.paint import counted
from syncer.report.text.plan import marks_among, place_in_words, rule_in_words
from syncer.report.text.runs import milliseconds, percent
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
    lines = [f"## syncer {report.command}", "", *_view(report), *_findings(report)]
    if report.error is not None:
        lines += [f"**Error:** {_lines(report.error.message)}", "", code_tag(report.error.hint), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    if not rows:
        return []
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(text: str) -> str:
    lines = "<br>".join(markdown(line) for line in text.split("\n"))
    return f"<code>{lines}</code>"


def _view(report: Report) -> Iterable[str]:
    return _VIEWS[type(report.view)](report.view) if report.view else ()


def _validated(view: Validated) -> list[str]:
    return [f"{view.queues} queues and {view.rules} rules in {view.files} files.", ""]


def _findings(report: Report) -> list[str]:
    """The findings; of many of one kind the first few, and the others in one row."""
    every: list[Finding] = list(report.findings)
    shown, rest = (every, {}) if report.verbose else fold(every, lambda each: (each.severity, each.id))
    rows = [
        [
            _severity(finding.severity),
            code_tag(finding.id),
            code_tag(str(finding.position)) if finding.position else "",
            code_tag(finding.message) + (f"<br>{code_tag(finding.tip)}" if finding.tip else ""),
        ]
        for finding in shown
    ]
    for (severity, id_), found in rest.items():
        told = rest_in_words((finding.position, finding.queue) for finding in found)
        rows.append([_severity(severity), code_tag(id_), "", code_tag(told)])
    return table(["Severity", "Check", "Place", "Finding"], rows)


def _severity(severity: Severity) -> str:
    return f"**{severity.value}**" if severity is Severity.ERROR else severity.value


def _plan(view: Planned) -> Iterator[str]:
    plan = view.plan
    counts = ", ".join(f"{plan.count(action)} to {action.value}" for action in Action)
    yield f"**{counts}** in {len(plan.changes)} queues; {plan.untouched_count(Reason.EQUAL)} equal."
    yield ""
    rows = [
        [
            str(change.step),
            code_tag(change.name),
            rule.action.value,
            code_tag(rule.rule.label(rule.target_name)),
            code_tag(rule_in_words(rule)),
        ]
        for change in plan.changes
        for rule in change.rules
    ]
    yield from table(["Step", "Queue", "Action", "Rule", "Values"], rows)
    yield from (*_ignored(plan.ignored), *_unmanaged(view.unmanaged))
    where = f"For {code_tag(place)}. " if (place := place_in_words(plan)) else ""
    yield from [f"{where}Plan `{view.document['digest']}`, lock `{plan.lock}`.", ""]


def _applied(view: Applied) -> Iterator[str]:
    for cut_off in view.recovered:
        yield from [f"Run {code_tag(cut_off.run.id)} was cut off; live was asked:", ""]
        yield from _outcomes(cut_off.outcomes)
    if view.message:
        yield from [code_tag(view.message), ""]
    for result in filter(None, (view.result, view.undone)):
        yield from [f"**{result.run.verb} {result.status}**", ""]
        yield from _outcomes(result.outcomes)
        yield from [f"Run `{result.run.id}`, audit head `{result.head}`.", ""]


def _outcomes(outcomes: Sequence[Outcome]) -> list[str]:
    rows = [
        [code_tag(each.change.name), each.status.value, str(each.attempts), code_tag(each.detail)]
        for each in outcomes
    ]
    return table(["Queue", "Status", "PUTs", "Detail"], rows)


def _drift(view: Drifted) -> Iterator[str]:
    drift = view.drift
    counts = ", ".join(f"{drift.count(direction)} {direction.value}" for direction in Direction)
    yield f"**{counts}{marks_among(drift.marks)}**" if drift.compared else f"**{NOT_COMPARED}**"
    yield ""
    yield from _drifting(drift.rules)
    if unknown := two_sides_in_words(drift):
        yield from [f"{unknown[0].upper()}{unknown[1:]}.", ""]
    if waiting := pending_in_words(drift):
        yield from [f"**Pending:** {waiting}.", ""]
        yield from _drifting(drift.pending)
    if view.resolved:
        yield from [*(f"- {code_tag(gone_in_words(gone))}" for gone in view.resolved), ""]


def _drifting(rules: Sequence[Drifting]) -> list[str]:
    rows = [
        [
            code_tag(rule.queue_name),
            code_tag(rule.side.label(rule.target_name)),
            how_in_words(rule) + (f"; {BOTH}" if rule.moved is Moved.BOTH else ""),
            code_tag(drift_in_words(rule)),
            code_tag(history_in_words(rule)),
            code_tag(rule.edit.in_words()),
        ]
        for rule in rules
    ]
    return table(["Queue", "Rule", "Drift", "Values", "Seen", "Queue last changed"], rows)


def _ignored(ignored: Sequence[Ignored]) -> list[str]:
    rows = [[code_tag(each.name), code_tag(each.what), code_tag(each.reason)] for each in ignored]
    return table(["Queue", "Ignored", "Why"], rows)


def _unmanaged(queues: Sequence[Unmanaged] | None) -> Iterator[str]:
    if queues is None:
        return
    rules = sum(len(queue.rules) for queue in queues)
    yield f"**{counted(len(queues), 'queue')}** that no policy describes, with {counted(rules, 'rule')}."
    yield ""
    rows = [
        [code_tag(queue.name), "<br>".join(map(code_tag, queue.rules)), code_tag(queue.owner)]
        for queue in queues
    ]
    yield from table(["Unmanaged", "Rules", "Managed by"], rows)


def _exported(view: Exported) -> Iterator[str]:
    yield f"**{sum(file.queues for file in view.files)} queues** in {len(view.files)} files."
    yield ""
    yield from table(["File", "Queues"], [[code_tag(file.path), str(file.queues)] for file in view.files])
    rows = [[code_tag(each.name), code_tag(each.reason)] for each in view.skipped]
    yield from table(["Not managed", "Why"], rows)


def _environments(view: Environments) -> list[str]:
    rows = [
        [
            code_tag(each.name),
            code_tag(each.api_url or each.region),
            code_tag(each.organization),
            code_tag(", ".join(each.variables.names)),
        ]
        for each in view.environments
    ]
    return table(["Environment", "Where", "Organisation", "Variables"], rows)


def _entries(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            code_tag(str(entry.get("n"))),
            code_tag(str(entry.get("timestamp"))),
            code_tag(str(entry.get("action"))),
            code_tag(str(entry.get("queueName") or "")),
            code_tag(str(entry.get("targetName") or "")),
            code_tag(rule_step(entry)) if entry.get("kind") == "change" else "",
            code_tag(str(entry.get("status"))),
        ]
        for entry in entries
    ]
    return table(["#", "Time", "Action", "Queue", "Target", "Rule", "Status"], rows)


def _verified(view: AuditVerified) -> Iterator[str]:
    verification = view.verification
    verdict = "whole" if verification.whole else "broken"
    yield (
        f"The audit trail is **{verdict}**: {verification.entries} entries, "
        f"head {code_tag(verification.head)}."
    )
    yield ""
    rows = [[str(found.line), found.kind, code_tag(found.message)] for found in verification.breaks]
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
            code_tag(line.name),
            code_tag(line.found) + (f"<br>{code_tag(line.remedy)}" if line.remedy else ""),
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

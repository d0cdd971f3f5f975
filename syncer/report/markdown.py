"""Reports as Markdown, for merge requests, wikis and mails; names stand in it as code and can do nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from syncer.doctor import State
from syncer.drift.found import Direction, Drifting
from syncer.model.change import Ignored, Moved, Unmanaged
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Outcome
from syncer.report import sights_markdown
from syncer.report.binder.markdown import entries_table, report_lines
from syncer.report.causes import outcome_rows
from syncer.report.escape import fold, rest_in_words
from syncer.report.lookups import (
    AuditFigures,
    AuditShown,
    AuditVerified,
    Examined,
    ExceptionsShown,
    Explained,
    Exported,
)
from syncer.report.markdown_stopped import exception_lines, held_lines, stopped_lines
from syncer.report.narrow import shown_entries, shown_outcomes, shown_plan
from syncer.report.note.body import plan_lines
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table
from syncer.report.note.sections import moved_name_lines
from syncer.report.summed_markdown import summary_table
from syncer.report.text.drift import (
    BOTH,
    NOT_COMPARED,
    compared_in_words,
    drift_in_words,
    editors_in_words,
    gone_in_words,
    history_in_words,
    how_in_words,
    pending_in_words,
    pending_since,
    two_sides_in_words,
)
from syncer.report.text.explained import setting_in_words
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted
from syncer.report.text.plan import marks_among, within_in_words
from syncer.report.text.runs import attestation
from syncer.report.text.short import narrowed_in_words
from syncer.report.text.validated import (
    counts_in_words,
    headroom_gap,
    headroom_in_words,
    judged_in_words,
    read_in_words,
    remarks_in_words,
)
from syncer.report.views import Applied, Drifted, Environments, Planned, Report, Stopped, Validated
from syncer.report.watched_markdown import watched_markdown


def render(report: Report, *, color: bool) -> str:
    """The report as GitHub- and GitLab-flavoured Markdown; ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line; without empty lines at its end."""
    del color
    empty = 0
    for line in _lines(report):
        if line:
            yield "\n" * empty + f"{line}\n"
        empty = 0 if line else empty + 1


def _lines(report: Report) -> Iterator[str]:
    planned = isinstance(report.view, Planned)  # a plan says what was found itself
    yield from (f"## {_title(report)}", "")
    if not planned:
        yield from moved_name_lines(report.findings)
    yield from _view(report)
    if not planned:
        yield from _findings(report)
    if report.error is not None:
        message = "<br>".join(map(_span, report.error.message.split("\n")))
        yield from (f"**Error:** {message}", "", _span(report.error.hint), "")


def _title(report: Report) -> str:
    """The command; of a plan the environment too, where it has one."""
    environment = report.view.plan.environment if isinstance(report.view, Planned) else ""
    return f"syncer {report.command}{f' for {code(environment)}' if environment else ''}"


def _span(text: str) -> str:
    """A text as code; nothing where there is none."""
    return code(text, LONGEST_MESSAGE) if text else ""


def _cell(text: str) -> str:
    """The same in a table."""
    return code_cell(text, LONGEST_MESSAGE) if text else ""


def _view(report: Report) -> Iterable[str]:
    if isinstance(report.view, Applied):
        return _applied(report.view, verbose=report.verbose)
    if isinstance(report.view, Validated):
        return _validated(report.view, report.findings)
    return _VIEWS[type(report.view)](report.view) if report.view else ()


def _validated(view: Validated, findings: Sequence[Finding]) -> list[str]:
    headroom, gap = headroom_in_words(view.headroom, code), headroom_gap(findings)
    return [
        f"**{judged_in_words(findings).capitalize()}** ({counts_in_words(findings)}): {read_in_words(view)}.",
        "",
        *(line for words in remarks_in_words(view, code) for line in (f"{words[0].upper()}{words[1:]}.", "")),
        *([f"Headroom{f', {gap}' if gap else ''}: {headroom}.", ""] if headroom else []),
    ]


def _findings(report: Report) -> list[str]:
    """The findings; of many of one kind the first few, and the others in one row."""
    ranked = report.view is None or isinstance(report.view, Validated)
    every = by_danger(report.findings) if ranked else list(report.findings)
    shown, rest = (every, {}) if report.verbose else fold(every, lambda each: (each.severity, each.id))
    rows = [
        [
            _severity(finding.severity),
            _cell(finding.id),
            _cell(str(finding.position or "")),
            _cell(finding.message) + (f"<br>{_cell(finding.tip)}" if finding.tip else ""),
        ]
        for finding in shown
    ]
    for (severity, id_), found in rest.items():
        told = rest_in_words((finding.position, finding.queue) for finding in found)
        rows.append([_severity(severity), _cell(id_), "", _cell(told)])
    return table(["Severity", "Check", "Place", "Finding"], rows)


def _severity(severity: Severity) -> str:
    return f"**{severity.value}**" if severity is Severity.ERROR else severity.value


def _plan(view: Planned) -> Iterator[str]:
    plan = view.plan
    yield from plan_lines(plan, note=_narrowed(view), only=view.only)
    yield from (*_ignored(shown_plan(plan, view.only).ignored), *_unmanaged(view.unmanaged))
    yield from held_lines(plan.held, _span)
    source = {"commit": plan.source.commit, "merge request": plan.source.merge_request}
    known = "".join(f", {what} {code(text)}" for what, text in source.items() if text)
    yield from [f"Plan `{view.document['digest']}`{known}.", ""]


def _narrowed(view: Planned | Applied | AuditShown) -> list[str]:
    """That only some queues are shown; nothing where all are."""
    words = narrowed_in_words(view, _span)
    return [f"{words[0].upper()}{words[1:]}.", ""] if words else []


def _applied(view: Applied, *, verbose: bool) -> Iterator[str]:
    yield from _narrowed(view)
    for cut_off in view.recovered:
        yield from [f"Run {_span(cut_off.run.id)} {cut_off.words}; the live queues were read:", ""]
        yield from _outcomes(shown_outcomes(cut_off.outcomes, view.only), verbose=verbose)
    if view.message:
        yield from [_span(view.message), ""]
    for result in filter(None, (view.result, view.undone)):
        yield from [f"**{result.run.verb} {result.status}**", ""]
        yield from _outcomes(shown_outcomes(result.outcomes, view.only), verbose=verbose)
        yield from [f"Run `{result.run.id}`, audit head `{result.head}`.", ""]
    yield from held_lines(view.exceptions, _span)
    yield from watched_markdown(view.watched) if view.watched else ()


def _outcomes(outcomes: Sequence[Outcome], *, verbose: bool) -> list[str]:
    return table(["Queue", "Status", "PUTs", "Detail"], outcome_rows(outcomes, _cell, verbose=verbose))


def _drift(view: Drifted) -> Iterator[str]:
    drift = view.drift
    yield from sights_markdown.loop_lines(view.loops)
    counts = ", ".join(f"{drift.count(direction)} {direction.value}" for direction in Direction)
    yield (
        f"**{counts}{marks_among(rule.side for rule in drift.rules)}**"
        if drift.compared
        else f"**{NOT_COMPARED}**"
    )
    yield ""
    if words := compared_in_words(drift):
        yield from [_span(words), ""]
    yield from _drifting(drift.rules)
    if unknown := two_sides_in_words(drift):
        yield from [f"{unknown[0].upper()}{unknown[1:]}.", ""]
    if waiting := pending_in_words(drift):
        yield from [*([] if view.older else [f"**Pending:** {waiting}.", ""]), *_since(view)]
        yield from _drifting(drift.pending)
    if view.resolved:
        yield from [*(f"- {_span(gone_in_words(gone))}" for gone in view.resolved), ""]


def _since(view: Drifted) -> list[str]:
    words = pending_since(view)
    return [f"{_span(words)}.", ""] if words else []


def _drifting(rules: Sequence[Drifting]) -> list[str]:
    rows = [
        [
            _cell(rule.queue_name),
            _cell(rule.side.label(rule.target_name)),
            how_in_words(rule) + (f"; {BOTH}" if rule.moved is Moved.BOTH else ""),
            _cell(drift_in_words(rule)),
            _cell(history_in_words(rule)),
            _cell("; ".join(editors_in_words([rule])) or rule.edit.in_words()),
        ]
        for rule in rules
    ]
    return table(["Queue", "Rule", "Drift", "Values", "Seen", "Queue last changed"], rows)


def _ignored(ignored: Sequence[Ignored]) -> list[str]:
    rows = [[_cell(each.name), _cell(each.what), _cell(each.reason)] for each in ignored]
    return table(["Queue", "Ignored", "Why"], rows)


def _unmanaged(queues: Sequence[Unmanaged] | None) -> Iterator[str]:
    if queues is None:
        return
    rules = sum(len(queue.rules) for queue in queues)
    yield f"**{counted(len(queues), 'queue')}** that no policy describes, with {counted(rules, 'rule')}."
    yield ""
    rows = [
        [
            _cell(queue.name),
            "<br>".join(map(_cell, (*queue.rules, *within_in_words(queue)))),
            _cell(queue.owner),
        ]
        for queue in queues
    ]
    yield from table(["Unmanaged", "Rules", "Managed by"], rows)


def _exported(view: Exported) -> Iterator[str]:
    yield f"**{sum(file.queues for file in view.files)} queues** in {len(view.files)} files."
    yield ""
    yield from table(["File", "Queues"], [[_cell(file.path), str(file.queues)] for file in view.files])
    updated = [[_cell(each), _cell(file.path)] for file in view.files for each in file.updated]
    yield from table(["Updated", "File"], updated)
    added = [[_cell(each), _cell(file.path)] for file in view.files for each in file.added]
    yield from table(["Added", "File"], added)
    rows = [[_cell(each.name), _cell(each.reason)] for each in view.skipped]
    yield from table(["Not managed", "Why"], rows)


def _environments(view: Environments) -> list[str]:
    if view.summary is not None:
        return summary_table(view.summary)
    rows = [
        [
            _cell(each.name),
            _cell(each.api_url or each.region),
            _cell(each.organization),
            _cell(", ".join(each.variables.names)),
            "yes" if each.production else "no",
        ]
        for each in view.environments
    ]
    return table(["Environment", "Where", "Organization", "Variables", "Production"], rows)


def _shown(view: AuditShown) -> Iterator[str]:
    yield from _narrowed(view)
    if view.sample:
        yield from [f"Sample: {view.sample}.", ""]
    yield from entries_table(shown_entries(view))


def _verified(view: AuditVerified) -> Iterator[str]:
    verification = view.verification
    verdict = "whole" if verification.whole else "broken"
    yield (
        f"The audit trail is **{verdict}**: {verification.entries} entries, head {_span(verification.head)}."
    )
    yield ""
    for words in attestation(view):
        yield from [_span(words), ""]
    rows = [
        [_cell(f"{found.path}:{found.line}"), found.kind, _cell(found.message)]
        for found in verification.breaks
    ]
    yield from table(["Place", "Kind", "What"], rows)


def _examined(view: Examined) -> Iterator[str]:
    yield from [f"**{', '.join(f'{view.count(state)} {state.value}' for state in State)}**", ""]
    rows = [
        [
            f"**{line.state.value}**" if line.state is State.FAILED else line.state.value,
            _cell(line.name),
            _cell(line.found) + (f"<br>{_cell(line.remedy)}" if line.remedy else ""),
        ]
        for line in view.lines
    ]
    yield from table(["State", "Check", "Found"], rows)


def _explained(view: Explained) -> Iterator[str]:
    """The texts are the program's own, and Markdown already."""
    if view.listed:
        rows = [[_cell(each.id), each.severity.value, each.summary] for each in view.explanations]
        yield from table(["Finding", "Severity", "Meaning"], rows)
        return
    for each in view.explanations:
        yield from [f"### {_span(each.id)}", "", each.meaning, ""]
        yield f"- **What to do:** {each.remedy}"
        yield f"- **Severity:** {each.severity_in_words}"
        yield f"- **Setting:** {setting_in_words(each)}"
        yield from [f"- **Example:** {_span(each.example)}"] if each.example else []
        yield ""


_VIEWS: Mapping[type, Callable[[Any], Iterable[str]]] = {
    **sights_markdown.VIEWS,
    Planned: _plan,
    Drifted: lambda view: (
        *_drift(view),
        *held_lines(view.drift.plan.held, _span),
        *_unmanaged(view.unmanaged),
    ),
    Exported: _exported,
    Environments: _environments,
    AuditShown: _shown,
    AuditVerified: _verified,
    AuditFigures: report_lines,
    Examined: _examined,
    Explained: _explained,
    Stopped: lambda view: (
        *stopped_lines(view, _span),
        *_applied(Applied(None, view.result, view.recovered), verbose=False),
    ),
    ExceptionsShown: lambda view: exception_lines(view, _span),
}

"""The results of a few lines, as text: of exporting, environments and the set-up."""

from collections.abc import Callable, Iterator
from itertools import chain

from syncer.doctor import Line, State
from syncer.model.change import Reason
from syncer.model.plan import Plan
from syncer.model.settings import Environment
from syncer.report.lookups import AuditShown, Examined, Exported, WrittenFile
from syncer.report.narrow import outcomes_of, shown_entries, shown_outcomes, shown_plan
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.summed import summary_lines
from syncer.report.views import Applied, Environments, Planned


def selected_in_words(plan: Plan, rest: str = "the rest stays as it is") -> str:
    """Which queues a narrowed plan is about, the first by name, and what of the ``rest``; empty where it is
    about all."""
    names = {reason: [each.name for each in plan.untouched if each.reason is reason] for reason in Reason}
    others = len(names.pop(Reason.NOT_SELECTED))
    del names[Reason.UNMANAGED]
    chosen = [*sorted(change.name for change in plan.changes), *sorted(chain.from_iterable(names.values()))]
    if not (plan.selected and others):
        return ""
    first = f"only {chosen[0]}" if chosen else "none"
    more = f" and {counted(len(chosen) - 1, 'other')}" if len(chosen) > 1 else ""
    return f"{first}{more} of {counted(len(chosen) + others, 'queue')}; {rest}"


def narrowed_in_words(view: Planned | Applied | AuditShown, name: Callable[[str], str] = str) -> str:
    """``only queues that match Sales* are shown, 1 of 5 changes; the verdict is …``; empty where all are."""
    if not view.only:
        return ""
    if isinstance(view, Planned):
        part = shown_plan(view.plan, view.only)
        number = f"{len(part.changes):,} of {counted(len(view.plan.changes), 'change')}"
        whole = "the verdict and the totals are those of the whole plan"
    elif isinstance(view, Applied):
        every = outcomes_of(view)
        number = f"{len(shown_outcomes(every, view.only)):,} of {counted(len(every), 'outcome')}"
        whole = "the status and the totals are those of the whole run"
    else:
        every_entry, part_of_it = sum(1 for _ in view.entries), sum(1 for _ in shown_entries(view))
        number = f"{part_of_it:,} of {counted(every_entry, 'entry', 'entries')}"
        whole = "the status is that of the whole run"
    globs = " or ".join(map(name, view.only))
    return f"only queues that match {globs} are shown, {number}; {whole}"


def exported_lines(view: Exported, paint: Paint) -> list[str]:
    """A line a file, a line a queue that was skipped, and the sum."""
    lines = [line for file in view.files for line in _written_lines(file, paint)]
    lines += [
        f"  {paint('not managed:', 'yellow')} {paint(each.name, bold=True)}: {paint(each.reason)}"
        for each in view.skipped
    ]
    return [*lines, _sum_of_export(view, paint), *_after_export(view, paint)]


def _sum_of_export(view: Exported, paint: Paint) -> str:
    """``exported: 25 queues into 2 files``, or of an update ``updated: the rules of 1 queue in 1 file``."""
    files = counted(len(view.files), "file")
    if not view.update:
        queues = counted(sum(file.queues for file in view.files), "queue")
        return f"{paint('exported:', 'green', bold=True)} {queues} into {files}"
    done = paint("updated:", "green", bold=True)
    if not view.files:
        return f"{done} nothing: the files have the live rules"
    updated, added = (
        sum(map(len, each)) for each in zip(*((f.updated, f.added) for f in view.files), strict=True)
    )
    parts = (
        f"the rules of {counted(updated, 'queue')}" if updated else "",
        f"{counted(added, 'queue')} added" if added else "",
    )
    return f"{done} {', '.join(filter(None, parts)) or 'comments'} in {files}"


def _after_export(view: Exported, paint: Paint) -> Iterator[str]:
    """What to do next: capacities are left to fill in only if some are missing."""
    plan = f"{paint.program.call} plan: it has no changes for these queues"
    if view.lacking == 0:
        yield f"next: {plan}"
        return
    which = f" of {counted(view.lacking, 'queue')}" if view.lacking else ""
    yield f"fill in the capacities{which}, then {plan}"
    yield "until they are known: 'checks: {capacity.missing: warning}' in settings.yaml"


def _written_lines(file: WrittenFile, paint: Paint) -> Iterator[str]:
    """The file, and by name what of it was brought up to date."""
    yield f"  {paint(file.path)}  {counted(file.queues, 'queue')}"
    for word, names in (("updated:", file.updated), ("added:", file.added)):
        yield from (f"    {paint(word)} {paint(each, bold=True)}" for each in names)


def environment_lines(view: Environments, paint: Paint) -> list[str]:
    """A few lines an environment; one line where there is none."""
    if view.summary is not None:
        return list(summary_lines(view.summary, paint))
    if not view.environments:
        return ["the settings have no environments"]
    return [line for each in view.environments for line in _environment_lines(each, paint)]


def _environment_lines(environment: Environment, paint: Paint) -> Iterator[str]:
    yield paint(environment.name, bold=True)
    said = {
        "where": environment.api_url or environment.region or "as the variables say",
        "organization": environment.organization or "not pinned",
        "credentials": ", ".join(environment.variables.names) or "the usual variables",
        "overrides": counted(len(environment.overrides), "queue"),
        "production": "yes: an apply by hand asks for the name" if environment.production else "no",
    }
    for name, value in said.items():
        yield f"  {name:<13} {paint(value)}"


_COLORS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red", State.SKIPPED: "cyan"}


def examined_lines(view: Examined, paint: Paint, *, quiet: bool) -> list[str]:
    """A line a check, its remedy below it, and the sum; ``quiet`` leaves out what is well."""
    states, names = width_of([state.value for state in State]), width_of([line.name for line in view.lines])
    shown = [line for line in view.lines if not (quiet and line.state is State.OK)]
    lines = [text for line in shown for text in _line(line, states, names, paint)]
    counts = ", ".join(f"{view.count(state)} {state.value}" for state in State)
    return [*lines, f"doctor: {counts}"]


def _line(line: Line, states: int, names: int, paint: Paint) -> list[str]:
    state = paint(padded(line.state.value, states), _COLORS[line.state], bold=line.state is State.FAILED)
    text = [f"{state}  {padded(line.name, names)}  {paint(line.found)}"]
    remedy = paint.program.spoken(line.remedy)
    return [*text, f"{' ' * (states + names + 4)}→ {paint(remedy)}"] if remedy else text

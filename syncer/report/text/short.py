"""The results of a few lines, as text: of validating, exporting, environments and the set-up."""

from collections.abc import Iterator, Sequence

from syncer.doctor import Line, State
from syncer.model.finding import Finding, Severity
from syncer.model.network import Headroom
from syncer.model.settings import Environment
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.views import Environments, Examined, Exported, Validated


def validated_lines(view: Validated, findings: Sequence[Finding], paint: Paint) -> list[str]:
    """One line of what was read, one of what was found, and the headroom."""
    number = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    queues, rules = counted(view.queues, "queue"), counted(view.rules, "rule")
    read = f"{queues} and {rules} in {counted(view.files, 'file')}"
    verdict = (
        paint("invalid", "red", bold=True) if number[Severity.ERROR] else paint("valid", "green", bold=True)
    )
    found = f"{counted(number[Severity.ERROR], 'error')}, {counted(number[Severity.WARNING], 'warning')}"
    return [f"{read}: {verdict} ({found})", *headroom_lines(view.headroom, paint)]


def headroom_lines(headroom: Headroom, paint: Paint) -> list[str]:
    """How far the load may grow before the first capacity is exceeded."""
    if headroom.factor is None:
        return []
    factor, queue = f"{headroom.factor:.2f} times today's", paint(headroom.queue)
    if headroom.factor < 1:
        return [f"headroom: none; {queue} would be full at {factor} load already"]
    return [f"headroom: the load may grow to {factor}; then {queue} is full"]


def exported_lines(view: Exported, paint: Paint) -> list[str]:
    """A line a file, a line a queue that was skipped, and the sum."""
    lines = [f"  {paint(file.path)}  {counted(file.queues, 'queue')}" for file in view.files]
    lines += [
        f"  {paint('not managed:', 'yellow')} {paint(each.name, bold=True)}: {paint(each.reason)}"
        for each in view.skipped
    ]
    queues = counted(sum(file.queues for file in view.files), "queue")
    done = paint("exported:", "green", bold=True)
    return [
        *lines,
        f"{done} {queues} into {counted(len(view.files), 'file')}",
        f"fill in the capacities, then {paint.program.call} plan: it has no changes",
    ]


def environment_lines(view: Environments, paint: Paint) -> list[str]:
    """A few lines an environment; one line where there is none."""
    if not view.environments:
        return ["the settings have no environments"]
    return [line for each in view.environments for line in _environment_lines(each, paint)]


def _environment_lines(environment: Environment, paint: Paint) -> Iterator[str]:
    yield paint(environment.name, bold=True)
    said = {
        "where": environment.api_url or environment.region or "as the variables say",
        "organisation": environment.organization or "not pinned",
        "credentials": ", ".join(environment.variables.names) or "the usual variables",
        "overrides": counted(len(environment.overrides), "queue"),
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

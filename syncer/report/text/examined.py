"""What was found of the set-up, as text."""

from syncer.doctor.line import Line, State
from syncer.report.text.paint import Paint, padded, width_of
from syncer.report.views import Examined

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

"""Stops as text: the result for each queue, what is left, and one sentence about the current state."""

import shlex

from syncer.report.lookups import ExceptionsShown
from syncer.report.stopped import exception_in_words, headline
from syncer.report.text.paint import Paint, counted
from syncer.report.text.runs import applied_lines
from syncer.report.views import Applied, Stopped


def stopped_lines(view: Stopped, paint: Paint) -> list[str]:
    """The outcomes, what was not done, what is not touched, and the sentence at the end."""
    lines = applied_lines(Applied(None, view.result, view.recovered), paint)
    spoken = paint.program.spoken
    lines += [f"  {paint('left:', 'red')} {paint(spoken(words))}" for words in view.left]
    lines += [f"  not touched: {paint(words)}" for words in view.beside]
    if view.undo:
        lift = shlex.join(["stop", view.exemption.id, "--lift", "--undo", view.undo])
        kept = f"the data to undo it is in {paint(view.undo)}"
        lines.append(f"{kept}: {paint.program.call} {paint(lift)}")
    return [*lines, paint(spoken(headline(view)), "red" if view.left else "green", bold=True)]


def exception_lines(view: ExceptionsShown, paint: Paint) -> list[str]:
    """A line an exception, and how many there are."""
    lines = [f"  {exception_in_words(each, view.now, paint)}" for each in view.exemptions]
    lines.append(f"{counted(len(lines), 'exception')} in force" if lines else "no exceptions are in force")
    return [*([paint(view.message)] if view.message else []), *lines]

"""Stops and exceptions as Markdown."""

from collections.abc import Callable, Iterator, Sequence

from syncer.model.held import Held
from syncer.report.lookups import ExceptionsShown
from syncer.report.stopped import exception_in_words, headline
from syncer.report.text.paint import counted
from syncer.report.views import Stopped

Code = Callable[[str], str]


def stopped_lines(view: Stopped, code: Code) -> Iterator[str]:
    """What is true now, what was not done, and what is not touched."""
    yield from [f"**{headline(view, code)}**", ""]
    for words in view.left:
        yield f"- left: {code(words)}"
    for words in view.beside:
        yield f"- not touched: {code(words)}"
    if view.undo:
        yield f"- what is needed to undo it: {code(view.undo)}"
    yield ""


def exception_lines(view: ExceptionsShown, code: Code) -> Iterator[str]:
    """A line an exception, and how many there are."""
    if view.message:
        yield from [code(view.message), ""]
    number = len(view.exemptions)
    yield from [f"**{counted(number, 'exception') if number else 'No exceptions'}** in force.", ""]
    yield from (f"- {exception_in_words(each, view.now, code)}" for each in view.exemptions)
    yield ""


def held_lines(exceptions: Sequence[Held], code: Code) -> Iterator[str]:
    """The exceptions from the policies, each with what it holds back."""
    for held in exceptions:
        yield f"- exception: {'; '.join([held.in_words(code), *held.effects(code)])}"
    if exceptions:
        yield ""

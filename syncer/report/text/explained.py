"""Explanations of findings, as text."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from syncer.report.escape import plain
from syncer.report.lookups import Explained
from syncer.report.text.paint import SEVERITY_COLORS, Paint, padded, width_of

if TYPE_CHECKING:
    from syncer.checks.explanations import Explanation

_WIDTH: Final = 90
_LABELS: Final = 10


def setting_in_words(explanation: "Explanation") -> str:
    """How the settings change the severity of a finding."""
    if not explanation.changeable:
        return "none: its severity is fixed"
    return f"`checks: {{{explanation.id}: …}}` in settings.yaml: error, warning, info or off"


def explained_lines(view: Explained, paint: Paint) -> list[str]:
    """A line a finding in a list, else a few lines for each."""
    if view.listed:
        return list(_list(view, paint))
    blocks = [list(_block(each, paint)) for each in view.explanations]
    return [line for number, block in enumerate(blocks) for line in (*([""] if number else []), *block)]


def _list(view: Explained, paint: Paint) -> Iterator[str]:
    ids = width_of([each.id for each in view.explanations])
    severities = width_of([each.severity.value for each in view.explanations])
    for each in view.explanations:
        severity = paint(padded(each.severity.value, severities), SEVERITY_COLORS[each.severity])
        yield f"{padded(each.id, ids)}  {severity}  {_spoken(each.summary, paint)}"
    yield f"what to do about one of them: {paint.program.call} explain ID"


def _block(explanation: "Explanation", paint: Paint) -> Iterator[str]:
    yield paint(explanation.id, SEVERITY_COLORS[explanation.severity], bold=True)
    rows = {
        "severity": explanation.severity_in_words,
        "meaning": explanation.meaning,
        "what to do": explanation.remedy,
        "setting": setting_in_words(explanation),
        "example": explanation.example,
    }
    for label, text in rows.items():
        for number, line in enumerate(wrap(_spoken(text, paint), _WIDTH, break_long_words=False)):
            yield f"  {padded('' if number else label, _LABELS)}  {line}"


def _spoken(text: str, paint: Paint) -> str:
    return plain(paint.program.spoken(text))

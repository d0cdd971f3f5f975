"""What was read from policies alone, and the headroom of a network, as text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from syncer.checks.since import UNCHECKED
from syncer.model.finding import UNRESOLVED, Finding, Limit, Severity
from syncer.model.network import Headroom
from syncer.report.text.paint import Paint, counted
from syncer.report.views import Validated

if TYPE_CHECKING:
    from syncer.model.plan import Plan

MOST_NAMES: Final = 5
LOOKS_ALIKE: Final = "references.look-alike"

_NO_LOAD: Final = {UNCHECKED, "loops.cycle", "loops.unmanaged"}
_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "green"}


def validated_lines(view: Validated, paint: Paint, *, findings: Sequence[Finding]) -> list[str]:
    """What was read and whether it is valid, what the headroom leaves out, and the headroom."""
    left_out = (paint(words) for words in remarks_in_words(view))
    headroom = headroom_lines(view.headroom, paint, gap=headroom_gap(findings))
    return [judgment_line(view, paint, findings), *left_out, *headroom]


def judgment_line(view: Validated, paint: Paint, findings: Sequence[Finding]) -> str:
    """What was read, and in color whether it is valid."""
    verdict = paint(judged_in_words(findings), _COLORS[worst_of(findings)], bold=True)
    return f"{read_in_words(view)}: {verdict} ({counts_in_words(findings)})"


def worst_of(findings: Sequence[Finding]) -> Severity:
    """The severity of the worst finding."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in Severity if severity in found), Severity.INFO)


def judged_in_words(findings: Sequence[Finding]) -> str:
    """``invalid``, ``valid``, or that a name may be misspelled: files alone can't know."""
    if worst_of(findings) is Severity.ERROR:
        return "invalid"
    if any(each.id in (*UNRESOLVED, LOOKS_ALIKE) and each.severity is Severity.WARNING for each in findings):
        return "valid, but a name may be misspelled"
    return "valid"


def counts_in_words(findings: Sequence[Finding]) -> str:
    """``0 errors, 1 warning``."""
    number = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return f"{counted(number[Severity.ERROR], 'error')}, {counted(number[Severity.WARNING], 'warning')}"


def read_in_words(view: Validated) -> str:
    """``21 queues and 18 rules in 5 files``."""
    queues, rules = counted(view.queues, "queue"), counted(view.rules, "rule")
    return f"{queues} and {rules} in {counted(view.files, 'file')}"


def remarks_in_words(view: Validated, name: Callable[[str], str] = str) -> Iterator[str]:
    """In which environments it was checked, and which targets the headroom leaves out."""
    if view.environments:
        yield f"checked in each environment: {_listed(view.environments, name)}"
    if view.undescribed:
        left_out = "; the headroom leaves out what goes there" if view.headroom.factor is not None else ""
        yield f"targets that no policy describes: {_listed(view.undescribed, name)}{left_out}"


def _listed(names: Sequence[str], name: Callable[[str], str]) -> str:
    left = len(names) - MOST_NAMES
    return ", ".join(map(name, names[:MOST_NAMES])) + (f" and {left:,} more" if left > 0 else "")


def headroom_lines(
    headroom: Headroom, paint: Paint, before: Headroom | None = None, gap: str = ""
) -> list[str]:
    """How far the load may grow before the first queue is over its capacity; ``before`` a change too.

    ``gap`` is what is left out.
    """
    words = headroom_in_words(headroom, paint, before)
    return [f"headroom{f', {gap}' if gap else ''}: {words}"] if words else []


def headroom_gap(findings: Iterable[Finding]) -> str:
    """``without the queues in or downstream of a loop``: what a headroom leaves out; empty if nothing."""
    ids = {each.id for each in findings if each.id in _NO_LOAD or (each.id in UNRESOLVED and each.refuses)}
    gaps = ["the queues in or downstream of a loop"] if ids & _NO_LOAD else []
    gaps += ["the changes of queues with unknown names"] if ids & {*UNRESOLVED} else []
    return f"without {' and '.join(gaps)}" if gaps else ""


def comparable(plan: "Plan") -> Headroom | None:
    """The headroom before a plan, where that after it is worse or leaves nothing out by the plan."""
    before, after = plan.headroom_before, plan.headroom
    better = before.factor is not None and (after.factor is None or after.factor > before.factor)
    return None if better and headroom_gap(each for each in plan.findings if each.caused) else before


def headroom_in_words(headroom: Headroom, name: Callable[[str], str], before: Headroom | None = None) -> str:
    """``1.48 → 1.08 times today's load; then Tier 2 takes in more than its capacity``, or nothing."""
    if headroom.factor is None:
        return "" if before is None or before.factor is None else f"{before.factor:.2f} → no limit is known"
    was, now = _factors(before) if before else "", _factors(headroom)
    factor = f"{was} → {now}" if was and was != now else now
    does = "takes in" if headroom.limit is Limit.INFLOW else "keeps"
    if headroom.factor < 1 and headroom.at_most is not None and headroom.at_most >= 1:
        does = "may take in" if headroom.limit is Limit.INFLOW else "may keep"
    if headroom.factor < 1:
        return f"{factor} times today's load: {name(headroom.queue)} {does} more than its capacity already"
    return f"{factor} times today's load; beyond it {name(headroom.queue)} {does} more than its capacity"


def _factors(headroom: Headroom) -> str:
    """The factor, or both ends of it where a share may be less."""
    if headroom.factor is None:
        return "no limit"
    least = f"{headroom.factor:.2f}"
    most = f"{headroom.at_most:.2f}" if headroom.at_most else least
    return least if most == least else f"{least} to {most}"

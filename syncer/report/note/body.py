"""A plan as Markdown: the verdict, what the change causes, its rules, a small drawing, and the rest folded.

The note on a merge request and ``--format markdown`` are made of the same lines. They are Markdown that reads
well raw too; names from elsewhere stand in it as code.
"""

from collections.abc import Iterator, Mapping, Sequence

from syncer.model.change import Action
from syncer.model.plan import Plan
from syncer.planning.verdict import verdict
from syncer.report.narrow import shown_plan
from syncer.report.note.drawing import draw
from syncer.report.note.markup import LONGEST_MESSAGE, code, fenced
from syncer.report.note.sections import (
    caused,
    change_table,
    folded_diffs,
    moved_name_lines,
    standing,
)
from syncer.report.picture.of_plan import names_of
from syncer.report.text.paint import counted
from syncer.report.text.plan import (
    COMPARE,
    cost_in_words,
    loads_in_words,
    two_sides_in_words,
    untouched_in_words,
)
from syncer.report.text.short import selected_in_words
from syncer.report.text.validated import comparable, headroom_gap, headroom_in_words

MOST_CHARACTERS = 500_000
"""Half of what GitLab takes: a note that large is slow to draw already."""


def plan_lines(
    plan: Plan, room: int = MOST_CHARACTERS, *, note: Sequence[str] = (), only: Sequence[str] = ()
) -> list[str]:
    """The whole plan; the folded diff is shown as long as there is ``room`` for its characters.

    With ``only``, the changes and findings of the queues that fit these globs; ``note`` says so.
    """
    names, part = names_of(plan), shown_plan(plan, only)
    lines = [
        *moved_name_lines(plan.findings),
        f"**{verdict(plan, code)}**",
        "",
        *note,
        *_facts(plan),
        *caused(part),
        *(["### Changes", "", *change_table(part.changes)] if part.changes else []),
        *_drawing(part, names),
    ]
    room -= sum(len(line) + 1 for line in lines)
    return [*lines, *folded_diffs(part.changes, names, room), *standing(part)]


def counts_in_words(plan: Plan) -> str:
    """``3 to create, 2 to update, 0 to delete in 4 queues``, or ``none``."""
    if not plan.changes:
        return "none"
    counts = ", ".join(f"{plan.count(action):,} to {action.value}" for action in Action)
    return f"{counts} in {counted(len(plan.changes), 'queue')}"


def _facts(plan: Plan) -> Iterator[str]:
    """How much it is, how far the load may grow before and after, what it costs, and where it goes."""
    untouched = untouched_in_words(plan)
    yield f"- changes: {counts_in_words(plan)}{f'; untouched: {untouched}' if untouched else ''}"
    if words := selected_in_words(plan):
        yield f"- narrowed: {code(words, LONGEST_MESSAGE)}"
    if words := two_sides_in_words(plan):
        yield f"- {words}"
    if loads := loads_in_words(plan, code):
        yield f"- loads that move most: {'; '.join(loads)}"
    if headroom := headroom_in_words(plan.headroom, code, comparable(plan)):
        gap = headroom_gap(plan.findings)
        yield f"- headroom{f', {gap}' if gap else ''}: {headroom}"
    if cost := cost_in_words(plan):
        steps = counted(max(change.step for change in plan.changes), "step")
        yield f"- cost of an apply: {cost}, in {steps}"
    if plan.lock == "compare" and plan.changes:
        yield f"- lock `compare`{COMPARE}"
    if plan.organization.id:
        yield f"- organization: {code(plan.organization.name)} ({code(plan.organization.id)})"
    yield ""


def _drawing(plan: Plan, names: Mapping[str, str]) -> list[str]:
    """The neighborhood of what changes; nothing where it would be unreadable."""
    drawing = draw(plan, names)
    if drawing is None:
        return []
    left_out = (
        " Only what changes is drawn: with its neighbors it would be too large." if drawing.alone else ""
    )
    legend = f"Thick: changes; crossed: deleted; dotted: disabled.{left_out}"
    return ["### Around the change", "", legend, "", *fenced("mermaid", drawing.lines)]

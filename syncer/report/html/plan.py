"""A plan as a page: the verdict first, then what the change causes, the network around it, and every rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncer.model.change import Moved, QueueChange, RuleChange
from syncer.model.finding import Finding
from syncer.model.plan import Plan
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html import headline
from syncer.report.html.drawing import Drawing
from syncer.report.html.markup import GOOD, and_more, code, facts, folded, listed, place, section, table
from syncer.report.html.names import Names
from syncer.report.html.other import problems, unmanaged
from syncer.report.narrow import shown_plan
from syncer.report.picture.model import Picture
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.text.paint import counted
from syncer.report.text.plan import (
    COMPARE,
    HAND_EDITS,
    SIGNS,
    contacts_in_words,
    cost_in_words,
    moved_loads,
    two_sides_in_words,
    untouched_in_words,
)
from syncer.report.text.short import narrowed_in_words, selected_in_words
from syncer.report.views import Planned, Report

MOST_ROWS: Final = 2_000
MOST_LOADS: Final = 12


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan and what is drawn of it; ``part`` is what is shown of the plan."""

    view: Planned
    part: Plan
    drawing: Drawing

    @classmethod
    def of(cls, view: Planned) -> "PlanPage":
        """The page of a plan."""
        part = shown_plan(view.plan, view.only)
        return cls(view, part, Drawing.of(picture_of_plan(view.plan), part.findings))

    @property
    def names(self) -> Names:
        """The names of queues as links."""
        return self.drawing.names

    @property
    def title(self) -> str:
        """The verdict, with its sign."""
        plan = self.view.plan
        return f"{headline.KINDS[headline.kind_of(plan)]} {headline.sentence(plan)}"

    def data(self) -> dict[str, Any]:
        """What the script works with."""
        return self.drawing.data()

    def body(self, report: Report) -> Iterator[str]:
        """All sections, in the order in which a reviewer needs them."""
        plan, part, names = self.view.plan, self.part, self.names
        yield "<main>"
        yield meta(report.command, plan, self.view.document)
        yield from headline.head(plan, names)
        yield from problems(report)
        yield from headline.tiles(plan, names)
        if words := narrowed_in_words(self.view) or selected_in_words(plan):
            yield f'<p class="narrowed">{html(words)}</p>'
        if words := two_sides_in_words(plan):
            yield f'<p class="narrowed">{html(words)}</p>'
        yield from self._jumps()
        yield from self._causes()
        yield from self.drawing.lines()
        yield from self._changes()
        yield from self._loads()
        before = found.there_before(part.findings)
        if before:
            yield from section("before", "There before", found.standing(before, names))
        yield from all_queues(self.drawing.whole)
        yield from unmanaged(self.view.unmanaged)
        yield from section("applying", "Applying it", applying(plan, self.view.document))
        yield "</main>"

    def _jumps(self) -> Iterator[str]:
        part = self.part
        links = [
            ("causes", "What this change causes", len(found.caused(part.findings))),
            ("network", "Network", len(self.drawing.near.boxes)),
            ("changes", "Changes", rules_of(part.changes)),
            ("before", "There before", len(found.there_before(part.findings))),
            ("applying", "Applying it", None),
        ]
        yield '<nav aria-label="Sections"><ul class="jumps">'
        for id_, words, number in links:
            if number != 0:
                yield f'<li><a href="#{id_}">{words}{f" ({number:,})" if number else ""}</a></li>'
        yield "</ul></nav>"

    def _causes(self) -> Iterator[str]:
        loud, quiet = found.caused(self.part.findings), found.informing(self.part.findings)
        lines = [
            *found.cards(loud, self.names),
            *found.notes(quiet, self.names),
            *_solved(self.part.solved, self.names),
        ]
        if lines:
            only = all(each.caused for each in loud)
            heading = "What this change causes" if only else "Why this plan is refused, and what it causes"
            yield from section("causes", heading, lines)

    def _changes(self) -> Iterator[str]:
        if self.part.changes:
            yield from section("changes", "Changes", changes(self.part, self.names))

    def _loads(self) -> Iterator[str]:
        moved, left = moved_loads(self.part, MOST_LOADS)
        lines = [f"{self.names.link(each.queue, each.name)} {html(words)}" for each, words in moved]
        if lines:
            yield from section("loads", "Load that moves", [*listed(lines), *and_more(left, "queue")])


def rules_of(changes: Sequence[QueueChange]) -> int:
    """How many rules change."""
    return sum(len(change.rules) for change in changes)


def meta(command: str, plan: Plan, document: Mapping[str, Any]) -> str:
    """Where and when, and of what: one line."""
    source = plan.source
    parts = [
        f"syncer {command}",
        plan.environment,
        str(plan.organization) if plan.organization.id else "",
        plan.created_at,
        str(document.get("digest", ""))[:19],
        f"commit {source.commit[:12]}" if source.commit else "",
        f"!{source.merge_request}" if source.merge_request else "",
        f"{counted(source.behind, 'commit')} behind {source.target}" if source.behind else "",
    ]
    return f'<p class="meta">{" · ".join(html(part) for part in parts if part)}</p>'


def _solved(solved: Sequence[Finding], names: Names) -> Iterator[str]:
    if solved:
        shown = ", ".join(
            f"{code(each.id)} {names.link(each.queue_id, each.queue) if each.queue else ''}"
            for each in solved[:20]
        )
        more = f" and {len(solved) - 20:,} more" if len(solved) > 20 else ""
        yield f'<p class="solved"><b>{GOOD} Solves {counted(len(solved), "finding")}:</b> {shown}{more}</p>'


def changes(plan: Plan, names: Names) -> Iterator[str]:
    """One row a rule, in the order of application, with a search that the script shows."""
    rules = [(change, rule) for change in plan.changes for rule in change.rules]
    danger = {
        box
        for each in found.caused(plan.findings)
        for box in ([*each.loop.tied] if each.loop else [each.queue_id])
    }
    yield '<div class="controls" data-script hidden>'
    yield '<label>Search <input type="search" id="change-search" autocomplete="off"></label>'
    yield '<fieldset class="moments"><legend class="hidden">Actions</legend>'
    for value, words in (("", "all"), ("create", "+"), ("update", "~"), ("delete", "−")):
        checked = "" if value else " checked"
        name = f' aria-label="{value}"' if value else ""
        yield f'<label><input type="radio" name="action" value="{value}"{checked}{name}> {words}</label>'
    yield '</fieldset><output id="change-count"></output></div>'
    head = ("Action", "Queue", "Target", "Before", "After", "Contacts", "Step", "Place")
    rows = (_row(change, rule, names, danger) for change, rule in rules[:MOST_ROWS])
    yield from table("Table of changes", head, rows, "change-rows")
    yield from and_more(len(rules) - MOST_ROWS, "rule")


def _row(change: QueueChange, rule: RuleChange, names: Names, danger: set[str]) -> Sequence[str]:
    sign, action = SIGNS[rule.action][0], rule.action
    alarm = ' <span class="alarm" title="at risk from this change">▲</span>' if change.queue in danger else ""
    target = names.link(rule.target, rule.target_name) if rule.target else html(rule.rule.label(""))
    said = "; ".join(filter(None, (rule.note, HAND_EDITS.get(rule.moved or Moved.POLICIES, ""))))
    note = f' <span class="note">{html(said)}</span>' if said else ""
    return (
        f'<b class="{action.value}" data-action="{action.value}">{sign} {action.value}</b>',
        f"{names.link(change.queue, change.name)}{alarm}",
        target,
        html(rule.before.settings(rule.names)) if rule.before else "–",
        (html(rule.after.settings(rule.names)) if rule.after else "–") + note,
        html(contacts_in_words(rule)) or "–",
        str(change.step),
        place(rule.position) or "–",
    )


def all_queues(picture: Picture) -> Iterator[str]:
    """A list that the script makes: without one there is nothing to search."""
    if picture.boxes:
        yield '<section id="all" aria-labelledby="all-h" data-script hidden><h2 id="all-h">All queues</h2>'
        yield '<p><label>Search <input type="search" id="search" autocomplete="off"></label> '
        yield '<output id="found"></output></p><ul id="rows" class="rows"></ul></section>'


def applying(plan: Plan, document: Mapping[str, Any]) -> Iterator[str]:
    """What an apply of it is bound to, and what it costs."""
    lock = f"{code(plan.lock)}{html(COMPARE) if plan.lock == 'compare' and plan.changes else ''}"
    yield from facts(
        (
            ("Digest", code(str(document.get("digest", "")))),
            ("Cost", html(cost_in_words(plan))),
            ("Lock", lock),
            ("Dialect", code(plan.dialect)),
            ("API", code(plan.api)),
            ("Untouched", html(untouched_in_words(plan))),
            ("Not checked", html(", ".join(plan.not_checked))),
            ("Ignored", html(counted(len(plan.ignored), "difference")) if plan.ignored else ""),
        )
    )
    yield from listed(
        html("; ".join([f"Exception: {held.in_words()}", *held.effects()])) for held in plan.held
    )
    files = [(code(file.path), code(file.sha256)) for file in plan.files]
    if files:
        yield from folded(
            counted(len(files), "policy file"), table("Table of files", ("File", "SHA-256"), files)
        )

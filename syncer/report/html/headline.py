"""The head of a plan's page: the verdict in one line, what the danger is by name, and four figures."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.checks.safety import REFUSED
from syncer.checks.since import MISSING
from syncer.model.change import Action
from syncer.model.finding import MEANT, UNRESOLVED, Finding, Severity, Since
from syncer.model.plan import Plan
from syncer.planning.verdict import (
    EXCEEDED,
    SATURATED,
    in_figures,
    left_out_in_words,
    unresolved_in_words,
    verdict,
)
from syncer.report.escape import html
from syncer.report.html.findings import VERBS, caused, is_loop, there_before, word_of
from syncer.report.html.markup import GOOD, SIGNS, listed
from syncer.report.html.names import Names
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted
from syncer.report.text.plan import SIGNS as ACTION_SIGNS
from syncer.report.text.plan import cost_in_words, untouched_in_words
from syncer.report.text.validated import comparable, headroom_gap

MOST_DANGERS: Final = 4
MOST_RULES: Final = 3

KINDS: Final = {"bad": SIGNS[Severity.ERROR], "warn": SIGNS[Severity.WARNING], "good": GOOD}
"""How a plan looks, with the sign that says so without color."""


def kind_of(plan: Plan) -> str:
    """Whether a plan is bad, to be warned of, or good."""
    if not plan.applicable:
        return "bad"
    return "warn" if caused(plan.findings) or any(each.id == REFUSED for each in plan.findings) else "good"


def sentence(plan: Plan) -> str:
    """Which names lead nowhere, then what the change does, in numbers; else the verdict in full."""
    names = [each for each in plan.findings if each.id in UNRESOLVED and each.refuses]
    deeds = list(_deeds([each for each in caused(plan.findings) if each.caused and each not in names]))
    if plan.applicable or not (names or deeds):
        return verdict(plan).removesuffix(".")
    parts = [unresolved_in_words(names)] if names else []
    if deeds:
        *others, last = deeds
        parts.append(f"this change {' and '.join(filter(None, [', '.join(others), last]))}")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _deeds(found: Sequence[Finding]) -> Iterator[str]:
    loops = [each for each in found if is_loop(each)]
    worse = [each for each in found if each.since is Since.WORSE]
    counts = {
        "closes {}": ("loop", [each for each in loops if each not in worse]),
        "sends more into {}": ("loop", [each for each in loops if each in worse]),
        "overloads {}": ("queue", [each for each in found if each.id == EXCEEDED and each not in worse]),
        "makes {} worse": ("overload", [each for each in found if each.id == EXCEEDED and each in worse]),
        "overfills {}": ("queue", [each for each in found if each.id == SATURATED]),
        "loads {} without a known capacity": ("queue", [each for each in found if each.id == MISSING]),
    }
    said = 0
    for words, (noun, findings) in counts.items():
        said += len(findings)
        if findings:
            yield words.format(counted(len(findings), noun))
    if said < len(found):
        more = "more " if said else ""
        yield f"causes {counted(len(found) - said, f'{more}problem')}"


def head(plan: Plan, names: Names) -> Iterator[str]:
    """Verdict, counts, and what the danger is."""
    yield from opened(kind_of(plan), sentence(plan))
    left_out = left_out_in_words(plan, html)
    said = [*([left_out] if left_out else []), "<b>Apply refuses this plan.</b>"]
    refused = "" if plan.applicable else " " + " ".join(said)
    yield f'<p class="counts">{_counts(plan)}.{refused}</p>'
    yield from dangers([danger(each, names) for each in by_danger(caused(plan.findings))], "causes")
    yield "</header>"


def opened(kind: str, words: str) -> Iterator[str]:
    """The beginning of a header: its verdict in ``words``, with the sign of its ``kind``."""
    yield f'<header class="verdict {kind}">'
    yield f'<h1><span class="sign" aria-hidden="true">{KINDS[kind]}</span> {html(words)}</h1>'


def dangers(said_html: Sequence[str], rest: str) -> Iterator[str]:
    """The first of what is said, and a link to the section ``rest`` where there is more."""
    left = len(said_html) - MOST_DANGERS
    more = [f'<a href="#{rest}">{left:,} more</a>'] if left > 0 else []
    yield from listed([*said_html[:MOST_DANGERS], *more], "dangers")


def _counts(plan: Plan) -> str:
    if not plan.changes:
        return "No rule changes"
    verbs = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
    counts = [
        f'<b class="{action.value}">{ACTION_SIGNS[action][0]} {plan.count(action):,}</b> {verb}'
        for action, verb in verbs.items()
    ]
    untouched = untouched_in_words(plan)
    rest = f"; untouched: {html(untouched)}" if untouched else ""
    return f"Rules: {', '.join(counts)} in {counted(len(plan.changes), 'queue')}{rest}"


def danger(finding: Finding, names: Names) -> str:
    """The danger by name: which loop and which rules close it, which queue and its figures."""
    word = html(word_of(finding))
    if finding.loop:
        known = dict(finding.loop.queues)
        if finding.since is None:  # no change that could have closed it
            shown = [names.link(key, name) for key, name in finding.loop.queues[:MOST_RULES]]
            rest = "… → " if len(finding.loop.queues) > MOST_RULES else ""
            circle = f"{' → '.join(shown)} → {rest}{shown[0]}"
            return f"<b>{word}</b> of {counted(len(finding.loop.queues), 'queue')}: {circle}"
        own = [rule for rule in finding.loop.rules if rule.new]
        shown = [
            f"{names.link(rule.source, known.get(rule.source, ''))} → "
            f"{names.link(rule.target, known.get(rule.target, ''))}"
            for rule in own[:MOST_RULES]
        ]
        more = f" and {counted(len(own) - MOST_RULES, 'more rule')}" if len(own) > MOST_RULES else ""
        by = f" closed by {', '.join(shown)}{more}" if shown else ""
        return f"<b>{word}</b> of {counted(len(finding.loop.queues), 'queue')}{by}"
    if finding.figure and finding.queue:
        queue = names.link(finding.queue_id, finding.queue)
        return f"<b>{word}</b> {queue}: {VERBS[finding.figure.limit]} {html(in_figures(finding.figure))}"
    tip = f" ({html(finding.tip)})" if finding.tip.startswith(MEANT) else ""
    return f"<b>{word}</b>: {html(finding.message)}{tip}"


def tiles(plan: Plan, names: Names) -> Iterator[str]:
    """Headroom, errors, warnings, and what an apply is; a red edge where it got worse."""
    now, before = caused(plan.findings), there_before(plan.findings)
    yield '<div class="tiles">'
    yield _headroom(plan, names)
    for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning")):
        number = sum(each.severity is severity for each in now)
        old = sum(each.severity is severity for each in before)
        plural = noun if number == 1 else f"{noun}s"
        yield tile(f"{number:,}", f"{plural} caused", f"{old:,} there before", worse=number > 0, of=severity)
    steps = max((change.step for change in plan.changes), default=0)
    lock = f"{counted(steps, 'step')}, lock {html(plan.lock)}" if steps else "nothing to apply"
    yield tile(counted(len(plan.changes), "PUT"), lock, html(cost_in_words(plan)))
    yield "</div>"


def _headroom(plan: Plan, names: Names) -> str:
    after, gap = plan.headroom, headroom_gap(plan.findings)
    before = comparable(plan) or after
    was, now = (factor_in_words(each.factor) for each in (before, after))
    worse = after.factor is not None and (before.factor is None or after.factor < before.factor)
    is_full = (
        "is already over its capacity" if after.factor is not None and after.factor < 1 else "is full first"
    )
    full = f"{names.link(after.queue_id, after.queue)} {is_full}" if after.queue else "no limit is known"
    figure = now if was == now else f"{was} → {now}"
    return tile(figure, headroom_of(gap), full, worse=worse and was != now)


def headroom_of(gap: str) -> str:
    """What the figure is of, with what it leaves out."""
    return f"headroom: times today’s load{f', {gap}' if gap else ''}"


def factor_in_words(factor: float | None) -> str:
    """``1.37 ×``; less than 1 is never shown as 1."""
    if factor is None:
        return "–"
    return f"{min(factor, 0.99) if factor < 1 else factor:.2f} ×"


def tile(
    figure: str, what: str, more_html: str, *, worse: bool = False, of: Severity = Severity.ERROR
) -> str:
    """A figure, what it is of, and more to it; with an edge where it got ``worse``: amber ``of`` warnings."""
    kind = f" worse{' warning' if of is Severity.WARNING else ''}" if worse else ""
    return (
        f'<div class="tile{kind}"><p class="figure">{html(figure)}</p>'
        f"<p>{html(what)}</p><p>{more_html}</p></div>"
    )

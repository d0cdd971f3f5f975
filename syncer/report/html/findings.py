"""Findings as cards: what it is, what it was and what it becomes, where it stands, and what to do."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.checks.capacity import compared, number
from syncer.model.finding import Figure, Finding, Limit, Loop, LoopFlow, LoopRule, Severity, Since
from syncer.report.escape import html
from syncer.report.html.markup import SIGNS, and_more, bar, chip, code, folded, listed, place
from syncer.report.html.names import Names
from syncer.report.text.findings import before_in_words, by_danger, in_severities, message_of
from syncer.report.text.paint import counted

MOST_CARDS: Final = 60

Way = tuple[LoopRule | LoopFlow, str]
"""A way of a loop, and what is said of it."""

WORDS: Final = {
    "capacity.exceeded": "Overload",
    "capacity.saturated": "Full",
    "capacity.tight": "Close to full",
    "capacity.overcommitted": "Overcommitted",
    "capacity.missing": "No capacity known",
    "references.unknown": "Unknown name",
    "references.ambiguous": "Ambiguous name",
}
VERBS: Final = {Limit.INFLOW: "takes in", Limit.KEPT: "keeps", Limit.SHARES: "sends on"}


def cards(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    """The worst first; of many the first ones, and the rest counted."""
    shown = by_danger(findings)[:MOST_CARDS]
    for finding in shown:
        yield from card(finding, names)
    yield from and_more(len(findings) - len(shown), "finding")


def card(finding: Finding, names: Names) -> Iterator[str]:
    """One finding."""
    since = finding.since if finding.since in (Since.NEW, Since.WORSE) else None
    kind = finding.severity.value
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[finding.severity]}</span>'
    yield f'<article class="card {kind}"><h3>{sign} '
    yield f"{html(word_of(finding))} {chip(since.value, kind) if since else ''} {code(finding.id)}</h3>"
    yield from _what(finding, names)
    if finding.position and not finding.loop:
        yield f'<p class="where">{place(finding.position)}</p>'
    if finding.tip:
        yield f'<p class="tip"><b>What to do:</b> {html(finding.tip)}</p>'
    yield "</article>"


def is_loop(finding: Finding) -> bool:
    """Whether contacts go round in it: queues that only watch each other are a circle."""
    return finding.loop is not None and finding.id.startswith("loops.") and finding.id != "loops.watch"


def word_of(finding: Finding) -> str:
    """What a finding is called."""
    if finding.loop:
        return "Loop" if is_loop(finding) else "Circle"
    return WORDS.get(finding.id, finding.severity.value.capitalize())


def _what(finding: Finding, names: Names) -> Iterator[str]:
    figure = finding.figure
    if finding.loop:
        yield from _loop(finding, names)
    elif figure and figure.limit is not Limit.SHARES and finding.queue:
        yield f"<p>{names.link(finding.queue_id, finding.queue)} {_figures(figure)}</p>"
    else:
        yield f"<p>{html(message_of(finding))}</p>"


def _figures(figure: Figure) -> str:
    """``takes in 23.8 of 40 ▭ → 147 of 40 ▭``, as HTML."""
    up_to = "up to " if figure.up_to else ""
    now = f"{up_to}<b>{compared(figure.amount, figure.capacity)}</b> {bar(figure.amount, figure.capacity)}"
    verb = VERBS[figure.limit]
    if figure.before is None:
        return f"{verb} {now}"
    capacity = figure.capacity_before or figure.capacity
    if (figure.before, capacity) == (figure.amount, figure.capacity):
        return f"{verb} {now}"
    was = f"{number(figure.before)} of {number(capacity)} {bar(figure.before, capacity)}"
    return f"{verb} {up_to if figure.before else ''}{was} → {now}"


def _loop(finding: Finding, names: Names) -> Iterator[str]:
    """The chain of queues; a rule of this change is bold and has its place, a flow its name."""
    loop = finding.loop
    if loop is None:
        return
    size = counted(len(loop.queues), "queue")
    yield f"<p>{size}; a contact that overflows can come back.</p>"
    is_change = finding.since is not None
    rules = ((each, f"{_by_change(each) if is_change else ''} {place(each.position)}") for each in loop.rules)
    ways = _in_turn(loop, [*rules, *((each, _by_flow(each)) for each in loop.flows)])
    known = dict(loop.queues)
    yield '<ol class="chain">'
    for way, words in ways[:MOST_CARDS]:
        source, target = (names.link(key, known.get(key, "")) for key in (way.source, way.target))
        yield f"<li>{source} → {target}{words}</li>"
    yield "</ol>"
    yield from and_more(len(ways) - MOST_CARDS, "way")


def _in_turn(loop: Loop, ways: list[Way]) -> list[Way]:
    """Those of the circle as they lead round, then the others."""
    keys = [key for key, _ in loop.queues]
    turn = {pair: number for number, pair in enumerate(zip(keys, [*keys[1:], keys[0]], strict=True))}
    return sorted(ways, key=lambda way: turn.get((way[0].source, way[0].target), len(turn)))


def _by_change(rule: LoopRule) -> str:
    return " <b>by this change</b>" if rule.new else ""


def _by_flow(flow: LoopFlow) -> str:
    return f" {'by' if flow.proven else 'perhaps by'} the in-queue flow {html(flow.flow)}"


def notes(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    """What only informs, folded."""
    if findings:
        yield from folded(counted(len(findings), "note"), _lines(findings, names))


def standing(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    """What was there before, folded."""
    if findings:
        yield from folded(before_in_words(findings), _lines(findings, names))


def _lines(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    shown = by_danger(findings)[:MOST_CARDS]
    yield from listed((_line(each, names) for each in shown), "findings")
    if len(findings) > len(shown):
        rest = by_danger(findings)[MOST_CARDS:]
        yield f'<p class="more">… and {len(rest):,} more: {in_severities(rest)}.</p>'


def _line(finding: Finding, names: Names) -> str:
    about = f"{names.link(finding.queue_id, finding.queue)}: " if finding.queue and not finding.loop else ""
    sign = f'<span class="sign {finding.severity.value}" aria-hidden="true">{SIGNS[finding.severity]}</span>'
    return f"{sign} {code(finding.id)} {about}{html(message_of(finding))} {place(finding.position)}"


def caused(findings: Sequence[Finding]) -> list[Finding]:
    """What the change causes or what refuses it, but for what only informs."""
    return [each for each in findings if (each.caused or each.refuses) and each.severity is not Severity.INFO]


def informing(findings: Sequence[Finding]) -> list[Finding]:
    """What the change causes and only informs."""
    return [each for each in findings if each.caused and each.severity is Severity.INFO and not each.refuses]


def there_before(findings: Sequence[Finding]) -> list[Finding]:
    """What the change has nothing to do with, and doesn't refuse it."""
    return [each for each in findings if not (each.caused or each.refuses)]

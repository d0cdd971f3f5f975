"""The verdict on a plan: one sentence that names the danger, the same in every format.

::

    Can't be applied: this change closes a loop of 2 queues (A → B → A) and overloads C (24 → 147 of 40).
    Can't be applied: the organization lists no queue 'Tier II' (did you mean 'Tier 2'?). Left out: Tier 1.
    Can be applied, but it overfills Tier 2 (80 → 104 of 100).
    Can be applied: it causes no loop and no overload.
    No changes: the live queues match the policies.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from syncer.checks.capacity import BY_FLOW, compared, number
from syncer.checks.safety import REFUSED
from syncer.checks.since import MISSING, UNCHECKED, WATCHES
from syncer.model.change import Reason
from syncer.model.finding import (
    MEANT,
    OVERWRITES,
    UNEXPLAINED,
    UNRESOLVED,
    Figure,
    Finding,
    Limit,
    Severity,
    Since,
)
from syncer.model.held import STOP
from syncer.model.plan import Plan

MOST_NAMES = 3
HELD = "rollback.held"
MOVED = "rollback.moved"
EXCEEDED, SATURATED, OVERCOMMITTED = "capacity.exceeded", "capacity.saturated", "capacity.overcommitted"

Name = Callable[[str], str]
"""How a format writes a name, which is hostile until it is escaped."""


def verdict(plan: Plan, name: Name = str) -> str:
    """The sentence, and one more each for queues that are left out, queues that are held back, and loops that
    were there before."""
    return " ".join([_judgment(plan, name), *_also(plan, name)])


def _judgment(plan: Plan, name: Name) -> str:
    refusing = [finding for finding in plan.findings if finding.refuses]
    if refusing:
        return f"Can't be applied: {'; '.join(_dangers(refusing, name, 'error'))}."
    warnings = [
        each
        for each in plan.findings
        if (each.severity is Severity.WARNING or each.id == EXCEEDED)
        and each.caused
        and each.id not in (REFUSED, HELD, MOVED)
    ]
    effects = "; ".join(_dangers(warnings, name, "warning", subject="it"))
    if not plan.changes:
        others = _left_out(plan) or _queues(plan, Reason.HELD)
        stays = f"the {'other ' if others else ''}live queues match the policies"
        return f"No changes: {stays}, but {effects}." if effects else f"No changes: {stays}."
    if any(finding.id == REFUSED for finding in plan.findings):
        allowed = "Can be applied only with an override: the safety settings forbid it"
        return f"{allowed}, and {effects}." if effects else f"{allowed}."
    return f"Can be applied, but {effects}." if effects else f"Can be applied: {_harmless(plan)}."


def _harmless(plan: Plan) -> str:
    if {EXCEEDED, SATURATED} & set(plan.not_checked):
        return f"it causes no loop; overload is not checked ({', '.join(plan.not_checked)} switched off)"
    if any(finding.id in (MISSING, UNCHECKED) for finding in plan.findings) or _load_is_unknown(plan):
        return "it causes no loop, and no overload where capacity and load are known"
    return "it causes no loop and no overload"


def _load_is_unknown(plan: Plan) -> bool:
    """Whether nobody knows what a queue that changes is offered, or capacities are not checked."""
    changed = {change.queue for change in plan.changes}
    states = [queue.after for queue in plan.queues if queue.queue in changed]
    return MISSING in plan.not_checked or any(not (state.load and state.load.offered) for state in states)


def _dangers(
    findings: Sequence[Finding], name: Name, noun: str, *, subject: str = "this change"
) -> Iterator[str]:
    """What the findings say, as parts of one sentence: what the change does, what was there, the rest."""
    rest = list(findings)
    if names := _taken(rest, lambda each: each.id in UNRESOLVED):
        yield unresolved_in_words(names, name)
    deeds = list(_deeds(rest, name))
    if deeds:
        yield f"{subject} {_joined(deeds)}"
    if old := _taken(rest, lambda each: _overflows(each) and not each.caused):
        yield f"the policies contain {_loops(old, name)}"
    if old := _taken(rest, lambda each: each.id == EXCEEDED):
        yield f"{_loads(old, name)} {'is' if len(old) == 1 else 'are'} already overloaded"
    if missing := _taken(rest, lambda each: each.id == MISSING):
        yield f"the capacity of {_names([each.queue for each in missing], name)} is not known"
    if rest:
        more = " more" if len(rest) < len(findings) else ""
        plural = "s" if len(rest) > 1 else ""
        yield f"there {'are' if plural else 'is'} {len(rest)}{more} {noun}{plural} ({_ids(rest)})"


def unresolved_in_words(findings: Sequence[Finding], name: Name = str) -> str:
    """``the organization lists no queue 'Tier II' (did you mean 'Tier 2'?)``: names that match nothing, or
    several."""
    said = dict.fromkeys(
        f"{name(each.message)} ({name(each.tip)})" if each.tip.startswith(MEANT) else name(each.message)
        for each in findings
    )
    shown = list(said)[:MOST_NAMES]
    left = len(said) - len(shown)
    more = [f"the same is true of {left} more name{'s' if left > 1 else ''}"] if left else []
    return "; ".join([*shown, *more])


def _deeds(rest: list[Finding], name: Name) -> Iterator[str]:
    """What the change does, the worst first; what is said is taken out of ``rest``."""
    if edits := _taken(rest, lambda each: each.id in (UNEXPLAINED, OVERWRITES)):
        queues = list(dict.fromkeys(each.queue for each in edits))
        yield f"undoes {'a hand edit' if len(edits) == 1 else 'hand edits'} of {_names(queues, name)}"
    if loops := _taken(rest, lambda each: _overflows(each) and each.caused and each.since is not Since.WORSE):
        yield f"closes {_loops(loops, name)}"
    if loops := _taken(rest, lambda each: _overflows(each) and each.since is Since.WORSE):
        yield f"sends contacts into {_loops(loops, name)}"
    for verb, ids, since, up_to in (
        ("overloads", {EXCEEDED}, {Since.NEW, None}, False),
        ("worsens the overload of", {EXCEEDED}, {Since.WORSE}, False),
        ("may overload", {EXCEEDED, BY_FLOW}, {Since.NEW, Since.WORSE, None}, True),
        ("overfills", {SATURATED}, {Since.NEW, Since.WORSE, None}, False),
        ("may overfill", {SATURATED}, {Since.NEW, Since.WORSE, None}, True),
        ("overcommits", {OVERCOMMITTED}, {Since.NEW, Since.WORSE, None}, False),
    ):
        if own := _taken(rest, _is(ids, since, up_to=up_to)):
            yield f"{verb} {_loads(own, name)}"
    scenarios = dict.fromkeys(each.scenario for each in rest if each.scenario and each.caused)
    for scenario in list(scenarios)[:MOST_NAMES]:
        own = _taken(rest, _in_scenario(scenario))
        yield f"would overload {_loads(own, name)} in {name(scenario)}"


def _in_scenario(scenario: str) -> Callable[[Finding], bool]:
    return lambda each: each.scenario == scenario and each.caused


def _is(ids: Collection[str], since: Collection[Since | None], *, up_to: bool) -> Callable[[Finding], bool]:
    return lambda each: (
        each.id in ids and each.since in since and bool(each.figure and each.figure.up_to) is up_to
    )


def _taken(rest: list[Finding], fits: Callable[[Finding], bool]) -> list[Finding]:
    """The findings that fit, taken out of ``rest``."""
    taken = [each for each in rest if fits(each)]
    rest[:] = [each for each in rest if not fits(each)]
    return taken


def _overflows(finding: Finding) -> bool:
    """Whether it is a loop, not a circle of queues that only watch each other."""
    return finding.loop is not None and finding.id != WATCHES


def _loops(findings: Sequence[Finding], name: Name) -> str:
    largest = max((each.loop for each in findings if each.loop), key=lambda loop: len(loop.queues))
    names = [name(queue) for _, queue in largest.queues]
    shown = names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"]
    size = f"{len(names)} queue{'s' if len(names) != 1 else ''}"
    chain = " → ".join([*shown, names[0]])
    if len(findings) == 1:
        return f"a loop of {size} ({chain})"
    return f"{len(findings)} loops, the longest of {size} ({chain})"


def _loads(findings: Sequence[Finding], name: Name) -> str:
    """The heaviest first, each with what it was and what it can take."""
    heaviest = sorted(findings, key=_weight, reverse=True)
    named = [f"{name(each.queue)}{_figures(each.figure)}" for each in heaviest[:MOST_NAMES]]
    left = len(heaviest) - len(named)
    return _joined([*named, f"{left} more queue{'s' if left > 1 else ''}"] if left else named)


def _weight(finding: Finding) -> float:
    return finding.figure.amount / finding.figure.capacity if finding.figure else 0.0


def _figures(figure: Figure | None) -> str:
    return f" ({in_figures(figure)})" if figure else ""


def in_figures(figure: Figure) -> str:
    """``23.8 → 147 of 40``; where the capacity moved, ``147 of 80 → 147 of 40``; ``147 of 40`` where both
    are the same. Shares are in percent."""
    up_to = "up to " if figure.up_to else ""
    unit = " %" if figure.limit is Limit.SHARES else ""
    now = f"{up_to}{compared(figure.amount, figure.capacity)}{unit}"
    if figure.before is None:
        return now
    if figure.capacity_before not in (None, figure.capacity):
        return f"{up_to}{compared(figure.before, figure.capacity_before or 0)} → {now}"
    was = number(figure.before)
    return now if was == number(figure.amount) else f"{up_to if figure.before else ''}{was} → {now}"


def _ids(findings: Sequence[Finding]) -> str:
    ids = sorted({finding.id for finding in findings})
    return ", ".join(ids[:MOST_NAMES]) + (", …" if len(ids) > MOST_NAMES else "")


def left_out_in_words(plan: Plan, name: Name = str) -> str:
    """``Left out: Tier 1 and Tier 2.``: the queues whose rules stay as they are; nothing without any."""
    left_out = _left_out(plan)
    return f"Left out: {_names(left_out, name)}." if left_out else ""


def _also(plan: Plan, name: Name) -> Iterator[str]:
    if words := left_out_in_words(plan, name):
        yield words
    if held_back := _queues(plan, Reason.HELD):
        yield f"Held back: {_names(held_back, name)}."
    looped = [each for each in plan.findings if _overflows(each) and not each.refuses and not each.caused]
    if looped:
        yield f"Already there: {_loops(looped, name)}."
    for held in plan.held:
        if held.kind == STOP and (held.expired or held.effects()):
            effects = "; ".join(held.effects(name))
            about = f"{held.about(name)} ({held.time_in_words()})"
            yield f"Exception: {about}{f': {effects}' if effects else ''}."


def _left_out(plan: Plan) -> list[str]:
    """The queues that are left out, and those that live doesn't know by their names any more."""
    unresolved = (each.queue for each in plan.findings if each.id in UNRESOLVED and each.excused)
    return list(dict.fromkeys((*_queues(plan, Reason.LEFT_OUT), *unresolved)))


def _queues(plan: Plan, reason: Reason) -> list[str]:
    """The names of the queues that stay as they are for this reason."""
    return [queue.name for queue in plan.untouched if queue.reason is reason]


def _names(names: Sequence[str], name: Name) -> str:
    shown = [name(each) for each in names[:MOST_NAMES]]
    left = len(names) - len(shown)
    return _joined([*shown, f"{left} more"] if left > 0 else shown)


def _joined(parts: Sequence[str]) -> str:
    """``a, b and c``; ``a, b and c, and d`` where one of them has an ``and``."""
    *others, last = parts
    last_and = ", and " if any(" and " in part for part in parts) else " and "
    return last_and.join(filter(None, [", ".join(others), last]))

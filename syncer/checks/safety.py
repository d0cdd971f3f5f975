"""Safety: the limits of one run. An apply refuses to exceed them, a plan warns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from syncer.checks.freeze import DeclaredFreeze
from syncer.model.change import Action
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Plan
from syncer.model.queue import fits
from syncer.model.settings import Safety
from syncer.net.timing import rfc3339

REFUSED = "safety.refused"

EXEMPT_SIZE, EXEMPT_PROTECTED = "exempt:mass-change", "exempt:protected"

EXEMPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "--allow-mass-change": EXEMPT_SIZE,
        "--allow-delete": EXEMPT_SIZE,
        "--allow-protected": EXEMPT_PROTECTED,
    }
)
"""The flags that a run which undoes another doesn't need, and what stands among its overrides instead."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a plan may not be applied as it is; ``override`` is the flag that allows it all the same."""

    override: str
    message: str


def objections(
    plan: Plan, safety: Safety, now: datetime, declared: Sequence[DeclaredFreeze] = ()
) -> tuple[Objection, ...]:
    """Everything in ``plan`` that the settings or a ``declared`` freeze forbid; nothing in a plan that
    changes nothing."""
    if not plan.changes:
        return ()
    return (
        *_frozen(safety, now),
        *(Objection("--allow-frozen", freeze.message) for freeze in declared),
        *_protected(plan, safety.protected),
        *_deletions(plan, safety),
        *_mass_change(plan, safety),
    )


def warnings_ahead(
    plan: Plan, safety: Safety, now: datetime, declared: Sequence[DeclaredFreeze] = ()
) -> Iterator[Finding]:
    """For reviewers: a warning for each flag without which an apply would refuse ``plan``, as things are."""
    for override, group in groupby(objections(plan, safety, now, declared), key=attrgetter("override")):
        first, *others = group
        more = f", and {len(others):,} more like it" if others else ""
        yield Finding(
            REFUSED,
            Severity.WARNING,
            f"an apply refuses this plan: {first.message}{more}",
            tip=f"Change less at once, or later; if it is intended, apply with {override}; "
            "the audit trail records that",
        )


def _frozen(safety: Safety, now: datetime) -> Iterator[Objection]:
    for freeze in safety.freeze:
        if freeze.start <= now < freeze.end:
            window = f"{rfc3339(freeze.start)} to {rfc3339(freeze.end)}"
            yield Objection("--allow-frozen", f"changes are frozen from {window}: {freeze.reason}")


def _protected(plan: Plan, globs: Sequence[str]) -> Iterator[Objection]:
    for change in plan.changes:
        matching = [glob for glob in globs if fits(change.name, (glob,))]
        if matching:
            yield Objection(
                "--allow-protected", f"{change.name} is protected ({matching[0]}) and would be changed"
            )


def _deletions(plan: Plan, safety: Safety) -> Iterator[Objection]:
    deleted = _count(plan, Action.DELETE)
    if deleted and not safety.allow_delete:
        yield Objection("--allow-delete", f"{deleted} rules would be deleted, and allow_delete is false")


def _mass_change(plan: Plan, safety: Safety) -> Iterator[Objection]:
    """Shares of the live rules of managed queues; a creation takes nothing away."""
    total = plan.managed_rules
    if total < safety.from_rules:
        return
    deleted = _count(plan, Action.DELETE)
    changed = _count(plan, Action.UPDATE)
    for number, what, most in (
        (deleted, "deleted", safety.max_delete_percent),
        (changed + deleted, "changed or deleted", safety.max_change_percent),
    ):
        if number * 100 > most * total:
            share = f"{number} of {total} rules would be {what}, {100 * number / total:.3g} %"
            yield Objection("--allow-mass-change", f"{share}; at most {most:g} % are allowed")


def _count(plan: Plan, action: Action) -> int:
    """Changes of rules; a mark of the owner moves no contact."""
    rules = (rule for change in plan.changes for rule in change.rules)
    return sum(rule.action is action and not rule.is_mark for rule in rules)

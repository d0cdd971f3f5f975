"""Checks before anything is sent: is the plan still right, still allowed, and not used yet?"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from syncer.checks.freeze import DeclaredFreeze
from syncer.checks.safety import objections
from syncer.checks.since import MISSING
from syncer.errors import BadPlan, PoliciesInvalid, Refused, StalePlan
from syncer.model.change import Moved, QueueChange, RuleChange
from syncer.model.finding import Severity, Since, quoted
from syncer.model.plan import LiveRules, Plan
from syncer.model.rule import mean_the_same
from syncer.model.settings import Safety
from syncer.net.timing import from_rfc3339
from syncer.planning.causes import not_known, overwritten
from syncer.planning.restore import CONFLICT
from syncer.planning.saved_plan import SavedPlan, moved
from syncer.planning.undo import NEWER

_REASONS = {
    "--allow-mass-change": "mass-change",
    "--allow-protected": "protected",
    "--allow-frozen": "frozen",
    "--allow-delete": "deletes",
}
"""The code of a refusal by the flag that allows it."""

SKEW = timedelta(minutes=5)
"""How far two clocks may be apart."""


@dataclass(frozen=True, slots=True)
class Used:
    """The audit's record of a plan: the queues that it has changed already, and the last run that did.

    ``runs`` has the last run of each of these queues.
    """

    queues: frozenset[str]
    run: str = ""
    timestamp: str = ""
    runs: Mapping[str, str] = field(default_factory=dict, compare=False)


def used_before(entries: Iterable[Mapping[str, Any]], plan: SavedPlan) -> Used:
    """Look a saved plan up in the audit, by its digest and by when it was made: a new plan with the same
    content is another plan. Of each queue the last that happened to it counts: it may have been taken
    back."""
    key = (plan.digest, plan.created_at)
    own = [
        entry
        for entry in entries
        if entry.get("kind") == "change" and (entry.get("planDigest"), entry.get("planCreatedAt")) == key
    ]
    last = {str(entry.get("queueId")): entry for entry in own}
    queues = frozenset(queue for queue, entry in last.items() if entry.get("success"))
    done = [entry for entry in own if str(entry.get("queueId")) in queues and entry.get("success")]
    if not done:
        return Used(frozenset())
    runs = {queue: str(last[queue].get("run")) for queue in queues}
    return Used(queues, str(done[-1].get("run")), str(done[-1].get("timestamp")), runs)


def refuse_undone(used: Used, undone: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    """Raise Refused if part of a plan was applied and then rolled back: somebody wanted the former state, and
    nothing was reviewed since. ``undone`` is by run and queue: the rollback and its time."""
    found = [(run, *undone[run, queue]) for queue, run in used.runs.items() if (run, queue) in undone]
    if found:
        run, by, at = max(found, key=lambda each: each[2])
        raise Refused(
            f"this plan was applied by run {run}, which was undone by run {by} at {at}: nothing was sent",
            hint="If you want it after all, make a new plan and apply that.",
            reason="undone",
        )


def left_to_do(saved: SavedPlan, done: frozenset[str]) -> SavedPlan:
    """A saved plan after the queues in ``done`` were changed by it: what it still expects and wants."""
    made = {change.queue: change for change in saved.changes if change.queue in done}
    return replace(
        saved,
        changes=tuple(change for change in saved.changes if change.queue not in done),
        live=tuple(
            _afterwards(queue, made[queue.queue]) if queue.queue in made else queue for queue in saved.live
        ),
    )


def arrived(saved: SavedPlan, fresh: SavedPlan) -> frozenset[str]:
    """The queues of a saved plan that the organization has as it wants them by now, no matter who did that:
    the plan of a merge that came soon after another one holds the changes of both."""
    wanted = left_to_do(saved, frozenset(change.queue for change in saved.changes))
    live = {queue.queue: queue.rules for queue in fresh.live}
    left = {change.queue for change in fresh.changes}
    done = {change.queue for change in saved.changes if change.queue in live} - left
    return frozenset(
        queue.queue
        for queue in wanted.live
        if queue.queue in done and mean_the_same(queue.rules, live[queue.queue])
    )


def _afterwards(queue: LiveRules, change: QueueChange) -> LiveRules:
    """A live queue of a plan after its change: rules of other kinds stay."""
    stay = [rule for rule in queue.rules if rule.kind not in change.kinds]
    return replace(queue, rules=(*change.after, *stay))


def without_queues(queues: Container[str], saved: SavedPlan, fresh: SavedPlan) -> tuple[SavedPlan, SavedPlan]:
    """Both plans without these queues, which are held back as they are now."""

    def without(plan: SavedPlan) -> SavedPlan:
        return replace(
            plan,
            changes=tuple(each for each in plan.changes if each.queue not in queues),
            live=tuple(each for each in plan.live if each.queue not in queues),
        )

    return without(saved), without(fresh)


def refuse_invalid(plan: Plan) -> None:
    """Raise PoliciesInvalid when the checks found errors, Refused if a change by somebody would be
    overwritten."""
    newer = next((each for each in plan.findings if each.id == NEWER and each.refuses), None)
    if newer:
        raise Refused(
            "a newer run has since changed what is to be undone, so nothing was changed",
            hint=f"{newer.tip}. Or leave such queues as they are: --skip-conflicts.",
            reason="newer-run",
        )
    if any(finding.id == CONFLICT and finding.refuses for finding in plan.findings):
        raise Refused(
            "somebody has since changed what is to be undone, so nothing was changed",
            hint="Check it. To undo the rest: --skip-conflicts. To restore everything as it was before the"
            " run, revert the change of the policies and apply that.",
            reason="conflict",
        )
    if not plan.applicable:
        raise PoliciesInvalid("the plan has errors, so nothing was applied")


def refuse_moved(saved: SavedPlan, fresh: SavedPlan) -> None:
    """Raise StalePlan, with all differences, when the plan would no longer do exactly what it states."""
    differences = moved(_unordered(saved), _unordered(fresh))
    if differences:
        elsewhere = saved.organization.id != fresh.organization.id
        raise StalePlan(
            "the plan is stale, nothing was applied:\n" + "\n".join(differences),
            hint="Make a new plan, have it reviewed, and apply that.",
            reason="plan-for-another-organization" if elsewhere else "",
        )


@contextmanager
def naming_exceptions(plan: Plan) -> Iterator[None]:
    """A stale plan names the exceptions in force: one that was made without them wants what they hold."""
    try:
        yield
    except StalePlan as error:
        if not plan.held:
            raise
        lines = (f"an exception is in force: {held.in_words()}" for held in plan.held)
        raise StalePlan("\n".join([error.message, *lines]), hint=error.hint) from error


def _unordered(plan: SavedPlan) -> SavedPlan:
    """A plan without its order: that follows from the rules, and from how much of it is done already."""
    return replace(plan, changes=tuple(replace(change, step=1) for change in plan.changes))


def excuses(plan: Plan) -> bool:
    """Whether an error would count if it had not been there before."""
    standing = (finding for finding in plan.findings if finding.since is Since.BEFORE)
    return any(finding.excused or finding.id == MISSING for finding in standing)


def refuse_excused(alone: Plan) -> None:
    """Raise Refused for errors that were there before only according to an unsigned plan file.

    ``alone`` is the same plan where nothing is known of before but what policies and live show.
    """
    if alone.applicable:
        return
    counting = [each for each in alone.findings if each.severity is Severity.ERROR and not each.excused]
    raise Refused(
        "only the plan file states that these errors were there before, and it isn't signed:\n"
        + "\n".join(f"{finding.id}: {finding.message}" for finding in counting),
        hint="Fix them first, or set SYNCER_PLAN_KEY where plans are made and where they are applied.",
    )


def refuse_old(saved: SavedPlan, minutes: float | None, now: datetime) -> None:
    """Raise Refused when the plan is older than allowed."""
    if minutes is None:
        return
    try:
        made = from_rfc3339(saved.created_at)
    except ValueError as error:
        raise BadPlan(f"the plan does not state when it was made: {error}") from error
    age = now - made
    if age < -SKEW:
        raise Refused(
            f"the plan states that it was made in the future, at {saved.created_at}",
            hint="Fix the clock of this machine or of the one that made it, and make a new plan.",
            reason="plan-from-the-future",
        )
    if age > timedelta(minutes=minutes):
        raise Refused(
            f"the plan is {age.total_seconds() / 60:.0f} minutes old, but at most {minutes:g} are allowed",
            hint="Make a new plan.",
            reason="plan-too-old",
        )


def refuse_unexplained(plan: Plan, *, known: bool) -> None:
    """Raise Refused, with each rule, for changes that the policies don't explain.

    ``known``: there is a record of the last apply at this place. Without one, no overwrite of a live rule is
    explained.
    """
    edits = [_rule_in_words(*each) for each in overwritten(plan) if each[1].moved is Moved.LIVE]
    unknown = [_rule_in_words(*each) for each in not_known(plan)]
    if not edits and not unknown:
        return
    lines = [f"{rule}: the live queue was edited by hand since the last apply" for rule in edits]
    why = "what was applied last is not known" if known else "there is no record of what was applied last"
    lines += [f"{rule}: {why}" for rule in unknown]
    hint = (
        "Add the edit to the policies (syncer drift --open-mr), or revert it by hand"
        if edits
        else "Look at the plan"
    )
    raise Refused(
        "not explained by a change of the policies, so nothing was applied:\n" + "\n".join(lines),
        hint=f"{hint}. To overwrite the live rules, apply once without --require-explained"
        f"{': that is how the first apply is done' if unknown and not known else ''}.",
        reason="unexplained",
    )


def _rule_in_words(change: QueueChange, rule: RuleChange) -> str:
    return f"{quoted(change.name)} {rule.rule.label(rule.target_name)}"


def refuse_compare(plan: Plan) -> None:
    """Raise Refused if the API has no etags to lock with."""
    if plan.lock != "etag":
        raise Refused(
            "the API has no etags, so a write can only be compared, not locked",
            hint="Omit --require-etag to accept the small window between reading and writing.",
            reason="no-etags",
        )


def refuse_unsafe(
    plan: Plan,
    safety: Safety,
    overrides: Sequence[str],
    now: datetime,
    declared: Sequence[DeclaredFreeze] = (),
) -> None:
    """Raise Refused, with the figures, for everything that the settings or a ``declared`` freeze forbid and
    no flag allows."""
    found = [each for each in objections(plan, safety, now, declared) if each.override not in overrides]
    if found:
        flags = sorted({each.override for each in found})
        raise Refused(
            "refused for safety, nothing was applied:\n" + "\n".join(each.message for each in found),
            hint=f"If this is intended, confirm it with {' '.join(flags)}; the audit records it.",
            reason=_REASONS[flags[0]] if len(flags) == 1 else "safety",
        )

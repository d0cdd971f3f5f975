"""What of a drift is remembered from run to run, and what a run could have seen at all."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from syncer.drift.episodes import Facts, Key, Step
from syncer.drift.found import COMPARED, Drift, Drifting
from syncer.kinds.registry import rule_document
from syncer.model.canonical import digest
from syncer.model.plan import Plan
from syncer.model.rule import Rule


def sightings(drift: Drift) -> dict[Key, Facts]:
    """Each rule that drifted by what makes it the same from run to run, in the order of the rules."""
    seen: Counter[Key] = Counter()
    found = {}
    for rule in drift.rules:
        key = _key(drift.plan, rule)
        found[replace(key, number=seen[key])] = _facts(rule)
        seen[key] += 1
    return found


def looking(plan: Plan) -> Callable[[Key], bool]:
    """Whether a plan compared the queue of a key: it knows one API and environment, and where only some
    policy files were named, their queues alone."""
    compared = {change.queue for change in plan.changes} | {
        queue.queue for queue in plan.untouched if queue.reason in COMPARED
    }

    def looked_at(key: Key) -> bool:
        here = (key.api, key.environment) == (plan.api, plan.environment)
        return here and (not plan.paths or key.queue in compared)

    return looked_at


def remembered(drift: Drift, step: Step) -> Drift:
    """The drift with the episode of each rule; ``step`` was made of its sightings."""
    pairs = zip(drift.rules, step.going, strict=True)
    return replace(drift, rules=tuple(replace(rule, episode=episode) for rule, episode in pairs))


def with_pending(step: Step, drift: Drift) -> Step:
    """The step in which each drift that is gone says whether its rule waits to be applied now."""
    waiting = {_key(drift.plan, rule).place for rule in drift.pending}
    resolved = (replace(gone, pending=gone.episode.key.place in waiting) for gone in step.resolved)
    return replace(step, resolved=tuple(resolved))


def _key(plan: Plan, rule: Drifting) -> Key:
    return Key(
        api=plan.api,
        environment=plan.environment,
        queue=rule.queue,
        kind=rule.side.kind,
        rule=rule.side.key,
        live=digest([rule_document(rule.live) if rule.live else None, rule.note]),
    )


def _facts(rule: Drifting) -> Facts:
    return Facts(
        queue_name=rule.queue_name,
        target=rule.target,
        target_name=rule.target_name,
        direction=rule.direction.value,
        threshold=rule.side.percent,
        policy=_in_words(rule.policy, rule),
        live=_in_words(rule.live, rule),
    )


def _in_words(side: Rule | None, rule: Drifting) -> str:
    return side.in_words(rule.names) if side else ""

"""Drift: the difference between live and the policies, seen from the organization.

A plan says what would be done; drift says what is: the same comparison read the other way round.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey, Step
from syncer.kinds.registry import rule_document
from syncer.model.audited import AuditedEdit
from syncer.model.change import Action, FieldChange, Moved, Reason
from syncer.model.finding import Finding, Position, Severity
from syncer.model.json_values import digest
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue
from syncer.model.queue import Edit
from syncer.model.rule import Rule
from syncer.planning.verdict import MOVED


class Direction(StrEnum):
    """Which side has what the other has not."""

    LIVE_HAS_MORE = "live has more"
    LIVE_HAS_LESS = "live has less"
    LIVE_DIFFERS = "live differs"


COMPARED = (Reason.EQUAL, Reason.DISABLED)
"""Why a queue stays untouched that was compared with its policy."""

DIRECTIONS = {
    Action.DELETE: Direction.LIVE_HAS_MORE,
    Action.CREATE: Direction.LIVE_HAS_LESS,
    Action.UPDATE: Direction.LIVE_DIFFERS,
}


@dataclass(frozen=True, slots=True)
class Drifting:
    """One rule that the organization and the policies don't agree on. ``fields`` go from the policy to the
    organization.

    ``names`` are the names of queues and groups by their ids; ``edit`` is the last change of the queue;
    ``episode`` says since when it drifts, where that was remembered; ``moved`` which side it comes from;
    ``agreed`` is the rule when both sides last agreed, where both moved it and each still has it;
    ``edits`` are the newest of the fields that drifted, as the organization's audit has them;
    ``position`` is where the policies state it.
    """

    direction: Direction
    queue: str
    queue_name: str
    target: str
    target_name: str
    policy: Rule | None
    live: Rule | None
    fields: tuple[FieldChange, ...] = ()
    note: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    edit: Edit = field(default_factory=Edit)
    episode: Episode | None = None
    moved: Moved = Moved.UNKNOWN
    agreed: Rule | None = None
    edits: tuple[AuditedEdit, ...] = ()
    position: Position | None = field(default=None, compare=False)

    @property
    def side(self) -> Rule:
        """The rule as the organization has it, else as the policy has it. Raises ValueError where neither has
        it."""
        rule = self.live or self.policy
        if rule is None:
            raise ValueError("a rule that drifts has at least one side")
        return rule


@dataclass(frozen=True, slots=True)
class Drift:
    """All that drifted, and the plan that it was read from.

    ``pending`` are rules that the policies changed and live didn't: they wait to be applied, and are no
    drift.
    """

    plan: Plan
    rules: tuple[Drifting, ...]
    pending: tuple[Drifting, ...] = ()

    @property
    def compared(self) -> int:
        """How many live queues were compared with a policy: of none, there is nothing to say."""
        same = sum(queue.reason in COMPARED for queue in self.plan.untouched)
        return len(self.plan.changes) + same

    @property
    def is_off(self) -> bool:
        """Whether live is not what it should be: a rule drifted, or a stop or what was rolled back is not
        kept."""
        moved = any(finding.id == MOVED for finding in self.plan.findings)
        return moved or bool(self.rules) or any(held.open for held in self.plan.held)

    @property
    def held(self) -> int:
        """How many queues are held back, and not compared."""
        return sum(queue.reason is Reason.HELD for queue in self.plan.untouched)

    def moved(self, moved: Moved) -> tuple[Drifting, ...]:
        """The rules that drifted in this way."""
        return tuple(rule for rule in self.rules if rule.moved is moved)

    def count(self, direction: Direction) -> int:
        """How many rules drifted in this direction."""
        return sum(rule.direction is direction for rule in self.rules)


def drift_of(plan: Plan, edits: Mapping[str, Edit] | None = None) -> Drift:
    """Read a plan as drift, ordered by the names of queue and target.

    ``edits`` are the last changes of the live queues by their ids.
    """
    last = edits or {}
    rules = [
        Drifting(
            direction=DIRECTIONS[rule.action],
            queue=change.queue,
            queue_name=change.name,
            target=rule.target,
            target_name=rule.target_name,
            policy=rule.after,
            live=rule.before,
            fields=tuple(FieldChange(each.field, each.after, each.before) for each in rule.fields),
            note=rule.note,
            names=rule.names,
            edit=last.get(change.queue, Edit()),
            position=rule.position,
        )
        for change in plan.changes
        for rule in change.rules
    ]
    rules.sort(key=lambda rule: (rule.queue_name, rule.queue, rule.target_name, rule.target, rule.direction))
    return Drift(plan, tuple(rules))


ID = "drift.nothing-compared"
TIP = "Is it the right organization (--env, --region, credentials), and the right folder of policies?"


def nothing_compared(drift: Drift, policies: Sequence[PolicyQueue], listed: int) -> tuple[Finding, ...]:
    """An error where not one live queue was compared with a policy, and nothing otherwise.

    ``policies`` are all that were to be compared, ``listed`` is the number of queues that live listed.
    """
    held = any(queue.reason is Reason.HELD for queue in drift.plan.untouched)
    if drift.compared or held:
        return ()
    managed = sum(policy.managed for policy in policies)
    message = f"nothing could be compared: {_why(drift, managed, listed)}"
    return (Finding(ID, Severity.ERROR, message, tip=TIP),)


def _why(drift: Drift, managed: int, listed: int) -> str:
    chosen = " and --queue names" if drift.plan.selected else ""
    if not managed:
        named = " that were named" if drift.plan.paths else ""
        return f"the policies{named} manage no queue" + (" that --queue names" if chosen else "")
    if not listed:
        return "the organization lists no queues"
    reasons = {queue.reason for queue in drift.plan.untouched}
    if Reason.IGNORED in reasons and Reason.LEFT_OUT not in reasons:
        return f"the settings ignore every queue that the policies manage{chosen}"
    if reasons <= {Reason.UNMANAGED, Reason.NOT_SELECTED}:
        queues = "1 queue" if managed == 1 else f"{managed:,} queues"
        of_them = " that --queue names" if chosen else ""
        return f"the policies manage {queues}{of_them}, and this client sees none of them"
    return f"no queue that the policies manage{chosen} could be compared with a live queue"


def sightings(drift: Drift) -> dict[EpisodeKey, DriftFacts]:
    """Each rule that drifted by what makes it the same from run to run, in the order of the rules."""
    seen: Counter[EpisodeKey] = Counter()
    found = {}
    for rule in drift.rules:
        key = _key(drift.plan, rule)
        found[replace(key, number=seen[key])] = _facts(rule)
        seen[key] += 1
    return found


def looking(plan: Plan) -> Callable[[EpisodeKey], bool]:
    """Whether a plan compared the queue of a key: it knows one API and environment, and where only some
    policy files or queues were named, these queues alone."""
    compared = {change.queue for change in plan.changes} | {
        queue.queue for queue in plan.untouched if queue.reason in COMPARED
    }

    def looked_at(key: EpisodeKey) -> bool:
        here = (key.api, key.environment) == (plan.api, plan.environment)
        return here and (plan.whole or key.queue in compared)

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


def _key(plan: Plan, rule: Drifting) -> EpisodeKey:
    return EpisodeKey(
        api=plan.api,
        environment=plan.environment,
        queue=rule.queue,
        kind=rule.side.kind,
        rule=rule.side.key,
        live=digest([rule_document(rule.live) if rule.live else None, rule.note]),
    )


def _facts(rule: Drifting) -> DriftFacts:
    return DriftFacts(
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

"""The queues that rollbacks hold back: they stay as they are, although the policies still contain what was
undone. Also the exceptions that have ended because the policies now state the same.

A hold ends by itself. It concerns what the undone run had made of a queue, and lasts as long as the policies
would do the same again::

    the policies still contain what was undone, the live queue doesn't    held
    the policies state something else for these rules                     not held: reverted or changed
    the live queue matches the policies                                   not held: nothing to hold back

A stop ends when the policies manage every queue that it took overflow from, and restore none of that.

An apply lifts what has ended, so it doesn't come back to life.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncer.audit.exceptions import STOP, Exemption, exceptions_at
from syncer.model import held as exceptions
from syncer.model.finding import Finding, Severity
from syncer.model.held import listed
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation
from syncer.planning.audit_images import Image
from syncer.planning.build import Inputs, resolved_of
from syncer.planning.exceptions import forbids, held_of
from syncer.planning.verdict import HELD, MOVED
from syncer.resolving.resolve import Desired


@dataclass(frozen=True, slots=True)
class Hold:
    """The exception that a rollback made, and the images of the run that it undid, by the ids of queues.

    A queue without images is held while its policy differs from the organization. ``commit`` is where the
    policies of that run came from, where it is known.
    """

    exemption: Exemption
    undone: Mapping[str, tuple[Image, ...]] = field(default_factory=dict)
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The hold of each queue that is held now, by its id; ``ended`` are the exceptions that the policies say
    themselves by now, ``moved`` the queues that are not as the rollback left them."""

    queues: Mapping[str, Hold] = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


NOTHING_HELD = Held()


def held_now(inputs: Inputs, holds: Sequence[Hold]) -> Held:
    """Which queues of a plan are held, of those that ``holds`` are about."""
    here = exceptions_at(inputs.exceptions, ApiLocation(inputs.api, inputs.organization))
    if not (holds or here):
        return NOTHING_HELD
    desired, live = resolved_of(inputs).desired, {queue.id: queue for queue in inputs.live}
    queues: dict[str, Hold] = {}
    ended = []
    for hold in holds:
        known = [each for each in hold.exemption.queues if each in live]
        own = [each for each in known if each in desired and _is_held(hold, live[each], desired[each])]
        queues |= dict.fromkeys(own, hold)
        if not own and all(each in desired for each in known):
            ended.append(hold.exemption.id)
    ended += [each.id for each in here if each.kind == STOP and _is_permanent(each, desired, live)]
    stops = [each for each in inputs.exceptions if each.kind == STOP]
    moved = tuple(key for key, hold in queues.items() if _is_moved(hold, live[key], stops))
    return Held(queues, tuple(ended), moved)


def _is_permanent(stop: Exemption, desired: Mapping[str, Desired], live: Mapping[str, LiveQueue]) -> bool:
    """Whether the policies say what a stop did: they decide on each rule that it put out of force, and want
    nothing that it forbids."""
    own = [each for each in stop.images if each.queue in live]
    rules = [(desired.get(each.queue), each.before or each.after) for each in own]
    decided = all(said and rule and rule.kind in said.kinds for said, rule in rules)
    wanted = any(forbids(stop, key, rule) for key, each in desired.items() for rule in each.rules)
    return bool(own) and decided and not wanted


def named_holds(held: Held, names: Mapping[str, str], now: datetime) -> tuple[exceptions.Held, ...]:
    """The rollbacks that hold queues now, as a plan names them; ``names`` are those of queues by ids."""
    by_hold: dict[str, tuple[Hold, list[str]]] = {}
    for queue, hold in held.queues.items():
        by_hold.setdefault(hold.exemption.id, (hold, []))[1].append(names[queue])
    return tuple(
        replace(held_of(hold.exemption, now), queues=tuple(sorted(queues)))
        for hold, queues in by_hold.values()
    )


def with_held(inputs: Inputs, held: Held) -> Inputs:
    """The same for a plan that leaves the queues that are held as they are, and names them."""
    if not held.queues:
        return inputs
    names = {queue.id: queue.name for queue in inputs.live}
    found = (*_findings(held, names), *(_moved(names[each], held.queues[each]) for each in held.moved))
    return replace(inputs, held=frozenset(held.queues), findings=(*inputs.findings, *found))


def _is_held(hold: Hold, queue: LiveQueue, wanted: Desired) -> bool:
    images = hold.undone.get(queue.id)
    if not images:
        return any(rule not in queue.rules for rule in wanted.rules) or any(
            rule.kind in wanted.kinds and rule not in wanted.rules for rule in queue.rules
        )
    return any(_is_repeated(image, queue, wanted) for image in images)


def _is_repeated(image: Image, queue: LiveQueue, wanted: Desired) -> bool:
    """Whether the policies would make of a rule again what was undone."""
    if image.rule.role is None or image.rule.kind not in wanted.kinds:
        return False
    there, said = image.own(queue.rules)[:1], image.own(wanted.rules)[:1]
    made = () if image.after is None else (image.after,)
    return said == made and said != there


def _is_moved(hold: Hold, queue: LiveQueue, stops: Sequence[Exemption]) -> bool:
    """Whether a rule of the queue is neither what the rollback made of it nor what was undone, and no stop
    that is in force took it away."""
    for image in hold.undone.get(queue.id, ()):
        there = image.own(queue.rules)[:1]
        if image.rule.role is None or there in (_some(image.before), _some(image.after)):
            continue
        stopped = any(stop.stops(queue.id, image.rule.target) for stop in stops)
        if not stopped or any(rule.enabled for rule in there):
            return True
    return False


def _some(rule: Rule | None) -> Rules:
    return () if rule is None else (rule,)


def _moved(name: str, hold: Hold) -> Finding:
    return Finding(
        MOVED,
        Severity.WARNING,
        f"{name} was changed since rollback {hold.exemption.id}, which holds it back",
        tip="No apply fixes that while it is held: lift the hold, or fix it by hand",
        queue=name,
    )


def _findings(held: Held, names: Mapping[str, str]) -> Iterator[Finding]:
    """One warning a hold."""
    by_hold: dict[str, list[str]] = {}
    for queue, hold in held.queues.items():
        by_hold.setdefault(hold.exemption.id, []).append(queue)
    for queues in by_hold.values():
        hold = held.queues[queues[0]]
        made, called = hold.exemption, sorted(names[queue] for queue in queues)
        why = f" ({made.reason})" if made.reason else ""
        revert = f"git revert {hold.commit}" if hold.commit else "revert the change"
        alone = called[0] if len(called) == 1 else ""
        yield Finding(
            HELD,
            Severity.WARNING,
            f"{alone or listed(called)} {'is' if alone else 'are'} held back since {made.at} by rollback "
            f"{made.id}{why}: the policies still contain what was undone",
            tip=f"{revert} in the policies, and the hold ends by itself; "
            f"or lift it: syncer rollback --lift {made.id}",
            queue=alone,
        )

"""References between queues, as far as the policies alone can tell."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from syncer.model.characters import one_slip, skeleton
from syncer.model.finding import Finding, Note, Position, quoted
from syncer.model.policy import PolicyQueue, PolicyRule, PolicySet, QueueRef, StatedTransfer
from syncer.model.queue import Nearest
from syncer.resolving import reference_findings as say


def check_references(policies: PolicySet, *, offline: bool = True) -> tuple[Finding, ...]:
    """Queues that appear twice, targets that appear twice, queues that overflow to themselves, and names that
    look alike.

    With ``offline``, targets that no policy describes are a hint as well; with the live queues, resolving
    knows for certain.
    """
    names = _Names(policies)
    findings = [
        *_duplicate_queues(policies, names),
        *_rules(names.doubtful),
        *_transfers(policies),
        *_look_alikes(policies, names),
    ]
    if offline:
        findings.extend(_unknown_targets(policies) if names.others else ())
        findings.extend(_misspelled_groups(names.grouped))
    return tuple(findings)


class _Names:
    """Who names what, gathered in one walk over all rules: most policies need no second one.

    ``queues`` are the names of all queues, and ``others`` those of targets that are none of them; an empty
    name stands for an id. ``doubtful`` are queues that may name one queue twice, or themselves; ``grouped``
    those with a rule that names groups.
    """

    def __init__(self, policies: PolicySet) -> None:
        self.queues = {queue.queue.name for queue in policies.queues}
        self.doubtful: list[PolicyQueue] = []
        self.grouped: list[PolicyQueue] = []
        targets: set[str] = set()
        for queue in policies.queues:
            rules = queue.rules
            named = {stated.target.name for stated in rules if stated.target}
            if len(named) < len(rules) or "" in named or queue.queue.name in named:
                self.doubtful.append(queue)
            if [stated for stated in rules if stated.groups]:
                self.grouped.append(queue)
            targets |= named
        self.others = targets - self.queues | targets & {""}


def undescribed_targets(policies: PolicySet) -> tuple[str, ...]:
    """The targets of managed queues that no policy describes, by their names (or ids)."""
    targets = _undescribed(policies, [queue for queue in policies.queues if queue.managed])
    return tuple(sorted(set(map(str, targets))))


def _undescribed(policies: PolicySet, queues: Iterable[PolicyQueue]) -> frozenset[QueueRef]:
    """The targets of these queues' rules that no policy describes."""
    names = {queue.queue.name for queue in policies.queues}
    others = [
        rule.target
        for queue in queues
        for rule in queue.rules
        if rule.target and (not rule.target.name or rule.target.name not in names)
    ]
    return frozenset(others).difference([queue.queue for queue in policies.queues]) if others else frozenset()


def _duplicate_queues(policies: PolicySet, names: _Names) -> Iterator[Finding]:
    if len(names.queues) == len(policies.queues) and "" not in names.queues:
        return
    first: dict[QueueRef, PolicyQueue] = {}
    for queue in policies.queues:
        if queue.queue in first:
            yield say.duplicate_queue(first[queue.queue], queue)
        first.setdefault(queue.queue, queue)


def _rules(queues: Iterable[PolicyQueue]) -> Iterator[Finding]:
    for queue in queues:
        first: dict[Hashable, PolicyRule] = {}
        for stated in queue.rules:
            fault = say.self_target(queue, stated) if stated.target == queue.queue else None
            if fault:
                yield fault
            earlier = first.setdefault(_key(stated), stated)
            if earlier is not stated:
                yield say.duplicate_target(queue, earlier, stated)


def _transfers(policies: PolicySet) -> Iterator[Finding]:
    for queue in policies.queues:
        first: dict[QueueRef, StatedTransfer] = {}
        for stated in queue.transfers:
            if stated.target == queue.queue:
                yield say.self_transfer(queue, stated)
            earlier = first.setdefault(stated.target, stated)
            if earlier is not stated:
                yield say.duplicate_transfer(queue, earlier, stated)


def _look_alikes(policies: PolicySet, names: _Names) -> Iterator[Finding]:
    """Names that people take for the name of another queue, each once; those of queues first."""
    first: dict[str, tuple[QueueRef, Position | None]] = {}
    for named, position, queue in _first_named(policies, names):
        earlier, place = first.setdefault(skeleton(named.name), (named, position))
        if earlier != named:
            note = Note(f"{quoted(earlier.name)} appears here first", place)
            yield say.looks_alike(earlier, named, position, str(queue.queue), note)


def _first_named(policies: PolicySet, names: _Names) -> list[tuple[QueueRef, Position | None, PolicyQueue]]:
    """The first place of each name, and the queue of the policy that it belongs to; those of queues first."""
    found = []
    met = {""}
    for queue in policies.queues:
        if queue.queue.name not in met:
            met.add(queue.queue.name)
            found.append((queue.queue, queue.position, queue))
    for queue in policies.queues if names.others else ():
        for rule in queue.rules:
            target = rule.target
            if target and target.name not in met:
                met.add(target.name)
                found.append((target, rule.position, queue))
    return found


def _misspelled_groups(queues: Iterable[PolicyQueue]) -> Iterator[Finding]:
    """Groups that are named once, and but for one letter as one that is named more often: which groups there
    are only live can tell."""
    named = [
        (group, place, queue)
        for queue in queues
        for rule in queue.rules
        for group, place in rule.placed_groups
        if group.name
    ]
    times = Counter(group for group, _, _ in named)
    often = {
        what: Nearest(group.name for group, number in times.items() if number > 1 and group.type == what)
        for what in {group.type for group in times}
    }
    for group, place, queue in named:
        if times[group] == 1 and (near := often[group.type].find(group.name)) and one_slip(group.name, near):
            yield say.misspelled_group(queue, group, place, near)


def _key(stated: PolicyRule) -> Hashable:
    """What tells a rule from the others of its queue; a queue by its id is another than one by its name."""
    return (stated.rule.kind, stated.rule.key, stated.target)


def _unknown_targets(policies: PolicySet) -> Iterator[Finding]:
    unknown = _undescribed(policies, policies.queues)
    if not unknown:
        return
    nearest = Nearest(each.queue.name for each in policies.queues if each.queue.name)
    for queue in policies.queues:
        for stated in queue.rules:
            target = stated.target
            if target in unknown:
                near = nearest.find(target.name) if target.name else ""
                yield say.unknown_in_policies(queue, target, stated.position, near)

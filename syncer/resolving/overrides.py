"""The policies as an environment has them: the queues that count in it, with its own capacities, loads and
thresholds laid over them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from syncer.kinds.registry import kind_of
from syncer.model.finding import Finding, Note, Position, error, meant, quoted
from syncer.model.policy import PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import Nearest
from syncer.model.settings import Environment, Override, Share

_ID = "settings.override"


@dataclass(frozen=True, slots=True)
class Overridden:
    """The policies of an environment, and the findings about overrides that could not be applied."""

    policies: PolicySet
    findings: tuple[Finding, ...] = ()


def override(policies: PolicySet, environment: Environment, *, whole: bool = True) -> Overridden:
    """Apply the overrides of ``environment`` to the ``policies`` that count in it.

    An override of a queue or rule that no policy has, or that appears twice, is an error. If the policies
    are not ``whole`` (only some files were read), a queue may be in another file.
    """
    findings: list[Finding] = []
    wanted = dict(_once(environment.overrides, findings))
    queues = tuple(
        _overridden(queue, wanted[queue.queue], findings) if queue.queue in wanted else queue
        for queue in policies.queues
        if queue.counts_in(environment.name)
    )
    known = [queue.queue for queue in queues]
    if whole:
        missing = (each for each in wanted.values() if each.queue not in known)
        elsewhere = {queue.queue: queue for queue in policies.queues}
        findings.extend(_unknown("no policy describes", each, known, elsewhere) for each in missing)
    return Overridden(replace(policies, queues=queues), tuple(findings))


def _once(overrides: Sequence[Override], findings: list[Finding]) -> Iterator[tuple[QueueRef, Override]]:
    """Each override by its queue; the first if a queue appears twice."""
    first: dict[QueueRef, Position] = {}
    for each in overrides:
        if each.queue in first:
            findings.append(_twice(f"{quoted(str(each.queue))} appears", each.position, first[each.queue]))
        else:
            first[each.queue] = each.position
            yield each.queue, each


def _overridden(queue: PolicyQueue, own: Override, findings: list[Finding]) -> PolicyQueue:
    shares: dict[QueueRef, Share] = {}
    for share in own.shares:
        first = shares.setdefault(share.target, share)
        if first is not share:
            what = f"the threshold to {quoted(str(share.target))} appears"
            findings.append(_twice(what, share.position, first.position))
    targets = [rule.target for rule in queue.rules if rule.target and kind_of(rule.rule).share_field]
    lost = (share for share in shares.values() if share.target not in targets)
    what = f"{quoted(str(queue.queue))} has no rule to"
    findings.extend(_unknown(what, share, targets) for share in lost)
    return replace(
        queue,
        capacity=queue.capacity if own.capacity is None else own.capacity,
        base_load=queue.base_load if own.base_load is None else own.base_load,
        stated={
            name: tuple(_with_share(rule, shares) for rule in rules) for name, rules in queue.stated.items()
        },
    )


def _with_share(rule: PolicyRule, shares: dict[QueueRef, Share]) -> PolicyRule:
    field = kind_of(rule.rule).share_field
    share = shares.get(rule.target) if rule.target and field else None
    if share is None:
        return rule
    return replace(rule, rule=rule.rule.with_values(**{field: share.threshold}))


def _unknown(
    what: str,
    wanted: Override | Share,
    known: Sequence[QueueRef],
    elsewhere: Mapping[QueueRef, PolicyQueue] = MappingProxyType({}),
) -> Finding:
    """``elsewhere`` are the queues that other environments have."""
    ref = wanted.queue if isinstance(wanted, Override) else wanted.target
    near = Nearest(each.name for each in known).find(ref.name) if ref.name else ""
    tip = meant(ref.name, near) if near else "name it as the policies name it, or remove it here"
    if ref in elsewhere:
        others = ", ".join(quoted(each.name) for each in elsewhere[ref].only)
        tip = f"its policy counts in {others} only: add this environment there, or remove it here"
    return error(_ID, f"{what} {quoted(str(ref))}", wanted.position, tip)


def _twice(what: str, second: Position, first: Position) -> Finding:
    notes = (Note("it appears here first", first), Note("and here again", second))
    return error(_ID, f"{what} twice in this environment", second, "keep one of the two", notes)

"""All findings about names of queues and groups, offline and against the organization."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.kinds.registry import kind_named, kind_of
from syncer.live.rights import FLOWS, VIEW
from syncer.live.view import WHOLE, View
from syncer.model.characters import difference
from syncer.model.finding import Finding, Note, Position, Severity, Since, meant, quoted
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, QueueRef, StatedTransfer
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Dialect

if TYPE_CHECKING:
    from syncer.live.flows import FlowsRead

_MOST_IDS: Final = 10
HIDDEN: Final = "not visible to this client, or deleted"
"""Describes a queue that isn't listed, if the client can't see all divisions."""

_UNSEEN: Final = "or let the client see it, if its roles cover only some divisions"


def partial_view(view: View) -> Iterator[Finding]:
    """A warning if the network is partial."""
    if view.partial:
        yield Finding(
            "live.partial",
            Severity.WARNING,
            view.limits,
            None,
            f"give a role of the client {VIEW.permission} in all divisions, or read the result as partial",
        )


def unread_flows(flows: "FlowsRead", live: Iterable[LiveQueue], *, read: bool) -> Iterator[Finding]:
    """What is not known about in-queue flows, in one finding; or that they are not ``read``."""
    from syncer.live.flows import flows_of

    if not read and any(map(flows_of, live)):
        message = (
            "in-queue flows are not read, as set in the settings: no check covers where they send contacts"
        )
        yield Finding("flows.unread", Severity.INFO, message)
    elif flows.unread:
        yield Finding(
            "flows.unread",
            Severity.WARNING,
            f"{'; '.join(flows.unread)}: no check covers where they send contacts",
            None,
            f"give a role of the client {FLOWS.permission} and {VIEW.permission} in all divisions,"
            " or write 'flows: false' in the settings",
        )
    if read and flows.open:
        message = f"{'; '.join(flows.open)}: no check covers what else they transfer"
        yield Finding(
            "flows.unread",
            Severity.INFO,
            message,
            None,
            "name the queue in the flow if reviewers should see it",
        )


def self_target(queue: PolicyQueue, rule: PolicyRule) -> Finding | None:
    """A rule whose target is its own queue, perhaps by id; None if the kind allows it."""
    other = _name(rule.target) if rule.target and rule.target != queue.queue else ""
    kind = kind_of(rule.rule)
    message = kind.itself(_name(queue.queue), other)
    if not message:
        return None
    tip = kind.itself_tip
    return Finding(
        "references.self-target", Severity.ERROR, message, rule.position, tip, queue=str(queue.queue)
    )


def duplicate_queue(first: PolicyQueue, second: PolicyQueue) -> Finding:
    """A queue that appears in two places."""
    return _duplicate_queue(first, second, f"{_name(second.queue)} appears in two places")


def same_queue(first: PolicyQueue, second: PolicyQueue, name: str) -> Finding:
    """A queue that appears in two places, by name and by id."""
    message = f"{_name(first.queue)} and {_name(second.queue)} are the same live queue ({quoted(name)})"
    return _duplicate_queue(first, second, message)


def duplicate_target(queue: PolicyQueue, first: PolicyRule, second: PolicyRule) -> Finding:
    """Two rules of a queue with one target, perhaps by name and by id."""
    names = [_name(rule.target) for rule in (first, second) if rule.target]
    message = f"{_name(queue.queue)} has two rules to {names[-1]}"
    if first.target != second.target:
        both = " and ".join(names)
        message = f"{_name(queue.queue)} has two rules to one queue: {both} are the same live queue"
    return Finding(
        "references.duplicate-target",
        Severity.ERROR,
        message,
        second.position,
        "keep one of the two",
        (Note("the first one", first.position), Note("the second one", second.position)),
        str(queue.queue),
    )


def self_transfer(queue: PolicyQueue, stated: StatedTransfer) -> Finding:
    """A transfer from a queue to itself."""
    message = f"{_name(queue.queue)} can't transfer to itself"
    tip = "name another queue, or remove it"
    return Finding(
        "references.self-target", Severity.ERROR, message, stated.position, tip, queue=str(queue.queue)
    )


def duplicate_transfer(queue: PolicyQueue, first: StatedTransfer, second: StatedTransfer) -> Finding:
    """Two shares that are transferred from one queue to another."""
    return Finding(
        "references.duplicate-target",
        Severity.ERROR,
        f"{_name(queue.queue)} states twice what is transferred to {_name(second.target)}",
        second.position,
        "keep one of the two",
        (Note("the first one", first.position), Note("the second one", second.position)),
        str(queue.queue),
    )


def unknown_in_policies(
    queue: PolicyQueue, target: QueueRef, position: Position | None, nearest: str
) -> Finding:
    """A target that no policy describes: a typo, or a queue that only the organization has."""
    return Finding(
        "references.unknown",
        Severity.WARNING if nearest else Severity.INFO,
        f"no policy describes {_name(target)}",
        position,
        meant(target.name, nearest) if nearest else "only the live queues can show whether it exists",
        queue=str(queue.queue),
    )


def misspelled_group(queue: PolicyQueue, group: GroupRef, position: Position | None, near: str) -> Finding:
    """A group that only one rule names, while others use a similar name."""
    message = f"only this rule names the {group.what} {_name(group)}; others name {quoted(near)}"
    tip = meant(group.name, near)
    return Finding("references.look-alike", Severity.WARNING, message, position, tip, queue=str(queue.queue))


def looks_alike(first: QueueRef, second: QueueRef, at: Position | None, about: str, note: Note) -> Finding:
    """Two queues whose names look the same; ``at`` is the place of the second, ``note`` of the first."""
    apart = difference(second.name, first.name) or "case matters"
    return Finding(
        "references.look-alike",
        Severity.WARNING,
        f"{_name(second)} looks like {_name(first)} but is another queue: {apart}",
        at,
        "give both the same name if one queue is meant; otherwise rename one of the two",
        (note,),
        about,
    )


def unknown_in_live(
    wanted: QueueRef, nearest: str, position: Position | None, about: str, view: View = WHOLE
) -> Finding:
    """A queue that the organization does not list; ``about`` is the queue whose policy names it.

    In a partial ``view`` it may exist.
    """
    if view.partial:
        message = f"{_name(wanted)} is {HIDDEN}"
        return Finding("references.unknown", Severity.ERROR, message, position, _hidden_tip(), queue=about)
    tip = meant(wanted.name, nearest) if nearest else ""
    return _unknown_in_live(wanted, tip, position, about, "queue")


def unknown_group(wanted: GroupRef, tip: str, position: Position | None, about: str) -> Finding:
    """A group that the organization does not list; ``tip`` names the one that may be meant."""
    if not wanted.id:
        return _unknown_in_live(wanted, tip, position, about, wanted.what)
    message = (
        f"no group that the organization lists, and no team or skill group of a queue, has {_name(wanted)}"
    )
    tip = f"look the id up in the organization, or give the name of the group; {_UNSEEN}"
    return Finding("references.unknown", Severity.ERROR, message, position, tip, queue=about)


def no_member(wanted: GroupRef | Group, queue: LiveQueue, position: Position | None, tip: str) -> Finding:
    """A group that the API would refuse because it is not a member of its queue."""
    message = f"the {wanted.what} {wanted.name or wanted.id} is not a member of {queue.name}"
    return Finding("dialect.foreign-group", Severity.ERROR, message, position, tip, queue=queue.name)


def ambiguous(
    name: str, ids: Sequence[str], position: Position | None, about: str, what: str = "queue"
) -> Finding:
    """A name that several live queues or groups have."""
    listed = ", ".join(sorted(ids)[:_MOST_IDS]) + (", …" if len(ids) > _MOST_IDS else "")
    return Finding(
        "references.ambiguous",
        Severity.ERROR,
        f"the organization has {len(ids)} {what}s with the name {quoted(name)}",
        position,
        f"write {{id: ...}} instead of the name, with one of {listed}",
        queue=about,
    )


def was_there(found: Finding, id_: str, name: str, now: LiveQueue | None, view: View = WHOLE) -> Finding:
    """Add what happened to a queue that existed at the last apply. It is left out, and this change did not
    cause the finding."""
    if now is None and view.partial:
        message = f"{found.message}; when it was last applied it was {quoted(name)} ({id_})"
        return replace(found, message=message, since=Since.BEFORE)
    if now is None:
        message = f"{found.message}; when it was last applied it was {quoted(name)} ({id_}), which is gone"
        tip = "it was deleted, or the client can no longer see it: rules to it stay as they are"
        return replace(found, message=message, tip=tip, since=Since.BEFORE)
    return replace(
        found,
        message=f"{found.message}: it was renamed to {quoted(now.name)}, same id",
        tip=f"write {quoted(now.name)}",
        since=Since.BEFORE,
    )


def dangling(queue: str, target: str, name: str = "", view: View = WHOLE) -> Finding:
    """A live rule that stays, but whose target the organization does not list; ``name`` is the target's last
    known name."""
    known = f"{quoted(name)} ({target})" if name else quoted(target)
    how = f"is {HIDDEN}" if view.partial else "the organization does not list"
    why = _hidden_tip("") if view.partial else "it was deleted, or the client can't see it"
    rest = "" if view.partial else ": correct it in the organization, or manage the queue"
    return Finding(
        "references.dangling",
        Severity.WARNING,
        f"a live rule of {quoted(queue)} has the target {known}, which {how}",
        None,
        f"{why}; the rule stays as it is, and no check covers it{rest}",
        queue=queue,
    )


def not_held(queue: PolicyQueue, dialect: Dialect) -> Iterator[Finding]:
    """The rules of a policy that the dialect of the organization doesn't have."""
    for name, rules in queue.stated.items():
        if rules and name not in dialect.holds:
            kind = kind_named(name)
            yield Finding(
                kind.not_held,
                Severity.ERROR,
                f"the organization uses the dialect {dialect.name}, which has no {kind.plural}",
                rules[0].position,
                kind.otherwise,
                queue=str(queue.queue),
            )


def _duplicate_queue(first: PolicyQueue, second: PolicyQueue, message: str) -> Finding:
    return Finding(
        "references.duplicate-queue",
        Severity.ERROR,
        message,
        second.position,
        "keep it in one place, with all of its rules",
        (Note("it appears here first", first.position), Note("and here again", second.position)),
        str(second.queue),
    )


def _unknown_in_live(
    wanted: QueueRef | GroupRef, tip: str, position: Position | None, about: str, what: str
) -> Finding:
    if wanted.id:
        tip = f"look the id up in the organization, or give the name of the {what}; {_UNSEEN}"
    elif not tip:
        tip = f"create the {what} first, or correct the name, which must match letter by letter; {_UNSEEN}"
    message = f"the organization lists no {what} {'with ' if wanted.id else ''}{_name(wanted)}"
    return Finding("references.unknown", Severity.ERROR, message, position, tip, queue=about)


def _hidden_tip(otherwise: str = ", or correct the name or id") -> str:
    return f"give a role of the client {VIEW.permission} in the division of the queue{otherwise}"


def _name(wanted: QueueRef | GroupRef) -> str:
    return quoted(wanted.name) if wanted.name else f"the id {quoted(wanted.id)}"

"""Update policy files from the live queues, in place: what people wrote next to the rules stays."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from syncer.adopting.adopt import Adopted
from syncer.adopting.circles import Moves
from syncer.errors import Refused
from syncer.kinds.registry import POLICY_KINDS, kind_named, kind_of
from syncer.model.finding import has_errors
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules, in_force
from syncer.model.settings import Ignore
from syncer.planning.gather import Live
from syncer.policy.emit import Remarked, Rewriting
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.resolving.groups import Groups
from syncer.resolving.ignore import matching
from syncer.yamlfile.document import Document, parse

_IdOf = Callable[[QueueRef], str]


def leave_ignored(
    policy: PolicyQueue, found: PolicyQueue, ignores: Sequence[Ignore], id_of: _IdOf
) -> PolicyQueue:
    """Return ``found``, the live state, with the values of ``policy`` for everything that the settings ignore
    in this queue.

    ``ignores`` are those that match the queue; ``id_of`` shows which queues are the same. A rule that only
    one side has is as in ``found``.
    """
    fields = {field for ignore in ignores for field in ignore.fields}
    stated = {}
    for kind, there in found.stated.items():
        said = policy.stated.get(kind, ())
        if any(ignore.covers(kind) for ignore in ignores):
            stated[kind] = said
        else:
            known = {_key(rule, id_of): rule for rule in said}
            stated[kind] = tuple(_left(known.get(_key(rule, id_of)), rule, fields) for rule in there)
    return replace(found, stated=stated)


def _key(stated: PolicyRule, id_of: _IdOf) -> str:
    """What makes two rules of one kind the same: their position, else their target."""
    numbered = kind_of(stated.rule).numbered or stated.target is None
    return stated.rule.key if numbered or stated.target is None else id_of(stated.target)


def _left(said: PolicyRule | None, found: PolicyRule, fields: Collection[str]) -> PolicyRule:
    """``found`` with the ``fields`` as in the policy, if it states them."""
    if said is None:
        return found
    kept = {name: value for name, value in said.rule.values().items() if name in fields}
    groups = said.groups if "groups" in kept else found.groups
    return replace(found, rule=found.rule.with_values(**kept), groups=groups)


GONE = "The organization does not list it any more."

Meaning = tuple[tuple[Any, ...], Mapping[str, Rules]]
"""The content of a queue in a policy: what an update doesn't change, and its rules with ids instead of
names."""


class Update:
    """The live state, compared with policy files one by one. ``adopted`` are the chosen queues; what
    ``ignores`` leave unmanaged stays as in the files, and so does what only applies to another
    ``environment``.

    With ``remark``, a queue that the organization no longer lists gets a comment.
    """

    def __init__(
        self,
        live: Live,
        adopted: Sequence[Adopted],
        ignores: Sequence[Ignore] = (),
        *,
        remark: bool = True,
        environment: str = "",
    ) -> None:
        self._remark = remark
        self._environment = environment
        self._ignores = ignores
        self._kinds = live.dialect.holds
        self._names = live.names
        self._queues = Ids(live.queues)
        self._groups = Groups(live.groups)
        self._live = {queue.id: queue for queue in live.queues}
        self._adopted = {each.queue.id: each for each in adopted}

    def described(self, document: Document) -> set[str]:
        """The ids of the live queues that a file describes."""
        return {
            self._queues.of(policy.queue)
            for policy in parse_queues(document)
            if policy.counts_in(self._environment)
        }

    def moves(self, document: Document) -> Iterator[Moves]:
        """Where the managed queues of a file send contacts, now and after ``text``."""
        for policy in parse_queues(document):
            if policy.managed and policy.counts_in(self._environment):
                sides = (self._rules(policy), self._said(policy, self._wanted(policy)))
                before, after = (in_force(chain.from_iterable(side.values())) for side in sides)
                yield Moves(self._queues.of(policy.queue), before, after)

    def moves_of_new(self, adopted: Iterable[Adopted]) -> Iterator[Moves]:
        """The same of queues that no file describes yet."""
        for each in adopted:
            if each.policy and each.policy.managed:
                after = in_force(chain.from_iterable(self._rules(each.policy).values()))
                yield Moves(each.queue.id, frozenset(), after)

    def text(self, document: Document, new: Sequence[Remarked] = ()) -> str:
        """Return the file with the live rules, and the ``new`` queues at its end.

        Rules of queues that are not managed, not chosen or can't be expressed stay; so do kinds of rules that
        a policy does not state. Raises Refused if the file is not in the ordinary form.
        """
        rewriting = Rewriting(document, self._names, self._queues.of)
        expected = []
        for place, policy in enumerate(parse_queues(document)):
            here = policy.counts_in(self._environment)
            if self._remark and here and not self._queues.knows(policy.queue):
                rewriting.remark(place, GONE)
            wanted = self._wanted(policy)
            for kind in self._changed(policy, wanted):
                rewriting.change(place, kind_named(kind), policy, wanted)
            expected.append((_settings(policy), self._said(policy, wanted)))
        for each in new:
            rewriting.append(each)
        text = rewriting.text()
        if not self._says(text, expected, [each.policy.queue for each in new]):
            raise Refused(
                f"{document.path} can't be brought up to date in place: nothing was written",
                hint="Write one key a line, without anchors and brackets; or export into another folder.",
            )
        return text

    def in_brackets(self, document: Document) -> set[str]:
        """The ids of the live queues of a file whose rules are written in brackets."""
        rewriting = Rewriting(document, self._names, self._queues.of)
        return {
            self._queues.of(policy.queue)
            for place, policy in enumerate(parse_queues(document))
            if policy.counts_in(self._environment) and rewriting.in_brackets(place, policy)
        }

    def updated(self, document: Document) -> list[str]:
        """The queues of a file whose rules ``text`` changes, by name."""
        return [
            str(policy.queue)
            for policy in parse_queues(document)
            if any(self._changed(policy, self._wanted(policy)))
        ]

    def _wanted(self, policy: PolicyQueue) -> PolicyQueue:
        """The policy with the live rules, or unchanged."""
        found = self._adopted.get(self._queues.of(policy.queue))
        if found is None or found.policy is None or found.why_not:
            return policy
        if not policy.managed or not policy.counts_in(self._environment):
            return policy
        ignores = matching(found.queue.name, self._ignores)
        return leave_ignored(policy, found.policy, ignores, self._queues.of)

    def _changed(self, before: PolicyQueue, after: PolicyQueue) -> Iterator[str]:
        old, new = self._rules(before), self._rules(after)
        for kind in POLICY_KINDS:
            if kind in self._kinds & before.stated_kinds and old[kind] != new[kind]:
                yield kind

    def _said(self, policy: PolicyQueue, wanted: PolicyQueue) -> dict[str, Rules]:
        """The rules of each kind as the file will have them."""
        old, new = self._rules(policy), self._rules(wanted)
        return {**old, **{kind: new[kind] for kind in self._changed(policy, wanted)}}

    def _says(self, text: str, expected: Sequence[Meaning], new: Sequence[QueueRef]) -> bool:
        """Whether a text is a policy file with the expected content, and describes the new queues at the
        end."""
        document = parse("", text.encode())
        if has_errors((*document.findings, *validate(document, POLICY))):
            return False
        queues = parse_queues(document)
        found = [(_settings(policy), self._rules(policy)) for policy in queues[: len(expected)]]
        return found == expected and [each.queue for each in queues[len(expected) :]] == new

    def _rules(self, policy: PolicyQueue) -> dict[str, Rules]:
        """The rules of each kind with ids; the order of groups doesn't matter, nor that of rules unless they
        are numbered."""
        return {
            kind: tuple(
                sorted((self._with_ids(rule, policy) for rule in policy.stated.get(kind, ())), key=repr)
            )
            for kind in POLICY_KINDS
        }

    def _with_ids(self, stated: PolicyRule, policy: PolicyQueue) -> Rule:
        """A rule with ids; a queue that watches itself is the same as one that names nobody."""
        kind = kind_of(stated.rule)
        target = self._queues.of(stated.target) if stated.target else ""
        if target == self._queues.of(policy.queue) and not kind.itself(target):
            target = ""
        groups = sorted(self._group(group, policy) for group in stated.groups)
        found: Rule = kind.meaning(stated.rule.with_ids(target, tuple(groups)))
        return found

    def _group(self, reference: GroupRef, policy: PolicyQueue) -> str:
        """The id of the group in the policy of a queue, else something that isn't an id."""
        queue = self._live.get(self._queues.of(policy.queue))
        found = self._groups.find(reference, queue) if queue and reference.name else []
        return found[0].id if len(found) == 1 else reference.id or f"\0{reference}"


def _settings(policy: PolicyQueue) -> tuple[Any, ...]:
    return (
        policy.queue,
        policy.managed,
        policy.capacity,
        policy.base_load,
        policy.stated_kinds,
        policy.transfers,
        policy.only,
        policy.agents,
        policy.aht,
    )


class Ids:
    """The ids of live queues by name, if the name is unique."""

    def __init__(self, queues: Sequence[LiveQueue]) -> None:
        self._known = {queue.id for queue in queues}
        self._by_name: dict[str, list[str]] = {}
        for queue in queues:
            self._by_name.setdefault(queue.name, []).append(queue.id)

    def knows(self, reference: QueueRef) -> bool:
        """Whether the organization has the queue, even twice."""
        return reference.id in self._known or reference.name in self._by_name

    def of(self, reference: QueueRef) -> str:
        """The id of the queue, else something that isn't an id."""
        if reference.id:
            return reference.id
        found = self._by_name.get(reference.name, [])
        return found[0] if len(found) == 1 else f"\0{reference.name}"

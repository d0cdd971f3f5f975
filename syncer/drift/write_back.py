"""Write drift back: the policy files as they would have to be, so that the organization is what they say.

Only what the organization alone moved since both last agreed is touched, of a rule that both moved field by
field: drift must not undo a review.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from syncer.adopting.adopt import Adopted, adopt
from syncer.adopting.circles import Moves, without_circles
from syncer.adopting.update import Ids, Update
from syncer.drift.field_merge import merged
from syncer.drift.found import Drift, Drifting
from syncer.errors import Refused
from syncer.kinds.registry import POLICY_KINDS
from syncer.model.change import Moved
from syncer.model.policy import QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import Dialect, Rule, Rules
from syncer.model.settings import Ignore
from syncer.planning.agreed import RuleSlot, spot_of
from syncer.planning.gather import Live
from syncer.policy.parse import parse_queues
from syncer.yamlfile.document import Document

BRACKETS = "its rules are written in brackets, and can't be changed there: write one key per line"
OVERRIDDEN = "the settings have thresholds for it in this environment"
WHY_NOT = {
    Moved.BOTH: "the live queue and the policies both changed it since they last agreed",
    Moved.UNKNOWN: "it is not known what both last agreed on, so this may be a change of the "
    "policies that has not been applied yet",
}


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A queue with drift that stands in no file, and why; ``moved`` says where it comes from."""

    queue: str
    name: str
    reason: str
    moved: Moved = Moved.LIVE


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """The new text of each file that changes, by its path, and what no file can say."""

    texts: Mapping[str, str]
    left: tuple[NotWritten, ...] = ()


def write_back(
    live: Live,
    drift: Drift,
    documents: Sequence[Document],
    overridden: Set[QueueRef] = frozenset(),
    ignores: Sequence[Ignore] = (),
    environment: str = "",
    held: Drift | None = None,
) -> WrittenBack:
    """Put what the organization has into the ``documents``, the policies that ``drift`` was found against.

    Only what the organization alone moved: what the policies changed since both last agreed was reviewed, and
    where nobody knows who moved, it may have been. A queue that can't be said, one that would close a loop,
    one in brackets or all of a file that can't be changed in place, and those whose thresholds are
    ``overridden`` elsewhere stay as they are; so does what ``ignores`` leave to the organization, what counts
    in another ``environment`` only, and what exceptions hold, which is pending in ``held``.
    """
    drifted = _drifted(drift)
    queues = live.queues if held is None else _as_far_as_moved(live.queues, held)
    mixed = replace(live, queues=_as_far_as_moved(queues, drift))
    chosen = []
    for document in documents:
        fixed = {
            Ids(live.queues).of(policy.queue)
            for policy in parse_queues(document)
            if policy.queue in overridden and policy.counts_in(environment)
        }
        chosen += [
            replace(each, why_not=OVERRIDDEN) if each.queue.id in fixed else each
            for each in _adopted(mixed, document, drifted, environment)
        ]
    update = partial(Update, mixed, ignores=ignores, remark=False, environment=environment)
    texts, chosen = _written(mixed, chosen, documents, update)
    left = [NotWritten(each.queue.id, each.queue.name, each.why_not) for each in chosen if each.why_not]
    left += _undecided(drift)
    return WrittenBack(texts, tuple(sorted(left, key=lambda each: (each.name, each.queue))))


def _written(
    live: Live,
    chosen: Sequence[Adopted],
    documents: Sequence[Document],
    updated: Callable[[Sequence[Adopted]], Update],
) -> tuple[dict[str, str], list[Adopted]]:
    """The new text of each file, and the queues, with why of those that are left out.

    What can't be changed in place stays, and may close a loop with what can: so all is looked at again.
    """

    def update(adopted: Iterable[Adopted]) -> Update:
        return updated([each for each in adopted if not each.why_not])

    def moves(adopted: Sequence[Adopted]) -> Iterator[Moves]:
        return chain.from_iterable(map(update(adopted).moves, documents))

    while True:
        chosen = without_circles(chosen, moves, live)
        texts, refused = _texts(update(chosen), documents, [each for each in chosen if not each.why_not])
        if not refused:
            return texts, chosen
        chosen = [replace(each, why_not=each.why_not or refused.get(each.queue.id, "")) for each in chosen]


def _texts(
    update: Update, documents: Sequence[Document], written: Sequence[Adopted]
) -> tuple[dict[str, str], dict[str, str]]:
    """The new texts of the files with a queue of ``written``; and why a queue, or all of its file, can't be
    changed. Where queues in brackets may be why, these are left out first."""
    texts, refused = {}, {}
    for document in documents:
        described = update.described(document)
        own = [each.queue.id for each in written if each.queue.id in described]
        try:
            texts.update({document.path: update.text(document)} if own else {})
        except Refused as refusal:
            in_brackets = update.in_brackets(document)
            bracketed = [each for each in own if each in in_brackets]
            refused.update(dict.fromkeys(bracketed or own, BRACKETS if bracketed else refusal.message))
    return texts, refused


def _drifted(drift: Drift) -> dict[str, set[str]]:
    """The kinds of rules of which the organization alone moved something, by queue; marks of owners stand in
    no policy."""
    found: dict[str, set[str]] = {}
    for each in drift.rules:
        merge = merged(each)
        if each.side.kind in POLICY_KINDS and (each.moved is Moved.LIVE or (merge and merge.taken)):
            found.setdefault(each.queue, set()).add(each.side.kind)
    return found


def _undecided(drift: Drift) -> Iterator[NotWritten]:
    """The queues with rules of which it is not for a merge request to say which side counts."""
    for moved, reason in WHY_NOT.items():
        found: dict[tuple[str, str], list[str]] = {}
        for each in drift.moved(moved):
            words = _undecided_in_words(each)
            if each.side.kind in POLICY_KINDS and words:
                found.setdefault((each.queue, each.queue_name), []).append(words)
        for (queue, name), rules in found.items():
            yield NotWritten(queue, name, f"{', '.join(dict.fromkeys(rules))}: {reason}", moved)


def _undecided_in_words(drifting: Drifting) -> str:
    """The rule, or the fields of it that both moved where others are written; empty where all of it is."""
    merge, rule = merged(drifting), drifting.side.in_words(drifting.names)
    if merge is None or not merge.taken:
        return rule
    return f"{', '.join(merge.moved)} of {rule}" if merge.moved else ""


def _as_far_as_moved(live: Sequence[LiveQueue], drift: Drift) -> tuple[LiveQueue, ...]:
    """The queues as they would be if the organization had only what it alone moved, and else what their
    policies say."""
    stays: dict[str, set[RuleSlot]] = {}
    merges: dict[str, dict[RuleSlot, Rule]] = {}
    for each in (*drift.pending, *drift.rules):
        if each.moved is not Moved.LIVE:
            stays.setdefault(each.queue, set()).add(spot_of(each.side))
        if merge := merged(each):
            merges.setdefault(each.queue, {})[spot_of(each.side)] = merge.rule
    policies = {
        change.queue: tuple(merges.get(change.queue, {}).get(spot_of(rule), rule) for rule in change.after)
        for change in drift.plan.changes
    }
    return tuple(
        _with_policy(queue, policies[queue.id], stays[queue.id]) if queue.id in stays else queue
        for queue in live
    )


def _with_policy(queue: LiveQueue, policy: Rules, spots: Set[RuleSlot]) -> LiveQueue:
    """The queue with the rules of its policy at these spots."""
    live = [
        (rule, queue.problems.get(place, ""))
        for place, rule in enumerate(queue.rules)
        if spot_of(rule) not in spots
    ]
    rules = [*live, *((rule, "") for rule in policy if spot_of(rule) in spots)]
    problems = {place: problem for place, (_, problem) in enumerate(rules) if problem}
    return replace(queue, rules=tuple(rule for rule, _ in rules), problems=problems)


def _adopted(
    live: Live, document: Document, drifted: Mapping[str, Set[str]], environment: str
) -> Iterator[Adopted]:
    """The queues of a file that drifted, each with a policy of just the kinds that drifted."""
    ids, queues = Ids(live.queues), {queue.id: queue for queue in live.queues}
    here = (policy for policy in parse_queues(document) if policy.counts_in(environment))
    found = [(policy.stated_kinds, ids.of(policy.queue)) for policy in here]
    chosen = [(spoken & drifted[id_], queues[id_]) for spoken, id_ in found if id_ in drifted]
    for kinds in dict.fromkeys(kinds for kinds, _ in chosen):
        dialect = Dialect(live.dialect.name, kinds)
        yield from adopt(replace(live, dialect=dialect), [queue for each, queue in chosen if each == kinds])

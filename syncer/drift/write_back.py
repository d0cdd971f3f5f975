"""Write drift back: the policy files as they would have to be, so that live is what they say.

Only the queues that drifted are touched, and of them only the kinds of rules that did.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from syncer.adopting.adopt import Adopted, adopt
from syncer.adopting.update import Ids, Update
from syncer.drift.found import Drift
from syncer.errors import Refused
from syncer.model.dialect import Dialect
from syncer.model.policy import QueueRef
from syncer.model.rule import SPOKEN, Kind
from syncer.model.settings import Ignore
from syncer.planning.gather import Live
from syncer.policy.parse import parse_queues
from syncer.policy.yaml import Document

OVERRIDDEN = "the settings have thresholds of this environment for it"


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A queue whose drift stands in no file, and why."""

    queue: str
    name: str
    reason: str


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
) -> WrittenBack:
    """Put what live has into the ``documents``, the policies that ``drift`` was found against.

    A queue that can't be said, all queues of a file that can't be changed in place, and those whose
    thresholds are ``overridden`` elsewhere stay as they are; so does what ``ignores`` leave to live.
    """
    drifted = _drifted(drift)
    texts: dict[str, str] = {}
    left: list[NotWritten] = []
    for document in documents:
        held = {
            Ids(live.queues).of(policy.queue)
            for policy in parse_queues(document)
            if policy.queue in overridden
        }
        adopted = [
            replace(each, why_not=OVERRIDDEN) if each.queue.id in held else each
            for each in _adopted(live, document, drifted)
        ]
        left += [NotWritten(each.queue.id, each.queue.name, each.why_not) for each in adopted if each.why_not]
        written = [each for each in adopted if not each.why_not]
        if not written:
            continue
        try:
            texts[document.path] = Update(live, written, ignores, remark=False).text(document)
        except Refused as refusal:
            left += [NotWritten(each.queue.id, each.queue.name, refusal.message) for each in written]
    return WrittenBack(texts, tuple(sorted(left, key=lambda each: (each.name, each.queue))))


def _drifted(drift: Drift) -> dict[str, set[Kind]]:
    """The kinds of rules that drifted, by queue; marks of owners stand in no policy."""
    found: dict[str, set[Kind]] = {}
    for each in drift.rules:
        rule = each.live or each.policy
        if rule is not None and rule.kind in SPOKEN:
            found.setdefault(each.queue, set()).add(rule.kind)
    return found


def _adopted(live: Live, document: Document, drifted: Mapping[str, Set[Kind]]) -> Iterator[Adopted]:
    """The queues of a file that drifted, each with a policy of just the kinds that drifted."""
    ids, queues = Ids(live.queues), {queue.id: queue for queue in live.queues}
    found = [(policy.speaks_of, ids.of(policy.queue)) for policy in parse_queues(document)]
    chosen = [(spoken & drifted[id_], queues[id_]) for spoken, id_ in found if id_ in drifted]
    for kinds in dict.fromkeys(kinds for kinds, _ in chosen):
        dialect = Dialect(live.dialect.name, kinds)
        yield from adopt(replace(live, dialect=dialect), [queue for each, queue in chosen if each == kinds])

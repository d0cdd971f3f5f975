"""A plan read back from its document, and what moved since it was made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.kinds.registry import rules_of
from syncer.model.change import QueueChange, Reason, RuleChange, Untouched
from syncer.model.environment import Organization
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.model.network import Headroom
from syncer.model.plan import LiveRules
from syncer.model.policy import PolicyFile
from syncer.model.rule import Rules, in_words, mean_the_same
from syncer.planning.document import change_of


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What the document of a plan (``syncer.plan/v1``) says.

    ``changes`` have their steps, but not what they wait for; ``equal`` and ``unmanaged`` count queues.
    """

    digest: str
    created_at: str
    generator: str
    api: str
    environment: str
    organization: Organization
    dialect: str
    lock: str
    applicable: bool
    paths: tuple[str, ...]
    files: tuple[PolicyFile, ...]
    changes: tuple[QueueChange, ...]
    live: tuple[LiveRules, ...]
    untouched: tuple[Untouched, ...]
    findings: tuple[Finding, ...]
    headroom: Headroom
    equal: int
    unmanaged: int


def plan_of(document: Mapping[str, Any]) -> SavedPlan:
    """A plan read back from its document. Raises OverflowError where a number of it is beyond all measure.

    The document must be what the schema of a plan says.
    """
    return SavedPlan(
        digest=document["digest"],
        created_at=document["created_at"],
        generator=document["generator"],
        api=document["api"],
        environment=document["environment"],
        organization=Organization(**document["organization"]),
        dialect=document["dialect"],
        lock=document["lock"],
        applicable=document["applicable"],
        paths=tuple(document["paths"]),
        files=tuple(PolicyFile(**file) for file in document["policies"]),
        changes=tuple(map(change_of, document["changes"])),
        live=tuple(
            LiveRules(each["queue"]["id"], each["queue"]["name"], rules_of(each["rules"]))
            for each in document["live"]
        ),
        untouched=tuple(
            Untouched(each["queue"]["id"], each["queue"]["name"], Reason(each["reason"]))
            for each in document["untouched"]
        ),
        findings=tuple(map(_finding_of, document["findings"])),
        headroom=Headroom(**document["headroom"]),
        equal=document["summary"]["queues_equal"],
        unmanaged=document["summary"]["queues_unmanaged"],
    )


def _finding_of(document: Mapping[str, Any]) -> Finding:
    return Finding(
        id=document["id"],
        severity=Severity(document["severity"]),
        message=document["message"],
        position=_position_of(document["position"]),
        tip=document["tip"],
        notes=tuple(Note(note["message"], _position_of(note["position"])) for note in document["notes"]),
        queue=document["queue"],
    )


def _position_of(document: Mapping[str, Any] | None) -> Position | None:
    return Position(**document) if document else None


def moved(saved: SavedPlan, fresh: SavedPlan) -> list[str]:
    """What is different between a saved plan and the same plan built now, one line each.

    Empty where the saved plan still says exactly what would be done. Names of queues and fields that no
    rule depends on may differ.
    """
    causes = [*_moved_values(saved, fresh), *_moved_files(saved, fresh), *_moved_queues(saved, fresh)]
    return causes or list(_moved_changes(saved, fresh))


def _moved_values(saved: SavedPlan, fresh: SavedPlan) -> Iterator[str]:
    if saved.organization.id != fresh.organization.id:
        yield f"it was made for {saved.organization}, this is {fresh.organization}"
    for what, before, after in (
        ("it was made for", saved.api, fresh.api),
        ("it was made for the environment", saved.environment, fresh.environment),
        ("it was made by", saved.generator, fresh.generator),
        ("it was made with the lock", saved.lock, fresh.lock),
        ("it was made in the dialect", saved.dialect, fresh.dialect),
    ):
        if before != after:
            yield f"{what} {before or '(none)'}, this is {after or '(none)'}"


def _moved_files(saved: SavedPlan, fresh: SavedPlan) -> Iterator[str]:
    before, after = ({file.path: file.sha256 for file in plan.files} for plan in (saved, fresh))
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield f"{path} is gone"
        elif path not in before:
            yield f"{path} is new"
        elif before[path] != after[path]:
            yield f"{path} was edited"


def _moved_queues(saved: SavedPlan, fresh: SavedPlan) -> Iterator[str]:
    before, after = ({queue.queue: queue.rules for queue in plan.live} for plan in (saved, fresh))
    names = _names(saved, fresh)
    for key in sorted(before.keys() | after.keys(), key=lambda key: (names[key], key)):
        old, new = before.get(key, ()), after.get(key, ())
        if not mean_the_same(old, new):
            yield f"live queue {names[key]} ({key}): {in_words(old, names)} became {in_words(new, names)}"


def _names(*plans: SavedPlan) -> dict[str, str]:
    """The name of every queue and group in ``plans`` by its id; the last plan's, where it was renamed."""
    return {id_: name for plan in plans for id_, name in _named(plan)}


def _named(plan: SavedPlan) -> Iterator[tuple[str, str]]:
    for change in plan.changes:
        yield from ((group.id, group.label) for rule in change.rules for group in rule.groups)
    for queues in (plan.live, plan.untouched, plan.changes):
        yield from ((each.queue, each.name) for each in queues)


def _moved_changes(saved: SavedPlan, fresh: SavedPlan) -> Iterator[str]:
    """The changes themselves, where nothing that they come from has moved."""
    before, after = ({each.queue: _without_names(each) for each in plan.changes} for plan in (saved, fresh))
    names = _names(saved, fresh)
    for key in sorted(before.keys() | after.keys(), key=lambda key: (names[key], key)):
        if before.get(key) != after.get(key):
            yield f"the change of {names[key]} ({key}) is no longer the one that was planned"


def _without_names(change: QueueChange) -> tuple[object, ...]:
    """What the change does, without names and without the order of lists, which mean nothing.

    The values of fields are for people; ``before`` and ``after`` of the rule are exact.
    """
    rules = sorted(map(_rule_without_names, change.rules), key=repr)
    return (change.step, change.kinds, rules, _unordered(change.before), _unordered(change.after))


def _rule_without_names(change: RuleChange) -> tuple[object, ...]:
    groups = sorted(group.id for group in change.groups)
    fields = sorted(field.field for field in change.fields)
    return (change.action, change.target, change.before, change.after, change.note, groups, fields)


def _unordered(rules: Rules) -> Sequence[object]:
    return sorted(rules, key=repr)

"""Plan files: save a plan, and read one back with what moved since it was made."""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncer.errors import BadPlan, Refused
from syncer.files import is_special, mebibytes, open_regular, refuse_size, write_pieces
from syncer.kinds.registry import rules_of
from syncer.model.change import Ignored, QueueChange, Reason, RuleChange, Untouched
from syncer.model.fits_schema import compiled
from syncer.model.held import Held
from syncer.model.json_reader import JsonError, parsed
from syncer.model.network import Facts, Load, Transfer
from syncer.model.plan import AffectedQueue, Cost, LiveRules, Plan, QueueState
from syncer.model.policy import PolicyFile
from syncer.model.rule import Rules, in_words, mean_the_same
from syncer.model.settings import Organization
from syncer.model.source import Source
from syncer.planning.document import (
    FORMAT,
    file_digest,
    plan_digest,
    plan_pieces,
    planned_change_of,
    signature,
)
from syncer.planning.read_finding import finding_of, headroom_of, position_of
from syncer.planning.renamed import moved_names


@dataclass(frozen=True, slots=True)
class SavedPlan(Plan):
    """A plan read back from its document (``syncer.plan/v1``).

    Its changes have their steps, but not what they wait for.
    """

    digest: str = ""
    generator: str = ""


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
        paths=tuple(document["paths"]),
        selected=tuple(document["selected"]),
        files=tuple(PolicyFile(**file) for file in document["policies"]),
        changes=tuple(map(planned_change_of, document["changes"])),
        live=tuple(
            LiveRules(each["queue"]["id"], each["queue"]["name"], rules_of(each["rules"]))
            for each in document["live"]
        ),
        untouched=tuple(
            Untouched(each["queue"]["id"], each["queue"]["name"], Reason(each["reason"]))
            for each in document["untouched"]
        ),
        ignored=tuple(
            Ignored(each["queue"]["id"], each["queue"]["name"], each["what"], each["reason"])
            for each in document["ignored"]
        ),
        held=tuple(map(Held.of, document.get("held", ()))),
        findings=tuple(map(finding_of, document["findings"])),
        solved=tuple(map(finding_of, document["solved"])),
        headroom=headroom_of(document["headroom"]["after"]),
        headroom_before=headroom_of(document["headroom"]["before"]),
        queues=tuple(map(_affected_of, document["queues"])),
        transfers=tuple(Transfer(**each) for each in document.get("transfers", ())),
        facts_before={
            each["id"]: Facts(each["capacity"], each["base_load"]) for each in document["facts_before"]
        },
        cost=Cost(**document["cost"]),
        source=Source(**document["source"]),
        interval=document["interval"],
        not_checked=tuple(document["not_checked"]),
    )


def _affected_of(document: Mapping[str, Any]) -> AffectedQueue:
    return AffectedQueue(
        queue=document["queue"]["id"],
        name=document["queue"]["name"],
        managed=document["managed"],
        position=position_of(document["position"]),
        before=_state_of(document["before"]),
        after=_state_of(document["after"]),
    )


def _state_of(document: Mapping[str, Any]) -> QueueState:
    load = document["load"]
    return QueueState(document["capacity"], document["base_load"], Load(**load) if load else None)


def moved(saved: SavedPlan, fresh: SavedPlan) -> list[str]:
    """What is different between a saved plan and the same plan built now, one line each.

    Empty where the saved plan still says exactly what would be done. Names of queues and fields that no
    rule depends on may differ.
    """
    causes = [*_moved_values(saved, fresh), *_moved_files(saved, fresh), *_moved_queues(saved, fresh)]
    found = causes or list(_moved_changes(saved, fresh))
    return [*moved_names(saved, fresh), *found] if found else []


def _moved_values(saved: SavedPlan, fresh: SavedPlan) -> Iterator[str]:
    if saved.organization.id != fresh.organization.id:
        yield f"it was made for {saved.organization}, this is {fresh.organization}"
    for what, before, after in (
        ("it was made for", saved.api, fresh.api),
        ("it was made for the environment", saved.environment, fresh.environment),
        ("it was made by", saved.generator, fresh.generator),
        ("it was made with the lock", saved.lock, fresh.lock),
        ("it was made in the dialect", saved.dialect, fresh.dialect),
        ("it was made for", _selection(saved), _selection(fresh)),
    ):
        if before != after:
            yield f"{what} {before or '(none)'}, this is {after or '(none)'}"


def _selection(plan: SavedPlan) -> str:
    return f"the queues {', '.join(map(repr, plan.selected))}" if plan.selected else "all queues"


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
            yield f"the change of {names[key]} ({key}) {_what_of_it(key in before, key in after)}"


def _what_of_it(planned: bool, needed: bool) -> str:
    if planned and needed:
        return "is no longer the one that was planned"
    return "was planned, and is not needed any more" if planned else "is needed now, and was not planned"


def _without_names(change: QueueChange) -> tuple[object, ...]:
    """What the change does, without names, the order of lists and values of fields: these are for people."""
    rules = sorted(map(_rule_without_names, change.rules), key=repr)
    return (change.step, change.kinds, rules, _unordered(change.before), _unordered(change.after))


def _rule_without_names(change: RuleChange) -> tuple[object, ...]:
    groups = sorted(group.id for group in change.groups)
    fields = sorted(field.field for field in change.fields)
    return (change.action, change.target, change.before, change.after, change.note, groups, fields)


def _unordered(rules: Rules) -> Sequence[object]:
    return sorted(rules, key=repr)


MAX_BYTES = 256 * 1024 * 1024
"""The largest plan file, for who writes one and for who reads one."""

TOO_LARGE = (
    "Plan fewer policies at a time (syncer plan FILE… --out plan.json), or syncer apply without a plan."
)


def save_plan(document: Mapping[str, Any], path: Path, key: str = "") -> None:
    """Write a plan as ``plan_text`` has it; raises SyncerError where it can't be, or is too large to read."""
    if is_special(path):  # what a pipe got can't be taken back
        for _ in _bounded(path, plan_pieces(document, key)):
            pass
    write_pieces(path, _bounded(path, plan_pieces(document, key)))


def _bounded(path: Path, pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces in UTF-8. Raises SyncerError at the first one that is too much: a file is replaced only when
    all of it was written."""
    size = 0
    for piece in (left := map(str.encode, pieces)):
        size += len(piece)
        if size > MAX_BYTES:
            refuse_size(path, size + sum(map(len, left)), MAX_BYTES, TOO_LARGE)
        yield piece


def load_plan(path: Path, key: str = "") -> SavedPlan:
    """Read a plan as ``read_plan`` does."""
    return read_plan(path, key)[0]


def read_plan(path: Path, key: str = "") -> tuple[SavedPlan, bytes]:
    """Read a plan and make sure that it is one, is whole and, where ``key`` is set, is signed with it; and
    the bytes that it was read from.

    Its digests come first: they are quick, and what was edited needs no further look. Raises BadPlan where
    the file is no plan, Refused where a digest or its signature does not match.
    """
    data = _read(path)
    return checked_plan(_parsed(data, path), path, key), data


def checked_plan(document: Any, path: Path, key: str = "") -> SavedPlan:
    """The plan in a document that ``path`` holds; checks it and raises as ``load_plan`` does."""
    _refuse_foreign(document, path)
    _refuse_edited(document, path)
    _refuse_odd(document, path)
    if key and not hmac.compare_digest(str(document.get("signature", "")), signature(document, key)):
        raise Refused(
            f"{path} is not signed with the key in SYNCER_PLAN_KEY",
            hint="Make the plan where the same key is set, or ask who made this one.",
            reason="plan-unsigned",
        )
    try:
        return plan_of(document)
    except OverflowError as error:
        raise _no_plan(path, "a number in it is too large") from error


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        if is_special(path):
            raise BadPlan(f"{path} is not a file", hint="Name the file of a plan.") from error
        raise BadPlan(f"{path} can't be read: {error.strerror}", hint="Name the file of a plan.") from error
    if len(data) > MAX_BYTES:
        raise _no_plan(path, f"it is larger than {mebibytes(MAX_BYTES)}")
    return data


def _parsed(data: bytes, path: Path) -> Any:
    try:
        return parsed(data, decimals=False)
    except JsonError as error:
        raise _no_plan(path, f"it is not JSON: {error}") from error


def _refuse_foreign(document: Any, path: Path) -> None:
    """Raise BadPlan for what doesn't say that it is a plan, or has no digests."""
    if not isinstance(document, dict):
        raise _no_plan(path, "it is not a JSON object")
    if document.get("format") != FORMAT:
        raise _no_plan(path, f"its format is not {FORMAT}")
    missing = [name for name in ("digest", "file_digest") if name not in document]
    if missing:
        raise _no_plan(path, f"$ is not as the schema of a plan requires: it has no {missing[0]}")


def _refuse_edited(document: dict[str, Any], path: Path) -> None:
    if document["digest"] != plan_digest(document) or document["file_digest"] != file_digest(document):
        raise Refused(
            f"{path} was edited after it was made: its digest does not match its content",
            hint="Make a new one with: syncer plan --out plan.json",
            reason="plan-edited",
        )


def _refuse_odd(document: dict[str, Any], path: Path) -> None:
    """Raise BadPlan where a plan is not what its schema says; what is wrong is looked for only then."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from syncer.policy.schema import schema_text

    schema = parsed(schema_text("plan.v1.schema.json").encode())
    if compiled(schema)(document):
        return
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is not None:
        raise _no_plan(path, f"{error.json_path} is not as the schema of a plan requires")


def _no_plan(path: Path, why: str) -> BadPlan:
    return BadPlan(f"{path} is not a plan: {why}", hint="Make one with: syncer plan --out plan.json")

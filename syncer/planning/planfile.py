"""Plan files: save one, read one, and say what moved since it was made."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from syncer.errors import BadPlan, Refused
from syncer.files import mebibytes, refuse_larger, write_whole
from syncer.kinds.registry import rules_of
from syncer.model.canonical import canonical, compact, parsed
from syncer.model.environment import Organization
from syncer.model.group import Group
from syncer.model.rule import in_words, mean_the_same
from syncer.planning.document import FORMAT, plan_digest

MAX_BYTES = 256 * 1024 * 1024
"""The largest plan file, for who writes one and for who reads one."""

TOO_LARGE = (
    "Plan fewer policies at a time (syncer plan FILE… --out plan.json), or syncer apply without a plan."
)


def save_plan(document: dict[str, Any], path: Path, key: str = "") -> None:
    """Write a plan; with ``key`` it is signed (HMAC-SHA-256 over its digest and its time stamp).

    Raises SyncerError where it can't be written, or is larger than ``load_plan`` takes.
    """
    signed = {**document, "signature": signature(document, key)} if key else document
    text = compact(signed)
    refuse_larger(path, text, MAX_BYTES, TOO_LARGE)
    write_whole(path, text)


def signature(document: dict[str, Any], key: str) -> str:
    """What a plan is signed with: ``hmac-sha256:<hex>`` over its digest and its time stamp."""
    what = canonical([document.get("digest"), document.get("created_at")])
    return "hmac-sha256:" + hmac.new(os.fsencode(key), what, hashlib.sha256).hexdigest()


def load_plan(path: Path, key: str = "") -> dict[str, Any]:
    """Read a plan and make sure that it is one, is whole and, where ``key`` is set, is signed with it.

    Raises BadPlan where the file is no plan, Refused where its digest or signature does not match.
    """
    data = _read(path)
    try:
        document = _plan_in(data, path)
        digest = plan_digest(document)
    except (ValueError, RecursionError) as error:
        raise _no_plan(path, "it is not JSON") from error
    if digest != document["digest"]:
        raise Refused(
            f"{path} was edited after it was made: its digest does not match its content",
            hint="Make a new one with: syncer plan --out plan.json",
        )
    if key and not hmac.compare_digest(str(document.get("signature", "")), signature(document, key)):
        raise Refused(
            f"{path} is not signed with the key in SYNCER_PLAN_KEY",
            hint="Make the plan where the same key is set, or ask who made this one.",
        )
    return document


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise BadPlan(f"{path} is no file", hint="Name the file of a plan.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadPlan(f"{path} can't be read: {error.strerror}", hint="Name the file of a plan.") from error
    if len(data) > MAX_BYTES:
        raise _no_plan(path, f"it is larger than {mebibytes(MAX_BYTES)}")
    return data


def _plan_in(data: bytes, path: Path) -> dict[str, Any]:
    """What ``data`` holds, once it is what the schema of a plan says."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from syncer.policy.schema import schema_text

    document = parsed(data)
    if not isinstance(document, dict):
        raise _no_plan(path, "it holds no JSON object")
    if document.get("format") != FORMAT:
        raise _no_plan(path, f"its format is not {FORMAT}")
    schema = json.loads(schema_text("plan.v1.schema.json"))
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is not None:
        raise _no_plan(path, f"{error.json_path} is not what the schema of a plan says")
    return document


def _no_plan(path: Path, why: str) -> BadPlan:
    return BadPlan(f"{path} is no plan: {why}", hint="Make one with: syncer plan --out plan.json")


def moved(saved: dict[str, Any], fresh: dict[str, Any]) -> list[str]:
    """What is different between a saved plan and the same plan built now, one line each.

    Empty where the saved plan still says exactly what would be done. Names of queues and fields that no
    rule depends on may differ.
    """
    causes = [*_moved_values(saved, fresh), *_moved_files(saved, fresh), *_moved_queues(saved, fresh)]
    return causes or list(_moved_changes(saved, fresh))


def _moved_values(saved: dict[str, Any], fresh: dict[str, Any]) -> Iterator[str]:
    before, after = (Organization(**plan["organization"]) for plan in (saved, fresh))
    if before.id != after.id:
        yield f"it was made for {before}, this is {after}"
    for key, what in (
        ("api", "it was made for"),
        ("environment", "it was made for the environment"),
        ("generator", "it was made by"),
        ("lock", "it was made with the lock"),
        ("dialect", "it was made in the dialect"),
    ):
        if saved[key] != fresh[key]:
            yield f"{what} {saved[key] or '(none)'}, this is {fresh[key] or '(none)'}"


def _moved_files(saved: dict[str, Any], fresh: dict[str, Any]) -> Iterator[str]:
    before = {file["path"]: file["sha256"] for file in saved["policies"]}
    after = {file["path"]: file["sha256"] for file in fresh["policies"]}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield f"{path} is gone"
        elif path not in before:
            yield f"{path} is new"
        elif before[path] != after[path]:
            yield f"{path} was edited"


def _moved_queues(saved: dict[str, Any], fresh: dict[str, Any]) -> Iterator[str]:
    before = {queue["queue"]["id"]: queue for queue in saved["live"]}
    after = {queue["queue"]["id"]: queue for queue in fresh["live"]}
    names = _names(saved, fresh)
    for key in sorted(before.keys() | after.keys(), key=lambda key: (names[key], key)):
        old = rules_of(before[key]["rules"]) if key in before else ()
        new = rules_of(after[key]["rules"]) if key in after else ()
        if not mean_the_same(old, new):
            yield f"live queue {names[key]} ({key}): {in_words(old, names)} became {in_words(new, names)}"


def _names(*plans: dict[str, Any]) -> dict[str, str]:
    """The name of every queue and group in ``plans`` by its id; the last plan's, where it was renamed."""
    return {id_: name for plan in plans for id_, name in _named(plan)}


def _named(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for change in plan["changes"]:
        groups = (Group(**group) for rule in change["rules"] for group in rule["groups"])
        yield from ((group.id, group.label) for group in groups)
    queues = (each["queue"] for each in (*plan["live"], *plan["untouched"], *plan["changes"]))
    yield from ((queue["id"], queue["name"]) for queue in queues)


def _moved_changes(saved: dict[str, Any], fresh: dict[str, Any]) -> Iterator[str]:
    """The changes themselves, where nothing that they come from has moved."""
    before = {change["queue"]["id"]: _without_names(change) for change in saved["changes"]}
    after = {change["queue"]["id"]: _without_names(change) for change in fresh["changes"]}
    names = _names(saved, fresh)
    for key in sorted(before.keys() | after.keys(), key=lambda key: (names[key], key)):
        if before.get(key) != after.get(key):
            yield f"the change of {names[key]} ({key}) is no longer the one that was planned"


def _without_names(change: dict[str, Any]) -> dict[str, Any]:
    """What the change does, without names and without the order of lists, which mean nothing, and without
    ``waits_for``, which older versions wrote.

    The values of fields are for people; ``before`` and ``after`` of the rule are exact.
    """
    rules = [
        {
            **rule,
            "target": rule["target"]["id"],
            "groups": sorted(group["id"] for group in rule["groups"]),
            "fields": sorted(field["field"] for field in rule["fields"]),
        }
        for rule in change["rules"]
    ]
    return {
        **{name: value for name, value in change.items() if name != "waits_for"},
        "queue": change["queue"]["id"],
        "rules": sorted(rules, key=canonical),
        "before": sorted(change["before"], key=canonical),
        "after": sorted(change["after"], key=canonical),
    }

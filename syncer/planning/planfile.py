"""Plan files: save one, and read one."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syncer.errors import BadPlan, Refused
from syncer.files import mebibytes, refuse_larger, write_whole
from syncer.model.canonical import canonical, compact, parsed
from syncer.planning.document import FORMAT, plan_digest
from syncer.planning.saved_plan import SavedPlan, plan_of

MAX_BYTES = 256 * 1024 * 1024
"""The largest plan file, for who writes one and for who reads one."""

TOO_LARGE = (
    "Plan fewer policies at a time (syncer plan FILE… --out plan.json), or syncer apply without a plan."
)


def save_plan(document: Mapping[str, Any], path: Path, key: str = "") -> None:
    """Write a plan; with ``key`` it is signed (HMAC-SHA-256 over its digest and its time stamp).

    Raises SyncerError where it can't be written, or is larger than ``load_plan`` takes.
    """
    signed = {**document, "signature": signature(document, key)} if key else document
    text = compact(signed)
    refuse_larger(path, text, MAX_BYTES, TOO_LARGE)
    write_whole(path, text)


def signature(document: Mapping[str, Any], key: str) -> str:
    """What a plan is signed with: ``hmac-sha256:<hex>`` over its digest and its time stamp."""
    what = canonical([document.get("digest"), document.get("created_at")])
    return "hmac-sha256:" + hmac.new(os.fsencode(key), what, hashlib.sha256).hexdigest()


def load_plan(path: Path, key: str = "") -> SavedPlan:
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
    try:
        return plan_of(document)
    except OverflowError as error:
        raise _no_plan(path, "a number in it is too large") from error


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

"""JSON reports (``syncer.output/v1``) read back: the document, and the report that it was made from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from syncer.applying.apply import Result
from syncer.audit.entries import Run
from syncer.audit.sample import Sample
from syncer.errors import ConfigError, SyncerError, WrongUsage
from syncer.files import read_regular
from syncer.model.change import QueueChange, Unmanaged
from syncer.model.held import Held
from syncer.model.json_reader import parsed
from syncer.model.plan import Outcome, Status
from syncer.model.source import Source
from syncer.model.window import Overwritten
from syncer.planning.read_finding import finding_of
from syncer.planning.saved_plan import MAX_BYTES, checked_plan
from syncer.report.json import FORMAT
from syncer.report.lookups import AuditShown
from syncer.report.views import Applied, CutOffRun, Planned, Report
from syncer.report.watched import watched_of

APPLIED = ("apply", "rollback")
SHOWN = ("plan", *APPLIED, "audit show", "show")
"""The commands whose reports can be shown again."""

Document = Mapping[str, Any]

_HINT = "Write one with: --report json=FILE"
_HEAD = re.compile(rb"\s*\{\s*\"format\":\s*\"" + re.escape(FORMAT.encode()) + rb"\"")
_LONGEST_HEAD = 1024


def is_report(path: Path) -> bool:
    """Whether a file begins as a JSON report does; no for what is not there."""
    try:
        with path.open("rb") as file:
            return _HEAD.match(file.read(_LONGEST_HEAD)) is not None
    except OSError:
        return False


def reread(path: Path) -> dict[str, Any]:
    """What a JSON report (``syncer.output/v1``) holds. Raises ConfigError where it is none."""
    try:
        document = parsed(read_regular(path, MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} can't be read as a report", hint=_HINT) from error
    return _as_its_schema(document, path)


def _as_its_schema(document: Any, path: Path) -> dict[str, Any]:
    from jsonschema import Draft202012Validator

    from syncer.policy.schema import schema_text

    schema = parsed(schema_text("output.v1.schema.json").encode())
    try:
        valid = isinstance(document, dict) and Draft202012Validator(schema).is_valid(document)
    except (RecursionError, OverflowError):
        valid = False
    if not valid:
        raise ConfigError(f"{path} doesn't fit the schema of a report", hint=_HINT)
    return dict(document)


@dataclass(frozen=True, slots=True)
class ReadOutcome(Outcome):
    """An outcome read back from a report, which has the number of its ``rules`` alone."""

    rules: int = 0


def report_of(document: Any, path: Path, key: str = "") -> Report:
    """The report that ``path`` holds as JSON, with the exit code, the error and the warnings of its command.

    Raises ConfigError where it is none, WrongUsage where it is of a command that can't be shown or was
    narrowed, and what ``load_plan`` raises where a plan is in it. ``key`` counts where that plan is signed.
    """
    document = _as_its_schema(document, path)
    if document["command"] not in SHOWN:
        raise WrongUsage(
            f"{path} is the report of {document['command']}",
            hint=f"Reports of {', '.join(SHOWN[:-1])} and {SHOWN[-1]} can be shown.",
        )
    narrowed = (document["result"] or {}).get("narrowed")
    if narrowed:
        raise WrongUsage(
            f"{path} holds only the queues that match {' or '.join(narrowed)}",
            hint="Show the whole that it was made from.",
        )
    try:
        view = _view_of(document, path, key)
        findings = tuple(map(finding_of, document["findings"]))
    except OverflowError as error:
        raise ConfigError(f"{path} holds a number that is too large", hint=_HINT) from error
    return Report(
        "show",
        document["exit_code"],
        view,
        findings,
        error=_error_of(document["error"]),
        warnings=tuple(document["warnings"]),
        source=source_in(document),
    )


def source_in(document: Document) -> Source:
    """Where the policies of a report came from."""
    return Source(**document.get("source", {}))


def _view_of(document: Document, path: Path, key: str) -> Planned | Applied | AuditShown | None:
    match document["result"]:
        case None:
            return None
        case {"plan": plan, "saved_to": saved_to} as result:
            saved = checked_plan(plan, path, key if "signature" in plan else "")
            return Planned(saved, plan, saved_to, _unmanaged_of(result.get("unmanaged")))
        case {"outcomes": _} as result:
            return _applied_of(result, document["command"])
        case {"entries": entries} as result:
            sample, filtered = result.get("sample"), result.get("filtered", False)
            return AuditShown(entries, sample=_sample_of(sample) if sample else None, filtered=filtered)
        case _:
            raise ConfigError(f"{path} doesn't fit the schema of a report", hint=_HINT)


def _sample_of(document: Document) -> Sample:
    return Sample(*(document[key] for key in ("size", "seed", "population", "drawn")))


def _unmanaged_of(documents: list[Document] | None) -> tuple[Unmanaged, ...] | None:
    if documents is None:
        return None
    return tuple(
        Unmanaged(
            each["queue"]["id"],
            each["queue"]["name"],
            tuple(each["rules"]),
            each["owner"],
            tuple(each.get("within", ())),
        )
        for each in documents
    )


def _applied_of(document: Document, command: str) -> Applied:
    result, undone = None, None
    if "run" in document:
        result = _result_of(document, command if command in APPLIED else "apply")
    if "rollback" in document:
        undone = _result_of(document["rollback"], "rollback")
    return Applied(
        None,
        result,
        tuple(map(_cut_off_of, document["recovered"])),
        document["message"],
        undone,
        document.get("counts"),
        document.get("hand_edits", ()),
        watched=watched_of(document["watched"]) if "watched" in document else None,
        change_digest=document.get("change_digest", ""),
        held=tuple(map(Held.of, document.get("held", ()))),
    )


def _result_of(document: Document, verb: str) -> Result:
    return Result(
        Run(document["run"], "", "", verb=document.get("verb", verb)),
        document["status"],
        tuple(map(_outcome_of, document["outcomes"])),
        document["audit_head"],
        document["calls"],
        float(document["duration_ms"]),
        overwritten=tuple(map(Overwritten.of, document.get("overwritten", ()))),
    )


def _cut_off_of(document: Document) -> CutOffRun:
    run = Run(document["run"], document.get("started_at", ""), "")
    return CutOffRun(run, tuple(map(_outcome_of, document["outcomes"])))


def _outcome_of(document: Document) -> ReadOutcome:
    queue = document["queue"]
    change = QueueChange(queue["id"], queue["name"], (), (), (), kinds=())
    outcome = ReadOutcome(
        change,
        Status(document["status"]),
        document["detail"],
        latency_ms=float(document["latency_ms"]),
        window_ms=float(document["window_ms"] or 0),
        rules=document["rules"],
    )
    same = ("attempts", "lock", "etag_before", "etag_after", "correlation_id", "caused_by")
    return replace(outcome, **{name: document[name] for name in same})


def _error_of(document: Document | None) -> SyncerError | None:
    """The error by the name that it had: formats show the name of its class and nothing else of it."""
    if document is None:
        return None
    named: SyncerError = type(document["type"], (SyncerError,), {})(
        document["message"], hint=document["hint"]
    )
    return named

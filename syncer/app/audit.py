"""Audit: the trail of all that was done, and the runs that did not end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from syncer.app.options import STATE
from syncer.errors import AuditError
from syncer.report.views import AuditFigures, AuditShown, AuditVerified, ReportOf


def audit_show(state_dir: Path = STATE, run: str = "") -> ReportOf[AuditShown]:
    """All entries of the audit, oldest first, or those of one run: an ``AuditShown``.

    Raises AuditError where the trail can't be read, or knows no such run.
    """
    from syncer.audit.chain import Chain

    entries = [entry for entry in Chain(state_dir / "audit").entries() if run in ("", entry.get("run"))]
    if run and not entries:
        raise AuditError(f"the audit trail knows no run {run}", hint="List all with: syncer audit show")
    warnings = (*unfinished_runs(state_dir), *broken_trail(Chain(state_dir / "audit").files()))
    return ReportOf("audit show", view=AuditShown(entries), warnings=warnings)


def broken_trail(files: Sequence[Path]) -> tuple[str, ...]:
    """A warning where what is shown of a trail can't be trusted, as its chain of hashes is broken."""
    from syncer.audit.verify import verify_chain

    found = verify_chain(files, partial=True).breaks
    return (f"{found[0].path} was edited or damaged: see syncer audit verify",) if found else ()


def audit_verify(
    state_dir: Path = STATE,
    heads: Sequence[str] = (),
    files: Sequence[Path] = (),
    *,
    require_attested: bool = False,
) -> ReportOf[AuditVerified]:
    """Follow the chain of hashes, and hold the entries against each other: an ``AuditVerified``.

    ``heads`` were kept elsewhere, and each must be in the chain. ``files`` are verified in place of the trail
    in ``state_dir``; they may begin later than it did. The exit code is 1 where anything is broken, or where
    no head vouches for the newest entry and that is ``require_attested``. Raises AuditError where there is no
    trail.
    """
    from syncer.audit.consistency import contradictions
    from syncer.audit.segments import in_order, read_lines, trail_files
    from syncer.audit.verify import verify_chain

    paths = in_order(files) if files else trail_files(state_dir / "audit")
    _refuse_no_trail(paths, state_dir)
    found = verify_chain(paths, heads, partial=bool(files))
    if found.entries == 0 and found.whole:
        raise AuditError(
            f"the audit trail {paths[-1]} holds no entry", hint="Somebody emptied it, or nothing ran yet."
        )
    consistency = contradictions(read_lines(*paths), fault_of_entry(), partial=bool(files))
    breaks = (*found.breaks, *consistency.breaks)
    found = replace(found, breaks=breaks, attested=found.attested if found.whole else 0)
    view = AuditVerified(tuple(map(str, paths)), found, tuple(heads), consistency.open_run)
    unattested = require_attested and found.unattested > 0
    warnings = () if files else unfinished_runs(state_dir)
    return ReportOf("audit verify", 1 if breaks or unattested else 0, view, warnings=warnings)


def _refuse_no_trail(paths: Sequence[Path], state_dir: Path) -> None:
    """Raise AuditError where there is nothing to verify."""
    missing = [path for path in paths if not path.exists()]
    if missing or not paths:
        where = missing[0] if missing else state_dir / "audit" / "audit.jsonl"
        raise AuditError(f"there is no audit trail at {where}", hint="Name its folder with --state-dir.")


def fault_of_entry() -> Callable[[Mapping[str, Any]], str]:
    """Says of an entry what of it doesn't fit the schema of its version; empty where all fits."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from syncer.model.json_reader import parsed
    from syncer.model.json_values import clean
    from syncer.policy.schema import schema_text

    definitions = {"change": "changeEntry", "run": "runEntry", "check": "checkEntry"}
    validators: dict[tuple[str, str], Draft202012Validator] = {}
    for version in ("v1", "v2"):
        schema = parsed(schema_text(f"audit.{version}.schema.json").encode())
        for kind, name in definitions.items():
            if name in schema["$defs"]:
                own = {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
                validators[f"syncer.audit/{version}", kind] = Draft202012Validator(own)

    def fault(entry: Mapping[str, Any]) -> str:
        which = (str(entry.get("format")), str(entry.get("kind")))
        if which not in validators:
            return f"it is no entry of a version that is known ({which[0]}, {which[1]})"
        problem = best_match(validators[which].iter_errors(entry))
        return f"{problem.json_path}: {clean(problem.message)}" if problem else ""

    return fault


def audit_report(state_dir: Path = STATE) -> ReportOf[AuditFigures]:
    """Counts, rates, latencies (ms) and calls, and the changes that were made: an ``AuditFigures``."""
    from syncer.audit.chain import Chain
    from syncer.audit.figures import figures

    entries = list(Chain(state_dir / "audit").entries())
    changes = [entry for entry in entries if entry.get("kind") == "change"]
    view = AuditFigures(figures(entries), changes)
    return ReportOf("audit report", view=view, warnings=unfinished_runs(state_dir))


def unfinished_runs(state_dir: Path) -> tuple[str, ...]:
    """A warning for each run whose journal is still there, or that nobody may look for them."""
    try:
        open_runs, ended = _open_runs(state_dir), ended_runs(state_dir)
    except OSError as error:
        return (f"{state_dir} can't be read ({error.strerror}), so it is not known if a run did not end",)
    then = "the next apply or rollback asks live what became of it"
    return tuple(
        f"run {run} ended without knowing what became of a queue: {then}"
        if run in ended
        else f"run {run} did not end: it is still going on, or was cut off; {then}"
        for run in open_runs
    )


def _open_runs(state_dir: Path) -> list[str]:
    from syncer.applying.journal import SUFFIX, find_journals

    return [path.name.removesuffix(SUFFIX) for path in find_journals(state_dir / "journal")]


def ended_runs(state_dir: Path) -> frozenset[str]:
    """The runs whose journals are still there although they ended: none where the audit can't be read."""
    from syncer.applying.recover import has_ended
    from syncer.audit.chain import Chain

    open_runs = _open_runs(state_dir)
    try:
        entries = list(Chain(state_dir / "audit").entries()) if open_runs else []
    except AuditError:
        return frozenset()
    return frozenset(run for run in open_runs if has_ended(run, entries))

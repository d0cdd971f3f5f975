"""The files: policies and settings, and the state folder with what runs left in it."""

import os
from collections.abc import Sequence
from pathlib import Path

from syncer.applying.journal import SUFFIX, find_journals
from syncer.audit.chain import NAME
from syncer.audit.verify import verify_chain
from syncer.doctor.line import Line, failed, of_error, ok, skipped, warning
from syncer.errors import SyncerError, explained
from syncer.model.finding import Finding, Severity
from syncer.planning.gather import OnDisk
from syncer.planning.offline import check_offline

_BEGIN = "Name their folder with --policies, or begin with syncer init."
_SHOWS_ALL = "syncer validate shows them all."
_SHOWN = 2
"""Findings that are shown; validate shows all."""


def check_policies(disk: OnDisk) -> Line:
    """What was read of policies and settings, and what the checks without live find."""
    findings, _ = check_offline(disk)
    files = len(disk.policies.files)
    settings = [file.path for file in disk.files[files:]]
    queues = len(disk.policies.queues)
    read = f"queues: {queues}, policy files: {files}, settings: {', '.join(settings) or 'defaults'}"
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
    if errors:
        remedy = _SHOWS_ALL if files else _BEGIN
        return failed("policies", f"{read}; {_first('error', errors)}", remedy)
    if warnings:
        return warning("policies", f"{read}; {_first('warning', warnings)}", _SHOWS_ALL)
    return ok("policies", f"{read}; no errors, no warnings")


def _first(kind: str, findings: Sequence[Finding]) -> str:
    shown = "; ".join(
        f"{finding.position or 'the whole set'}: {finding.id}: {finding.message}"
        for finding in findings[:_SHOWN]
    )
    more = "; …" if len(findings) > _SHOWN else ""
    return f"{len(findings)} {kind}{'' if len(findings) == 1 else 's'}: {shown}{more}"


def check_state(folder: Path) -> tuple[Line, ...]:
    """Whether runs can write their state, whether one was cut off, whether the audit is whole."""
    try:
        return _folder(folder), _runs(folder), _audit(folder / "audit" / NAME)
    except OSError as error:
        seen = of_error("state folder", explained(error))
        return seen, *skipped(("runs", "audit"), "the state folder can't be read")


def _folder(folder: Path) -> Line:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        return failed("state folder", f"{there} is no folder", "Name another one with --state-dir.")
    if not os.access(there, os.W_OK | os.X_OK):
        return failed(
            "state folder",
            f"{there} can't be written to",
            "Mend its rights, or name another with --state-dir.",
        )
    made = "" if folder.exists() else " (made by the first run)"
    return ok("state folder", f"{folder.absolute()}{made}")


def _runs(folder: Path) -> Line:
    runs = [path.name.removesuffix(SUFFIX) for path in find_journals(folder / "journal")]
    if runs:
        return warning(
            "runs",
            f"{', '.join(runs)} did not end: still going on, or cut off",
            "Look with syncer audit show; the next apply or rollback asks live what became of it.",
        )
    return ok("runs", "none was cut off")


def _audit(path: Path) -> Line:
    try:
        found = verify_chain(path)
    except SyncerError as error:
        return of_error("audit", error)
    if not found.entries:
        return ok("audit", "no entries yet")
    if found.whole:
        return ok("audit", f"{found.entries} entries, the chain is whole")
    first = found.breaks[0]
    return failed(
        "audit",
        f"the chain is broken at line {first.line}: {first.message}",
        "syncer audit verify tells all of it; find out who did it before anything is applied.",
    )

"""Show: a saved plan, a JSON report or a run of the audit again, without a network."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncer.app.audit import broken_trail, unfinished_runs
from syncer.app.options import ShowOptions
from syncer.app.session import Session, begun
from syncer.errors import AuditError, ConfigError, WrongUsage
from syncer.model.finding import quoted, shortened
from syncer.report.lookups import AuditShown
from syncer.report.views import Applied, Planned, Report, ReportOf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

_MOST_OF_AN_ENTRY = 16 * 1024 * 1024
"""Upper bound for the bytes of the first entry of an audit trail."""

_MOST_BITS = 1_000
"""A float can hold whole numbers of up to 1,023 bits."""

_HINT = "Name a saved plan, a JSON report (--report json=FILE), an audit trail, or a run of it."


def show(
    what: str | Path, options: ShowOptions = ShowOptions(), *, session: Session | None = None
) -> ReportOf[Planned | Applied | AuditShown]:
    """Show what was kept: ``what`` is a file, a state folder, or in ``options.state_dir`` the id of a run or
    the digest of a plan (``sha256:`` and at least 12 of its digits).

    A saved plan, and the JSON report of a plan, are a ``Planned``; the report of an apply or a rollback is an
    ``Applied``, a run of the audit an ``AuditShown``. The exit code, the error and the warnings are those of
    what is shown: 3 for a plan that can't be applied. Raises Refused if a plan was edited or isn't signed
    with SYNCER_PLAN_KEY, WrongUsage if nothing matches, BadPlan, ConfigError, AuditError.
    """
    session = begun(session)
    report = _report_of(Path(what), options, session.environ.get("SYNCER_PLAN_KEY", ""))
    return session.ended(_narrowed(report, options.queues))


def _report_of(path: Path, options: ShowOptions, key: str) -> Report:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return _of_plan(path, options, key) or _of_run(path, options)
    except OSError as error:
        raise ConfigError(f"{shortened(str(path))} can't be read: {error.strerror}", hint=_HINT) from error
    if stat.S_ISDIR(mode):
        return _of_folder(path, options.run)
    if not stat.S_ISREG(mode):
        raise ConfigError(f"{path} isn't a regular file but a pipe, a device or a socket", hint=_HINT)
    return _of_file(path, options.run, key)


def _of_plan(path: Path, options: ShowOptions, key: str) -> Report | None:
    """If there is no such file: a plan that is kept next to the audit trail."""
    from syncer.planning.kept_plan import find_plan, refuse_another

    kept = find_plan(options.state_dir / "audit", str(path))
    if kept is None:
        return None
    document = _document(kept)
    report = _of_document(document, kept, key)
    refuse_another(document, kept)
    return report


def _of_run(path: Path, options: ShowOptions) -> Report:
    """If there is no such file: a run in the audit trail."""
    from syncer.audit.segments import NAME, trail_files

    run, folder = str(path), options.state_dir / "audit"
    trail = trail_files(folder)
    entries = _entries(trail, run)
    if not entries:
        raise ConfigError(
            f"there is no file {shortened(run)}, and {folder / NAME} has no such run",
            hint=f"{_HINT} List the runs with: syncer audit show",
        )
    if options.run not in ("", run):
        raise WrongUsage(f"{run} and {options.run} are two runs", hint="Name one of them.")
    warnings = (*unfinished_runs(options.state_dir), *broken_trail(trail))
    return Report("show", view=AuditShown(entries), warnings=warnings)


def _of_folder(folder: Path, run: str) -> Report:
    """A state folder, or the folder of the trail in it."""
    from syncer.audit.segments import trail_files

    for state, trail in (
        (folder, trail_files(folder / "audit")),
        (folder.absolute().parent, trail_files(folder)),
    ):
        if trail:
            report = _of_trail(trail, run)
            return replace(report, warnings=(*unfinished_runs(state), *report.warnings))
    raise AuditError(f"{folder} has no audit trail (audit/audit.jsonl)", hint=_HINT)


def _of_trail(trail: Sequence[Path], run: str) -> Report:
    """The entries of one run, else of the last."""
    wanted = run or _last_run(trail)
    if not wanted:
        raise AuditError(
            f"the audit trail {trail[-1]} has no runs", hint="Nothing ran yet, or it was emptied."
        )
    entries = _entries(trail, wanted)
    if not entries:
        raise AuditError(
            f"the audit trail {trail[-1]} has no run {run}", hint="List all with: syncer audit show"
        )
    return Report("show", view=AuditShown(entries), warnings=broken_trail(trail))


def _last_run(trail: Sequence[Path]) -> str:
    from syncer.audit.segments import entries_in, read_lines

    last = ""
    for entry in entries_in(read_lines(*trail)):
        if isinstance(run := entry.get("run"), str) and entry.get("kind") != "check":
            last = run or last
    return last


def _entries(trail: Sequence[Path], run: str) -> Sequence[dict[str, Any]]:
    from syncer.audit.segments import entries_in, read_lines

    return [entry for entry in entries_in(read_lines(*trail)) if entry.get("run") == run]


def _of_file(path: Path, run: str, key: str) -> Report:
    """The content of a file shows what it is: every plan, report and entry names its format."""
    from syncer.audit.line import FORMAT, FORMAT_V1

    form = _format_of(_first_line(path))
    if form in (FORMAT, FORMAT_V1) or (path.suffix == ".jsonl" and not form):
        return _of_trail([path], run)
    if form.startswith("syncer.audit/"):
        raise _unknown(path, form)
    if run:
        raise WrongUsage(f"{path} isn't an audit trail, so it has no run {run}", hint="Leave out --run.")
    return _of_document(_document(path), path, key)


def _of_document(document: Any, path: Path, key: str) -> Report:
    from syncer.planning.document import FORMAT as PLAN
    from syncer.planning.saved_plan import checked_plan
    from syncer.report.json import FORMAT as OUTPUT
    from syncer.report.reread import report_of

    match _format_of(document):
        case form if form == PLAN:
            plan = checked_plan(document, path, key)
            view = Planned(plan, document, saved_to=str(path))
            return _with_sources(Report("show", 0 if plan.applicable else 3, view, plan.findings))
        case form if form == OUTPUT:
            return _with_sources(report_of(document, path, key))
        case "":
            raise ConfigError(f"{path} is neither a plan nor a report: it names no format", hint=_HINT)
        case form:
            raise _unknown(path, form)


def _unknown(path: Path, form: str) -> ConfigError:
    return ConfigError(
        f"{path} can't be shown: its format is {quoted(form)}",
        hint="This version shows syncer.plan/v1, syncer.output/v1, syncer.audit/v1 and v2.",
    )


def _format_of(document: Any) -> str:
    form = document.get("format") if isinstance(document, dict) else ""
    return form if isinstance(form, str) else ""


def _with_sources(report: Report) -> Report:
    """Add the lines of the policies, if their files are unchanged."""
    from syncer.policy.load import lines_of

    view = report.view
    return replace(report, sources=lines_of(view.plan.files)) if isinstance(view, Planned) else report


def _first_line(path: Path) -> Any:
    """The value in the first line of a file; None if it isn't JSON."""
    from syncer.model.json_reader import parsed

    with _opened(path) as file:
        line = _read(file, path, _MOST_OF_AN_ENTRY, line=True)
    try:
        return parsed(line)
    except (ValueError, RecursionError):
        return None


def _document(path: Path) -> Any:
    from syncer.files import mebibytes
    from syncer.model.json_reader import parsed
    from syncer.planning.saved_plan import MAX_BYTES

    with _opened(path) as file:
        data = _read(file, path, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path} is larger than {mebibytes(MAX_BYTES)}", hint=_HINT)
    try:
        document = parsed(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"{path} is neither a plan nor a report: it isn't complete JSON", hint=_HINT
        ) from error
    if _beyond_measure(document):
        raise ConfigError(f"{path} can't be shown: a number in it is too large", hint=_HINT)
    return document


def _beyond_measure(document: Any) -> bool:
    """Whether a whole number anywhere in it is too large for a report."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            return True
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return False


def _opened(path: Path) -> IO[bytes]:
    """Open the file; if it has become a pipe meanwhile, that doesn't block."""
    try:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}", hint=_HINT) from error


def _read(file: IO[bytes], path: Path, most: int, *, line: bool = False) -> bytes:
    try:
        return file.readline(most) if line else file.read(most)
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}", hint=_HINT) from error


def _narrowed(report: Report, only: tuple[str, ...]) -> ReportOf[Planned | Applied | AuditShown]:
    """Return the same with these queues alone. Raises WrongUsage if a glob matches none."""
    from syncer.report.narrow import narrowed

    found = narrowed(report, only)
    view = found.view
    if not isinstance(view, Planned | Applied | AuditShown):
        view = None
    return ReportOf(
        "show", found.exit_code, view, found.findings, found.sources, found.error, warnings=found.warnings
    )

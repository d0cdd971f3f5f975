"""The machine and its files: Python, packages, schemas, policies, settings, and the state folder."""

import os
import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from syncer.applying.journal import SUFFIX, find_journals
from syncer.applying.underway import lock_holder
from syncer.audit.segments import trail_files
from syncer.audit.verify import verify_chain
from syncer.doctor import Line, failed, of_error, ok, skipped, warning
from syncer.errors import SyncerError, explained
from syncer.files import open_to_others
from syncer.model.finding import Finding, Severity
from syncer.model.json_reader import parsed
from syncer.planning.disk import OnDisk, check_offline
from syncer.policy.schema import schema_names, schema_text

OLDEST_PYTHON = (3, 11)

LITTLE = 50 * 1024 * 1024
"""Bytes of free space below which there is a warning: a large run writes a few megabytes."""

TOO_LITTLE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Package:
    """A package, the oldest version that works, and its use; ``extra`` is set if it is optional."""

    name: str
    oldest: str
    use: str
    extra: str = ""


PACKAGES = (
    Package("click", "8.1", "the command line"),
    Package("filelock", "3.12", "one apply at a time"),
    Package("jsonschema", "4.20", "schemas"),
    Package("pyyaml", "6.0.1", "policies"),
    Package("requests", "2.31", "live"),
    Package("python-gitlab", "4.4", "comment", "gitlab"),
    Package("prometheus-client", "0.20", "--metrics and --push-gateway", "metrics"),
    Package("resvg-py", "0.3", "graph --format png", "png"),
    Package("pyjwt[crypto]", "2.8", "who applies, proved by an ID token", "identity"),
    Package("standardwebhooks", "1.0", "signed messages to a webhook", "webhook"),
    Package("rfc3161-client", "1.0.6", "timestamps of the audit", "anchor"),
)
"""The requirements of ``pyproject.toml``: a test keeps both the same."""


def installed(name: str) -> str | None:
    """Return the version of an installed package, None if it is missing; its extras are not checked."""
    try:
        return metadata.version(name.partition("[")[0])
    except metadata.PackageNotFoundError:
        return None


def check_machine(
    python: tuple[int, ...] = sys.version_info[:3],
    version: Callable[[str], str | None] = installed,
) -> tuple[Line, ...]:
    """Check Python, packages and schemas. ``version`` returns the version of an installed package."""
    needed = [package for package in PACKAGES if not package.extra]
    extras = [package for package in PACKAGES if package.extra]
    return (
        _python(python),
        _packages("packages", needed, version),
        _packages("extras", extras, version),
        _schemas(),
    )


def _python(version: tuple[int, ...]) -> Line:
    found = f"{'.'.join(map(str, version))} ({platform.python_implementation()}, {platform.system()})"
    if version < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return failed("Python", found, f"Install Python {wanted} or newer.")
    return ok("Python", found)


def _packages(name: str, packages: list[Package], version: Callable[[str], str | None]) -> Line:
    found = {package: version(package.name) for package in packages}
    problems = list(_problems(found))
    if not problems:
        return ok(name, ", ".join(f"{package.name} {has}" for package, has in found.items()))
    asked = " ".join(f'"{package.name}>={package.oldest}"' for package, _ in problems)
    said = "; ".join(words for _, words in problems)
    grade = failed if any(not package.extra for package, _ in problems) else warning
    return grade(name, said, f"pip install {asked}")


def _problems(found: dict[Package, str | None]) -> Iterator[tuple[Package, str]]:
    for package, has in found.items():
        if has is None:
            yield package, f"{package.name} is not installed ({package.use})"
        elif _numbers(has) < _numbers(package.oldest):
            yield package, f"{package.name} {has} is older than {package.oldest} ({package.use})"


def _numbers(version: str) -> tuple[int, ...]:
    """The release of a version: ``(6, 0, 1)``. It stops at the first part that isn't a number."""
    numbers = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _schemas() -> Line:
    try:
        names = schema_names()
        for name in names:
            parsed(schema_text(name).encode())
    except (OSError, ValueError, SyncerError):
        names = ()
    if not names:
        return of_error(
            "schemas",
            SyncerError("they can't be read", hint="Install syncer again: some of its files are missing."),
        )
    return ok("schemas", f"{len(names)} can be read")


_BEGIN = "Name their folder with --policies, or start with syncer init."
_SHOWS_ALL = "syncer validate shows them all."
_SHOWN = 2
"""Findings that are shown; validate shows all of them."""


def check_policies(disk: OnDisk) -> Line:
    """What was read of policies and settings, and what the offline checks find."""
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


def free_bytes(folder: Path) -> int:
    """Return the free space at a folder."""
    return shutil.disk_usage(folder).free


def check_state(folder: Path, free: Callable[[Path], int] = free_bytes) -> tuple[Line, ...]:
    """Check whether runs can write their state, whether one was cut off, and whether the audit is unbroken.

    ``free`` returns the free space at a folder, in bytes.
    """
    try:
        return _folder(folder, free), _runs(folder), _audit(folder / "audit")
    except OSError as error:
        seen = of_error("state folder", explained(error))
        return seen, *skipped(("runs", "audit"), "the state folder can't be read")


def _folder(folder: Path, free: Callable[[Path], int]) -> Line:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        return failed("state folder", f"{there} isn't a folder", "Name another one with --state-dir.")
    if not os.access(there, os.W_OK | os.X_OK):
        return failed(
            "state folder",
            f"{there} can't be written to",
            "Fix its permissions, or name another with --state-dir.",
        )
    made = "" if folder.exists() else " (the first run creates it)"
    if (left := free(there)) < LITTLE:
        grade = failed if left < TOO_LITTLE else warning
        megabytes = left / 1024 / 1024
        return grade(
            "state folder",
            f"{folder.absolute()}{made}: {megabytes:.1f} MiB are free, and journal and audit need room",
            "Make room before an apply, or name another folder with --state-dir.",
        )
    seen = open_to_others(folder)
    if seen:
        files = f"{len(seen)} file{'' if len(seen) == 1 else 's'}"
        return warning(
            "state folder",
            f"{folder.absolute()}: users other than the owner can access {files}, such as {seen[0].name}",
            f"chmod -R go-rwx {shlex.quote(str(folder))}",
        )
    return ok("state folder", f"{folder.absolute()}{made}")


def _runs(folder: Path) -> Line:
    runs = [path.name.removesuffix(SUFFIX) for path in find_journals(folder / "journal")]
    holder = lock_holder(folder)
    going = holder.run if holder else ""
    left = [run for run in runs if run != going]
    on = f"{going} is in progress: it holds the lock" if going else ""
    if left:
        words = f"{', '.join(left)} was cut off or left the state of a queue unknown"
        return warning(
            "runs",
            "; ".join(filter(None, (words, on))),
            "Look with syncer audit show; the next apply or rollback reads the live queues and settles it.",
        )
    return ok("runs", "; ".join(filter(None, ("none was cut off", on))))


def _audit(folder: Path) -> Line:
    try:
        found = verify_chain(trail_files(folder))
    except SyncerError as error:
        return of_error("audit", error)
    if not found.entries:
        return ok("audit", "no entries yet")
    if found.whole:
        return ok("audit", f"{found.entries} entries, the chain is whole")
    first = found.breaks[0]
    if found.chains.settled and not found.unsettled:
        return warning(
            "audit",
            f"the chain is broken at line {first.line}: {first.message}; a new chain starts after it",
            "syncer audit verify shows all of it; applies look at the new chain alone. Keep it as evidence.",
        )
    return failed(
        "audit",
        f"the chain is broken at line {first.line}: {first.message}",
        "syncer audit verify shows all of it; find out who did it. An apply is refused until a complete copy "
        "is restored, or it starts a new chain: syncer apply --new-chain REASON.",
    )

"""Anchor the head of the audit: at any time, or after a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.app.places import STATE
from syncer.errors import AuditError, ConfigError, SyncerError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from syncer.audit.anchors import Anchor, Head, Receipt

_MOST_OF_ROOTS = 4 * 1024 * 1024
"""Maximum size of a file of root certificates, in bytes."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """A head, and the receipts of the anchors that it got."""

    head: Head
    receipts: tuple[Receipt, ...]


def audit_anchor(
    anchors: Sequence[str],
    state_dir: Path = STATE,
    *,
    tsa_roots: Path | None = None,
    repository: Path = Path(),
) -> Anchored:
    """Anchor the current head of the audit: each of ``anchors`` is ``rfc3161:URL``, ``git-tag`` or
    ``git-tag:REMOTE``.

    ``tsa_roots`` is a PEM file that verifies timestamps, ``repository`` is where tags are signed. Every
    anchor is tried. Raises WrongUsage, AuditError if there is no trail or it is broken, and SyncerError for
    the first anchor that failed; the others are kept.
    """
    wanted = anchors_of(anchors)
    if not wanted:
        raise WrongUsage("no anchor is given", hint="Name one with --anchor.")
    roots = roots_of(tsa_roots)
    head = _whole_head(state_dir)
    receipts, problems = anchor_head(wanted, state_dir, head, repository=repository, roots=roots)
    if problems:
        raise problems[0]
    return Anchored(head, receipts)


def anchor_after_run(anchors: Sequence[str], state_dir: Path, head: Head) -> tuple[str, ...]:
    """Anchor the head after a run, and return the warnings. Nothing is raised, since the run is finished.

    A trail without entries has no head.
    """
    if not (anchors and head.number):
        return ()
    try:
        failed = [error.message for error in anchor_head(anchors_of(anchors), state_dir, head)[1]]
    except SyncerError as error:
        failed = [error.message]
    except OSError as error:
        failed = [f"{error.filename}: {error.strerror or error}"]
    return tuple(f"the audit head was not anchored: {why} (try again: syncer audit anchor)" for why in failed)


def anchor_head(
    anchors: Sequence[Anchor],
    state_dir: Path,
    head: Head,
    *,
    repository: Path = Path(),
    roots: Sequence[Certificate] = (),
) -> tuple[tuple[Receipt, ...], tuple[SyncerError, ...]]:
    """Try every anchor. Returns the receipts of those that worked and the errors of the others."""
    from syncer.audit.anchors import anchored, verify_receipts

    made: set[Path] = set()
    problems: list[SyncerError] = []
    for anchor in anchors:
        try:
            made.add(anchored(state_dir / "audit", head, anchor, repository=repository, roots=roots))
        except SyncerError as error:
            problems.append(error)
    found = verify_receipts(
        state_dir / "audit", {head.number: head.hash}, roots=roots, repository=repository, only=made
    )
    return tuple(found), tuple(problems)


def anchors_of(texts: Sequence[str]) -> tuple[Anchor, ...]:
    """Parse anchors as they are typed, each once. Raises WrongUsage, and ConfigError if a package that one
    needs is not installed: before anything is sent.
    """
    from syncer.audit.anchors import anchor_of, refuse_unready

    anchors = tuple(dict.fromkeys(map(anchor_of, texts)))
    refuse_unready(anchors)
    return anchors


def roots_of(path: Path | None) -> tuple[Certificate, ...]:
    """Return the root certificates in a PEM file; none if no file is named. Raises ConfigError."""
    from syncer.audit.timestamp import trusted_roots
    from syncer.files import read_regular

    if path is None:
        return ()
    try:
        return trusted_roots(read_regular(path, _MOST_OF_ROOTS))
    except OSError as error:
        raise ConfigError(
            f"{path} can't be read: {error.strerror or error}",
            hint="Name the PEM file with the root certificates.",
        ) from error


def _whole_head(state_dir: Path) -> Head:
    """Return the newest entry of an unbroken trail: an anchor of a broken one would attest it."""
    from syncer.audit.anchors import Head
    from syncer.audit.segments import NAME, trail_files
    from syncer.audit.verify import verify_chain

    files, path = trail_files(state_dir / "audit"), state_dir / "audit" / NAME
    if not files:
        raise AuditError(f"there is no audit trail at {path}", hint="Name its folder with --state-dir.")
    found = verify_chain(files)
    if not found.whole:
        first = found.breaks[0]
        raise AuditError(
            f"{first.path}:{first.line}: {first.message}, so nothing was anchored",
            hint="syncer audit verify shows all of it.",
        )
    if not found.entries:
        raise AuditError(f"the audit trail {path} has no entries", hint="Nothing ran yet, or it was emptied.")
    return Head(found.entries, found.head)

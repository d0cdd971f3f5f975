"""Plans that are kept beside the audit trail, each under its digest: the trail names them for years, and the
artifact that a plan came from is gone after weeks.

The file holds the bytes of the saved plan, or those that would have been saved of one that a run made itself.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syncer.errors import AuditError, SyncerError
from syncer.files import make_private, mebibytes, read_regular, refuse_larger, write_state
from syncer.planning.saved_plan import MAX_BYTES, TOO_LARGE

FOLDER = "plans"
"""Its name, beside the trail."""

MANY = 1024 * 1024 * 1024
"""Bytes of all kept plans from which on a run warns: nothing here takes evidence away."""

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_PREFIX = re.compile(r"sha256:([0-9a-f]{12,64})")
_NAME = re.compile(r"([0-9a-f]{64})(-[0-9a-f]{12})?\.json")


def keep_plan(audit: Path, content: bytes, digest: str) -> Path:
    """Keep the bytes of a plan beside the trail in the folder ``audit``, before anything is sent.

    Whole or not at all, for its owner alone, and once: the same bytes are not written again. The same plan
    made at another time has other bytes, and a name of its own. Raises AuditError.
    """
    match = _DIGEST.fullmatch(digest)
    if not match:
        raise AuditError(f"a plan is kept under its digest, but {digest!r} isn't one")
    folder = audit / FOLDER
    own = folder / f"{match[1]}.json"
    try:
        make_private(folder)
        if not _holds_another(own, content):
            return _written(own, content)
        return _written(own.with_stem(f"{match[1]}-{hashlib.sha256(content).hexdigest()[:12]}"), content)
    except (OSError, SyncerError) as error:
        why = error.message if isinstance(error, SyncerError) else f"{own}: {error.strerror or error}"
        raise AuditError(
            f"the plan can't be kept next to the audit: {why}",
            hint="Nothing is applied without it: free some space, or fix the permissions of the folder.",
        ) from error


def _holds_another(path: Path, content: bytes) -> bool:
    return path.exists() and read_regular(path, MAX_BYTES + 1) != content


def _written(path: Path, content: bytes) -> Path:
    if not path.exists():
        refuse_larger(path, content, MAX_BYTES, TOO_LARGE)
        write_state(path, content)
    return path


def find_plan(audit: Path, digest: str) -> Path | None:
    """The kept plan with a digest, of which 12 digits are enough where no other begins so, or None.

    Raises AuditError where several begin so.
    """
    match = _PREFIX.fullmatch(digest)
    if not match:
        return None
    names = sorted(path.name for path in (audit / FOLDER).glob(f"{match[1]}*.json"))
    found = [name for name in map(_NAME.fullmatch, names) if name]
    if len({each[1] for each in found}) > 1:
        raise AuditError(
            f"the digests of {len(found)} kept plans begin with {digest}", hint="Give more characters of it."
        )
    # The name without an end sorts last: it is the plan that was kept first.
    return audit / FOLDER / found[-1][0] if found else None


def refuse_another(plan: Mapping[str, Any], path: Path) -> None:
    """Raise AuditError where the document in ``path`` is not the plan that the file is named after."""
    match = _NAME.fullmatch(path.name)
    if match and plan.get("digest") != f"sha256:{match[1]}":
        raise AuditError(
            f"{path} contains another plan than the one that it is named after",
            hint="Somebody put it there: find out who, and look for a copy of the right one.",
        )


def many_plans(audit: Path) -> str:
    """A warning where the kept plans take much room, with what to do; else empty."""
    try:
        size = sum(path.stat().st_size for path in (audit / FOLDER).glob("*.json"))
    except OSError:
        return ""
    if size < MANY:
        return ""
    return (
        f"{audit / FOLDER} holds {mebibytes(size)} of plans: you may delete those of runs that nobody has to "
        "account for any more; the trail stays whole without them"
    )

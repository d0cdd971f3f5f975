"""Which run is meant: by its whole id, or by a beginning of it that no other run shares."""

from collections.abc import Collection

from syncer.errors import AuditError

MOST_NAMED = 5
_HINT = "List all runs with: syncer audit show"


def full_id(said: str, runs: Collection[str], changed: Collection[str], where: str = "") -> str:
    """The id of the run that ``said`` names: a whole id, or the beginning of one.

    ``runs`` are all that are known; of several that begin so, one that is among ``changed``, as it changed
    something, comes before those that did not. Raises AuditError where none begins so, or several do.
    """
    if said in runs:
        return said
    found = [run for run in changed if said and run.startswith(said)]
    found = found or [run for run in runs if said and run.startswith(said)]
    if not found:
        at = f" at {where}" if where else ""
        raise AuditError(f"the audit trail has no run {said}{at}", hint=_HINT, reason="unknown-run")
    if len(found) > 1:
        newest = ", ".join(found[-MOST_NAMED:])
        raise AuditError(
            f"{len(found)} runs begin with {said}; the newest: {newest}",
            hint="Give more of the id.",
            reason="ambiguous-run",
        )
    return found[0]

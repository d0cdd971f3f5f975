"""Verify: whether a trail is unbroken, what vouches for it, and whether its entries are consistent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncer.app.audit import no_trail, unfinished_runs
from syncer.app.audit_recorded import Recorded, held_against
from syncer.app.places import STATE, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import AuditError
from syncer.report.lookups import AuditVerified
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from syncer.audit.anchors import Receipt
    from syncer.audit.verify import Break, Verification

_MOST_KNOWN = 200
"""Values that each part of a schema keeps in mind: an id of a trail hardly ever comes again."""

_ENTRIES = {"change": "changeEntry", "run": "runEntry", "check": "checkEntry", "chain": "chainEntry"}


def audit_verify(
    state_dir: Path = STATE,
    heads: Sequence[str] = (),
    files: Sequence[Path] = (),
    *,
    require_attested: bool = False,
    tsa_roots: Path | None = None,
    record: str = "",
    source: PolicySource | None = None,
    session: Session | None = None,
) -> ReportOf[AuditVerified]:
    """Verify the chain of hashes, and check the entries against each other: an ``AuditVerified``.

    ``heads`` were kept elsewhere, and each must be in the chain; receipts of anchors next to the trail count
    like them, timestamps only if ``tsa_roots`` (a PEM file) vouch for their server. ``files`` are verified
    instead of the trail in ``state_dir``, and may start later. ``record`` is the store of what was last
    applied: the head that it keeps for the policies of ``source`` counts like a kept one. The exit code is 1
    if anything is broken or forked, or if nothing vouches for the newest entry and ``require_attested`` is
    set. Raises AuditError if there is no trail, WrongUsage for an invalid store.
    """
    from syncer.audit.segments import in_order, trail_files

    paths = in_order(files) if files else trail_files(state_dir / "audit")
    refuse_no_trail(paths, state_dir)
    session = begun(session)
    recorded = held_against(record, paths, source or PolicySource(), session) if record else Recorded()
    heads = (*heads, *recorded.heads)
    found, open_run = verified(paths, heads, partial=bool(files))
    found = replace(found, breaks=(*found.breaks, *recorded.breaks))
    refuse_no_entry(found, paths)
    receipts = () if files else _receipts(state_dir / "audit", paths, tsa_roots)
    found = _attested(found, receipts)
    view = AuditVerified(tuple(map(str, paths)), found, heads, open_run, receipts, recorded.words)
    unattested = require_attested and found.unattested > 0
    warnings = () if files else unfinished_runs(state_dir)
    code = 1 if found.breaks or unattested else 0
    return session.ended(ReportOf("audit verify", code, view, warnings=warnings))


def verified(
    paths: Sequence[Path], heads: Sequence[str] = (), *, partial: bool = False
) -> tuple[Verification, str]:
    """Return the verification of a trail with all its contradictions, and the run that is not finished. With
    ``partial``, the files are from several runners or start later; if they have different entries with the
    same number, contradictions are looked for within each file."""
    from syncer.audit.consistency import contradictions
    from syncer.audit.merged import merged
    from syncer.audit.segments import read_lines
    from syncer.audit.verify import verify_chain, verify_merged

    found = verify_merged(paths, heads) if partial else verify_chain(paths, heads)
    if not partial:
        trails = [read_lines(*paths)]
    elif found.chains.beside:
        trails = [read_lines(path) for path in paths]
    else:
        trails = [merged(paths)]
    fault = fault_of_entry()
    agreements = [contradictions(lines, fault, partial=partial) for lines in trails]
    breaks = (*found.breaks, *(each for agreement in agreements for each in agreement.breaks))
    found = replace(found, breaks=breaks, attested=0 if breaks else found.attested)
    return found, agreements[-1].open_run


def refuse_no_entry(found: Verification, paths: Sequence[Path]) -> None:
    """Raise AuditError if the files are whole, but have no entries."""
    if found.entries == 0 and found.whole:
        raise AuditError(
            f"the audit trail {paths[-1]} has no entries", hint="It was emptied, or nothing ran yet."
        )


def refuse_no_trail(paths: Sequence[Path], state_dir: Path) -> None:
    """Raise AuditError if there is nothing to verify."""
    missing = [path for path in paths if not path.exists()]
    if missing or not paths:
        where = missing[0] if missing else state_dir / "audit" / "audit.jsonl"
        raise AuditError(no_trail(where), hint="Name its folder with --state-dir.")


def _receipts(folder: Path, paths: Sequence[Path], tsa_roots: Path | None) -> tuple[Receipt, ...]:
    """Return the receipts of anchors next to the trail, verified."""
    from syncer.app.anchor import roots_of
    from syncer.audit.anchors import FOLDER, verify_receipts
    from syncer.audit.segments import entries_in, read_lines

    if not (folder / FOLDER).is_dir():
        return ()
    hashes = {entry.get("n"): str(entry.get("hash")) for entry in entries_in(read_lines(*paths))}
    heads = {number: head for number, head in hashes.items() if isinstance(number, int)}
    return tuple(verify_receipts(folder, heads, roots=roots_of(tsa_roots), repository=Path()))


def _attested(found: Verification, receipts: Sequence[Receipt]) -> Verification:
    """Add the receipts: an entry that was rewritten is a break, an entry that they vouch for is attested."""
    broken = tuple(_breaks(receipts))
    valid = [receipt.entry for receipt in receipts if receipt.valid]
    if broken or found.breaks:
        return replace(found, breaks=(*found.breaks, *broken), attested=0)
    return replace(found, attested=max([found.attested, *valid]))


def _breaks(receipts: Sequence[Receipt]) -> Iterator[Break]:
    from syncer.audit.verify import Break

    for receipt in receipts:
        if receipt.status in ("rewritten", "invalid"):
            words = f"the receipt of entry {receipt.entry} is {receipt.status}: {receipt.problem}"
            yield Break(1, "anchor", words, receipt.path)


def fault_of_entry() -> Callable[[Mapping[str, Any]], str]:
    """Return a function that names what in an entry doesn't match the schema of its version; empty if all
    matches."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from syncer.model.fits_schema import compiled
    from syncer.model.json_reader import parsed
    from syncer.model.json_values import clean
    from syncer.policy.schema import schema_text

    schemas: dict[tuple[str, str], dict[str, Any]] = {}
    for version in ("v1", "v2"):
        definitions = parsed(schema_text(f"audit.{version}.schema.json").encode())["$defs"]
        for kind, name in _ENTRIES.items():
            if name in definitions:
                schemas[f"syncer.audit/{version}", kind] = {"$ref": f"#/$defs/{name}", "$defs": definitions}
    fits = {which: compiled(schema, most_known=_MOST_KNOWN) for which, schema in schemas.items()}

    def fault(entry: Mapping[str, Any]) -> str:
        which = (str(entry.get("format")), str(entry.get("kind")))
        if which not in schemas:
            return f"it isn't an entry of a known version ({which[0]}, {which[1]})"
        if fits[which](entry):
            return ""
        problem = best_match(Draft202012Validator(schemas[which]).iter_errors(entry))
        return f"{problem.json_path}: {clean(problem.message)}" if problem else ""

    return fault

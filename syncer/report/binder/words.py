"""What the report says, in every format: facts of the first page, of a run, of an exception.

A fact is a label, what the trail or the user tells (``told``, which a format has to make harmless), and a
remark in the words of the program.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncer.audit.cover import Cover
from syncer.audit.deviations import Deviation
from syncer.audit.entries import place_of
from syncer.audit.filters import Filters, overrides_in
from syncer.audit.joined import identity
from syncer.audit.sample import METHOD
from syncer.model.json_values import mapping
from syncer.net.timing import rfc3339

TITLE: Final = "Report on the audit trail"
UNATTESTED: Final = "none was given: cut-off newest entries can't be detected"
MOST_BREAKS: Final = 20
"""As many breaks are listed; ``audit verify`` has all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the report."""

    label: str
    told: str = ""
    remark: str = ""


def warning_of(cover: Cover) -> str:
    """The warning above everything else if the trail can't be trusted; empty if it can."""
    breaks = len(cover.verification.breaks)
    if not breaks:
        return ""
    return (
        f"The audit trail is broken in {_counted(breaks, 'place')}. "
        "What it states about runs and changes is not evidence."
    )


def cover_facts(cover: Cover) -> Iterator[Fact]:
    """The first page, but for the exceptions."""
    made = f"{cover.made_by} on {cover.host}" if cover.host else cover.made_by
    yield Fact("Made at", remark=cover.made_at)
    yield Fact("Made by", made or "nobody known", "as the environment claims")
    yield Fact("Made with", remark=f"syncer {cover.version}")
    yield from _scope(cover.filters)
    for file in cover.files:
        yield Fact("Trail", file.path, f"{file.size:,} bytes, SHA-256 {file.digest.removeprefix('sha256:')}")
    if not cover.files:
        yield Fact("Trail", remark="there is none")
    yield from _trust(cover)
    yield Fact("Population", remark=f"{_counted(cover.population, 'change')}, whatever their result")
    if cover.sample:
        yield Fact("Sample", remark=f"{cover.sample}: {METHOD}")
    if cover.undated:
        yield Fact(
            "Undated", remark=f"{_entries(cover.undated)} without a readable time: counted in every period"
        )


def _scope(filters: Filters) -> Iterator[Fact]:
    since, until = filters.period.since, filters.period.until
    begin = f"from {rfc3339(since)}" if since else "from the first entry"
    end = f"up to, and without, {rfc3339(until)}" if until else "to the last entry"
    yield Fact("Period", remark=f"{begin} {end}")
    for option, globs in filters.by_option.items():
        if globs:
            yield Fact(f"Only {option}", " or ".join(globs))


def _trust(cover: Cover) -> Iterator[Fact]:
    verification = cover.verification
    entries = _entries(verification.entries)
    if verification.whole:
        yield Fact("Verification", remark=f"whole: {entries}")
    else:
        yield Fact(
            "Verification", remark=f"BROKEN: {_counted(len(verification.breaks), 'break')} in {entries}"
        )
    for found in verification.breaks[:MOST_BREAKS]:
        where = f"{found.path.name}: " if found.path.name else ""
        yield Fact(f"Break, line {found.line}", f"{where}{found.message}", found.kind)
    yield Fact("Head", verification.head)
    for head in cover.heads:
        rest = verification.entries - (head.entry or 0)
        yield Fact(
            "Attested head",
            head.head,
            "NOT in the trail"
            if head.entry is None
            else f"entry {head.entry:,} of {verification.entries:,}; {rest:,} rest on the chain alone",
        )
    if not cover.heads:
        yield Fact("Attested head", remark=UNATTESTED)


def exception_counts(exceptions: Iterable[Deviation]) -> Mapping[str, int]:
    """How many there are of each kind; the kinds in their order by name."""
    return dict(sorted(Counter(each.kind for each in exceptions).items()))


def heading_of(run: Mapping[str, Any]) -> str:
    """What a run is called: its id, what it did, and its result."""
    verb = str(run.get("action") or "").removesuffix("_RUN").lower()
    return f"{run.get('run')}: {verb} {run.get('status')}"


def run_facts(run: Mapping[str, Any]) -> list[Fact]:
    """Who, why, from what, and what was out of the ordinary; what isn't known is left out, but for those
    who should be known."""
    origin, policies = mapping(run.get("origin")), mapping(run.get("policies"))
    found = (
        *_reason(run),
        Fact(
            "When", " to ".join(_texts(run.get("startedAt"), run.get("occurredAt") or run.get("timestamp")))
        ),
        Fact("Person", str(origin.get("user") or "nobody known"), _vouched(origin)),
        Fact("Requester", _text(run.get("requester"))),
        Fact("Approver", ", ".join(_list(run.get("approvers"))), _segregation(run)),
        Fact("Merge request", _text(run.get("mergeRequest"))),
        Fact("Ticket", _text(run.get("ticket"))),
        Fact("Justification", _text(run.get("justification"))),
        Fact("Commit", _text(origin.get("commit"))),
        Fact("Approved commit", _text(run.get("approvedSha"))),
        Fact("Policies", _text(policies.get("digest")), remark=_dirty(policies)),
        Fact("Plan", _text(run.get("planDigest")), remark=_signature(run)),
        Fact("Plan presented", _text(run.get("planPresented"))),
        Fact("Overrides", " ".join(f"--{each}" for each in overrides_in(run))),
        Fact("Undoes", _text(run.get("undoes"))),
        Fact("Where", _where(run)),
        Fact("Approval", _text(run.get("approval"))),
        Fact("Job", _text(origin.get("job") or origin.get("pipeline"))),
        Fact("Queues", _counts(run.get("queues"))),
        Fact("Version", _text(run.get("tool"))),
    )
    return [fact for fact in found if fact.told or fact.remark]


def _reason(run: Mapping[str, Any]) -> Iterator[Fact]:
    code = str(run.get("reason") or "")
    if run.get("status") == "refused":
        yield Fact("Refused", code, "" if code else "an older version, which kept no code")
    elif code:
        yield Fact("Reason", code)
    if detail := str(run.get("detail") or ""):
        yield Fact("Detail", "; ".join(line.rstrip(":") for line in detail.split("\n") if line))


def _vouched(origin: Mapping[str, Any]) -> str:
    return "verified" if identity(origin) == "verified" else "claimed, not verified"


def _segregation(run: Mapping[str, Any]) -> str:
    known = {"ok": "not the requester", "self-approved": "self-approved"}
    segregation = known.get(str(run.get("segregation") or ""), "")
    return segregation if run.get("approvers") else segregation or "none known"


def _dirty(policies: Mapping[str, Any]) -> str:
    dirty = policies.get("dirty")
    if type(dirty) is not bool:
        return ""
    return "with uncommitted edits" if dirty else "as committed"


def _signature(run: Mapping[str, Any]) -> str:
    known = {"checked": "signature checked", "unsigned": "unsigned", "not checked": "signature not checked"}
    return known.get(str(run.get("planSignature") or ""), "")


def _where(run: Mapping[str, Any]) -> str:
    organization = place_of(run).organization
    environment = str(run.get("environment") or "")
    return " of ".join(_texts(environment, str(organization) if organization.id else ""))


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _text(value: Any) -> str:
    return str(value) if value else ""


def _texts(*values: Any) -> list[str]:
    return [str(value) for value in values if value]


def _list(value: Any) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else _texts(value)


def _counts(value: Any) -> str:
    return ", ".join(f"{number} {status}" for status, number in mapping(value).items())

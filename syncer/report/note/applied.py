"""The note on a merged merge request, from the JSON report of the apply.

::

    <!-- syncer:apply:production -->      the marker, by which the next run finds it
    <!-- syncer:run … -->                 this run, for the note that follows it
    <!-- syncer:earlier … -->             those before
    ## headline
    with which others it went live, and whether it is what was reviewed
    the error, the loops that were found, what went wrong beside the work
    the exceptions that were held
    table of the queues that were not done
    run, audit head, commit, links, and the earlier runs, folded
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.gitlab.place import Job
from syncer.model.finding import OVERWRITES, UNEXPLAINED, Severity
from syncer.model.held import Held
from syncer.model.plan import DONE
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, hidden, links, table, where
from syncer.report.note.note import reviewed_in
from syncer.report.note.runs import MOST_EARLIER, Ended, begun, earlier_section, runs_in, with_earlier
from syncer.report.note.sections import exceptions_in_force
from syncer.report.text.paint import counted
from syncer.resolving.moved_names import IDS

MOST_ROWS = 300
MOST_LOOPS = 20
_COMMIT = re.compile(r"^(?:C|(?:Run|Audit head) `.*, c)ommit ([0-9a-f]{7,64})[,.]", re.ASCII | re.MULTILINE)

ApplyReport = Mapping[str, Any]


def applied_marker(environment: str, policy_set: str = "") -> str:
    """The first line of the note of an environment and a set of policies."""
    return hidden("apply", environment, policy_set=policy_set)


def applied_stub(environment: str, policy_set: str = "") -> str:
    """What a second note of them becomes."""
    line = hidden("superseded-apply", environment, policy_set=policy_set)
    return f"{line}\nSuperseded by a later note of syncer."


@dataclass(frozen=True, slots=True)
class OnRequest:
    """The merge request that a note is for: ``planned`` is the note of its plan, ``own`` says that it brought
    the commit that was applied, ``others`` how many went live with it."""

    planned: str = ""
    own: bool = True
    others: int = 0


def reaches_others(document: ApplyReport) -> bool:
    """Whether what was merged before went live with an apply too: where it did something, or nothing was
    left to do."""
    result = document["result"]
    if document["error"] is not None or result is None or result.get("rollback"):
        return False
    outcomes = result.get("outcomes", [])
    return not outcomes or any(outcome["status"] in DONE for outcome in outcomes)


def applied_text(
    document: ApplyReport,
    environment: str,
    job: Job,
    previous: str = "",
    head: str = "",
    *,
    policy_set: str = "",
    request: OnRequest = OnRequest(),
) -> str:
    """The note for a report (``syncer.output/v1``) of an apply on a merge request; ``previous`` is the note
    that it replaces.

    Runs that ``previous`` lists stay in it, so that no head of the audit is lost; where it tells of one
    that began later, it stays as it is, with this run among the earlier ones. ``head`` is that of the audit
    where the report names no run: a refusal stands in the audit too.
    """
    result = document["result"] or {}
    runs = list(_runs(result))
    if any(begun(runs[0]) < begun(noted) for noted in runs_in(previous) if runs):
        return with_earlier(previous, runs)
    known = {ended.run for ended in runs}
    earlier = [ended for ended in runs_in(previous) if ended.run not in known][:MOST_EARLIER]
    outcomes = result.get("outcomes", [])
    lines = [
        applied_marker(environment, policy_set),
        *(line for ended in runs for line in ended.lines("run")),
        *(line for ended in earlier for line in ended.lines("earlier")),
        "",
        f"## syncer {document['command']} for {where(environment, policy_set)}: {_status(document)}",
        "",
        *_with_whom(request, runs, job),
        *_as_reviewed(document, request),
        *_told(document, result),
        *exceptions_in_force([Held.of(each) for each in result.get("held", ())]),
        *_not_done(outcomes),
        *_origin(runs, head, job),
        *earlier_section(earlier),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _with_whom(request: OnRequest, runs: Sequence[Ended], job: Job) -> Iterator[str]:
    """What a merge request that was merged earlier has to do with this apply, or this one with others."""
    others = counted(request.others, "other merge request")
    if not request.own:
        what = f"commit {job.commit}" if job.commit else "a later commit"
        run = "".join(f" (run {code(ended.run)})" for ended in runs[-1:])
        along = f", with {others}" if request.others else ""
        yield from [f"Applied by the apply of {what}{run}{along}.", ""]
    elif request.others:
        yield from [f"Went live with {others} merged before it.", ""]


def _as_reviewed(document: ApplyReport, request: OnRequest) -> Iterator[str]:
    """Whether the changes are those that the note of the plan showed; nothing where that is not known."""
    result = document["result"] or {}
    reviewed, changes = reviewed_in(request.planned), result.get("change_digest")
    if reviewed is None or not changes or not result.get("run"):
        return
    if reviewed.changes == changes:
        yield from ["As reviewed: the changes are those that the note of the plan shows.", ""]
        return
    now = ", ".join(f"{number:,} to {what}" for what, number in result.get("counts", {}).items())
    yield from [f"**Differs from what was reviewed:** {now or 'others'}; reviewed: {reviewed.counts}.", ""]


def _runs(result: ApplyReport) -> Iterator[Ended]:
    """The run and the rollback that followed it, the newest first."""
    for each in (result.get("rollback"), result):
        if each and each.get("run"):
            yield Ended(each["run"], each["status"], each["audit_head"])


def applied_commit_in(note: str) -> str:
    """The commit whose apply a note is of; empty where it names none."""
    found = _COMMIT.findall(note)
    return str(found[-1]) if found else ""


def _status(document: ApplyReport) -> str:
    result = document["result"]
    if result is None:
        return {3: "not valid, nothing was applied", 4: "refused"}.get(document["exit_code"], "failed")
    counts = Counter(outcome["status"] for outcome in result["outcomes"])
    queues = ", ".join(f"{number:,} {status}" for status, number in counts.items())
    return f"{result['status']} ({queues})" if queues else str(result["status"])


def _told(document: ApplyReport, result: ApplyReport) -> Iterator[str]:
    error, back = document["error"], result.get("rollback")
    for words in _of(document, IDS):
        yield from [f"**Name moved:** {code(words, LONGEST_MESSAGE)}", ""]
    if error:
        message = code(error["message"].replace("\n", " · "), LONGEST_MESSAGE)
        yield from [f"**Error:** {message}", ""]
    if result.get("message"):
        yield from [f"{code(result['message'], LONGEST_MESSAGE)}", ""]
    if back:
        yield from [f"Rolled back: {back['status']}.", ""]
    for cut_off in result.get("recovered", []):
        run = code(cut_off["run"])
        yield from [f"Run {run} left something open; the result is in the audit trail.", ""]
    yield from _found(document)
    errors, warnings = document["counts"]["error"], len(document["warnings"])
    if errors or warnings:
        found = f"{counted(errors, 'error')} of the checks, {counted(warnings, 'warning')} of the run"
        yield from [f"{found}: see the log of the job.", ""]


def _found(document: ApplyReport) -> Iterator[str]:
    """What was found beside the work, by what it is."""
    for words in _new_chains(document):
        yield from [code(words, LONGEST_MESSAGE), ""]
    for what, found in (
        ("Loop", _loops(document)),
        ("Lost run", _of(document, ("runs.lost",))),
        ("Hand edit", _of(document, (UNEXPLAINED, OVERWRITES))),
        ("Overwritten", _overwritten(document)),
    ):
        for words in found:
            yield from [f"**{what}:** {code(words, LONGEST_MESSAGE)}", ""]


def _new_chains(document: ApplyReport) -> list[str]:
    """That the trail went on in a new chain, or may not follow the recorded one."""
    return [each["message"] for each in document["findings"] if each["id"].startswith("trail.")]


def _loops(document: ApplyReport) -> list[str]:
    """The loops that the looks of the run found: the plan that it applied had none."""
    found = [each for each in document["findings"] if each["severity"] == Severity.ERROR.value]
    return [each["message"] for each in found if each["id"].startswith("loops.")][:MOST_LOOPS]


def _overwritten(document: ApplyReport) -> list[str]:
    """The edits of others that may be overwritten, each with what to do."""
    found = [each for each in document["findings"] if each["id"] == "writes.overwritten"]
    return [f"{each['message']} ({each['tip']})" for each in found][:MOST_LOOPS]


def _of(document: ApplyReport, ids: Collection[str]) -> list[str]:
    """What findings with these ids say."""
    return [each["message"] for each in document["findings"] if each["id"] in ids][:MOST_LOOPS]


def _not_done(outcomes: Sequence[ApplyReport]) -> list[str]:
    """The queues that are not as they should be, and why."""
    left = [outcome for outcome in outcomes if outcome["status"] not in DONE]
    rows = [
        [
            code_cell(each["queue"]["name"]),
            each["status"],
            code_cell(each["detail"] or "-"),
        ]
        for each in left[:MOST_ROWS]
    ]
    more = len(left) - len(rows)
    lines = table(["Queue", "Status", "Detail"], rows)
    return [*lines, f"… and {counted(more, 'more queue')}.", ""] if more else lines


def _origin(runs: Sequence[Ended], head: str, job: Job) -> list[str]:
    parts = [
        *([f"audit head {code(head)}"] if head and not runs else []),
        *(f"run {code(ended.run)}, audit head `{ended.head}`" for ended in runs[:1]),
        *([f"commit {job.commit}"] if job.commit else []),
        *links(job),
    ]
    text = ", ".join(parts)
    return [f"{text[:1].upper()}{text[1:]}.", ""] if text else []

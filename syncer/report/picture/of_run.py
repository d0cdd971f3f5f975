"""The network around a run as a picture: that of its plan, with the result of each change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from syncer.model.finding import Finding
from syncer.model.plan import LiveRules, Outcome, Plan, Status
from syncer.report.picture.model import Became, Picture
from syncer.report.picture.of_plan import picture_of_plan

BECAME: Final[Mapping[Status, Became]] = {
    Status.APPLIED: Became.DONE,
    Status.MERGED: Became.DONE,
    Status.ALREADY: Became.DONE,
    Status.CONFLICT: Became.CONFLICT,
    Status.FAILED: Became.FAILED,
    Status.UNKNOWN: Became.FAILED,
    Status.SKIPPED: Became.WAITING,
    Status.NOT_STARTED: Became.WAITING,
    Status.TAKEN_BACK: Became.BACK,
    Status.NOT_TAKEN_BACK: Became.FAILED,
}
ROLLED_BACK: Final = "rolled back"


def picture_of_run(
    plan: Plan | None,
    outcomes: Sequence[Outcome],
    undone: Sequence[Outcome] = (),
    findings: Sequence[Finding] = (),
) -> Picture:
    """The whole network of the ``plan``, else that of the changes alone, whose loads nobody knows.

    ``undone`` are the outcomes of the rollback that followed, ``findings`` those of the run itself.
    """
    plan = plan or _of_changes(outcomes)
    whole = picture_of_plan(replace(plan, findings=(*plan.findings, *findings)))
    became = _became(outcomes, undone)
    boxes = []
    for box in whole.boxes:
        found, status = became.get(box.key, (None, ""))
        boxes.append(replace(box, became=found, status=status))
    links = [
        link.tried(became[link.source][0]) if link.action and link.source in became else link
        for link in whole.links
    ]
    return replace(whole, boxes=tuple(boxes), links=tuple(links))


def _became(outcomes: Sequence[Outcome], undone: Sequence[Outcome]) -> dict[str, tuple[Became, str]]:
    """By the key of a queue the result of its change, and the same in a word."""
    found = {each.change.queue: (BECAME[each.status], each.status.value) for each in outcomes}
    gone = (each.change.queue for each in undone if each.done)
    return {**found, **{key: (Became.BACK, ROLLED_BACK) for key in gone if key in found}}


def _of_changes(outcomes: Sequence[Outcome]) -> Plan:
    changes = tuple(each.change for each in outcomes)
    live = tuple(LiveRules(change.queue, change.name, change.before) for change in changes)
    return Plan("", "", changes=changes, live=live)

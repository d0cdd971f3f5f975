"""The way back of a stop: what of it comes back, and in words what doesn't."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from syncer.audit.exceptions import ROLLBACK, Exemption
from syncer.model.finding import Finding, Severity, Since
from syncer.model.plan import Plan
from syncer.planning.audit_images import Image
from syncer.planning.build import Inputs
from syncer.planning.restore import CONFLICT
from syncer.planning.undo import undo_plan


@dataclass(frozen=True, slots=True)
class Back:
    """The plan back, the images that it brings back, and words on what it leaves."""

    plan: Plan
    images: tuple[Image, ...]
    left: tuple[str, ...]


def free_images(
    images: Sequence[Image], others: Sequence[Exemption]
) -> tuple[tuple[Image, ...], tuple[str, ...]]:
    """The images of the queues that no other stop and no rollback keeps as they are, and words on the
    others. ``others`` are the exceptions in force that may: rollbacks are those since the stop."""
    held = {
        image.queue: f"{image.queue_name}: {_by(other)}"
        for image in images
        for other in others
        if image.before is not None
        and (other.holds(image.queue) or other.stops(image.queue, image.before.target))
    }
    return tuple(image for image in images if image.queue not in held), tuple(held.values())


def _by(other: Exemption) -> str:
    if other.kind == ROLLBACK:
        return f"rollback {other.id} has undone it since"
    return f"{other.target_name or 'a loop'} is stopped by run {other.id} too"


def way_back_of_stop(images: Sequence[Image], inputs: Inputs, now: str) -> Back:
    """The plan back without the queues that somebody changed since, and without those that would close a
    loop. Nothing else stands in the way."""
    names = {queue.id: queue.name for queue in inputs.live}
    going, left = tuple(images), list[str]()
    plan = undo_plan(going, inputs, now)
    if conflicts := [each for each in plan.findings if each.id == CONFLICT]:
        left += [each.message for each in conflicts]
        moved = {each.queue for each in conflicts}
        going = tuple(image for image in going if names.get(image.queue, image.queue_name) not in moved)
        plan = undo_plan(going, inputs, now)
    if _closed(plan):
        free, closing = _without_loops(going, lambda some: _closed(undo_plan(some, inputs, now)))
        left += [f"{names.get(queue, queue)}: it would close a loop: {why}" for queue, why in closing.items()]
        going = free
        plan = undo_plan(going, inputs, now)
    plan = replace(plan, findings=tuple(map(_lighter, plan.findings)))
    return Back(plan, going, tuple(left))


def _closed(plan: Plan) -> str:
    """The loop that a plan would close; nothing where it closes none. One that is there already doesn't
    count."""
    found = (each for each in plan.findings if each.loop and each.refuses and each.since is not Since.BEFORE)
    return next((each.message for each in found), "")


def _without_loops(
    images: tuple[Image, ...], closed: Callable[[tuple[Image, ...]], str]
) -> tuple[tuple[Image, ...], dict[str, str]]:
    """As many queues as can go back together, one after the other, and the loop that each of the others
    would close."""
    going: tuple[Image, ...] = ()
    closing: dict[str, str] = {}
    for queue in dict.fromkeys(image.queue for image in images):
        more = (*going, *(image for image in images if image.queue == queue))
        if loop := closed(more):
            closing[queue] = loop
        else:
            going = more
    return going, closing


def _lighter(finding: Finding) -> Finding:
    """A finding that refuses nothing here."""
    return replace(finding, severity=Severity.WARNING) if finding.refuses else finding

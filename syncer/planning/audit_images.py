"""Images: a rule before and after a run, as the audit or a saved plan has them."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from syncer.errors import AuditError
from syncer.kinds.registry import rules_of
from syncer.model.change import Written
from syncer.model.plan import Plan
from syncer.model.rule import Rule, Rules
from syncer.model.well_typed import well_typed


@dataclass(frozen=True, slots=True)
class Image:
    """One rule before and after a run; None where there was none.

    ``note``: why the rule before can't be brought back by itself, if it can't: it was a second rule with its
    target, or held values that could not be read. ``written`` is what the run did to the JSON of the queue;
    one image of each queue has it, in the audit of a version that says it.
    """

    queue: str
    queue_name: str
    target_name: str
    before: Rule | None
    after: Rule | None
    note: str = ""
    written: Written | None = field(default=None, repr=False)

    @property
    def rule(self) -> Rule:
        """The rule as it was last known: one of both images is there."""
        rule = self.after or self.before
        if rule is None:
            raise AuditError(f"the audit holds no image of a rule of {self.queue_name}")
        return rule

    def is_of(self, rule: Rule) -> bool:
        """Whether it is the image of the rule in this place."""
        return (self.rule.kind, self.rule.key) == (rule.kind, rule.key)

    def own(self, rules: Rules) -> Rules:
        """The rules in its place: two or more where they have one target."""
        return tuple(rule for rule in rules if self.is_of(rule))


def image_of(entry: Mapping[str, Any]) -> Image:
    """The image in the entry of a change. Raises AuditError where it holds none."""
    try:
        before, after = entry["before"], entry["after"]
        image = Image(
            entry["queueId"],
            entry["queueName"],
            str(entry.get("targetName") or ""),
            rules_of([before])[0] if before else None,
            rules_of([after])[0] if after else None,
            note=str(entry.get("note") or ""),
            written=Written.of(entry.get("written")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_image(entry) from error
    if not well_typed(image):
        raise _no_image(entry)
    return image


def _no_image(entry: Mapping[str, Any]) -> AuditError:
    return AuditError(f"audit entry {entry.get('n')} holds no image of its rule")


def without_taken_back(made: Sequence[Image], backs: Sequence[Image]) -> tuple[Image, ...]:
    """What is left of the changes of a run after what it took back itself."""
    left = list(made)
    for back in backs:
        place = next((at for at, image in enumerate(left) if _follows(back, image)), None)
        if place is None:
            left.append(back)
        elif left[place].before == back.after:
            del left[place]
        else:
            left[place] = replace(left[place], after=back.after)
    touched = {back.queue for back in backs}
    last = {back.queue: back.written for back in backs if back.written}
    first: dict[str, Written] = {}
    for image in made:
        if image.written:
            first.setdefault(image.queue, image.written)
    both = {queue: Written(first[queue].before, last[queue].after) for queue in first.keys() & last.keys()}
    return tuple(_one_written(left, touched, both))


def _follows(back: Image, image: Image) -> bool:
    """Whether ``back`` is about the rule of ``image``; somebody may have tuned it in between."""
    same = image.after == back.before or not (image.note or back.note)
    return image.queue == back.queue and image.is_of(back.rule) and same


def _one_written(
    images: Iterable[Image], touched: Container[str], both: Mapping[str, Written]
) -> Iterator[Image]:
    """The images; one of each queue in ``touched`` has what all PUTs did to it together, if that is known."""
    told: set[str] = set()
    for image in images:
        if image.queue not in touched:
            yield image
            continue
        yield replace(image, written=None if image.queue in told else both.get(image.queue))
        told.add(image.queue)


def images_of_plan(plan: Plan) -> Iterator[Image]:
    """The images that a saved plan holds: what an apply of it made of each rule, if it came so far."""
    for change in plan.changes:
        for rule in change.rules:
            yield Image(change.queue, change.name, rule.target_name, rule.before, rule.after, note=rule.note)

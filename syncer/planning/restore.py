"""The way back of one queue: exactly, from what the run's PUT did to its JSON; by its rules where that is not
known or can't be.

Exactly means that what the PUT took away or changed comes back as it stood, with ids, unknown fields and
places, and that a second rule with one target comes back too. What others did since stays.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.kinds.registry import KIND_NAMES, POLICY_KINDS, kind_of
from syncer.live.wire import changed_kinds, rule_fields, rules_in, take_back, without_seconds
from syncer.model.change import Written
from syncer.model.finding import Finding, Severity
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules, Value, in_words, mean_the_same, of_kinds
from syncer.model.settings import Ignore
from syncer.planning.audit_images import Image
from syncer.resolving.ignore import ignored_fields
from syncer.resolving.resolve import Desired

CONFLICT = "rollback.conflict"

Restored = tuple[Desired | None, list[Finding]]


@dataclass(frozen=True, slots=True)
class Sides:
    """The rules with one key before a run, as the run left them, and now; of one overflow target there may be
    several.

    ``ignored`` are the fields that the settings leave to the organization: anyone who tuned one since keeps
    the value.
    """

    before: Rules
    now: Rules
    after: Rules
    ignored: Container[str] = ()

    @property
    def moved(self) -> bool:
        """Whether somebody made something else of them since."""
        return not (self._alike(self.after) or self._alike(self.before))

    @property
    def back(self) -> Rules:
        """The rules before the run, with what was tuned since."""
        if not len(self.before) == len(self.after) == len(self.now):
            return self.before
        sides = zip(self.before, self.after, self.now, strict=True)
        return tuple(rule.with_values(**self._tuned(left, there)) for rule, left, there in sides)

    def _alike(self, side: Rules) -> bool:
        return len(self.now) == len(side) and all(
            there.with_values(**self._tuned(there, rule)) == rule
            for there, rule in zip(self.now, side, strict=True)
        )

    def _tuned(self, from_: Rule, to: Rule) -> dict[str, Value]:
        """The ignored fields in which two rules differ, as the second has them."""
        was = from_.values()
        return {
            name: value for name, value in to.values().items() if name in self.ignored and value != was[name]
        }


def way_back(
    images: Sequence[Image],
    queue: LiveQueue | None,
    queues: Mapping[str, str],
    ignores: Sequence[Ignore] = (),
    *,
    seconds: bool = True,
) -> Restored:
    """The rules that a queue shall have again, or None with the conflicts that forbid it.

    ``images`` are all of this queue, as a run left it; ``queue`` is None where the organization lists it no
    more; ``queues`` are the names of all that the organization lists, by their ids; what ``ignores`` say may
    have been tuned since. Second rules with one target come back where ``seconds`` says so.
    """
    if queue is None:
        name = images[0].queue_name
        return None, [_conflict(name, f"the organization no longer lists {name}")]
    if unread := queue.problems_of(_kinds(images)):
        return None, [_conflict(queue.name, f"{queue.name} has a live rule that can't be read: {unread[0]}")]
    written = next((image.written for image in images if image.written), None)
    if written and not seconds:
        written = without_seconds(written)
    fields = ignored_fields(queue.name, ignores)
    exact = _exactly(images, queue, queues, written, fields) if written else None
    return _with_used(exact or _by_rules(images, queue, queues, fields), images, queue)


def _with_used(restored: Restored, images: Sequence[Image], queue: LiveQueue) -> Restored:
    """The same, where a group that the run made a member stays one while another rule asks for it."""
    back, found = restored
    if back is None:
        return restored
    stay = (*back.rules, *(rule for rule in queue.rules if rule.kind not in back.kinds))
    asked = {group for rule in stay if rule.role is not None for group in rule.groups}
    added = [image for image in images if image.rule.role is None and image.before is None]
    used = [image for image in added if asked & {*image.rule.groups} and image.rule in queue.rules]
    names = {group.id: group.label for group in queue.groups}
    kept = [_stays(queue.name, image.rule.in_words(names)) for image in used]
    rules = (*back.rules, *(image.rule for image in used if image.rule not in back.rules))
    return replace(back, rules=rules), [*found, *kept]


def _stays(name: str, what: str) -> Finding:
    return Finding(
        "rollback.kept",
        Severity.WARNING,
        f"{name}: the {what} stays, as another rule of the queue uses it",
        tip="You don't have to do anything: remove it by hand once no rule uses it",
        queue=name,
    )


def _kinds(images: Sequence[Image]) -> tuple[str, ...]:
    """The kinds of rules that the run changed."""
    return tuple(kind for kind in KIND_NAMES if any(image.rule.kind == kind for image in images))


def _exactly(
    images: Sequence[Image],
    queue: LiveQueue,
    queues: Mapping[str, str],
    written: Written,
    fields: Container[str],
) -> Restored | None:
    """None where edits of others since would make other rules of it."""
    unread = {queue.rules[place].kind for place in queue.problems}
    touched = {*_kinds(images), *changed_kinds(written)} - unread
    kinds = tuple(kind for kind in KIND_NAMES if kind in touched)
    marks = [image for image in images if image.rule.kind not in POLICY_KINDS]
    marks_before = tuple(image.before for image in marks if image.before)
    before = (*rules_in(written.before, queue.id), *marks_before)
    after = (*rules_in(written.after, queue.id), *(image.after for image in marks if image.after))
    sides = [
        (image, Sides(image.own(before), image.own(queue.rules), image.own(after), fields))
        for image in _one_a_rule(images)
    ]
    if conflicts := _conflicts(sides, queue, queues):
        return None, conflicts
    taken_back = rules_in(take_back(rule_fields(queue.raw, POLICY_KINDS), written, kinds), queue.id)
    others = [rule for rule in of_kinds(queue.rules, kinds) if not any(image.is_of(rule) for image in images)]
    other_marks = of_kinds(others, [image.rule.kind for image in marks])
    back = (*of_kinds(taken_back, kinds), *marks_before, *other_marks)
    own = [rule for _, three in sides for rule in three.back]
    if not mean_the_same(back, [*others, *own]):
        return None
    return Desired(back, kinds, back=written), _kept(_lost(images, before))


def _lost(images: Sequence[Image], back: Sequence[Rule]) -> list[Image]:
    """The images whose rule is not among those that come back; of two equal rules one alone may be."""
    left = Counter(back)
    lost = []
    for image in images:
        if image.before is not None:
            left[image.before] -= 1
            if left[image.before] < 0:
                lost.append(image)
    return lost


def _one_a_rule(images: Sequence[Image]) -> list[Image]:
    """One image for each rule or, where several have one target, for all of them."""
    return list({(image.rule.kind, image.rule.key): image for image in reversed(images)}.values())


def _by_rules(
    images: Sequence[Image], queue: LiveQueue, queues: Mapping[str, str], fields: Container[str]
) -> Restored:
    """The first rule with each target as the images have it; second rules don't come back."""
    sides = [
        (image, Sides(_some(image.before), image.own(queue.rules)[:1], _some(image.after), fields))
        for image in images
        if not image.note
    ]
    back = _before(queue.rules, _kinds(images), sides)
    in_the_way = _conflicts(sides, queue, queues)
    if not in_the_way:
        in_the_way = [_conflict(queue.name, f"{queue.name}: {why}") for why in _gaps(back)]
    return (None, in_the_way) if in_the_way else (back, _kept(images))


def _some(rule: Rule | None) -> Rules:
    return () if rule is None else (rule,)


def _gaps(back: Desired) -> Iterator[str]:
    """The numbered rules that are not those from 1 on: somebody added one behind those of the run."""
    for kind in {kind_of(rule) for rule in back.rules}:
        if kind.leaves_gaps(of_kinds(back.rules, [kind.name])):
            yield f"the live queue has {kind.plural} after those that would be removed"


def _conflicts(
    sides: Sequence[tuple[Image, Sides]], queue: LiveQueue, queues: Mapping[str, str]
) -> list[Finding]:
    others = _in_place(sides, queue)
    return [
        _conflict(queue.name, f"{queue.name}: {why}")
        for image, three in sides
        if (
            why := _in_the_way(
                image, queue, replace(three, now=three.now or others.get(image.rule.kind, ())), queues
            )
        )
    ]


def _in_place(sides: Sequence[tuple[Image, Sides]], queue: LiveQueue) -> dict[str, Rules]:
    """What somebody put in the place of a rule since, of the kinds of which a queue has one alone."""
    single = {
        image.rule.kind
        for image, _ in sides
        if not (kind_of(image.rule).listed or kind_of(image.rule).numbered)
    }
    return {
        kind: tuple(
            rule for rule in of_kinds(queue.rules, [kind]) if not any(image.is_of(rule) for image, _ in sides)
        )
        for kind in single
    }


def _in_the_way(image: Image, queue: LiveQueue, sides: Sides, queues: Mapping[str, str]) -> str:
    """Why a rule can't go back to what it was, or nothing."""
    if sides.moved:
        left, there = (_these(rules, image, queue, queues) for rules in (sides.after, sides.now))
        return f"the run left {left}; now: {there}"
    gone = [rule.target for rule in sides.before if rule.target and rule.target not in queues]
    if not gone:
        return ""
    known = image.target_name if gone[0] == image.rule.target else ""
    return f"the organization no longer lists the target {known or gone[0]}"


def _these(rules: Rules, image: Image, queue: LiveQueue, queues: Mapping[str, str]) -> str:
    groups = {group.id: group.label for group in queue.groups}
    if image.rule.role is None:
        return in_words(rules, groups) if rules else f"no {image.rule.label('')}"
    known = {image.rule.target: image.target_name or image.rule.target}
    return (
        in_words(rules, {**groups, **known, **queues})
        if rules
        else f"no rule to {known[image.rule.target] or 'nobody'}"
    )


def _kept(images: Sequence[Image]) -> list[Finding]:
    return [
        Finding(
            "rollback.kept",
            Severity.WARNING,
            f"{image.queue_name}: the rule to {image.target_name or 'nobody'} is not restored: {image.note}",
            tip="The rules to this target stay as they are: check them",
            queue=image.queue_name,
        )
        for image in images
        if image.note
    ]


def _conflict(name: str, message: str) -> Finding:
    return Finding(
        CONFLICT,
        Severity.ERROR,
        message,
        tip="Somebody has changed it since: check it. To restore the state before the run, revert the change"
        " of the policies and apply that: it overwrites what they did",
        queue=name,
    )


def _before(rules: Sequence[Rule], kinds: tuple[str, ...], sides: Sequence[tuple[Image, Sides]]) -> Desired:
    """The rules of a queue, of the kinds that the run changed, with each changed one as it was before."""
    wanted: dict[tuple[str, str], Rule | None] = {}
    for rule in of_kinds(rules, kinds):
        wanted.setdefault((rule.kind, rule.key), rule)
    for image, three in sides:
        wanted[image.rule.kind, image.rule.key] = next(iter(three.back), None)
    return Desired(tuple(rule for rule in wanted.values() if rule is not None), kinds)

"""Which run a rollback means, and what of that run still stands, as the audit says.

::

    apply A       1 → 2
    rollback R    2 → 1     names A: A is undone by R, and a second rollback of A has nothing to do
    rollback S    1 → 2     names R: R is undone by S, so A stands again

What is undone is known queue by queue: a rollback that was cut off or failed in part leaves the rest of its
run standing, and the next one goes on with that.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.kinds.registry import rules_of
from syncer.model.change import Written
from syncer.model.plan import Status
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation
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


LAST = "last"

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StandingRun:
    """The run that is meant, and the images of the queues where it still stands.

    ``undone_by`` and ``undone_at`` are the newest rollback that undid something of it, and when that ended.
    """

    run: str
    images: tuple[Image, ...]
    undone_by: str = ""
    undone_at: str = ""

    @property
    def words(self) -> str:
        """Why there is nothing to undo, or that a part of it is undone already; else empty."""
        undone = f"by run {self.undone_by} at {self.undone_at}"
        if self.images:
            return f"a part of run {self.run} was undone {undone}: this is the rest" if self.undone_by else ""
        if self.undone_by:
            return f"run {self.run} was undone {undone}: nothing was sent"
        return f"run {self.run} changed nothing, so there is nothing to undo"


@dataclass(slots=True)
class _Run:
    """What the trail says of one run: the changes that it made or may have made, what it settled.

    ``written``: conflicts and failures whose PUT may be in force all the same. ``backs`` are the changes that
    it took back itself, because they came to lie in a loop; ``undone`` is, by queue, the newest rollback that
    took it back.
    """

    id: str
    rollback: bool = False
    undoes: str = ""
    done: bool = False
    timestamp: str = ""
    changes: list[Entry] = field(default_factory=list)
    backs: list[Entry] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    undone: dict[str, "_Run"] = field(default_factory=dict)

    @property
    def queues(self) -> set[str]:
        return {str(entry.get("queueId")) for entry in self.changes}

    def add(self, entry: Entry) -> None:
        self.timestamp = str(entry.get("timestamp"))
        self.undoes = str(entry.get("undoes") or self.undoes)
        self.rollback |= bool(self.undoes) or entry.get("action") == "ROLLBACK_RUN"
        if entry.get("kind") == "run":
            self.done |= entry.get("status") == "done"
        elif entry.get("kind") == "change":
            self._add_change(entry, str(entry.get("queueId")))

    def _add_change(self, entry: Entry, queue: str) -> None:
        if entry.get("status") in _SETTLING:
            self.changes = [each for each in self.changes if not _was_unknown(each, queue)]
        unsure = entry.get("status") in ("conflict", "failed")
        if unsure and entry.get("written"):
            self.written.add(queue)
        if _changed(entry) or (unsure and queue in self.written):
            self.changes.append(entry)
        if entry.get("status") == Status.TAKEN_BACK.value:
            self.backs.append(entry)
            self.settled.discard(queue)
        elif entry.get("success"):
            self.settled.add(queue)

    def images(self) -> tuple[Image, ...]:
        """What it changed where nobody undid it since; what it took back itself counts as not changed."""
        made, backs = (
            [image_of(entry) for entry in entries if str(entry.get("queueId")) not in self.undone]
            for entries in (self.changes, self.backs)
        )
        return without_taken_back(made, backs)


def standing(entries: Iterable[Entry], run: str, here: ApiLocation | None = None) -> StandingRun:
    """What still stands of ``run``; ``last`` is the newest apply that changed something.

    Raises AuditError where there is no such run ``here``: a run can't be undone at another place.
    """
    runs, newest = _runs(entries, here), run
    if run == LAST:
        newest = next((each.id for each in _newest_first(runs.values()) if not each.rollback), run)
    if newest not in runs:
        what = "no apply that changed something" if run == LAST else f"no run {run}"
        raise AuditError(
            f"the audit trail knows {what}{f' at {here}' if here else ''}",
            hint="List all runs with: syncer audit show",
            reason="unknown-run",
        )
    _note_undone(list(runs.values()))
    return _of(runs[newest], list(runs))


def undone(entries: Iterable[Entry], here: ApiLocation) -> dict[tuple[str, str], tuple[str, str]]:
    """What runs changed ``here`` and is undone, by run and queue: the rollback, and when that ended."""
    runs = list(_runs(entries, here).values())
    _note_undone(runs)
    return {(run.id, queue): (by.id, by.timestamp) for run in runs for queue, by in run.undone.items()}


def _runs(entries: Iterable[Entry], here: ApiLocation | None) -> dict[str, _Run]:
    runs: dict[str, _Run] = {}
    for entry in entries:
        if here is None or place_of(entry).is_as(here):
            runs.setdefault(str(entry.get("run")), _Run(str(entry.get("run")))).add(entry)
    return runs


def _newest_first(runs: Iterable[_Run]) -> Iterator[_Run]:
    return (each for each in reversed(list(runs)) if each.changes)


_SETTLING = ("applied", "merged", "already", "conflict", "failed")
"""What a change that was unknown can turn out to be."""


def _was_unknown(entry: Entry, queue: str) -> bool:
    return str(entry.get("queueId")) == queue and entry.get("status") == Status.UNKNOWN.value


def _changed(entry: Entry) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _note_undone(runs: list[_Run]) -> None:
    """Note of each run what was taken back of it by rollbacks that came later and stand themselves.

    A rollback that was done took all back that no other had taken back before: what it didn't write was as
    before already.
    """
    rollbacks: dict[str, list[_Run]] = {}
    for run in reversed(runs):
        taken: set[str] = set()
        for later in reversed(rollbacks.get(run.id, ())):
            back = later.settled | (run.queues - taken if later.done else set())
            taken |= back
            run.undone |= {queue: later for queue in back & run.queues if queue not in later.undone}
        if run.undoes:
            rollbacks.setdefault(run.undoes, []).append(run)


def _of(run: _Run, order: list[str]) -> StandingRun:
    images = run.images()
    if not run.undone:
        return StandingRun(run.id, images)
    by = {each.id: each for each in run.undone.values()}
    newest = next(by[each] for each in reversed(order) if each in by)
    return StandingRun(run.id, images, newest.id, newest.timestamp)

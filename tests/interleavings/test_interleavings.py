"""The real engine through every interleaving of wire calls, at a small size.

No edit is lost where there are etags, no loop is left that a run could have seen, the trail is what happened,
and every outcome is known or asked for again.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from tests.interleavings.scheduler import Bounds, Gate, Schedule, Work, schedules
from tests.interleavings.world import Calls, Owner, World

SMALL = 12
"""So many schedules of each story and bound; ``make interleavings`` runs them all."""

EVERY = bool(os.environ.get("INTERLEAVINGS"))
MOST = Bounds(3, 1) if EVERY else Bounds(2, 1)

NOTE = "somebody else was here"
SETTLED = {"applied", "merged", "already", "taken back"}


@dataclass(frozen=True)
class Story:
    """What each owner wants, what live has, and the edits of somebody else: a note, or other targets."""

    wants: Sequence[Mapping[str, Sequence[str]]]
    live: Mapping[str, Sequence[str]]
    edits: Sequence[tuple[str, Sequence[str] | None]] = ()


STORIES = {
    "two owners close a loop": Story([{"a": ["b"]}, {"b": ["a"]}], {"a": [], "b": [], "c": []}),
    "two owners want one queue": Story([{"a": ["b"]}, {"a": ["c"]}], {"a": [], "b": [], "c": []}),
    "a rival closes a loop and edits": Story(
        [{"a": ["b"], "b": ["c"]}], {"a": [], "b": [], "c": []}, [("a", None), ("c", ["a"])]
    ),
    "rules turn round": Story(
        [{"a": [], "b": ["a"]}], {"a": ["b"], "b": [], "c": []}, [("b", None), ("a", None)]
    ),
}


@dataclass
class Told:
    """One schedule that was run, with its world and owners."""

    world: World
    owners: list[Owner]
    schedule: Schedule | None = None


def told(story: Story, bounds: Bounds, folder: Path, *, etags: bool) -> Iterator[Told]:
    """Each schedule of a story, when its actors have ended."""
    runs: list[Told] = []

    def make(gate: Gate) -> Mapping[str, Work]:
        world = World.of(story.live, etags=etags)
        place = folder / str(len(runs))
        owners = [
            Owner(f"owner{number}", wants, place / str(number)) for number, wants in enumerate(story.wants)
        ]
        runs.append(Told(world, owners))
        actors = {each.name: running(each, Calls(world, gate, each.name)) for each in owners}
        return actors | ({"rival": editing(story, world, gate)} if story.edits else {})

    for schedule in schedules(make, bounds):
        runs[-1].schedule = schedule
        yield runs[-1]


def running(owner: Owner, calls: Calls) -> Work:
    return lambda: owner.run(calls)


def editing(story: Story, world: World, gate: Gate) -> Work:
    def edit() -> None:
        for queue, targets in story.edits:
            gate.pass_("rival", f"edits {queue}")
            raw = world.queues[queue]
            if targets is None:
                world.store("rival", {**raw, "description": NOTE})
            else:
                rules = [
                    {
                        "type": "overflow",
                        "overflowTarget": each,
                        "threshold": 5,
                        "overflowDelay": 0,
                        "enabled": True,
                    }
                    for each in targets
                ]
                world.store("rival", {**raw, "routingRules": rules})

    return edit


class Alone(Gate):
    """A gate that stops nobody."""

    def pass_(self, actor: str, call: str, fates: Sequence[str] = ("good",)) -> str:
        return fates[0]


def afterwards(end: Told) -> None:
    """What the next runs do: close what was cut off."""
    for owner in end.owners:
        owner.recover(Calls(end.world, Alone(), owner.name))


def no_edit_is_lost(story: Story, end: Told) -> None:
    for queue, targets in story.edits:
        raw = end.world.queues[queue]
        if targets is None:
            assert NOTE == raw.get("description"), f"the note on {queue} is lost"
        else:
            own = {each["overflowTarget"] for each in raw["routingRules"]}
            assert set(targets) <= own, f"the rules of {queue} are lost"


def no_loop_is_left(end: Told) -> None:
    """What is closed after the last look of a run is for the next; of what it saw and left, it is loud."""
    for owner in end.owners:
        for result in owner.results:
            saw = end.world.looks.get(owner.name, False)
            assert not (end.world.looped() and saw) or result.exit_code, f"{owner.name} leaves a loop"


def the_trail_is_what_happened(end: Told) -> None:
    for owner in end.owners:
        written = [write.queue for write in end.world.history if write.by == owner.name]
        entries = owner.entries()
        done = {entry["queueId"] for entry in entries if entry["status"] in SETTLED}
        assert set(written) <= {entry["queueId"] for entry in entries}, "a write is in no entry"
        assert done <= {*written, *(entry["queueId"] for entry in entries if entry["status"] == "already")}
        last = {entry["queueId"]: entry["status"] for entry in entries}
        assert "unknown" not in last.values(), "nobody asked again"


CHECKS: Sequence[Callable[[Told], None]] = (no_loop_is_left, the_trail_is_what_happened)


@pytest.mark.slow
@pytest.mark.parametrize("etags", [True, False], ids=["etags", "compare"])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_interleaving(tmp_path: Path, story: Story, etags: bool) -> None:
    seen = 0
    for preemptions in range(MOST.preemptions + 1):
        for faults in range(MOST.faults + 1):
            every = told(story, Bounds(preemptions, faults), tmp_path / f"{preemptions}{faults}", etags=etags)
            for end in every if EVERY else islice(every, SMALL):
                seen += 1
                afterwards(end)
                try:
                    for check in CHECKS:
                        check(end)
                    if etags:
                        no_edit_is_lost(story, end)
                except AssertionError as error:
                    calls = "\n".join(end.schedule.calls if end.schedule else [])
                    raise AssertionError(f"{error}\n{calls}") from error
    assert seen > SMALL

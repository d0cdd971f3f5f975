"""Whether history and audit tell the same story, and whether it is one without harm.

The history is the server's: every accepted write, with the overflow rules before and after it. The audit is
ours. What must be true of them, whatever happened:

- each write of ours changed overflow rules only, and of those exactly the ones that one group of audit
  entries (one run, one queue) says, from the values that it says: so no edit of somebody else is lost;
- no group claims a write that the history does not have, and no write is claimed by two;
- no write of ours closed a loop.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entry = Mapping[str, Any]
Rule = tuple[str, int, int, bool]

CLAIMED = ("applied", "merged")
OPEN = "unknown"


@dataclass
class Story:
    """What was found; all but ``writes`` and ``rivals`` have to be empty."""

    writes: int = 0
    rivals: int = 0
    lost_edits: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)


@dataclass
class _Group:
    """What the audit says of one queue in one run."""

    status: str
    etag: str
    gone: Counter[Rule]
    come: Counter[Rule]

    def fits(self, write: Entry) -> bool:
        before, after = _rules(write["rulesBefore"]), _rules(write["rulesAfter"])
        return self.gone <= before and before - self.gone + self.come == after


def told(first: Sequence[Mapping[str, Any]], history: Sequence[Entry], audit: Iterable[Entry]) -> Story:
    """Read both; ``first`` are the queues before anything was written."""
    story = Story()
    groups = _groups(audit)
    edges = {queue["id"]: _targets(queue.get("routingRules", ())) for queue in first}
    for write in history:
        queue = write["queueId"]
        added = _targets(write["rulesAfter"]) - edges[queue]
        edges[queue] = _targets(write["rulesAfter"])
        if write["by"] == "rival":
            story.rivals += 1
            continue
        story.writes += 1
        where = f"write {write['n']} of {queue}"
        if write["othersChanged"]:
            story.lost_edits.append(f"{where} changed more than rules")
        if any(_reaches(edges, target, queue) for target in added):
            story.loops.append(where)
        _explain(story, where, write, groups.get(queue, []))
    story.unexplained += [
        f"{group.status} of {queue} is not in the history"
        for queue, several in groups.items()
        for group in several
        if group.status in CLAIMED
    ]
    return story


def _explain(story: Story, where: str, write: Entry, groups: list[_Group]) -> None:
    """Find the group that speaks of a write, and take it away."""
    if _rules(write["rulesBefore"]) == _rules(write["rulesAfter"]):
        story.unexplained.append(f"{where} changed nothing")
        return
    claims = [group for group in groups if group.status in CLAIMED and group.etag in ("", write["etagAfter"])]
    several = [*claims, *(group for group in groups if group.status == OPEN)]
    if not several:
        story.unexplained.append(f"{where} is not in the audit")
        return
    # Without etags only what it changed tells which of several writes of a queue a group speaks of.
    found = next((group for group in several if group.fits(write)), several[0])
    groups.remove(found)
    if not found.fits(write):
        story.lost_edits.append(f"{where} changed other rules than the audit says")


def told_once_more(changes: Iterable[Entry]) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """How many entries of each run and queue are unknown, and how many say later what had become of it."""
    unknown: Counter[tuple[str, str]] = Counter()
    settling: Counter[tuple[str, str]] = Counter()
    for entry in changes:
        key = (entry["run"], entry["queueId"])
        if entry["status"] == OPEN:
            unknown[key] += 1
        elif unknown[key]:
            settling[key] += 1
    return +unknown, settling


def _groups(audit: Iterable[Entry]) -> dict[str, list[_Group]]:
    """What was unknown counts as what it turned out to be."""
    found: dict[tuple[str, str], _Group] = {}
    for entry in audit:
        if entry["kind"] != "change":
            continue
        key = (entry["queueId"], entry["run"])
        if key in found and found[key].status == OPEN != entry["status"]:
            del found[key]
        group = found.setdefault(key, _Group(entry["status"], entry["etagAfter"], Counter(), Counter()))
        for image, side in ((entry["before"], group.gone), (entry["after"], group.come)):
            if image:
                side[image["target"], image["threshold"], image["delay"], image["enabled"]] += 1
    by_queue: dict[str, list[_Group]] = {}
    for (queue, _), group in found.items():
        by_queue.setdefault(queue, []).append(group)
    return by_queue


def _rules(rules: Iterable[Mapping[str, Any]]) -> Counter[Rule]:
    return Counter(
        (rule["overflowTarget"], rule.get("threshold", 0), rule.get("overflowDelay", 0), rule["enabled"])
        for rule in rules
    )


def _targets(rules: Iterable[Mapping[str, Any]]) -> set[str]:
    return {rule["overflowTarget"] for rule in rules if rule.get("type") == "overflow" and rule["enabled"]}


def _reaches(edges: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, behind = {start}, [start]
    while behind:
        queue = behind.pop()
        if queue == goal:
            return True
        fresh = edges.get(queue, set()) - seen
        seen |= fresh
        behind.extend(fresh)
    return False

"""Organizations out of a seed: what live has, what the policies want, and the files that say so."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from syncer.emulator.server import organization
from syncer.graph.cycles import topological
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from tests.stated import overflow_to

Raw = dict[str, Any]

SETTINGS = {
    "version": 1,
    "pace": {"requests_per_second": 1000, "burst": 1000},
    "retries": {"attempts": 4, "conflicts": 3, "backoff": 0.001, "backoff_max": 0.004, "settle": 0.05},
    "safety": {"max_change_percent": 100, "max_delete_percent": 100},
}


@dataclass(frozen=True)
class World:
    """An organization as it is live, and the policies for a part of it."""

    queues: tuple[Raw, ...]
    policies: tuple[Raw, ...]

    @property
    def looped(self) -> bool:
        """Whether live begins with a loop."""
        places = {queue["id"]: place for place, queue in enumerate(self.queues)}
        adjacency = [
            [places[rule["overflowTarget"]] for rule in overflow(queue) if rule["enabled"]]
            for queue in self.queues
        ]
        return bool(topological(adjacency)[1])

    @property
    def policy_set(self) -> PolicySet:
        """The policies as they are after loading."""
        return PolicySet(
            tuple(
                PolicyQueue(
                    QueueRef(queue["queue"]),
                    capacity=queue["capacity"],
                    base_load=queue["base_load"],
                    stated={
                        "overflow": tuple(
                            overflow_to(
                                QueueRef(rule["target"]), rule["threshold"], rule["delay"], rule["enabled"]
                            )
                            for rule in queue["overflow"]
                        )
                    },
                )
                for queue in self.policies
            )
        )

    def write(self, folder: Path, files: int = 3) -> None:
        """Write settings and policies, spread over some files."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.yaml").write_text(yaml.safe_dump(SETTINGS))
        for number in range(files):
            queues = list(self.policies[number::files])
            if queues:
                document = {"version": 1, "queues": queues}
                (folder / f"part{number}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))


def overflow(queue: Mapping[str, Any]) -> list[Raw]:
    """The overflow rules of a queue on the wire."""
    return [rule for rule in queue["routingRules"] if rule.get("type") == "overflow"]


def world(dice: random.Random, size: int) -> World:
    """Live rules and wanted rules that have much, little or no order in common; a loop in live at times.

    The wanted rules and those of unmanaged queues follow one order of the queues, so the target network has
    no loop. The live rules of managed queues follow the same order, another one, or none at all. Rules of
    other kinds than overflow are left out.
    """
    queues = organization(size)
    order = dice.sample(range(size), size)
    shape = dice.choice(("same order", "other order", "no order"))
    other = dice.sample(range(size), size) if shape == "other order" else order
    policies = []
    for place, queue in enumerate(queues):
        managed = dice.random() < 0.7
        wanted = _rules(dice, order, place)
        along = other if managed else order
        live = _rules(dice, along, place, anywhere=managed and shape == "no order")
        if managed and dice.random() < 0.5:
            live = _edited(dice, wanted)
        if live and dice.random() < 0.1:
            live.append({**live[0], "threshold": 3})
        queue.pop("directRouting", None)
        queue.pop("conditionalGroupRouting", None)
        queue["routingRules"] = [
            *(rule for rule in queue["routingRules"] if rule.get("type") != "overflow"),
            *_wire(live, queues),
        ]
        if managed:
            policies.append(_policy(queue, wanted, queues))
    return World(tuple(queues), tuple(policies))


def _rules(dice: random.Random, order: Sequence[int], place: int, *, anywhere: bool = False) -> list[Raw]:
    """Up to three rules to queues that come later in ``order``, or to any."""
    at = order.index(place)
    later = [other for other in order[at + 1 :] if other != place]
    if anywhere:
        later = [other for other in order if other != place]
    targets = dice.sample(later, min(len(later), dice.choice((0, 1, 1, 2, 3))))
    return [
        {
            "target": target,
            "threshold": dice.randint(1, 30),
            "delay": dice.choice((0, 30, 60, 3600)),
            "enabled": dice.random() < 0.85,
        }
        for target in targets
    ]


def _edited(dice: random.Random, rules: Sequence[Raw]) -> list[Raw]:
    """The rules, some of them gone or with another threshold."""
    kept = [dict(rule) for rule in rules if dice.random() < 0.8]
    for rule in kept:
        if dice.random() < 0.4:
            rule["threshold"] = dice.randint(1, 30)
    return kept


def _wire(rules: Sequence[Raw], queues: Sequence[Raw]) -> list[Raw]:
    return [
        {
            "type": "overflow",
            "overflowTarget": queues[rule["target"]]["id"],
            "threshold": rule["threshold"],
            "overflowDelay": rule["delay"],
            "enabled": rule["enabled"],
        }
        for rule in rules
    ]


def _policy(queue: Raw, rules: Sequence[Raw], queues: Sequence[Raw]) -> Raw:
    return {
        "queue": queue["name"],
        "capacity": 1_000_000,
        "base_load": 100,
        "overflow": [{**rule, "target": queues[rule["target"]]["name"]} for rule in rules],
    }

"""Organizations whose reports are large: much that changes, or much that is found in them.

Each writes policies and what an emulator starts with; the same number of queues, the same files.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.bench.organizations import queue_name, targets, write_live, write_policies
from tests.program import overflow

FILES: Final = 100
"""Policy files of an organization."""

_HOSTILE: Final = "<b>&amp;|`*_~ [x](http://a.b) {0} %s $(id) @all \"'\\ \u202eü " * 4
_NO_BOUNDS: Final = {"version": 1, "safety": {"max_change_percent": 100, "max_delete_percent": 100}}

Queue = Mapping[str, Any]


def one_rule(folder: Path, queues: int) -> None:
    """Half of the queues change one rule of three."""
    write_policies(folder / "policies", queues, FILES)
    write_live(folder / "live.json", queues, queues // 2)


def every_rule(folder: Path, queues: int) -> None:
    """Half of the queues change all of their rules, and names are long."""
    names = [f"{queue_name(number)} {'and a name that says much ' * 6}" for number in range(queues)]
    wanted = [
        _queue(names[place], overflow=[_overflow(names[to], 10) for to in targets(place, queues)])
        for place in range(queues)
    ]
    _write(folder, wanted, _half_changed(names, 10))


def genesys(folder: Path, queues: int) -> None:
    """The same with the vendor's own kinds of rules: a backup queue and two conditional groups."""
    names = [f"{queue_name(number)} {'and a name that says much ' * 6}" for number in range(queues)]
    groups = [{"id": f"group-{number}", "name": f"Group {number}", "type": "official"} for number in range(9)]
    wanted = [
        {
            **_queue(names[place]),
            "backup": {"queue": names[(place + 1) % queues], "wait_for_agent": True, "agent_wait": 90}
            if place + 1 < queues
            else None,
            "conditional_groups": [_conditional(rule, 30) for rule in range(2)],
        }
        for place in range(queues)
    ]
    live = [_genesys_live(place, names[place], queues, 30 + place % 2) for place in range(queues)]
    _write(folder, wanted, live, groups=groups)


def findings(folder: Path, queues: int) -> None:
    """Three findings in each queue: it takes in too much, keeps too much, and its rules say more than all."""
    _write_findings(folder, [queue_name(number) for number in range(queues)])


def hostile(folder: Path, queues: int) -> None:
    """The same with names of 250 characters that mean something in every format."""
    _write_findings(folder, [f"{number:06} {_HOSTILE}"[:250] for number in range(queues)])


def _write_findings(folder: Path, names: list[str]) -> None:
    wanted = [
        _queue(
            names[place],
            capacity=1,
            base_load=100,
            overflow=[_overflow(names[to], 40) for to in targets(place, len(names))],
        )
        for place in range(len(names))
    ]
    _write(folder, wanted, _half_changed(names, 40))


def loop(folder: Path, queues: int) -> None:
    """One loop of all queues, each with three ways on."""
    names = [queue_name(number) for number in range(queues)]
    wanted = [
        _queue(names[place], overflow=[_overflow(names[(place + step) % queues], 5) for step in (1, 7, 31)])
        for place in range(queues)
    ]
    _write(folder, wanted, [_live(place, name) for place, name in enumerate(names)])


def pairs(folder: Path, queues: int) -> None:
    """A loop of each two queues."""
    names = [queue_name(number) for number in range(queues)]
    wanted = [_queue(names[place], overflow=[_overflow(names[place ^ 1], 5)]) for place in range(queues)]
    _write(folder, wanted, [_live(place, name) for place, name in enumerate(names)])


SHAPES: Final[Mapping[str, Callable[[Path, int], None]]] = {
    "one rule": one_rule,
    "every rule": every_rule,
    "genesys": genesys,
    "findings": findings,
    "hostile": hostile,
    "loop": loop,
    "pairs": pairs,
}


def _queue(name: str, **values: Any) -> dict[str, Any]:
    return {"queue": name, "capacity": 1000, "base_load": 10, **values}


def _overflow(target: str, threshold: int) -> dict[str, Any]:
    return {"target": target, "threshold": threshold, "delay": 60}


def _conditional(rule: int, value: int) -> dict[str, Any]:
    said = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "value": value, "wait": 60}
    return {**said, "groups": [f"Group {rule * 3 + each}" for each in range(3)]}


def _live(number: int, name: str, **fields: Any) -> dict[str, Any]:
    return {"id": _id(number), "name": name, **fields}


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def _half_changed(names: list[str], threshold: int) -> list[Queue]:
    """Live queues where every second one has another threshold in all of its rules."""
    return [
        _live(
            place,
            name,
            routingRules=[
                overflow(_live(to, "")["id"], threshold + place % 2) for to in targets(place, len(names))
            ],
        )
        for place, name in enumerate(names)
    ]


def _genesys_live(number: int, name: str, queues: int, value: int) -> dict[str, Any]:
    members = [{"id": f"group-{each}", "name": f"Group {each}", "type": "GROUP"} for each in range(9)]
    rules = [
        {
            "metric": "EstimatedWaitTime",
            "operator": "GreaterThan",
            "conditionValue": value,
            "waitSeconds": 60,
            "groups": [{"id": f"group-{rule * 3 + each}", "type": "GROUP"} for each in range(3)],
        }
        for rule in range(2)
    ]
    backup = {
        "backupQueueId": _id((number + 1) % queues),
        "agentWaitSeconds": value + 60,
        "waitForAgent": True,
    }
    return _live(
        number,
        name,
        memberGroups=members,
        conditionalGroupRouting={"rules": rules},
        **({"directRouting": backup} if number + 1 < queues else {}),
    )


def _write(folder: Path, wanted: list[dict[str, Any]], live: Iterable[Queue], **beside: Any) -> None:
    policies = folder / "policies"
    policies.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        part = wanted[number * len(wanted) // FILES : (number + 1) * len(wanted) // FILES]
        lines = (line for queue in part for line in _entry(queue))
        text = "\n".join(("version: 1", "queues:" if part else "queues: []", *lines, ""))
        (policies / f"part-{number:03}.yaml").write_text(text, encoding="utf-8")
    (policies / "settings.yaml").write_text(json.dumps(_NO_BOUNDS), encoding="utf-8")
    found = json.dumps({**beside, "queues": list(live)})
    (folder / "live.json").write_text(found, encoding="utf-8")


def _entry(queue: Queue) -> Iterator[str]:
    """The entry of a queue in YAML: a line for each key and for each rule."""
    for place, (key, value) in enumerate(queue.items()):
        start = "    " if place else "  - "
        if isinstance(value, list) and value:
            yield f"{start}{key}:"
            yield from (f"      - {json.dumps(each)}" for each in value)
        else:
            yield f"{start}{key}: {json.dumps(value)}"

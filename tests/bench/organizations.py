"""Generated organizations: policies of any number of queues, the same for the same numbers.

``python -m tests.bench.organizations FOLDER QUEUES [FILES]`` writes them.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

RULES: Final = 3
"""Overflow rules a queue."""

_TEAMS: Final = ("Billing", "Support", "Sales", "Returns", "Claims", "Orders", "Travel", "Fraud")
_STEPS: Final = (1, 7, 31)
"""How many queues further on each rule of a queue leads: each to another one, and none back."""


def write_policies(folder: Path, queues: int, files: int = 1) -> None:
    """Write the policies of ``queues`` queues into ``files`` files of ``folder``, which is made where it is
    missing: so many queues in each, as near as can be. They are valid, and nothing is found in them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        first, end = number * queues // files, (number + 1) * queues // files
        (folder / f"part-{number:06}.yaml").write_text(policy_text(first, end, queues), encoding="utf-8")


def write_live(file: Path, queues: int, changes: int = 0) -> None:
    """Write what an emulator begins with: the live queues of these policies, where the first rule of so many
    queues differs, evenly over all."""
    every = max(1, queues // changes) if changes else 0
    found = [_live(number, queues, bool(every) and number % every == 0) for number in range(queues)]
    file.write_text(json.dumps({"queues": found}), encoding="utf-8")


def policy_text(first: int, end: int, queues: int) -> str:
    """The policy file of the queues from ``first`` up to ``end``, of ``queues`` in all."""
    entries = (line for number in range(first, end) for line in _queue(number, queues))
    return "\n".join(("version: 1", "queues:", *entries, ""))


def queue_name(number: int) -> str:
    """The name of a queue by its number: the same number, the same name."""
    return f"{_TEAMS[number % len(_TEAMS)]} Tier {number % 3 + 1} Desk {number:06}"


def targets(number: int, queues: int) -> tuple[int, ...]:
    """The queues that a queue overflows to, by number: only later ones, so that there is no loop."""
    return tuple(number + step for step in _STEPS[:RULES] if number + step < queues)


def _queue(number: int, queues: int) -> Iterator[str]:
    yield f"  - queue: {queue_name(number)}"
    yield f"    capacity: {400 + number % 7 * 10}"
    yield f"    base_load: {100 + number % 11 * 5}"
    found = targets(number, queues)
    yield "    overflow:" if found else "    overflow: []"
    for place, target in enumerate(found):
        yield f"      - target: {queue_name(target)}"
        yield f"        threshold: {_share(place)}"
        yield f"        delay: {_delay(number)}"


def _live(number: int, queues: int, changed: bool) -> dict[str, Any]:
    rules = [
        {
            "type": "overflow",
            "overflowTarget": f"id-{target:06}",
            "threshold": _share(place) + (1 if changed and not place else 0),
            "overflowDelay": _delay(number),
            "enabled": True,
        }
        for place, target in enumerate(targets(number, queues))
    ]
    return {"id": f"id-{number:06}", "name": queue_name(number), "routingRules": rules}


def _share(place: int) -> int:
    return 5 + place * 5


def _delay(number: int) -> int:
    return 60 + number % 5 * 30


def main() -> None:
    """Write what the arguments say."""
    folder, queues, files = sys.argv[1], int(sys.argv[2]), int((sys.argv[3:] or ["1"])[0])
    write_policies(Path(folder), queues, files)


if __name__ == "__main__":
    main()

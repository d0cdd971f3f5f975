"""How large a plan of 5,000 changes in 10,000 queues is, and how long it takes to make, write and read it."""

import random
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from syncer.model.policy import PolicySet
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import load_plan, save_plan
from tests.organizations import Raw, crossed, overflow, planned, policies, policy, raw, rule

SIZE, CHANGES = 10_000, 5_000


def main() -> None:
    """Print a line for each shape of the network."""
    for name, organization in (("crossed", crossed(CHANGES // 2, SIZE)), ("random", scattered())):
        wanted, live = organization
        start = perf_counter()
        plan = planned(wanted, live)
        made = perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "plan.json"
            save_plan(plan_document(plan), path)
            size, saved = path.stat().st_size, perf_counter()
            load_plan(path)
            read = perf_counter()
        waits = sum(len(change.waits_for) for change in plan.changes)
        print(
            f"{name}: {len(plan.changes):,} changes of {SIZE:,} queues, {waits:,} waits, "
            f"{size / 1024 / 1024:.1f} MiB; made in {made - start:.1f} s, written in {saved - made:.1f} s, "
            f"read in {read - saved:.1f} s"
        )


def scattered() -> tuple[PolicySet, list[Raw]]:
    """Every queue overflows into three of the next fifty; half of the queues change all their rules."""
    dice = random.Random(1)
    targets = {
        place: dice.sample(range(place + 1, min(SIZE, place + 51)), min(3, SIZE - 1 - place))
        for place in range(SIZE)
    }
    changed = frozenset(dice.sample(range(SIZE), CHANGES))
    wanted = policies(
        *(policy(f"Q{place}", *(rule(f"Q{to}", 10) for to in targets[place])) for place in range(SIZE))
    )
    live = [
        raw(f"Q{place}", *(overflow(f"Q{to}", 10 + (place in changed)) for to in targets[place]))
        for place in range(SIZE)
    ]
    return wanted, live


if __name__ == "__main__":
    main()

"""An organization is adopted, changed, and brought back: every field of every queue is what it was."""

import random
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from syncer.emulator.server import Emulator, organization
from tests.program import Program

Raw = dict[str, Any]

MOVES = ("_etag", "dateModified", "modifiedBy", "version")
"""What the server itself moves at every write."""

LOCKS: dict[str, Literal["etag", "none"]] = {
    "overflow-rules": "etag",
    "genesys-cloud": "none",
    "mixed": "etag",
}
METRIC = {"metric": "ServiceLevel", "operator": "LessThan"}


def odd_queues(dialect: str, size: int, dice: random.Random) -> list[Raw]:
    """Queues as years of other programs and people have left them."""
    queues = organization(size)
    helpers = next(queue["memberGroups"] for queue in queues if "memberGroups" in queue)
    for place, queue in enumerate(queues):
        queue["division"] = queues[0]["division"]
        queue["unknown"] = {"deep": [place, None, 0.5, "\u202e"]}
        later = [other["id"] for other in queues[place + 1 :]]
        if dialect == "overflow-rules":
            queue.pop("directRouting", None)
            queue.pop("conditionalGroupRouting", None)
        else:
            queue.setdefault("memberGroups", helpers)
            _odd_backup(queue, later, dice)
            _odd_groups(queue, later, dice)
        if dialect == "genesys-cloud":
            entries = [entry for entry in queue["routingRules"] if "type" not in entry]
            queue["routingRules"] = dice.choice([entries, None, []])
        else:
            _odd_rules(queue, later, dice)
    return queues


def _odd_rules(queue: Raw, later: list[str], dice: random.Random) -> None:
    """In any order, with unknown fields, with or without ids and zeros, at times two with one target."""
    entries: list[Any] = [{"operator": "MEETS_THRESHOLD", "threshold": 9, "waitSeconds": 30.0}]
    for target in dice.sample(later, min(len(later), dice.choice((0, 1, 2, 4)))):
        entry = {"type": "overflow", "overflowTarget": target, "note": {"by": [target[:4]]}}
        said = {"threshold": dice.randint(1, 20), "overflowDelay": 30, "enabled": True, "id": f"r-{target}"}
        entries.append(entry | {key: value for key, value in said.items() if dice.random() < 0.8})
        if dice.random() < 0.1:
            entries.append({**entry, "threshold": 1, "id": f"second-{target}"})
    dice.shuffle(entries)
    queue["routingRules"] = entries
    if dice.random() < 0.2:
        queue["routingRules"] = dice.choice(([], None))
    if dice.random() < 0.1:
        del queue["routingRules"]


def _odd_backup(queue: Raw, later: list[str], dice: random.Random) -> None:
    said = {"backupQueueId": dice.choice(later or [None]), "agentWaitSeconds": 90, "waitForAgent": True}
    direct = {key: value for key, value in said.items() if dice.random() < 0.7}
    queue["directRouting"] = dice.choice([direct, {**direct, "unknown": [1]}, {}, None])
    if dice.random() < 0.3:
        del queue["directRouting"]


def _odd_groups(queue: Raw, later: list[str], dice: random.Random) -> None:
    rule = {**METRIC, "conditionValue": 50, "waitSeconds": 9, "groups": queue["memberGroups"], "unknown": 1}
    watched = {"queue": {"id": dice.choice(later), "selfUri": "x"}} if later else {}
    rules = [rule, {**rule, **watched, "unknown": {"deep": 1}}, rule][: dice.choice((0, 1, 2, 3))]
    queue["conditionalGroupRouting"] = dice.choice(
        [{"rules": rules}, {"rules": rules, "unknown": 1}, {}, None]
    )
    if dice.random() < 0.3:
        del queue["conditionalGroupRouting"]


def change(folder: Path, live: dict[str, Raw], dialect: str, dice: random.Random) -> int:
    """Change the exported policies: rules go, change and come. Returns the number of queues touched."""
    (path,) = folder.glob("queues.yaml")
    document = yaml.safe_load(path.read_text())
    order = {queue["name"]: place for place, queue in enumerate(live.values())}
    names = list(order)
    touched = 0
    for queue in document["queues"]:
        queue["capacity"], queue["base_load"] = 1_000_000, 1
        later = names[order[queue["queue"]] + 1 :]
        if queue.pop("manage", True) is False:
            queue["overflow"] = []  # its second rules are cleaned up
        elif dice.random() < 0.3:
            continue
        touched += 1
        if dialect != "genesys-cloud":
            queue["overflow"] = _other_rules(queue["overflow"], later, dice)
        if "backup" in queue:
            queue["backup"] = dice.choice([None, {"queue": later[0], "agent_wait": 77} if later else None])
            groups = [{**each, "value": 51} for each in queue["conditional_groups"]]
            queue["conditional_groups"] = dice.choice([groups, groups[:-1], []])
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return touched


def _other_rules(rules: list[Raw], later: list[str], dice: random.Random) -> list[Raw]:
    kept = [{**rule, "threshold": dice.randint(0, 20)} for rule in rules if dice.random() < 0.6]
    new = {name for name in later[:2] if dice.random() < 0.5} - {rule["target"] for rule in rules}
    return [*kept, *({"target": name, "threshold": 3} for name in sorted(new))]


def state(program: Program) -> dict[str, Raw]:
    """Every queue, as the API answers, without what the server itself moves."""
    return {
        id_: {key: value for key, value in queue.items() if key not in MOVES}
        for id_, queue in program.live().items()
    }


def in_order(queues: list[Raw], live: dict[str, Raw]) -> dict[str, Raw]:
    """Live in the order in which rules only lead onwards."""
    return {queue["id"]: live[queue["id"]] for queue in queues}


def adopted(program: Program, dialect: str, queues: list[Raw], dice: random.Random) -> dict[str, Raw]:
    """Export live, see that nothing would change, and change the policies. Returns live as it is."""
    (program.folder / "policies" / "all.yaml").unlink()
    first = state(program)
    assert 0 == program.run("export", "--output", "policies").code
    planned = program.run("plan", "--format", "json").json
    assert (dialect, []) == tuple(planned["result"]["plan"][key] for key in ("dialect", "changes"))
    assert change(program.folder / "policies", in_order(queues, first), dialect, dice) > len(queues) / 3
    return first


def rolled_back(program: Program, run: str = "last") -> str:
    """Undo a run, of which everything can be brought back. Returns the run that did it."""
    done = program.run("rollback", run, "--auto-approve", "--format", "json")
    assert (0, []) == (done.code, [each for each in done.json["findings"] if "rollback" in each["id"]])
    back: str = done.json["result"]["run"]
    return back


@pytest.mark.parametrize("dialect", LOCKS)
@pytest.mark.parametrize("seed", range(2))
def test_there_and_back_again(program: Program, dialect: str, seed: int) -> None:
    dice = random.Random(seed)
    queues = odd_queues(dialect, 24, dice)
    with Emulator(queues=queues, rate_limit=10**9, lock=LOCKS[dialect]) as emulator:
        program.use(emulator)
        first = adopted(program, dialect, queues, dice)
        assert 0 == program.run("apply", "--auto-approve").code
        changed = state(program)
        assert 3 < sum(changed[id_] != queue for id_, queue in first.items())
        back = rolled_back(program)
        assert first == state(program)
        rolled_back(program, back)
        assert changed == state(program)


def test_an_organization_of_500_queues(program: Program) -> None:
    dice = random.Random(500)
    queues = odd_queues("mixed", 500, dice)
    with Emulator(queues=queues, rate_limit=10**9) as emulator:
        program.use(emulator)
        first = adopted(program, "mixed", queues, dice)
        assert 0 == program.run("apply", "--auto-approve", "--parallel", "8").code
        assert 150 < program.puts()
        rolled_back(program)
        assert first == state(program)


@pytest.mark.parametrize("dialect", LOCKS)
def test_a_run_that_failed_in_part_is_undone_and_edits_of_others_stay(program: Program, dialect: str) -> None:
    dice = random.Random(7)
    queues = odd_queues(dialect, 24, dice)
    for queue in queues[::3]:
        wrong = {"id": "x", "type": "NONE"}  # the API refuses every PUT with it
        queue["memberGroups"] = [*queue.get("memberGroups", []), wrong]
    with Emulator(queues=queues, rate_limit=10**9, lock=LOCKS[dialect]) as emulator:
        program.use(emulator)
        first = adopted(program, dialect, queues, dice)
        assert 5 == program.run("apply", "--auto-approve").code
        moved = [id_ for id_, queue in state(program).items() if queue != first[id_]]
        assert moved
        for id_ in moved:
            program.edit(id_, description="somebody was here")
        rolled_back(program)
        edited = {**first, **{id_: {**first[id_], "description": "somebody was here"} for id_ in moved}}
        assert edited == state(program)

"""Groups that a rule asks for become members of its queue where the policy says so."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from syncer.emulator.server import Emulator, demo_queues, demo_surroundings
from tests.program import Program

QUEUE = "Support Tier 2"

POLICY = """version: 1
queues:
  - queue: Support Tier 2
    capacity: 60
    base_load: 10
    {members}
    conditional_groups:
      - {{metric: EstimatedWaitTime, operator: GreaterThan, value: 90, groups: [{groups}]}}
      - queue: Support Tier 3
        metric: EstimatedWaitTime
        operator: GreaterThan
        value: 600
        wait: 60
        groups: [Supervisors]
"""

ADD = "member_groups: add"


@pytest.fixture(autouse=True)
def live(program: Program) -> Iterator[None]:
    """The organization of the demonstration, spoken to as Genesys Cloud."""
    with Emulator(
        queues=demo_queues(), surroundings=demo_surroundings(), rate_limit=1_000_000, lock="none"
    ) as emulator:
        program.use(emulator)
        program.setenv("SYNCER_DIALECT", "genesys-cloud")
        program.write_settings()
        yield


def wanting(program: Program, groups: str, members: str = ADD) -> None:
    """The policy whose first rule asks for these groups."""
    (program.folder / "policies" / "all.yaml").write_text(POLICY.format(members=members, groups=groups))


def queue_of(program: Program) -> Any:
    return next(queue for queue in program.live().values() if queue["name"] == QUEUE)


def members(program: Program) -> list[str]:
    """The names of the groups that are members of the queue."""
    known = demo_surroundings()
    every = (group for type_ in ("groups", "teams", "skillgroups") for group in known[type_])
    names = {group["id"]: group["name"] for group in every}
    return [names[group["id"]] for group in queue_of(program)["memberGroups"]]


BEFORE = ["Support Specialists", "Supervisors", "Floaters"]


def test_they_are_added_and_nothing_is_left_to_do(program: Program) -> None:
    wanting(program, "Support Specialists, Night Shift")
    planned = program.run("plan")
    assert re.search(r"^    \+ member +Night Shift$", planned.out, re.MULTILINE)
    assert "1 member among them" in planned.out
    assert BEFORE == members(program)
    applied = program.run("apply", "--auto-approve")
    assert (0, [*BEFORE, "Night Shift"]) == (applied.code, members(program))
    again = program.run("plan", "--detailed-exitcode")
    assert (0, True) == (again.code, "plan: no changes" in again.out)
    assert 0 == program.run("drift", "--detailed-exitcode").code


@pytest.mark.parametrize(
    ("group", "name", "asked"),
    [
        ("{team: Evening Team}", "Evening Team", "GET /api/v2/teams"),
        ("{skill_group: Claims Experts}", "Claims Experts", "GET /api/v2/routing/skillgroups"),
    ],
)
def test_teams_and_skill_groups_are_found_by_name(
    program: Program, group: str, name: str, asked: str
) -> None:
    wanting(program, f"Support Specialists, {group}")
    applied = program.run("apply", "--auto-approve")
    assert (0, [*BEFORE, name]) == (applied.code, members(program)), applied.out
    assert asked in program.ask("requests")
    asked_before = program.ask("requests")[asked]
    assert 0 == program.run("plan", "--detailed-exitcode").code
    assert asked_before == program.ask("requests")[asked]  # the queue itself tells the name now
    assert 0 == program.run("rollback", "last", "--auto-approve").code
    assert BEFORE == members(program)


def test_a_team_that_live_does_not_list_is_unknown(program: Program) -> None:
    wanting(program, "{team: Evening Taem}")
    planned = program.run("plan")
    assert 3 == planned.code
    assert "the organization lists no team 'Evening Taem'" in planned.out
    assert "did you mean {team: 'Evening Team'}?" in planned.out


def test_without_the_key_the_finding_says_which_are_missing(program: Program) -> None:
    wanting(program, "Night Shift, Sales Reserve", members="manage: true")
    planned = program.run("plan")
    assert 3 == planned.code
    assert "the group Night Shift is not a member of Support Tier 2" in planned.out
    assert "the group Sales Reserve is not a member of Support Tier 2" in planned.out
    assert "write 'member_groups: add' at the queue" in planned.out


def test_none_is_ever_removed(program: Program) -> None:
    wanting(program, "Night Shift")
    assert 0 == program.run("apply", "--auto-approve").code
    wanting(program, "Supervisors")
    assert 0 == program.run("apply", "--auto-approve").code
    assert [*BEFORE, "Night Shift"] == members(program)


def test_a_rollback_removes_those_that_the_run_added(program: Program) -> None:
    wanting(program, "Night Shift, Support Specialists")
    assert 0 == program.run("apply", "--auto-approve").code
    undone = program.run("rollback", "last", "--auto-approve")
    assert (0, BEFORE) == (undone.code, members(program))


def test_a_rollback_leaves_a_member_that_a_rule_asks_for_since(program: Program) -> None:
    wanting(program, "Night Shift")
    first = program.run("apply", "--auto-approve", "--format", "json")
    assert 0 == first.code
    routing = queue_of(program)["conditionalGroupRouting"]
    routing["rules"][1]["groups"] += routing["rules"][0]["groups"]
    told = [{"name": "Night Shift", **group} for group in queue_of(program)["memberGroups"]]
    program.edit(queue_of(program)["id"], conditionalGroupRouting=routing, memberGroups=told)
    undone = program.run("rollback", "last", "--auto-approve", "--format", "json")
    assert (0, [*BEFORE, "Night Shift"]) == (undone.code, members(program))
    assert ["the member Night Shift stays"] == [
        finding["message"].removeprefix(f"{QUEUE}: ").split(",")[0]
        for finding in undone.json["findings"]
        if finding["id"] == "rollback.kept"
    ]


def test_another_group_that_became_a_member_since_stays(program: Program) -> None:
    wanting(program, "Night Shift")
    assert 0 == program.run("apply", "--auto-approve").code
    (reserve,) = (group for group in demo_surroundings()["groups"] if group["name"] == "Sales Reserve")
    joined = [*queue_of(program)["memberGroups"], {"id": reserve["id"], "type": "GROUP"}]
    program.edit(queue_of(program)["id"], memberGroups=joined)
    undone = program.run("rollback", "last", "--auto-approve")
    assert (0, [*BEFORE, "Sales Reserve"]) == (undone.code, members(program))

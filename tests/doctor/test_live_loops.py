"""Loops in live are the first line of doctor."""

from pathlib import Path

from syncer.doctor import State
from syncer.doctor.live_loops import check_all_queues
from syncer.live.client import connect
from syncer.live.region import credentials, endpoints
from syncer.model.settings import DEFAULTS
from tests.program import Program, overflow
from tests.use_cases import CREDENTIALS


def looked(program: Program, state: Path = Path(".syncer")) -> tuple[State, str]:
    where = endpoints({}, api_url=program.url)
    with connect(where, credentials(CREDENTIALS), write=False, settings=DEFAULTS) as client:
        line, *others = check_all_queues(client, state)
    assert ["loops", "flows", "CX as Code"] == [each.name for each in (line, *others)]
    return line.state, line.found


def test_where_there_is_none_that_is_said(program: Program) -> None:
    assert (State.OK, "none by the rules of the 4 queues of live") == looked(program)


def test_a_loop_is_a_warning_that_names_who_probably_closed_it(program: Program) -> None:
    program.edit("back", routingRules=[overflow("other", 9)], modifiedBy={"id": "u", "name": "Bob"})
    state, found = looked(program)
    assert State.WARNING == state
    assert found.startswith(
        "contacts go in a circle now: Back → Other → Back overflows in a circle; probably closed by Bob"
    )


def test_of_several_loops_the_number_is_said(program: Program) -> None:
    program.edit("back", routingRules=[overflow("other", 9)])
    program.edit("front", routingRules=[overflow("desk", 9)])
    assert looked(program)[1].endswith("; and 1 more")


def test_a_trail_that_can_not_be_read_hides_no_loop(program: Program, tmp_path: Path) -> None:
    (tmp_path / "state" / "audit" / "audit.jsonl").mkdir(parents=True)
    program.edit("back", routingRules=[overflow("other", 9)])
    assert State.WARNING == looked(program, tmp_path / "state")[0]


def test_queues_that_can_not_be_read_are_not_looked_at(program: Program) -> None:
    program.edit("back", name="")
    state, found = looked(program)
    assert (State.SKIPPED, True) == (state, found.startswith("the queues can't all be read: "))


def test_it_is_the_first_line_of_doctor(program: Program) -> None:
    names = [check["name"] for check in program.run("doctor", "--format", "json").json["result"]["checks"]]
    assert names.index("loops") > names.index("queues")
    program.edit("back", routingRules=[overflow("other", 9)])
    done = program.run("doctor")
    assert done.out.splitlines()[0].split()[:2] == ["warning", "loops"]

"""Loops in live are the first line of doctor."""

from pathlib import Path

from syncer.doctor import State
from syncer.doctor.live_loops import check_all_queues
from syncer.live.client import connect
from syncer.live.flows import FlowsRead, ReadFlows
from syncer.live.region import credentials, endpoints
from syncer.model.network import Transfer
from syncer.model.settings import DEFAULTS
from tests.program import Program, overflow
from tests.use_cases import CREDENTIALS


def looked(
    program: Program, state: Path = Path(".syncer"), reading: ReadFlows | None = None
) -> tuple[State, str]:
    where = endpoints({}, api_url=program.url)
    with connect(where, credentials(CREDENTIALS), write=False, settings=DEFAULTS) as client:
        line, *others = check_all_queues(client, state, reading)
    assert ["loops", "flows", "CX as Code"] == [each.name for each in (line, *others)]
    return line.state, line.found


def test_where_there_is_none_that_is_said(program: Program) -> None:
    assert (State.OK, "none by the rules of the 4 live queues; none has an in-queue flow") == looked(program)


def test_a_loop_is_a_warning_that_names_who_probably_closed_it(program: Program) -> None:
    program.edit("back", routingRules=[overflow("other", 9)], modifiedBy={"id": "u", "name": "Bob"})
    state, found = looked(program)
    assert State.WARNING == state
    assert found.startswith(
        "contacts go in a circle now: Back → Other → Back overflows in a circle; probably closed by Bob"
    )


def flow_from(source: str, target: str) -> ReadFlows:
    return lambda _: FlowsRead((Transfer(source, target, "In-Queue", "1", proven=True),))


def test_a_loop_that_a_flow_closes_is_one_too(program: Program) -> None:
    program.edit("other", routingRules=[], queueFlow={"id": "f"})
    program.edit("back", routingRules=[overflow("other", 9)])
    state, found = looked(program, reading=flow_from("other", "back"))
    assert State.WARNING == state
    assert found.startswith("by an in-queue flow: ") and "by the in-queue flow In-Queue" in found


def test_where_flows_are_read_and_close_none_that_is_said(program: Program) -> None:
    program.edit("other", queueFlow={"id": "f"})
    found = looked(program, reading=flow_from("front", "back"))
    assert (State.OK, "none by the rules and in-queue flows of the 4 live queues") == found


def test_where_flows_are_not_read_that_is_no_clean_bill(program: Program) -> None:
    program.edit("other", queueFlow={"id": "f"})
    state, found = looked(program)
    assert State.OK == state
    assert found.endswith("by in-queue flows not known: they are not read, as the settings say")


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

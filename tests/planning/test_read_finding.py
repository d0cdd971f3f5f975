import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.finding import (
    Figure,
    Finding,
    Limit,
    Loop,
    LoopFlow,
    LoopRule,
    Note,
    Position,
    Severity,
    Since,
)
from syncer.model.network import Headroom
from syncer.planning.read_finding import finding_of, headroom_of, position_of

AT = Position("policies/a.yaml", 3, 9)
LOOP = Loop(
    (("id-A", "A"), ("id-B", "B")),
    (LoopRule("id-A", "id-B", "overflow", new=True, position=AT), LoopRule("id-B", "id-A", "backup")),
    ("id-A", "id-B", "id-C"),
    in_policies=True,
    flows=(LoopFlow("id-B", "id-C", "Night 1.0", proven=False),),
)
FORMS = {
    "bare": Finding("loops.cycle", Severity.INFO, "a circle"),
    "full": Finding(
        "capacity.tight", Severity.INFO, "m", AT, "a tip", (Note("n", AT), Note("o")), "A", "id-A", Since.NEW
    ),
    "error": Finding("a.b", Severity.ERROR, "m", since=Since.NEW),
    "excused": Finding("a.b", Severity.ERROR, "m", since=Since.BEFORE, excused=True),
    "inflow": Finding(
        "a.b", Severity.ERROR, "m", since=Since.WORSE, figure=Figure(Limit.INFLOW, 147.5, 40, False, 23.8, 50)
    ),
    "kept": Finding("a.b", Severity.WARNING, "m", figure=Figure(Limit.KEPT, 70.0, 60.0, up_to=True)),
    "shares": Finding("a.b", Severity.WARNING, "m", figure=Figure(Limit.SHARES, 120, 100, before=110)),
    "loop": Finding("loops.cycle", Severity.ERROR, "m", since=Since.BEFORE, loop=LOOP),
    "solved": Finding("loops.cycle", Severity.ERROR, "m", since=Since.SOLVED, excused=True, loop=LOOP),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_finding_is_read_back(form: str) -> None:
    finding = FORMS[form]
    assert finding == finding_of(json.loads(json.dumps(finding.as_json())))


POSITIONS = st.none() | st.builds(Position, st.text(), st.integers(1), st.integers(1))
AMOUNTS = st.floats(0, 1e13)
RULES = st.lists(st.builds(LoopRule, position=POSITIONS, kind=st.text(), source=st.text(), target=st.text()))
FINDINGS = st.builds(
    Finding,
    id=st.text(),
    severity=st.sampled_from(Severity),
    message=st.text(),
    position=POSITIONS,
    tip=st.text(),
    notes=st.lists(st.builds(Note, st.text(), POSITIONS), max_size=2).map(tuple),
    queue=st.text(),
    queue_id=st.text(),
    since=st.none() | st.sampled_from(Since),
    figure=st.none()
    | st.builds(
        Figure,
        st.sampled_from(Limit),
        AMOUNTS,
        AMOUNTS,
        st.booleans(),
        st.none() | AMOUNTS,
        st.none() | AMOUNTS,
    ),
    loop=st.none()
    | st.builds(
        Loop,
        st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
        RULES.map(tuple),
        st.lists(st.text(), max_size=3).map(tuple),
        st.booleans(),
    ),
)


@given(FINDINGS)
def test_whatever_a_finding_says_is_read_back(finding: Finding) -> None:
    assert finding == finding_of(json.loads(json.dumps(finding.as_json())))


@pytest.mark.parametrize(
    "headroom",
    [Headroom(), Headroom(0.74, "B", "id-B", Limit.KEPT, 0.9), Headroom(1.5, "B", "id-B", Limit.INFLOW)],
)
def test_headroom_is_read_back(headroom: Headroom) -> None:
    assert headroom == headroom_of(json.loads(json.dumps(headroom.as_json())))


def test_a_place_is_read_back_and_none_is_none() -> None:
    assert position_of(AT.as_json()) == AT
    assert position_of(None) is None

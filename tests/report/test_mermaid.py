import re

import pytest

from syncer.report import render
from syncer.report.picture.model import Badge, Box, Link, Picture
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.sights import Graphed
from syncer.report.views import Report
from tests.report.changes import loop
from tests.report.report_samples import HOSTILE, plan


def lines(picture: Picture) -> list[str]:
    return render("mermaid", Report("graph", view=Graphed(picture, "plan"))).splitlines()


def test_a_change_is_thick_and_a_loop_marked() -> None:
    assert [
        "flowchart LR",
        '  n1["A"]',
        '  n2["B"]',
        '  n3["C"]',
        '  n4["Desk<br>keeps 135#47;100<br>in 0#47;100"]',
        '  n5["Till<br>keeps 45#47;1000<br>in 45#47;1000"]',
        '  n1 ==>|"50 %"| n2',
        '  n2 ==>|"25 %"| n3',
        '  n3 ==>|"+ 30 %"| n1',
        '  n4 ==>|"10 #8594; 25 %"| n5',
        "  classDef changed stroke-width:3px",
        "  class n3,n4 changed",
        "  classDef danger stroke:#a40e26,stroke-width:4px",
        "  class n1,n2,n3 danger",
    ] == [line.replace("#37;", "%") for line in lines(picture_of_plan(loop()))]


def test_what_goes_is_crossed_and_what_is_off_dotted() -> None:
    from syncer.model.change import Action

    boxes = (Box("a", "A", True), Box("b", "B", badge=Badge.ERROR))
    links = (
        Link("1", "a", "b", "overflow", "5 %", "", "− 5 %", action=Action.DELETE, in_force=(True, False)),
        Link("2", "a", "b", "overflow", "5 %", "5 %", "5 %", in_force=(False, False)),
        Link("3", "a", "b", "overflow", "5 %", "5 %", "5 %"),
    )
    found = lines(Picture(boxes, links))
    assert ["-.-x", "-.->", "-->"] == [line.split("|")[0].split()[1] for line in found if "|" in line]
    assert "  class n2 foreign" in found


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_letters_digits_and_entities(name: str) -> None:
    for line in lines(picture_of_plan(plan(name)))[1:]:
        if "[" in line:
            assert re.fullmatch(r'  n\d+\["[\w #;]*(<br>[\w #;]*)*"\]', line)
        elif "|" in line:
            assert re.fullmatch(r'  n\d+ [-.=>x]+\|"[\w #;%+]*"\| n\d+', line)


def test_without_a_network_there_is_nothing() -> None:
    assert "" == render("mermaid", Report("graph", 1))

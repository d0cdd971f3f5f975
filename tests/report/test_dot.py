import re

import pytest

from syncer.model.change import Action
from syncer.report import render
from syncer.report.dot import quoted
from syncer.report.picture.model import Badge, Box, Link, Picture
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.sights import Graphed
from syncer.report.views import Report
from tests.report.report_samples import HOSTILE, plan

BOXES = (
    Box("a", "A", True, changed=True),
    Box("b", "B", badge=Badge.LOOP, caused=True),
    Box("c", "C", True),
)
LINKS = (
    Link("1", "a", "b", "overflow", "", "5 %", "+ 5 %", action=Action.CREATE, in_force=(False, True)),
    Link("2", "b", "a", "overflow", "5 %", "5 %", "5 %"),
    Link("3", "a", "c", "overflow", "5 %", "", "− 5 %", action=Action.DELETE, in_force=(True, False)),
    Link("4", "b", "c", "overflow", "5 %", "5 %", "5 %", in_force=(False, False)),
)


def lines(picture: Picture) -> list[str]:
    return render("dot", Report("graph", view=Graphed(picture, "plan"))).splitlines()


def test_the_graph_in_the_language_of_graphviz() -> None:
    assert [
        "digraph overflow {",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif"];',
        '  "a" [label="A\\nload not looked at", color="#0a5fd0", penwidth=2];',
        '  "b" [label="B ↻\\nload not looked at", style="rounded,dashed", color="#a40e26", penwidth=3];',
        '  "c" [label="C\\nload not looked at"];',
        '  "a" -> "b" [label="+ 5 %", color="#7d0a3c:#ffffff:#7d0a3c", penwidth=2];',
        '  "b" -> "a" [label="5 %", color="#7d0a3c:#ffffff:#7d0a3c", penwidth=2];',
        '  "a" -> "c" [label="− 5 %", color="#a8480a", penwidth=3, style=dashed];',
        '  "b" -> "c" [label="5 %", style=dotted];',
        "}",
    ] == lines(Picture(BOXES, LINKS))


@pytest.mark.parametrize("name", [*HOSTILE.values(), 'a" -> "b', "a\\", "a\nb"])
def test_nothing_in_a_name_ends_its_string(name: str) -> None:
    assert re.fullmatch(r'"(?:[^"\\\n]|\\["\\])*"', quoted(name))
    strings = re.compile(r'"(?:[^"\\\n]|\\.)*"')
    for line in lines(picture_of_plan(plan(name))):
        assert re.fullmatch(r"[\w \[\]=,;{}>-]*", strings.sub("", line)), line


def test_without_a_network_there_is_nothing() -> None:
    assert "" == render("dot", Report("graph", 1))

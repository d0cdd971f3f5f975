from xml.etree import ElementTree

from syncer.report import render
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.picture.palette import DARK, LIGHT
from syncer.report.sights import Graphed
from syncer.report.views import Report
from tests.report.changes import loop


def test_a_network_is_a_file_of_svg_in_light_and_dark() -> None:
    text = render("svg", Report("graph", view=Graphed(picture_of_plan(loop()), "plan")))
    root = ElementTree.fromstring(text)
    assert "{http://www.w3.org/2000/svg}svg" == root.tag
    assert LIGHT["loop"] in text
    assert DARK["loop"] in text


def test_without_a_network_there_is_nothing() -> None:
    assert "" == render("svg", Report("graph", 1))

from xml.etree import ElementTree

import pytest

from syncer.errors import WrongUsage
from syncer.report import render
from syncer.report.lookups import Exported
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


def test_other_formats_show_no_network_and_a_picture_shows_nothing_else() -> None:
    network = Report("graph", view=Graphed(picture_of_plan(loop()), "plan"))
    with pytest.raises(WrongUsage, match="text can't show a report of graph") as caught:
        render("text", network)
    assert "Its formats are svg, png, mermaid, dot, json." == caught.value.hint
    with pytest.raises(WrongUsage, match="svg can't show a report of export"):
        render("svg", Report("export", view=Exported(())))


def test_without_a_network_there_is_nothing() -> None:
    assert "" == render("svg", Report("graph", 1))

from syncer.report.html.drawing import Drawing
from syncer.report.html.legend import OF_DRIFT
from syncer.report.picture.model import Picture
from syncer.report.picture.of_plan import picture_of_plan
from tests.contact_centers import contact_center
from tests.report.html.pages import Page

PLAN = contact_center(40).plan()


def test_a_drawing_is_a_section_with_what_its_script_knows() -> None:
    drawing = Drawing.of(picture_of_plan(PLAN), PLAN.findings, OF_DRIFT)
    read = Page("".join(drawing.lines()))
    assert "Network around the drift" == read.one("h2").text
    assert ["Policies", "Difference", "Live"] == [each.text.strip() for each in read.all("label")]
    assert len(drawing.whole.boxes) == len(drawing.data()["queues"])


def test_of_nothing_there_is_nothing_to_know() -> None:
    nothing = Drawing.of(Picture((), ()), ())
    assert ([], {}) == (list(nothing.lines()), nothing.data())

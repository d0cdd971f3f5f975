import re
from xml.etree import ElementTree

import pytest

from syncer.report.picture.model import Box, Picture
from syncer.report.picture.near import around_the_change
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.picture.palette import DARK, LIGHT
from syncer.report.picture.svg import SIZES, css, drawn, standalone, view_box
from tests.contact_centers import contact_center
from tests.report.report_samples import HOSTILE, plan

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture() -> Picture:
    return around_the_change(picture_of_plan(contact_center(60).plan()))


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(standalone(picture, LIGHT, DARK))


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if name in each.get("class", "").split()]


def test_every_queue_and_every_rule_is_drawn(picture: Picture) -> None:
    root = parsed(picture)
    titles = {(each.findtext(f"{SVG}title") or "").split(";")[0] for each in of_class(root, "box")}
    assert {box.name for box in picture.boxes} == titles
    assert len(picture.links) == len(of_class(root, "link"))


def test_what_changes_is_told_by_class_and_label(picture: Picture) -> None:
    root = parsed(picture)
    for action in ("create", "update", "delete"):
        assert sum(bool(link.action and link.action.value == action) for link in picture.links) == len(
            of_class(root, action)
        )
    labels = ["".join(each.itertext()) for each in of_class(root, "pill")]
    assert sorted(link.label for link in picture.links) == sorted(labels)


def test_a_loop_is_a_double_line_seen_without_color(picture: Picture) -> None:
    root = parsed(picture)
    assert len(picture.looped) == len(of_class(root, "loop")) > 2
    assert all(of_class(each, "core") for each in of_class(root, "loop"))


def test_labels_stay_clear_of_boxes(picture: Picture) -> None:
    drawing = drawn(picture, labels=True)
    root = ElementTree.fromstring(f"<svg>{drawing.body}</svg>")
    for pill in of_class(root, "pill"):
        rect = pill.find("rect")
        assert rect is not None
        x, y, width = (float(rect.get(name, "")) for name in ("x", "y", "width"))
        hit = [
            key
            for key, (left, top) in drawing.boxes.items()
            if left < x + width and x < left + 236 and top < y + 20 and y < top + 76
        ]
        assert [] == hit


def test_the_same_picture_gives_the_same_bytes(picture: Picture) -> None:
    turned = Picture(picture.boxes, picture.links[::-1], picture.interval, changes=True)
    assert standalone(picture, LIGHT, DARK) == standalone(turned, LIGHT, DARK)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_text_and_nothing_else(name: str) -> None:
    root = parsed(picture_of_plan(plan(name)))
    tame = parsed(picture_of_plan(plan("x")))
    assert {each.tag for each in tame.iter()} == {each.tag for each in root.iter()}
    assert {key for each in tame.iter() for key in each.attrib} | {"textLength", "lengthAdjust"} >= {
        key for each in root.iter() for key in each.attrib
    }


def test_styles_are_in_classes_alone(picture: Picture) -> None:
    drawing = drawn(picture, labels=True)
    assert not re.search(r"style=|fill=|stroke=|href", drawing.body)
    assert "$" not in css(LIGHT)


def test_a_file_is_light_where_it_has_no_dark_colors(picture: Picture) -> None:
    assert "prefers-color-scheme" not in standalone(picture, LIGHT)
    assert DARK["ink"] in standalone(picture, LIGHT, DARK)


def test_one_component_can_be_seen_alone(picture: Picture) -> None:
    drawing = drawn(picture, labels=False)
    area = drawing.areas[-1]
    numbers = re.findall(r"[-\d.]+", view_box(drawing, area))
    assert [area.x - 16, area.y - 16, area.width + 32, area.height + 32] == pytest.approx(
        list(map(float, numbers)), abs=0.06
    )


def test_a_file_fits_the_window_of_a_browser(picture: Picture) -> None:
    text = standalone(picture, LIGHT)
    assert "max-width: 100%; height: auto" in text
    assert 'width="' in text and 'viewBox="' in text


def test_what_a_box_is_stands_below_its_edge() -> None:
    box = Box("a", "A", managed=False)
    foot = re.search(r'class="note foot"[^>]* y="([\d.]+)"', standalone(Picture((box,), ()), LIGHT))
    assert foot and float(foot[1]) >= SIZES.height + 12


def test_what_waits_looks_other_than_what_is_disabled_or_deleted() -> None:
    found = [
        re.search(rf"\.{name} \.line[^{{]*{{[^}}]*stroke-dasharray: ([\d ]+)", css(LIGHT))
        for name in ("off", "delete", "waiting")
    ]
    assert 3 == len({each[1] for each in found if each})

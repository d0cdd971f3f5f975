import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.report.html.charts import SPACE, Level, curve, meter, of_capacity, scale_of, two_bars
from tests.report.html.pages import Element, Page

NONE = Level(None, None)


def fills(before: Level, after: Level, scale: float) -> list[Element]:
    return Page(two_bars(before, after, scale)).all("rect", "fill")


@pytest.mark.parametrize(
    ("load", "kind"), [(85.0, "ok"), (85.1, "tight"), (100.0, "tight"), (100.1, "over"), (None, "ok")]
)
def test_a_load_is_well_close_to_the_capacity_or_over_it(load: float | None, kind: str) -> None:
    assert kind == Level(load, 100).kind


def test_all_bars_have_one_scale() -> None:
    assert 4 / 3 == scale_of([NONE, Level(10, 100)])
    assert 2 == scale_of([Level(200, 100), Level(10, 100)])
    assert 3 == scale_of([Level(900, 100)])


def test_what_was_is_thin_and_what_is_thick() -> None:
    was, now = fills(Level(50, 100), Level(150, 100), 2)
    assert ("50", "5", "150", "12") == (
        *(was.attributes[name] for name in ("width", "height")),
        *(now.attributes[name] for name in ("width", "height")),
    )
    assert [["fill", "ok"], ["fill", "over"]] == [was.classes, now.classes]
    assert 1 == len(fills(NONE, Level(1, 100), 2))


def test_over_is_hatched_and_what_goes_on_has_a_tip() -> None:
    assert "hatch" not in two_bars(NONE, Level(90, 100), 2)
    assert "hatch" in two_bars(NONE, Level(190, 100), 2)
    assert "beyond" not in two_bars(NONE, Level(200, 100), 2)
    assert "beyond" in two_bars(NONE, Level(201, 100), 2)
    assert "hatch" not in two_bars(NONE, Level(1, 0.9), 200)


def test_what_is_not_known_is_no_bar() -> None:
    assert "–" == two_bars(NONE, Level(5, None), 2)
    assert "–" == two_bars(NONE, Level(5, 0), 2)
    assert ("? of ?", "2.5 of 3") == (of_capacity(NONE), of_capacity(Level(2.5, 3)))


def test_a_meter_stays_in_its_frame() -> None:
    assert "" == meter(None)
    assert ["100", "30", "0"] == [
        Page(meter(share)).one("rect", "fill").attributes["width"] for share in (1.7, 0.3, -1)
    ]


factors = st.lists(st.floats(1e-3, 1e4), min_size=1, max_size=5).map(sorted)


@given(factors)
def test_lines_and_numbers_of_a_curve_stay_in_its_frame(full_at: list[float]) -> None:
    read = Page("".join(curve(full_at, ((1.0, "today"), (full_at[0], "full")))))
    left, top, width, height = SPACE
    assert len(full_at) == len(read.all("circle"))
    for spot in read.all("circle"):
        x, y = (float(spot.attributes[name]) for name in ("cx", "cy"))
        assert left <= x <= left + width + 0.1
        assert top - 0.1 <= y <= top + height + 0.1
    for line in read.all("path", "line"):
        *_, x, y = map(float, re.findall(r"[-\d.]+", line.attributes["d"]))
        assert left <= x <= left + width + 0.1
        assert top - 0.1 <= y <= top + height + 0.1


def test_a_line_is_at_the_capacity_where_its_queue_is_full() -> None:
    read = Page("".join(curve([1.6], ())))
    _, _, x, y = map(float, re.findall(r"[-\d.]+", read.one("path", "line").attributes["d"]))
    (limit,) = re.findall(r"M[\d.]+ ([\d.]+)h", read.one("path", "limit").attributes["d"])
    left, top, width, height = SPACE
    slope = (top + height - y) / (x - left)
    at = (top + height - float(limit)) / slope
    assert math.isclose(1.6, at / width * 2, rel_tol=0.01)
    assert "2 ×" in [each.text for each in read.all("text", "middle")]


def test_words_stand_beside_their_mark() -> None:
    read = Page("".join(curve([3.0], ((0.1, "<early>"), (3.0, "late")))))
    found = {each.text: each.classes[0] for each in read.all("text", "strong")}
    assert {"<early>": "start", "late": "end", "1": "middle"} == found


def test_no_line_crosses_a_number_or_a_word() -> None:
    read = Page("".join(curve([1.1, 1.2, 1.25], ((1.0, "today"), (1.1, "full")))))
    drawn = [each.tag for each in read.elements if {"line", "mark", "spot", "strong"} & {*each.classes}]
    assert ["path"] * 5 + ["circle", "text"] * 3 + ["text"] * 2 == drawn


def test_small_factors_have_an_axis_of_their_own() -> None:
    read = Page("".join(curve([0.06], ())))
    assert "0.08 ×" in [each.text for each in read.all("text", "middle")]

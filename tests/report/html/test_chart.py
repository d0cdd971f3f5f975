"""Charts of a page."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.report.html.chart import HEIGHT, WIDTH, Step, part_bar, steps, use_bar

NAMES = st.text(max_size=60)


def filled(bar: str) -> float:
    svg = ET.fromstring(bar)
    return float(svg.findall("rect")[1].attrib["width"])


@pytest.mark.parametrize(
    ("share", "level", "width"), [(0.0, "ok", 0), (0.4, "ok", 30), (0.9, "tight", 67.5), (9.0, "over", 100)]
)
def test_a_bar_shows_the_capacity_within_it(share: float, level: str, width: float) -> None:
    bar = use_bar(share)
    assert f'class="fill {level}"' in bar
    assert width == filled(bar)
    assert 'd="M75 4v10"' in bar


def test_a_mark_says_what_was_before_where_it_differs() -> None:
    assert 'class="mark"' in use_bar(0.5, 0.7)
    assert 'class="mark"' in part_bar(0.5, 1.0)
    for bar in (use_bar(0.5), use_bar(0.5, 0.5), use_bar(5.0, 9.0), part_bar(0.5), part_bar(0.5, 0.501)):
        assert 'class="mark"' not in bar
    assert "limit" not in part_bar(0.5)
    assert 50 == filled(part_bar(0.5))


def test_without_steps_there_is_no_chart() -> None:
    assert [] == list(steps([], 1.0))


def test_the_first_queues_are_named() -> None:
    names = [f"<Queue {number}>" for number in range(8)]
    chart = "\n".join(steps([Step(1 + place / 10, name) for place, name in enumerate(names)], 1.2))
    assert "&lt;Queue 5&gt;" in chart
    assert "Queue 6" not in chart
    assert 'aria-label="8 of 8 queues are full by 2 times the load"' in chart
    assert 6 == chart.count("<circle")


def test_far_away_steps_are_counted_and_not_drawn() -> None:
    chart = "\n".join(steps([Step(1.2, "A"), Step(90.0, "B")], 1.0))
    assert "1 of 2 queues are full by 5 times the load" in chart or "1 of 2 queues" in chart
    assert ">B<" not in chart


@given(st.lists(st.tuples(st.floats(0.001, 1e6), NAMES), min_size=1, max_size=30), st.floats(0.01, 1e4))
def test_everything_is_within_the_chart(found: list[tuple[float, str]], now: float) -> None:
    chart = "\n".join(steps([Step(*each) for each in sorted(found)], now))
    places = [
        (float(each.attrib.get("x") or each.attrib["cx"]), float(each.attrib.get("y") or each.attrib["cy"]))
        for each in ET.fromstring(chart).iter()
        if "cx" in each.attrib or "x" in each.attrib
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)

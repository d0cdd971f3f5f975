from xml.etree import ElementTree

import pytest

from syncer.model.change import Action
from syncer.report.picture.links import BECAME, coordinate
from syncer.report.picture.model import BECAME_SIGNS, Became, Box, Link, Picture
from syncer.report.picture.palette import LIGHT
from syncer.report.picture.svg import standalone


def link_of(became: Became) -> ElementTree.Element:
    link = Link("ab", "a", "b", "overflow", "5 %", "9 %", "5 → 9 %", "", Action.UPDATE).tried(became)
    picture = Picture((Box("a", "A"), Box("b", "B")), (link,), changes=True)
    root = ElementTree.fromstring(standalone(picture, LIGHT))
    (found,) = [each for each in root.iter() if "link" in each.get("class", "").split()]
    return found


@pytest.mark.parametrize("became", Became)
def test_what_became_of_a_change_is_told_by_sign_class_and_words(became: Became) -> None:
    link = link_of(became)
    assert became.value in link.get("class", "").split()
    title, *_, label = ["".join(each.itertext()) for each in link]
    assert f"5 % becomes 9 %; {BECAME[became]}" in title
    assert f"{BECAME_SIGNS[became]} 5 → 9 %" == label


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "1"), (1.25, "1.2"), (-0.01, "0"), (-3.0, "-3"), (0.0, "0")]
)
def test_a_length_has_one_decimal_at_most(value: float, shown: str) -> None:
    assert shown == coordinate(value)


def test_what_lay_in_a_loop_before_is_told_by_its_class() -> None:
    there = Link("ab", "a", "b", "overflow", "5 %", "5 %")
    gone = Link("ba", "b", "a", "overflow", "5 %", "", action=Action.DELETE, in_force=(True, False))
    root = ElementTree.fromstring(standalone(Picture((Box("a", "A"), Box("b", "B")), (there, gone)), LIGHT))
    looped = [each for each in root.iter() if "looped" in each.get("class", "").split()]
    assert 2 == len(looped)
    assert not any("loop" in each.get("class", "").split() for each in looped)

"""What can't be seen, and names that look alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.characters import INVISIBLE, difference, escaped, hidden_in, one_slip, skeleton


@pytest.mark.parametrize(
    ("wanted", "there", "apart"),
    [
        ("Cafe\u0301 Desk", "Caf\u00e9 Desk", "U+00E9 there, e U+0301 here"),
        ("B", "B\u200b", "U+200B there, nothing here"),
        ("Desk ", "Desk", "nothing there, U+0020 here"),
        ("A\u00a0B", "A B", "U+0020 there, U+00A0 here"),
        ("\u0410", "A", "A there, U+0410 here"),
        ("Ｄesk", "Desk", "D there, U+FF24 here"),
        ("x" + "\u200b" * 9, "x", f"nothing there, {' '.join(['U+200B'] * 8)} … here"),
        ("Tier\u20102", "Tier-2", "- there, U+2010 here"),
        ("Tier\u20112", "Tier-2", "- there, U+2011 here"),
        ("Tier\u20132", "Tier\u20122", "U+2012 there, U+2013 here"),
        ("Joe\u2019s", "Joe's", "' there, U+2019 here"),
        ("\u201cA\u201d", '"A"', '" A " there, U+201C A U+201D here'),
        ("A\u2800B", "A B", "U+0020 there, U+2800 here"),
        ("desk", "Desk", ""),
        ("Desk", "Disk", ""),
        ("Desk", "Desk", ""),
    ],
)
def test_in_what_two_names_differ(wanted: str, there: str, apart: str) -> None:
    assert apart == difference(wanted, there)


@given(st.text(max_size=8))
def test_names_look_alike_however_they_are_composed(name: str) -> None:
    forms = {skeleton(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert {skeleton(name)} == forms
    assert skeleton(name) == skeleton(f" {name}\u200b ")


@given(st.characters(categories=["Cf"]))
def test_each_format_character_is_invisible_unless_it_is_a_sign(character: str) -> None:
    signs = "ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"
    name = unicodedata.name(character, "")
    assert (name.startswith(signs) and "LETTER MARK" not in name) != bool(INVISIBLE.match(character))


@pytest.mark.parametrize(
    "blank", ["\u2800", "\U00016fe4", "\U0001d159", "\u3164", "\uffa0", "\u115f", "\u180e"]
)
def test_what_is_drawn_as_nothing_is_hidden(blank: str) -> None:
    assert [1] == list(hidden_in(f"a{blank}b"))


def test_what_is_hidden_is_spelled_out() -> None:
    assert r"a\u200bb\xad\ufe0f\U000e0041" == escaped("a\u200bb\xad\ufe0f\U000e0041")
    assert [1, 3] == list(hidden_in("a\u200bb\u200d"))


@pytest.mark.parametrize(
    ("first", "second", "slip"),
    [
        ("Suport Specialists", "Support Specialists", True),
        ("Support Specialist", "Support Specialists", True),
        ("Supervisosr", "Supervisors", True),
        ("Supervizors", "Supervisors", True),
        ("supervisors", "Supervisors", True),
        ("Team A", "Team B", False),
        ("Agents 1", "Agents 2", False),
        ("Agents 1", "Agents", False),
        ("Night Desk", "Night Dusk", False),
        ("Sales EU", "Sales US", False),
        ("Suport Specialist", "Support Specialists", False),
    ],
)
def test_one_slip_in_a_longer_word(first: str, second: str, slip: bool) -> None:
    assert slip == one_slip(first, second) == one_slip(second, first)


@given(st.text(max_size=6), st.text(max_size=6))
def test_a_slip_is_one_in_both_directions(first: str, second: str) -> None:
    assert one_slip(first, second) == one_slip(second, first)

"""JSON: one form to digest, one to read, and what is none."""

import json
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.json_reader import parsed
from syncer.model.json_values import (
    MOST_INDENTED,
    canonical,
    clean,
    compact,
    digest,
    finite,
    one_line,
    readable,
    readable_pieces,
    shown,
    whole,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_the_order_of_keys_does_not_matter_and_nothing_is_lost(value: dict[str, Any]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))
    assert value == json.loads(canonical(value))


def test_the_shape() -> None:
    assert canonical({"b": [1, 2.5, None], "a": "ü\ud800"}) == b'{"a":"\\u00fc\\ud800","b":[1,2.5,null]}'


def test_a_digest_is_of_the_canonical_form() -> None:
    expected = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert expected == digest({})


DIGESTED = st.dictionaries(
    st.text(max_size=3), JSON | st.lists(JSON | st.just(10**5000), max_size=3), max_size=3
)


@given(DIGESTED)
def test_a_digest_is_made_bit_by_bit_of_the_same(value: dict[str, Any]) -> None:
    assert f"sha256:{sha256(canonical(value)).hexdigest()}" == digest(value)


def test_huge_numbers_and_equal_tuples() -> None:
    huge = 10**5000
    assert canonical({"n": [huge, -huge, 7]}) == b'{"n":["1%s","-1%s",7]}' % (b"0" * 5000, b"0" * 5000)
    assert canonical((huge, 1)) == canonical([huge, 1])


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)


@given(JSON)
def test_readable_json_can_be_read_back_and_steers_nothing(value: Any) -> None:
    text = readable(value)
    assert value == parsed(text.encode())
    assert text.replace("\n", "").isprintable()


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=3)
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | PRINTABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PRINTABLE, inner, max_size=3),
    max_leaves=25,
)


@given(NESTED)
def test_readable_json_is_indented_by_two(value: Any) -> None:
    assert f"{json.dumps(value, indent=2)}\n" == readable(value)


def test_of_an_iterator_one_element_is_made_at_a_time() -> None:
    made: list[int] = []

    def elements() -> Iterator[dict[str, int]]:
        for number in range(3):
            made.append(number)
            yield {"n": number}

    pieces = readable_pieces({"list": elements(), "none": iter(())})
    text = ""
    while '"n": 0' not in text:
        text += next(pieces)
    assert [0] == made
    text += "".join(pieces)
    assert readable({"list": [{"n": 0}, {"n": 1}, {"n": 2}], "none": []}) == text


def test_of_a_long_list_later_elements_have_a_line_each() -> None:
    many = [{"n": number} for number in range(MOST_INDENTED + 2)]
    (first, text), whole = ([readable({"list": each}) for each in (iter(many), many)], {"list": many})
    assert first == text
    assert whole == json.loads(text)
    assert text.endswith(',\n    {"n": 1000},\n    {"n": 1001}\n  ]\n}\n')
    assert '    {\n      "n": 999\n    },\n' in text


def test_keys_that_are_no_text_are_written_as_one() -> None:
    assert '{\n  "1": [\n    2\n  ]\n}\n' == readable({1: [2]})


def test_readable_json_shows_letters_and_escapes_the_rest() -> None:
    text = readable({"é": "日本\x1b\u202e\x9b\ud800\U000e0041"})
    assert text == '{\n  "é": "日本\\u001b\\u202e\\u009b\\ud800\\udb40\\udc41"\n}\n'


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_compact_json_can_be_read_back_and_steers_nothing(value: dict[str, Any]) -> None:
    text = compact(value)
    assert value == parsed(text.encode())
    assert text.replace("\n", "").isprintable()


def test_compact_json_has_a_line_a_member_and_a_line_an_element() -> None:
    text = compact({"é": "日本\x1b", "list": [{"a": [1, 2]}, "\u202e"], "none": []})
    assert text == '{\n"é": "日本\\u001b",\n"list": [\n{"a": [1, 2]},\n"\\u202e"\n],\n"none": []\n}\n'


EXACT = b'{"n":[0.12345678901234567890,1E-400,-1.23456789012345678E+30],"s":"x"}'


def test_decimals_are_written_with_all_their_digits() -> None:
    value = parsed(EXACT)
    assert EXACT == canonical(value)
    assert value == parsed(one_line(value).encode()) == parsed(readable(value).encode())
    assert value == parsed(compact(value).encode())
    assert digest(value) == digest(parsed(canonical(value)))


@pytest.mark.parametrize("value", [object(), Decimal("NaN"), {1, 2}, b"x"])
def test_nothing_else_is_written(value: object) -> None:
    with pytest.raises(TypeError, match="is not JSON"):
        canonical([value])


def test_a_line_has_no_line_end_in_it() -> None:
    assert '{"b": "\\n\\r\\u2028", "a": 1}' == one_line({"b": "\n\r\u2028", "a": 1})


def test_a_decimal_is_a_number_of_live() -> None:
    value = Decimal("12.345678901234567890")
    assert (12.345678901234567, None, "12.345678901234567890") == (finite(value), whole(value), shown(value))


STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Controls, direction marks, halves of characters, and separators of lines."""


@given(st.text(), st.integers(1, 50))
def test_always_one_short_printable_line(text: str, longest: int) -> None:
    line = clean(text, longest=longest)
    assert len(line) <= longest
    assert [] == [character for character in line if unicodedata.category(character) in STEERING]
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u202e" not in line


def test_secrets_are_blotted_out() -> None:
    assert clean("no \x1b[31m s3cret\n here", secrets=("s3cret", "")) == "no [31m *** here"
    assert clean("abcdef", longest=4) == "abc…"

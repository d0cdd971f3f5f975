"""The one reader of JSON: one value out of the same bytes, or an error with its place."""

import ast
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import syncer
from syncer.model.json_reader import DEEPEST, JsonError, holds_more_than_one, parsed
from syncer.model.json_values import canonical
from tests.model.test_json_values import JSON


@given(JSON)
def test_what_json_says_is_read(value: Any) -> None:
    assert value == parsed(json.dumps(value).encode()) == parsed(json.dumps(value, indent=1).encode())


@pytest.mark.parametrize("data", [b"NaN", b"[-Infinity]", b"1e999", b"9" * 5000, b"", b"{", b"\xff"])
def test_what_canonical_json_can_not_hold_is_not_parsed(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(data)


def test_numbers_are_parsed_as_they_are() -> None:
    assert [1, 1.5, -0.25] == parsed(b"[1, 1.5, -25e-2]")


TWICE = " appears twice in one object"
DIGITS = "has more digits than are kept"
DEEP = "it is nested more than 64 levels deep"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'{"run": "evil", "run": "20260301T083000Z-abcdef"}', f"line 1, column 17: the key 'run'{TWICE}"),
        (b'{"a": 1,\n "b": [{"x": 1, "\\u0078": 2}]}', f"line 2, column 17: the key 'x'{TWICE}"),
        (b'{"\xc3\xa9": 1, "e": {"e": 1}, "\xc3\xa9": 1}', f"line 1, column 25: the key '\\xe9'{TWICE}"),
        (b'{"a": "\\"}{", "a": 1}', f"line 1, column 15: the key 'a'{TWICE}"),
        (b'{"%s": 1, "%s": 1}' % (b"k" * 99, b"k" * 99), f"line 1, column 108: the key '{'k' * 38}…{TWICE}"),
        (b"[1,\nNaN]", "line 2, column 1: NaN is not a JSON number"),
        (b"[-Infinity]", "line 1, column 2: -Infinity is not a JSON number"),
        (b"[1, 1e999]", f"line 1, column 5: the number 1e999 {DIGITS}"),
        (b"1e-99999999999999999999", f"line 1, column 1: the number 1e-99999999999999999999 {DIGITS}"),
        (b"9" * 5000, f"line 1, column 1: the number {'9' * 39}… {DIGITS}"),
        (b'{"a": 1} {"a": 2}', "line 1, column 10: extra data"),
        (b'"\xed\xa0\x80"', "line 1, column 2: this is not UTF-8"),
        (b'\n"\xc3\xa9\xff"', "line 2, column 3: this is not UTF-8"),
        ("{}".encode("utf-16"), "line 1, column 1: this is not UTF-8"),
        (b"\xef\xbb\xbf{}", "line 1, column 1: unexpected UTF-8 BOM (decode using utf-8-sig)"),
        (b'["a\nb"]', "line 1, column 4: invalid control character at"),
        (b'["a\rb"]', "line 1, column 4: invalid control character at"),
        (b'{"a": 1]', "line 1, column 8: expecting ',' delimiter"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), f"line 1, column 65: {DEEP}"),
        (b"[" * 100_000, f"line 1, column 65: {DEEP}"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, f"line 1, column 321: {DEEP}"),
    ],
    ids=range(21),
)
def test_what_does_not_say_one_thing_is_refused_with_its_place(data: bytes, error: str) -> None:
    with pytest.raises(JsonError) as caught:
        parsed(data)
    assert error == str(caught.value)


@pytest.mark.parametrize(
    "text", ["[", "{", "]", "}", '["', '"[' * 3, "[]" * 99, "][" * 99, "]" * 99 + "[" * 99, "\\"]
)
def test_brackets_that_are_no_pairs_are_no_json(text: str) -> None:
    with pytest.raises(JsonError):
        parsed(text.encode())


@given(st.binary() | st.text(alphabet='[]{}",:\\ 1eN\n').map(str.encode))
def test_any_bytes_are_json_or_an_error_with_its_place(data: bytes) -> None:
    try:
        value = parsed(data)
    except JsonError as error:
        assert (error.line, error.column) >= (1, 1)
    else:
        assert value == parsed(canonical(value))


def test_as_deep_as_is_allowed_brackets_in_texts_not_counted() -> None:
    deep = b'["[[[[",' * (DEEPEST - 1) + b'["\\"{{{"]' + b"]" * (DEEPEST - 1)
    value = parsed(deep)
    for _ in range(DEEPEST - 1):
        value = value[1]
    assert ['"{{{'] == value


def test_many_that_lie_side_by_side_are_not_deep() -> None:
    assert 10_000 == len(parsed(b"[" + b",".join([b'{"a":[]}'] * 10_000) + b"]"))


def test_a_decimal_that_a_float_would_round_is_kept_exactly() -> None:
    found = parsed(b"[0.1, 0.10, 0.10000000000000000555, 1e-400, 9007199254740993, 9007199254740993.0]")
    assert [0.1, 0.1, Decimal("0.10000000000000000555"), Decimal("1E-400")] == found[:4]
    assert [9007199254740993, Decimal("9007199254740993.0")] == found[4:]
    assert [float, float, Decimal, Decimal, int, Decimal] == [type(each) for each in found]


def test_where_such_numbers_have_no_place_they_are_refused() -> None:
    assert [0.1, 0.1] == parsed(b"[0.1, 0.10]", decimals=False)
    with pytest.raises(JsonError, match=r"column 2: the number 0\.10+555 has more digits than"):
        parsed(b"[0.10000000000000000555]", decimals=False)


def test_half_a_character_is_kept_where_it_is_escaped() -> None:
    assert ["\ud800"] == parsed(b'["\\ud800"]')


@pytest.mark.parametrize(
    ("data", "more"),
    [
        (b'{"a": 1', False),
        (b'{"a": 1}', False),
        (b"", False),
        (b'{"a": 1} ', True),
        (b'{"a": 1}{"a"', True),
        (b"[" * 1000, True),
        (b"\xff", False),
    ],
)
def test_what_follows_a_whole_value(data: bytes, more: bool) -> None:
    assert more == holds_more_than_one(data)


OTHER_READERS = {
    "model/json_reader.py": "this is the one",
    "emulator/documents.py": "the other side of the wire, which reads as a server does",
    "emulator/audit_events.py": "what it stored itself",
    "emulator/rows.py": "what it stored itself",
    "emulator/store.py": "what it stored itself",
    "policy/parsed_files.py": "what it wrote itself, by its digest, and speed is all it is for",
    "starter/requirements.py": "below the model, and what pip noted of this very installation",
}


@pytest.mark.slow
def test_nobody_else_reads_json() -> None:
    root = Path(syncer.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (
            isinstance(node, ast.Attribute)
            and (node.attr in ("load", "loads", "raw_decode", "JSONDecoder") and _is_json(node.value))
        )
        or (isinstance(node, ast.ImportFrom) and node.module == "json")
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "json")
    }
    assert set(OTHER_READERS) == found


def _is_json(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "json"

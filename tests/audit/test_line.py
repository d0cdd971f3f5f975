import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.line import FORMAT_V1, hash_of_line, linked
from syncer.audit.tail import START
from syncer.model.json_values import digest

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.integers(1, 10**9))
def test_the_hash_is_that_of_the_bytes_before_the_last_member(entry: dict[str, Any], number: int) -> None:
    whole, line = linked(entry, number, START)
    body, _, rest = line.rpartition(b', "hash": "')
    assert f"sha256:{hashlib.sha256(body).hexdigest()}".encode() + b'"}\n' == rest
    assert whole["hash"] == hash_of_line(line, whole)
    assert json.loads(line) == whole
    assert ["n", "previous", "hash"] == list(json.loads(line))[-3:]


def test_links_that_an_entry_brings_along_do_not_count() -> None:
    whole, line = linked({"hash": "x", "n": 7, "previous": "y", "a": 1}, 1, START)
    assert (1, START, whole["hash"]) == (whole["n"], whole["previous"], hash_of_line(line, whole))
    assert 1 == line.count(b'"hash"')


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line.replace(b"1", b"2", 1),
        lambda line: line.replace(b'"n": 3', b'"n":3'),
        lambda line: line.replace(b"}\n", b" }\n"),
        lambda line: line.replace(b"}\n", b', "more": 1}\n'),
        lambda line: line[:-1],
    ],
    ids=["another value", "another form", "a space", "something behind it", "no end"],
)
def test_other_bytes_have_another_hash_or_none(damage: Any) -> None:
    whole, line = linked({"a": 1}, 3, START)
    assert whole["hash"] != hash_of_line(damage(line), whole)


def test_a_line_of_the_first_version_is_hashed_as_canonical_json() -> None:
    entry = {"format": FORMAT_V1, "b": 1.5, "a": "ü", "n": 1, "previous": START}
    assert digest(entry) == hash_of_line(b"whatever", {**entry, "hash": "x"})

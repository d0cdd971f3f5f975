import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.canonical import canonical, digest

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


def test_huge_numbers_and_equal_tuples() -> None:
    huge = 10**5000
    assert canonical({"n": [huge, -huge, 7]}) == b'{"n":["1%s","-1%s",7]}' % (b"0" * 5000, b"0" * 5000)
    assert canonical((huge, 1)) == canonical([huge, 1])


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)

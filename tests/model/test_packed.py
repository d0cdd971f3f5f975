"""JSON objects that are kept as bytes say the same as those that they were made of."""

import copy
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.model.packed import Packed
from tests.properties import examples

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.just("\ud800"),
    st.decimals(1, 9, places=30).filter(lambda number: Decimal(repr(float(number))) != number),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)


@examples(200)
@given(st.dictionaries(st.text(), VALUES))
def test_an_object_says_the_same(value: dict[str, Any]) -> None:
    packed = Packed(value)
    assert value == packed
    assert list(value) == list(packed)
    assert value == dict(packed)
    assert packed == Packed(packed) == copy.deepcopy(packed)


def test_what_is_missing_is_missing() -> None:
    packed = Packed({"a": [1, Decimal("0.1000000000000000055511151231257827")]})
    assert (1, None, "b" in packed) == (len(packed), packed.get("b"), False)
    assert repr(dict(packed)) == repr(packed)


def test_nothing_but_the_bytes_is_kept() -> None:
    assert ("_data",) == Packed.__slots__
    assert not hasattr(Packed({"a": 1}), "__dict__")

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.settings import Retries
from syncer.net.timing import backoff, retry_after

NOW = 1_700_000_000.0


@given(st.integers(1, 5000), st.floats(0, 1, exclude_max=True))
def test_backoff_stays_within_its_bounds(attempt: int, chance: float) -> None:
    assert 0 <= backoff(Retries(), attempt, lambda: chance) <= 30


def test_backoff_doubles() -> None:
    assert [backoff(Retries(), attempt, lambda: 1.0) for attempt in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 30.0]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "42"}, 42.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "9" * 5000}, 999_999_999_999.0),
        ({"Retry-After": formatdate(NOW + 17, usegmt=True)}, 17.0),
        ({"Retry-After": formatdate(NOW - 17, usegmt=True)}, 0.0),
        (
            {"Retry-After": formatdate(5017, usegmt=True), "Date": formatdate(5000, usegmt=True)},
            17.0,
        ),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    assert expected == retry_after(headers, lambda: NOW)

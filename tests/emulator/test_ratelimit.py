"""Windows of a minute for each token."""

import pytest

from syncer.emulator.ratelimit import RateLimit, Usage, check
from syncer.emulator.wire import AnswerError


def test_a_window_ends_after_a_minute_for_each_token() -> None:
    now = [100.0]
    limit = RateLimit(2, clock=lambda: now[0])
    assert Usage(1, 2, 60) == limit.take("a")
    now[0] = 130.5
    assert [Usage(2, 2, 30), Usage(1, 2, 60)] == [limit.take("a"), limit.take("b")]
    now[0] = 160.0
    assert [Usage(1, 2, 60), Usage(2, 2, 31)] == [limit.take("a"), limit.take("b")]


def test_a_window_that_is_over_is_forgotten() -> None:
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    for number in range(10):
        limit.take(str(number))
        now[0] += 60
    assert 1 == len(limit._windows)


def test_one_call_too_many_is_refused() -> None:
    check(Usage(2, 2, 7))
    with pytest.raises(AnswerError, match=r"\[7\] seconds") as refused:
        check(Usage(3, 2, 7))
    assert (("Retry-After", "7"),) == refused.value.headers

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.tokens import RateLimit
from syncer.live.pace import TokenBucket
from syncer.model.settings import Pace
from syncer.net.timing import Timing
from tests.scripted_server import FakeTime


def bucket(time: FakeTime, rate: float = 5.0, burst: int = 5) -> TokenBucket:
    return TokenBucket(Pace(rate, burst), time.timing)


def moments(pace: TokenBucket, time: FakeTime, count: int) -> list[float]:
    start, found = time.now, []
    for _ in range(count):
        pace.acquire()
        found.append(round(time.now - start, 6))
    return found


def test_a_burst_then_the_rate() -> None:
    time = FakeTime()
    assert moments(bucket(time), time, 8) == [0, 0, 0, 0, 0, 0.2, 0.4, 0.6]


def test_idle_time_fills_the_bucket_but_no_further() -> None:
    time = FakeTime()
    pace = bucket(time, burst=2)
    moments(pace, time, 4)
    time.now += 100
    assert moments(pace, time, 4) == [0, 0, 0.2, 0.4]


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.integers(1, 8), st.floats(0.5, 50))
def test_never_more_than_burst_and_rate_allow(gaps: list[float], burst: int, rate: float) -> None:
    time = FakeTime()
    pace = bucket(time, rate, burst)
    sent = []
    for gap in gaps:
        time.now += gap
        pace.acquire()
        sent.append(time.now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) * rate + 1e-3


def test_a_pause_holds_everybody_and_ends_without_a_burst() -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.pause(10)
    pace.pause(4)
    assert moments(pace, time, 3) == [10, 10.2, 10.4]


def test_overlapping_pauses_last_until_the_later_end() -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.pause(10)
    time.now += 5
    pace.pause(10)
    assert moments(pace, time, 2) == [10, 10.2]


def test_who_already_waits_waits_the_pause_out() -> None:
    time = FakeTime()
    pace = bucket(time, rate=1, burst=1)
    pace.acquire()
    asleep, wake = threading.Event(), threading.Event()
    passed: list[float] = []

    def sleep(seconds: float) -> None:
        asleep.set()
        wake.wait(300)
        time.sleep(seconds)

    timing = time.timing
    slow = TokenBucket(Pace(1, 1), type(timing)(timing.clock, timing.wall, sleep, timing.random))
    slow.acquire()

    def work() -> None:
        slow.acquire()
        passed.append(time.now)

    worker = threading.Thread(target=work)
    worker.start()
    assert asleep.wait(300)
    slow.pause(30)
    wake.set()
    worker.join()
    assert passed == [1030.0]


def test_many_threads_share_one_bucket() -> None:
    time = FakeTime()
    pace = bucket(time)
    threads = [threading.Thread(target=moments, args=(pace, time, 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.now - 1000.0 >= 35 * 0.2 - 1e-6


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ((240, 300, 60), [0, 0, 0]),  # a fifth is left: not little
        ((270, 300, 60), [0, 2, 4]),  # 30 left in 60 seconds
        ((299, 300, 0.1), [0, 0, 0]),  # the usual pace is slower than that, so its burst is safe
        ((300, 300, 20), [20, 20.2, 20.4]),
        ((310, 300, 20), [20, 20.2, 20.4]),
        ((-1, 300, 20), [0, 0, 0]),
        ((300, -1, 20), [0, 0, 0]),
        ((300, 300, -1), [0, 0, 0]),
        ((300, 300, 100_000), [0, 0, 0]),
    ],
)
def test_slows_down_before_the_wall(observed: tuple[int, int, float], expected: list[float]) -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.observe(*observed)
    assert expected == moments(pace, time, 3)


def test_the_usual_pace_comes_back_after_the_reset() -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.observe(298, 300, 10)
    assert moments(pace, time, 2) == [0, 5]
    time.now += 5
    assert moments(pace, time, 3) == [0, 0, 0]


def test_news_of_plenty_ends_the_slowness() -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.observe(298, 300, 10)
    pace.observe(1, 300, 60)
    assert moments(pace, time, 3) == [0, 0, 0]


def test_several_at_once_take_the_places_of_as_many() -> None:
    time = FakeTime()
    pace = bucket(time, rate=1, burst=2)
    start, found = time.now, []
    for requests in (1, 3, 1):
        pace.acquire(requests)
        found.append(time.now - start)
    assert [0, 2, 3] == found


def test_a_pause_is_known() -> None:
    time = FakeTime()
    pace = bucket(time)
    seen = [pace.paused]
    pace.pause(2)
    for later in (0, 1.9, 0.1):
        time.now += later
        seen.append(pace.paused)
    assert [False, True, True, False] == seen


class SharedTime:
    """A clock for threads: it goes on to the next who wakes when all sleep."""

    def __init__(self, threads: int) -> None:
        self.now, self._threads = 0.0, threads
        self._asleep: list[float] = []
        self._changed = threading.Condition()

    def sleep(self, seconds: float) -> None:
        with self._changed:
            wakes = self.now + seconds
            self._asleep.append(wakes)
            self._go_on()
            while self.now < wakes:
                assert self._changed.wait(300)
            self._asleep.remove(wakes)

    def end(self) -> None:
        """A thread has nothing more to do."""
        with self._changed:
            self._threads -= 1
            self._go_on()

    def _go_on(self) -> None:
        if self._asleep and len(self._asleep) == self._threads and min(self._asleep) > self.now:
            self.now = min(self._asleep)
            self._changed.notify_all()


@pytest.mark.parametrize("calls", [10, 40, 100])
def test_threads_that_begin_near_the_limit_wait_for_the_new_window_and_no_longer(calls: int) -> None:
    """295 of 300 are used, and a new window begins after 60 seconds: then the usual pace is back for all."""
    workers = 8
    time = SharedTime(workers)
    server, guard = RateLimit(300, clock=lambda: time.now), threading.Lock()
    timing = Timing(clock=lambda: time.now, sleep=time.sleep, random=lambda: 1.0)
    pace = TokenBucket(Pace(5.0, 5), timing)
    for _ in range(295):
        server.take("token")
    todo, counts = list(range(calls)), list[int]()

    def work() -> None:
        while True:
            with guard:
                if not todo:
                    break
                todo.pop()
            pace.acquire()
            with guard:
                usage = server.take("token")
            counts.append(usage.count)
            time.sleep(0.1)
            pace.observe(usage.count, usage.allowed, usage.reset)
        time.end()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 300 >= max(counts)
    assert time.now < 60 + calls / 5 + 1


def test_who_waits_for_a_limit_that_is_gone_waits_no_longer() -> None:
    """Turns were given at a slow pace; the window ends, or the server reports that there is plenty."""
    time = FakeTime()
    pace = bucket(time)
    pace.acquire()
    pace.observe(299, 300, 60)
    assert [60, 60.2, 60.4, 60.6] == moments(pace, time, 4)
    pace.observe(3, 300, 59.9)
    assert [0.2, 0.4] == moments(pace, time, 2)


def test_an_answer_that_others_overtook_is_no_news_of_plenty() -> None:
    time = FakeTime()
    pace = bucket(time)
    pace.acquire()
    pace.observe(298, 300, 10)
    pace.observe(200, 300, 10)
    assert [5, 10] == moments(pace, time, 2)

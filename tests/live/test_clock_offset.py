"""How far our clock is from the server's, as the Date of its answers tells."""

import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.live.client import connect
from syncer.live.clock_offset import ClockOffset, clock_warning
from tests.live.clients import CLIENT, SETTINGS
from tests.scripted_server import Handler, Seen, Step, raw, serving, token_answer

NOON = 1_772_366_400.0


def date(moment: float) -> dict[str, str]:
    return {"Date": formatdate(moment, usegmt=True)}


def off(seconds: float, more: str = "") -> Step:
    """An answer of a server whose clock is that far from this machine's."""

    def step(handler: Handler) -> None:
        head = f"HTTP/1.1 200 OK\r\nDate: {date(time.time() + seconds)['Date']}\r\n{more}"
        handler.wfile.write(f'{head}Content-Length: 11\r\n\r\n{{"id": "q"}}'.encode())

    return step


def asked(step: Step, times: int = 1) -> int | None:
    """What the client makes of that many answers."""

    def script(seen: Seen) -> Step:
        return token_answer() if seen.method == "POST" else step

    with serving(script) as server, connect(server.endpoints, CLIENT, write=False, settings=SETTINGS) as made:
        assert None is made.clock_offset(), "the server of tokens may have a clock of its own"
        for _ in range(times):
            made.get_queue("q")
        assert times == made.calls()["GET /api/v2/routing/queues/{id}"], "it takes no call of its own"
        return made.clock_offset()


@pytest.mark.parametrize("seconds", [0, -90, 3600])
def test_a_server_whose_clock_is_off(seconds: int) -> None:
    begun = time.monotonic()
    found = asked(off(seconds), times=3)
    took = (time.monotonic() - begun) * 1000
    assert found is not None
    assert abs(found + seconds * 1000) <= 500 + took / 2


SILENT = raw(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "q"}')
ODD = raw(b'HTTP/1.1 200 OK\r\nDate: soon\r\nContent-Length: 11\r\n\r\n{"id": "q"}')


@pytest.mark.parametrize("step", [SILENT, ODD, off(-90, more="Age: 7\r\n")], ids=["no", "odd", "old"])
def test_an_answer_that_does_not_tell_the_time(step: Step) -> None:
    assert None is asked(step)


@given(
    st.floats(-1e5, 1e5),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 3), st.floats(0, 3)), min_size=1, max_size=20),
)
def test_it_is_right_within_a_second_and_the_fastest_answer(
    offset: float, answers: list[tuple[float, float, float]]
) -> None:
    clock = ClockOffset()
    for at, there, back in answers:
        clock.note(date(NOON + at + there - offset), NOON + at, NOON + at + there + back)
    found = clock.milliseconds()
    assert found is not None
    fastest = min(there + back for _, there, back in answers)
    assert abs(found / 1000 - offset) <= (1 + fastest) / 2 + 0.001


def test_many_answers_tell_more_than_a_second() -> None:
    clock = ClockOffset()
    for tenth in range(20):
        sent = NOON + tenth / 10
        clock.note(date(sent - 7.25), sent, sent)
    assert abs(clock.milliseconds() or 0) - 7250 in range(-51, 51)


def test_after_a_clock_was_set_the_later_answer_counts() -> None:
    clock = ClockOffset()
    clock.note(date(NOON), NOON, NOON)
    assert -500 == clock.milliseconds()
    clock.note(date(NOON), NOON + 60, NOON + 60)
    assert 59_500 == clock.milliseconds()
    clock.note(date(NOON), NOON + 60, NOON)
    assert 59_500 == clock.milliseconds(), "our clock was set back during it"


def test_no_answer_no_offset() -> None:
    assert None is ClockOffset().milliseconds()


@pytest.mark.parametrize("offset", [None, 0, 5000, -5000])
def test_a_clock_that_is_near_enough(offset: float | None) -> None:
    assert "" == clock_warning(offset)


@pytest.mark.parametrize(("offset", "words"), [(5001, "5 s ahead of"), (-7_261_000, "7,261 s behind")])
def test_a_clock_that_is_not(offset: float, words: str) -> None:
    found = clock_warning(offset)
    assert found.startswith(f"the clock of this machine is {words} the server's, and the times in the audit")
    assert "set it by NTP" in found

import pytest

from tests.interleavings.scheduler import GOOD, Bounds, Gate, Work, schedules


def two_each(gate: Gate) -> dict[str, Work]:
    def calls(actor: str) -> Work:
        def work() -> None:
            for number in (1, 2):
                gate.pass_(actor, str(number), (GOOD, "lost"))

        return work

    return {actor: calls(actor) for actor in "ab"}


@pytest.mark.parametrize(("preemptions", "expected"), [(0, 2), (1, 4), (2, 6), (9, 6)])
def test_every_order_within_the_bounds_comes_once(preemptions: int, expected: int) -> None:
    found = [tuple(schedule.calls) for schedule in schedules(two_each, Bounds(preemptions, 0))]
    assert expected == len(found) == len(set(found))
    assert all(["a: 1", "a: 2"] == [call for call in calls if call[0] == "a"] for calls in found)


def test_each_call_may_meet_a_fate_and_one_schedule_has_one_fault() -> None:
    found = [tuple(schedule.calls) for schedule in schedules(two_each, Bounds(0, 1))]
    assert 2 * (1 + 4) == len(found) == len(set(found))
    assert {0, 1} == {sum("lost" in call for call in calls) for calls in found}


def test_an_error_of_an_actor_names_the_calls_before_it() -> None:
    def breaks(gate: Gate) -> dict[str, Work]:
        def work() -> None:
            gate.pass_("a", "reads")
            raise ValueError("a defect")

        return {"a": work}

    with pytest.raises(AssertionError, match="a: reads"):
        list(schedules(breaks, Bounds(0, 0)))

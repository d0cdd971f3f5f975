from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.figures import Figures, figures, percentile
from tests.audit.trails import NOW, whole_run


def run(status: str = "done", passed: bool = True, **values: Any) -> dict[str, Any]:
    return {"kind": "run", "status": status, "validationPass": passed, **values}


def change(queue: str = "a", latency: Any = 10.0, success: bool = True, **values: Any) -> dict[str, Any]:
    known = {"kind": "change", "action": "UPDATE_OVERFLOW_RULE", "status": "applied", "run": "1"}
    return {**known, "queueId": queue, "latencyMs": latency, "success": success, **values}


def test_an_empty_trail_has_nothing_to_divide_by() -> None:
    assert Figures() == figures([])


def test_a_whole_run() -> None:
    expected = Figures(
        runs=1,
        runs_by_status={"done": 1},
        validations=1,
        validation_rate=1.0,
        changes=3,
        changes_by_action={
            "CREATE_OVERFLOW_RULE": 1,
            "DELETE_OVERFLOW_RULE": 1,
            "UPDATE_OVERFLOW_RULE": 1,
        },
        changes_by_status={"applied": 3},
        success_rate=1.0,
        writes=1,
        latency_median_ms=12.346,
        latency_p95_ms=12.346,
        calls={"PUT /q": 1},
        attempts=2,
        first=NOW,
        last=NOW,
    )
    assert expected == figures(whole_run())


def test_a_failed_put_is_no_failed_validation() -> None:
    found = figures([change(success=False), run("failed"), run("refused", passed=False)])
    assert (0.0, 2, 0.5) == (found.success_rate, found.validations, found.validation_rate)


def test_one_put_counts_once_however_many_rules_it_had() -> None:
    found = figures([change(), change(), change("b", 30.0), change("a", 50.0, run="2"), change("c", 0)])
    assert (3, 30.0, 50.0) == (found.writes, found.latency_median_ms, found.latency_p95_ms)


def test_what_a_later_run_settles_counts_once() -> None:
    unknown = change(status="unknown", latency=10.0, attempts=2)
    settled = change(status="applied", latency=10.0, attempts=2)
    ended = run("in part", run="1", calls={"PUT /q": 2})
    found = figures([unknown, change("b", 30.0, attempts=1), ended, settled, run(run="2")])
    assert (2, 3, 0) == (found.writes, found.attempts, found.attempts_cut_off)


def test_the_puts_of_a_run_that_counted_none_are_cut_off() -> None:
    lost, late = run("lost", run="1"), change("c", run="2", attempts=4)
    found = figures(
        [change(attempts=3), lost, change("b", run="2", attempts=1), run(run="2", calls={"PUT": 1}), late]
    )
    assert (8, 7) == (found.attempts, found.attempts_cut_off)
    again = figures([change(attempts=3), lost, run(run="1", calls={"PUT": 3})])
    assert (3, 0) == (again.attempts, again.attempts_cut_off)


def test_calls_add_up() -> None:
    assert {"GET /q": 3, "PUT /q": 1} == figures(
        [run(calls={"GET /q": 1}), run(calls={"PUT /q": 1, "GET /q": 2}), run(calls={})]
    ).calls


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7], 95, 7),
        ([1, 2], 50, 1),
        ([1, 2, 3], 50, 2),
        (range(1, 101), 95, 95),
        (range(1, 21), 95, 19),
        ([1, 2], 0, 1),
        ([1, 2], 100, 2),
    ],
)
def test_percentiles_are_nearest_ranks(values: Any, percent: float, expected: float | None) -> None:
    assert expected == percentile(list(values), percent)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
    values: list[float], percent: int
) -> None:
    ordered = sorted(values)
    found = percentile(ordered, percent)
    assert found in ordered
    assert sum(value <= found for value in ordered) * 100 >= percent * len(ordered)
    assert sum(value < found for value in ordered) * 100 < percent * len(ordered)


VALUES = (
    st.sampled_from([None, True, 1, 10**400, 1.5, "text", [], [1], {}, {"a": 1}, {"a": "b"}])
    | st.text(max_size=3)
    | st.floats(allow_nan=False, allow_infinity=False)
)
FIELDS = st.sampled_from(
    ["timestamp", "kind", "run", "queueId", "latencyMs", "calls", "status", "action", "success"]
)


@given(st.lists(st.dictionaries(FIELDS, VALUES)), st.sampled_from(["run", "change"]))
def test_a_trail_that_somebody_edited_adds_up_to_something(entries: list[dict[str, Any]], kind: str) -> None:
    found = figures([{"kind": kind, **entry} for entry in entries])
    assert found.runs + found.changes <= len(entries)


def put(run: str, queue: str, status: str = "applied", attempts: int = 1) -> dict[str, Any]:
    return {"kind": "change", "run": run, "queueId": queue, "status": status, "attempts": attempts}


def test_the_puts_of_changes_are_those_that_runs_counted() -> None:
    closed = {"kind": "run", "run": "r", "calls": {"PUT /q": 4, "GET /q": 2, "retries": 1}}
    changes = [put("r", "a"), put("r", "a"), put("r", "b", attempts=2), put("r", "b", "taken back")]
    found = figures([*changes, closed])
    assert (4, 4, 0, True) == (found.attempts, found.puts, found.attempts_cut_off, found.adds_up)
    assert not figures([*changes, put("r", "c"), closed]).adds_up


def test_what_was_settled_later_counts_once() -> None:
    closed = {"kind": "run", "run": "r", "calls": {"PUT /q": 1}}
    assert figures([put("r", "a", "unknown"), closed, put("r", "a")]).adds_up


def test_the_puts_of_a_run_that_was_cut_off_are_counted_by_none() -> None:
    killed = {"kind": "run", "run": "r", "calls": {}}
    found = figures([put("r", "a"), killed, put("going on", "b")])
    assert (2, 0, 2, True) == (found.attempts, found.puts, found.attempts_cut_off, found.adds_up)

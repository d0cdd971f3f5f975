from typing import Any

from syncer.audit.entries import Origin, run_entry
from syncer.model.plan import Status
from syncer.notify.digest import Digest, summed_up
from tests.audit.trails import NOW, RUN, whole_run

JOB = "https://gitlab.example.com/jobs/7"


def change(number: int, status: Status = Status.APPLIED, run: str = "r1", **fields: Any) -> dict[str, Any]:
    known = {"run": run, "n": number, "status": status.value, "success": status is Status.APPLIED}
    return {**whole_run()[0], "kind": "change", "queueName": f"Q{number}", **known, **fields}


def closing(number: int, run: str = "r1", **fields: Any) -> dict[str, Any]:
    made = run_entry(RUN, NOW, status="in part", validation_pass=True, detail="why", reason="")
    return {**made, "run": run, "n": number, **fields}


def test_nothing_is_said_until_the_run_is_over() -> None:
    digest = Digest()
    assert [] == digest.take([change(1)])
    assert [] == digest.take([change(2)])
    (message,) = digest.take([closing(3)])
    assert ("entries", "r1", 3, "in part", "why", False) == tuple(
        message[name] for name in ("kind", "run", "n", "status", "detail", "success")
    )
    assert ["Q1", "Q2"] == [each["queueName"] for each in message["entries"]]
    assert [] == digest.rest()


def test_the_worst_comes_first_and_what_was_done_last() -> None:
    found = [
        change(number, status)
        for number, status in enumerate(
            (
                Status.APPLIED,
                Status.NOT_STARTED,
                Status.SKIPPED,
                Status.UNKNOWN,
                Status.FAILED,
                Status.CONFLICT,
                Status.TAKEN_BACK,
                Status.NOT_TAKEN_BACK,
            )
        )
    ]
    assert [7, 6, 5, 4, 3, 2, 1, 0] == [each["n"] for each in summed_up([*found, closing(9)])["entries"]]


def test_two_runs_are_two_messages_each_with_its_own_changes() -> None:
    digest = Digest()
    taken = digest.take([change(1, run="old"), closing(2, run="old"), change(3), closing(4)])
    assert [("old", [1]), ("r1", [3])] == [
        (message["run"], [each["n"] for each in message["entries"]]) for message in taken
    ]


def test_what_a_later_run_found_out_has_a_number_of_its_own() -> None:
    (message,) = Digest().take([change(1, Status.UNKNOWN), closing(2), change(7)])
    assert (7, "in part", [1, 7]) == (
        message["n"],
        message["status"],
        [each["n"] for each in message["entries"]],
    )


def test_a_run_that_changed_nothing_is_its_own_message() -> None:
    refused = closing(1, status="refused")
    assert [refused] == Digest().take([refused])


def test_a_run_that_was_never_closed_is_told_of_at_the_end() -> None:
    digest = Digest()
    digest.take([change(1), change(2, Status.FAILED)])
    (message,) = digest.rest()
    assert ("", False, [2, 1]) == (
        message["action"],
        message["success"],
        [each["n"] for each in message["entries"]],
    )
    assert [] == digest.rest()


def test_what_belongs_to_no_run_goes_through() -> None:
    drifts = {"kind": "drifts", "run": "r1", "n": 1}
    assert [drifts] == Digest().take([drifts])


def test_it_says_what_a_rollback_undoes_and_where_the_job_is() -> None:
    origin = Origin("ada", job="17", pipeline=JOB).as_json()
    message = summed_up([change(1, origin=origin), closing(2, undoes="r0", origin=origin)])
    assert ("r0", JOB) == (message["undoes"], message["link"])
    nowhere = summed_up([change(1, origin="x"), closing(2, origin=None)])
    assert ("", False) == (nowhere["link"], "undoes" in nowhere)

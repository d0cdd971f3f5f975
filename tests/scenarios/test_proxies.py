"""Proxies and caches between the program and live: what they answer is not always what was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncer.audit.chain import Chain
from syncer.emulator.server import Emulator, Faults
from tests.program import Done, Program, policy_queue, queues
from tests.proxy import Trick, done_but, echo, honest, proxied, says, twice
from tests.scripted_server import Seen, Step, answer

LOCKS = ("etag", "none")
RETRIES = {"attempts": 2, "backoff": 0.01, "settle": 0.3}
MOVES = ("_etag", "dateModified", "modifiedBy")


@pytest.fixture(autouse=True)
def _one_change(program: Program) -> None:
    """One rule of one queue is to be changed."""
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    program.write_settings(retries=RETRIES)


@contextmanager
def live(program: Program, *puts: Trick, lock: str, then: Trick = honest, faults: str = "") -> Iterator[None]:
    emulator: Any = Emulator
    options = {"queues": queues(), "lock": lock, "faults": Faults.parse(faults)}
    with emulator(rate_limit=1_000_000, **options) as behind, proxied(behind.url, *puts, then=then) as front:
        program.use(front)
        yield


def applied(program: Program) -> tuple[Done, dict[str, Any]]:
    done = program.run("apply", "--auto-approve", "--format", "json")
    [outcome] = done.json["result"]["outcomes"]
    return done, outcome


def state(program: Program) -> dict[str, Any]:
    return {
        key: {name: value for name, value in queue.items() if name not in MOVES}
        for key, queue in program.live().items()
    }


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("trick", [twice, *map(done_but, (401, 403, 408, 409, 412, 429, 500))])
def test_what_was_done_is_applied_whatever_was_answered_and_can_be_undone(
    program: Program, trick: Trick, lock: str
) -> None:
    with live(program, trick, lock=lock):
        first = state(program)
        done, outcome = applied(program)
        assert (0, "applied") == (done.code, outcome["status"]), outcome
        assert 25 == program.live()["front"]["routingRules"][0]["threshold"]
        [change] = [each for each in Chain(program.folder / ".syncer/audit").entries() if each["queueId"]]
        assert (10, 25) == tuple(
            change["written"][side]["routingRules"][0]["threshold"] for side in ("before", "after")
        )
        back = program.run("rollback", "last", "--auto-approve")
        assert 0 == back.code, back.err
        assert first == state(program)


def old(seen: Seen, _forward: Any) -> Step:
    """Nothing is done, and the queue as it was comes back."""
    was = next(queue for queue in queues() if seen.path.endswith(f"/{queue['id']}"))
    return answer(was)


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("trick", [echo, old, says({}), says(b""), says({"id": "front"})])
def test_what_was_not_done_is_no_success_whatever_was_answered(
    program: Program, trick: Trick, lock: str
) -> None:
    with live(program, then=trick, lock=lock):
        first = state(program)
        done, outcome = applied(program)
        assert (1, "failed", 2) == (done.code, outcome["status"], outcome["attempts"]), outcome
        assert "not done after 2 PUTs, 2 of them answered as if they were done" in outcome["detail"]
        assert first == state(program)


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("trick", [echo, old, says({})])
def test_a_put_that_did_nothing_is_sent_again(program: Program, trick: Trick, lock: str) -> None:
    with live(program, trick, lock=lock):
        done, outcome = applied(program)
        assert (0, "applied", 2) == (done.code, outcome["status"], outcome["attempts"]), outcome
        assert "PUT 1 was answered with" in outcome["detail"]


def test_a_read_out_of_a_cache_is_no_conflict(program: Program) -> None:
    program.write_settings(retries={**RETRIES, "settle": 20})
    with live(program, lock="none", faults="stale=0.6"):
        done, outcome = applied(program)
        assert (0, "applied", 1, "") == (
            done.code,
            *(outcome[key] for key in ("status", "attempts", "detail")),
        )
        assert program.ask("faults")["stale"] >= 2


def test_a_cache_that_never_shows_the_write_is_neither_success_nor_conflict(program: Program) -> None:
    with live(program, lock="none", faults="stale=60"):
        done, outcome = applied(program)
        assert (5, "unknown", 1) == (done.code, outcome["status"], outcome["attempts"])
        assert (
            "the API still shows an old state of the queue 0.3 seconds after a newer one" in outcome["detail"]
        )
        [entry] = program.ask("history")["entries"]
        assert "PUT" == entry["action"]


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("status", [408, 412, 503])
def test_a_lost_answer_and_a_read_out_of_a_cache(program: Program, status: int, lock: str) -> None:
    program.write_settings(retries={**RETRIES, "settle": 20})
    with live(program, done_but(status), lock=lock, faults="stale=0.6"):
        done, outcome = applied(program)
        assert (0, "applied") == (done.code, outcome["status"]), outcome
        assert ["client"] == [entry["by"] for entry in program.ask("history")["entries"]]


def test_the_window_is_told(program: Program) -> None:
    with live(program, lock="none"):
        _, outcome = applied(program)
        assert outcome["window_ms"] > 0
        [change] = [each for each in Chain(program.folder / ".syncer/audit").entries() if each["queueId"]]
        assert change["windowMs"] == outcome["window_ms"]
    with live(program, lock="none"):
        assert "lock compare open for at least" in program.run("apply", "--auto-approve").out
    with live(program, lock="etag"):
        assert None is applied(program)[1]["window_ms"]

"""What became of a PUT that nobody could read: read again, and settled by the next run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncer.applying.journal import find_journals
from syncer.audit.chain import Chain
from syncer.audit.verify import verify_chain
from syncer.emulator.server import Emulator
from tests.program import Done, Program, live_queue, overflow, policy_queue
from tests.proxy import Blind, Forward, Trick, honest, proxied
from tests.scripted_server import Seen, Step, answer

LOCKS = ("etag", "none")
FOR_GOOD = float("inf")
NONSENSE: tuple[object, ...] = (
    {},
    {"id": "other", "name": "Other", "routingRules": []},
    [],
    b"<html>",
    {"id": "a"},
    {"id": "a", "name": "A"},
    {"id": "a", "name": "A", "routingRules": "none"},
)
QUEUES = [live_queue(name, overflow("sink", 10)) for name in ("A", "B")] + [live_queue("Sink")]
MOVES = ("_etag", "dateModified", "modifiedBy")


@pytest.fixture(autouse=True)
def _two_changes(program: Program) -> None:
    """One rule of each of two queues is to be changed."""
    program.write_policies(*(policy_queue(name, ("Sink", 25)) for name in ("A", "B")), policy_queue("Sink"))
    program.write_settings(retries={"attempts": 2, "backoff": 0.01, "settle": 0.3})


@contextmanager
def behind(
    program: Program, *puts: Trick, get: Trick = honest, lock: Any = "etag", organization: str = "Here"
) -> Iterator[None]:
    with (
        Emulator(queues=QUEUES, lock=lock, rate_limit=1_000_000, organization=organization) as emulator,
        proxied(emulator.url, *puts, get=get) as front,
    ):
        program.use(front)
        yield


def apply(program: Program, *options: str) -> tuple[Done, dict[str, Any]]:
    """One queue after the other; nothing more once one is not done."""
    done = program.run("apply", *options, "--parallel", "1", "--on-failure", "stop", "--format", "json")
    return done, done.json["result"] or {}


def statuses(result: dict[str, Any]) -> dict[str, str]:
    return {outcome["queue"]["id"]: outcome["status"] for outcome in result["outcomes"]}


def thresholds(program: Program) -> dict[str, int]:
    live = program.live()
    return {name: live[name]["routingRules"][0]["threshold"] for name in ("a", "b")}


def trail(program: Program) -> list[tuple[str, str]]:
    """Queue and status of each change in the audit, whose chain is whole."""
    chain = Chain(program.folder / ".syncer/audit")
    assert verify_chain(chain.files()).whole
    return [(each["queueId"], each["status"]) for each in chain.entries() if each["kind"] == "change"]


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("body", NONSENSE)
def test_a_read_back_that_makes_no_sense_is_read_again(program: Program, body: object, lock: str) -> None:
    blind = Blind(body, 2, done=True)
    with behind(program, blind.put, get=blind.get, lock=lock):
        done, result = apply(program, "--auto-approve")
        assert (0, {"a": "applied", "b": "applied"}) == (done.code, statuses(result)), result
        assert (0, 2) == (blind.left, program.puts())


def ends_unknown(program: Program, *options: str) -> None:
    """A run of a saved plan that does not know what became of its first queue."""
    assert 0 == program.run("plan", "--out", "plan.json").code
    done, result = apply(program, "plan.json", *options)
    assert (5, {"a": "unknown", "b": "not started"}) == (done.code, statuses(result)), result
    assert "response is about another queue" in result["outcomes"][0]["detail"]


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize(("was_done", "puts"), [(True, 2), (False, 3)])
def test_the_same_plan_goes_on_after_an_unknown(
    program: Program, was_done: bool, puts: int, lock: str
) -> None:
    blind = Blind({}, FOR_GOOD, done=was_done)
    with behind(program, blind.put, get=blind.get, lock=lock):
        first = thresholds(program)
        ends_unknown(program)
        blind.left = 0
        [warning] = program.run("audit", "show", "--format", "json").json["warnings"]
        assert "finished without knowing the state of a queue: the next apply or rollback reads" in warning

        done, result = apply(program, "plan.json")
        assert 0 == done.code, done.err
        [recovered] = result["recovered"]
        [settled] = recovered["outcomes"]
        became = "done" if was_done else "not done"
        found = f"the run ended without knowing it; the live queue shows that the change was {became}"
        assert ("applied" if was_done else "failed", found) == (settled["status"], settled["detail"])
        assert {"a": 25, "b": 25} == thresholds(program)
        # One PUT of the first queue never reached live.
        assert puts - (not was_done) == program.puts()
        again = [("a", "unknown"), ("b", "not started"), ("a", settled["status"])]
        assert again + [("a", "applied")] * (not was_done) + [("b", "applied")] == trail(program)
        assert [] == find_journals(program.folder / ".syncer/journal")

        once_more = program.run("apply", "plan.json")
        assert (0, True) == (once_more.code, "nothing was sent" in once_more.out)
        changes = [entry for entry in entries(program) if entry["kind"] == "change"]
        runs = list(dict.fromkeys(map(run_of, changes)))[::-1]
        for run in runs[:2]:
            assert 0 == program.run("rollback", run, "--auto-approve").code
        assert first == thresholds(program)


def entries(program: Program) -> list[dict[str, Any]]:
    return list(Chain(program.folder / ".syncer/audit").entries())


def run_of(entry: dict[str, Any]) -> str:
    return str(entry["run"])


@pytest.mark.parametrize("was_done", [True, False])
def test_a_run_that_left_something_unknown_can_be_looked_at_first(program: Program, was_done: bool) -> None:
    blind = Blind({}, FOR_GOOD, done=was_done)
    with behind(program, blind.put, get=blind.get):
        ends_unknown(program)
        blind.left = 0
        stopped = program.run("apply", "plan.json", "--on-cut-off", "stop")
        assert (4, was_done) == (stopped.code, thresholds(program)["a"] == 25)
        assert "finished without knowing the state of a queue: its result is in the audit" in stopped.err
        assert ("a", "applied" if was_done else "failed") == trail(program)[-1]
        assert 0 == apply(program, "plan.json", "--on-cut-off", "stop")[0].code


def test_somebody_who_edited_the_rules_since_is_a_conflict_and_not_overwritten(program: Program) -> None:
    blind = Blind({}, FOR_GOOD, done=True)
    with behind(program, blind.put, get=blind.get):
        ends_unknown(program)
        blind.left = 0
        program.edit("a", routingRules=[overflow("sink", 77)])
        done, _ = apply(program, "plan.json")
        assert (4, ("a", "conflict")) == (done.code, trail(program)[-1])
        assert {"a": 77, "b": 10} == thresholds(program)


def test_what_can_still_not_be_read_stays_to_be_asked_for(program: Program) -> None:
    blind = Blind({}, FOR_GOOD, done=True)
    with behind(program, blind.put, get=blind.get):
        ends_unknown(program)
        done, _ = apply(program, "plan.json")
        assert (1, 1) == (done.code, program.puts())
        assert [("a", "unknown"), ("b", "not started")] == trail(program)
        blind.left = 0
        assert 0 == apply(program, "plan.json")[0].code


@pytest.mark.parametrize("was_done", [True, False])
def test_a_rollback_settles_it_first(program: Program, was_done: bool) -> None:
    blind = Blind({}, FOR_GOOD, done=was_done)
    with behind(program, blind.put, get=blind.get):
        first = thresholds(program)
        ends_unknown(program)
        blind.left = 0
        run = run_of(entries(program)[0])
        done = program.run("rollback", run, "--auto-approve", "--format", "json")
        assert (0, first) == (done.code, thresholds(program)), done.err
        assert (2 if was_done else 0) == program.puts()


@pytest.mark.parametrize("was_done", [True, False])
def test_a_run_that_rolls_itself_back_settles_it_before(program: Program, was_done: bool) -> None:
    """The run gives up reading; by the time of the rollback live answers again."""
    blind = Blind({}, 2 * 3, done=was_done)
    with behind(program, blind.put, get=blind.get):
        first = thresholds(program)
        done = program.run("apply", "--auto-approve", "--parallel", "1", "--on-failure", "rollback")
        assert 5 == done.code
        assert 0 == blind.left
        assert first == thresholds(program)
        assert (2 if was_done else 0) == program.puts()
        assert "the run failed and was rolled back" in done.out
        settled = ("a", "applied" if was_done else "failed")
        assert [("a", "unknown"), ("b", "not started"), settled] == trail(program)[:3]


def test_a_run_at_another_place_leaves_it_to_that_place(program: Program) -> None:
    blind = Blind({}, FOR_GOOD, done=True)
    with behind(program, blind.put, get=blind.get):
        ends_unknown(program)
    with behind(program, organization="Elsewhere"):
        assert 0 == apply(program, "--auto-approve")[0].code
        assert 1 == len(find_journals(program.folder / ".syncer/journal"))


@pytest.mark.parametrize(("lock", "gets"), [("etag", 0), ("none", 4)])
def test_where_all_goes_well_nothing_is_read_again(program: Program, lock: str, gets: int) -> None:
    program.write_settings(retries={"settle": 0})
    with behind(program, lock=lock):
        _, result = apply(program, "--auto-approve")
        calls = Counter({name.replace("/api/v2/routing", ""): n for name, n in result["calls"].items()})
        assert (2, 2, gets) == tuple(
            calls[name] for name in ("PUT /queues/{id}", "GET /queues", "GET /queues/{id}")
        )


def policies(program: Program, threshold: int) -> None:
    program.write_policies(
        *(policy_queue(name, ("Sink", threshold)) for name in ("A", "B")), policy_queue("Sink")
    )


@pytest.mark.parametrize("was_done", [True, False])
def test_drift_knows_what_was_done_and_is_not_recorded_yet(program: Program, was_done: bool) -> None:
    """Our own change is no edit of somebody else, also where the policies have moved on since."""
    blind = Blind({}, FOR_GOOD, done=was_done)
    policies(program, 10)
    with behind(program, blind.put, get=blind.get):
        assert 0 == program.run("drift", "--detailed-exitcode").code
        policies(program, 25)
        ends_unknown(program)
        blind.left = 0
        before = entries(program)
        policies(program, 40)
        done = program.run("drift", "--detailed-exitcode", "--format", "json")
        result = done.json["result"]
        assert (0, []) == (done.code, result["rules"])
        assert ["A", "B"] == sorted(each["queue"]["name"] for each in result["pending"])
        assert before == entries(program), "a command that reads records nothing"
        assert any("finished without knowing" in warning for warning in done.json["warnings"])


@pytest.mark.parametrize(("was_done", "moved"), [(True, {"unknown"}), (False, set())])
def test_elsewhere_it_is_no_edit_of_somebody_else(program: Program, was_done: bool, moved: set[str]) -> None:
    blind = Blind({}, FOR_GOOD, done=was_done)
    record, elsewhere = ("--record", str(program.folder / "kept.json")), ("--state-dir", "elsewhere")
    policies(program, 10)
    with behind(program, blind.put, get=blind.get):
        assert 0 == program.run("apply", "--auto-approve", *record).code
        policies(program, 25)
        ends_unknown(program, *record)
        blind.left = 0
        policies(program, 40)
        drift = program.run("drift", "--format", "json", *record, *elsewhere).json["result"]
        assert moved == {each["moved"] for each in drift["rules"] if each["queue"]["name"] == "A"}
        done = program.run("apply", "--auto-approve", "--format", "json", *record, *elsewhere).json
        assert (0, []) == (done["exit_code"], done["result"].get("hand_edits", []))
        program.edit("a", routingRules=[overflow("sink", 11)])
        drift = program.run("drift", "--format", "json", *record, "--state-dir", "third").json["result"]
        assert {"live"} == {each["moved"] for each in drift["rules"]}, "the apply has settled it"


@pytest.mark.parametrize(("lock", "threshold", "code"), [("etag", 10, 0), ("none", 25, 2)])
def test_a_put_that_is_delivered_after_a_rollback_is_refused_with_etags_and_drift_without(
    program: Program, lock: str, threshold: int, code: int
) -> None:
    """Without etags nothing can refuse it: drift names the queue, and the next apply brings it back."""
    late: list[Forward] = []

    def held(_seen: Seen, forward: Forward) -> Step:
        late.append(forward)
        return answer({"message": "not by the API"}, 503)

    with behind(program, held, lock=lock):
        assert 0 == apply(program, "--auto-approve")[0].code
        assert 0 == program.run("rollback", "last", "--auto-approve").code
        policies(program, 10)
        assert 0 == program.run("drift", "--detailed-exitcode").code
        late.pop()()
        assert {"a": threshold, "b": 10} == thresholds(program)
        done = program.run("drift", "--detailed-exitcode", "--format", "json")
        named = [each["queue"]["name"] for each in done.json["result"]["rules"]]
        assert (code, ["A"] if code else []) == (done.code, named)
        assert 0 == apply(program, "--auto-approve")[0].code
        assert {"a": 10, "b": 10} == thresholds(program)

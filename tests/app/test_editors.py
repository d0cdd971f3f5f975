"""Drift and conflicts name who changed a queue, where the organization's audit says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from syncer.app.editors import Editors
from syncer.app.session import Session
from syncer.applying.apply import Result
from syncer.audit.entries import Run
from syncer.drift.found import Drift, drift_of
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.settings import AuditSettings, Settings
from syncer.net.timing import rfc3339, utc_now
from tests.live.clients import client, sent
from tests.organizations import backed, backup, planned, policies, policy
from tests.scripted_server import FakeTime, Step, answer

MAPPING = answer({"services": [{"name": "ContactCenter", "entities": [{"name": "Queue"}]}]})
PATH = "directRouting.backupQueueId"


def event(at: str) -> dict[str, Any]:
    return {
        "id": "e",
        "eventDate": at,
        "action": "Update",
        "user": {"id": "u", "name": "Ada"},
        "client": {"id": "browser"},
        "remoteIp": ["192.0.2.1"],
        "entity": {"id": "id-A"},
        "propertyChanges": [{"property": PATH, "oldValues": ["id-B"], "newValues": ["id-C"]}],
    }


def drifted() -> Drift:
    wanted = policies(policy("A", backup=backup("B")), policy("B"), policy("C"))
    live = [backed("A", "C"), backed("B", "B"), backed("C", "C")]
    return drift_of(planned(wanted, live, dialect="genesys-cloud"))


@contextmanager
def editors(*steps: Step, **audit: Any) -> Iterator[tuple[Editors, Callable[[], int], Session]]:
    session = Session(environ={"SYNCER_IDENTITY_KEY": "k" * 32})
    time = FakeTime(utc_now().timestamp())
    with client(*steps, time=time) as (made, server):
        settings = Settings(audit=AuditSettings(**audit))
        yield Editors(made, settings, session), lambda: len(sent(server)), session


def found(at: str = "") -> Step:
    return answer({"entities": [event(at or rfc3339(utc_now()))]})


def test_who_changed_what_drifted_is_named() -> None:
    with editors(MAPPING, found()) as (asked, calls, _):
        rule = asked.of_drift(drifted()).rules[0]
        assert 2 == calls()
    [edit] = rule.edits
    assert ("Ada", "browser", ("192.0.2.1",), [PATH]) == (
        edit.user_name,
        edit.client,
        edit.addresses,
        [change.property for change in edit.changes],
    )


def test_edits_before_the_last_apply_and_those_of_our_own_client_made_nothing_drift() -> None:
    at = rfc3339(utc_now())
    for applied, named in (("2026-01-01T00:00:00.000Z", 1), (at, 0)):
        since = {"id-A": applied}
        with editors(MAPPING, found(at)) as (asked, _, _session):
            assert named == len(asked.of_drift(drifted(), since.copy).rules[0].edits)
    with editors(MAPPING, found(at)) as (asked, _, _session):
        asked.client.client_id = "browser"
        assert () == asked.of_drift(drifted()).rules[0].edits


def test_a_pseudonym_stays_one() -> None:
    with editors(MAPPING, found(), identity="pseudonym") as (asked, _, _session):
        rule = asked.of_drift(drifted()).rules[0]
    assert "p-" == rule.edits[0].by[:2]


def test_nothing_is_asked_where_nothing_drifted_or_nobody_is_to_ask() -> None:
    drift = drifted()
    with editors(MAPPING) as (asked, calls, _):
        asked.of_drift(replace(drift, rules=()))
        asked.of_drift(replace(drift, plan=replace(drift.plan, dialect="overflow-rules")))
        assert 0 == calls()
    with editors(MAPPING, witness=False) as (asked, calls, _):
        asked.of_drift(drift)
        assert 0 == calls()


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, None), (403, "audits:audit:view"), (409, "who changed these queues is not known")],
)
def test_an_audit_that_can_not_be_read_is_a_remark(status: int, words: str | None) -> None:
    with editors(MAPPING, answer(status=status)) as (asked, _, session):
        assert {()} == {each.edits for each in asked.of_drift(drifted()).rules}
    assert (0 if words is None else 1) == len(session.warnings)
    assert all(str(words) in each for each in session.warnings)


def result_of(plan: Plan, status: Status) -> Result:
    change = plan.changes[0]
    other = replace(change, queue="id-B", name="B")
    outcomes = (Outcome(change, status, "both sides"), Outcome(other, Status.APPLIED))
    return Result(Run("run", "", ""), "refused", outcomes, "", {}, 1.0)


def test_a_conflict_says_who_changed_the_queue() -> None:
    plan = drifted().plan
    with editors(MAPPING, found()) as (asked, calls, _):
        made = asked.of_conflicts(result_of(plan, Status.CONFLICT), plan, {"id-B": "B", "id-C": "C"})
        assert made.outcomes[0].detail.startswith("both sides; changed by Ada at ")
        assert f'(client browser, address 192.0.2.1): {PATH} from "B" to "C"' in made.outcomes[0].detail
        assert "" == made.outcomes[1].detail
        before = calls()
        assert "both sides" == asked.of_conflicts(result_of(plan, Status.FAILED), plan, {}).outcomes[0].detail
        assert before == calls(), "no conflict, no question"

"""The trail held against the audit of the organization: ``sync audit reconcile``."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from syncer.app import (
    LiveTarget,
    PolicySource,
    ReconcileOptions,
    Session,
    apply,
    audit_reconcile,
)
from syncer.app.audit_reconcile import OTHER_TRAILS, UNREADABLE
from syncer.audit.identity import Identity
from syncer.emulator.audit_events import ADMINISTRATOR
from syncer.emulator.faults import Faults
from syncer.emulator.server import Emulator
from syncer.emulator.wire import Call, Reply, Route, json_reply, missing_permission
from syncer.errors import ConfigError, Forbidden, WrongUsage
from syncer.net.timing import Timing, utc_now
from syncer.net.waits import Waits
from syncer.report.reconciled import Reconciled
from tests.program import Program, queues
from tests.use_cases import CREDENTIALS, SOURCE, UNASKED, session

DAY = ReconcileOptions(since="1d")
KEY = "k" * 32


def later(**passed: float) -> Session:
    """A session whose clock is ahead."""
    return session(now=lambda: utc_now() + timedelta(**passed))


def held(
    target: LiveTarget,
    options: ReconcileOptions = DAY,
    source: PolicySource = SOURCE,
    found: Session | None = None,
) -> tuple[int, Reconciled]:
    report = audit_reconcile(options, source, target, Path(".syncer"), session=found or session())
    assert ("audit reconcile", ()) == (report.command, report.warnings)
    assert report.view
    return report.exit_code, report.view


def put(program: Program, queue: str, **fields: object) -> None:
    """A write with our credentials that no run made."""
    found = program.live()[queue]
    grant = {"grant_type": "client_credentials"}
    token = requests.post(f"{program.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60).json()
    answer = requests.put(
        f"{program.url}/api/v2/routing/queues/{queue}",
        json={**found, **fields},
        headers={"Authorization": f"Bearer {token['access_token']}"},
        timeout=60,
    )
    assert 200 == answer.status_code


@pytest.fixture
def applied(program: Program, target: LiveTarget) -> str:
    """A run that wrote Front and Desk."""
    found = session()
    assert 0 == apply(SOURCE, target, UNASKED, session=found).exit_code
    return found.run


def test_each_write_of_a_run_is_one_event(applied: str, target: LiveTarget) -> None:
    code, view = held(target)
    assert {("desk", applied), ("front", applied)} == {
        (match.edit.queue, match.put.run) for match in view.found.matched
    }
    assert (0, True, ("demo",), (OTHER_TRAILS,)) == (code, view.found.agrees, view.clients, view.unknown[-1:])
    assert () == (*view.found.stray, *view.found.missing, *view.found.pending, *view.found.others)


def test_a_write_of_our_client_that_no_run_made_is_an_error(
    applied: str, target: LiveTarget, program: Program
) -> None:
    put(program, "front", description="by hand")
    put(program, "other", description="by hand")
    code, view = held(target)
    assert (1, 2) == (code, len(view.found.matched))
    assert {"front", "other"} == {edit.queue for edit in view.found.stray}
    assert {("description", (), ("by hand",))} == {
        (change.property, change.old, change.new) for edit in view.found.stray for change in edit.changes
    }


def test_edits_by_others_of_managed_queues_are_listed_and_are_no_error(
    applied: str, target: LiveTarget, program: Program
) -> None:
    program.edit("back", description="theirs")
    program.edit("other", description="of a queue that nobody manages")
    code, view = held(target)
    assert (0, ["back"], 3) == (code, [edit.queue for edit in view.found.others], view.queues)
    [edit] = view.found.others
    assert (ADMINISTRATOR.name, ADMINISTRATOR.user, "", (ADMINISTRATOR.address,)) == (
        edit.user_name,
        edit.user,
        edit.client,
        edit.addresses,
    )
    assert 2 == held(target, replace(DAY, detailed_exitcode=True))[0]


def test_a_queue_of_the_trail_counts_where_no_policy_has_it(
    applied: str, target: LiveTarget, program: Program, tmp_path: Path
) -> None:
    program.edit("front", description="theirs")
    program.edit("back", description="theirs")
    elsewhere = PolicySource(tmp_path / "nowhere")
    _, view = held(target, source=elsewhere)
    assert (["front"], 2, UNREADABLE) == (
        [edit.queue for edit in view.found.others],
        view.queues,
        view.unknown[0],
    )


def test_what_has_not_arrived_is_not_yet_known_and_then_missing(program: Program, target: LiveTarget) -> None:
    with Emulator(queues=queues(), rate_limit=1_000_000, faults=Faults.parse("audit_delay=3600")) as late:
        target = replace(target, api_url=late.url)
        assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
        code, view = held(target)
        assert (0, 2, ()) == (code, len(view.found.pending), view.found.missing)
        code, view = held(target, found=later(minutes=16))
        assert (1, (), 2) == (code, view.found.pending, len(view.found.missing))


def test_a_period_is_half_open_and_needs_a_begin(applied: str, target: LiveTarget) -> None:
    _, view = held(target, ReconcileOptions(since="1d", until="1h"))
    assert ((), 0) == (view.found.matched, len(view.found.missing))
    with pytest.raises(WrongUsage, match="the start of the period"):
        held(target, ReconcileOptions(since=""))
    with pytest.raises(WrongUsage, match="more than 400 days ago"):
        held(target, ReconcileOptions(since="0001-01-01"))
    with pytest.raises(WrongUsage, match="is empty"):
        held(target, ReconcileOptions(since="1h", until="1d"))


def test_the_begin_of_the_trail_is_said_and_that_there_is_none(applied: str, target: LiveTarget) -> None:
    assert any(words.endswith("the trail starts there") for words in held(target)[1].unknown)
    Path(".syncer/audit/audit.jsonl").unlink()
    code, view = held(target)
    assert (1, 2) == (code, len(view.found.stray))
    assert "what our runs wrote: the trail has no entry" in view.unknown


def test_an_old_period_is_asked_for_by_a_query(applied: str, target: LiveTarget, program: Program) -> None:
    at_once = Waits(Timing(sleep=lambda _seconds: None))
    _, view = held(target, ReconcileOptions(since="20d"), found=session(waits=at_once))
    assert 2 == len(view.found.matched)
    assert "GET /api/v2/audits/query/{id}/results" in program.ask("requests")


def test_with_an_access_token_live_says_which_client_it_is(
    applied: str, target: LiveTarget, program: Program
) -> None:
    grant = {"grant_type": "client_credentials"}
    token = requests.post(f"{program.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60).json()
    found = Session(environ={"GENESYSCLOUD_ACCESS_TOKEN": token["access_token"]})
    assert (0, ("demo",)) == (held(target, found=found)[0], held(target, found=found)[1].clients)


def test_persons_and_addresses_have_pseudonyms_where_the_settings_say_so(
    target: LiveTarget, program: Program
) -> None:
    program.write_settings(audit={"identity": "pseudonym"})
    program.edit("back", description="theirs")
    found = Session(environ={**CREDENTIALS, "SYNCER_IDENTITY_KEY": KEY})
    [edit] = held(target, found=found)[1].found.others
    names = Identity(KEY.encode())
    assert (names(ADMINISTRATOR.user), "", (names.host(ADMINISTRATOR.address),)) == (
        edit.user,
        edit.user_name,
        edit.addresses,
    )
    with pytest.raises(ConfigError):
        held(target)


def test_without_the_permission_it_is_named(target: LiveTarget, emulator: Emulator) -> None:
    def denied(_call: Call, _id: str) -> Reply:
        raise missing_permission("audits:audit:view")

    mapping = Route("/api/v2/audits/query/realtime/servicemapping", {"GET": denied})
    emulator.application.routes = (mapping, *emulator.application.routes)
    with pytest.raises(Forbidden) as caught:
        held(target)
    assert "[audits:audit:view]" in caught.value.message
    assert "audits:readonly" in caught.value.hint


def test_a_gateway_without_an_audit_is_said(target: LiveTarget, emulator: Emulator) -> None:
    application = emulator.application
    application.routes = tuple(each for each in application.routes if "/audits/" not in each.template)
    with pytest.raises(ConfigError, match="serves no audit of the organization"):
        held(target)


def test_a_token_that_is_of_no_client_can_not_be_told_apart(target: LiveTarget, emulator: Emulator) -> None:
    application = emulator.application
    application.routes = (
        Route("/api/v2/tokens/me", {"GET": lambda _call, _id: json_reply({"OAuthClient": None})}),
        *application.routes,
    )
    grant = {"grant_type": "client_credentials"}
    answer = requests.post(f"{emulator.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60)
    found = Session(environ={"GENESYSCLOUD_ACCESS_TOKEN": answer.json()["access_token"]})
    with pytest.raises(ConfigError, match="doesn't state which client"):
        held(target, found=found)

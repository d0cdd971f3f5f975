"""Permissions that a fault takes away."""

import pytest

from syncer.emulator.analytics import AGGREGATES
from syncer.emulator.faults import Faults
from syncer.emulator.permissions import KNOWN
from syncer.errors import WrongUsage
from tests.emulator.emulator_api import LIST, logged_in, queue

READS = {
    "architect:flow:view": ("GET", "/api/v2/flows"),
    "architect:dependencyTracking:view": ("GET", "/api/v2/architect/dependencytracking/build"),
    "analytics:conversationAggregate:view": ("POST", AGGREGATES),
    "analytics:queueObservation:view": ("POST", "/api/v2/analytics/queues/observations/query"),
}


@pytest.mark.parametrize("permission", READS)
def test_a_denied_permission_is_403_and_names_itself(permission: str) -> None:
    with logged_in([queue("A")], faults=Faults.parse(f"deny={permission}")) as api:
        answers = {name: api.call(*call, json={}) for name, call in READS.items()}
        assert [permission] == [name for name, answer in answers.items() if answer.status_code == 403]
        assert "missing.any.permissions" == answers[permission].json()["code"]
        assert f"[{permission}]" in answers[permission].json()["message"]
        assert 200 == api.call("GET", LIST).status_code


def test_several_are_denied_at_once() -> None:
    assert ("architect:flow:view", "audits:audit:view") == Faults.parse(
        "deny=architect:flow:view|audits:audit:view"
    ).denied
    assert set(READS) < set(KNOWN)


def test_an_unknown_permission_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="no permission 'x' can be denied"):
        Faults.parse("deny=x")

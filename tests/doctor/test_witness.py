import pytest

from syncer.doctor import State
from syncer.doctor.witness import check_witness
from syncer.model.settings import AuditSettings, Settings
from syncer.net.timing import utc_now
from tests.live.clients import client, sent
from tests.scripted_server import FakeTime, Step, answer

COMPARED = [{"id": "q", "name": "Q"}]
MAPPING = answer({"services": [{"name": "ContactCenter", "entities": [{"name": "Queue"}]}]})
NOW = utc_now().timestamp()


@pytest.mark.parametrize(
    ("step", "state", "words"),
    [
        (answer({"entities": []}), State.OK, "can be read"),
        (answer(status=403), State.WARNING, "audits:audit:view"),
        (answer(status=404), State.SKIPPED, "has none"),
        (answer({"entities": 5}), State.WARNING, "Try again later."),
    ],
)
def test_whether_the_audit_can_be_read(step: Step, state: State, words: str) -> None:
    with client(MAPPING, step, time=FakeTime(NOW)) as (made, _):
        [line] = check_witness(made, COMPARED, Settings(), NOW)
    assert ("live audit", state) == (line.name, line.state)
    assert words in f"{line.found} {line.remedy}"


def test_nothing_is_asked_under_etags_or_where_it_is_switched_off() -> None:
    with client(MAPPING) as (made, server):
        assert () == check_witness(made, [{"id": "q", "name": "Q", "_etag": "1"}], Settings(), NOW)
        assert () == check_witness(made, None, Settings(), NOW)
        off = Settings(audit=AuditSettings(witness=False))
        assert [State.SKIPPED] == [line.state for line in check_witness(made, COMPARED, off, NOW)]
        assert [] == sent(server)

import pytest

from syncer.doctor import State
from syncer.doctor.analytics import check_analytics
from syncer.net.timing import utc_now
from tests.live.clients import client, sent
from tests.scripted_server import FakeTime, Step, answer

QUEUES = [{"id": "q", "name": "Q"}]
NOW = utc_now().timestamp()
READ = answer({"results": []})
BOTH = "measure (analytics:conversationAggregate:view) and apply --watch (analytics:queueObservation:view)"


@pytest.mark.parametrize(
    ("steps", "state", "words"),
    [
        ((READ, READ), State.OK, "can be read"),
        ((READ, answer(status=403)), State.WARNING, "for apply --watch (analytics:queueObservation:view)"),
        ((answer(status=403), answer(status=403)), State.WARNING, f"for {BOTH}"),
        ((answer(status=404),), State.SKIPPED, "has none"),
        ((answer(status=400), READ), State.WARNING, "measure: "),
    ],
)
def test_whether_analytics_can_be_read(steps: tuple[Step, ...], state: State, words: str) -> None:
    with client(*steps, time=FakeTime(NOW)) as (made, _):
        line = check_analytics(made, QUEUES, NOW)
    assert ("analytics", state, True) == (line.name, line.state, words in line.found), line


def test_without_a_queue_nothing_is_asked() -> None:
    with client(READ) as (made, server):
        assert State.SKIPPED == check_analytics(made, [{}], NOW).state
        assert [] == sent(server)

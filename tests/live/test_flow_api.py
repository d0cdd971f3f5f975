import pytest

from syncer.errors import BadAnswer
from syncer.live.flow_api import FlowCalls
from tests.live.clients import GOOD, client, sent
from tests.scripted_server import answer


@pytest.mark.parametrize("odd", ["", ".", "..", "\ud800"])
def test_a_flow_that_no_path_can_name_is_not_asked_for(odd: str) -> None:
    with client(GOOD) as (made, server):
        calls = FlowCalls(made.exchange)
        with pytest.raises(BadAnswer, match="can't be the id of a flow"):
            calls.get_flow(odd)
        with pytest.raises(BadAnswer, match="can't be the id of a version of a flow"):
            calls.flow_configuration("f", odd)
        assert [] == sent(server)


def test_what_makes_no_sense_is_said_of_flows() -> None:
    listed = client(answer({"entities": "none"}))
    with listed as (made, _), pytest.raises(BadAnswer, match="Page 1 of the list of flows has no list"):
        FlowCalls(made.exchange).list_flows()


@pytest.mark.parametrize(
    ("status", "expected"), [("OPERATIONAL", True), ("BUILDINPROGRESS", False), (None, False)]
)
def test_dependency_tracking_counts_where_it_is_up_to_date(status: object, expected: bool) -> None:
    with client(answer({"status": status})) as (made, _):
        assert expected is FlowCalls(made.exchange).tracks_dependencies()


def test_the_queues_that_a_flow_refers_to_are_read_page_by_page() -> None:
    first = answer(
        {"entities": [{"id": "a"}, {"id": "b", "deleted": True}, {"id": 7}, "odd"], "pageCount": 2}
    )
    with client(first, answer({"entities": [{"id": "c"}, {"id": "a"}], "pageCount": 2})) as (made, server):
        assert ["a", "c"] == FlowCalls(made.exchange).queues_referred_to("f&1", "2.0", "inqueuecall")
        path = "/api/v2/architect/dependencytracking/consumedresources"
        query = "pageSize=100&id=f%261&version=2.0&objectType=INQUEUECALLFLOW&resourceType=QUEUE"
        assert [f"{path}?pageNumber={number}&{query}" for number in (1, 2)] == [
            seen.path for seen in sent(server)
        ]


def test_an_answer_without_pages_is_the_last_one() -> None:
    with client(answer({"entities": None})) as (made, server):
        assert [] == FlowCalls(made.exchange).queues_referred_to("f", "2.0", "INQUEUECALL")
        assert 1 == len(sent(server))

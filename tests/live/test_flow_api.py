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
    with listed as (made, _), pytest.raises(BadAnswer, match="Page 1 of the list of flows holds no list"):
        FlowCalls(made.exchange).list_flows()

"""What the published version of a flow refers to."""

import pytest

from tests.emulator.emulator_api import Api, logged_in, queue

PATH = "/api/v2/architect/dependencytracking"
FLOW = {
    "id": "f",
    "name": "F",
    "type": "INQUEUEEMAIL",
    "configuration": {"flowSequenceItemList": [{"__type": "LookAtWaitTimeAction", "queue": "b"}, 7]},
    "references": ["c", "nowhere"],
}
QUEUES = [queue(name, id=name) for name in "abc"]


def asked(api: Api, query: str) -> list[str]:
    return [each["id"] for each in api.json(f"{PATH}/consumedresources?{query}")["entities"]]


def test_every_queue_that_is_named_anywhere_is_a_reference() -> None:
    with logged_in(QUEUES, surroundings={"flows": [FLOW]}) as api:
        about = "id=f&version=1.0&objectType=INQUEUEEMAILFLOW"
        assert "OPERATIONAL" == api.json(f"{PATH}/build")["status"]
        assert ["b", "c"] == asked(api, f"{about}&resourceType=QUEUE")
        assert ["b", "c"] == asked(api, about)
        assert [] == asked(api, f"{about}&resourceType=USER")
        assert ["c"] == asked(api, f"{about}&pageSize=1&pageNumber=2")
        assert "references" not in api.json("/api/v2/flows/f")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("id=f&version=1.0", 400),
        ("id=f&version=1.0&objectType=INQUEUECALLFLOW", 400),
        ("id=f&version=2.0&objectType=INQUEUEEMAILFLOW", 404),
        ("id=g&version=1.0&objectType=INQUEUEEMAILFLOW", 404),
    ],
)
def test_what_makes_no_sense_is_refused(query: str, status: int) -> None:
    with logged_in(QUEUES, surroundings={"flows": [FLOW]}) as api:
        assert status == api.call("GET", f"{PATH}/consumedresources?{query}").status_code

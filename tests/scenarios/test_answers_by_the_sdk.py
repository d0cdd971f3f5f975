"""Every answer of the emulator, held strictly against the models of the official SDK."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from syncer.emulator.server import Emulator, demo_queues, demo_surroundings, organization
from tests.emulator.models import misfits
from tests.emulator.official import load_sdk

QUEUES = "/api/v2/routing/queues"
AUTHORIZATION = "/api/v2/authorization"

ANSWERS = {
    QUEUES: "QueueEntityListing",
    f"{QUEUES}?pageSize=1&pageNumber=2": "QueueEntityListing",
    f"{QUEUES}/{{queue}}": "Queue",
    f"{QUEUES}/divisionviews": "QueueEntityListing",
    f"{QUEUES}/divisionviews/all": "QueueEntityListing",
    f"{QUEUES}/{{queue}}/members": "QueueMemberEntityListing",
    f"{QUEUES}/{{queue}}/members?pageSize=1&pageNumber=2": "QueueMemberEntityListing",
    f"{QUEUES}/{{queue}}/wrapupcodes": "WrapupCodeEntityListing",
    "/api/v2/organizations/me": "Organization",
    "/api/v2/tokens/me": "TokenInfo",
    f"{AUTHORIZATION}/products": "OrganizationProductEntityListing",
    f"{AUTHORIZATION}/divisions": "AuthzDivisionEntityListing",
    f"{AUTHORIZATION}/divisions/home": "AuthzDivision",
    f"{AUTHORIZATION}/divisions/{{division}}": "AuthzDivision",
    f"{AUTHORIZATION}/divisionspermitted/me": "list[AuthzDivision]",
    f"{AUTHORIZATION}/divisionspermitted/paged/me": "DivsPermittedEntityListing",
    "/api/v2/groups": "GroupEntityListing",
    "/api/v2/groups/{group}": "Group",
    "/api/v2/users": "UserEntityListing",
    "/api/v2/users/me": "ErrorBody",
    "/api/v2/users/{user}": "User",
    "/api/v2/routing/wrapupcodes": "WrapupCodeEntityListing",
    "/api/v2/routing/wrapupcodes/{code}": "WrapupCode",
    f"{QUEUES}/nowhere": "ErrorBody",
    "/api/v2/nowhere": "ErrorBody",
}
"""The model of the answer to each GET."""

LISTS = {
    "queue": QUEUES,
    "division": f"{AUTHORIZATION}/divisions",
    "group": "/api/v2/groups",
    "user": "/api/v2/users",
    "code": "/api/v2/routing/wrapupcodes",
}

OWN = re.compile(
    r"\$(\.entities\[\d+\])?\.(_etag|routingRules\[\d+\]\.(id|type|overflowTarget|overflowDelay|enabled))"
)
"""What a gateway with overflow rules adds to the models of the vendor."""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_sdk(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module", params=["demo, genesys-cloud", "made up, genesys-cloud", "demo, mixed"])
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    what, dialect = request.param.split(", ")
    queues = demo_queues() if what == "demo" else organization(40)
    surroundings = demo_surroundings() if what == "demo" else {}
    with Emulator(queues=queues, surroundings=surroundings, dialect=dialect, rate_limit=1_000_000) as running:
        yield running


@pytest.fixture(scope="module")
def client(emulator: Emulator) -> Iterator[requests.Session]:
    with requests.Session() as session:
        grant = {"grant_type": "client_credentials"}
        answer = session.post(f"{emulator.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield session


@pytest.fixture(scope="module")
def ids(emulator: Emulator, client: requests.Session) -> dict[str, str]:
    """One thing of each kind."""
    found = {}
    for kind, path in LISTS.items():
        entities = client.get(f"{emulator.url}{path}", timeout=60).json()["entities"]
        found[kind] = entities[0]["id"] if entities else "none"
    return found


def strange(sdk: Any, answer: Any, type_: str, emulator: Emulator) -> list[str]:
    """What the model doesn't know; in the form of a gateway without what such a one adds."""
    found = misfits(sdk, answer, type_)
    own = any("_etag" in queue for queue in (answer.get("entities") or [answer]) if isinstance(queue, dict))
    return [text for text in found if not (own and OWN.match(text))]


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_is_what_its_model_says(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str], path: str
) -> None:
    answer = client.get(emulator.url + path.format(**ids), timeout=60).json()
    type_ = ANSWERS[path] if "errors" not in answer else "ErrorBody"
    if isinstance(answer, list):
        assert [] == list(misfits(sdk, answer, type_))
    else:
        assert [] == strange(sdk, answer, type_, emulator)


def test_a_refusal_of_a_queue_is_what_its_model_says(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str]
) -> None:
    url = f"{emulator.url}{QUEUES}/{ids['queue']}"
    queue = client.get(url, timeout=60).json()
    queue |= {"name": "", "directRouting": {"agentWaitSeconds": 1, "backupQueueId": "none"}}
    answer = client.put(url, json=queue, timeout=60)
    assert 400 == answer.status_code
    assert answer.json()["details"]
    assert [] == list(misfits(sdk, answer.json(), "ErrorBody"))


def test_the_judge_can_say_no(sdk: Any) -> None:
    wrong = {
        "name": 7,
        "unknown": 1,
        "scoringMethod": "None of these",
        "memberGroups": {},
        "dateCreated": "x",
    }
    assert [
        "$.name: 7 is no str",
        "$.unknown: Queue has no such field",
        "$.scoringMethod: 'None of these' is none of TimestampAndPriority, PriorityOnly",
        "$.memberGroups: no list",
        "$.dateCreated: 'x' is no moment",
    ] == list(misfits(sdk, wrong, "Queue"))

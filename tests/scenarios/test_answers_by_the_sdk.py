"""Every answer of the emulator, held strictly against the models of the official SDK."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from syncer.emulator.analytics import AGGREGATES, OBSERVATIONS
from syncer.emulator.analytics_metrics import COUNTED, OBSERVED
from syncer.emulator.fields import FIELDS, TYPES, WORDS
from syncer.emulator.server import Emulator, demo_queues, demo_surroundings, organization
from syncer.net.timing import rfc3339, utc_now
from tests.emulator.models import misfits, words_of
from tests.emulator.official import load_sdk

QUEUES = "/api/v2/routing/queues"
AUTHORIZATION = "/api/v2/authorization"
CONSUMED = "/api/v2/architect/dependencytracking/consumedresources"
AUDITS = "/api/v2/audits/query"

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
    "/api/v2/teams": "TeamEntityListing",
    "/api/v2/teams?pageSize=1&after=1": "TeamEntityListing",
    "/api/v2/teams/{team}": "Team",
    "/api/v2/routing/skillgroups": "SkillGroupEntityListing",
    "/api/v2/routing/skillgroups/{skill_group}": "SkillGroup",
    "/api/v2/flows": "FlowEntityListing",
    "/api/v2/flows/{flow}": "Flow",
    "/api/v2/flows/{flow}/versions/1.0/configuration": "object",
    "/api/v2/architect/dependencytracking/build": "DependencyStatus",
    f"{CONSUMED}?id={{flow}}&version=1.0&objectType=INQUEUECALLFLOW": "ConsumedResourcesEntityListing",
    f"{QUEUES}/{{queue}}/estimatedwaittime": "EstimatedWaitTimePredictions",
    f"{QUEUES}/{{queue}}/mediatypes/call/estimatedwaittime": "EstimatedWaitTimePredictions",
    "/api/v2/users": "UserEntityListing",
    "/api/v2/users/me": "ErrorBody",
    "/api/v2/users/{user}": "User",
    "/api/v2/routing/wrapupcodes": "WrapupCodeEntityListing",
    "/api/v2/routing/wrapupcodes/{code}": "WrapupCode",
    f"{AUDITS}/realtime/servicemapping": "AuditQueryServiceMapping",
    f"{AUDITS}/servicemapping": "AuditQueryServiceMapping",
    f"{AUDITS}/{{query}}": "AuditQueryExecutionStatusResponse",
    f"{AUDITS}/{{query}}/results": "AuditQueryExecutionResultsResponse",
    f"{AUDITS}/{{query}}/results?pageSize=1&expand=user": "AuditQueryExecutionResultsResponse",
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
    "team": "/api/v2/teams",
    "skill_group": "/api/v2/routing/skillgroups",
    "flow": "/api/v2/flows",
}

OWN = re.compile(
    r"\$(\.entities\[\d+\])?\.(_etag|routingRules\[\d+\]\.(id|type|overflowTarget|overflowDelay|enabled))"
)
"""What a gateway with overflow rules adds to the models of the vendor."""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_sdk(tmp_path_factory.mktemp("home"))


WORLDS = ("demo, genesys-cloud", "made up, genesys-cloud", "demo, mixed", "demo, overflow-rules")


@pytest.fixture(scope="module", params=WORLDS)
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
    found["query"] = audit_query(emulator, client, found["queue"])
    return found


def today() -> str:
    """An interval that holds all that a test does."""
    now = utc_now()
    return "/".join(rfc3339(now + timedelta(days=days)) for days in (-1, 1))


def audit_query(emulator: Emulator, client: requests.Session, queue: str) -> str:
    """A query of the audit that found an edit."""
    requests.post(f"{emulator.url}/_emulator/queues/{queue}", json={"description": "x"}, timeout=60)
    body = {"interval": today(), "serviceName": "ContactCenter"}
    begun = client.post(f"{emulator.url}{AUDITS}", json=body, timeout=60).json()
    for _ in range(2):
        client.get(f"{emulator.url}{AUDITS}/{begun['id']}", timeout=60)
    found: str = begun["id"]
    return found


def strange(sdk: Any, answer: Any, type_: str) -> list[str]:
    """What the model doesn't know; in the form of a gateway without what such a one adds."""
    found = list(misfits(sdk, answer, type_))
    if not isinstance(answer, dict):
        return found
    own = any("_etag" in queue for queue in (answer.get("entities") or [answer]) if isinstance(queue, dict))
    return [text for text in found if not (own and OWN.match(text))]


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_is_what_its_model_says(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str], path: str
) -> None:
    answer = client.get(emulator.url + path.format(**ids), timeout=60)
    missing = "none" in re.split("[/=&]", path.format(**ids))
    refused = ANSWERS[path] == "ErrorBody" or missing
    assert (answer.status_code >= 400) == refused
    assert [] == strange(sdk, answer.json(), "ErrorBody" if refused else ANSWERS[path])


def test_every_path_that_is_read_is_walked(emulator: Emulator, ids: dict[str, str]) -> None:
    """Nothing is served that no model was held against."""
    walked = [tuple(path.format(**ids).partition("?")[0].strip("/").split("/")) for path in ANSWERS]
    read = [route for route in emulator.application.routes if "GET" in route.handlers]
    left = [route.template for route in read if not any(route.match(path) is not None for path in walked)]
    assert ["/_emulator/requests", "/_emulator/history", "/_emulator/faults"] == left


def test_the_answer_to_a_write_is_what_its_model_says(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str]
) -> None:
    queues, one = f"{emulator.url}{QUEUES}", f"{emulator.url}{QUEUES}/{ids['queue']}"
    queue = client.get(one, timeout=60).json()
    made = {"name": "Made by a test", "sourceQueueId": ids["queue"]}
    users = [{"id": user} for user in (ids["user"], "none")]
    codes = [{"id": ids["code"]}]
    known = {key: value for key, value in queue.items() if key != "_etag"}
    for method, url, body, type_ in (
        ("PUT", one, known, "Queue"),
        ("PUT", one, known | {"inventedField": {"more": 1}} if "_etag" not in queue else known, "Queue"),
        ("POST", queues, made, "Queue"),
        ("PATCH", f"{one}/members", users, "QueueMemberEntityListing"),
        ("POST", f"{one}/wrapupcodes", codes, "list[WrapupCode]"),
        ("POST", f"{emulator.url}/api/v2/groups/search", {}, "GroupsSearchResponse"),
    ):
        answer = client.request(method, url, json=body, timeout=60)
        assert 200 == answer.status_code, answer.text
        assert [] == strange(sdk, answer.json(), type_)


def test_the_audit_is_what_its_models_say(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str]
) -> None:
    url, queue = f"{emulator.url}{QUEUES}/{ids['queue']}", f"{emulator.url}/_emulator/queues/{ids['queue']}"
    client.put(url, json=client.get(url, timeout=60).json() | {"description": "y"}, timeout=60)
    requests.post(f"{queue}?client=browser", json={"description": "z"}, timeout=60)
    body = {
        "interval": today(),
        "serviceName": "ContactCenter",
        "filters": [{"property": "EntityId", "value": ids["queue"]}],
        "sort": [{"name": "Timestamp", "sortOrder": "ascending"}],
    }
    realtime = client.post(f"{emulator.url}{AUDITS}/realtime?expand=user", json=body, timeout=60)
    waited = client.post(f"{emulator.url}{AUDITS}", json=body, timeout=60)
    assert (200, 202) == (realtime.status_code, waited.status_code)
    assert [] == list(misfits(sdk, realtime.json(), "AuditRealtimeQueryResultsResponse"))
    assert [] == list(misfits(sdk, waited.json(), "AuditQueryExecutionStatusResponse"))
    assert 3 <= realtime.json()["total"]


def test_analytics_are_what_their_models_say(
    sdk: Any, emulator: Emulator, client: requests.Session, ids: dict[str, str]
) -> None:
    predicates = [{"type": "dimension", "dimension": "queueId", "operator": "matches", "value": ids["queue"]}]
    filter_ = {"type": "or", "predicates": predicates}
    aggregates = {
        "interval": "2026-03-02T00:00:00.000Z/2026-03-03T00:00:00.000Z",
        "granularity": "PT1H",
        "groupBy": ["queueId", "mediaType"],
        "metrics": list(COUNTED),
        "filter": filter_,
    }
    observations = {"metrics": list(OBSERVED), "filter": filter_}
    for path, body, type_ in (
        (AGGREGATES, aggregates, "ConversationAggregateQueryResponse"),
        (OBSERVATIONS, observations, "QueueObservationQueryResponse"),
    ):
        answer = client.post(emulator.url + path, json=body, timeout=60)
        assert answer.json()["results"]
        assert [] == list(misfits(sdk, answer.json(), type_))
        refused = client.post(emulator.url + path, json={}, timeout=60)
        assert 400 == refused.status_code
        assert [] == list(misfits(sdk, refused.json(), "ErrorBody"))


def test_every_queue_can_be_put_back_as_it_is(emulator: Emulator, client: requests.Session) -> None:
    queues = client.get(f"{emulator.url}{QUEUES}?pageSize=500", timeout=60).json()["entities"]
    assert {200} == {
        client.put(f"{emulator.url}{QUEUES}/{queue['id']}", json=queue, timeout=60).status_code
        for queue in queues
    }


def test_the_fields_that_are_kept_are_those_of_the_model(sdk: Any) -> None:
    queue = sdk.Queue()
    assert FIELDS == set(queue.attribute_map.values())
    python = {"str": str, "bool": bool, "int": int, "datetime": str}
    types = {json: queue.swagger_types[name] for name, json in queue.attribute_map.items()}
    assert {name: type_ for name, (type_, _) in TYPES.items()} == {
        name: python.get(types[name], dict) for name in TYPES
    }
    names = {json: name for name, json in queue.attribute_map.items()}
    words = {path: words_of(sdk.Queue, names[path]) for path in WORDS if "." not in path}
    words["acwSettings.wrapupPrompt"] = words_of(sdk.AcwSettings, "wrapup_prompt")
    assert {path: list(each) for path, each in WORDS.items()} == words


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
        "$.dateCreated: 'x' is not a point in time",
    ] == list(misfits(sdk, wrong, "Queue"))

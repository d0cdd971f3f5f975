"""The official Python SDK as a witness: what it calls, writes and raises against the emulator."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from syncer.emulator.server import Emulator, Faults, demo_queues, demo_surroundings, organization
from syncer.live.wire import read_queue
from syncer.model.rule import of_kinds
from tests.emulator.official import Official, body, load_sdk, official
from tests.program import Program, policy_queue

OWNED = ("routingRules", "dateModified", "modifiedBy")
PERMISSION = "routing:queue:view"


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_sdk(tmp_path_factory.mktemp("home"))


@pytest.fixture
def demo() -> Iterator[Emulator]:
    """The organization of the demonstration."""
    with Emulator(
        queues=demo_queues(),
        surroundings=demo_surroundings(),
        read_credentials=("reader", "secret"),
        rate_limit=1000,
    ) as emulator:
        yield emulator


@pytest.fixture
def client(sdk: Any, demo: Emulator) -> Iterator[Official]:
    """The SDK, logged in."""
    with official(sdk, demo) as client:
        yield client


@pytest.mark.parametrize(("login", "api"), [(None, None), ("/login", "/api"), ("auth", "platform/v1/")])
def test_it_logs_in_through_its_gateway_configuration(
    sdk: Any, demo: Emulator, login: str | None, api: str | None
) -> None:
    with official(sdk, demo, login=login, api=api) as client:
        found = client.organization.get_organizations_me()
    assert ("Emulated Organization", "DE", "active") == (found.name, found.default_country_code, found.state)
    assert None not in (found.id, found.version, found.default_language, found.third_party_org_name)


def test_it_lists_all_pages(sdk: Any) -> None:
    queues = organization(60)
    with Emulator(queues=queues) as emulator, official(sdk, emulator) as client:
        pages = client.pages(25)
    assert [25, 25, 10] == [len(page) for page in pages]
    assert {queue["id"]: queue["name"] for queue in queues} == {
        queue.id: queue.name for page in pages for queue in page
    }


def test_it_searches_by_name_id_and_division(client: Official) -> None:
    some = client.routing.get_routing_queues(name="Support*").entities
    ids = [queue.id for queue in some[:2]]
    division = client.queue("Billing Senior").division.id
    finance = client.routing.get_routing_queues(division_id=[division]).entities
    views = client.routing.get_routing_queues_divisionviews(id=ids).entities
    assert 6 == len(some)
    assert ids == [queue.id for queue in client.routing.get_routing_queues(id=ids).entities]
    assert {"Finance"} == {queue.division.name for queue in finance}
    assert [(queue.id, queue.name) for queue in some[:2]] == [(view.id, view.name) for view in views]
    assert {None} == {view.media_settings for view in views}
    assert 25 == client.routing.get_routing_queues_divisionviews_all(page_size=1).total


def test_it_creates_reads_updates_and_deletes(client: Official) -> None:
    models = client.sdk
    finance = client.queue("Billing Senior").division.id
    asked = models.CreateQueueRequest()
    asked.name, asked.division = "Made by the SDK", models.WritableDivision()
    asked.division.id = finance
    asked.media_settings = models.QueueMediaSettings()
    asked.media_settings.call = models.MediaSettings()
    made = client.routing.post_routing_queues(asked)
    made.description, made.member_count, made.division.id = "Changed", 99, "elsewhere"
    changed = client.routing.put_routing_queue(made.id, made)
    read = client.routing.get_routing_queue(made.id)
    client.routing.delete_routing_queue(made.id, force_delete=True)
    with pytest.raises(models.rest.ApiException) as gone:
        client.routing.get_routing_queue(made.id)
    assert (20_000, 8) == (
        made.media_settings.call.service_level.duration_ms,
        made.media_settings.call.alerting_timeout_seconds,
    )
    assert ("Changed", 0, finance, "Finance") == (
        read.description,
        read.member_count,
        read.division.id,
        read.division.name,
    )
    assert changed.to_dict() == read.to_dict()
    assert (404, "not.found") == (gone.value.status, body(gone.value)["code"])


def test_a_queue_goes_round_unharmed_but_for_its_overflow_rules(client: Official) -> None:
    queues = [queue for page in client.pages() for queue in page]
    assert queues
    for queue in queues:
        written = client.routing.put_routing_queue(queue.id, queue)
        assert _without(client.json(queue), *OWNED) == _without(client.json(written), *OWNED)


def test_a_queue_without_a_backup_queue_is_its_own(client: Official) -> None:
    queue = client.queue("Reception")
    queue.direct_routing = client.sdk.DirectRouting()
    written = client.routing.put_routing_queue(queue.id, queue)
    again = client.routing.put_routing_queue(queue.id, written)
    found = client.routing.get_routing_queue(queue.id).direct_routing
    assert {queue.id} == {each.direct_routing.backup_queue_id for each in (written, again)}
    assert (queue.id, 60, False) == (found.backup_queue_id, found.agent_wait_seconds, found.wait_for_agent)


def test_overflow_rules_are_lost_when_it_writes_back_what_it_read(client: Official, demo: Emulator) -> None:
    """Its models hold nothing of a rule but the threshold, so the target is gone after its PUT."""
    client.routing.put_routing_queue(client.queue("Support Tier 2").id, client.queue("Support Tier 2"))
    raw = _raw(client, "Support Tier 2")
    assert [{"threshold": 30}] == raw["routingRules"]
    assert () == of_kinds(read_queue(raw).rules, ("overflow",))


def _refused(name: str) -> Callable[[Official], object]:
    def attempt(client: Official) -> object:
        queue = client.queue("Support Tier 3")
        routing, models = client.routing, client.sdk
        match name:
            case "no token":
                client.client.access_token = "unknown"
                return routing.get_routing_queues()
            case "not there":
                return routing.get_routing_queue("none")
            case "no name":
                return routing.post_routing_queues(models.CreateQueueRequest())
            case "name taken":
                queue.name = "Reception"
            case "stale in the body":
                return routing.put_routing_queue(queue.id, {**client.json(queue), "_etag": "old"})
            case "stale":
                client.client.set_default_header("If-Match", '"old"')
        return routing.put_routing_queue(queue.id, queue)

    return attempt


@pytest.mark.parametrize(
    ("attempt", "credentials", "status", "code", "reason"),
    [
        (_refused("no token"), ("demo", "demo"), 401, "bad.credentials", "Unauthorized"),
        (_refused("write"), ("reader", "secret"), 403, "missing.permission", "Forbidden"),
        (_refused("not there"), ("demo", "demo"), 404, "not.found", "Not Found"),
        (_refused("no name"), ("demo", "demo"), 400, "bad.request", "Bad Request"),
        (_refused("name taken"), ("demo", "demo"), 409, "conflict", "Conflict"),
        (_refused("stale in the body"), ("demo", "demo"), 412, "precondition.failed", "Precondition Failed"),
        (_refused("stale"), ("demo", "demo"), 412, "precondition.failed", "Precondition Failed"),
    ],
)
def test_it_sees_its_own_exception(
    sdk: Any,
    demo: Emulator,
    attempt: Callable[[Official], object],
    credentials: tuple[str, str],
    status: int,
    code: str,
    reason: str,
) -> None:
    with official(sdk, demo, credentials) as client, pytest.raises(sdk.rest.ApiException) as caught:
        attempt(client)
    error = caught.value
    assert (status, reason) == (error.status, error.reason)
    assert (code, status) == (body(error)["code"], body(error)["status"])
    assert body(error)["contextId"] == error.headers["ININ-Correlation-Id"]
    assert body(error)["message"]


def test_wrong_credentials_are_its_exception_too(sdk: Any, demo: Emulator) -> None:
    with pytest.raises(sdk.rest.ApiException) as caught, official(sdk, demo, ("demo", "wrong")):
        pass
    assert (401, "invalid_client") == (caught.value.status, body(caught.value)["error"])


def test_429_says_when_to_come_back(sdk: Any) -> None:
    with Emulator(queues=organization(1), rate_limit=1) as emulator, official(sdk, emulator) as client:
        # By itself it waits as long as the answer says, which would be a minute here.
        client.client.get_http_client().rest_client.pool_manager.connection_pool_kw["retries"] = False
        client.client.get_http_client().rest_client.pool_manager.clear()
        client.routing.get_routing_queues()
        with pytest.raises(sdk.rest.ApiException) as caught:
            client.routing.get_routing_queues()
    error = caught.value
    assert (429, "too.many.requests.retry.after") == (error.status, body(error)["code"])
    assert error.headers["Retry-After"] == error.headers["inin-ratelimit-reset"]
    assert f"[{error.headers['Retry-After']}] seconds" in body(error)["message"]


def test_429_is_sent_again_by_itself(sdk: Any) -> None:
    faults = Faults.parse("429=0.5,retry-after=0,seed=3")
    with Emulator(queues=organization(1), faults=faults) as emulator, official(sdk, emulator) as client:
        assert [1] * 10 == [client.routing.get_routing_queues().total for _ in range(10)]


def test_it_reads_what_is_around_queues(client: Official) -> None:
    access = client.authorization
    divisions = access.get_authorization_divisions(page_size=100).entities
    home = access.get_authorization_divisions_home()
    groups = client.groups.get_groups(page_size=100).entities
    chosen = client.groups.get_groups(id=[groups[0].id, groups[3].id]).entities
    user = client.users.get_users(page_size=1).entities[0]
    products = access.get_authorization_products()
    with pytest.raises(client.sdk.rest.ApiException) as nobody:
        client.users.get_users_me()
    assert ["Finance", "Home", "Internal", "Partners", "Sales"] == [entry.name for entry in divisions]
    assert [home.id] == [entry.id for entry in divisions if entry.home_division]
    assert home.to_dict() == access.get_authorization_division(home.id).to_dict()
    assert access.get_authorization_divisionspermitted_paged_me(PERMISSION).all_divs_permitted
    assert [groups[0].id, groups[3].id] == [group.id for group in chosen]
    assert groups[0].to_dict() == client.groups.get_group(groups[0].id).to_dict()
    assert user.to_dict() == client.users.get_user(user.id).to_dict()
    assert len(products.entities) == products.total
    assert 400 == nobody.value.status
    teams = client.sdk.TeamsApi(client.client).get_teams(page_size=25).entities
    skill_groups = client.routing.get_routing_skillgroups(page_size=25).entities
    known = {("GROUP", each.id) for each in groups} | {("TEAM", each.id) for each in teams}
    known |= {("SKILLGROUP", each.id) for each in skill_groups}
    queues = [queue for page in client.pages() for queue in page]
    members = {(group.type, group.id) for queue in queues for group in queue.member_groups or ()}
    assert {"GROUP", "TEAM", "SKILLGROUP"} == {type_ for type_, _ in members}
    assert members <= known


def test_it_pages_through_members_to_an_empty_page(client: Official) -> None:
    queue = client.queue("Sales Inbound")
    pages: list[list[Any]] = []
    while not pages or pages[-1]:
        number = len(pages) + 1
        page = client.routing.get_routing_queue_members(queue.id, page_size=30, page_number=number)
        pages.append(page.entities)
    assert [30, 30, 10, 0] == [len(page) for page in pages]
    assert queue.member_count == len({member.id for page in pages for member in page})
    assert {1} == {member.ring_number for page in pages for member in page}


def test_it_changes_members(client: Official) -> None:
    routing, models = client.routing, client.sdk
    queue = client.queue("Reception")
    before = [member.id for member in routing.get_routing_queue_members(queue.id).entities]
    new = next(user.id for user in client.users.get_users().entities if user.id not in before)
    entity, member = models.WritableEntity(), models.QueueMember()
    entity.id, member.id, member.ring_number = new, new, 3
    routing.post_routing_queue_members(queue.id, [entity])
    routing.patch_routing_queue_member(queue.id, new, member)
    added = {found.id: found.ring_number for found in routing.get_routing_queue_members(queue.id).entities}
    entity.id = before[0]
    routing.post_routing_queue_members(queue.id, [entity], delete=True)
    routing.delete_routing_queue_member(queue.id, before[1])
    after = {found.id for found in routing.get_routing_queue_members(queue.id).entities}
    assert {**dict.fromkeys(before, 1), new: 3} == added
    assert {*before[2:], new} == after
    assert len(after) == routing.get_routing_queue(queue.id).member_count


def test_it_changes_wrapup_codes(client: Official) -> None:
    routing, queue = client.routing, client.queue("Reception")
    codes = routing.get_routing_wrapupcodes(page_size=100).entities
    wanted = []
    for code in codes[:2]:
        reference = client.sdk.WrapUpCodeReference()
        reference.id = code.id
        wanted.append(reference)
    added = routing.post_routing_queue_wrapupcodes(queue.id, wanted)
    listed = routing.get_routing_queue_wrapupcodes(queue.id).entities
    routing.delete_routing_queue_wrapupcode(queue.id, codes[0].id)
    left = routing.get_routing_queue_wrapupcodes(queue.id).entities
    assert [code.id for code in codes[:2]] == [code.id for code in added] == [code.id for code in listed]
    assert [codes[1].id] == [code.id for code in left]


def test_it_moves_a_queue_to_another_division(client: Official) -> None:
    queue, finance = client.queue("Reception"), client.queue("Billing Senior").division
    client.authorization.post_authorization_division_object(finance.id, "QUEUE", [queue.id])
    assert finance.to_dict() == client.queue("Reception").division.to_dict()


def test_what_it_writes_our_program_reads_and_the_reverse(
    client: Official, demo: Emulator, program: Program
) -> None:
    program.use(demo)
    program.write_policies(
        policy_queue("Support Tier 1", ("Support Tier 2", 15), ("Support Tier 3", 5)),
        policy_queue("Support Tier 2", ("Support Tier 3", 20)),
        policy_queue("Support Tier 3"),
    )
    theirs = client.queue("Support Tier 3")
    theirs.description, theirs.enable_manual_assignment = "Written by the SDK", True
    client.routing.put_routing_queue(theirs.id, theirs)
    before = _all(client)
    planned = program.run("plan", "--format", "json")
    applied = program.run("apply", "--auto-approve")
    assert (0, 0) == (planned.code, applied.code), planned.err + applied.err
    assert [15, 5] == [rule["threshold"] for rule in _overflow(_raw(client, "Support Tier 1"))]
    assert before == _all(client)
    assert "Written by the SDK" == read_queue(_raw(client, "Support Tier 3")).raw["description"]


def test_our_program_puts_back_the_rules_that_it_loses(
    client: Official, demo: Emulator, program: Program
) -> None:
    program.use(demo)
    program.write_policies(
        policy_queue("Support Tier 2", ("Support Tier 3", 30)), policy_queue("Support Tier 3")
    )
    first = program.run("apply", "--auto-approve")
    client.routing.put_routing_queue(client.queue("Support Tier 2").id, client.queue("Support Tier 2"))
    lost = program.run("drift", "--detailed-exitcode")
    again = program.run("apply", "--auto-approve")
    assert (0, 2, 0) == (first.code, lost.code, again.code), first.err + lost.err + again.err
    assert [30] == [rule["threshold"] for rule in _overflow(_raw(client, "Support Tier 2"))]


def _without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def _all(client: Official) -> dict[str, Any]:
    """All queues as the SDK reads them, but for what a write of overflow rules changes."""
    return {queue.id: _without(client.json(queue), *OWNED) for page in client.pages() for queue in page}


def _raw(client: Official, name: str) -> dict[str, Any]:
    """A queue as the emulator sends it, with all the fields that the models don't know."""
    client.queue(name)
    [found] = json.loads(client.client.last_response.data)["entities"]
    return dict(found)


def _overflow(raw: dict[str, Any]) -> list[dict[str, Any]]:
    return [rule for rule in raw["routingRules"] if rule.get("type") == "overflow"]

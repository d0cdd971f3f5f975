"""What clients read around queues: the organization, divisions, groups of all types, users, flows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zlib import crc32

from syncer.emulator.directory import (
    DIVISIONS,
    FLOWS,
    GROUPS,
    SKILL_GROUPS,
    TEAMS,
    USERS,
    WRAPUP_CODES,
    Directory,
    find,
)
from syncer.emulator.documents import Document, made_up_id, read_object
from syncer.emulator.pages import cursor_reply, found_reply, page_reply, searched
from syncer.emulator.visible import ALL, Visible
from syncer.emulator.wire import Call, Handler, Reply, Route, bad_request, json_reply, not_found

FEATURES = {
    "chat": True,
    "contactCenter": True,
    "directory": True,
    "purecloud": True,
    "purecloudVoice": False,
    "unifiedCommunications": False,
}

CONFIGURATION = "configuration"

PRODUCTS = ("collaboratePro", "communicate", "engage")


def surroundings_routes(directory: Directory, seen: Visible = ALL) -> tuple[Route, ...]:
    """The routes around queues; ``seen`` is what a client sees of the divisions."""
    permitted = seen.among(directory.divisions)
    divisions, organization = directory.divisions, _organization(directory.name)
    flows = [_shown(flow) for flow in directory.flows]
    return (
        Route("/api/v2/organizations/me", {"GET": lambda _call, _id: json_reply(organization)}),
        Route("/api/v2/tokens/me", {"GET": lambda call, _id: _token(call, organization)}),
        Route("/api/v2/authorization/products", {"GET": _products}),
        Route(DIVISIONS, {"GET": _many(divisions)}),
        Route(f"{DIVISIONS}/home", {"GET": lambda _call, _id: json_reply(directory.home)}),
        Route(f"{DIVISIONS}/{{id}}", {"GET": _one(divisions, "The division")}),
        Route(f"{DIVISIONS}permitted/me", {"GET": lambda call, _id: json_reply(searched(call, permitted))}),
        Route(f"{DIVISIONS}permitted/paged/me", {"GET": _many(permitted, allDivsPermitted=seen.all)}),
        Route(GROUPS, {"GET": _many(directory.groups)}),
        Route(
            f"{GROUPS}/search", {"POST": lambda call, _id: _found_groups(call, directory.groups)}, asks=True
        ),
        Route(f"{GROUPS}/{{id}}", {"GET": _one(directory.groups, "The group")}),
        Route(TEAMS, {"GET": _cursored(directory.teams)}),
        Route(f"{TEAMS}/{{id}}", {"GET": _one(directory.teams, "The team")}),
        Route(SKILL_GROUPS, {"GET": _cursored(directory.skill_groups)}),
        Route(f"{SKILL_GROUPS}/{{id}}", {"GET": _one(directory.skill_groups, "The skill group")}),
        Route(FLOWS, {"GET": lambda call, _id: _flows(call, flows)}),
        Route(f"{FLOWS}/{{id}}", {"GET": _one(flows, "The flow")}),
        Route(
            f"{FLOWS}/{{id}}/versions/{{version}}/configuration",
            {"GET": lambda call, id_: _configuration(call, directory.flows, id_)},
        ),
        Route(USERS, {"GET": _many(directory.users)}),
        Route(f"{USERS}/me", {"GET": _nobody}),
        Route(f"{USERS}/{{id}}", {"GET": _one(directory.users, "The user")}),
        Route(WRAPUP_CODES, {"GET": _many(directory.wrapup_codes)}),
        Route(f"{WRAPUP_CODES}/{{id}}", {"GET": _one(directory.wrapup_codes, "The wrap-up code")}),
    )


def _many(documents: Sequence[Document], **more: bool) -> Handler:
    return lambda call, _id: page_reply(call, searched(call, documents), **more)


def _one(documents: Sequence[Document], what: str) -> Handler:
    def handler(_call: Call, wanted: str) -> Reply:
        found = find(documents, wanted)
        if found is None:
            raise not_found(what)
        return json_reply(found)

    return handler


def _cursored(documents: Sequence[Document]) -> Handler:
    """A list that is read on from a cursor, and finds names by how they begin."""

    def handler(call: Call, _id: str) -> Reply:
        begins = call.asked("name", "").casefold()
        found = [each for each in documents if each["name"].casefold().startswith(begins)]
        return cursor_reply(call, sorted(found, key=lambda each: str(each["name"]).casefold()))

    return handler


def _flows(call: Call, flows: Sequence[Document]) -> Reply:
    types = {each.upper() for each in call.query.get("type", [])}
    found = [each for each in flows if not types or each["type"] in types]
    return page_reply(call, searched(call, found))


def _shown(flow: Document) -> Document:
    """A flow as lists show it: what it does stands in its versions."""
    return {name: value for name, value in flow.items() if name not in (CONFIGURATION, "references")}


def _configuration(call: Call, flows: Sequence[Document], wanted: str) -> Reply:
    """What a version of a flow does; the published one alone is known."""
    found = find(flows, wanted)
    if found is None or call.path[-2] != found["publishedVersion"]["id"]:
        raise not_found("The version of the flow")
    about = {name: found[name] for name in ("id", "name", "type")}
    return json_reply({**about, "flowSequenceItemList": [], **found.get(CONFIGURATION, {})})


MATCHES: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "EXACT": lambda text, wanted: text == wanted,
    "TERM": lambda text, wanted: wanted in text.split(),
    "CONTAINS": lambda text, wanted: wanted in text,
    "STARTS_WITH": lambda text, wanted: text.startswith(wanted),
}
"""How a search compares a field with a value; both are in lower case."""


def _found_groups(call: Call, groups: Sequence[Document]) -> Reply:
    """``POST /api/v2/groups/search``: the groups that every criterion finds."""
    asked = read_object(call.body)
    criteria = asked.get("query") or []
    if not isinstance(criteria, list) or not all(isinstance(each, dict) for each in criteria):
        raise bad_request("query: has to be a list of objects")
    found = [group for group in groups if all(_finds(criterion, group) for criterion in criteria)]
    found.sort(key=lambda group: str(group["name"]).casefold())
    if str(asked.get("sortOrder", "ASC")).upper() == "DESC":
        found.reverse()
    return found_reply(asked, found, "groups")


def _finds(criterion: Document, group: Document) -> bool:
    how = str(criterion.get("type", "EXACT")).upper()
    if how not in MATCHES:
        raise bad_request(f"query.type: has to be one of {', '.join(MATCHES)}")
    values = [criterion["value"]] if "value" in criterion else criterion.get("values") or []
    texts = [str(group.get(field, "")).casefold() for field in criterion.get("fields") or ["name"]]
    return any(MATCHES[how](text, str(value).casefold()) for text in texts for value in values)


def wait_time(queue_id: str, medium: str = "ALL") -> Reply:
    """The wait that a queue announces to its callers, in seconds: the same every time for the same queue."""
    seconds = 30 + crc32(f"{queue_id}/{medium}".encode()) % 270
    return json_reply(
        {"results": [{"intent": medium.upper(), "formula": "BEST", "estimatedWaitTimeSeconds": seconds}]}
    )


def _organization(name: str) -> Document:
    """The organization; its id follows from its name."""
    return {
        "id": made_up_id(name),
        "name": name,
        "defaultLanguage": "en-us",
        "defaultCountryCode": "DE",
        "thirdPartyOrgName": "emulated",
        "thirdPartyURI": "",
        "domain": "emulated",
        "version": 1,
        "state": "active",
        "supportURI": "",
        "voicemailEnabled": False,
        "productPlatform": "GenesysCloud",
        "features": FEATURES,
        "selfUri": "/api/v2/organizations/me",
    }


def _token(call: Call, organization: Document) -> Reply:
    about = {name: organization[name] for name in ("id", "name")}
    client = {"id": call.client, "name": call.client, "organization": about}
    return json_reply({"organization": about, "homeOrganization": about, "OAuthClient": client})


def _products(_call: Call, _id: str) -> Reply:
    """All products on one page; ``total`` is what clients size their list by."""
    entities = [{"id": product} for product in PRODUCTS]
    size = len(entities)
    return json_reply(
        {"entities": entities, "total": size, "pageSize": size, "pageNumber": 1, "pageCount": 1}
    )


def _nobody(_call: Call, _id: str) -> Reply:
    raise bad_request(
        "This request requires a user context. Client credentials cannot be used for requests that require "
        "a user context."
    )

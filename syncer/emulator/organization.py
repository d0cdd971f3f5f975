"""A believable organization of any size, and what clients read around its queues."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from syncer.emulator.directory import DIVISIONS, GROUPS, USERS, WRAPUP_CODES, Directory, find
from syncer.emulator.documents import HOME, Document, made_up_id, self_uri
from syncer.emulator.kinds.kind import Spot
from syncer.emulator.kinds.registry import example_of
from syncer.emulator.queues import page_reply, searched
from syncer.emulator.wire import Call, Handler, Reply, Route, bad_request, json_reply, not_found

LINES = ("Support", "Billing", "Sales", "Claims", "Returns", "Orders", "Contracts", "Technical", "Retention")
LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Dutch", "Polish")
STEPS = ("Tier 1", "Tier 2", "Tier 3", "After Hours", "Voicemail")
"""In the order of overflow: each step hands on to later ones only, so there is no loop."""

TEAM = len(STEPS)
DAY = "2024-03-04T08:00:00.000Z"
MEDIA = {
    "call": (15, 20),
    "callback": (30, 60),
    "chat": (30, 45),
    "email": (300, 86_400),
    "message": (30, 60),
}
"""For each medium: seconds of alerting, and seconds in which 80 percent are to be answered."""


def organization(n: int) -> list[Document]:
    """Make ``n`` queues with the fields that the Genesys Cloud Platform API gives a queue."""
    names = _names(n)
    ids = [made_up_id(name) for name in names]
    return [_queue(place, names[place], ids) for place in range(n)]


def _names(n: int) -> list[str]:
    teams = [f"{line} {language}" for language, line in product(LANGUAGES, LINES)]
    names = []
    for place in range(n):
        site, team = divmod(place // TEAM, len(teams))
        prefix = f"Site {site + 1} " if site else ""
        names.append(f"{prefix}{teams[team]} {STEPS[place % TEAM]}")
    return names


def _queue(place: int, name: str, ids: list[str]) -> Document:
    language = LANGUAGES[place // (TEAM * len(LINES)) % len(LANGUAGES)]
    return {
        "id": ids[place],
        "name": name,
        "division": _division(language),
        "description": f"{name}, answered in {language}",
        "dateCreated": DAY,
        "dateModified": DAY,
        "modifiedBy": made_up_id("administrator"),
        "createdBy": made_up_id("administrator"),
        "memberCount": 3 + place * 7 % 40,
        "mediaSettings": _media(),
        **example_of(Spot(place, name, language, ids, team=TEAM)),
        "skillEvaluationMethod": ("BEST", "ALL", "NONE")[place % 3],
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30_000 + place % 4 * 15_000},
        "queueFlow": _reference("flows", f"in-queue flow {language}", "/api/v2/flows"),
        "outboundMessagingAddresses": {},
        "callingPartyName": name,
        "callingPartyNumber": f"+4930{1_000_000 + place}",
        "autoAnswerOnly": place % 5 == 0,
        "enableTranscription": place % 2 == 0,
        "enableAudioMonitoring": False,
        "enableManualAssignment": place % 4 == 0,
        "suppressInQueueCallRecording": True,
        "peerId": "",
        "selfUri": self_uri(ids[place]),
    }


def _division(language: str) -> Document:
    """The first language is at home, every other one has a division of its own."""
    return HOME if language == LANGUAGES[0] else _reference("divisions", language, DIVISIONS)


def _reference(kind: str, name: str, path: str) -> dict[str, str]:
    found = made_up_id(f"{kind}/{name}")
    return {"id": found, "name": name, "selfUri": f"{path}/{found}"}


def _media() -> dict[str, Any]:
    return {
        medium: {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": 0.8, "durationMs": seconds * 1000},
        }
        for medium, (alerting, seconds) in MEDIA.items()
    }


FEATURES = {
    "chat": True,
    "contactCenter": True,
    "directory": True,
    "purecloud": True,
    "purecloudVoice": False,
    "unifiedCommunications": False,
}

PRODUCTS = ("collaboratePro", "communicate", "engage")


def organization_routes(directory: Directory, sees: frozenset[str] | None = None) -> tuple[Route, ...]:
    """The routes around queues; ``sees`` are the ids of the divisions that a client sees, None: all."""
    permitted = [each for each in directory.divisions if sees is None or each["id"] in sees]
    divisions, organization = directory.divisions, _organization(directory.name)
    return (
        Route("/api/v2/organizations/me", {"GET": lambda _call, _id: json_reply(organization)}),
        Route("/api/v2/tokens/me", {"GET": lambda call, _id: _token(call, organization)}),
        Route("/api/v2/authorization/products", {"GET": _products}),
        Route(DIVISIONS, {"GET": _many(divisions)}),
        Route(f"{DIVISIONS}/home", {"GET": lambda _call, _id: json_reply(directory.home)}),
        Route(f"{DIVISIONS}/{{id}}", {"GET": _one(divisions, "The division")}),
        Route(f"{DIVISIONS}permitted/me", {"GET": lambda call, _id: json_reply(searched(call, permitted))}),
        Route(f"{DIVISIONS}permitted/paged/me", {"GET": _many(permitted, allDivsPermitted=sees is None)}),
        Route(GROUPS, {"GET": _many(directory.groups)}),
        Route(f"{GROUPS}/{{id}}", {"GET": _one(directory.groups, "The group")}),
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

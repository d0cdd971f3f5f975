"""What clients read around queues: the organization, its divisions, groups, users and wrap-up codes."""

from collections.abc import Sequence

from syncer.emulator.directory import DIVISIONS, GROUPS, USERS, WRAPUP_CODES, Directory, find, reference
from syncer.emulator.documents import Document, made_up_id
from syncer.emulator.pages import page_reply, searched
from syncer.emulator.wire import Call, Handler, Reply, Route, bad_request, json_reply, not_found

FEATURES = {
    "chat": True,
    "contactCenter": True,
    "directory": True,
    "purecloud": True,
    "purecloudVoice": False,
    "unifiedCommunications": False,
}

PRODUCTS = ("collaboratePro", "communicate", "engage")


def organization_routes(directory: Directory) -> tuple[Route, ...]:
    """The routes around queues."""
    divisions, organization = directory.divisions, _organization(directory.name)
    return (
        Route("/api/v2/organizations/me", {"GET": lambda _call, _id: json_reply(organization)}),
        Route("/api/v2/tokens/me", {"GET": lambda call, _id: _token(call, organization)}),
        Route("/api/v2/authorization/products", {"GET": _products}),
        Route(DIVISIONS, {"GET": _many(divisions)}),
        Route(f"{DIVISIONS}/home", {"GET": lambda _call, _id: json_reply(directory.home)}),
        Route(f"{DIVISIONS}/{{id}}", {"GET": _one(divisions, "The division")}),
        Route(f"{DIVISIONS}permitted/me", {"GET": lambda call, _id: json_reply(searched(call, divisions))}),
        Route(f"{DIVISIONS}permitted/paged/me", {"GET": _many(divisions, allDivsPermitted=True)}),
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
    about = reference(organization)
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

"""Dependency tracking of Architect: what the published version of a flow refers to.

A reference is an id somewhere in the configuration of the flow, whatever is done with it there; or one of the
``references`` that the organization's file gives the flow, whose configuration may be a secret.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from syncer.emulator.directory import find
from syncer.emulator.documents import Document
from syncer.emulator.pages import asked_ids, page_reply
from syncer.emulator.surroundings import CONFIGURATION
from syncer.emulator.wire import Call, Reply, Route, bad_request, json_reply, not_found

TRACKING: Final = "/api/v2/architect/dependencytracking"
REFERENCES: Final = "references"
QUEUE: Final = "QUEUE"


def dependency_routes(flows: Sequence[Document], name_of: Callable[[str], str | None]) -> tuple[Route, ...]:
    """The routes; ``name_of`` gives the name of a queue by its id, None where there is none."""

    def consumed(call: Call, _id: str) -> Reply:
        flow = _asked_flow(call, flows)
        types = asked_ids(call, "resourceType")
        found = _queues_in(flow, name_of) if not types or QUEUE in types else []
        return page_reply(call, found)

    return (
        Route(f"{TRACKING}/build", {"GET": _build}),
        Route(f"{TRACKING}/consumedresources", {"GET": consumed}),
    )


def _build(_call: Call, _id: str) -> Reply:
    return json_reply({"status": "OPERATIONAL", "selfUri": f"{TRACKING}/build"})


def _asked_flow(call: Call, flows: Sequence[Document]) -> Document:
    asked = {name: call.asked(name, "") for name in ("id", "version", "objectType")}
    missing = [name for name, value in asked.items() if not value]
    if missing:
        raise bad_request(f"{', '.join(missing)}: has to be given", *missing)
    flow = find(flows, asked["id"])
    if flow is None or asked["version"] != flow["publishedVersion"]["id"]:
        raise not_found("The version of the flow")
    if asked["objectType"] != f"{flow['type']}FLOW":
        raise bad_request(f"objectType: {asked['objectType']} is not the type of this object", "objectType")
    return flow


def _queues_in(flow: Document, name_of: Callable[[str], str | None]) -> list[Document]:
    ids = dict.fromkeys((*_texts(flow.get(CONFIGURATION)), *flow.get(REFERENCES, ())))
    named = ((id_, name_of(id_)) for id_ in ids)
    return [
        {
            "id": id_,
            "name": name,
            "type": QUEUE,
            "deleted": False,
            "updated": False,
            "stateUnknown": False,
            "selfUri": f"{TRACKING}/object?id={id_}&objectType={QUEUE}",
        }
        for id_, name in named
        if name is not None
    ]


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, however deep."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting.extend(reversed(list(found.values())))
        elif isinstance(found, list):
            waiting.extend(reversed(found))

"""The calls of Architect: in-queue flows, and what a version of a flow does."""

from typing import Any, Final
from urllib.parse import quote

from syncer.live.exchange import Exchange
from syncer.live.pages import read_pages
from syncer.live.queues import segment
from syncer.live.request import Request
from syncer.live.rights import DEPENDENCIES, FLOWS
from syncer.model.json_values import id_in, items, mapping, whole

_FLOWS: Final = "/api/v2/flows"
_TRACKING: Final = "/api/v2/architect/dependencytracking"
_PAGE: Final = 100
_MOST_PAGES: Final = 100
_IN_QUEUE: Final = ("inqueuecall", "inqueueemail", "inqueueshortmessage")


class FlowCalls:
    """They raise what those of :class:`syncer.live.client.Client` raise."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list_flows(self) -> list[dict[str, Any]]:
        """The JSON of all in-queue flows."""
        types = "".join(f"&type={type_}" for type_ in _IN_QUEUE)
        return read_pages(self._exchange, _FLOWS, FLOWS, "flows", asked=types)

    def get_flow(self, flow_id: str) -> dict[str, Any]:
        """The JSON of one flow, of any type; raises NotFound."""
        path = f"{_FLOWS}/{segment(flow_id, 'a flow')}"
        return self._exchange.answer(Request("GET", f"{_FLOWS}/{{id}}", path, FLOWS)).body

    def flow_configuration(self, flow_id: str, version: str) -> dict[str, Any]:
        """The configuration of a version of a flow; raises NotFound."""
        of_version = f"versions/{segment(version, 'a version of a flow')}/configuration"
        path = f"{_FLOWS}/{segment(flow_id, 'a flow')}/{of_version}"
        route = f"{_FLOWS}/{{id}}/versions/{{version}}/configuration"
        return self._exchange.answer(Request("GET", route, path, FLOWS)).body

    def tracks_dependencies(self) -> bool:
        """Whether dependency tracking is up to date: only then is it reliable."""
        path = f"{_TRACKING}/build"
        body = self._exchange.answer(Request("GET", path, path, DEPENDENCIES)).body
        return body.get("status") == "OPERATIONAL"

    def queues_referred_to(self, flow_id: str, version: str, type_: str) -> list[str]:
        """The ids of the queues that a version of a flow of this type refers to."""
        about = f"&id={_quoted(flow_id)}&version={_quoted(version)}&objectType={_quoted(type_.upper())}FLOW"
        path = f"{_TRACKING}/consumedresources"
        found: dict[str, None] = {}
        for number in range(1, _MOST_PAGES + 1):
            query = f"?pageNumber={number}&pageSize={_PAGE}{about}&resourceType=QUEUE"
            body = self._exchange.answer(Request("GET", path, f"{path}{query}", DEPENDENCIES)).body
            entities = [each for each in map(mapping, items(body.get("entities"))) if not each.get("deleted")]
            found |= dict.fromkeys(filter(None, map(id_in, entities)))
            if number >= (whole(body.get("pageCount")) or 1):
                break
        return list(found)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")

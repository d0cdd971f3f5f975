"""The calls of Architect: in-queue flows, and what a version of a flow does."""

from typing import Any, Final

from syncer.live.exchange import Exchange
from syncer.live.pages import read_pages
from syncer.live.queues import segment
from syncer.live.request import Request
from syncer.live.rights import FLOWS

_FLOWS: Final = "/api/v2/flows"
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

"""The OAuth client that the live API identifies us as."""

from typing import Final

from syncer.live.client import Client
from syncer.live.request import Request
from syncer.live.rights import ORGANIZATION
from syncer.model.json_values import id_in

_OWN: Final = "/api/v2/tokens/me"


def own_client(client: Client) -> str:
    """The id of the client that our calls are made by: that of the credentials; with only an access token,
    the API is asked. Empty if the API doesn't state it. Raises what the calls of ``client`` raise."""
    if client.client_id:
        return client.client_id
    return id_in(client.exchange.answer(Request("GET", _OWN, _OWN, ORGANIZATION)).body.get("OAuthClient"))

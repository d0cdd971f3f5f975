"""Who the program is to the live API: a client with its secret, or an access token, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.errors import ConfigError
from syncer.model.environment import Variables

_PAIRS: tuple[tuple[str, str], ...] = (
    ("GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"),
    ("GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"),
)
_READY_MADE = "GENESYSCLOUD_ACCESS_TOKEN"

_USUAL = Variables()


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client with its secret, or an access token; ``source`` names the variables they came from."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    source: str = ""

    def __str__(self) -> str:
        return f"the access token of {self.source}" if self.access_token else f"the client of {self.source}"


def credentials(env: Mapping[str, str], variables: Variables = _USUAL) -> Credentials:
    """The credentials in ``env``: an access token, else the first client that is named.

    Where ``variables`` names some, only those are looked at. Raises ConfigError that names the variable that
    is missing or can't be used.
    """
    pairs = _PAIRS
    if variables.names:
        pairs = ((variables.client_id, variables.client_secret),)
    else:
        variables = Variables(access_token=_READY_MADE)
    token = _text(env, variables.access_token)
    if token:
        return Credentials(access_token=token, source=variables.access_token)
    for id_name, secret_name in pairs:
        client_id, secret = _text(env, id_name), _text(env, secret_name)
        if client_id and secret:
            return Credentials(client_id, secret, source=f"{id_name} and {secret_name}")
        if client_id or secret:
            missing, present = (secret_name, id_name) if client_id else (id_name, secret_name)
            raise ConfigError(f"{missing} is not set, though {present} is.", hint=f"Set {missing} too.")
    ways = [" and ".join(name for name in pairs[0] if name), variables.access_token]
    raise ConfigError(
        "There are no credentials for Genesys Cloud.",
        hint=f"Set {', or '.join(way for way in ways if way)}.",
    )


def _text(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip()
    if not sendable(text):
        raise ConfigError(
            f"{name} holds white space or characters that can't be sent.",
            hint="Copy it again, without line ends.",
        )
    return text


def sendable(text: str) -> bool:
    """Whether a header can carry ``text`` as it is."""
    return text.isascii() and text.isprintable() and " " not in text

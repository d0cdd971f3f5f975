"""The address of the API, and the credentials: a URL, gateway or region."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from syncer.errors import ConfigError
from syncer.model.queue import Nearest
from syncer.model.settings import UNNAMED, Environment, Variables
from syncer.net.urls import is_loopback

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

    If ``variables`` names some, only those are read. Raises ConfigError that names the variable that
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
            f"{name} contains white space or characters that can't be sent.",
            hint="Copy it again, without line ends.",
        )
    return text


def sendable(text: str) -> bool:
    """Whether a header can carry ``text`` as it is."""
    return text.isascii() and text.isprintable() and " " not in text


DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "mypurecloud.com",
        "us-east-2": "use2.us-gov-pure.cloud",
        "us-west-2": "usw2.pure.cloud",
        "ca-central-1": "cac1.pure.cloud",
        "eu-west-1": "mypurecloud.ie",
        "eu-west-2": "euw2.pure.cloud",
        "eu-central-1": "mypurecloud.de",
        "eu-central-2": "euc2.pure.cloud",
        "ap-northeast-1": "mypurecloud.jp",
        "ap-northeast-2": "apne2.pure.cloud",
        "ap-northeast-3": "apne3.pure.cloud",
        "ap-southeast-1": "apse1.pure.cloud",
        "ap-southeast-2": "mypurecloud.com.au",
        "ap-south-1": "aps1.pure.cloud",
        "sa-east-1": "sae1.pure.cloud",
        "me-central-1": "mec1.pure.cloud",
        "mx-central-1": "mxc1.pure.cloud",
    }
)
"""AWS region to domain, as the Genesys Cloud Platform API lists them."""

_HOST_LIKE = re.compile(r"[A-Za-z]?[a-z0-9.-]{1,39}")
"""The values that an error may repeat; anything else may be a secret in the wrong place."""

_VERSIONED = re.compile(r"/+api/v2/*\Z", re.IGNORECASE)
"""The start of every call's path, which people copy with the address."""

_NAMING = ("SYNCER_API_URL", "GENESYSCLOUD_GATEWAY_HOST", "GENESYSCLOUD_REGION")

_WHAT_TO_SET = (
    "Set GENESYSCLOUD_REGION (such as eu-central-1 or mypurecloud.de) or --region; "
    "for a proxy or the emulator set SYNCER_API_URL or --api-url."
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base URLs without a trailing slash.

    ``gateway``: ``api`` is not a known region of the vendor, so that ``login`` is the same host and both
    kinds of token endpoint have to be tried. ``source`` is the option or the variable
    that decided.
    """

    api: str
    login: str
    gateway: bool
    source: str = field(default="", compare=False)

    @property
    def loopback(self) -> bool:
        """Whether the API is on this machine."""
        return is_loopback(urlsplit(self.api).hostname or "")


def endpoints(
    env: Mapping[str, str], *, region: str = "", api_url: str = "", environment: Environment = UNNAMED
) -> Endpoints:
    """Where to call: options, then variables, then the environment of the settings.

    Within each of these, a URL comes before a gateway before a region. Raises ConfigError when nothing is
    set, a value is invalid, or a variable names another region than the environment.
    """
    if api_url.strip():
        return _of_url(api_url, "--api-url")
    if region.strip():
        return _of_region(region, "--region")
    if env.get("SYNCER_API_URL", "").strip():
        return _of_url(env["SYNCER_API_URL"], "SYNCER_API_URL")
    if env.get("GENESYSCLOUD_GATEWAY_HOST", "").strip():
        return _of_url(_gateway_url(env), "GENESYSCLOUD_GATEWAY_HOST, _PORT and _PROTOCOL")
    own = _of_environment(environment)
    if env.get("GENESYSCLOUD_REGION", "").strip():
        named = _of_region(env["GENESYSCLOUD_REGION"], "GENESYSCLOUD_REGION")
        if own not in (None, named):
            raise ConfigError(
                f"GENESYSCLOUD_REGION names another organization than the environment {environment.name!r}.",
                hint="Unset the variable, or choose the environment that it belongs to.",
            )
        return named
    if own is not None:
        return own
    raise ConfigError("It is not set which Genesys Cloud organization to use.", hint=_WHAT_TO_SET)


def is_named(env: Mapping[str, str]) -> bool:
    """Whether a variable sets the address, regardless of the settings."""
    return any(env.get(name, "").strip() for name in _NAMING)


def refuse_nowhere(environment: Environment) -> None:
    """Raise ConfigError if the region or URL of ``environment`` is invalid."""
    _of_environment(environment)


def _of_environment(environment: Environment) -> Endpoints | None:
    """The address of ``environment`` in the settings, if they have one."""
    where = f"environments.{environment.name}"
    if environment.api_url:
        return _of_url(environment.api_url, f"{where}.api_url")
    return _of_region(environment.region, f"{where}.region") if environment.region else None


def _of_region(text: str, source: str) -> Endpoints:
    name = text.strip().lower()
    domain = DOMAINS.get(name, name)
    if not _is_domain(domain):
        known = [*DOMAINS, *DOMAINS.values()]
        near = Nearest(known).find(name)
        guess = f" Did you mean {near}?" if near else ""
        shown = f": {name!a}" if _HOST_LIKE.fullmatch(text.strip()) else ""
        raise ConfigError(
            f"{source} names no known region{shown}.{guess}",
            hint=f"Known regions: {', '.join(DOMAINS)}. For any other host use --api-url.",
        )
    return _of_domain(domain, source)


def _of_domain(domain: str, source: str) -> Endpoints:
    return Endpoints(f"https://api.{domain}", f"https://login.{domain}", gateway=False, source=source)


def _is_domain(domain: str) -> bool:
    """Whether credentials may go to ``domain``: a listed one, or a new region below pure.cloud."""
    label = domain.removesuffix(".pure.cloud")
    return domain in DOMAINS.values() or (label != domain and label.isascii() and label.isalnum())


def _gateway_url(env: Mapping[str, str]) -> str:
    protocol = env.get("GENESYSCLOUD_GATEWAY_PROTOCOL", "").strip() or "https"
    host = env["GENESYSCLOUD_GATEWAY_HOST"].strip()
    port = env.get("GENESYSCLOUD_GATEWAY_PORT", "").strip()
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{protocol}://{host}{f':{port}' if port else ''}"


def _of_url(text: str, source: str) -> Endpoints:
    url = _VERSIONED.sub("", text.strip())
    problem = _problem(url)
    if problem:
        raise ConfigError(f"{source}: {problem}.", hint="It looks like https://api.mypurecloud.de.")
    parts = urlsplit(url)
    domain = (parts.hostname or "").removeprefix("api.")
    if url.rstrip("/").lower() == f"https://api.{domain}" and _is_domain(domain):
        return _of_domain(domain, source)
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    return Endpoints(base, base, gateway=True, source=source)


def _problem(url: str) -> str:
    """What is wrong with ``url``, without repeating it: it may contain a password."""
    if not url.isprintable() or " " in url:
        return "the URL contains white space or control characters"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "this is not a URL (host or port)"
    wrong = {
        "the URL must start with https:// (or http:// on this machine)": parts.scheme
        not in ("http", "https"),
        "the URL names no host": not host or port == 0,
        "the URL must not contain a user or password": "@" in parts.netloc,
        "the URL must not contain a query or fragment": "?" in url or "#" in url,
        f"plain http to {host} would expose the credentials to the whole network; use https": (
            parts.scheme == "http" and not is_loopback(host)
        ),
    }
    return next((words for words, holds in wrong.items() if holds), "")

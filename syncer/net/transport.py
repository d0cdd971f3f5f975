"""One HTTP request and its bounded answer, with a distinct error for every way it can fail."""

import os
import platform
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from syncer import __version__
from syncer.errors import BadAnswer
from syncer.net.network_errors import explained
from syncer.net.pools import pools_with_deadline
from syncer.net.trust import TrustingAdapter

_CHUNK = 64 * 1024
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name trusted certificates; requests reads them only together with proxies."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to ``connect``, of silence (``read``) and for the ``whole`` answer; bytes of its ``size``.

    With a size of 0 the body of an answer is not read at all.
    """

    connect: float = 5.0
    read: float = 30.0
    whole: float = 60.0
    size: int = 32 * 1024 * 1024


LIMITS = Limits()
"""The default limits."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, decompressed; the names of ``headers`` are found in any case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: bytes = b""


class Transport:
    """A session that all workers share.

    One session, not one per thread: the pool of connections below it is safe for threads, so every
    worker takes whatever connection is free, and there is one thing to close. What is not safe in a
    session is changing it, and nothing changes after the constructor: cookies are refused.

    ``environment``: proxies named in the environment count, except for this machine. Certificates named there
    always count, a netrc file never does. ``source`` named the host: the variable, option or setting that
    errors mention. ``trust`` replaces the usual encryption settings.
    """

    def __init__(
        self,
        *,
        workers: int = 8,
        environment: bool = True,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
        source: str = "",
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits
        self._source = source
        self._session = _Session()
        self._session.trust_env = environment
        if not environment:
            self._session.verify = next((path for name in _BUNDLES if (path := os.environ.get(name))), True)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers.clear()
        self._session.headers["User-Agent"] = f"syncer/{__version__} (Python {platform.python_version()})"
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip, deflate"
        adapter = _Adapter(limits.whole, workers, clock, trust)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        authorization: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """Send one request, once, and read its whole answer, whatever its status except a redirect.

        Raises NotSent when the request did not reach the server, NoAnswer when no whole answer came,
        BadAnswer when it is too large or a redirect, and ConfigError when a retry can't help.
        """
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers or {}),
                data=body,
                auth=_Authorization(authorization),
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                _refuse_redirect(response)
                return Response(response.status_code, response.headers, self._read(response))
        except (OSError, HTTPError, UnicodeError) as error:
            raise explained(error, url, self._source) from error

    def _read(self, response: requests.Response) -> bytes:
        if not self._limits.size:
            return b""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            size += len(part)
            if size > self._limits.size:
                host = urlsplit(response.url).hostname
                raise BadAnswer(f"The answer of {host} is larger than {self._limits.size:,} bytes.")
            parts.append(part)
        return b"".join(parts)


def _refuse_redirect(response: requests.Response) -> None:
    if 300 <= response.status_code < 400:
        host = urlsplit(response.url).hostname
        raise BadAnswer(
            f"{host} answers with a redirect ({response.status_code}). It is not followed: "
            "the credentials would be sent along.",
            hint="Check the region or the API URL; a login page of a proxy does this too.",
        )


class _Authorization(AuthBase):
    """The Authorization header. Being set at all keeps requests from looking into a netrc file."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class _Session(requests.Session):
    """A session without redirects: requests would read a redirect's body without any limit."""

    def get_redirect_target(self, _: requests.Response) -> None:
        return None


class _Adapter(TrustingAdapter):
    """Connections for ``workers`` threads, whose answers end within ``seconds``."""

    def __init__(
        self, seconds: float, workers: int, clock: Callable[[], float], trust: ssl.SSLContext | None
    ) -> None:
        self._pools = pools_with_deadline(seconds, clock)
        super().__init__(trust, pool_maxsize=workers)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

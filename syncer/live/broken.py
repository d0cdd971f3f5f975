"""Why a request got no answer, in words, and whether it can have reached the server."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from syncer.errors import ConfigError, NoAnswer, NotSent, SyncerError


def explained(error: Exception, url: str) -> SyncerError:
    """The error to raise for what requests or urllib3 raised at ``url``.

    NotSent where no request can have reached the server, ConfigError where trying again can't help,
    else NoAnswer. The words of the error itself are left out: they repeat URLs and header values.
    """
    host = urlsplit(url).hostname or url
    causes = tuple(_causes(error))
    return _never_sendable(error, host, causes) or _not_sent(error, host, causes) or _cut(error, host, causes)


def _never_sendable(error: Exception, host: str, causes: tuple[BaseException, ...]) -> SyncerError | None:
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConfigError(
            f"The certificate of {host} is not trusted.",
            hint="Behind a proxy that opens TLS, name its certificates in REQUESTS_CA_BUNDLE.",
        )
    if isinstance(error, requests.exceptions.InvalidProxyURL):
        return ConfigError("The proxy's address is no URL.", hint="Check HTTPS_PROXY and HTTP_PROXY.")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return ConfigError(f"A header for {host} holds characters that can't be sent.")
    if isinstance(error, ValueError):
        return ConfigError(f"The URL of {host} makes no sense.", hint="Check the API URL.")
    if type(error) is OSError:  # what requests raises for a file of certificates that is not there
        return ConfigError(
            "The file of trusted certificates can't be read.",
            hint="Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.",
        )
    return None


def _not_sent(error: Exception, host: str, causes: tuple[BaseException, ...]) -> SyncerError | None:
    if isinstance(error, requests.exceptions.ProxyError):
        return NotSent(
            f"The proxy on the way to {host} can't be used.",
            hint="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
        )
    if isinstance(error, requests.ConnectTimeout):
        return NotSent(f"{host} did not take the connection in time.", hint="Check network and firewall.")
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return NotSent(f"The address of {host} can't be found.", hint="Check region, API URL and DNS.")
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
        what = f"{host} refuses the connection." if refused else f"No connection to {host} can be made."
        return NotSent(what, hint="Check the API URL and its port, and that the server runs.")
    return None


def _cut(error: Exception, host: str, causes: tuple[BaseException, ...]) -> SyncerError:
    if isinstance(error, requests.Timeout) or any(isinstance(cause, TimeoutError) for cause in causes):
        return NoAnswer(f"{host} did not answer in time.")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NoAnswer(
            f"The encrypted connection to {host} broke.", hint="Check that the port speaks https."
        )
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return NoAnswer(f"The answer of {host} can't be decompressed.")
    return NoAnswer(f"{host} closed the connection before its answer was whole.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything it wraps, each once.

    Its context is left out: that may be an older error which a caller is just dealing with.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, getattr(one, "reason", None), *one.args]

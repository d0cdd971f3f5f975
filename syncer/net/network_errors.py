"""Why a request got no answer, in words, and whether it may have reached the server."""

import os
import re
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from syncer.errors import ConfigError, NoAnswer, NotSent, SyncerError
from syncer.net.urls import host_and_port, proxy_variable

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


def explained(error: Exception, url: str, source: str = "") -> SyncerError:
    """The error to raise for what requests or urllib3 raised at ``url``, which the variable, option or
    setting ``source`` named.

    NotSent if no request can have reached the server, ConfigError if a retry can't help, else NoAnswer. The
    text of the error itself is left out: it repeats URLs and header values.
    """
    host = host_and_port(url)
    causes = tuple(_causes(error))
    found = _never_sendable(error, url, causes) or _not_sent(error, url, causes) or _cut(error, url, causes)
    if source and not isinstance(error, requests.exceptions.ProxyError):
        found.hint = f"{found.hint} {host} comes from {source}.".lstrip()
    return found


def _proxy_in_words(url: str) -> str:
    """The proxy on the way to a URL, with the variable that names it, if any."""
    name = proxy_variable(urlsplit(url).scheme, os.environ)
    proxy = os.environ.get(name, "")
    known = f" {host_and_port(proxy if '://' in proxy else f'http://{proxy}')} ({name})" if name else ""
    return f"The proxy{known} on the way to {host_and_port(url)}"


def _never_sendable(error: Exception, url: str, causes: tuple[BaseException, ...]) -> SyncerError | None:
    host = host_and_port(url)
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        return _untrusted(host, getattr(untrusted, "verify_code", 0))
    if isinstance(error, requests.exceptions.ProxyError) and _refusal(causes) == "407":
        return ConfigError(
            f"{_proxy_in_words(url)} requires a user and a password, or refuses those it got (407).",
            hint="Write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT, special characters as %XX.",
        )
    if isinstance(error, requests.exceptions.InvalidProxyURL):
        return ConfigError("The proxy's address is not a URL.", hint="Check HTTPS_PROXY and HTTP_PROXY.")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return ConfigError(f"A header for {host} contains characters that can't be sent.")
    if isinstance(error, ValueError):
        return ConfigError(f"The URL of {host} is not valid.", hint="Check the API URL.")
    if type(error) is OSError:  # what requests raises for a missing file of certificates
        return ConfigError(
            "The file of trusted certificates can't be read.",
            hint="Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.",
        )
    return None


def _untrusted(host: str, code: int) -> ConfigError:
    """Why a certificate is refused; ``code`` is OpenSSL's (X509_V_ERR_...)."""
    name = f"The certificate of {host}"
    match code:
        case 9:
            return ConfigError(f"{name} is not valid yet.", hint="Check the clock of this machine.")
        case 10:
            hint = f"Check the clock of this machine; otherwise the operator of {host} has to renew it."
            return ConfigError(f"{name} has expired.", hint=hint)
        case 62 | 64:
            hint = "Check region and API URL; a proxy that opens TLS does this too."
            return ConfigError(f"{name} is for another host.", hint=hint)
    return ConfigError(
        f"{name} is not trusted.",
        hint="Behind a proxy that opens TLS, name its certificates in REQUESTS_CA_BUNDLE.",
    )


def _not_sent(error: Exception, url: str, causes: tuple[BaseException, ...]) -> SyncerError | None:
    host = host_and_port(url)
    if isinstance(error, requests.exceptions.ProxyError):
        refusal = _refusal(causes)
        what = f"refuses to connect to it ({refusal})" if refusal else "can't be used"
        return NotSent(f"{_proxy_in_words(url)} {what}.", hint="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.")
    if isinstance(error, requests.ConnectTimeout):
        return NotSent(f"{host} did not accept the connection in time.", hint="Check network and firewall.")
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return NotSent(f"The address of {host} can't be found.", hint="Check region, API URL and DNS.")
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
        what = f"{host} refuses the connection." if refused else f"Can't connect to {host}."
        return NotSent(what, hint="Check the API URL and its port, and that the server runs.")
    return None


def _refusal(causes: tuple[BaseException, ...]) -> str:
    """The status with which a proxy refused a tunnel; only the text of http.client's error has it."""
    found = (_TUNNEL.match(str(cause)) for cause in causes if isinstance(cause, OSError))
    return next((match[1] for match in found if match), "")


def _cut(error: Exception, url: str, causes: tuple[BaseException, ...]) -> SyncerError:
    host = host_and_port(url)
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

    Its context is left out: that may be an older error that a caller is handling.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, getattr(one, "reason", None), *one.args]

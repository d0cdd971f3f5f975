"""The way to the API: its host, what sets it, the proxy, and whether it responds."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from syncer.doctor import Line, of_error, ok, skipped, warning
from syncer.errors import BadAnswer, NotSent, SyncerError
from syncer.live.region import Endpoints
from syncer.net.transport import Limits, Transport
from syncer.net.urls import proxy_variable

PATIENCE = Limits(connect=5.0, read=8.0, whole=8.0)
"""Shorter than the limits of runs: somebody is waiting, and there are several calls in a row."""

LIMITS = replace(PATIENCE, size=0)
"""Without credentials, the head of a response is enough."""

NAMES = ("live", "proxy", "API host", "login host")
_ASKED = {"API host": "/api/v2/organizations/me", "login host": "/oauth/token"}

Resolve = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """The result. ``error`` is why the API can't be reached; ``headers`` are from its response."""

    lines: tuple[Line, ...]
    error: SyncerError | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def check_network(
    where: Endpoints | SyncerError, limits: Limits = LIMITS, resolve: Resolve = socket.getaddrinfo
) -> NetworkPath:
    """Contact both hosts, without credentials. ``where`` may be the error why no address is known."""
    if isinstance(where, SyncerError):
        rest = skipped(NAMES[1:], "the address of the API is not known")
        return NetworkPath((of_error(NAMES[0], where), *rest), where)
    proxy = _proxy_of(where)
    hosts = {"API host": where.api} | ({} if where.login == where.api else {"login host": where.login})
    lines = [
        ok("live", f"{where.api}, from {where.source}" if where.source else where.api),
        _proxy(where, proxy),
    ]
    seen: dict[str, Mapping[str, str] | SyncerError] = {}
    with Transport(workers=1, environment=not where.loopback, limits=limits) as transport:
        for name, base in hosts.items():
            try:
                status, seen[name] = _asked(transport, f"{base}{_ASKED[name]}")
            except SyncerError as problem:
                seen[name] = problem
                guess = "" if where.gateway or proxy else where.source
                lines.append(_unreachable(name, problem, guess))
            else:
                lines.append(ok(name, f"{_reached(base, resolve, proxy)}, answers {status}"))
    found = seen["API host"]
    return (
        NetworkPath(tuple(lines), found)
        if isinstance(found, SyncerError)
        else NetworkPath(tuple(lines), None, found)
    )


def _asked(transport: Transport, url: str) -> tuple[str, Mapping[str, str]]:
    """Return the status and headers of any response, even a redirect: the host is there."""
    try:
        reply = transport.send("GET", url)
    except BadAnswer:
        return "with a redirect", {}
    return str(reply.status), reply.headers


def _unreachable(name: str, problem: SyncerError, region_by: str) -> Line:
    """Why there was no response; a wrong region may be the cause."""
    by = f" The region is that of {region_by}: is your organization in another one?"
    guess = by if region_by and isinstance(problem, NotSent) else ""
    return of_error(name, SyncerError(problem.message, hint=f"{problem.hint}{guess}"))


def _reached(base: str, resolve: Resolve, proxy: str) -> str:
    parts = urlsplit(base)
    tls = "TCP and TLS work" if parts.scheme == "https" else "TCP works, plain http"
    return f"{parts.hostname}{'' if proxy else _addresses(parts.hostname or '', resolve)}: {tls}"


def _addresses(host: str, resolve: Resolve) -> str:
    """The first address of a host, and the number of others."""
    try:
        found = sorted({str(entry[4][0]) for entry in resolve(host, None)})
    except OSError:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f" ({found[0]}{more})" if found and found[0] != host else ""


def _proxy_of(where: Endpoints) -> str:
    """The URL of the proxy for requests to the API; empty without one."""
    if where.loopback:
        return ""
    return select_proxy(where.api, get_environ_proxies(where.api)) or ""


def _proxy(where: Endpoints, proxy: str) -> Line:
    """The proxy, without its user and password."""
    if where.loopback:
        return ok("proxy", "none: the API is on this machine")
    scheme = urlsplit(where.api).scheme
    if not proxy:
        named = bool(proxy_variable(scheme, os.environ))
        return ok("proxy", f"none: NO_PROXY excludes {urlsplit(where.api).hostname}" if named else "none")
    try:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        shown = f"{parts.hostname or '?'}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return warning("proxy", "its address isn't a URL", "Check HTTPS_PROXY and HTTP_PROXY.")
    who = ", with a user" if parts.username else ""
    return ok("proxy", f"{shown}{who}, from {proxy_variable(scheme, os.environ) or 'the system'}")

"""Facts about the host of a URL."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


def is_loopback(host: str) -> bool:
    """Whether ``host`` (without brackets) can only be this machine; other names are not looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problem_of(url: str, what: str = "it") -> str:
    """What is wrong with ``url``, without repeating it: it may contain a password. Empty where ``what`` may
    be sent there."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "this is not a URL"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "this is not an http URL"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "it must not contain a user, password, query or fragment"
    if parts.scheme == "http" and not is_loopback(host):
        return f"plain http to {host} would expose {what} to the whole network; use https"
    return ""


def host_and_port(url: str) -> str:
    """``api.mypurecloud.de:443``: neither user nor path, which may be secrets."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    shown = f"[{host}]" if ":" in host else host or "the server"
    return f"{shown}:{port}" if port else shown


def proxy_variable(scheme: str, environ: Mapping[str, str]) -> str:
    """The variable that names the proxy for a scheme, in the order in which requests reads them; empty if
    none does."""
    names = (cased for name in (f"{scheme}_proxy", "all_proxy") for cased in (name, name.upper()))
    return next((name for name in names if environ.get(name)), "")

"""What a URL says of where it leads."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether ``host`` (without brackets) can only be this machine; other names are not looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problem_of(url: str, what: str = "it") -> str:
    """What is wrong with ``url``, without repeating it: it may hold a password. Empty where ``what`` may be
    sent there."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "this is no URL"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "this is no http URL"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "it must hold no user, password, query or fragment"
    if parts.scheme == "http" and not is_loopback(host):
        return f"plain http to {host} would show {what} to everybody on the way; use https"
    return ""

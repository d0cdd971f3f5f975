"""What a URL says of where it leads."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether ``host`` (without brackets) can only be this machine; other names are not looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

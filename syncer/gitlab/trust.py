"""Certificates that are trusted for GitLab alone: those of the runner, for the GitLab of the job."""

from collections.abc import Mapping
from ssl import SSLContext
from typing import Final
from urllib.parse import urlsplit

from syncer.net.trust import trusting

VARIABLE: Final = "CI_SERVER_TLS_CA_FILE"
"""A runner sets it to a file with the chain of GitLab's certificate; the root may be missing in it."""

_SAID_BY: Final = ("CI_SERVER_URL", "CI_API_V4_URL")
_PORTS: Final = {"https": 443, "http": 80}


def trusted_by_the_job(url: str, environ: Mapping[str, str]) -> SSLContext | None:
    """Return the context for TLS connections to ``url``; None if the usual certificates apply, as for every
    server that is not the GitLab of the job. Raises ConfigError if the runner's file can't be used."""
    file = environ.get(VARIABLE, "").strip()
    wanted = _server(url)
    known = {_server(environ.get(name, "").strip()) for name in _SAID_BY}
    return trusting(file, VARIABLE) if file and wanted and wanted in known else None


def _server(url: str) -> tuple[str, int] | None:
    """Host and port; None for an invalid URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None

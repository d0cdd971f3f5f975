"""The requirements file of a policy repository: what its pipeline installs, each package with its hashes."""

import json
import re
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

NAME: Final = "requirements.txt"

_PACKAGE: Final = "genesyscloud-syncer"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WHEEL: Final = re.compile(r"https://[!-~]+\.whl")

_HEAD: Final = """\
# All that the jobs of .gitlab-ci.yml install: pip refuses packages with a different hash.
#   pip install --require-hashes --only-binary :all: -r requirements.txt
"""
_FOUND: Final = """
# The tool, as installed on the machine where this file was written.
{line}
"""
_MISSING: Final = """
# The tool: set its version, or the URL of its wheel, and its hash (pip hash FILE prints it). One of:
# {package}=={version} --hash=sha256:...
# {package} @ https://gitlab.example.com/.../{wheel}-{version}-py3-none-any.whl --hash=sha256:...
"""
_NEEDED: Final = """
# Its dependencies, with all extras, in the versions that it was tested with.
"""

DirectUrl = Callable[[], str | None]
"""Where pip installed the tool from: the text of ``direct_url.json`` (PEP 610)."""


def requirements(version: str, direct_url: DirectUrl) -> str:
    """The text of the file, with the tool of this ``version`` in it.

    If it wasn't installed from a wheel with a known URL and hash, a comment states what to set.
    """
    line = _tool(direct_url())
    tool = _FOUND.format(line=line) if line else _missing(version)
    pins = files("syncer.starter").joinpath("data", NAME).read_text("utf-8")
    return f"{_HEAD}{tool}{_NEEDED}{pins}"


def _missing(version: str) -> str:
    return _MISSING.format(package=_PACKAGE, wheel=_PACKAGE.replace("-", "_"), version=version)


def installed_from() -> str | None:
    """The text of ``direct_url.json`` of the running tool; None if pip left none."""
    try:
        return distribution(_PACKAGE).read_text("direct_url.json")
    except (PackageNotFoundError, OSError, ValueError):
        return None


def _tool(direct_url: str | None) -> str:
    """The requirement that a ``direct_url.json`` describes; empty unless it is a wheel with an https URL."""
    try:
        origin = json.loads(direct_url or "{}")
        parts = urlsplit(str(origin["url"]))
        host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        hashes = set(_hashes(origin["archive_info"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    # Without user and password: the file is committed.
    url = urlunsplit((parts.scheme, host, parts.path, "", ""))
    if not _WHEEL.fullmatch(url) or len(hashes) != 1:
        return ""
    return f"{_PACKAGE} @ {url} --hash=sha256:{hashes.pop()}"


def _hashes(archive: Any) -> Iterator[str]:
    """The SHA-256 of an archive: older versions of pip write ``hash``, newer ones ``hashes``."""
    found = [
        dict(archive.get("hashes") or {}).get("sha256"),
        str(archive.get("hash", "")).removeprefix("sha256="),
    ]
    yield from (each for each in found if isinstance(each, str) and _SHA256.fullmatch(each))

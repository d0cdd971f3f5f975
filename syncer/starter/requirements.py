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
# What the jobs of .gitlab-ci.yml install, and nothing else: pip refuses whatever has another hash.
#   pip install --require-hashes --only-binary :all: -r requirements.txt
"""
_FOUND: Final = """
# The tool, as it was installed where this file was written.
{line}
"""
_MISSING: Final = """
# The tool: set its version, or the address of its wheel, and its hash (pip hash FILE says it). One of:
# {package}=={version} --hash=sha256:...
# {package} @ https://gitlab.example.com/.../{wheel}-{version}-py3-none-any.whl --hash=sha256:...
"""
_NEEDED: Final = """
# What it needs, with all extras, in the versions that it was tested with.
"""

DirectUrl = Callable[[], str | None]
"""What pip noted of where the tool came from: the text of ``direct_url.json`` (PEP 610)."""


def requirements(version: str, direct_url: DirectUrl) -> str:
    """The text of the file, with the tool of this ``version`` in it.

    Where it wasn't installed from a wheel whose URL and hash are known, a comment says what is to be set.
    """
    line = _tool(direct_url())
    tool = _FOUND.format(line=line) if line else _missing(version)
    pins = files("syncer.starter").joinpath("data", NAME).read_text("utf-8")
    return f"{_HEAD}{tool}{_NEEDED}{pins}"


def _missing(version: str) -> str:
    return _MISSING.format(package=_PACKAGE, wheel=_PACKAGE.replace("-", "_"), version=version)


def installed_from() -> str | None:
    """The text of ``direct_url.json`` of the tool that runs; None where pip left none."""
    try:
        return distribution(_PACKAGE).read_text("direct_url.json")
    except (PackageNotFoundError, OSError, ValueError):
        return None


def _tool(direct_url: str | None) -> str:
    """The requirement that a ``direct_url.json`` describes; empty for all but a wheel behind https."""
    try:
        said = json.loads(direct_url or "{}")
        parts = urlsplit(str(said["url"]))
        host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        hashes = set(_hashes(said["archive_info"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    # Without user and password: the file is committed.
    url = urlunsplit((parts.scheme, host, parts.path, "", ""))
    if not _WHEEL.fullmatch(url) or len(hashes) != 1:
        return ""
    return f"{_PACKAGE} @ {url} --hash=sha256:{hashes.pop()}"


def _hashes(archive: Any) -> Iterator[str]:
    """The SHA-256 of an archive: pip wrote one ``hash`` once, and ``hashes`` since."""
    found = [
        dict(archive.get("hashes") or {}).get("sha256"),
        str(archive.get("hash", "")).removeprefix("sha256="),
    ]
    yield from (each for each in found if isinstance(each, str) and _SHA256.fullmatch(each))

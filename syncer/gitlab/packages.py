"""One file in GitLab's generic package registry, with a new version each time it is written.

::

    PUT  /projects/:id/packages/generic/NAME/SERIAL.RUN/record.json     always a new version
    GET  /projects/:id/packages?package_name=NAME                       the versions; the newest counts

A group may forbid duplicate versions, so there are none. Versions are ordered by number; with the same
number, that of the later run is the newer, since run ids sort by time.
"""

import re
from itertools import islice
from typing import Any, Final, Self
from urllib.parse import quote

from syncer.gitlab.api import Api, Patience, Purpose
from syncer.gitlab.place import Project
from syncer.model.json_values import mapping

FILE: Final = "record.json"

_VERSION: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9-]{1,60})", re.ASCII)
_LATEST: Final = 100
"""Versions that are read, the most recently created first: two runs may have written at the same time."""

_PATIENCE: Final = Patience(10.0, retries=1)
"""A run waits for this before it sends anything, and continues without it."""

_RECORDS: Final = Purpose("use the package registry", "Developer", "package")


class Packages:
    """The generic packages of a project. Close it after use. Raises what Api raises."""

    def __init__(self, project: Project, token: str, *, job: bool = False) -> None:
        self._api = Api(project.url, token, _RECORDS, job=job, patience=_PATIENCE)
        self._path = f"{project.path}/packages"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()

    def newest(self, name: str, *, below: str = "") -> str | None:
        """Return the newest version of a package, or the newest ``below`` another; None if there is none.

        GitLab also finds names that merely contain ``name``. Versions that syncer doesn't write are skipped.
        """
        query = {"package_name": name, "package_type": "generic", "order_by": "created_at", "sort": "desc"}
        items = self._api.all(self._path, _is_package, **query)
        versions = (each["version"] for each in items if each["name"] == name)
        matches = filter(None, map(_VERSION.fullmatch, versions))
        limit = _VERSION.fullmatch(below)
        latest = (each for each in islice(matches, _LATEST) if limit is None or _age(each) < _age(limit))
        newest = max(latest, key=_age, default=None)
        return newest[0] if newest else None

    def names(self, part: str) -> list[str]:
        """The names of all packages that contain ``part``, sorted."""
        query = {"package_name": part, "package_type": "generic"}
        return sorted({each["name"] for each in self._api.all(self._path, _is_package, **query)})

    def content(self, name: str, version: str, most: int) -> bytes:
        """Return the file of a version. One of more than ``most`` bytes is cut after the first byte too
        many."""
        return self._api.content(self._of(name, version), most)

    def add(self, name: str, serial: int, run: str, content: bytes) -> None:
        """Add a version with this file."""
        self._api.upload(self._of(name, f"{serial}.{run}"), content)

    def _of(self, name: str, version: str) -> str:
        return f"{self._path}/generic/{quote(name, safe='')}/{quote(version, safe='')}/{FILE}"


def _age(version: re.Match[str]) -> tuple[int, str]:
    return int(version[1]), version[2]


def _is_package(item: Any) -> bool:
    known = mapping(item)
    return type(known.get("id")) is int and all(
        isinstance(known.get(key), str) for key in ("name", "version")
    )

"""The places where a record can be kept: GitLab's package registry, a file, a URL."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from syncer.app.record_reading import LARGEST, Found
from syncer.errors import BadAnswer, ConfigError, SyncerError, WrongUsage
from syncer.files import read_regular, refuse_special, write_whole
from syncer.gitlab.place import in_name
from syncer.net.transport import Limits, Response, Transport
from syncer.net.urls import is_loopback, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.app.record_reading import Store
    from syncer.audit.record import Version
    from syncer.gitlab.packages import Packages
    from syncer.model.settings import ApiLocation

GITLAB: Final = "gitlab"
VARIABLE: Final = "SYNCER_RECORD_TOKEN"
_SOURCE: Final = "SYNCER_RECORD or --record"
_PACKAGE: Final = "syncer-record"
_PATIENCE: Final = 10.0
_LIMITS: Final = Limits(read=10.0, whole=30.0, size=LARGEST)
_PUT_DONE: Final = (200, 201, 202, 204)


def store_of(text: str, location: ApiLocation, environment: str, environ: Mapping[str, str]) -> Store:
    """Return the store in ``text``: ``gitlab``, a URL, or a path.

    Raises WrongUsage for a URL that can't be used, ConfigError if a variable is missing.
    """
    if text == GITLAB:
        return GitLabStore.of(location, environment, environ)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        return UrlStore.of(text, environ)
    return FileStore(Path(text))


def stores_of(text: str, environment: str, environ: Mapping[str, str]) -> list[Store]:
    """Return the stores in ``text`` if the organization is not known: for GitLab, those of all organizations
    with this ``environment``. Raises like ``store_of``, and SyncerError if GitLab can't be asked."""
    from syncer.model.settings import UNKNOWN, ApiLocation

    nowhere = ApiLocation("", UNKNOWN)
    found = store_of(text, nowhere, environment, environ)
    if not isinstance(found, GitLabStore):
        return [found]
    return [replace(found, package=package) for package in found.packages(environment)]


@dataclass(frozen=True, slots=True)
class FileStore:
    """A file, such as one in a shared folder. It is replaced as a whole, by one run at a time."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def read(self) -> Found:
        """The content of the file; nothing if there is none yet. Raises SyncerError."""
        try:
            content = read_regular(self.path, LARGEST + 1)
        except FileNotFoundError:
            return Found()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise SyncerError(f"it can't be read: {why or error}") from error
        return Found(content, hashlib.sha256(content).hexdigest())

    def read_below(self, found: Found) -> Found:
        """Nothing: a file is replaced, so there are no older versions."""
        del found
        return Found()

    def way_out(self, found: Found) -> str:
        """How to fix it: move the file away."""
        del found
        return f"move {self.path} away, and the next apply writes a new one"

    def write(self, content: bytes, version: Version, found: Found) -> bool:
        """Replace the file, unless it has changed since it was found. Raises SyncerError."""
        from filelock import FileLock, Timeout

        del version
        if not self.path.parent.is_dir():  # a share that isn't mounted is not made up
            raise SyncerError(f"there is no folder {self.path.parent}")
        lock = FileLock(f"{self.path}.lock", timeout=_PATIENCE)
        try:
            lock.acquire()
        except Timeout as error:
            raise SyncerError("another run holds its lock") from error
        except (OSError, ValueError) as error:
            raise SyncerError(f"its folder can't be written: {error}") from error
        try:
            if self.read() != found:
                return False
            refuse_special(self.path)
            write_whole(self.path, content.decode())
        except OSError as error:
            raise SyncerError(f"it can't be written: {error.strerror or error}") from error
        finally:
            lock.release()
        return True


@dataclass(frozen=True, slots=True)
class UrlStore:
    """What GET and PUT of a URL read and write; with ``If-Match`` if the server sends an ETag."""

    url: str
    token: str

    @classmethod
    def of(cls, url: str, environ: Mapping[str, str]) -> UrlStore:
        """The store at ``url``. Raises WrongUsage for a URL that can't be used, ConfigError for an invalid
        token; neither is shown."""
        if problem := problem_of(url):
            raise WrongUsage(
                f"the URL of the record: {problem}",
                hint=f"It looks like https://example.com/record; its token goes into {VARIABLE}.",
            )
        token = environ.get(VARIABLE, "").strip()
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ConfigError(f"{VARIABLE} contains spaces or characters that a token can't have")
        return cls(url, token)

    @property
    def name(self) -> str:
        """Only the host: the path may be secret."""
        return f"the store at {urlsplit(self.url).hostname}"

    def read(self) -> Found:
        """The content; nothing yet if it responds with 404. Raises SyncerError."""
        answer = self._send("GET")
        if answer.status == 404:
            return Found()
        if answer.status != 200:
            raise _refused(answer)
        return Found(answer.body, answer.headers.get("ETag", ""))

    def read_below(self, found: Found) -> Found:
        """Nothing: the content is replaced, so there are no older versions."""
        del found
        return Found()

    def way_out(self, found: Found) -> str:
        """How to fix it: delete the file there."""
        del found
        return "delete what is there, and the next apply writes it again"

    def write(self, content: bytes, version: Version, found: Found) -> bool:
        """Replace the content, unless the server reports that it was replaced meanwhile. Raises
        SyncerError."""
        del version
        headers = {"Content-Type": "application/json"} | ({"If-Match": found.tag} if found.tag else {})
        answer = self._send("PUT", headers, content)
        if answer.status not in (*_PUT_DONE, 412):
            raise _refused(answer)
        return answer.status != 412

    def _send(
        self, method: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        authorization = f"Bearer {self.token}" if self.token else ""
        is_here = is_loopback(urlsplit(self.url).hostname or "")
        with Transport(workers=1, environment=not is_here, limits=_LIMITS, source=_SOURCE) as transport:
            return transport.send(method, self.url, authorization=authorization, headers=headers, body=body)


def _refused(answer: Response) -> SyncerError:
    why = f", as {VARIABLE} is not set or lacks the permission" if answer.status in (401, 403) else ""
    return BadAnswer(f"it answered {answer.status}{why}")


@dataclass(frozen=True, slots=True)
class GitLabStore:
    """The package registry of a GitLab project: one package per place, one version per record.

    ``job``: the token is that of the job.
    """

    url: str
    project: str
    package: str
    token: str
    job: bool

    @classmethod
    def of(cls, location: ApiLocation, environment: str, environ: Mapping[str, str]) -> GitLabStore:
        """The store of a place, from the variables of a job. Raises ConfigError if one is missing."""
        from syncer.gitlab.place import needs_library, project_of, token_of

        needs_library()
        project = project_of(environ.get("CI_API_V4_URL", ""), environ.get("CI_PROJECT_ID", ""))
        token = environ.get("CI_JOB_TOKEN", "").strip()
        where = location.organization.id or location.api
        parts = (_PACKAGE, *(in_name(each) for each in (where, environment) if each))
        return cls(project.url, project.id, ".".join(parts), token or token_of(environ), bool(token))

    @property
    def name(self) -> str:
        """The registry and the package."""
        return f"GitLab's package registry ({self.package})"

    def packages(self, environment: str) -> list[str]:
        """The packages with the records of an environment. Raises SyncerError."""
        with self._packages() as packages:
            names = packages.names(f"{_PACKAGE}.")
        ending = [in_name(environment)] if environment else []
        return [name for name in names if name.split(".")[:1] == [_PACKAGE] and name.split(".")[2:] == ending]

    def read(self) -> Found:
        """The newest version. Raises SyncerError."""
        return self.read_below(Found())

    def read_below(self, found: Found) -> Found:
        """The newest version below the one that was found. Raises SyncerError."""
        with self._packages() as packages:
            version = packages.newest(self.package, below=found.tag)
            if version is None:
                return Found()
            serial = int(version.partition(".")[0])
            return Found(packages.content(self.package, version, LARGEST), version, serial)

    def way_out(self, found: Found) -> str:
        """How to fix it: delete the version that was found."""
        return f"delete version {found.tag} of {self.package} under Deploy → Package registry"

    def write(self, content: bytes, version: Version, found: Found) -> bool:
        """Add a version; if two are added at the same time, that of the newer run is read. Raises
        SyncerError."""
        del found
        with self._packages() as packages:
            packages.add(self.package, version.serial, version.run, content)
        return True

    def _packages(self) -> Packages:
        from syncer.gitlab.packages import Packages
        from syncer.gitlab.place import Project

        return Packages(Project(self.url, self.project), self.token, job=self.job)

"""Calls of GitLab's API: pages, no redirects, and errors that explain what to do."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError

from syncer import __version__
from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.trust import trusted_by_the_job
from syncer.model.json_reader import parsed
from syncer.net.network_errors import explained
from syncer.net.transport import Limits, Transport
from syncer.net.trust import TrustingAdapter
from syncer.net.urls import is_loopback

PAGE_SIZE = 100
MOST_PAGES = 10_000
RETRIES = 3
LONGEST_ANSWER = 300
SOURCE = "CI_API_V4_URL"
"""The variable that names the host in a pipeline."""

OWN_CERTIFICATES = "If GitLab has its own certificate, name its file in CI_SERVER_TLS_CA_FILE."
_CHUNK = 64 * 1024

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a response may take, and how often the request is retried."""

    seconds: float = 30.0
    retries: int = RETRIES


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the token is used for: what it ``may`` do, the ``role`` that this needs, and ``what`` it is done
    to."""

    may: str
    role: str
    what: str


class Api:
    """GitLab at ``url`` (without ``/api/v4``), used with ``token``: that of a ``job``, or an access token.
    Close it after use.

    The certificates of the job's GitLab are trusted for it alone. Raises ConfigError if GitLab refuses the
    token or doesn't know the object, SyncerError if there is no valid response. No error shows the token.
    """

    def __init__(
        self, url: str, token: str, purpose: Purpose, *, job: bool = False, patience: Patience = PATIENT
    ) -> None:
        session = requests.Session()
        # A redirect would carry the token to whatever host it names.
        session.max_redirects = 0
        if (trust := trusted_by_the_job(url, os.environ)) is not None:
            session.mount("https://", TrustingAdapter(trust))
        self._token = token
        self._purpose = purpose
        self._retries = patience.retries
        self._client = Gitlab(
            url,
            private_token=None if job else token,
            job_token=token if job else None,
            timeout=patience.seconds,
            user_agent=f"syncer/{__version__}",
            retry_transient_errors=True,
            session=session,
        )

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.session.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Return what is at ``path``."""
        return self._json(self._ask("get", path, query_data=query))

    def found(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Return what is at ``path``; None if there is nothing."""
        answer = self.tried("get", path, (404,), query=query)
        return None if answer is None else self._json(answer)

    def send(self, verb: str, path: str, content: Item) -> Any:
        """Send only once: if the response is lost, it is not known whether it was done."""
        return self._json(self._ask(verb, path, post_data=content, retry_transient_errors=False))

    def tried(
        self,
        verb: str,
        path: str,
        forgiven: tuple[int, ...],
        content: Item | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> requests.Response | None:
        """Return the response, or None if it is one of the ``forgiven`` errors; the request may be sent
        again."""
        try:
            return self._send(verb, path, post_data=content, query_data=query)
        except GitlabError as error:
            if error.response_code in forgiven:
                return None
            raise self._explained(error) from error

    def content(self, path: str, most: int) -> bytes:
        """Return the file at ``path``, cut after the first byte beyond ``most``.

        GitLab may keep it elsewhere and respond with a redirect: that is followed once, without the token.
        """
        try:
            answer = self._client.http_request("get", path, max_retries=self._retries, streamed=True)
            return _first_of(answer, most)
        except requests.TooManyRedirects as error:
            return _elsewhere(error.response, most)
        except GitlabError as error:
            raise self._explained(error) from error
        except requests.RequestException as error:
            raise self._silent(error) from error

    def upload(self, path: str, content: bytes) -> None:
        """Put a file at ``path``. Repeating it does no harm, so it is retried."""
        self._ask("put", path, post_data=content, raw=True)

    def all(self, path: str, is_item: Callable[[Any], bool], key: str = "id", **query: str) -> Iterator[Item]:
        """Yield every item, page by page, until GitLab names no next page or a page repeats earlier items.

        A page may be empty and not be the last: GitLab leaves out what the token may not see. ``key`` is the
        name of a number or text that is unique to an item.
        """
        seen: set[int | str] = set()
        for page in range(1, MOST_PAGES + 1):
            answer = self._ask("get", path, query_data={**query, "per_page": PAGE_SIZE, "page": page})
            items = self._json(answer)
            if not isinstance(items, list) or not all(map(is_item, items)):
                raise self.senseless()
            fresh = [item for item in items if item[key] not in seen]
            yield from fresh
            seen.update(item[key] for item in fresh)
            following = answer.headers.get("X-Next-Page")
            if following == "" or (not fresh and (items or following is None)):
                return
        raise self.senseless()

    def senseless(self) -> SyncerError:
        """The error for a response that GitLab would not send."""
        return SyncerError(
            "what answered is not GitLab's API", hint="Check CI_API_V4_URL: it ends in /api/v4."
        )

    def _ask(self, verb: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._send(verb, path, **options)
        except GitlabError as error:
            raise self._explained(error) from error

    def _send(self, verb: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._client.http_request(verb, path, max_retries=self._retries, **options)
        except requests.TooManyRedirects as error:
            raise ConfigError(
                "GitLab answered with a redirect, which is not followed with a token",
                hint="Set CI_API_V4_URL or --api-url to the actual address of GitLab.",
            ) from error
        except requests.RequestException as error:
            raise self._silent(error) from error

    def _json(self, answer: requests.Response) -> Any:
        try:
            return parsed(answer.content)
        except ValueError as error:
            raise self.senseless() from error

    def _silent(self, error: requests.RequestException) -> SyncerError:
        found = explained(error, self._client.url, SOURCE)
        trust = isinstance(error, requests.exceptions.SSLError)
        return SyncerError(
            f"GitLab gave no answer: {found.message}",
            hint=f"{found.hint} {OWN_CERTIFICATES}" if trust else found.hint,
        )

    def _explained(self, error: GitlabError) -> SyncerError:
        """Explain GitLab's error, in its words and ours."""
        words = _words(error).replace(self._token, "[token]")[:LONGEST_ANSWER]
        match error.response_code:
            case 401:
                return ConfigError(
                    f"GitLab refused the token (401: {words})",
                    hint="SYNCER_GITLAB_TOKEN has expired, was revoked, or belongs to another GitLab.",
                )
            case 403:
                return ConfigError(
                    f"the token may not {self._purpose.may} (403: {words})",
                    hint="SYNCER_GITLAB_TOKEN needs the scope api and the role "
                    f"{self._purpose.role} or above.",
                )
            case 404:
                what = self._purpose.what
                return ConfigError(
                    f"GitLab knows no such {what} (404: {words})",
                    hint=f"Check project and {what}, and that the token belongs to this project.",
                )
        return SyncerError(f"GitLab answered {error.response_code}: {words}", hint="Run the job again later.")


def _elsewhere(redirect: requests.Response | None, most: int) -> bytes:
    """Return the file that a redirect leads to, requested without credentials."""
    where = "" if redirect is None else redirect.headers.get("Location", "")
    try:
        parts = urlsplit(where)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise SyncerError("GitLab answered with a redirect that leads nowhere") from error
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host))):
        raise SyncerError("GitLab answered with a redirect that leads to no https URL")
    with Transport(workers=1, environment=not is_loopback(host), limits=Limits(size=most + 1)) as transport:
        answer = transport.send("GET", where)
    if answer.status != 200:
        raise SyncerError(f"the storage of GitLab answered {answer.status}")
    return answer.body


def _first_of(answer: requests.Response, most: int) -> bytes:
    """Return at most ``most`` + 1 bytes of the body."""
    found = bytearray()
    try:
        for part in answer.iter_content(_CHUNK):
            found += part
            if len(found) > most:
                break
    finally:
        answer.close()
    return bytes(found[: most + 1])


def _words(error: GitlabError) -> str:
    """GitLab's message; a page that a proxy in front of it shows to browsers has no message."""
    said: object = error.error_message
    is_page = isinstance(said, bytes) or str(said).lstrip().startswith("<")
    return "a page that isn't from its API" if is_page else str(said)

"""The notes on a merge request, through GitLab's notes API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError

from syncer import __version__
from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.place import MergeRequest

PAGE_SIZE = 100
TIMEOUT_S = 30.0
RETRIES = 3
LONGEST_ANSWER = 300
MAY_NOT_EDIT = (403, 404)


@dataclass(frozen=True, slots=True)
class Note:
    """A note of ours; a larger ``id`` is newer."""

    id: int
    body: str


class Notes:
    """The notes that the owner of ``token`` has on a merge request. Close it after use.

    Raises ConfigError where GitLab refuses the token or knows no such merge request, SyncerError where no
    sensible answer comes. No error shows the token.
    """

    def __init__(self, merge_request: MergeRequest, token: str) -> None:
        session = requests.Session()
        # A redirect would carry the token to whatever host it names.
        session.max_redirects = 0
        self._token = token
        self._path = f"{merge_request.path}/notes"
        self._client = Gitlab(
            merge_request.url,
            private_token=token,
            timeout=TIMEOUT_S,
            user_agent=f"syncer/{__version__}",
            retry_transient_errors=True,
            session=session,
        )

    def __enter__(self) -> "Notes":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.session.close()

    def mine(self) -> list[Note]:
        """All notes of the token's own user, oldest first. What others write is never taken for ours."""
        user = self._json(self._ask("get", "/user"))
        me = user.get("id") if isinstance(user, dict) else None
        if not isinstance(me, int):
            raise self._senseless()
        notes = [Note(note["id"], note["body"]) for note in self._all() if _author(note) == me]
        return sorted(notes, key=lambda note: note.id)

    def create(self, body: str) -> None:
        """Write a new note. It is sent once only: after a lost answer nobody knows whether it is there."""
        self._ask("post", self._path, post_data={"body": body}, retry_transient_errors=False)

    def edit(self, note: Note, body: str) -> bool:
        """Write ``body`` over a note; False where GitLab doesn't let us, or the note has gone."""
        try:
            self._send("put", f"{self._path}/{note.id}", post_data={"body": body})
        except GitlabError as error:
            if error.response_code in MAY_NOT_EDIT:
                return False
            raise self._explained(error) from error
        return True

    def _all(self) -> Iterator[dict[str, Any]]:
        """Every note, page by page, until GitLab names no next page or a page brings nothing new."""
        seen: set[int] = set()
        page = 1
        while True:
            answer = self._ask("get", self._path, query_data={"per_page": PAGE_SIZE, "page": page})
            notes = self._json(answer)
            if not isinstance(notes, list) or not all(_is_note(note) for note in notes):
                raise self._senseless()
            fresh = [note for note in notes if note["id"] not in seen]
            yield from fresh
            seen.update(note["id"] for note in fresh)
            if not fresh or answer.headers.get("X-Next-Page") == "":
                return
            page += 1

    def _ask(self, verb: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._send(verb, path, **options)
        except GitlabError as error:
            raise self._explained(error) from error

    def _send(self, verb: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._client.http_request(verb, path, max_retries=RETRIES, **options)
        except requests.TooManyRedirects as error:
            raise ConfigError(
                "GitLab answered with a redirect, which is not followed with a token",
                hint="Set CI_API_V4_URL or --api-url to the address that GitLab really has.",
            ) from error
        except requests.RequestException as error:
            raise SyncerError(
                f"GitLab gave no answer ({type(error).__name__})",
                hint="Check CI_API_V4_URL; for a certificate of your own set REQUESTS_CA_BUNDLE.",
            ) from error

    def _json(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise self._senseless() from error

    def _senseless(self) -> SyncerError:
        return SyncerError(
            "what answers is not GitLab's API", hint="Check CI_API_V4_URL: it ends in /api/v4."
        )

    def _explained(self, error: GitlabError) -> SyncerError:
        """What GitLab's no means here, in its words and ours."""
        words = str(error.error_message).replace(self._token, "[token]")[:LONGEST_ANSWER]
        match error.response_code:
            case 401:
                return ConfigError(
                    f"GitLab refused the token (401: {words})",
                    hint="SYNCER_GITLAB_TOKEN has expired, was revoked, or belongs to another GitLab.",
                )
            case 403:
                return ConfigError(
                    f"the token may not write notes (403: {words})",
                    hint="SYNCER_GITLAB_TOKEN needs the scope api and the role Reporter or above.",
                )
            case 404:
                return ConfigError(
                    f"GitLab knows no such merge request (404: {words})",
                    hint="Check project and merge request, and that the token belongs to this project.",
                )
        return SyncerError(
            f"GitLab answered {error.response_code}: {words}", hint="Run the job again in a while."
        )


def _is_note(note: Any) -> bool:
    return isinstance(note, dict) and isinstance(note.get("id"), int) and isinstance(note.get("body"), str)


def _author(note: dict[str, Any]) -> object:
    """The id of who wrote a note; None for what GitLab itself wrote in somebody's name."""
    author = note.get("author")
    return author.get("id") if isinstance(author, dict) and not note.get("system") else None

"""GitLab on loopback: as much of it as notes, merge requests and ID tokens need, and as strict.

Run it with ``python -m tests.stand_in --port 0``; it prints where it listens. For a test that runs it
as a process, what it holds is served without a token, at ``/stand-in/notes``, ``/stand-in/calls`` and
``/stand-in/repository``; a POST to ``/stand-in/begin`` puts files on its main branch, one to
``/stand-in/merge`` merges.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests import loopback
from tests.stand_in_packages import Registry
from tests.stand_in_repository import Repository

LONGEST_NOTE = 1_000_000
US, OTHER = 7, 8
TOKEN, OTHERS_TOKEN = "glpat-stand-in", "glpat-somebody-else"

Json = dict[str, Any]


@dataclass
class Hub:
    """One project (id 42, path ``team/queues``) with its repository, merge requests (first !5) and notes."""

    repository: Repository = field(default_factory=Repository)
    notes: list[Json] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=lambda: {TOKEN: US, OTHERS_TOKEN: OTHER})
    forbid_editing: bool = False
    most_per_page: int = 100
    says_next_page: bool = True
    redirect_to: str = ""
    fail_with: int = 0
    fail_page: bytes = b""
    unseen: set[int] = field(default_factory=set)
    nonsense: dict[str, bytes] = field(default_factory=dict)
    keys: list[Json] = field(default_factory=list)
    registry: Registry = field(default_factory=Registry)

    def add(self, body: str, author: int = US, system: bool = False, iid: int = 5) -> Json:
        number = 100 + len(self.notes)
        user = {"id": author, "username": f"user-{author}"}
        note = {"id": number, "body": body, "author": user, "system": system, "noteable_iid": iid}
        self.notes.append(note)
        return note

    def bodies(self, author: int = US) -> list[str]:
        return [note["body"] for note in self.notes if note["author"]["id"] == author]

    def writes(self) -> list[str]:
        return [method for method, _ in self.calls if method in ("POST", "PUT")]


class Handler(loopback.Handler):
    protocol_version = "HTTP/1.1"
    server: "StandIn"

    def respond(self) -> None:
        hub = self.server.hub
        _, body = self.headers_and_body()
        with self.server.lock:
            parts = urlsplit(self.path)
            if parts.path.startswith("/stand-in/"):
                self._send(200, self._of_tests(parts.path.rpartition("/")[2], json.loads(body or b"{}")))
                return
            hub.calls.append((self.command, self.path))
            if hub.redirect_to:
                self._send(302, None, Location=hub.redirect_to + self.path)
            elif hub.fail_page:
                self._send_bytes(hub.fail_with, hub.fail_page, {"Content-Type": "text/html"})
            elif hub.fail_with:
                self._send(hub.fail_with, {"message": f"no: {self.headers.get('PRIVATE-TOKEN', '')}"})
            elif (last := parts.path.rpartition("/")[2]) in hub.nonsense:
                self._send_bytes(200, hub.nonsense[last], {})
            elif parts.path == "/oauth/discovery/keys":
                self._send(200, {"keys": hub.keys})
            else:
                self._answer(parts.path.split("/")[1:], parse_qs(parts.query), body)

    def _of_tests(self, what: str, body: Json) -> Any:
        hub = self.server.hub
        match what:
            case "begin":
                hub.repository.begin(**body)
            case "merge":
                return hub.repository.merge(**body)
            case "repository":
                return {
                    "branches": hub.repository.branches,
                    "requests": list(hub.repository.requests.values()),
                }
            case "notes":
                return hub.notes
        return hub.calls

    def _answer(self, path: list[str], query: dict[str, list[str]], body: bytes) -> None:
        hub = self.server.hub
        user = hub.tokens.get(self.headers.get("PRIVATE-TOKEN", ""))
        if self.headers.get("JOB-TOKEN") == hub.registry.job_token and "packages" in path:
            user = US
        if user is None:
            self._send(401, {"message": "401 Unauthorized"})
            return
        match self.command, [unquote(part) for part in path]:
            case "GET", ["api", "v4", "user"]:
                self._send(200, {"id": user, "username": f"user-{user}"})
            case method, ["api", "v4", "projects", "42" | "team/queues", *rest]:
                self._of_project(method, rest, query, body, user)
            case _:
                self._send(404, {"message": "404 Not Found"})

    def _of_project(
        self, method: str, path: list[str], query: dict[str, list[str]], body: bytes, user: int
    ) -> None:
        hub = self.server.hub
        match path:
            case ["packages"]:
                self._page(hub.registry.listed(query.get("package_name", [""])[0]), query)
            case ["packages", "generic", *rest]:
                if method == "GET" and hub.registry.elsewhere:
                    self._send(302, None, Location=hub.registry.elsewhere)
                else:
                    status, answer = hub.registry.answer(method, rest, body)
                    data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                    self._send_bytes(status, data, {})
            case ["merge_requests", iid, "notes", *rest] if int(iid) in hub.repository.requests:
                self._notes(method, rest, query, body, user, int(iid))
            case _ if method != "GET" and user != US:
                self._send(403, {"message": "403 Forbidden"})
            case _:
                status, answer = hub.repository.answer(method, path, query, json.loads(body or b"{}"))
                if isinstance(answer, list):
                    self._page(answer, query)
                else:
                    self._send(status, answer)

    def _notes(
        self, method: str, rest: list[str], query: dict[str, list[str]], body: bytes, user: int, iid: int
    ) -> None:
        match method, rest:
            case "GET", []:
                notes = [note for note in self.server.hub.notes if note["noteable_iid"] == iid]
                self._page(notes[::-1], query)
            case "POST", []:
                self._write(None, json.loads(body)["body"], user, iid)
            case "PUT", [number]:
                found = [note for note in self.server.hub.notes if str(note["id"]) == number]
                if not found:
                    self._send(404, {"message": "404 Note Not Found"})
                elif self.server.hub.forbid_editing or found[0]["author"]["id"] != user:
                    self._send(403, {"message": "403 Forbidden"})
                else:
                    self._write(found[0], json.loads(body)["body"], user)
            case _:
                self._send(404, {"error": "404 Not Found"})

    def _write(self, note: Json | None, text: str, user: int, iid: int = 5) -> None:
        if not text.strip() or len(text) > LONGEST_NOTE:
            self._send(400, {"message": {"note": ["is too long (maximum is 1000000 characters)"]}})
        elif note is None:
            self._send(201, self.server.hub.add(text.strip(), user, iid=iid))
        else:
            note["body"] = text.strip()
            self._send(200, note)

    def _page(self, items: list[Json], query: dict[str, list[str]]) -> None:
        hub = self.server.hub
        page, wanted = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["20"])[0])
        size = min(wanted, hub.most_per_page)
        # GitLab leaves out what the token may not see once it has made the pages.
        shown = [each for each in items[(page - 1) * size : page * size] if each.get("id") not in hub.unseen]
        following = str(page + 1) if page * size < len(items) else ""
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": following}
        if following:
            path = urlsplit(self.path).path
            headers["Link"] = f'<{self.server.url}{path}?page={following}&per_page={size}>; rel="next"'
        self._send(200, shown, **(headers if hub.says_next_page else {}))

    def _send(self, status: int, answer: Any, **headers: str) -> None:
        self._send_bytes(status, json.dumps(answer).encode(), headers)

    def _send_bytes(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class StandIn(loopback.Server):
    def __init__(self, hub: Hub, port: int = 0) -> None:
        super().__init__(Handler, port)
        self.hub = hub

    @property
    def api(self) -> str:
        return f"{self.url}/api/v4"


@contextmanager
def gitlab() -> Iterator[StandIn]:
    """A stand-in for the time of a test."""
    with loopback.running(StandIn(Hub())) as server:
        yield server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--token", default=TOKEN, help="the token that writes notes")
    parser.add_argument("--forbid-editing", action="store_true")
    options = parser.parse_args()
    hub = Hub(tokens={options.token: US, OTHERS_TOKEN: OTHER}, forbid_editing=options.forbid_editing)
    with StandIn(hub, options.port) as server:
        print(f"listening on {server.url}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

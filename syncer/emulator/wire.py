"""What goes over the wire, as data: a call, its reply, the error body of the real API, and the routes."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

Headers = tuple[tuple[str, str], ...]


class Delivery(Enum):
    """How a reply reaches the caller; everything but ``WHOLE`` is a fault."""

    WHOLE = auto()
    SLOW = auto()
    HALF = auto()
    CUT = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    ``path`` holds the decoded segments; the names of ``headers`` are lower case; ``client`` is whose
    token it carries, once that is known.
    """

    method: str
    path: tuple[str, ...]
    correlation_id: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""

    def asked(self, name: str, default: str) -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, before it is written to the connection."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    content_type: str = "application/json"
    delivery: Delivery = Delivery.WHOLE


class AnswerError(Exception):
    """An answer that says no, with ``code`` and ``details`` as the real API words them."""

    def __init__(
        self, status: int, code: str, message: str, *, details: tuple[str, ...] = (), headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers

    def reply(self, correlation_id: str) -> Reply:
        """The error body of the Genesys Cloud Platform API."""
        body = {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "contextId": correlation_id,
            "details": [_detail(self.code, detail) for detail in self.details],
            "errors": [],
        }
        return json_reply(body, status=self.status, headers=self.headers)


def _detail(code: str, detail: str) -> dict[str, str]:
    """What the model has of one thing that is wrong: the field alone, as the message says the rest."""
    field, colon, _ = detail.partition(": ")
    return {"errorCode": code, **({"fieldName": field} if colon else {})}


def not_found(what: str) -> AnswerError:
    """404, for a path or a thing that does not exist."""
    return AnswerError(HTTPStatus.NOT_FOUND, "not.found", f"{what} was not found.")


def bad_request(message: str, *details: str) -> AnswerError:
    """400, with one detail for each thing that is wrong."""
    return AnswerError(HTTPStatus.BAD_REQUEST, "bad.request", message, details=details)


def missing_permission(permission: str) -> AnswerError:
    """403, where no role of the client has the permission in the division of what it asks for."""
    return AnswerError(
        HTTPStatus.FORBIDDEN,
        "missing.any.permissions",
        "Unable to perform the requested action. You must have at least one of the following permissions "
        f"assigned: [{permission}]",
    )


def json_text(value: Any) -> str:
    """Compact JSON; characters stay as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_reply(value: Any, *, status: int = HTTPStatus.OK, headers: Headers = ()) -> Reply:
    """A reply with ``value`` as its JSON body."""
    return Reply(status, json.dumps(value, separators=(",", ":")).encode(), headers)


Handler = Callable[[Call, str], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A path such as ``/api/v2/routing/queues/{id}``, with a handler for each method.

    A handler is given the call and what stands in the place of ``{id}``; another part in braces, which
    is the last one, stands in the path of the call. ``asks``: its POSTs change nothing.
    """

    template: str
    handlers: Mapping[str, Handler]
    asks: bool = False

    def reads(self, method: str) -> bool:
        """Whether a method changes nothing here."""
        return method in ("GET", "HEAD", "OPTIONS") or (self.asks and method == "POST")

    def match(self, path: tuple[str, ...]) -> str | None:
        """What stands in the place of ``{id}``, empty when the template has none; None for another path."""
        pattern = self.template.strip("/").split("/")
        if len(pattern) != len(path):
            return None
        if any(want[0] != "{" and want != part for want, part in zip(pattern, path, strict=True)):
            return None
        return path[pattern.index("{id}")] if "{id}" in pattern else ""

    @property
    def allow(self) -> tuple[str, str]:
        """The header that names the methods."""
        return "Allow", ", ".join((*self.handlers, *(("HEAD",) if "GET" in self.handlers else ()), "OPTIONS"))

    def handler(self, method: str) -> Handler:
        """The handler of a method; raises :class:`AnswerError` 405."""
        if method == "OPTIONS":
            return self._options
        found = self.handlers.get("GET" if method == "HEAD" else method)
        if found is None:
            raise AnswerError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "method.not.allowed",
                f"{method} is not allowed here.",
                headers=(self.allow,),
            )
        return found

    def _options(self, _call: Call, _id: str) -> Reply:
        return Reply(HTTPStatus.NO_CONTENT, headers=(self.allow,))


def route_of(routes: Iterable[Route], path: tuple[str, ...]) -> tuple[Route, str]:
    """The route of a path, and its ``{id}``; raises :class:`AnswerError` 404."""
    for route in routes:
        parameter = route.match(path)
        if parameter is not None:
            return route, parameter
    raise not_found("The requested path")

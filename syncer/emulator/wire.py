"""What goes over the wire, as data: a call, its reply, and the error body of the real API."""

import json
from collections.abc import Mapping
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
            "details": [{"errorCode": self.code, "message": detail} for detail in self.details],
            "errors": [],
        }
        return json_reply(body, status=self.status, headers=self.headers)


def not_found(what: str) -> AnswerError:
    """404, for a path or a thing that does not exist."""
    return AnswerError(HTTPStatus.NOT_FOUND, "not.found", f"{what} was not found.")


def bad_request(message: str, *details: str) -> AnswerError:
    """400, with one detail for each thing that is wrong."""
    return AnswerError(HTTPStatus.BAD_REQUEST, "bad.request", message, details=details)


def json_text(value: Any) -> str:
    """Compact JSON; characters stay as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_reply(value: Any, *, status: int = HTTPStatus.OK, headers: Headers = ()) -> Reply:
    """A reply with ``value`` as its JSON body."""
    return Reply(status, json.dumps(value, separators=(",", ":")).encode(), headers)

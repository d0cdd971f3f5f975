"""One request of the live API, as data: what it is, what it needs, and whether it may be sent again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.errors import ApiError, BadAnswer, LiveError, NoAnswer
from syncer.live.rights import Right
from syncer.model.json_values import one_line


@dataclass(frozen=True, slots=True)
class Request:
    """A request: ``route`` is its path with ``{id}`` for the id; ``right`` is needed for it.

    ``check`` raises BadAnswer for a body that can't be the answer to it: reading requests are then sent
    again. ``query``: it changes nothing, whatever its method.
    """

    method: str
    route: str
    path: str
    right: Right
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Mapping[str, Any]], None] = field(default=lambda _: None, compare=False, repr=False)
    query: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it can be repeated safely."""
        return self.query or self.method == "GET"

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again after a wait as it is: a write only if the server itself refuses one
        that was decided on an old state."""
        return self.reads or "If-Match" in self.headers

    def verdict(self, error: LiveError) -> LiveError:
        """The error to raise for the last ``error``: a write that may have happened is a NoAnswer."""
        unclear = isinstance(error, BadAnswer) or (isinstance(error, ApiError) and passes(error.status))
        if self.reads or not unclear:
            return error
        return NoAnswer(f"{error.message} The result of the write is not known.", hint=error.hint)


def query(path: str, body: Mapping[str, Any], right: Right) -> Request:
    """A POST that asks for something and changes nothing."""
    content = one_line(body).encode()
    return Request("POST", path, path, right, content, {"Content-Type": "application/json"}, query=True)


def passes(status: int) -> bool:
    """Whether a status is a temporary problem on the way, which leaves open whether the request was done."""
    return status >= 500 or status == 408

"""Which handler a path and a method lead to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from syncer.emulator.wire import AnswerError, Call, Reply, not_found

Handler = Callable[[Call, str], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A path such as ``/api/v2/routing/queues/{id}``, with a handler for each method.

    A handler is given the call and what stands in the place of ``{id}``; another part in braces, which
    is the last one, stands in the path of the call.
    """

    template: str
    handlers: Mapping[str, Handler]

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
        """The handler of a method; raises :class:`~syncer.emulator.wire.AnswerError` 405."""
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


def find(routes: Iterable[Route], path: tuple[str, ...]) -> tuple[Route, str]:
    """The route of a path, and its ``{id}``; raises :class:`~syncer.emulator.wire.AnswerError` 404."""
    for route in routes:
        parameter = route.match(path)
        if parameter is not None:
            return route, parameter
    raise not_found("The requested path")

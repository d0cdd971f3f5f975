"""Which permission of Genesys Cloud a route asks for, and the refusal where a fault takes it away."""

from collections.abc import Iterable
from typing import Final

from syncer.emulator.wire import Route, missing_permission
from syncer.errors import WrongUsage

FLOWS: Final = "architect:flow:view"

PERMISSIONS: Final = (
    ("/api/v2/flows", FLOWS),
    ("/api/v2/architect/dependencytracking", "architect:dependencyTracking:view"),
    ("/api/v2/analytics/conversations/aggregates", "analytics:conversationAggregate:view"),
    ("/api/v2/analytics/queues/observations", "analytics:queueObservation:view"),
    ("/api/v2/audits", "audits:audit:view"),
)
"""How the path of a route begins, and its permission."""

KNOWN: Final = tuple(permission for _, permission in PERMISSIONS)


def known_permissions(names: Iterable[str]) -> tuple[str, ...]:
    """The same names; raises :class:`WrongUsage` for one that no route asks for."""
    found = tuple(names)
    if unknown := [name for name in found if name not in KNOWN]:
        raise WrongUsage(
            f"faults: no permission {unknown[0]!r} can be denied", hint=f"There are: {', '.join(KNOWN)}."
        )
    return found


def check_permission(route: Route, denied: tuple[str, ...]) -> None:
    """Raise :class:`~syncer.emulator.wire.AnswerError` 403 where a permission that is denied is asked for."""
    for begins, permission in PERMISSIONS:
        if permission in denied and f"{route.template}/".startswith(f"{begins}/"):
            raise missing_permission(permission)

"""The rights that a client needs for a call, in the terms of the API that answers.

Genesys Cloud grants permissions by roles, and a role covers divisions. A gateway with overflow rules requires
scopes.
"""

from dataclasses import dataclass
from typing import Final

from syncer.kinds.registry import GENESYS_CLOUD, OVERFLOW_RULES
from syncer.model.rule import Dialect

_COLONS: Final = 2


@dataclass(frozen=True, slots=True)
class Right:
    """A right to call: a ``permission`` of Genesys Cloud, or a ``scope`` of a gateway.

    ``of_division`` names the object whose division the role has to cover; empty if divisions don't matter.
    Without a permission, any role is enough.
    """

    scope: str
    permission: str = ""
    of_division: str = ""

    def in_words(self, form: Dialect | None) -> str:
        """What the client needs; ``form`` is the dialect of the API, None if it is not known yet."""
        by_scope = f"the scope {self.scope}{self._with_scope()}"
        covering = f" that covers the division of {self.of_division}" if self.of_division else ""
        by_role = f"the permission {self.permission}, in a role{covering}" if self.permission else "a role"
        if form is OVERFLOW_RULES:
            return by_scope
        if form is GENESYS_CLOUD:
            return by_role
        return f"{by_role}; at a gateway of its own form {by_scope}"

    def _with_scope(self) -> str:
        """What is needed besides the scope. Gateways have scopes of their own for queues, named as
        permissions are: domain, entity, action."""
        if self.scope.count(":") == _COLONS:
            return ", and a role with that permission"
        return f", and a role with the permission {self.permission}" if self.permission else ""


VIEW_QUEUES: Final = Right("routing:queue:read", "routing:queue:view", "each queue that it should read")
VIEW: Final = Right("routing:queue:read", "routing:queue:view", "the queue")
EDIT: Final = Right("routing:queue:write", "routing:queue:edit", "the queue")
GROUPS: Final = Right("groups:readonly")
TEAMS: Final = Right("groups:readonly", "groups:team:view", "each team that it should find")
SKILL_GROUPS: Final = Right(
    "routing:readonly", "routing:skillGroup:view", "each skill group that it should find"
)
FLOWS: Final = Right("architect:readonly", "architect:flow:view", "each in-queue flow")
DEPENDENCIES: Final = Right("architect:readonly", "architect:dependencyTracking:view")
AGGREGATES: Final = Right(
    "analytics:readonly", "analytics:conversationAggregate:view", "each queue that it should measure"
)
OBSERVATIONS: Final = Right(
    "analytics:readonly", "analytics:queueObservation:view", "each queue that it should watch"
)
AUDITS: Final = Right("audits:readonly", "audits:audit:view")
ORGANIZATION: Final = Right("organization:readonly")
DIVISIONS: Final = Right("authorization:readonly")

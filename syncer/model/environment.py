"""Environments: the organisations that one set of policies serves, and what each has of its own."""

from dataclasses import dataclass

from syncer.model.finding import Position
from syncer.model.policy import QueueRef


@dataclass(frozen=True, slots=True)
class Organization:
    """A Genesys Cloud organisation; both fields are empty where it is not known."""

    id: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.id else "an unknown organisation"


UNKNOWN = Organization()
"""The organisation that nobody asked for, or that did not answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where live is: the URL of its ``api``, and the organisation where it is known."""

    api: str
    organization: Organization = UNKNOWN

    def is_as(self, other: "Place") -> bool:
        """Whether both are one organisation; by their URLs, where one of the two is not known."""
        if self.organization.id and other.organization.id:
            return self.organization.id == other.organization.id
        return self.api == other.api

    def __str__(self) -> str:
        return f"{self.api}, {self.organization}" if self.organization.id else self.api


@dataclass(frozen=True, slots=True)
class Variables:
    """The names of the variables that hold the credentials: of a client, or of an access token."""

    client_id: str = ""
    client_secret: str = ""
    access_token: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are named."""
        return tuple(name for name in (self.client_id, self.client_secret, self.access_token) if name)


@dataclass(frozen=True, slots=True)
class Share:
    """The ``threshold``, in percent, that the rule to ``target`` has here."""

    target: QueueRef
    threshold: int
    position: Position


@dataclass(frozen=True, slots=True)
class Override:
    """What a queue of the policies has otherwise here; None is what its policy says.

    ``capacity`` and ``base_load`` are contacts per interval.
    """

    queue: QueueRef
    position: Position
    capacity: float | None = None
    base_load: float | None = None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """An organisation by the ``name`` that the settings give it; no name is the only one there is.

    ``region`` is an AWS region or a domain, ``api_url`` a proxy or an emulator; ``organization`` is the id
    that live must answer with, where it is said.
    """

    name: str = ""
    region: str = ""
    api_url: str = ""
    organization: str = ""
    variables: Variables = Variables()
    overrides: tuple[Override, ...] = ()


UNNAMED = Environment()
"""The environment where the settings know none, or none was chosen."""

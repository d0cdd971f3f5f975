"""The transfers of published versions of flows, each read once per run: from its configuration, else its
references.

The configuration proves a transfer. If it can't be read, or a target is computed while a contact waits,
dependency tracking shows which queues a version refers to. A reference may only look up a wait time: the flow
*may* transfer there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from syncer.errors import ApiError, AuthError, BadAnswer, Forbidden, LiveError, NoAnswer, NotFound
from syncer.live.architect import Sends, sends_of
from syncer.model.json_values import id_in, mapping

UNREADABLE = (ApiError, AuthError, BadAnswer, NoAnswer)
"""Errors that keep a flow from being read, but don't stop the run."""


MOST_BROKEN: Final = 3
"""After this many failed flows in a row, no more are requested in this run: each uses all of its retries."""


class VersionApi(Protocol):
    """The calls that reading a version needs."""

    def flow_configuration(self, flow_id: str, version: str) -> dict[str, Any]:
        """The configuration of a version of a flow."""

    def tracks_dependencies(self) -> bool:
        """Whether dependency tracking is reliable."""

    def queues_referred_to(self, flow_id: str, version: str, type_: str) -> list[str]:
        """The ids of the queues that a version of a flow of this type refers to."""


class FlowCache(Protocol):
    """The published versions that are known already."""

    def find(self, flow_id: str, version: str) -> Sends | None:
        """Where this version sends contacts; None if it is not known."""

    def keep(self, flow_id: str, version: str, sends: Sends) -> None:
        """Remember it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, with its published ``version``; empty if it has none."""

    id: str
    name: str
    version: str
    type: str = ""


def flow_in(raw: Mapping[str, Any]) -> Flow:
    """The flow in a JSON object."""
    version = mapping(raw.get("publishedVersion")).get("id")
    name, type_ = raw.get("name"), raw.get("type")
    return Flow(
        id_in(raw),
        name if isinstance(name, str) else id_in(raw),
        str(version or ""),
        type_ if isinstance(type_, str) else "",
    )


@dataclass
class Versions:
    """The versions of one run; ``failed`` has the reasons why flows could not be read, by their ids."""

    api: VersionApi
    cache: FlowCache
    failed: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Sends] = field(default_factory=dict)
    _tracked: bool | None = None
    _broken: list[LiveError] = field(default_factory=list)

    @property
    def tracked(self) -> bool:
        """Whether dependency tracking could be read, as far as it was tried."""
        return self._tracked is not False

    def sends(self, flow: Flow) -> Sends:
        """The transfers of a flow's published version, as far as they are known."""
        if flow.id not in self._known:
            self._known[flow.id] = self._read(flow)
        return self._known[flow.id]

    def _read(self, flow: Flow) -> Sends:
        if not flow.version:
            self.failed.setdefault(flow.id, f"{flow.name} has no published version")
            return Sends()
        found = self.cache.find(flow.id, flow.version)
        if found is not None:
            return found
        found, error = self._configured(flow)
        referred = None if found and not found.computed else self._referred_to(flow)
        if found is None and referred is None and error:
            self.failed.setdefault(flow.id, f"{flow.name}: {error.message}")
            return Sends()
        sends = found or Sends(computed=True)
        if referred is not None:
            maybe = dict.fromkeys((*sends.maybe, *referred))
            sends = replace(sends, maybe=tuple(queue for queue in maybe if queue not in sends.queues))
        if found and (referred is not None or not found.computed):
            self.cache.keep(flow.id, flow.version, sends)
        return sends

    def _configured(self, flow: Flow) -> tuple[Sends | None, LiveError | None]:
        if len(self._broken) >= MOST_BROKEN:
            return None, BadAnswer(
                f"not requested, as {MOST_BROKEN} others failed: {self._broken[0].message}"
            )
        try:
            found = sends_of(self.api.flow_configuration(flow.id, flow.version))
        except (Forbidden, NotFound) as error:
            return None, error
        except UNREADABLE as error:
            self._broken.append(error)
            return None, error
        self._broken = []
        return found, None

    def _referred_to(self, flow: Flow) -> list[str] | None:
        """The queues that a version refers to; None if they can't be read either."""
        try:
            if self._tracked is None:
                self._tracked = self.api.tracks_dependencies()
            if not (self._tracked and flow.type):
                return None
            return self.api.queues_referred_to(flow.id, flow.version, flow.type)
        except UNREADABLE:
            self._tracked = False  # what failed once is not requested again in this run
            return None

"""Where flows are read, and what of them stays beside the trail: one file for each published version."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import SyncerError
from syncer.files import make_private, read_regular, write_state
from syncer.live.architect import Sends
from syncer.live.flow_api import FlowCalls
from syncer.live.flows import read_flows
from syncer.model.json_reader import parsed
from syncer.model.json_values import one_line
from syncer.model.well_typed import well_typed

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.live.client import Client
    from syncer.live.flows import ReadFlows
    from syncer.model.settings import Settings

_MOST: Final = 1024 * 1024
_FORMAT: Final = "syncer.flow/v2"


@dataclass(frozen=True, slots=True)
class FlowFiles:
    """The versions of flows that are known at one API, in a state folder that is there already: who only
    looks makes none. The files are safe to delete; what can't be read there is read from live, and what can't
    be written is read again by the next run."""

    state: Path
    api: str

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.state / "cache" / "flows"

    def find(self, flow_id: str, version: str) -> Sends | None:
        """Where this version sends contacts; None where that isn't known."""
        try:
            document = parsed(read_regular(self._path(flow_id, version), _MOST))
            if (document["format"], document["flow"], document["version"]) != (_FORMAT, flow_id, version):
                return None
            queues, flows, maybe = (tuple(_list(document[name])) for name in ("queues", "flows", "maybe"))
            sends = Sends(queues, flows, document["computed"], maybe)
        except (OSError, SyncerError, ValueError, KeyError, TypeError):
            return None
        return sends if well_typed(sends) else None

    def keep(self, flow_id: str, version: str, sends: Sends) -> None:
        """Remember it."""
        document = {
            "format": _FORMAT,
            "flow": flow_id,
            "version": version,
            "queues": list(sends.queues),
            "flows": list(sends.flows),
            "computed": sends.computed,
            "maybe": list(sends.maybe),
        }
        if not self.state.is_dir():
            return
        with suppress(OSError, SyncerError, ValueError):
            make_private(self.folder)
            write_state(self._path(flow_id, version), one_line(document) + "\n")

    def _path(self, flow_id: str, version: str) -> Path:
        name = sha256(f"{self.api}\n{flow_id}\n{version}".encode(errors="surrogatepass")).hexdigest()[:32]
        return self.folder / f"{name}.json"


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("it is no list")
    return value


def reading_flows(client: Client, settings: Settings, state_dir: Path) -> ReadFlows | None:
    """What reads the in-queue flows of queues; None where the settings say that they are not to be read."""
    if not settings.flows:
        return None
    files = FlowFiles(state_dir, client.api)
    return partial(
        read_flows, api=FlowCalls(client.exchange), cache=files, counting=client.exchange.timing.counting
    )

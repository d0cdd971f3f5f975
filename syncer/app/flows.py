"""Where flows are read, and what is kept of them next to the trail: one file per published version."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import SyncerError
from syncer.files import make_own, read_own, write_state
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
    """The known versions of flows at one API, in an existing state folder: commands that only read don't
    create one. The files are safe to delete; what can't be read there is read from the API, and what can't be
    written is read again by the next run."""

    state: Path
    api: str

    @property
    def folder(self) -> Path:
        """The folder of the files."""
        return self.state / "cache" / "flows"

    def find(self, flow_id: str, version: str) -> Sends | None:
        """Return where this version sends contacts; None if that isn't known."""
        try:
            document = parsed(read_own(self._path(flow_id, version), _MOST))
            if (document["format"], document["flow"], document["version"]) != (_FORMAT, flow_id, version):
                return None
            queues, flows, maybe = (tuple(_list(document[name])) for name in ("queues", "flows", "maybe"))
            sends = Sends(queues, flows, document["computed"], maybe)
        except (OSError, SyncerError, ValueError, KeyError, TypeError):
            return None
        return sends if well_typed(sends) else None

    def keep(self, flow_id: str, version: str, sends: Sends) -> None:
        """Keep it for later runs."""
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
            make_own(self.folder)
            write_state(self._path(flow_id, version), one_line(document) + "\n")

    def _path(self, flow_id: str, version: str) -> Path:
        name = sha256(f"{self.api}\n{flow_id}\n{version}".encode(errors="surrogatepass")).hexdigest()[:32]
        return self.folder / f"{name}.json"


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("it is no list")
    return value


def reading_flows(client: Client, settings: Settings, state_dir: Path) -> ReadFlows | None:
    """Return the reader of in-queue flows of queues; None if the settings turn it off."""
    if not settings.flows:
        return None
    files = FlowFiles(state_dir, client.api)
    return partial(
        read_flows, api=FlowCalls(client.exchange), cache=files, counting=client.exchange.timing.counting
    )

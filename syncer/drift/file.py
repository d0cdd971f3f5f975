"""The file that drift is remembered in between runs, ``syncer.drift/v1``.

It is written whole and moved into place, so a reader never sees a half. Anyone who reads it to write it again
holds a lock meanwhile: of two runs at once each counts once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey
from syncer.drift.loops import KnownLoop
from syncer.files import alone_with, open_regular, refuse_larger, write_state
from syncer.model.fits_schema import compiled
from syncer.model.json_reader import parsed
from syncer.model.json_values import readable
from syncer.planning.agreed import Agreement, agreements_of

FORMAT = "syncer.drift/v1"
NAME = "drift.json"
LOCK = f"{NAME}.lock"
MAX_BYTES = 64 * 1024 * 1024
"""The largest file, for who writes it and for who reads it."""

PATIENCE = 30.0
"""Seconds to wait for another run to have written; it holds the lock for a moment only."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered: the drift that there was, what the organization was where it agreed with the
    policies, and the loops of the organization."""

    episodes: tuple[Episode, ...] = ()
    agreed: tuple[Agreement, ...] = ()
    loops: tuple[KnownLoop, ...] = ()

    def beside(self, new: Agreement) -> tuple[Agreement, ...]:
        """All that agreed elsewhere, and what agrees here now."""
        return (*(each for each in self.agreed if each.key != new.key), new)


@contextmanager
def kept_from_others(folder: Path, patience: float = PATIENCE) -> Iterator[Path]:
    """The path of the file in ``folder``, which no other run writes meanwhile.

    Raises SyncerError where the folder can't be written, or another run doesn't let go.
    """
    with alone_with(folder / LOCK, patience):
        yield folder / NAME


def read_memory(path: Path) -> tuple[Remembered, str]:
    """What the file holds, and in words why it holds nothing that can be used, empty where all is well.

    No file is no reason to complain.
    """
    try:
        if not path.exists():
            return Remembered(), ""
        document = _document(path)
        episodes = tuple(_episode_of(each) for each in document["drifts"])
        loops = tuple(
            KnownLoop(**{**each, "queues": tuple(each["queues"])}) for each in document.get("loops", [])
        )
        return Remembered(episodes, agreements_of(document.get("agreed", [])), loops), ""
    except OSError as error:
        return Remembered(), f"{path} can't be read ({error.strerror}), so every drift counts as new"
    except (ValueError, TypeError, KeyError):
        return Remembered(), f"{path} is not a file of {FORMAT} or is damaged, so every drift counts as new"


def write_memory(path: Path, memory: Remembered) -> None:
    """Write the file whole or not at all. Raises SyncerError, also where it is larger than is read again."""
    document = {
        "format": FORMAT,
        "drifts": [_episode_document(episode) for episode in memory.episodes],
        "agreed": [agreement.as_json() for agreement in memory.agreed],
        "loops": [{**asdict(loop), "queues": list(loop.queues)} for loop in memory.loops],
    }
    text = readable(document)
    refuse_larger(
        path, text, MAX_BYTES, "Make the live queues and the policies agree: syncer apply or export."
    )
    write_state(path, text)


def _document(path: Path) -> dict[str, Any]:
    """What the file holds, once its drifts are what the schema says; ``agreed`` is checked where it is read.
    Raises OSError or ValueError."""
    from syncer.policy.schema import schema_text

    if not path.is_file():
        raise ValueError("no file")
    with open_regular(path) as file:
        data = file.read(MAX_BYTES + 1)
    document: Any = parsed(data, decimals=False) if len(data) <= MAX_BYTES else None
    schema = parsed(schema_text("drift.v1.schema.json").encode())
    drifts = document
    if isinstance(document, dict):
        drifts = {name: value for name, value in document.items() if name != "agreed"}
    if not compiled(schema)(drifts):
        raise ValueError("not as the schema requires")
    return dict(document)


def _episode_document(episode: Episode) -> dict[str, Any]:
    return {
        **asdict(episode.key),
        **asdict(episode.facts),
        "live": episode.facts.live,
        "live_digest": episode.key.live,
        "first_seen": episode.first_seen,
        "last_seen": episode.last_seen,
        "detections": episode.detections,
        "alerted": episode.alerted,
    }


def _episode_of(document: Mapping[str, Any]) -> Episode:
    def picked(names: Sequence[str]) -> dict[str, Any]:
        return {name: document[name] for name in names}

    key = EpisodeKey(
        live=document["live_digest"], **picked(["api", "environment", "queue", "kind", "rule", "number"])
    )
    facts = DriftFacts(
        **picked(["queue_name", "target", "target_name", "direction", "threshold", "policy", "live"])
    )
    return Episode(key, facts, **picked(["first_seen", "last_seen", "detections", "alerted"]))

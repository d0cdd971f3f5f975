"""The file that drift is remembered in between runs, ``syncer.drift/v1``.

It is written whole and moved into place, so a reader never sees a half. Whoever reads it to write it anew
holds a lock meanwhile: of two runs at once each counts once.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from syncer.drift.episodes import Episode, Facts, Key
from syncer.errors import SyncerError
from syncer.files import refuse_larger, write_whole
from syncer.model.canonical import parsed, readable

FORMAT = "syncer.drift/v1"
NAME = "drift.json"
LOCK = f"{NAME}.lock"
MAX_BYTES = 64 * 1024 * 1024
"""The largest file, for who writes it and for who reads it."""

PATIENCE = 30.0
"""Seconds to wait for another run to have written; it holds the lock for a moment only."""


def is_kept(folder: Path) -> bool:
    """Whether there is such a file in ``folder``; where nobody may look into it, there is none."""
    try:
        return (folder / NAME).exists()
    except OSError:
        return False


@contextmanager
def kept_from_others(folder: Path, patience: float = PATIENCE) -> Iterator[Path]:
    """The path of the file in ``folder``, which no other run writes meanwhile.

    Raises SyncerError where the folder can't be written, or another run doesn't let go.
    """
    lock = FileLock(folder / LOCK, timeout=patience)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise SyncerError(f"another run holds {folder / LOCK}") from error
    except OSError as error:
        raise SyncerError(f"{folder} can't be written: {error.strerror or error}") from error
    try:
        yield folder / NAME
    finally:
        lock.release()


def read_episodes(path: Path) -> tuple[tuple[Episode, ...], str]:
    """What the file holds, and in words why it holds nothing that can be used, empty where all is well.

    No file is no reason to complain.
    """
    try:
        if not path.exists():
            return (), ""
        return tuple(_episode_of(each) for each in _drifts(path)), ""
    except OSError as error:
        return (), f"{path} can't be read ({error.strerror}), so every drift counts as new"
    except (ValueError, RecursionError):
        return (), f"{path} is no file of {FORMAT} or is damaged, so every drift counts as new"


def write_episodes(path: Path, episodes: Sequence[Episode]) -> None:
    """Write the file whole or not at all. Raises SyncerError, also where it is larger than is read again."""
    document = {"format": FORMAT, "drifts": [_episode_document(episode) for episode in episodes]}
    text = readable(document)
    refuse_larger(path, text, MAX_BYTES, "Bring live and the policies together: syncer apply or export.")
    write_whole(path, text)


def _drifts(path: Path) -> list[dict[str, Any]]:
    """The drifts that the file holds, once it is what its schema says. Raises OSError or ValueError."""
    from jsonschema import Draft202012Validator

    from syncer.policy.schema import schema_text

    if not path.is_file():
        raise ValueError("no file")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    document: Any = parsed(data) if len(data) <= MAX_BYTES else None
    schema = json.loads(schema_text("drift.v1.schema.json"))
    if not Draft202012Validator(schema).is_valid(document):
        raise ValueError("not what the schema says")
    return list(document["drifts"])


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

    key = Key(
        live=document["live_digest"], **picked(["api", "environment", "queue", "kind", "rule", "number"])
    )
    facts = Facts(
        **picked(["queue_name", "target", "target_name", "direction", "threshold", "policy", "live"])
    )
    return Episode(key, facts, **picked(["first_seen", "last_seen", "detections", "alerted"]))

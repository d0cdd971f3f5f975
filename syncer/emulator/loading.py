"""What an emulator begins with: queues, and what is around them."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.defaults import completed
from syncer.emulator.documents import Document, parse, self_uri
from syncer.emulator.kinds.registry import with_ids
from syncer.errors import ConfigError

Surroundings = dict[str, list[Document]]

KINDS = ("divisions", "groups", "users")

DEMO = "demo.json"

HINT = 'Expected is {"queues": [...]}, {"entities": [...]} or a list, of objects with a "name".'


def load_data(path: str | Path) -> list[Document]:
    """Read queues from a JSON file; raises :class:`ConfigError` with the file and what is wrong with it."""
    return _queues(_parsed(_read(path), str(path)), str(path))


def load_surroundings(path: str | Path) -> Surroundings:
    """Read what the same file may say beside its queues; raises :class:`ConfigError`.

    That is ``divisions``, ``groups`` and ``users``: lists of objects with an ``id`` and a ``name``.
    """
    return _surroundings(_parsed(_read(path), str(path)), str(path))


def demo_queues() -> list[Document]:
    """The organization that the demonstration policies are written for."""
    return _queues(_parsed(_demo(), DEMO), DEMO)


def demo_surroundings() -> Surroundings:
    """The divisions and groups of that organization."""
    return _surroundings(_parsed(_demo(), DEMO), DEMO)


def _demo() -> bytes:
    return files("syncer.emulator").joinpath(f"data/{DEMO}").read_bytes()


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from None


def _parsed(data: bytes, where: str) -> Any:
    try:
        return parse(data)
    except ValueError as error:
        raise ConfigError(f"{where}: is not JSON: {error}", hint=HINT) from None


def _surroundings(value: Any, where: str) -> Surroundings:
    given = {kind: value[kind] for kind in KINDS if kind in value} if isinstance(value, dict) else {}
    for kind, entries in given.items():
        if not isinstance(entries, list) or not all(map(_is_named, entries)):
            raise ConfigError(f"{where}: {kind} is no list of objects with an id and a name", hint=HINT)
    return given


def _is_named(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in ("id", "name"))


def _queues(value: Any, where: str) -> list[Document]:
    if isinstance(value, dict):
        value = value.get("queues", value.get("entities"))
    if not isinstance(value, list):
        raise ConfigError(f"{where}: holds no list of queues", hint=HINT)
    return prepared(value, where=where)


def prepared(queues: Iterable[Any], *, where: str) -> list[Document]:
    """Give queues the ``id``, ``selfUri`` and other fields they may lack; raises :class:`ConfigError`.

    An id that is missing is made of the name, so it is the same every time.
    """
    found: dict[str, Document] = {}
    for place, queue in enumerate(queues):
        if not isinstance(queue, Mapping) or not isinstance(queue.get("name"), str) or not queue["name"]:
            raise ConfigError(f"{where}: queue {place + 1} is no object with a name", hint=HINT)
        queue_id = queue.get("id") or str(uuid5(NAMESPACE_URL, queue["name"]))
        if not isinstance(queue_id, str):
            raise ConfigError(f"{where}: queue {place + 1}: the id is no text", hint=HINT)
        if queue_id in found:
            raise ConfigError(f"{where}: queue {place + 1}: the id {queue_id!r} is there twice", hint=HINT)
        rest = {key: value for key, value in queue.items() if key not in ("id", "_etag", "selfUri")}
        document = {"id": queue_id, **rest, "selfUri": self_uri(queue_id)}
        found[queue_id] = completed(with_ids(document))
    return list(found.values())

"""The queues that an emulator begins with."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.documents import Document, parse, self_uri
from syncer.errors import ConfigError

HINT = 'Expected is {"queues": [...]}, {"entities": [...]} or a list, of objects with a "name".'


def load_data(path: str | Path) -> list[Document]:
    """Read queues from a JSON file; raises :class:`ConfigError` with the file and what is wrong with it."""
    try:
        return parse_data(Path(path).read_bytes(), where=str(path))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from None


def demo_queues() -> list[Document]:
    """The organisation that the demonstration policies are written for."""
    return parse_data(files("syncer.emulator").joinpath("data/demo.json").read_bytes(), where="demo.json")


def parse_data(data: bytes, *, where: str) -> list[Document]:
    """Read queues from JSON; ``where`` names the place in errors. Raises :class:`ConfigError`."""
    try:
        value = parse(data)
    except ValueError as error:
        raise ConfigError(f"{where}: is not JSON: {error}", hint=HINT) from None
    if isinstance(value, dict):
        value = value.get("queues", value.get("entities"))
    if not isinstance(value, list):
        raise ConfigError(f"{where}: holds no list of queues", hint=HINT)
    return prepared(value, where=where)


def prepared(queues: Iterable[Any], *, where: str) -> list[Document]:
    """Give queues the ``id`` and ``selfUri`` they may lack; raises :class:`ConfigError`.

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
        found[queue_id] = {"id": queue_id, **rest, "selfUri": self_uri(queue_id)}
    return list(found.values())

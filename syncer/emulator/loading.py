"""What an emulator begins with: queues, what surrounds them, and the defaults of the API."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.documents import Document, parse, self_uri
from syncer.emulator.kinds.kind import IfThere
from syncer.emulator.kinds.member_groups import GROUPS
from syncer.emulator.kinds.registry import KINDS, with_ids
from syncer.emulator.traffic_given import GivenTraffic, given_traffic
from syncer.errors import ConfigError

Surroundings = dict[str, list[Document]]

COLLECTIONS = ("divisions", "groups", "teams", "skillgroups", "flows", "users")

DEMO = "demo.json"

HINT = 'Expected is {"queues": [...]}, {"entities": [...]} or a list, of objects with a "name".'


def load_data(path: str | Path) -> list[Document]:
    """Read queues from a JSON file; raises :class:`ConfigError` with the file and what is wrong with it."""
    return _queues(_parsed(_read(path), str(path)), str(path))


def load_surroundings(path: str | Path) -> Surroundings:
    """Read what the same file may say beside its queues; raises :class:`ConfigError`.

    That is all of ``COLLECTIONS``: lists of objects with an ``id`` and a ``name``.
    """
    return _surroundings(_parsed(_read(path), str(path)), str(path))


def load_traffic(path: str | Path) -> GivenTraffic:
    """Read the ``traffic`` of the same file, where it has any; raises :class:`ConfigError`."""
    value = _parsed(_read(path), str(path))
    return given_traffic(value.get("traffic", {}) if isinstance(value, dict) else {}, str(path))


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
    given = {kind: value[kind] for kind in COLLECTIONS if kind in value} if isinstance(value, dict) else {}
    for kind, entries in given.items():
        if not isinstance(entries, list) or not all(map(_is_named, entries)):
            raise ConfigError(f"{where}: {kind} is not a list of objects with an id and a name", hint=HINT)
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
            raise ConfigError(f"{where}: queue {place + 1} is not an object with a name", hint=HINT)
        queue_id = queue.get("id") or str(uuid5(NAMESPACE_URL, queue["name"]))
        if not isinstance(queue_id, str):
            raise ConfigError(f"{where}: queue {place + 1}: the id is not a text", hint=HINT)
        if queue_id in found:
            raise ConfigError(f"{where}: queue {place + 1}: the id {queue_id!r} appears twice", hint=HINT)
        rest = {key: value for key, value in queue.items() if key not in ("id", "_etag", "selfUri")}
        document = {"id": queue_id, **rest, "selfUri": self_uri(queue_id)}
        found[queue_id] = completed(with_ids(document))
    return list(found.values())


def _media(alerting: int, answered_within: int, **more: Any) -> Mapping[str, Any]:
    """The settings of a medium: seconds of alerting, and milliseconds to answer 80 percent in."""
    return {
        "enableAutoAnswer": False,
        "alertingTimeoutSeconds": alerting,
        "serviceLevel": {"percentage": 0.8, "durationMs": answered_within},
        **more,
    }


QUEUE: Mapping[str, Any] = {
    "memberCount": 0,
    "mediaSettings": {
        "call": _media(8, 20_000),
        "callback": _media(30, 20_000, autoDialDelaySeconds=300, autoEndDelaySeconds=300),
        "chat": _media(30, 20_000),
        "email": _media(300, 86_400_000),
        "message": _media(30, 20_000),
    },
    "acwSettings": {"wrapupPrompt": "OPTIONAL"},
    "scoringMethod": "TimestampAndPriority",
    "skillEvaluationMethod": "ALL",
    "agentOwnedRouting": IfThere(
        {"enableAgentOwnedCallbacks": False, "maxOwnedCallbackHours": 1, "maxOwnedCallbackDelayHours": 1}
    ),
    "bullseye": IfThere(
        {
            "rings": [
                {
                    "expansionCriteria": IfThere([{"type": "TIMEOUT_SECONDS", "threshold": 0}]),
                    "memberGroups": IfThere(GROUPS),
                }
            ]
        }
    ),
    **{kind.field: kind.default for kind in KINDS if kind.default},
}
"""Objects stand for the fields of an object, a list of one for each entry of a list, all else for a value."""


def completed(queue: Document) -> Document:
    """A queue with what it leaves out; what is there stays, wrong or right."""
    filled: Document = _fill(QUEUE, queue)
    for kind in KINDS:
        filled = kind.completed(filled)
    return filled


def _fill(default: Any, value: Any) -> Any:
    if isinstance(default, IfThere):
        return None if value is None else _fill(default.fields, value)
    if isinstance(default, Mapping):
        return _fill_object(default, {} if value is None else value)
    if isinstance(default, list):
        entries = [] if value is None else value
        return [_fill(default[0], entry) for entry in entries] if isinstance(entries, list) else entries
    return default if value is None else value


def _fill_object(default: Mapping[str, Any], value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    filled = {name: _fill(fields, value.get(name)) for name, fields in default.items()}
    return {**value, **{name: field for name, field in filled.items() if field is not None}}

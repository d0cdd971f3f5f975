"""From a document that matches its schema to policies and settings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from syncer.kinds.registry import KINDS, SWITCHED_KINDS
from syncer.model.finding import Position, Severity
from syncer.model.policy import OnlyIn, PolicyQueue, QueueRef, StatedTransfer
from syncer.model.scenario import Assumed, Scenario
from syncer.model.settings import (
    HOUR,
    UNNAMED,
    AuditSettings,
    DriftAlerts,
    Environment,
    Freeze,
    Ignore,
    LookSettings,
    Override,
    Ownership,
    Pace,
    Retries,
    Safety,
    Settings,
    Share,
    Variables,
    Webhook,
)
from syncer.policy.schema import read_moment
from syncer.yamlfile.document import Document

_SECTIONS: Final = ("checks", "pace", "retries", "looks", "safety", "webhook", "drift", "ownership", "audit")
_STATED: Final = {kind.name: kind for kind in KINDS if kind.stated}
_SWITCHED: Final = frozenset(kind.name for kind in SWITCHED_KINDS)
_WHOLE: Final = ("burst", "attempts", "conflicts", "from_rules", "alert_after")


def parse_queues(document: Document) -> tuple[PolicyQueue, ...]:
    """The queues of a policy file; the document matches the policy schema."""
    entries: list[dict[str, Any]] = document.data["queues"]
    return tuple(_queue(document, place, entry) for place, entry in enumerate(entries))


def parse_settings(document: Document) -> Settings:
    """The settings of a settings file; the document matches the settings schema."""
    return _settings(document, document.data, UNNAMED, _ignores(document, document.data, ()))


def parse_environments(document: Document) -> dict[str, Settings]:
    """The settings of each environment, by its name: its keys override the same keys of the file."""
    data: dict[str, Any] = document.data
    return {
        name: _of_environment(document, name, own or {}) for name, own in data.get("environments", {}).items()
    }


def _of_environment(document: Document, name: str, own: Mapping[str, Any]) -> Settings:
    data, path = (own, ("environments", name)) if "ignore" in own else (document.data, ())
    ignores = _ignores(document, data, path)
    return _settings(document, _merged(document.data, own), _environment(document, name, own), ignores)


def _merged(data: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of the file, each overridden by the keys of the environment."""
    sections = {name: {**data.get(name, {}), **own[name]} for name in _SECTIONS if name in own}
    return {**data, **sections, "dialect": own.get("dialect", data.get("dialect", "auto"))}


def _environment(document: Document, name: str, own: Mapping[str, Any]) -> Environment:
    return Environment(
        name=name,
        region=own.get("region", ""),
        api_url=own.get("api_url", ""),
        organization=own.get("organization", ""),
        production=own.get("production", False),
        variables=Variables(**own.get("credentials", {})),
        overrides=tuple(
            _override(document, ("environments", name, "queues", place), entry)
            for place, entry in enumerate(own.get("queues", ()))
        ),
    )


def _override(document: Document, path: tuple[str | int, ...], entry: Mapping[str, Any]) -> Override:
    numbers = {name: float(entry[name]) for name in ("capacity", "base_load") if name in entry}
    shares = tuple(
        Share(
            QueueRef.said(rule[kind.target_field]),
            int(rule[kind.share_field]),
            document.position((*path, kind.name, number)),
        )
        for kind in KINDS
        if kind.share_field
        for number, rule in enumerate(entry.get(kind.name, ()))
    )
    return Override(QueueRef.said(entry["queue"]), document.position(path), **numbers, shares=shares)


def _settings(
    document: Document, data: Mapping[str, Any], environment: Environment, ignores: tuple[Ignore, ...]
) -> Settings:
    """The settings in ``data``: the whole document, overridden by the environment."""
    checks = data.get("checks", {})
    places = _Places(document, environment.name)
    safety = dict(data.get("safety", {}))
    protected = tuple(safety.pop("protected", ()))
    freeze = tuple(
        Freeze(read_moment(entry["start"]), read_moment(entry["end"]), entry["reason"])
        for entry in safety.pop("freeze", ())
    )
    return Settings(
        severities={name: None if word == "off" else Severity(word) for name, word in checks.items()},
        pace=Pace(**_numbers(data.get("pace", {}))),
        retries=Retries(**_numbers(data.get("retries", {}))),
        looks=LookSettings(**_numbers(data.get("looks", {}))),
        safety=Safety(
            **_numbers(safety),
            protected=protected,
            freeze=freeze,
            places=places.of("safety", "protected", protected),
        ),
        webhook=Webhook(**data.get("webhook", {})),
        dialect=data.get("dialect", "auto"),
        environment=environment,
        environments=tuple(data.get("environments", {})),
        drift=DriftAlerts(**_numbers(data.get("drift", {}))),
        ignore=ignores,
        ownership=_ownership(data.get("ownership", {}), places),
        audit=_audit(data.get("audit", {})),
        strict=frozenset(data.get("strict", ())),
        interval=data.get("interval", HOUR),
        flows=data.get("flows", True),
        scenarios=tuple(
            _scenario(document, name, entry) for name, entry in data.get("scenarios", {}).items()
        ),
    )


def _scenario(document: Document, name: str, entry: Mapping[str, Any]) -> Scenario:
    path = ("scenarios", name)
    out = (
        Assumed(QueueRef.said(queue), out=True, position=document.position((*path, "outage", place)))
        for place, queue in enumerate(entry.get("outage", ()))
    )
    own = (
        Assumed(
            QueueRef.said(each["queue"]),
            _some(each.get("load")),
            _some(each.get("capacity")),
            position=document.position((*path, "queues", place)),
        )
        for place, each in enumerate(entry.get("queues", ()))
    )
    return Scenario(name, float(entry.get("load", 1)), (*out, *own), document.position(path))


def _ignores(document: Document, data: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[Ignore, ...]:
    """The entries of ``ignore`` in ``data``, which is at ``path`` in the document."""
    return tuple(
        Ignore(
            queues=tuple(entry["queues"]),
            fields=tuple(entry.get("fields", ())),
            reason=entry.get("reason", ""),
            position=document.position((*path, "ignore", place)),
        )
        for place, entry in enumerate(data.get("ignore", ()))
    )


def _ownership(section: Mapping[str, Any], places: "_Places") -> Ownership:
    take_over = tuple(section.get("take_over", ()))
    return Ownership(
        section.get("owner", ""),
        section.get("release", False),
        take_over,
        places.of("ownership", "take_over", take_over),
    )


def _audit(section: Mapping[str, Any]) -> AuditSettings:
    return AuditSettings(**{**section, "require": tuple(section.get("require", ()))})


class _Places:
    """The path of a list of the settings: in the environment, or for all."""

    def __init__(self, document: Document, environment: str) -> None:
        self._document = document
        self._environment = environment

    def of(self, section: str, key: str, entries: Sequence[str]) -> tuple[Position, ...]:
        """The place of each entry."""
        own = self._document.data.get("environments", {}).get(self._environment) or {}
        path: tuple[str, ...] = (section, key)
        if key in own.get(section, {}):
            path = ("environments", self._environment, *path)
        return tuple(self._document.position((*path, number)) for number in range(len(entries)))


def _queue(document: Document, place: int, entry: Mapping[str, Any]) -> PolicyQueue:
    agents = entry.get("agents")
    path, places = document.path, document.places

    def positions(key: str) -> Callable[..., Position]:
        return lambda *below: Position.later(path, places, ("queues", place, key, *below))

    return PolicyQueue(
        queue=QueueRef.said(entry["queue"]),
        managed=entry.get("manage", True),
        capacity=_some(entry.get("capacity")),
        base_load=float(entry.get("base_load", 0)),
        stated={
            name: kind.parse(entry[name], positions(name)) for name, kind in _STATED.items() if name in entry
        },
        position=Position.later(path, places, ("queues", place, "queue")),
        switched=_switched(entry),
        transfers=_transfers(entry["transfers"], positions("transfers")) if "transfers" in entry else (),
        only=_only(entry["only"], positions("only")) if "only" in entry else (),
        agents=None if agents is None else int(agents),
        aht=_some(entry.get("aht")),
    )


_NO_KINDS: Final = frozenset[str]()
"""Shared: an empty set of its own for every queue takes megabytes."""


def _switched(entry: Mapping[str, Any]) -> frozenset[str]:
    if _SWITCHED.isdisjoint(entry):
        return _NO_KINDS
    return frozenset([kind.name for kind in SWITCHED_KINDS if entry.get(kind.name) == kind.switch])


def _transfers(
    entries: Sequence[Mapping[str, Any]], position: Callable[[int], Position]
) -> tuple[StatedTransfer, ...]:
    return tuple(
        [
            StatedTransfer(QueueRef.said(each["target"]), float(each["share"]), position(number))
            for number, each in enumerate(entries)
        ]
    )


def _only(names: Sequence[str], position: Callable[[int], Position]) -> tuple[OnlyIn, ...]:
    return tuple([OnlyIn(name, position(number)) for number, name in enumerate(names)])


def _some(value: Any) -> float | None:
    return None if value is None else float(value)


def _numbers(section: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a section in the types of the model: ``5.0`` is a whole number to a schema."""
    return {name: _number(name, value) for name, value in section.items()}


def _number(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return int(value) if name in _WHOLE else float(value)

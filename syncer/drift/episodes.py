"""Episodes of drift: how often one drift was found in a row, and when somebody is to be told.

::

    found ──▶ new ──found again──▶ known ──found N times──▶ alerted ──gone──▶ resolved
               └──────────gone──────┴──▶ forgotten, nobody is notified

Pure: what was known and what was found go in, what to keep and whom to tell comes out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class EpisodeKey:
    """What makes a drift the same from run to run.

    ``rule`` is the key of the rule among those of its ``kind`` in its ``queue`` (an id); ``live`` is a digest
    of what the organization has, so another edit is another drift; ``number`` tells equal rules apart, from
    0.
    """

    api: str
    environment: str
    queue: str
    kind: str
    rule: str
    live: str
    number: int = 0

    @property
    def place(self) -> tuple[str, ...]:
        """The rule that drifted, whatever the organization has."""
        return (self.api, self.environment, self.queue, self.kind, self.rule)


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """What can still be said of a drift once it is gone.

    ``threshold`` is in percent, None where the rule has none; ``policy`` and ``live`` are the rule of either
    side in words, empty where there is none.
    """

    queue_name: str
    target: str
    target_name: str
    direction: str
    threshold: int | None
    policy: str
    live: str


class Stage(StrEnum):
    """How far a drift has come: found for the first time, found again, or somebody was notified."""

    NEW = "new"
    KNOWN = "known"
    ALERTED = "alerted"


@dataclass(frozen=True, slots=True)
class Episode:
    """One drift from its first detection on; times are RFC 3339, ``detections`` are those in a row."""

    key: EpisodeKey
    facts: DriftFacts
    first_seen: str
    last_seen: str
    detections: int = 1
    alerted: bool = False

    @property
    def standing(self) -> Stage:
        """Alerted where somebody was notified, else new or known by how often it was found."""
        if self.alerted:
            return Stage.ALERTED
        return Stage.NEW if self.detections == 1 else Stage.KNOWN


@dataclass(frozen=True, slots=True)
class Gone:
    """An alerted drift that is no more; ``superseded`` where the organization has yet another value there
    now.

    ``pending`` where the rule still differs, as the policies have moved on and the organization was put back.
    """

    episode: Episode
    superseded: bool
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one run makes of the episodes.

    ``going`` are those of this run, in the order in which they were found; ``alerts`` are those among them
    that somebody is to be told of now; ``resolved`` were alerted before and are gone; ``aside`` were not
    looked at and stay as they are.
    """

    going: tuple[Episode, ...] = ()
    alerts: tuple[Episode, ...] = ()
    resolved: tuple[Gone, ...] = ()
    aside: tuple[Episode, ...] = ()

    @property
    def kept(self) -> tuple[Episode, ...]:
        """All that the next run has to know, in a stable order."""
        return tuple(sorted((*self.going, *self.aside), key=lambda episode: episode.key))


def advance(
    known: Iterable[Episode],
    found: Mapping[EpisodeKey, DriftFacts],
    now: str,
    alert_after: int,
    looked_at: Callable[[EpisodeKey], bool],
) -> Step:
    """Go one run further. ``now`` is RFC 3339; ``alert_after`` is the number of detections in a row.

    ``looked_at`` says whether this run would have found a drift: the others are neither counted nor gone.
    """
    before = {episode.key: episode for episode in known}
    going, alerts = [], []
    for key, facts in found.items():
        episode = _again(before.get(key), key, facts, now)
        if not episode.alerted and episode.detections >= alert_after:
            episode = replace(episode, alerted=True)
            alerts.append(episode)
        going.append(episode)
    left = [episode for key, episode in before.items() if key not in found]
    places = {key.place for key in found}
    gone = [Gone(episode, episode.key.place in places) for episode in left if looked_at(episode.key)]
    return Step(
        going=tuple(going),
        alerts=tuple(alerts),
        resolved=tuple(each for each in gone if each.episode.alerted),
        aside=tuple(episode for episode in left if not looked_at(episode.key)),
    )


def _again(before: Episode | None, key: EpisodeKey, facts: DriftFacts, now: str) -> Episode:
    if before is None:
        return Episode(key, facts, now, now)
    return replace(before, facts=facts, last_seen=now, detections=before.detections + 1)

"""The metrics of analytics, as its answers have them, from contacts that are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from syncer.emulator.demand import fraction, key_of
from syncer.emulator.documents import Document
from syncer.emulator.kinds.kind import object_in
from syncer.emulator.traffic import Counts

COUNTED: Final = ("nOffered", "tFlowOut", "tAnswered", "tAbandon", "tHandle", "oServiceLevel")
UNCOUNTED: Final = (
    *("nBlindTransferred", "nConnected", "nConsult", "nConsultTransferred", "nError", "nOutbound"),
    *("nOutboundAbandoned", "nOutboundAttempted", "nOutboundConnected", "nOverSla", "nStateTransitionError"),
    *("nTransferred", "oExternalMediaCount", "oMediaCount", "oServiceTarget", "tAcd", "tActiveCallback"),
    *("tAcw", "tAgentResponseTime", "tAlert", "tBarging", "tCoaching", "tContacting", "tDialing", "tHeld"),
    *("tHeldComplete", "tIvr", "tMonitoring", "tNotResponding", "tShortAbandon", "tTalk", "tTalkComplete"),
    *("tUserResponseTime", "tVoicemail", "tWait"),
)
"""Metrics that the API has and that never have an event here."""

OBSERVED: Final = (
    *("oWaiting", "oInteracting", "oLongestWaiting", "oOnQueueUsers", "oActiveUsers", "oMemberUsers"),
    *("oAlerting", "oOffQueueUsers", "oUserPresences", "oUserRoutingStatuses"),
)

IN_TIME_MS, LATE_MS, ABANDON_MS, FLOW_OUT_MS = 8_000, 60_000, 45_000, 90_000
"""How long contacts wait until they are answered, give up, or move on."""

SERVICE: Final = 0.8
"""The share that is to be answered in time, where a queue doesn't say."""

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class AboutQueue:
    """What metrics need of a queue in one medium: how long a contact takes, in milliseconds, and the share
    that is to be answered in time."""

    id: str
    handle_ms: int
    service: float


def about(queue: Document, medium: str) -> AboutQueue:
    """Read a queue; the time that a contact takes is made up from its id."""
    settings = object_in(queue.get("mediaSettings")).get("call" if medium == "voice" else medium)
    share = object_in(object_in(settings).get("serviceLevel")).get("percentage")
    seconds = 180 + int(240 * fraction(key_of(0, "handle", str(queue["id"]))))
    return AboutQueue(str(queue["id"]), seconds * 1000, share if isinstance(share, int | float) else SERVICE)


@dataclass(slots=True)
class Sums:
    """Contacts of one group in one interval, and milliseconds of handling. The target of several queues is
    their average."""

    in_time: int = 0
    late: int = 0
    abandoned: int = 0
    flowed: int = 0
    handled_ms: int = 0
    targets: float = 0.0
    queues: int = 0

    def add(self, queue: AboutQueue, counts: Counts) -> None:
        """Add the outcome of the contacts of one queue."""
        in_time, late, abandoned, flowed = counts
        self.in_time += in_time
        self.late += late
        self.abandoned += abandoned
        self.flowed += flowed
        self.handled_ms += (in_time + late) * queue.handle_ms
        self.targets += queue.service
        self.queues += 1

    def metrics(self, wanted: Sequence[str]) -> list[Document]:
        """The metrics that had events."""
        answered = self.in_time + self.late
        served = answered + self.abandoned
        waited = self.in_time * IN_TIME_MS + self.late * LATE_MS
        stats: dict[str, Document] = {}
        if served + self.flowed:
            stats["nOffered"] = {"count": served + self.flowed}
        if self.flowed:
            stats["tFlowOut"] = _times(self.flowed, self.flowed * FLOW_OUT_MS, FLOW_OUT_MS, FLOW_OUT_MS)
        if answered:
            longest = LATE_MS if self.late else IN_TIME_MS
            stats["tAnswered"] = _times(answered, waited, IN_TIME_MS if self.in_time else LATE_MS, longest)
            stats["tHandle"] = {"count": answered, "sum": self.handled_ms}
        if self.abandoned:
            stats["tAbandon"] = _times(self.abandoned, self.abandoned * ABANDON_MS, ABANDON_MS, ABANDON_MS)
        if served:
            stats["oServiceLevel"] = {
                "ratio": self.in_time / served,
                "numerator": self.in_time,
                "denominator": served,
                "target": self.targets / self.queues,
            }
        return [{"metric": name, "stats": stats[name]} for name in wanted if name in stats]


def _times(count: int, total: int, least: int, most: int) -> Document:
    return {"max": most, "min": least, "count": count, "sum": total}


@dataclass(frozen=True, slots=True)
class Load:
    """What a queue has to do in one medium in the hour that it is; ``capacity`` is contacts an hour."""

    queue: AboutQueue
    counts: Counts
    capacity: int

    @property
    def waiting(self) -> int:
        """Contacts that wait, by Little's law."""
        in_time, late, abandoned, flowed = self.counts
        times = in_time * IN_TIME_MS + late * LATE_MS + abandoned * ABANDON_MS + flowed * FLOW_OUT_MS
        return round(times / HOUR_MS)

    @property
    def interacting(self) -> int:
        """Contacts that are being handled, at most as many as there are agents."""
        in_time, late, _, _ = self.counts
        return min(round((in_time + late) * self.queue.handle_ms / HOUR_MS), self.agents)

    @property
    def agents(self) -> int:
        """The agents that the capacity takes."""
        return ceil(self.capacity * self.queue.handle_ms / HOUR_MS)


def waiting(load: Load, wanted: Sequence[str], now_ms: int) -> list[Document]:
    """The metrics of a queue in one medium; the longest wait is the moment since 1970 when it began."""
    longest = LATE_MS if load.counts[1] else IN_TIME_MS
    stats: dict[str, Document] = {
        "oWaiting": {"count": load.waiting},
        "oInteracting": {"count": load.interacting},
        "oAlerting": {"count": 0},
    }
    if load.waiting:
        stats["oLongestWaiting"] = {"calculatedMetricValue": now_ms - longest}
    return [{"metric": name, "stats": stats[name]} for name in wanted if name in stats]


def agents(loads: Sequence[Load], wanted: Sequence[str]) -> list[Document]:
    """The metrics of the agents of a queue, over all its media."""
    present, busy = sum(load.agents for load in loads), sum(load.interacting for load in loads)
    stats: dict[str, dict[str, int]] = {
        "oOnQueueUsers": {"INTERACTING": busy, "IDLE": present - busy},
        "oActiveUsers": {"": present},
        "oMemberUsers": {"": present},
    }
    return [
        {"metric": name, **({"qualifier": qualifier} if qualifier else {}), "stats": {"count": count}}
        for name in wanted
        for qualifier, count in stats.get(name, {}).items()
    ]

"""A believable organization of any size."""

from itertools import product
from typing import Any

from syncer.emulator.directory import DIVISIONS
from syncer.emulator.documents import HOME, Document, made_up_id, self_uri
from syncer.emulator.kinds.kind import Spot
from syncer.emulator.kinds.registry import example_of

LINES = ("Support", "Billing", "Sales", "Claims", "Returns", "Orders", "Contracts", "Technical", "Retention")
LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Dutch", "Polish")
STEPS = ("Tier 1", "Tier 2", "Tier 3", "After Hours", "Voicemail")
"""In the order of overflow: each step hands on to later ones only, so there is no loop."""

TEAM = len(STEPS)
DAY = "2024-03-04T08:00:00.000Z"
MEDIA = {
    "call": (15, 20),
    "callback": (30, 60),
    "chat": (30, 45),
    "email": (300, 86_400),
    "message": (30, 60),
}
"""For each medium: seconds of alerting, and seconds in which 80 percent are to be answered."""


def organization(n: int) -> list[Document]:
    """Make ``n`` queues with the fields that the Genesys Cloud Platform API gives a queue."""
    names = _names(n)
    ids = [made_up_id(name) for name in names]
    return [_queue(place, names[place], ids) for place in range(n)]


def _names(n: int) -> list[str]:
    teams = [f"{line} {language}" for language, line in product(LANGUAGES, LINES)]
    names = []
    for place in range(n):
        site, team = divmod(place // TEAM, len(teams))
        prefix = f"Site {site + 1} " if site else ""
        names.append(f"{prefix}{teams[team]} {STEPS[place % TEAM]}")
    return names


def _queue(place: int, name: str, ids: list[str]) -> Document:
    language = LANGUAGES[place // (TEAM * len(LINES)) % len(LANGUAGES)]
    return {
        "id": ids[place],
        "name": name,
        "division": _division(language),
        "description": f"{name}, answered in {language}",
        "dateCreated": DAY,
        "dateModified": DAY,
        "modifiedBy": made_up_id("administrator"),
        "createdBy": made_up_id("administrator"),
        "memberCount": 3 + place * 7 % 40,
        "mediaSettings": _media(),
        **example_of(Spot(place, name, language, ids, team=TEAM)),
        "scoringMethod": "TimestampAndPriority",
        "skillEvaluationMethod": ("BEST", "ALL", "NONE")[place % 3],
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30_000 + place % 4 * 15_000},
        "queueFlow": _reference("flows", f"in-queue flow {language}", "/api/v2/flows"),
        "outboundMessagingAddresses": {},
        "callingPartyName": name,
        "callingPartyNumber": f"+4930{1_000_000 + place}",
        "autoAnswerOnly": place % 5 == 0,
        "enableTranscription": place % 2 == 0,
        "enableAudioMonitoring": False,
        "enableManualAssignment": place % 4 == 0,
        "suppressInQueueCallRecording": True,
        "peerId": "",
        "selfUri": self_uri(ids[place]),
    }


def _division(language: str) -> Document:
    """The first language is at home, every other one has a division of its own."""
    return HOME if language == LANGUAGES[0] else _reference("divisions", language, DIVISIONS)


def _reference(kind: str, name: str, path: str) -> dict[str, str]:
    found = made_up_id(f"{kind}/{name}")
    return {"id": found, "name": name, "selfUri": f"{path}/{found}"}


def _media() -> dict[str, Any]:
    return {
        medium: {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": 0.8, "durationMs": seconds * 1000},
            **({"autoDialDelaySeconds": 300, "autoEndDelaySeconds": 300} if medium == "callback" else {}),
        }
        for medium, (alerting, seconds) in MEDIA.items()
    }

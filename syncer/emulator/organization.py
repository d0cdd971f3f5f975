"""A believable organisation of any size, the same every time."""

from itertools import product
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.directory import DIVISIONS
from syncer.emulator.documents import HOME, Document, self_uri

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

MEMBERS = (("GROUP",), ("TEAM",), ("GROUP", "SKILLGROUP"), ("GROUP", "TEAM", "SKILLGROUP"))
"""The types of the groups that are members of a queue, for one queue after the other."""


def organisation(n: int) -> list[Document]:
    """Make ``n`` queues with the fields that the Genesys Cloud Platform API gives a queue."""
    names = _names(n)
    ids = [str(uuid5(NAMESPACE_URL, f"organisation/{name}")) for name in names]
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
        "modifiedBy": str(uuid5(NAMESPACE_URL, "organisation/administrator")),
        "createdBy": str(uuid5(NAMESPACE_URL, "organisation/administrator")),
        "memberCount": 3 + place * 7 % 40,
        "mediaSettings": _media(),
        "routingRules": _rules(place, ids),
        **_groups(place, name, ids, language),
        **_backup(place, ids),
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


def _groups(place: int, name: str, ids: list[str], language: str) -> Document:
    """Every fourth queue has groups that help when its callers wait, or when those of the next step do.

    A group, a team and a skill group bear the same name.
    """
    if place % 4:
        return {}
    members = [_member(type_, language) for type_ in MEMBERS[place // 4 % len(MEMBERS)]]
    groups = [{name: member[name] for name in ("id", "type")} for member in members]
    condition = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "groups": groups}
    own = {"id": ids[place], "name": name, "selfUri": self_uri(ids[place])}
    rules: list[Document] = [{**condition, "queue": own, "conditionValue": 120.0, "waitSeconds": 30}]
    if _has_next(place, ids):
        watched = {"id": ids[place + 1]}
        rules.append({**condition, "queue": watched, "conditionValue": 300.0, "waitSeconds": 60})
    return {
        "memberGroups": members,
        "conditionalGroupRouting": {"rules": rules},
    }


def _member(type_: str, language: str) -> Document:
    found = str(uuid5(NAMESPACE_URL, f"organisation/{type_.lower()}s/{language}"))
    return {"id": found, "type": type_, "name": f"{language} Helpers", "memberCount": 8}


def _backup(place: int, ids: list[str]) -> Document:
    """Every seventh queue has direct calls, with the next step of its team as the backup.

    The last step has none, which is itself.
    """
    if place % 7:
        return {}
    backup = ids[place + 1] if _has_next(place, ids) else ids[place]
    direct = {"backupQueueId": backup, "waitForAgent": place % 2 == 0, "agentWaitSeconds": 120}
    return {"directRouting": {"callMediaSettings": {"useAgentAddressOutbound": False}, **direct}}


def _has_next(place: int, ids: list[str]) -> bool:
    return place % TEAM + 1 < TEAM and place + 1 < len(ids)


def _reference(kind: str, name: str, path: str) -> dict[str, str]:
    found = str(uuid5(NAMESPACE_URL, f"organisation/{kind}/{name}"))
    return {"id": found, "name": name, "selfUri": f"{path}/{found}"}


def _media() -> dict[str, Any]:
    return {
        medium: {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": 0.8, "durationMs": seconds * 1000},
        }
        for medium, (alerting, seconds) in MEDIA.items()
    }


def _rules(place: int, ids: list[str]) -> list[Document]:
    """A preferred-agent entry for some queues, and overflow to the next steps of the same team."""
    step = place % TEAM
    found: list[Document] = []
    if place % 3 == 0:
        found.append({"operator": "MEETS_THRESHOLD", "threshold": 9, "waitSeconds": 30.0})
    for ahead in (1, 2) if place % 4 == 0 else (1,):
        target = place + ahead
        if step + ahead < TEAM and target < len(ids):
            found.append(_overflow(place, ahead, ids[target]))
    return found


def _overflow(place: int, ahead: int, target: str) -> Document:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"organisation/rule/{place}/{ahead}")),
        "type": "overflow",
        "overflowTarget": target,
        "threshold": 10 + place % 4 * 5 if ahead == 1 else 5,
        "overflowDelay": 60 * ahead + place % 3 * 30,
        "enabled": place % 9 != 8,
    }

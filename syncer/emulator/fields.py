"""The fields of a queue in the vendor's model, and what the vendor's own server refuses in them.

Rules of routing have files of their own: what is wrong with those is theirs to say.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from syncer.emulator.kinds.registry import KINDS

_TEXTS: Final = """
    callingPartyName callingPartyNumber createdBy dateCreated dateModified defaultMediaLanguage description id
    lastAgentRoutingMode modifiedBy name peerId scoringMethod selfUri skillEvaluationMethod
"""
_FLAGS: Final = """
    autoAnswerOnly enableAudioMonitoring enableManualAssignment enableTranscription
    suppressInQueueCallRecording
"""
_NUMBERS: Final = "joinedMemberCount memberCount userMemberCount"
_OBJECTS: Final = """
    acwSettings agentOwnedRouting bullseye cannedResponseLibraries defaultScripts division emailInQueueFlow
    mediaSettings messageInQueueFlow onHoldPrompt outboundEmailAddress outboundMessagingAddresses queueFlow
    whisperPrompt
"""

TYPES: Final[Mapping[str, tuple[type, str]]] = MappingProxyType(
    {
        **dict.fromkeys(_TEXTS.split(), (str, "a text")),
        **dict.fromkeys(_FLAGS.split(), (bool, "true or false")),
        **dict.fromkeys(_NUMBERS.split(), (int, "a whole number")),
        **dict.fromkeys(_OBJECTS.split(), (dict, "an object")),
    }
)
"""The type of each field that is no kind of rule, and its name."""

FIELDS: Final = TYPES.keys() | {kind.field for kind in KINDS}
"""All fields."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "lastAgentRoutingMode": ("Disabled", "QueueMembersOnly", "AnyAgent"),
        "scoringMethod": ("TimestampAndPriority", "PriorityOnly"),
        "skillEvaluationMethod": ("NONE", "BEST", "ALL"),
        "acwSettings.wrapupPrompt": (
            "MANDATORY",
            "OPTIONAL",
            "MANDATORY_TIMEOUT",
            "MANDATORY_FORCED_TIMEOUT",
            "AGENT_REQUESTED",
        ),
    }
)
"""The words that a field may be, by its path."""


def misfits(queue: Mapping[str, Any]) -> Iterator[str]:
    """One text for each field of another type, or with another word, than the model has."""
    for name, value in queue.items():
        type_, called = TYPES.get(name, (object, ""))
        if value is not None and (not isinstance(value, type_) or (type_ is int and value is True)):
            yield f"{name}: has to be {called}"
    for path, words in WORDS.items():
        parent, _, name = path.rpartition(".")
        holder = queue.get(parent) if parent else queue
        value = holder.get(name) if isinstance(holder, Mapping) else None
        if isinstance(value, str) and value not in words:
            yield f"{path}: has to be one of {', '.join(words)}"
    media = queue.get("mediaSettings")
    for medium, settings in media.items() if isinstance(media, dict) else ():
        seconds = settings.get("alertingTimeoutSeconds") if isinstance(settings, dict) else 0
        if not isinstance(settings, dict) or type(seconds) is not int:
            yield f"mediaSettings.{medium}: has to be an object with whole seconds of alerting"

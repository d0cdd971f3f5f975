"""Backup queues: a contact for one agent moves to another queue, after a wait or at once.

On the wire it is ``directRouting.backupQueueId``. A queue with direct routing always has one: without
another, the Genesys Cloud Platform API fills in the queue itself. So its own id means none. Other content of
``directRouting``, such as media settings, isn't managed and stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from syncer.kinds.field import Flag, QueueField, Record, RuleReading, Whole
from syncer.kinds.kind import Kind, SupportsLookup
from syncer.kinds.together import division_apart
from syncer.kinds.wire import Reader
from syncer.model.finding import Finding, Position, Severity
from syncer.model.json_values import mapping, whole
from syncer.model.policy import PolicyQueue
from syncer.model.queue import LiveQueue
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import Role, Value

NAME = "backup"

BACKED = Role(exact=False, noun="backup queue", arrow="backup", switch=False, to_itself=False)
"""How many contacts a backup queue receives is not known; the upper bound counts: all that are left when its
turn comes."""

SHORTEST_WAIT = 60
"""Seconds that direct routing waits for an agent by default."""

_OURS = ("backupQueueId", "agentWaitSeconds", "waitForAgent")

_QUEUE = QueueField(
    name="queue",
    required=True,
    other_names=("target",),
    title="Name or id of the backup queue",
    description="The queue that takes the contact: its exact name, or {id: ...}.",
)
_AGENT_WAIT = Whole(
    name="agent_wait",
    least=SHORTEST_WAIT,
    most=864000,
    otherwise=SHORTEST_WAIT,
    unit=" s",
    title="Longest wait for the agent",
    description=(
        "With wait_for_agent: seconds that a contact waits for its agent before it moves, a whole number."
    ),
    meaning="Seconds that a contact waits for its agent, at most; unused without wait_for_agent.",
    example=120,
)
_WAIT_FOR_AGENT = Flag(
    name="wait_for_agent",
    otherwise=False,
    always=False,
    title="Wait for the agent first",
    description=(
        "true: the contact waits for its agent, for at most agent_wait seconds. "
        "false: it moves to the backup queue at once."
    ),
    meaning="Whether a contact waits for its agent first; if not, it goes to the backup queue at once.",
)


@quick_dataclass(frozen=True, slots=True)
class BackupRule(Record):
    """A contact for one agent moves to ``target``.

    With ``wait_for_agent``, it waits for its agent first, at most ``agent_wait`` seconds. Without, it moves
    at once and ``agent_wait`` is unused.
    """

    kind: ClassVar[str] = NAME
    role: ClassVar[Role] = BACKED
    groups: ClassVar[tuple[str, ...]] = ()
    enabled: ClassVar[bool] = True
    share: ClassVar[int] = 100
    percent: ClassVar[None] = None

    target: str
    agent_wait: int = SHORTEST_WAIT
    wait_for_agent: bool = False

    @property
    def key(self) -> str:
        """Identifies it among the rules of its kind in one queue."""
        return self.target

    @property
    def delay(self) -> int:
        """Seconds before the contact moves."""
        return self.agent_wait if self.wait_for_agent else 0

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule."""
        return {"agent_wait": self.agent_wait, "wait_for_agent": self.wait_for_agent}

    def subject(self, names: Mapping[str, str]) -> str:
        """``backup Tier 2``."""
        return f"backup {names.get(self.target, self.target)}" if self.target else "backup"

    def label(self, target_name: str) -> str:
        """``backup → Tier 2``."""
        return f"backup → {target_name}"

    def which(self, names: Mapping[str, str]) -> str:
        """``to Tier 2``."""
        return f"to {names.get(self.target, self.target)}"

    def settings(self, _names: Mapping[str, str]) -> str:
        """``after 90 s`` or ``at once``; an unused wait that was set is mentioned."""
        if self.wait_for_agent:
            return f"after {self.agent_wait} s"
        unused = f" (agent_wait {self.agent_wait} s is unused)" if self.agent_wait != SHORTEST_WAIT else ""
        return f"at once{unused}"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``backup Tier 2 after 60 s``."""
        return f"{self.subject(names)} {self.settings(names)}"


class Backup(Kind[BackupRule]):
    """``directRouting.backupQueueId``: at most one per queue."""

    name = NAME
    record = BackupRule
    fields = (_QUEUE, _AGENT_WAIT, _WAIT_FOR_AGENT)
    listed = False
    itself_tip = (
        "name another queue, or write 'backup: null': without a backup queue, "
        "Genesys Cloud shows the queue itself"
    )

    noun = "BACKUP_QUEUE"
    plural = "backup queues"
    all_of_them = "the backup queue"
    image = "backup "

    dialect = "genesys-cloud"
    not_held = "dialect.backup"
    otherwise = "use 'overflow:' instead, or choose another --dialect"
    wire_field = "directRouting"

    definition = "backupRule"
    policy_definition = "backup"
    title = "Backup queue"
    description = (
        "A contact that is meant for one agent moves to another queue, after a wait or at once. "
        "null means none."
    )
    key_title = "Backup queue"
    key_description = (
        "Direct routing: where a contact that is meant for one agent goes, after a wait or at once. "
        "null means none."
    )
    examples = ({"queue": "Support Tier 2", "agent_wait": 120, "wait_for_agent": True},)

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The backup queue of ``raw``, if it is another queue.

        A wait that is missing or isn't a whole number reads as 60 seconds. A target that can't be
        understood reads as "".
        """
        direct = mapping(raw.get("directRouting"))
        target = direct.get("backupQueueId")
        if not self.is_shown(raw) or target == raw.get("id"):
            return []
        read = Reader()
        rule = BackupRule(
            target=read.queue_id("backupQueueId", target),
            agent_wait=read.bounded(
                "agentWaitSeconds", direct.get("agentWaitSeconds"), _AGENT_WAIT, otherwise=SHORTEST_WAIT
            ),
            wait_for_agent=read.flag(
                "waitForAgent", direct.get("waitForAgent"), _WAIT_FOR_AGENT, otherwise=False
            ),
        )
        return [read.reading(rule)]

    def is_shown(self, raw: Mapping[str, Any]) -> bool:
        """Whether ``raw`` has a backup queue, even if it is the queue itself."""
        return mapping(raw.get("directRouting")).get("backupQueueId") not in (None, "")

    def write(self, written: dict[str, Any], rules: Sequence[BackupRule]) -> None:
        """Replace the backup queue in ``written`` by the first of ``rules``, or remove it.

        The waits belong to direct routing: they stay if the backup queue is removed. The key is left out
        rather than set to the queue itself, which the server fills in.
        """
        if not rules and not self.read(written):
            return
        found = mapping(written.get("directRouting"))
        if rules:
            ours = (rules[0].target, rules[0].agent_wait, rules[0].wait_for_agent)
            written["directRouting"] = {**found, **dict(zip(_OURS, ours, strict=True))}
        else:
            written["directRouting"] = {key: value for key, value in found.items() if key != "backupQueueId"}

    def unused(self, rule: BackupRule) -> frozenset[str]:
        """The wait, if no contact waits."""
        return frozenset() if rule.wait_for_agent else frozenset({_AGENT_WAIT.name})

    def in_queue(self, rule: BackupRule, queue: LiveQueue) -> BackupRule:
        """The rule with the live wait, if the wait is unused."""
        wait = wait_in(queue.raw)
        return rule if rule.wait_for_agent or wait is None else rule.with_values(agent_wait=wait)

    def itself(self, queue: str, target: str = "") -> str:
        """A queue that is its own backup queue, which is how the API shows that there is none."""
        if target:
            return f"{queue} has the backup queue {target}, which is the same queue"
        return f"{queue} is its own backup queue"

    def refused_offline(self, policy: PolicyQueue, _names: Mapping[str, str]) -> Iterator[Finding]:
        """A wait that is not used."""
        for stated in policy.stated.get(NAME, ()):
            values = stated.rule.values()
            if _AGENT_WAIT.name in stated.said and not values[_WAIT_FOR_AGENT.name]:
                yield Finding(
                    "dialect.unused-wait",
                    Severity.WARNING,
                    f"{policy.queue} sends contacts to its backup queue at once: "
                    f"agent_wait {values[_AGENT_WAIT.name]} is not used without wait_for_agent: true",
                    stated.position,
                    "write wait_for_agent: true to wait for the agent first, or omit agent_wait",
                    queue=str(policy.queue),
                )

    def refused(
        self, queue: LiveQueue, rules: Sequence[tuple[BackupRule, Position | None]], live: SupportsLookup
    ) -> Iterator[Finding]:
        """A backup queue of another division; none if a division is not known."""
        for rule, position in rules:
            yield from division_apart(queue, live.queue(rule.target), "its backup queue", position)


def wait_in(raw: Mapping[str, Any]) -> int | None:
    """The seconds that direct routing waits for an agent, if ``raw`` has a number within bounds."""
    seconds = whole(mapping(raw.get("directRouting")).get("agentWaitSeconds"))
    return seconds if seconds is not None and _AGENT_WAIT.least <= seconds <= _AGENT_WAIT.most else None

"""The list of all kinds of rules, and lookups by the name of a kind.

A new kind is a file next to this one, and an entry in ``KINDS``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.kinds.activation import Activation
from syncer.kinds.backup import Backup
from syncer.kinds.conditional_groups import ConditionalGroups
from syncer.kinds.kind import Kind
from syncer.kinds.member_groups import MemberGroups
from syncer.kinds.overflow import Overflow
from syncer.kinds.owner import Owner, OwnerMark, owner_of
from syncer.model.queue import GROUP, Group, LiveQueue
from syncer.model.rule import Dialect, Rule, Rules

KINDS: Final[tuple[Kind[Any], ...]] = (
    Overflow(),
    Backup(),
    ConditionalGroups(),
    Activation(),
    MemberGroups(),
    Owner(),
)
"""All kinds, in the order in which policies, plans and reports have them."""

KIND_NAMES: Final = tuple(kind.name for kind in KINDS)

POLICY_KINDS: Final = tuple(kind.name for kind in KINDS if kind.stated)
"""Kinds that policies state."""

SWITCHED_KINDS: Final = tuple(kind for kind in KINDS if kind.switch)
"""Kinds whose rules follow from others if a policy asks for it."""

ROUTING_KINDS: Final = frozenset(
    kind.name for kind in KINDS if kind.record.role is not None and kind.record.role.moves
)
"""Kinds that move contacts from queue to queue."""

RULE_TYPE_OF_RUNS: Final = KIND_NAMES[0]
"""The rule type in the entry of a whole run: monitoring systems depend on it."""

_BY_NAME: Final = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind[Any]:
    """The kind with this name. Raises ValueError if there is none."""
    if name not in _BY_NAME:
        raise ValueError(f"there is no kind of rule {name!r}")
    return _BY_NAME[name]


def kind_of(rule: Rule) -> Kind[Any]:
    """The kind of a rule."""
    return _BY_NAME[rule.kind]


def share_as_held(queue: LiveQueue, rule: Rule) -> str:
    """The share of a live rule in words, if it differs from the rule's own value; else empty."""
    if rule.percent is None or (rule.percent == rule.share and not queue.held):
        return ""
    held = next((held for place, held in queue.held.items() if queue.rules[place] is rule), {})
    words = (
        f"{rule.percent} %" if rule.percent == rule.share else f"{rule.percent} %, counted as {rule.share} %,"
    )
    if kind_of(rule).share_field in held:
        words = f"assumed {rule.share} % (the live rule has {held[kind_of(rule).share_field]})"
    if "enabled" in held:
        words += f", assumed to be enabled (the live rule has {held['enabled']}),"
    return "" if words == f"{rule.share} %" else words


def ask_groups(kinds: Collection[str]) -> bool:
    """Whether rules of one of these kinds refer to groups of agents."""
    return any(kind.asks_groups for kind in KINDS if kind.name in kinds)


# Dialects.

OVERFLOW_RULES: Final = Dialect(
    "overflow-rules", frozenset(kind.name for kind in KINDS if kind.dialect == "overflow-rules")
)
"""Overflow rules are entries of ``routingRules``."""

GENESYS_CLOUD: Final = Dialect(
    "genesys-cloud", frozenset(kind.name for kind in KINDS if kind.dialect == "genesys-cloud")
)
"""Overflow is stated by backup queues of direct routing and by conditional group routing."""

MIXED: Final = Dialect("mixed", frozenset(POLICY_KINDS))
"""An API that shows both."""

DIALECTS: Final = {dialect.name: dialect for dialect in (OVERFLOW_RULES, GENESYS_CLOUD, MIXED)}
"""All dialects by name."""


# Rules as JSON, and back: plan, journal, audit and output have them in one form.


def rule_document(rule: Rule) -> dict[str, Any]:
    """One rule, complete: queues and groups as ids, shares in percent, times in seconds."""
    return kind_of(rule).document(rule)


def rules_of(documents: Sequence[Mapping[str, Any]]) -> Rules:
    """Rules read back from documents. Raises KeyError, TypeError or ValueError for anything else."""
    return tuple(kind_named(document["kind"]).of_document(document) for document in documents)


def rule_step(entry: Mapping[str, Any]) -> str:
    """The rule of an audit entry, before and after, in words.

    An edited trail may contain anything.
    """
    names = dict(_group_names(entry.get("groups")))
    before, after = (_image(entry.get(side), names) for side in ("before", "after"))
    return f"{before}{_assumed(entry.get('held'))} ⇒ {after}"


def _assumed(held: Any) -> str:
    """The live values, if the rule before has values that had to be assumed."""
    found = [f"{name} was {value}" for name, value in held.items()] if isinstance(held, Mapping) else []
    return f" (assumed: {', '.join(found)})" if found else ""


def _image(rule: Any, names: Mapping[str, str]) -> str:
    if not isinstance(rule, Mapping):
        return "none"
    return _BY_NAME.get(str(rule.get("kind")), KINDS[0]).image_in_words(rule, names)


def _group_names(groups: Any) -> Iterator[tuple[str, str]]:
    """Ids and names of the groups in an entry; older entries have none."""
    for group in groups if isinstance(groups, list) else ():
        said = group if isinstance(group, Mapping) else {}
        id_ = str(said.get("id", ""))
        yield id_, Group(id_, str(said.get("name", "")), str(said.get("type", GROUP))).label


# The mark of who manages a queue, which no policy states.

MARK: Final = Owner.name
"""The kind of the mark."""


def mark_of(owner: str) -> Rule:
    """The mark of a repository with this name."""
    return OwnerMark(owner)


def marked_by(queue: LiveQueue) -> str:
    """The owner in a queue's mark; empty if it has none."""
    return owner_of(queue)

"""Why a queue stays as it is: what a plan says of each that it doesn't touch."""

from collections.abc import Container, Sequence
from dataclasses import replace

from syncer.kinds.registry import POLICY_KINDS
from syncer.model.change import Reason, Untouched
from syncer.model.network import Node
from syncer.model.rule import Rule, of_kinds
from syncer.resolving.resolve import Desired


def why_not_wanted(node: Node, wanted: Desired | None) -> Reason:
    """Why nothing is wanted of a queue."""
    if node.managed and wanted is None:
        return Reason.LEFT_OUT
    return Reason.NOT_MANAGED if node.position else Reason.UNMANAGED


def because(
    untouched: Untouched, ignored: Container[str], others: Container[str], held: Container[str]
) -> Untouched:
    """A queue that isn't managed because of the settings, the selection or an exception says so, whatever its
    policy."""
    if untouched.queue in held:
        return replace(untouched, reason=Reason.HELD)
    if untouched.queue in others:
        return replace(untouched, reason=Reason.NOT_SELECTED)
    if untouched.reason is Reason.NOT_MANAGED and untouched.queue in ignored:
        return replace(untouched, reason=Reason.IGNORED)
    return untouched


def why_untouched(wanted: Sequence[Rule]) -> Reason:
    """Why nothing is done to a queue that has what is wanted."""
    rules = of_kinds(wanted, POLICY_KINDS)
    switched_off = bool(rules) and not any(rule.enabled for rule in rules)
    return Reason.DISABLED if switched_off else Reason.EQUAL

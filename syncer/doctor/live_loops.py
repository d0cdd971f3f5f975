"""What all queues of live tell together: loops, flows, other tools. They are listed once, and only read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from syncer.audit.chain import Chain
from syncer.doctor import Line, ok, skipped, warning
from syncer.doctor.cx_as_code import CX_AS_CODE, check_cx_as_code
from syncer.errors import AuditError, SyncerError
from syncer.live.client import Client
from syncer.live.flow_api import FlowCalls
from syncer.live.flows import flows_of
from syncer.live.rights import DEPENDENCIES
from syncer.live.rights import FLOWS as RIGHT
from syncer.model.json_values import id_in
from syncer.model.policy import PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.planning.gather import Live, read_live
from syncer.planning.live_loops import live_loops

LOOPS: Final = "loops"
FLOWS: Final = "flows"
OF_ALL: Final = (LOOPS, FLOWS, CX_AS_CODE)


def check_all_queues(client: Client, state_dir: Path) -> tuple[Line, ...]:
    """The checks that need every queue."""
    try:
        live = read_live(client, PolicySet())
    except SyncerError as error:
        return skipped(OF_ALL, f"the queues can't all be read: {error.message}")
    return check_live_loops(live, state_dir), check_flows(client, live.queues), check_cx_as_code(live.queues)


def check_flows(client: Client, queues: Sequence[LiveQueue]) -> Line:
    """Whether the in-queue flows of queues can be read."""
    flows = {flow for queue in queues for flow in flows_of(queue)}
    if not flows:
        return ok(FLOWS, "no queue has one")
    calls = FlowCalls(client.exchange)
    try:
        seen = {id_in(raw) for raw in calls.list_flows()}
    except SyncerError as error:
        return warning(FLOWS, error.message, error.hint or f"A role of the client needs {RIGHT.permission}.")
    if hidden := flows - seen:
        remedy = f"A role of the client needs {RIGHT.permission} in their divisions."
        return warning(FLOWS, f"{len(hidden):,} of {len(flows):,} are not seen", remedy)
    return ok(
        FLOWS, f"{len(flows):,} are listed; status and plan name the loops that they close{_open(calls)}"
    )


def _open(calls: FlowCalls) -> str:
    """What isn't known of targets that a flow computes, in words; empty where dependency tracking tells."""
    try:
        if calls.tracks_dependencies():
            return ""
        why = "dependency tracking is not up to date"
    except SyncerError:
        why = f"dependency tracking can't be read, which takes {DEPENDENCIES.permission}"
    return f"; where one computes its target, nothing tells the queues: {why}"


def check_live_loops(live: Live, state_dir: Path) -> Line:
    """Whether queues overflow in a circle now, and who closed it, as far as the trail and live know."""
    found = live_loops(live.queues, ApiLocation(live.api, live.organization), lambda: _trail(state_dir))
    if not found:
        return ok(LOOPS, f"none by the rules of the {len(live.queues):,} queues of live")
    more = f"; and {len(found) - 1:,} more" if len(found) > 1 else ""
    return warning(
        LOOPS,
        f"contacts go in a circle now: {found[0].in_words()}{more}",
        "syncer status names each loop; syncer stop --loops --reason TEXT takes the newest rules away now.",
    )


def _trail(state_dir: Path) -> list[dict[str, Any]]:
    try:
        return list(Chain(state_dir / "audit").entries())
    except AuditError:
        return []

"""Checks over all live queues: loops, flows, other tools. The queues are listed once, and only read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from syncer.audit.chain import Chain
from syncer.doctor import Line, ok, skipped, warning
from syncer.doctor.cx_as_code import CX_AS_CODE, check_cx_as_code
from syncer.errors import AuditError, SyncerError
from syncer.live.client import Client
from syncer.live.flow_api import FlowCalls
from syncer.live.flows import FlowsRead, ReadFlows, flows_of
from syncer.live.rights import DEPENDENCIES
from syncer.live.rights import FLOWS as RIGHT
from syncer.model.json_values import id_in
from syncer.model.policy import PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.planning.gather import Live, read_live
from syncer.planning.live_loops import live_loops, loops_by_flows

LOOPS: Final = "loops"
FLOWS: Final = "flows"
OF_ALL: Final = (LOOPS, FLOWS, CX_AS_CODE)


def check_all_queues(client: Client, state_dir: Path, reading: ReadFlows | None = None) -> tuple[Line, ...]:
    """Run the checks that need every queue. Without ``reading``, in-queue flows are not read."""
    try:
        live = read_live(client, PolicySet())
    except SyncerError as error:
        return skipped(OF_ALL, f"the queues can't all be read: {error.message}")
    flows = reading(live.queues) if reading else FlowsRead(unread=("they are not read, as the settings say",))
    return (
        check_live_loops(live, state_dir, flows),
        check_flows(client, live.queues),
        check_cx_as_code(live.queues),
    )


def check_flows(client: Client, queues: Sequence[LiveQueue]) -> Line:
    """Check whether the in-queue flows of queues can be read."""
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
        return warning(FLOWS, f"{len(hidden):,} of {len(flows):,} are not visible", remedy)
    return ok(
        FLOWS, f"{len(flows):,} are listed; status and plan name the loops that they close{_open(calls)}"
    )


def _open(calls: FlowCalls) -> str:
    """What is not known of targets that a flow computes; empty if dependency tracking works."""
    try:
        if calls.tracks_dependencies():
            return ""
        why = "dependency tracking is not up to date"
    except SyncerError:
        why = f"dependency tracking can't be read; that needs {DEPENDENCIES.permission}"
    return f"; where a flow computes its target, the queues are not known: {why}"


def check_live_loops(live: Live, state_dir: Path, flows: FlowsRead) -> Line:
    """Check whether contacts go in a circle now, by rules alone or by in-queue flows too, and who closed the
    loop, as far as the trail and the queues show it."""
    found = live_loops(live.queues, ApiLocation(live.api, live.organization), lambda: _trail(state_dir))
    by_flows = loops_by_flows(live.queues, flows.transfers)
    number = len(found) + len(by_flows)
    more = f"; and {number - 1:,} more" if number > 1 else ""
    if found:
        return warning(
            LOOPS,
            f"contacts go in a circle now: {found[0].in_words()}{more}",
            "syncer status names each loop; syncer stop --loops --reason TEXT takes the newest rules away.",
        )
    if by_flows:
        return warning(
            LOOPS,
            f"by an in-queue flow: {by_flows[0]}{more}",
            "Change the flow in Architect, or disable a rule of the loop: a stop can't break it. "
            "syncer status names each loop.",
        )
    queues = f"the {len(live.queues):,} live queues"
    if not any(map(flows_of, live.queues)):
        return ok(LOOPS, f"none by the rules of {queues}; none has an in-queue flow")
    if flows.not_known:
        return ok(LOOPS, f"none by the rules of {queues}; by in-queue flows not known: {flows.not_known[0]}")
    return ok(LOOPS, f"none by the rules and in-queue flows of {queues}")


def _trail(state_dir: Path) -> list[dict[str, Any]]:
    try:
        return list(Chain(state_dir / "audit").entries())
    except AuditError:
        return []

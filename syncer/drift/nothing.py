"""Where not one queue could be compared: nothing differs then, and that says nothing."""

from collections.abc import Sequence

from syncer.drift.found import Drift
from syncer.model.change import Reason
from syncer.model.finding import Finding, Severity
from syncer.model.policy import PolicyQueue

ID = "drift.nothing-compared"
TIP = "Is it the right organization (--env, --region, credentials), and the right folder of policies?"


def nothing_compared(drift: Drift, policies: Sequence[PolicyQueue], listed: int) -> tuple[Finding, ...]:
    """An error where not one live queue was held against a policy, and nothing otherwise.

    ``policies`` are all that were read, ``listed`` is the number of queues that live listed.
    """
    if drift.compared:
        return ()
    managed = sum(policy.managed for policy in policies)
    message = f"nothing could be compared: {_why(drift, managed, listed)}"
    return (Finding(ID, Severity.ERROR, message, tip=TIP),)


def _why(drift: Drift, managed: int, listed: int) -> str:
    if not managed:
        named = " that were named" if drift.plan.paths else ""
        return f"the policies{named} manage no queue"
    if not listed:
        return "the organization lists no queues"
    reasons = {queue.reason for queue in drift.plan.untouched}
    if Reason.IGNORED in reasons and Reason.LEFT_OUT not in reasons:
        return "the settings ignore every queue that the policies manage"
    if reasons <= {Reason.UNMANAGED}:
        queues = "1 queue" if managed == 1 else f"{managed:,} queues"
        return f"the policies manage {queues}, and the organization has none of them"
    return "no queue that the policies manage could be compared with a live queue"

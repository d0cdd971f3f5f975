"""A queue on the wire, and parts of one."""

from typing import Any

Raw = dict[str, Any]


def queue(**fields: Any) -> Raw:
    return {"id": "q", "name": "Q", "routingRules": [{"operator": "MEETS_THRESHOLD"}], **fields}


OWN = {"id": "q", "name": "Q", "selfUri": "/q"}


RULE = {"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 80.0, "waitSeconds": 5}


ITSELF = {"directRouting": {"backupQueueId": "q", "agentWaitSeconds": 10, "waitForAgent": True}}


BACKED = {"directRouting": {"backupQueueId": "b"}}


ROUTED = {"conditionalGroupRouting": {"rules": [{"metric": "ServiceLevel"}]}}


OVERFLOW = {"routingRules": [{"type": "overflow", "overflowTarget": "a"}]}

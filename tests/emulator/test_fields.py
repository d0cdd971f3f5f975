"""What the vendor's server refuses in the fields of a queue."""

from typing import Any

import pytest

from syncer.emulator.dialects import GENESYS_CLOUD
from syncer.emulator.fields import misfits
from tests.emulator.emulator_api import LIST, logged_in, queue


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"autoAnswerOnly": "yes"}, "autoAnswerOnly"),
        ({"description": 7}, "description"),
        ({"memberCount": True}, "memberCount"),
        ({"queueFlow": "abc"}, "queueFlow"),
        ({"defaultScripts": []}, "defaultScripts"),
        ({"scoringMethod": "Best"}, "scoringMethod"),
        ({"lastAgentRoutingMode": "Always"}, "lastAgentRoutingMode"),
        ({"acwSettings": {"wrapupPrompt": "LATER"}}, "acwSettings.wrapupPrompt"),
        ({"mediaSettings": {"call": {"alertingTimeoutSeconds": "x"}}}, "mediaSettings.call"),
        ({"mediaSettings": {"call": 3}}, "mediaSettings.call"),
    ],
)
def test_another_type_or_word_is_refused(fields: dict[str, Any], where: str) -> None:
    assert [where] == [text.partition(": ")[0] for text in misfits({"name": "A", **fields})]
    with logged_in([queue("A")], dialect=GENESYS_CLOUD) as api:
        if "memberCount" not in fields:
            answer = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields})
            assert (400, True) == (answer.status_code, f"{where}: " in answer.json()["message"])
        assert [] == api.history()


def test_what_fits_is_taken_and_null_is_absent() -> None:
    assert [] == list(misfits({"name": "A", "peerId": None, "unknown": 7, "routingRules": 3}))
    body = {"name": "A", "scoringMethod": "PriorityOnly", "peerId": None, "whisperPrompt": None}
    with logged_in([queue("A")], dialect=GENESYS_CLOUD) as api:
        found = api.call("PUT", f"{LIST}/a", json=body).json()
    assert ("PriorityOnly", False, False) == (
        found["scoringMethod"],
        "peerId" in found,
        "whisperPrompt" in found,
    )

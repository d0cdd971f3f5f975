"""What a write changed, as the history tells it."""

from syncer.emulator.differences import difference
from tests.emulator.emulator_api import LIST, logged_in, overflow, queue

OTHER = {"operator": "MEETS_THRESHOLD", "threshold": 9}


def test_overflow_rules_are_told_from_everything_else() -> None:
    old = queue("A", OTHER, overflow("b"), color="red", memberCount=1)
    assert {
        "rulesBefore": [overflow("b")],
        "rulesAfter": [overflow("c")],
        "othersChanged": False,
    } == difference(old, queue("A", overflow("c"), OTHER, color="red", memberCount=2))
    assert difference(old, {**old, "color": "blue"})["othersChanged"]
    assert difference(old, {**old, "routingRules": [overflow("b")]})["othersChanged"]
    assert not difference({"id": "a"}, {"id": "a", "routingRules": "strange"})["othersChanged"]


def test_the_history_has_it_for_every_kind_of_write() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        api.call("POST", "/_emulator/queues/a", json={"description": "theirs"})
        api.call("DELETE", f"{LIST}/a")
        told = [
            (len(entry["rulesBefore"]), len(entry["rulesAfter"]), entry["othersChanged"])
            for entry in api.history()
        ]
    assert [(0, 1, False), (1, 1, True), (1, 0, True)] == told

"""The organization of any size."""

import pytest

from syncer.emulator.directory import directory
from syncer.emulator.kinds.kind import Known
from syncer.emulator.kinds.overflow import overflow_rules
from syncer.emulator.organization import organization
from syncer.emulator.queues import check_write
from syncer.emulator.store import Store


@pytest.mark.parametrize("size", [0, 1, 2, 7, 1000])
def test_an_organization_is_valid_and_has_no_loop(size: int) -> None:
    queues = organization(size)
    ids = {queue["id"] for queue in queues}
    assert (size, size) == (len(ids), len({queue["name"].lower() for queue in queues}))
    divisions = {queue["id"]: queue["division"]["id"] for queue in queues}
    groups = {group["id"] for group in directory(queues, {}).member_groups}
    for each in queues:
        check_write(each, Known(ids.__contains__, groups, divisions.__getitem__))
    store = Store(":memory:", queues)
    try:
        assert store.loop_free()
    finally:
        store.close()


def test_an_organization_is_the_same_every_time_and_varied() -> None:
    queues = organization(200)
    assert queues == organization(200)
    assert {0, 1, 2} == {len(overflow_rules(queue)) for queue in queues}
    assert {True, False} == {rule["enabled"] for queue in queues for rule in overflow_rules(queue)}
    assert any(rule.get("type") is None for queue in queues for rule in queue["routingRules"])

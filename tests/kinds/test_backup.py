"""Backup queues on the wire."""

import pytest

from syncer.kinds.backup import BackupRule, wait_in
from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import read_queue, write_rules
from tests.kinds.raws import ITSELF, Raw, queue


@pytest.mark.parametrize(
    ("fields", "rule", "problem"),
    [
        ({"agentWaitSeconds": 59}, BackupRule("b", 59), "agentWaitSeconds is 59, not a whole number from 60"),
        ({"agentWaitSeconds": 864001}, BackupRule("b", 864001), "agentWaitSeconds is 864001, not"),
        ({"agentWaitSeconds": 10**30}, BackupRule("b"), "agentWaitSeconds is a huge number, not"),
        ({"agentWaitSeconds": "60", "waitForAgent": True}, BackupRule("b", 60, True), "is '60', not a whole"),
        ({"waitForAgent": "yes"}, BackupRule("b"), "waitForAgent is 'yes', neither true nor false"),
        ({"backupQueueId": 7}, BackupRule(""), "backupQueueId is 7, not the id of a queue"),
    ],
)
def test_a_backup_queue_that_makes_no_sense_is_named(fields: Raw, rule: BackupRule, problem: str) -> None:
    raw = queue(directRouting={"backupQueueId": "b", **fields})
    raw["routingRules"] = [{"type": "overflow", "overflowTarget": "a"}]
    read = read_queue(raw)
    assert (OverflowRule("a"), rule) == read.rules
    assert [1] == list(read.problems)
    assert problem in read.problems[1]
    assert (tuple(read.problems.values()), ()) == (
        read.problems_of(["backup"]),
        read.problems_of(["overflow", "conditional_groups"]),
    )


def test_media_settings_and_waits_stay_where_the_backup_queue_goes() -> None:
    others = {
        "callMediaSettings": {"useAgentAddressOutbound": True},
        "agentWaitSeconds": 90,
        "waitForAgent": True,
    }
    direct = {**others, "backupQueueId": "b"}
    assert others == write_rules(queue(directRouting=direct), [], ["backup"])["directRouting"]
    assert "directRouting" not in write_rules(queue(), [], ["backup"])


def test_the_queue_itself_as_the_backup_queue_is_none_and_goes_back_as_it_came() -> None:
    raw = queue(**ITSELF)
    read = read_queue(raw)
    assert ((), {}, None) == (read.rules, read.problems, wait_in(raw))
    assert raw == write_rules(raw, [], ["backup"])
    written = write_rules(raw, [BackupRule("b", 90)], ["backup"])
    assert (BackupRule("b", 90),) == read_queue(written).rules
    assert "backupQueueId" not in write_rules(written, [], ["backup"])["directRouting"]

"""What the record knows of queues that the state folder doesn't."""

from typing import Any

import pytest

from syncer.audit.record import AppliedQueue
from syncer.kinds.overflow import OverflowRule
from syncer.model.settings import ApiLocation
from syncer.planning.agreed import NOT_KNOWN, Agreed, Agreement
from syncer.planning.third_side import Sources, newer_in_record

HERE = ApiLocation("https://api")
RULES = (OverflowRule("b", 20, 60, True),)
AT, BEFORE, AFTER = "2026-03-01T09:00:00Z", "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z"
APPLIED = {"a": AppliedQueue("a", "A", "run", AT, rules=RULES)}


def entry(at: str, **values: Any) -> dict[str, Any]:
    known = {"kind": "change", "status": "applied", "queueId": "a", "timestamp": at, "api": HERE.api}
    return {**known, **values}


@pytest.mark.parametrize(
    ("at", "queues", "trail", "counts"),
    [
        ("", {}, [], True),
        (BEFORE, {"a": NOT_KNOWN}, [], True),
        (AFTER, {"a": NOT_KNOWN}, [], False),
        (AFTER, {"b": NOT_KNOWN}, [], True),
        ("", {}, [entry(AFTER)], False),
        ("", {}, [entry(BEFORE)], True),
        ("", {}, [entry(AFTER), entry(BEFORE)], False),
        ("", {}, [entry(AFTER, status="failed")], True),
        ("", {}, [entry(AFTER, queueId="b")], True),
        ("", {}, [entry(AFTER, api="https://other")], True),
        ("", {}, [entry(AFTER, kind="run")], True),
    ],
)
def test_it_counts_where_it_is_newer(
    at: str, queues: dict[str, Agreed], trail: list[dict[str, Any]], counts: bool
) -> None:
    known = Agreement(HERE.api, "", at=at, queues=queues)
    assert ({"a": Agreed(RULES)} if counts else {}) == newer_in_record(APPLIED, known, trail, HERE)


def test_a_queue_that_is_known_in_part_is_not_known() -> None:
    applied = {"a": AppliedQueue("a", "A", "run", AT)}
    known = Agreement(HERE.api, "", at=BEFORE, queues={"a": Agreed(RULES)})
    assert {"a": NOT_KNOWN} == newer_in_record(applied, known, [], HERE)


@pytest.mark.parametrize(
    ("trail", "unsettled"),
    [
        ([], set()),
        ([entry(AT)], set()),
        ([entry(AT, status="failed")], set()),
        ([entry(AT, status="unknown")], {"a"}),
        ([entry(AT, status="taken back")], {"a"}),
        ([entry(AT, status="not taken back")], {"a"}),
        ([entry(AT, status="unknown"), entry(AFTER)], set()),
        ([entry(AT), entry(AFTER, status="unknown")], {"a"}),
        ([entry(AT, status="unknown"), entry(AFTER, status="failed")], {"a"}),
        ([entry(AT, status="unknown", api="https://other")], set()),
        ([entry(AT, kind="run", status="lost", intended={"queues": ["a", "b"]})], {"a", "b"}),
        ([entry(AT, kind="run", status="lost", intended={"queues": ["a", "b"]}), entry(AFTER)], {"b"}),
        ([entry(AT, kind="run", status="lost", intended=None)], set()),
        ([entry(AT, kind="run", status="done", intended={"queues": ["a"]})], set()),
    ],
)
def test_what_a_run_may_have_sent_is_unsettled(trail: list[dict[str, Any]], unsettled: set[str]) -> None:
    assert unsettled == Sources(trail=trail).unsettled(HERE)
    assert unsettled | {"z"} == Sources(trail=trail, intended=frozenset({"z"})).unsettled(HERE)

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from syncer.audit.filters import KNOWN, Filters, Vocabulary
from syncer.audit.period import Period
from syncer.errors import WrongUsage
from syncer.policy.schema import schema_text
from tests.audit.histories import change, run, story


def vocabulary(filters: Filters) -> Vocabulary:
    words = Vocabulary(filters)
    for entry in story():
        words.learn(entry)
    return words


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"environments": ("prod",)}, True),
        ({"environments": ("test", "pr*")}, True),
        ({"environments": ("test",)}, False),
        ({"organizations": ("o1",)}, True),
        ({"organizations": ("Acme",)}, True),
        ({"organizations": ("Lab",)}, False),
        ({"queues": ("Sales",)}, True),
        ({"queues": ("id-sales",)}, True),
        ({"queues": ("Sa*",)}, True),
        ({"queues": ("sales",)}, False),
        ({"users": ("ann",)}, True),
        ({"users": ("bob",)}, False),
        ({"statuses": ("failed", "applied")}, True),
        ({"statuses": ("failed",)}, False),
        ({"actions": ("UPDATE_*",)}, True),
        ({"actions": ("DELETE_*",)}, False),
        ({"users": ("ann",), "queues": ("Care",)}, False),
    ],
)
def test_one_of_each_must_fit(filters: dict[str, Any], expected: bool) -> None:
    assert expected == Filters(**filters).hold_change(change("r1"))


def test_a_run_fits_by_its_overrides_and_by_the_queues_that_it_was_to_change() -> None:
    entry = run("r", overrides=["--allow-delete"], intended={"queues": ["id-sales"]})
    names = {"id-sales": "Sales"}
    held = [
        each.hold_run(entry, names)
        for each in (
            Filters(overrides=("allow-delete",)),
            Filters(overrides=("*",)),
            Filters(overrides=("allow-frozen",)),
            Filters(queues=("Sales",)),
            Filters(queues=("id-sales",)),
            Filters(queues=("Care",)),
        )
    ]
    assert [True, True, False, True, True, False] == held


def test_what_was_edited_into_a_trail_fits_or_not_but_breaks_nothing() -> None:
    for value in (None, 5, "x", [], {}, [1], {"queues": 5, "user": [], "id": {}}):
        entry: dict[str, Any] = dict.fromkeys(change("r") | run("r") | {"intended": 0}, value)
        filters = Filters(queues=("a",), overrides=("b",), users=("c",), organizations=("d",))
        assert (False, False) == (filters.hold_change(entry), filters.hold_run(entry, {}))
        Vocabulary(filters).learn(entry)


def test_filters_know_whether_they_narrow_anything() -> None:
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert [False, True, True] == [
        bool(each) for each in (Filters(), Filters(Period(since)), Filters(users=("a",)))
    ]
    assert {
        "since": "2026-11-01T00:00:00.000Z",
        "until": None,
        **{key: [] for key in ("environment", "organization", "queue", "status", "action", "override")},
        "user": ["a"],
    } == Filters(Period(since), users=("a",)).as_json()


@pytest.mark.parametrize(
    ("filters", "message", "near"),
    [
        ({"environments": ("prood",)}, "the environment 'prood'", "'prod'"),
        ({"organizations": ("Acmee",)}, "the organization 'Acmee'", "'Acme'"),
        ({"queues": ("Salles",)}, "the queue 'Salles'", "'Sales'"),
        ({"users": ("anna",)}, "the user 'anna'", "'ann'"),
        ({"statuses": ("aplied",)}, "the status 'aplied'", "'applied'"),
        ({"actions": ("UPDATE_OVERFLOW_RULES",)}, "the action 'UPDATE", "'UPDATE_OVERFLOW_RULE'"),
        ({"overrides": ("allow-deletes",)}, "the override 'allow-deletes'", "'allow-delete'"),
    ],
)
def test_a_value_that_nothing_could_fit_is_refused_with_the_nearest(
    filters: dict[str, Any], message: str, near: str
) -> None:
    with pytest.raises(WrongUsage, match=message) as refused:
        vocabulary(Filters(**filters)).unused()
    assert f"Did you mean {near}? Case matters, and * matches any text." == refused.value.hint


def test_what_just_never_happened_is_an_answer_with_a_warning() -> None:
    known = Filters(statuses=("failed", "conflict"), actions=("CREATE_*",), overrides=("allow-frozen",))
    assert (
        "nothing in the audit trail has the status 'conflict'",
        "nothing in the audit trail has the action 'CREATE_*'",
        "nothing in the audit trail has the override 'allow-frozen'",
    ) == vocabulary(known).unused()


def test_a_queue_is_known_by_the_name_that_it_has_now() -> None:
    words = Vocabulary(Filters(queues=("Sales",)))
    for name in ("Sales", "Care", "Sales", "Tech"):
        words.learn(change("r", queueId=f"id-{name}", queueName=name))
    assert {"id-Sales": "Sales"} == words.queue_names
    words.learn(change("r", queueId="id-Sales", queueName="Returns"))
    assert {} == words.queue_names


def test_every_action_and_status_of_the_schema_is_known() -> None:
    kinds = json.loads(schema_text("audit.v1.schema.json"))["$defs"]
    statuses = [
        status
        for kind in ("changeEntry", "runEntry")
        for status in kinds[kind]["properties"]["status"]["enum"]
    ]
    assert set() == set(statuses) - KNOWN["status"]
    assert set() == set(kinds["runEntry"]["properties"]["action"]["enum"]) - KNOWN["action"]
    pattern = kinds["changeEntry"]["properties"]["action"]["pattern"]
    assert 12 == sum(bool(re.match(pattern, action)) for action in KNOWN["action"])

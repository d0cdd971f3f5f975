from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.chain import Chain
from syncer.audit.entries import run_entry
from syncer.audit.exceptions import (
    Exemption,
    RuleImage,
    exception_document,
    exceptions_after,
    exceptions_at,
    exemption_of,
    kept_document,
    placed_document,
)
from syncer.audit.record import Record, read_record, write_record
from syncer.audit.record_fold import folded
from syncer.kinds.registry import rule_document
from syncer.model.settings import ApiLocation, Organization
from tests.audit.trails import AFTER, BEFORE, NOW, RUN
from tests.test_schemas import validator

HERE = ApiLocation("https://api")
STOP = Exemption(
    "stop", RUN.id, HERE, "prod", "b", "Queue B", ("a",), until="2026-03-01T10:30:00Z", reason="flood", at=NOW
)
HOLD = Exemption("rollback", "run-2", HERE, "prod", queues=("a", "c"), undoes="run-1")
KNOWN = replace(
    HOLD,
    commit="c0ffee",
    images=(RuleImage("a", "Queue A", BEFORE, AFTER), RuleImage("c", "Queue C", None, AFTER)),
)


def entry_of(status: str = "done", **values: Any) -> dict[str, Any]:
    return run_entry(replace(RUN, **values), NOW, status=status, validation_pass=True)


def test_a_stop_is_about_its_sources_and_its_target() -> None:
    everybody = replace(STOP, sources=())
    loops = replace(STOP, target="", sources=(), edges=(("a", "b"), ("c", "a")))
    for made, source, target, expected in (
        (STOP, "a", "b", True),
        (STOP, "c", "b", False),
        (STOP, "b", "a", False),
        (everybody, "c", "b", True),
        (HOLD, "a", "", False),
        (loops, "a", "b", True),
        (loops, "b", "a", False),
        (loops, "b", "", False),
    ):
        assert expected == made.stops(source, target)
    assert [True, False, False] == [HOLD.holds("c"), HOLD.holds("b"), replace(STOP, queues=("a",)).holds("a")]


def test_its_time_is_over_at_the_minute_that_it_names() -> None:
    for minute, expected in ((29, False), (30, True)):
        assert expected == STOP.is_expired(datetime(2026, 3, 1, 10, minute, tzinfo=UTC))
    assert not HOLD.is_expired(datetime(2030, 1, 1, tzinfo=UTC))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    record = Record(
        exceptions=(
            STOP,
            HOLD,
            replace(KNOWN, id="y"),
            replace(STOP, id="x", sources=(), edges=(("a", "b"),)),
        )
    )
    write_record(tmp_path / "record.json", record)
    assert record == read_record(tmp_path / "record.json")


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "another"},
        {"sources": [1]},
        {"edges": [["a"]]},
        {"edges": [["a", 1]]},
        {"until": "tomorrow"},
        {"until": 7},
        {"target": None},
        {"organization": None},
    ],
)
def test_what_is_no_exception_is_an_error(damage: dict[str, Any]) -> None:
    assert STOP == exemption_of(placed_document(STOP))
    with pytest.raises(ValueError, match=r"no exception|isoformat|unpack"):
        exemption_of({**placed_document(STOP), **damage})


@pytest.mark.parametrize(
    "damage",
    [
        {"images": [{}]},
        {"images": 7},
        {"commit": 7},
        {"images": [{"queue": "a", "queueName": "A", "before": None, "after": None}]},
        {"images": [{"queue": 1, "queueName": "A", "before": None, "after": rule_document(AFTER)}]},
        {"images": [{"queue": "a", "queueName": "A", "before": {"kind": "another"}, "after": None}]},
    ],
)
def test_rules_that_no_run_writes_are_an_error(damage: dict[str, Any]) -> None:
    assert KNOWN == exemption_of(kept_document(KNOWN))
    with pytest.raises(ValueError, match=r"it holds no|no kind of rule"):
        exemption_of({**kept_document(KNOWN), **damage})


def test_one_that_is_extended_is_still_about_the_same_rules() -> None:
    known, longer = replace(STOP, images=KNOWN.images), replace(STOP, until="2026-03-01T12:30:00Z")
    entry = entry_of(id="later", exception=exception_document(longer))
    assert (replace(longer, images=KNOWN.images),) == exceptions_after((known,), entry)


def test_a_run_makes_one_extends_it_and_lifts_it(tmp_path: Path) -> None:
    longer = replace(STOP, until="2026-03-01T12:30:00Z")
    chain = Chain(tmp_path)
    chain.append([entry_of(verb="stop", exception=exception_document(STOP))])
    first = folded(Record(), chain.entries())
    assert (STOP,) == first.exceptions
    chain.append([entry_of(verb="stop", id="later", exception=exception_document(longer))])
    second = folded(first, chain.entries(first.entry))
    assert (longer,) == second.exceptions
    chain.append([entry_of(verb="lift", lifts=(STOP.id,))])
    assert () == folded(second, chain.entries(second.entry)).exceptions
    for each in chain.entries():
        validator("audit").validate(each)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("done", (STOP,)), ("in part", (STOP,)), ("cut off", (STOP,)), ("refused", ()), ("failed", ())],
)
def test_a_run_that_changed_nothing_makes_none(status: str, expected: tuple[Exemption, ...]) -> None:
    assert expected == exceptions_after((), entry_of(status, exception=exception_document(STOP)))


def test_one_that_a_run_meant_to_make_and_did_not_is_gone() -> None:
    """The record has it before the first PUT, and a run may be refused after that."""
    refused = entry_of("refused", exception=exception_document(STOP))
    assert (HOLD,) == exceptions_after((STOP, HOLD), refused)
    at_the_prompt = entry_of("interrupted", exception=exception_document(STOP))
    assert () == exceptions_after((), at_the_prompt)
    assert (STOP,) == exceptions_after((), at_the_prompt | {"queues": {"applied": 1, "not started": 1}})
    again = entry_of("refused", id="another", exception=exception_document(STOP))
    assert (STOP,) == exceptions_after((STOP,), again)


def test_a_lift_that_is_not_done_lifts_nothing() -> None:
    assert (STOP,) == exceptions_after((STOP,), entry_of("in part", lifts=(STOP.id,)))
    assert (HOLD,) == exceptions_after((STOP, HOLD), entry_of("done", lifts=(STOP.id,)))


def test_what_somebody_wrote_into_a_trail_is_passed_over(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry_of(exception={"kind": "stop"})])
    assert () == folded(Record(), chain.entries()).exceptions


def test_each_organization_has_its_own() -> None:
    there = replace(STOP, location=ApiLocation("https://api", Organization("o", "Org")))
    other = replace(STOP, location=ApiLocation("https://api", Organization("p", "Other")))
    assert (there,) == exceptions_at((there, other), ApiLocation("https://proxy", Organization("o", "Org")))
    assert (STOP, there, other) == exceptions_at((STOP, there, other), HERE)

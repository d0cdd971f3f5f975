"""Capacities and loads that a run was the first to use."""

from typing import Any

import pytest

from syncer.report.facts import facts_in_words, learn_names


def run(facts: Any) -> dict[str, Any]:
    return {"kind": "run", "facts": facts}


def test_they_are_told_by_the_names_that_changes_gave() -> None:
    names: dict[str, str] = {}
    learn_names(
        {"kind": "change", "queueId": "a", "queueName": "A", "targetQueue": "b", "targetName": "B"}, names
    )
    learn_names({"kind": "run", "run": "r1"}, names)
    assert {"a": "A", "b": "B"} == names
    facts = {"a": {"capacity": 80, "baseLoad": 12.5}, "c": {"capacity": None, "baseLoad": 0}}
    assert "; first used: A capacity 80, base load 12.5; c capacity unknown, base load 0" == facts_in_words(
        run(facts), names
    )


def test_names_that_were_learned_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.report.facts.MOST_NAMES", 2)
    names: dict[str, str] = {}
    for each in ("a", "b"):
        told = {"queueId": each, "queueName": each.upper(), "targetQueue": "t", "targetName": "T"}
        learn_names({"kind": "change", **told}, names)
    assert {"t": "T", "b": "B"} == names


def test_of_many_the_first_are_told() -> None:
    facts = {str(number): {"capacity": 1, "baseLoad": 1} for number in range(9)}
    assert facts_in_words(run(facts), {}).endswith("2 capacity 1, base load 1 and 6 more queues")


@pytest.mark.parametrize("entry", [run({}), run(None), run("x"), {"kind": "change", "facts": {"a": {}}}])
def test_where_there_are_none_nothing_is_said(entry: dict[str, Any]) -> None:
    assert "" == facts_in_words(entry, {})


def test_anything_may_stand_in_an_edited_trail() -> None:
    assert "; first used: a capacity unknown, base load unknown" == facts_in_words(run({"a": 1}), {})

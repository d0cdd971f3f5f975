"""Scenarios are values: nothing is assumed until it is said, and places don't tell two apart."""

from syncer.model.finding import Position
from syncer.model.policy import QueueRef
from syncer.model.scenario import TODAY, Assumed, Scenario


def test_today_assumes_nothing() -> None:
    assert (1.0, (), "") == (TODAY.load, TODAY.queues, TODAY.name)
    assert (None, None, False) == (
        (each := Assumed(QueueRef("A"))).load,
        each.capacity,
        each.out,
    )


def test_the_same_scenario_may_stand_anywhere() -> None:
    at = Position("settings.yaml", 3, 1)
    assert Scenario("a", 2, (Assumed(QueueRef("A")),)) == Scenario(
        "a", 2, (Assumed(QueueRef("A"), position=at),), at
    )

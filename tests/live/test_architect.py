"""Where the configuration of a flow sends contacts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.live.architect import Sends, sends_of


def literal(value: object) -> dict[str, Any]:
    return {"config": {"lit": {"val": value, "text": "any"}}}


def transfer(*targets: Any) -> dict[str, Any]:
    return {"__type": "TransferPureMatchAction", "queues": list(targets)}


Q1, Q2 = literal("q1"), literal("q2")


def flow(*actions: Any, choices: tuple[Any, ...] = ()) -> dict[str, Any]:
    """A flow of a task and a menu."""
    menu = {"__type": "Menu", "menuChoiceList": [{"action": action} for action in choices]}
    return {"flowSequenceItemList": [{"__type": "Task", "actionList": list(actions)}, menu]}


@pytest.mark.parametrize(
    ("configuration", "sends"),
    [
        ({}, Sends(computed=True)),
        (flow(transfer()), Sends(computed=True)),
        (
            flow(
                {"__type": "CallCommonModuleAction", "commonModuleId": "m1", "moduleVersion": literal("1.0")}
            ),
            Sends(flows=("m1",)),
        ),
        (flow({"__type": "TransferToFlowAction", "targetFlow": {}}), Sends(computed=True)),
        (flow(), Sends()),
        (flow(transfer(literal("q1"))), Sends(("q1",))),
        (
            flow(transfer(literal("q1"), literal("q2")), choices=(transfer(literal("q1")),)),
            Sends(("q1", "q2")),
        ),
        (flow(choices=(transfer(literal("q3")),)), Sends(("q3",))),
        (flow(transfer({"config": {"expression": "Flow.queue"}})), Sends(computed=True)),
        (flow(transfer(literal(7))), Sends(computed=True)),
        (flow({"__type": "CallCommonModuleAction", "commonModule": literal("m1")}), Sends(flows=("m1",))),
        (flow({"__type": "TransferToFlowAction", "targetFlow": literal("f1")}), Sends(flows=("f1",))),
        (flow({"__type": "NobodyKnowsAction", "queues": [literal("q1")]}), Sends()),
        (flow({"__type": "TransferToAcdAction", "queue": Q1, "name": Q2}), Sends(maybe=("q1",))),
        (
            flow({"__type": "AcdTransferAction", "targetQueues": [Q1, Q2, {}]}, transfer(Q2)),
            Sends(("q2",), maybe=("q1",)),
        ),
        (flow({"__type": "TransferTaskAction", "taskName": "Other"}), Sends()),
        ({"flowSequenceItemList": "odd"}, Sends(computed=True)),
        (
            flow({"__type": "DecisionAction", "paths": [{"actions": [transfer(literal("deep"))]}]}),
            Sends(("deep",)),
        ),
    ],
)
def test_transfers_are_read_wherever_they_stand(configuration: Any, sends: Sends) -> None:
    assert sends == sends_of(configuration)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(("__type", "queues", "config", "lit", "val", "flow", "x")), inner
            )
        ),
    )
)
def test_whatever_stands_there_is_tolerated(value: Any) -> None:
    found = sends_of({"flowSequenceItemList": value})
    assert isinstance(found, Sends)
    assert all(isinstance(id_, str) and id_ for id_ in (*found.queues, *found.flows))

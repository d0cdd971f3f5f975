"""What a version of a flow sends: proven by its configuration, else by what it refers to."""

from typing import Any

import pytest

from syncer.errors import BadAnswer, Forbidden
from syncer.live.architect import Sends
from syncer.live.flow_versions import Flow, Versions, flow_in
from tests.live.test_flows import Live, Memory, flow, sending

FORBIDDEN = Forbidden("no right", status=403)
F = Flow("f", "F", "1.0", "INQUEUECALL")


def versions(configuration: Any, *, tracked: bool = True, references: Any = ("b", "c")) -> Versions:
    live = Live(flow("f"), f=configuration)
    live.tracked, live.references = tracked, {"f": references}
    return Versions(live, Memory())


def test_a_configuration_that_tells_all_needs_no_references() -> None:
    live = Live(flow("f"), f=sending("b"))
    read = Versions(live, Memory())
    assert (Sends(("b",)), {}) == (read.sends(F), read.failed)
    assert {"read f 1.0": 1} == live.asked


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (sending("b", computed=True), Sends(("b",), computed=True, maybe=("c",))),
        (FORBIDDEN, Sends(computed=True, maybe=("b", "c"))),
    ],
)
def test_else_it_may_transfer_to_what_it_refers_to(configuration: Any, expected: Sends) -> None:
    read = versions(configuration)
    assert (expected, {}) == (read.sends(F), read.failed)


@pytest.mark.parametrize(
    ("tracked", "references"), [(False, ()), (True, FORBIDDEN), (True, BadAnswer("odd"))]
)
def test_where_neither_can_be_read_that_is_said(tracked: bool, references: Any) -> None:
    read = versions(FORBIDDEN, tracked=tracked, references=references)
    assert (Sends(), {"f": "F: no right"}) == (read.sends(F), read.failed)
    partly = versions(sending("b", computed=True), tracked=tracked, references=references)
    assert (Sends(("b",), computed=True), {}) == (partly.sends(F), partly.failed)


def test_what_is_not_all_there_is_to_know_is_not_kept() -> None:
    kept = []
    for configuration, tracked in (
        (sending("b"), False),
        (sending(computed=True), True),
        (sending(computed=True), False),
        (FORBIDDEN, True),
    ):
        read = versions(configuration, tracked=tracked)
        read.sends(F)
        kept.append(read.cache.find("f", "1.0") is not None)
    assert [True, True, False, False] == kept


def test_dependency_tracking_that_can_not_be_asked_is_asked_once() -> None:
    live = Live(f=FORBIDDEN, g=FORBIDDEN)
    live.tracked, live.references = True, {"f": FORBIDDEN, "g": ("b",)}
    read = Versions(live, Memory())
    read.sends(F)
    read.sends(Flow("g", "G", "1.0", "INQUEUECALL"))
    assert {"f": "F: no right", "g": "G: no right"} == read.failed
    assert 1 == live.asked["build"]
    assert 0 == live.asked["refers g 1.0 INQUEUECALL"]


def test_a_flow_as_lists_show_it() -> None:
    assert Flow("f", "f", "", "") == flow_in({"id": "f", "name": 7, "type": 8, "publishedVersion": "odd"})
    assert Flow("f", "F", "1.0", "INQUEUECALL") == flow_in(flow("f"))

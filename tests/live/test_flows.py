"""Reading in-queue flows: each once, by its published version, with all that it goes on in."""

from collections import Counter
from typing import Any

import pytest

from syncer.errors import BadAnswer, Forbidden, NotFound
from syncer.live.architect import Sends
from syncer.live.flows import NO_FLOWS, FlowsRead, read_flows
from syncer.model.network import Transfer
from syncer.model.queue import LiveQueue

Raw = dict[str, Any]


def queue(id_: str, *flows: str) -> LiveQueue:
    fields = ("queueFlow", "emailInQueueFlow", "messageInQueueFlow")
    return LiveQueue(
        id_, id_.upper(), raw={name: {"id": flow} for name, flow in zip(fields, flows, strict=False)}
    )


def flow(id_: str, version: str = "1.0") -> Raw:
    published = {"id": version} if version else None
    return {"id": id_, "name": id_.upper(), "type": "INQUEUECALL", "publishedVersion": published}


def sending(*queues: str, flows: tuple[str, ...] = (), computed: bool = False) -> Raw:
    """A configuration with these transfers."""
    targets: list[Raw] = [{"config": {"lit": {"val": each}}} for each in queues]
    actions: list[Raw] = [{"__type": "TransferPureMatchAction", "queues": targets}]
    actions += [
        {"__type": "CallCommonModuleAction", "module": {"config": {"lit": {"val": each}}}} for each in flows
    ]
    actions += [{"__type": "TransferPureMatchAction", "queues": [{"config": {}}]}] if computed else []
    return {"flowSequenceItemList": [{"__type": "Task", "actionList": actions}]}


class Live:
    """Flows in lists and beside them, and what was asked for."""

    def __init__(self, *listed: Raw, **configurations: Any) -> None:
        self.listed = list(listed)
        self.beside: dict[str, Raw] = {}
        self.configurations = configurations
        self.asked: Counter[str] = Counter()
        self.tracked = False
        self.references: dict[str, Any] = {}

    def list_flows(self) -> list[Raw]:
        self.asked["list"] += 1
        return self.listed

    def get_flow(self, flow_id: str) -> Raw:
        self.asked[f"get {flow_id}"] += 1
        if flow_id not in self.beside:
            raise NotFound(f"{flow_id}: 404", status=404)
        return self.beside[flow_id]

    def flow_configuration(self, flow_id: str, version: str) -> Raw:
        self.asked[f"read {flow_id} {version}"] += 1
        found = self.configurations[flow_id]
        if isinstance(found, Exception):
            raise found
        return dict(found)

    def tracks_dependencies(self) -> bool:
        self.asked["build"] += 1
        return self.tracked

    def queues_referred_to(self, flow_id: str, version: str, type_: str) -> list[str]:
        self.asked[f"refers {flow_id} {version} {type_}"] += 1
        found = self.references[flow_id]
        if isinstance(found, Exception):
            raise found
        return list(found)


class Memory:
    """What is known already."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Sends] = {}

    def find(self, flow_id: str, version: str) -> Sends | None:
        return self.kept.get((flow_id, version))

    def keep(self, flow_id: str, version: str, sends: Sends) -> None:
        self.kept[flow_id, version] = sends


def test_where_no_queue_has_a_flow_nothing_is_asked() -> None:
    live = Live()
    assert NO_FLOWS == read_flows([queue("a"), LiveQueue("b", "B", raw={"queueFlow": None})], live, Memory())
    assert Counter() == live.asked


def test_each_flow_is_read_once_and_its_version_never_again() -> None:
    live, memory = Live(flow("f"), flow("g", "2.0"), f=sending("b", "a"), g=sending("c")), Memory()
    queues = [queue("a", "f", "g"), queue("b", "f"), queue("c")]
    expected = FlowsRead(
        (
            Transfer("a", "b", "F", "1.0"),
            Transfer("a", "a", "F", "1.0"),
            Transfer("a", "c", "G", "2.0"),
            Transfer("b", "b", "F", "1.0"),
            Transfer("b", "a", "F", "1.0"),
        )
    )
    assert expected == read_flows(queues, live, memory)
    assert {"list": 1, "read f 1.0": 1, "read g 2.0": 1} == live.asked
    live.asked.clear()
    assert expected == read_flows(queues, live, memory)
    assert {"list": 1} == live.asked


def test_what_a_flow_goes_on_in_is_followed_and_a_circle_ends() -> None:
    live = Live(flow("f"), f=sending(flows=("m", "none")), m=sending("b", flows=("f", "m")))
    live.beside["m"] = flow("m", "3.0")
    found = read_flows([queue("a", "f"), queue("b")], live, Memory())
    assert (Transfer("a", "b", "F", "1.0"),) == found.transfers
    assert "1 in-queue flow is not read: none: 404" == found.unread[0]


@pytest.mark.parametrize(
    ("live", "unread"),
    [
        (Live(), "1 in-queue flow is not read: the client can't see it"),
        (Live(flow("f", "")), "1 in-queue flow is not read: F has no published version"),
        (Live(flow("f"), f=Forbidden("no right", status=403)), "1 in-queue flow is not read: F: no right"),
        (Live(flow("f"), f=BadAnswer("no JSON")), "1 in-queue flow is not read: F: no JSON"),
        (Live(flow("f"), f=sending("hidden")), "F transfers to a queue that the client can't see (hidden)"),
        (
            Live(flow("f"), f=sending("h1", "h2", "h3", "h4")),
            "F transfers to 4 queues that the client can't see (h1, h2, h3 and 1 more)",
        ),
    ],
)
def test_what_is_not_known_is_said(live: Live, unread: str) -> None:
    assert FlowsRead((), (unread,)) == read_flows([queue("a", "f")], live, Memory())


def test_without_the_right_nothing_is_read_and_that_is_said_once() -> None:
    class Closed(Live):
        def list_flows(self) -> list[Raw]:
            raise Forbidden("no right to flows", status=403)

    found = read_flows([queue("a", "f"), queue("b", "g")], Closed(), Memory())
    assert FlowsRead((), ("in-queue flows are not read: no right to flows",)) == found


def test_several_that_are_not_read_are_counted() -> None:
    found = read_flows([queue("a", "f", "g", "h")], Live(), Memory())
    assert ("3 in-queue flows are not read: the client can't see it; and 2 more",) == found.unread


def test_an_api_without_flows_serves_none() -> None:
    class Gateway(Live):
        def list_flows(self) -> list[Raw]:
            raise NotFound("404", status=404)

    assert not read_flows([queue("a", "f")], Gateway(), Memory()).served


def test_what_a_flow_may_transfer_to_is_not_proven() -> None:
    live = Live(flow("f"), f=sending("b", flows=("m",)), m=sending(computed=True))
    live.beside["m"] = flow("m", "3.0")
    live.tracked, live.references = True, {"m": ["b", "c", "a"]}
    found = read_flows([queue("a", "f"), queue("b"), queue("c")], live, Memory())
    assert (Transfer("a", "b", "F", "1.0"), Transfer("a", "c", "F", "1.0", proven=False)) == found.transfers
    words = "no configuration shows all targets of F, which may transfer to queues that they refer to"
    assert ((), (words,), (words,)) == (found.unread, found.open, found.not_known)


def test_a_flow_that_only_refers_to_its_own_queue_looks_something_up_there() -> None:
    live = Live(flow("f"), f=sending(computed=True))
    live.tracked, live.references = True, {"f": ["a"]}
    assert () == read_flows([queue("a", "f")], live, Memory()).transfers
    live = Live(flow("f"), f=sending("a"))
    assert (Transfer("a", "a", "F", "1.0"),) == read_flows([queue("a", "f")], live, Memory()).transfers


def test_a_target_that_is_computed_is_said_with_the_permission_that_would_tell_more() -> None:
    live = Live(flow("f"), f=sending(computed=True))
    words = "no configuration shows all targets of F"
    denied = f"{words}, and dependency tracking can't be read (architect:dependencyTracking:view)"
    assert FlowsRead(open=(denied,)) == read_flows([queue("a", "f")], live, Memory())
    live.tracked, live.references = True, {"f": []}
    assert FlowsRead(open=(words,)) == read_flows([queue("a", "f")], live, Memory())


def test_a_live_that_fails_again_and_again_is_not_asked_for_every_flow() -> None:
    names = "fghijk"
    live = Live(*map(flow, names), **{name: BadAnswer("odd") for name in names})
    found = read_flows([queue(name, name) for name in names], live, Memory())
    assert ("6 in-queue flows are not read: F: odd; and 5 more",) == found.unread
    assert 3 == sum(count for what, count in live.asked.items() if what.startswith("read"))

"""The organization that ships as an example: sound by itself, and different from live in every way."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from syncer.checks import check_network, weigh
from syncer.checks.loops import check_loops
from syncer.checks.references import check_references
from syncer.live.wire import read_queue
from syncer.model.finding import Finding, Severity
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, of_kinds
from syncer.policy.load import load_policies, load_settings
from syncer.resolving.resolve import Desired, resolve_live, resolve_offline
from tests.stated import overflow_to, stated

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
DEMO = ROOT / "syncer/emulator/data/demo.json"


def policies() -> PolicySet:
    return load_policies([POLICIES], ROOT).policies


def weighed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return weigh(findings, load_settings(POLICIES, ROOT).settings)


def raw_queues() -> list[dict[str, Any]]:
    queues: list[dict[str, Any]] = json.loads(DEMO.read_text(encoding="utf-8"))["queues"]
    return queues


def live_queues() -> tuple[LiveQueue, ...]:
    return tuple(read_queue(raw) for raw in raw_queues())


def serious(findings: Iterable[Finding]) -> list[str]:
    return [f"{found.id}: {found.message}" for found in findings if found.severity is not Severity.INFO]


def test_policies_are_believable_in_size() -> None:
    queues = policies().queues

    assert Counter({True: 18, False: 3}) == Counter(queue.managed for queue in queues)
    assert len({queue.position.file for queue in queues if queue.position}) == 5


def test_files_load_without_a_finding() -> None:
    assert load_policies([POLICIES], ROOT).findings == ()
    assert load_settings(POLICIES, ROOT).findings == ()


def test_policies_are_sound_without_live() -> None:
    network, findings = resolve_offline(policies())

    checked = weighed((*check_references(policies(), offline=True), *findings, *check_network(network)))

    assert serious(checked) == []


def test_policies_are_sound_with_live() -> None:
    resolved = resolve_live(policies(), live_queues())

    checked = weighed((*resolved.findings, *check_network(resolved.network)))

    assert serious(checked) == []
    assert [(found.id, found.queue) for found in checked] == [("capacity.tight", "Billing General")]


def differences(live: LiveQueue, desired: Desired) -> list[str]:
    """What a plan has to show, in plain words, by the target of each rule."""
    assert ("overflow",) == desired.kinds
    ours: dict[str, Rule] = {}
    words = []
    for rule in of_kinds(live.rules, desired.kinds):
        if rule.target in ours:
            words.append("delete a duplicate")
        else:
            ours[rule.target] = rule
    wanted = {rule.target: rule for rule in desired.rules}
    words += ["create" for target in wanted if target not in ours]
    words += ["delete" for target in ours if target not in wanted]
    for target in ours.keys() & wanted.keys():
        before, after = ours[target], wanted[target]
        fields = [
            name
            for name in ("threshold", "delay", "enabled")
            if getattr(before, name) != getattr(after, name)
        ]
        if fields:
            words.append("change " + ", ".join(fields))
    return words


def test_live_differs_in_every_way() -> None:
    live = {queue.id: queue for queue in live_queues()}
    desired = resolve_live(policies(), tuple(live.values())).desired

    found = {live[key].name: sorted(differences(live[key], wanted)) for key, wanted in desired.items()}

    assert {name: words for name, words in found.items() if words} == {
        "Billing General": ["change delay"],
        "Billing Payments": ["create"],
        "Customer Retention": ["create"],
        "Sales Callback": ["delete"],
        "Sales Inbound": ["change enabled"],
        "Support French": ["change threshold, delay"],
        "Support German": ["delete a duplicate"],
        "Support Tier 1": ["change threshold"],
        "Technical Support": ["create", "delete"],
    }
    assert sum(not words for words in found.values()) == 9


def test_live_keeps_what_a_plan_must_not_touch() -> None:
    entries = [entry for queue in raw_queues() for entry in queue["routingRules"]]

    assert sum("type" not in entry for entry in entries) == 3
    assert sum("overflowDelay" not in entry for entry in entries if "type" in entry) == 1


def test_names_and_ids_are_unique() -> None:
    queues = raw_queues()

    assert 25 == len({queue["name"] for queue in queues}) == len({queue["id"] for queue in queues})
    assert all(queue["selfUri"].endswith(queue["id"]) for queue in queues)


def with_rule(policies: PolicySet, name: str, target: str) -> PolicySet:
    def with_it(queue: PolicyQueue) -> PolicyQueue:
        if queue.queue.name != name:
            return queue
        return replace(queue, stated=stated(*queue.rules, overflow_to(QueueRef(name=target), 10)))

    return replace(policies, queues=tuple(with_it(queue) for queue in policies.queues))


def test_one_more_rule_would_close_a_loop_through_an_unmanaged_queue() -> None:
    looped = with_rule(policies(), "Billing Senior", "Collections")
    offline, _ = resolve_offline(looped)

    assert check_loops(offline) == ()
    found = check_loops(resolve_live(looped, live_queues()).network)

    assert [finding.id for finding in found] == ["loops.cycle"]
    assert found[0].message.startswith(
        "Billing General → Billing Senior → Collections → Billing General overflows"
    )


def test_load_of_an_unmanaged_queue_reaches_a_managed_one() -> None:
    network = resolve_live(policies(), live_queues()).network
    names = {node.key: node for node in network.nodes}

    from_outside = {
        (names[edge.source].name, names[edge.target].name, names[edge.source].base_load)
        for edge in network.edges
        if edge.enabled and not names[edge.source].managed and names[edge.source].base_load
    }

    assert {
        ("Partner Desk", "Support Tier 3", 40.0),
        ("Collections", "Billing General", 25.0),
    } == from_outside

"""Policies out of live: planned again, they change nothing."""

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.adopting.export import choose, export, kebab
from syncer.checks.constructs import check_constructs
from syncer.checks.references import check_references
from syncer.emulator.organization import organization
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES, POLICY_KINDS
from syncer.model.change import Reason
from syncer.model.finding import Finding, has_errors
from syncer.model.policy import PolicySet
from syncer.model.rule import Dialect, of_kinds
from tests.adopting.exports import loaded, read, replanned, text_of
from tests.networks import world
from tests.organizations import Raw, backed, conditional, mixed_organizations, overflow, raw, routed
from tests.properties import examples

NEVER_EXPORTED = ("references.self-target", "references.duplicate-target", "dialect.unused-wait")
HOSTILE = ["No", "on", "123", ": #", "a: b", "'", '"', "\\", "- a", "{id: x}", " ", "\u202e", "\ufeff"]


def is_about_policies(finding: Finding) -> bool:
    return finding.id.startswith(("references", "dialect", "schema", "yaml"))


def renamed(raws: Iterable[Raw], names: Sequence[str]) -> list[Raw]:
    """The same queues with other names."""
    return [{**each, "name": name} for each, name in zip(raws, names, strict=True)]


@given(mixed_organizations(), st.data())
@examples(50)
def test_what_anybody_wrote_is_exported_and_changes_nothing(
    world: tuple[PolicySet, list[Raw]], data: st.DataObject
) -> None:
    _, raws = world
    odd = st.sampled_from(HOSTILE) | st.text(st.characters(), min_size=1, max_size=5) | st.just("x" * 300)
    names = data.draw(st.lists(odd, min_size=len(raws), max_size=len(raws)))
    live = read(renamed(raws, names))
    for split in (False, True):
        made = export(live, split=split)
        plan = replanned(made, live)
        assert () == plan.changes
        assert {each.queue.id for each in made.skipped} == {
            each.queue for each in plan.untouched if each.reason is Reason.NOT_MANAGED
        } | {each.queue.id for each in made.skipped if each.policy is None}
        assert not has_errors(each for each in plan.findings if each.id.startswith("dialect"))
        assert [] == [each.id for each in plan.findings if each.id in NEVER_EXPORTED]
        wanted, _ = loaded(made)
        assert () == check_constructs(wanted)
        assert not has_errors(check_references(wanted))


@pytest.mark.parametrize("size", [1, 7, 50, 500])
def test_a_made_up_organization_is_exported_whole(size: int) -> None:
    raws = organization(size)
    live = read(raws)
    for split in (False, True):
        made = export(live, split=split)
        plan = replanned(made, live)
        assert (size, (), ()) == (sum(file.queues for file in made.files), made.skipped, plan.changes)
        stated = [of_kinds(queue.rules, POLICY_KINDS) for queue in live.queues]
        assert sum(map(len, stated)) == plan.managed_rules
        assert [] == [each for each in plan.findings if each.id != "capacity.missing"]


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_world_with_loops_and_second_rules_changes_nothing(seed: int, size: int) -> None:
    live = read(world(random.Random(seed), size).queues)
    plan = replanned(export(live), live)
    assert () == plan.changes
    assert [] == [each for each in plan.findings if is_about_policies(each)]


def test_a_queue_is_written_with_blanks_and_every_kind_of_rule() -> None:
    front = backed("Front", "Back", 90, True) | routed("Front", conditional("Night", "Day", value=30.5))
    front["routingRules"] = [overflow("Back"), overflow("No", 5, 0, enabled=False)]
    assert """\
# yaml-language-server: $schema=../schemas/policy.v1.schema.json
version: 1
queues:
  - queue: Back
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow: []
    backup: null
    conditional_groups: []
    conditional_group_activation: null
  - queue: Front
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow:
      - target: Back
        threshold: 25
        delay: 60
      - target: "No"
        threshold: 5
        delay: 0
        enabled: false
    backup:
      queue: Back
      agent_wait: 90
      wait_for_agent: true
    conditional_groups:
      - metric: EstimatedWaitTime
        operator: GreaterThan
        value: 30.5
        wait: 60
        groups:
          - Day
          - Night
    conditional_group_activation: null
  - queue: "No"
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow: []
    backup: null
    conditional_groups: []
    conditional_group_activation: null
""" == text_of(front, raw("Back"), raw("No"))


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (OVERFLOW_RULES, ["overflow"]),
        (GENESYS_CLOUD, ["backup", "conditional_groups", "conditional_group_activation"]),
        (MIXED, list(POLICY_KINDS)),
    ],
)
def test_what_live_can_not_hold_is_not_spoken_of(usual: Dialect, said: list[str]) -> None:
    text = text_of({"id": "a", "name": "A"}, usual=usual)
    assert said == [kind for kind in POLICY_KINDS if f"    {kind}: " in text]


def test_what_routes_within_a_queue_is_remarked() -> None:
    front = raw("Front", {"operator": "ANY", "threshold": 50}, overflow("Back"))
    front["bullseye"] = {"rings": [{}, {}]}
    text = text_of(front, raw("Back"))
    assert (
        "  # Within the queue, not managed: 2 bullseye rings, 1 preferred-agent rule\n  - queue: Front\n"
        in text
    )
    assert 1 == text.count("Within the queue")


def test_globs_choose_by_name_and_targets_are_named_all_the_same() -> None:
    live = read([raw("Front", overflow("Back")), raw("Back"), raw("Front Desk"), raw("front")])
    assert ["Front", "Front Desk"] == [each.name for each in choose(live.queues, ["Front*"], [])]
    assert ["Front"] == [each.name for each in choose(live.queues, ["F*", "B*"], ["* Desk", "Back"])]
    assert () == replanned(export(live, ["Front*"]), live).changes
    assert () == export(live, ["Nothing"]).files


def test_a_division_has_a_file_of_its_own() -> None:
    divisions = ["Sales EU", "sales-eu", "Settings", "", "日本 / 東京", None]
    raws = [
        raw(str(place), division=name if name is None else {"id": str(place), "name": name})
        for place, name in enumerate(divisions)
    ]
    files = {file.name: file.queues for file in export(read(raws), split=True).files}
    expected = ["queues", "3", "sales-eu", "settings-2", "sales-eu-2", "日本-東京"]
    assert {f"{name}.yaml": 1 for name in expected} == files


def test_a_file_is_not_called_like_a_device() -> None:
    raws = [raw(name, division={"id": name, "name": name}) for name in ("Con", "LPT1", "Console")]
    assert {"con-2.yaml", "lpt1-2.yaml", "console.yaml"} == {
        file.name for file in export(read(raws), split=True).files
    }


@given(st.text())
def test_a_file_name_is_harmless(name: str) -> None:
    stem = kebab(name)
    assert 0 < len(stem.encode()) < 250
    assert not stem.startswith((".", "-"))
    assert stem.replace("-", "").isalnum()

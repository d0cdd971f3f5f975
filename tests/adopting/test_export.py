"""Policies out of live: planned again, they change nothing."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.adopting.export import Export, choose, export, kebab
from syncer.checks.constructs import check_constructs
from syncer.checks.references import check_references
from syncer.emulator.organization import organization
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES, POLICY_KINDS
from syncer.model.change import Reason
from syncer.model.finding import Finding, has_errors
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.queue import Group
from syncer.model.rule import Dialect
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import Live, read_live
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import parse
from tests.networks import world
from tests.organisations import (
    API,
    NOW,
    Raw,
    backed,
    conditional,
    mixed_organisations,
    overflow,
    raw,
    routed,
)
from tests.organisations import Live as Listing
from tests.properties import examples

NEVER_EXPORTED = ("references.self-target", "references.duplicate-target", "dialect.unused-wait")
HOSTILE = ["No", "on", "123", ": #", "a: b", "'", '"', "\\", "- a", "{id: x}", " ", "\u202e", "\ufeff"]


def read(raws: Iterable[Raw], usual: Dialect = OVERFLOW_RULES, groups: Sequence[Group] | None = None) -> Live:
    """Live as an export reads it."""
    listed = read_live(Listing(raws, usual), PolicySet(), with_groups=True)
    if groups is None:
        return listed
    return Live(listed.api, listed.queues, listed.lock, listed.dialect, tuple(groups))


def loaded(made: Export) -> tuple[PolicySet, list[Finding]]:
    """The policies of exported files, and what is wrong with them."""
    queues: list[Any] = []
    findings: list[Finding] = []
    for file in made.files:
        document = parse(file.name, file.text.encode())
        findings += (*document.findings, *validate(document, POLICY))
        queues += parse_queues(document)
        assert file.queues == len(document.data["queues"])
    return PolicySet(tuple(queues)), findings


def replanned(made: Export, live: Live) -> Plan:
    """The plan of what was exported."""
    wanted, findings = loaded(made)
    assert [] == findings
    inputs = Inputs(wanted, live.queues, API, live.lock, dialect=live.dialect, groups=live.groups)
    return build_plan(inputs, NOW)


def text_of(*raws: Raw, usual: Dialect = OVERFLOW_RULES) -> str:
    (file,) = export(read(raws, usual)).files
    return file.text


def reasons(*raws: Raw, groups: Sequence[Group] | None = None) -> dict[str, str]:
    """Why queues were skipped, by name; and a plan of the rest changes nothing."""
    live = read(raws, groups=groups)
    made = export(live)
    assert () == replanned(made, live).changes
    return {each.queue.name: each.why_not for each in made.skipped}


def is_about_policies(finding: Finding) -> bool:
    return finding.id.startswith(("references", "dialect", "schema", "yaml"))


def renamed(raws: Iterable[Raw], names: Sequence[str]) -> list[Raw]:
    """The same queues with other names."""
    return [{**each, "name": name} for each, name in zip(raws, names, strict=True)]


@given(mixed_organisations(), st.data())
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
def test_a_made_up_organisation_is_exported_whole(size: int) -> None:
    raws = organization(size)
    live = read(raws)
    for split in (False, True):
        made = export(live, split=split)
        plan = replanned(made, live)
        assert (size, (), ()) == (sum(file.queues for file in made.files), made.skipped, plan.changes)
        assert sum(len(queue.rules) for queue in live.queues) == plan.managed_rules
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
  - queue: "No"
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow: []
    backup: null
    conditional_groups: []
""" == text_of(front, raw("Back"), raw("No"))


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (OVERFLOW_RULES, ["overflow"]),
        (GENESYS_CLOUD, ["backup", "conditional_groups"]),
        (MIXED, list(POLICY_KINDS)),
    ],
)
def test_what_live_can_not_hold_is_not_spoken_of(usual: Dialect, said: list[str]) -> None:
    text = text_of({"id": "a", "name": "A"}, usual=usual)
    assert said == [kind for kind in POLICY_KINDS if f"    {kind}: " in text]


def test_a_shared_name_and_one_that_can_not_be_said_are_ids() -> None:
    long, bell = "x" * 257, "a\x07"
    raws = [
        raw("A") | {"id": "1"},
        raw("A") | {"id": "2"},
        raw("Front", overflow("x") | {"overflowTarget": "2"}, overflow("y") | {"overflowTarget": "4"}),
        raw(long) | {"id": "3"},
        raw(bell) | {"id": "4"},
    ]
    assert {} == reasons(*raws)
    text = text_of(*raws)
    for line in ('- queue: {id: "1"}  # A', '- target: {id: "2"}  # A', '- target: {id: "4"}  # a\\u0007'):
        assert line in text
    assert f'- queue: {{id: "3"}}  # {long}' in text


def test_a_watch_of_another_queue_is_exported_by_name() -> None:
    text = text_of(routed("Front", conditional("Day"), conditional("Late", queue="Back")), raw("Back"))
    assert "      - queue: Back\n        metric: EstimatedWaitTime\n" in text


def test_what_can_not_be_said_is_not_managed_and_says_why() -> None:
    raws = (raw("Front", overflow("Back", 25), overflow("Back", 3)), raw("Back"))
    assert {"Front": "2 overflow rules have the same target, Back"} == reasons(*raws)
    assert """\
  # Not managed: 2 overflow rules have the same target, Back.
  # Live has: 25 % to Back after 60 s, 3 % to Back after 60 s
  - queue: Front
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    manage: false
""" in text_of(*raws)


@pytest.mark.parametrize(
    ("queue", "why"),
    [
        (raw("Front", overflow("Gone")), "the target id-Gone, which live does not have"),
        (raw("Front", overflow("Back", 101)), "threshold is 101"),
        (backed("Front", "Gone"), "the target id-Gone, which live does not have"),
        (backed("Front", "Back", 5), "agentWaitSeconds is 5"),
        (routed("Front", conditional("Day", queue="Back")), "first conditional rule of Front watches Back"),
        (routed("Front", conditional("Day"), members=()), "the group Day is no member of Front"),
        (routed("Front", conditional("Gone")), "the group group-Gone is no member of Front"),
        (routed("Front", conditional("Day") | {"metric": "Weather"}), "Weather"),
        (routed("Front", conditional()), "groups"),
        (routed("Front", *[conditional("Day")] * 6), "conditional_groups"),
        (routed("Front", conditional("Day"), conditionalGroupActivation={"a": 1}), "activation"),
        (backed("Front", "Back", division={"id": "1"}), "different divisions"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_reason_is_named(queue: Raw, why: str) -> None:
    found = reasons(queue, raw("Back", division={"id": "2"}), routed("Other", conditional("Day")))
    assert ["Front"] == list(found)
    assert why in found["Front"]


def test_a_queue_that_nothing_can_name_is_in_no_file() -> None:
    nameless = raw("\x00") | {"id": "\x00"}
    target = {"overflowTarget": "\x00"}
    found = reasons(nameless, raw("Front", overflow("x") | target), raw("Back"))
    assert ["\x00", "Front"] == list(found)
    assert "can be written" in found["\x00"]
    assert "a rule has the target \x00: neither its name nor its id can be written" == found["Front"]
    assert () == export(read([nameless])).files


TYPED = (
    {"id": "t1", "name": "Night", "type": "TEAM"},
    {"id": "s1", "name": "123", "type": "SKILLGROUP"},
    {"id": "s2", "name": "Twin", "type": "SKILLGROUP"},
    {"id": "s3", "name": "Twin", "type": "SKILLGROUP"},
    {"id": "t2", "type": "TEAM"},
    {"id": "c1", "name": "Golf", "type": "CLUB"},
    {"id": "t3", "name": "a\nb", "type": "TEAM"},
    {"id": "t4", "name": "x" * 257, "type": "TEAM"},
    {"id": "group-Night", "name": "An Old Name", "type": "GROUP"},
    {"id": "hidden", "name": "Hidden", "type": "GROUP"},
    {"id": "\x00", "name": "\x00", "type": "TEAM"},
)


def asking(*ids: str) -> Raw:
    """A queue that asks groups, whose members are all of ``TYPED``."""
    types = {each["id"]: each["type"] for each in TYPED}
    asked = [{"id": id_, "type": types.get(id_, "TEAM")} for id_ in ids]
    return routed("Front", conditional(groups=asked), memberGroups=list(TYPED))


def test_teams_and_skill_groups_are_named_by_their_type_or_by_their_id() -> None:
    made = asking(*(each["id"] for each in TYPED[:-1]))
    text = text_of(made)
    assert (
        """\
        groups:
          - Hidden
          - Night
          - {id: "c1"}  # CLUB group Golf
          - {id: "s2"}  # skill group Twin
          - {id: "s3"}  # skill group Twin
          - skill_group: "123"
          - {id: "t2"}  # team t2
          - {id: "t3"}  # team a\\u000ab
          - {id: "t4"}  # team %s
          - team: Night
"""
        % ("x" * 257)
        in text
    )
    assert () == replanned(export(read([made])), read([made])).changes


def test_of_each_group_that_can_not_be_named_the_reason_is_told() -> None:
    found = reasons(asking("\x00", "gone", "t1", "group-Late"), routed("Other", conditional("Day")))
    told = "the team \x00: neither its name nor its id can be written"
    late = "the group Late is no member of Front"
    assert {"Front": f"{told}; the team gone is no member of Front; {late}"} == found


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


@given(st.text())
def test_a_file_name_is_harmless(name: str) -> None:
    stem = kebab(name)
    assert 0 < len(stem.encode()) < 250
    assert not stem.startswith((".", "-"))
    assert stem.replace("-", "").isalnum()

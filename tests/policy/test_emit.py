"""From policies to the text of a file, and the same file with changes."""

from typing import Any

import pytest
from hypothesis import given

from syncer.kinds.field import Said
from syncer.kinds.registry import kind_of
from syncer.model.policy import GroupRef, PolicyQueue, PolicySet, QueueRef
from syncer.policy.emit import HEAD, Remarked, Rewriting, file_text, queue_text, written
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import Document, parse
from tests.organizations import Raw, backup, mixed_organizations, policy, rule
from tests.properties import examples


def said(queue: PolicyQueue) -> dict[str, Any]:
    """What a policy says of rules, without its places; what counts for nothing has its default."""
    return {
        name: [(kind_of(each.rule).meaning(each.rule), each.target, each.groups) for each in rules]
        for name, rules in queue.stated.items()
    }


@given(mixed_organizations())
@examples(50)
def test_what_is_written_is_read_again(world: tuple[PolicySet, list[Raw]]) -> None:
    queues = world[0].queues
    document = parse("p.yaml", (file_text(map(Remarked, queues), {}) if queues else f"{HEAD}  []\n").encode())
    assert () == document.findings
    assert () == (validate(document, POLICY) if queues else ())
    read = parse_queues(document)
    assert [(queue.queue, queue.managed) for queue in queues] == [(each.queue, each.managed) for each in read]
    assert [said(queue) if queue.managed else {} for queue in queues] == [said(each) for each in read]


def test_remarks_stand_above_and_a_queue_that_is_not_managed_says_no_rules() -> None:
    queue = Remarked(policy("No", rule("Back"), managed=False), ("Look at this.", "And\nthat."))
    lines = queue_text(queue, {}).splitlines()
    assert ["  # Look at this.", '  - queue: "No"', "    manage: false"] == [lines[0], lines[2], lines[-1]]
    assert lines[1].startswith("  # And")
    assert 6 == len(lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (QueueRef("Sales"), "Sales"),
        (QueueRef("No"), '"No"'),
        (QueueRef(id="q1"), '{id: "q1"}  # Sales EU'),
        (GroupRef(id="unknown"), '{id: "unknown"}'),
        (True, "true"),
        (25, "25"),
        (25.0, "25"),
        (2.5, "2.5"),
        ("on", '"on"'),
    ],
)
def test_values_are_written_as_yaml_has_them(value: Said, text: str) -> None:
    assert text == written(value, {"q1": "Sales EU"})


MINE = """\
version: 1
queues:
  - queue: Front   # ours
    overflow:
      - target: Back
        threshold: 25   # agreed in March
      - target: Old
        threshold: 1
    backup: null
"""


def rewriting() -> tuple[Rewriting, PolicyQueue]:
    document: Document = parse("p.yaml", MINE.encode())
    return Rewriting(document, {}, str), parse_queues(document)[0]


def test_of_rules_that_have_targets_only_what_changed_is_written() -> None:
    file, before = rewriting()
    after = policy("Front", rule("Back", 30, 0), rule("New", 5, 60))
    file.change(0, kind_of(after.rules[0].rule), before, after)
    assert (
        file.text()
        == """\
version: 1
queues:
  - queue: Front   # ours
    overflow:
      - target: Back
        threshold: 30   # agreed in March
      - target: New
        threshold: 5
        delay: 60
    backup: null
"""
    )


def test_a_rule_that_stands_alone_is_written_as_a_whole_and_a_queue_behind_the_last() -> None:
    file, before = rewriting()
    after = policy("Front", backup=backup("Back", 90, True))
    file.change(0, kind_of(after.rules[0].rule), before, after)
    file.append(Remarked(policy("New", rule("Front"))))
    text = file.text()
    assert "    backup:\n      queue: Back\n      agent_wait: 90\n      wait_for_agent: true\n" in text
    assert ["Front", "New"] == [str(each.queue) for each in parse_queues(parse("p.yaml", text.encode()))]


def test_a_remark_stands_above_its_queue_once() -> None:
    first, _ = rewriting()
    first.remark(0, "As live has it.")
    text = first.text()
    assert text == MINE.replace("  - queue: Front", "  # As live has it.\n  - queue: Front")
    second = Rewriting(parse("p.yaml", text.encode()), {}, str)
    second.remark(0, "As live has it.")
    assert text == second.text()

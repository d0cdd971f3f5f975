"""Policy files brought up to date with live."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.adopting.export import Export, export, refresh
from syncer.adopting.update import GONE
from syncer.errors import Refused
from syncer.kinds.backup import BackupRule
from syncer.kinds.registry import POLICY_KINDS
from syncer.model.policy import PolicySet
from syncer.model.settings import Ignore, Settings
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import read_live
from syncer.policy.parse import parse_queues
from syncer.yamlfile.document import parse
from tests.organizations import Live as Listing
from tests.organizations import Raw, backed, conditional, mixed_organizations, overflow, raw, routed
from tests.properties import examples

MINE = """\
# The desk of the north.
version: 1
x-note: mine
queues:
    # Begins here.
    - queue: Back          # the last one
      capacity: 7
      overflow: []
      description: takes it all

    # In the middle.
    - overflow:
        - threshold: 25    # agreed in March
          target: Back     # first
        # The desk goes home at six.
        - target: Desk
          threshold: 5
          delay: 60

        - target: Old      # goes
          threshold: 1
      # About its load.
      base_load: 9
      queue: Front
    - queue: Gone
      manage: false

# The end.
x-last: 1
"""


def refreshed(text: str, *raws: Raw, ignores: Sequence[Ignore] = ()) -> tuple[str, Export]:
    """The text of a file that was brought up to date, and all files of the export."""
    live = read_live(Listing(raws), PolicySet(), with_groups=True)
    made = refresh(live, {"queues.yaml": parse("queues.yaml", text.encode())}, ignores=ignores)
    files = {file.name: file.text for file in made.files}
    return files.get("queues.yaml", text), made


def fresh(name: str) -> str:
    return (
        f"    - queue: {name}\n"
        "      # capacity:    # contacts per interval that it can take\n"
        "      # base_load:   # contacts per interval that are offered to it directly\n"
        "      overflow: []\n"
    )


def test_what_would_close_a_loop_is_not_written_into_a_file() -> None:
    text = "version: 1\nqueues:\n  - queue: A\n    overflow: []\n  - queue: B\n    overflow: []\n"
    raws = (raw("A", overflow("B", 10)), raw("B", overflow("C", 10)), raw("C", overflow("A", 10)))
    made, found = refreshed(text, *raws)
    reasons = {each.queue.name: each.why_not for each in found.skipped}
    assert {
        "A": "A → B → C → A would overflow in a circle: break the loop first",
        "B": "B → C → A → B would overflow in a circle: break the loop first",
        "C": "C → A → B → C would overflow in a circle: break the loop first",
    } == reasons
    assert made.startswith(text)
    assert "# Not managed: C → A → B → C would overflow in a circle: break the loop first." in made


def test_only_what_differs_is_touched() -> None:
    rules = (overflow("Back", 30, 0), overflow("Desk", 5, 90, enabled=False), overflow("New", 2, 3))
    text, _ = refreshed(MINE, raw("Front", *rules), raw("Back"), raw("Desk"), raw("New"), raw("Old"))
    expected = (
        MINE.replace("25 ", "30 ")
        .replace("delay: 60\n", "delay: 90\n          enabled: false\n")
        .replace(
            "        - target: Old      # goes\n          threshold: 1\n",
            "        - target: New\n          threshold: 2\n          delay: 3\n",
        )
        .replace("    - queue: Gone", "    # The organization does not list it any more.\n    - queue: Gone")
        .replace("manage: false\n", "manage: false\n" + "".join(map(fresh, ["Desk", "New", "Old"])))
    )
    assert expected == text


def test_once_more_changes_nothing() -> None:
    raws = [raw("Front", overflow("Back", 1)), raw("Back", overflow("Front", 2))]
    text, _ = refreshed(MINE, *raws)
    again, made = refreshed(text, *raws)
    assert (text, ()) == (again, made.files)


def test_no_rules_and_first_rules() -> None:
    rules = "- queue: B\n  overflow:\n  - {target: A, threshold: 1}\n"
    text = f"version: 1\nqueues:\n- queue: A\n  overflow: []  # none\n{rules}"
    after, _ = refreshed(text, raw("A", overflow("B", 3, 4)), raw("B"))
    assert (
        "version: 1\nqueues:\n- queue: A\n  overflow:\n    - target: B\n      threshold: 3\n      delay: 4\n"
        "- queue: B\n  overflow: []\n"
    ) == after


def test_other_kinds_are_written_where_the_policy_speaks_of_them() -> None:
    text = (
        "version: 1\nqueues:\n  - queue: A\n    backup: null\n    conditional_groups: []\n"
        "  - queue: B\n    overflow: []\n"
    )
    one = backed("A", "B") | routed("A", conditional("Day"))
    after, _ = refreshed(text, one | {"directRouting": {"backupQueueId": "id-B"}}, backed("B", "A"))
    backup = "    backup:\n      queue: B\n"
    assert f"{backup}    conditional_groups:\n      - metric" in after
    assert 1 == after.count("backup")


def test_what_is_not_managed_or_can_not_be_said_stays() -> None:
    text = "version: 1\nqueues:\n  - queue: A\n    manage: false\n  - queue: B\n    overflow: []\n"
    after, made = refreshed(text, raw("A", overflow("B")), raw("B", overflow("A"), overflow("A", 1)))
    assert (text, ["B"]) == (after, [each.queue.name for each in made.skipped])


TUNED = """\
version: 1
queues:
  - queue: A
    overflow:
      - target: {id: id-B}
        threshold: 25    # agreed in March
        delay: 60
    backup:
      queue: B
      agent_wait: 90
      wait_for_agent: true
    conditional_groups:
      - metric: EstimatedWaitTime
        operator: GreaterThan
        value: 5
        groups: [Day]
"""
LIVE = (
    routed("A", conditional("Day", value=6, wait=8), conditional("Late"))
    | raw("A", overflow("B", 7, 9), overflow("C", 1, 2))
    | {"directRouting": {"backupQueueId": "id-B", "agentWaitSeconds": 61, "waitForAgent": True}}
)
OTHERS = (raw("B"), raw("C"))


def test_ignored_fields_stay_as_the_file_says_them() -> None:
    after, _ = refreshed(TUNED, LIVE, *OTHERS, ignores=[Ignore(("A",), ("threshold", "agent_wait", "value"))])
    policy = parse_queues(parse("", after.encode()))[0]
    assert "threshold: 25    # agreed in March\n        delay: 9\n" in after
    said = {kind: [each.rule.values() for each in rules] for kind, rules in policy.stated.items()}
    assert [(25, 9), (1, 2)] == [(each["threshold"], each["delay"]) for each in said["overflow"]]
    assert [{"agent_wait": 90, "wait_for_agent": True}] == said["backup"]
    assert [(5, 8), (30, 60)] == [(each["value"], each["wait"]) for each in said["conditional_groups"]]


def test_another_backup_queue_is_not_the_one_that_the_file_says() -> None:
    waits = {"agentWaitSeconds": 61, "waitForAgent": True}
    elsewhere = LIVE | {"directRouting": {"backupQueueId": "id-C", **waits}}
    after, _ = refreshed(TUNED, elsewhere, *OTHERS, ignores=[Ignore(("A",), ("agent_wait",))])
    policy = parse_queues(parse("", after.encode()))[0]
    assert (BackupRule("C", 61, True),) == tuple(each.rule for each in policy.stated["backup"])


def test_ignored_kinds_and_queues_stay_as_the_file_says_them() -> None:
    everything = [Ignore(("A",), tuple(POLICY_KINDS))]
    for ignores in (everything, [Ignore(("A",))]):
        after, _ = refreshed(TUNED, LIVE, *OTHERS, ignores=ignores)
        assert after.startswith(TUNED)
    assert not refreshed(TUNED, LIVE, *OTHERS, ignores=[Ignore(("B",))])[0].startswith(TUNED)


BRACKETS = "queues: [{queue: A, overflow: [{target: B, threshold: 1}]}, {queue: B}]\n"
REPEATED = """\
queues:
- queue: A
  overflow: &rules
  - target: B
    threshold: 1
- queue: C
  overflow: *rules
- queue: B
"""
ANCHORED = """\
queues:
- queue: A
  overflow:
  - target: B
    threshold: &five 5
- queue: B
  capacity: *five
"""


@pytest.mark.parametrize("text", [BRACKETS, REPEATED, ANCHORED])
def test_what_can_not_be_changed_in_place_is_refused(text: str) -> None:
    live = [raw("A", overflow("B", 9, 5)), raw("B"), raw("C", overflow("B", 1, 0))]
    with pytest.raises(Refused, match=r"queues\.yaml can't be brought up to date"):
        refreshed(f"version: 1\n{text}", *live)


def test_brackets_are_no_reason_to_refuse_where_a_figure_changes() -> None:
    after, _ = refreshed(f"version: 1\n{BRACKETS}", raw("A", overflow("B", 9, 0)), raw("B"))
    assert f"version: 1\n{BRACKETS.replace('threshold: 1', 'threshold: 9')}" == after


NIGHT = {"id": "t1", "name": "Night", "type": "TEAM"}
TYPES = """\
version: 1
queues:
  - queue: Front
    conditional_groups:
      - metric: EstimatedWaitTime
        operator: GreaterThan
        value: 30
        wait: 60
        groups: [Night, {team: Night}]   # both of them
"""


def test_teams_and_skill_groups_are_told_apart_from_groups_of_their_name() -> None:
    members = [*routed("A")["memberGroups"], NIGHT, {**NIGHT, "id": "s1", "type": "SKILLGROUP"}]

    def front(*asked: dict[str, str]) -> Raw:
        return routed("Front", conditional(groups=list(asked)), memberGroups=members)

    group, skill = {"id": "group-Night", "type": "GROUP"}, {"id": "s1", "type": "SKILLGROUP"}
    assert TYPES == refreshed(TYPES, front(group, NIGHT))[0]
    after, _ = refreshed(TYPES, front(group, skill))
    assert TYPES.partition("        groups")[0] in after
    assert after.endswith("        groups:\n          - Night\n          - skill_group: Night\n")
    assert after == refreshed(after, front(skill, group))[0]


def test_new_queues_go_to_the_file_of_their_division() -> None:
    live = read_live(
        Listing(raw(name, division={"id": name[0], "name": name[0]}) for name in ("a1", "a2", "b1")),
        PolicySet(),
    )
    there = {
        file.name: parse(file.name, file.text.encode()) for file in export(live, ["a1"], split=True).files
    }
    made = refresh(live, there, split=True)
    assert [("a.yaml", 2), ("b.yaml", 1)] == [(file.name, file.queues) for file in made.files]


FIELDS = ["overflow", "threshold", "enabled", "backup", "agent_wait", "conditional_groups", "value", "groups"]
IGNORES = st.frozensets(st.sampled_from(FIELDS)).map(lambda fields: [Ignore(("Q[1-4]",), tuple(fields))])


@given(mixed_organizations(), mixed_organizations(), st.just([]) | IGNORES)
@examples(50)
def test_after_an_update_there_is_nothing_to_change(
    before: tuple[PolicySet, list[Raw]], after: tuple[PolicySet, list[Raw]], ignores: list[Ignore]
) -> None:
    old = read_live(Listing(before[1]), PolicySet(), "mixed", with_groups=True)
    live = read_live(Listing(after[1][1:]), PolicySet(), "mixed", with_groups=True)
    there = {file.name: parse(file.name, file.text.encode()) for file in export(old).files}
    made = refresh(live, there, ignores=ignores)
    texts = {name: "\n".join(document.lines) for name, document in there.items()}
    texts |= {file.name: file.text for file in made.files}
    queues = [queue for text in texts.values() for queue in parse_queues(parse("", text.encode()))]
    wanted = PolicySet(tuple(queues))
    said = Settings(ignore=tuple(ignores))
    inputs = Inputs(
        wanted, live.queues, live.api, live.lock, settings=said, dialect=live.dialect, groups=live.groups
    )
    changes = build_plan(inputs, "2026-03-01T08:30:00.000Z").changes
    assert {change.queue for change in changes} <= {each.queue.id for each in made.skipped}
    assert 6 == len(queues)


OF_TWO = """\
version: 1
queues:
  - queue: Front
    only: [test]
    overflow: []
  - queue: Back
    overflow: []
  - queue: Gone
    only: [test]
    manage: false
"""
IN_LIVE = (raw("Front", overflow("Back", 25)), raw("Back"))


@pytest.mark.parametrize("environment", ["prod", "test"])
def test_an_entry_for_other_environments_stays(environment: str) -> None:
    live = read_live(Listing(IN_LIVE), PolicySet(), with_groups=True)
    made = refresh(live, {"queues.yaml": parse("queues.yaml", OF_TWO.encode())}, environment=environment)
    (file,) = made.files
    assert (OF_TWO in file.text) == (environment == "prod")
    queues = parse_queues(parse("a.yaml", file.text.encode()))
    found = [
        (str(queue.queue), [each.name for each in queue.only], len(queue.rules))
        for queue in queues
        if queue.counts_in(environment)
    ]
    own = {"prod": [("Back", [], 0), ("Front", ["prod"], 1)]}
    updated = [("Front", ["test"], 1), ("Back", [], 0), ("Gone", ["test"], 0)]
    assert own.get(environment, updated) == found
    assert (GONE in file.text) == (environment == "test")

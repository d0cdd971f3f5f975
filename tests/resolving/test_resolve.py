from dataclasses import replace

from syncer.kinds.backup import BACKED, BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import MIXED, POLICY_KINDS
from syncer.live.view import View
from syncer.model.finding import Finding, Position, Severity
from syncer.model.network import Edge, Node
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import TEAM, Group, LiveQueue
from syncer.model.rule import SHARE, WATCH
from syncer.resolving.known_names import KnownNames
from syncer.resolving.resolve import Desired, Resolved, resolve_live, resolve_offline
from tests.stated import backed_by, groups_when, overflow_to, stated

UNSEEN = "or let the client see it, if its roles cover only some divisions"


def at(line: int) -> Position:
    return Position("p.yaml", line, 1)


def rule(target: str, line: int = 1, *, key: str = "", enabled: bool = True) -> PolicyRule:
    return overflow_to(QueueRef(target, key), 25, 60, enabled, at(line))


def queue(name: str, *rules: PolicyRule, key: str = "", managed: bool = True, line: int = 1) -> PolicyQueue:
    return PolicyQueue(QueueRef(name, key), managed, 60.0, 5.0, {"overflow": rules}, at(line))


def live(key: str, name: str, *rules: OverflowRule) -> LiveQueue:
    return LiveQueue(key, name, rules=rules)


def resolve(queues: list[PolicyQueue], *lives: LiveQueue) -> Resolved:
    return resolve_live(PolicySet(tuple(queues)), lives)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, Severity, str, str]]:
    return [(f.id, f.severity, f.message, f.tip) for f in findings]


def test_offline_targets_that_no_policy_knows_are_nodes() -> None:
    policies = PolicySet(
        (
            queue("B", rule("A", 2), rule("", 3, key="z"), line=1),
            queue("A", managed=False, line=4),
            queue("B", rule("C"), line=5),
            queue("D", rule("A"), managed=False, line=6),
        )
    )
    network, findings = resolve_offline(policies)
    assert findings == ()
    assert (
        Node("A", "A", False, 60.0, 5.0, at(4), rules_known=False),
        Node("B", "B", True, 60.0, 5.0, at(1)),
        Node("D", "D", False, 60.0, 5.0, at(6), rules_known=False),
        Node("z", "z"),
    ) == network.nodes
    assert (
        Edge("B", "A", 25, 60, True, True, at(2), kind="overflow"),
        Edge("B", "z", 25, 60, True, True, at(3), kind="overflow"),
    ) == network.edges


def test_agents_and_handle_times_stand_in_the_network() -> None:
    staffed = replace(queue("One"), agents=12, aht=300.0)
    expected = Node("1", "One", True, 60.0, 5.0, at(1), 12, 300.0)
    assert (expected, Node("2", "Two")) == resolve(
        [staffed], live("1", "One"), live("2", "Two")
    ).network.nodes
    assert ((12, 300.0),) == tuple(
        (node.agents, node.aht) for node in resolve_offline(PolicySet((staffed,)))[0].nodes
    )


def test_policies_lie_on_top_of_live() -> None:
    found = resolve(
        [
            queue("One", rule("Two", 2), rule("", 3, key="3", enabled=False), rule("Four", 4)),
            queue("Two", managed=False),
        ],
        live("4", "Four", OverflowRule("1", 10, 0, True)),
        live("1", "One", OverflowRule("2", 5, 5, True), OverflowRule("3", 1, 1, False)),
        live("2", "Two", OverflowRule("3", 7, 7, False)),
        live("3", "Three"),
    )
    assert found.findings == ()
    assert [node.name for node in found.network.nodes] == ["Four", "One", "Three", "Two"]
    assert [
        Node("4", "Four"),
        Node("1", "One", True, 60.0, 5.0, at(1)),
        Node("3", "Three"),
        Node("2", "Two", False, 60.0, 5.0, at(1)),
    ] == list(found.network.nodes)
    assert [
        Edge("4", "1", 10, 0, True, kind="overflow"),
        Edge("1", "2", 25, 60, True, False, at(2), kind="overflow"),
        Edge("1", "3", 25, 60, False, True, at(3), kind="overflow"),
        Edge("1", "4", 25, 60, True, True, at(4), kind="overflow"),
        Edge("2", "3", 7, 7, False, kind="overflow"),
    ] == list(found.network.edges)
    rules = (
        OverflowRule("2", 25, 60, True),
        OverflowRule("3", 25, 60, False),
        OverflowRule("4", 25, 60, True),
    )
    assert {"1": Desired(rules, ("overflow",), (at(2), at(3), at(4)))} == found.desired


def test_a_name_that_live_does_not_know_leaves_its_queue_alone() -> None:
    found = resolve(
        [
            queue("One", rule("Tow", 2), rule("Two", 3)),
            queue("Thre", line=4),
            queue("", key="9", line=5),
            queue("Sales"),
        ],
        live("1", "One", OverflowRule("3", 1, 1, True)),
        live("2", "Two 2"),
        live("3", "Three"),
    )
    assert found.desired == {}
    assert [Edge("1", "3", 1, 1, True, kind="overflow")] == list(found.network.edges)
    unknown, error = "references.unknown", Severity.ERROR
    by_id = f"look the id up in the organization, or give the name of the queue; {UNSEEN}"
    letters = f"create the queue first, or correct the name, which must match letter by letter; {UNSEEN}"
    assert [
        (unknown, error, "the organization lists no queue 'Thre'", "did you mean 'Three'?"),
        (unknown, error, "the organization lists no queue with the id '9'", by_id),
        (unknown, error, "the organization lists no queue 'Sales'", letters),
        (unknown, error, "the organization lists no queue 'Tow'", letters),
        (unknown, error, "the organization lists no queue 'Two'", "did you mean 'Two 2'?"),
    ] == told(found.findings)
    assert [at(4), at(5), at(1), at(2), at(3)] == [finding.position for finding in found.findings]
    assert [finding.queue for finding in found.findings] == ["Thre", "9", "Sales", "One", "One"]


def test_a_name_of_two_live_queues_asks_for_the_id() -> None:
    found = resolve([queue("One", rule("Two"))], live("1", "One"), live("b", "Two"), live("a", "Two"))
    tip = "write {id: ...} instead of the name, with one of a, b"
    message = "the organization has 2 queues with the name 'Two'"
    assert [("references.ambiguous", Severity.ERROR, message, tip)] == told(found.findings)


def test_a_long_list_of_ids_is_cut() -> None:
    found = resolve([queue("One")], *(live(f"{n:02d}", "One") for n in range(12)))
    assert found.findings[0].tip.endswith("with one of 00, 01, 02, 03, 04, 05, 06, 07, 08, 09, …")


def test_what_only_ids_bring_to_light() -> None:
    found = resolve(
        [
            queue("One", rule("Two", 2), rule("", 3, key="2"), rule("", 4, key="1"), line=1),
            queue("", key="1", line=5),
        ],
        live("1", "One"),
        live("2", "Two"),
    )
    assert [finding.id for finding in found.findings] == [
        "references.duplicate-queue",
        "references.self-target",
        "references.duplicate-target",
    ]
    assert [finding.message for finding in found.findings] == [
        "'One' and the id '1' are the same live queue ('One')",
        "'One' overflows to the id '1', which is the same queue",
        "'One' has two rules to one queue: 'Two' and the id '2' are the same live queue",
    ]
    assert [at(5), at(4), at(3)] == [finding.position for finding in found.findings]
    assert [desired.target for desired in found.desired["1"].rules] == ["2", "1"]


def test_a_rule_that_leads_nowhere_in_live_makes_no_edge() -> None:
    found = resolve([], live("1", "One", OverflowRule("gone", 5, 5, True)))
    assert found.network.edges == ()
    assert [(f.id, f.severity) for f in found.findings] == [("references.dangling", Severity.WARNING)]


MIXED_LIVE = (live("1", "One"), live("2", "Two"))
GROUPS = (Group("g1", "Day"), Group("g2", "Night"), Group("g3", "Twin"), Group("g4", "Twin"))


def watching(*named: GroupRef, target: QueueRef | None = None) -> PolicyRule:
    return groups_when("ServiceLevel", "LessThan", 80.0, 5, named, target, at(7))


def resolve_kinds(*rules: PolicyRule, backup: PolicyRule | None = None) -> Resolved:
    policy = replace(queue("One"), stated=stated(backup, *rules, kinds=POLICY_KINDS))
    return resolve_live(PolicySet((policy,)), MIXED_LIVE, MIXED, GROUPS)


def test_backup_queues_and_groups_by_name_and_id() -> None:
    for target in (QueueRef("Two"), QueueRef(id="2")):
        found = resolve_kinds(
            watching(GroupRef("Night"), GroupRef(id="g1")),
            watching(GroupRef("Night"), target=target),
            backup=backed_by(target, 90, True, at(4)),
        )
        assert ((), found.desired["1"].kinds) == (found.findings, POLICY_KINDS)
        rules = (
            BackupRule("2", 90, True),
            GroupRule(1, "", "ServiceLevel", "LessThan", 80.0, 5, ("g1", "g2")),
            GroupRule(2, "2", "ServiceLevel", "LessThan", 80.0, 5, ("g2",)),
        )
        assert (rules, (at(4), at(7), at(7))) == (found.desired["1"].rules, found.desired["1"].positions)
        assert [
            Edge("1", "2", 100, 90, True, True, at(4), BACKED, kind="backup"),
            Edge("1", "2", 0, 5, True, True, at(7), WATCH, kind="conditional_groups"),
        ] == list(found.network.edges)


TEAMS = (Group("t1", "Night", TEAM), Group("t2", "Twin", TEAM), Group("t3", "Twin", TEAM))


def test_teams_and_skill_groups_are_looked_for_among_the_members_of_the_queue() -> None:
    one = replace(live("1", "One"), groups=TEAMS, members=frozenset({"t1", "t2", "t3"}))

    def resolve_one(*named: GroupRef) -> Resolved:
        policy = replace(queue("One"), stated=stated(watching(*named)))
        return resolve_live(PolicySet((policy,)), (one,), MIXED, (*GROUPS, *TEAMS))

    both = resolve_one(GroupRef("Night", type=TEAM), GroupRef("Night"))
    (asked,) = both.desired["1"].rules
    assert isinstance(asked, GroupRule)
    assert ((), ("g2", "t1")) == (both.findings, asked.groups)
    for wanted, id_, message, tip in (
        (
            GroupRef("Nigth", type=TEAM),
            "references.unknown",
            "the organization lists no team 'Nigth'",
            "did you mean {team: 'Night'}?",
        ),
        (
            GroupRef("Twin", type=TEAM),
            "references.ambiguous",
            "the organization has 2 teams with the name 'Twin'",
            "write {id: ...} instead of the name, with one of t2, t3",
        ),
    ):
        found = resolve_one(wanted)
        assert ({}, [(id_, Severity.ERROR, message, tip)]) == (found.desired, told(found.findings))
        assert [at(7)] == [finding.position for finding in found.findings]


def test_a_group_or_queue_that_can_not_be_found_leaves_its_queue_alone() -> None:
    for rules, backup, message, tip in (
        (
            [watching(GroupRef("Nigt"))],
            None,
            "the organization lists no group 'Nigt'",
            "did you mean 'Night'?",
        ),
        (
            [watching(GroupRef(id="g9"))],
            None,
            "no group that the organization lists, and no team or skill group of a queue, has the id 'g9'",
            f"look the id up in the organization, or give the name of the group; {UNSEEN}",
        ),
        (
            [watching(GroupRef("Twin"))],
            None,
            "the organization has 2 groups with the name 'Twin'",
            "write {id: ...} instead of the name, with one of g3, g4",
        ),
        (
            [watching(GroupRef("Night"), target=QueueRef("Too"))],
            None,
            "the organization lists no queue 'Too'",
            "did you mean 'Two'?",
        ),
        (
            [],
            backed_by(QueueRef(id="9"), position=at(7)),
            "the organization lists no queue with the id '9'",
            f"look the id up in the organization, or give the name of the queue; {UNSEEN}",
        ),
    ):
        found = resolve_kinds(*rules, backup=backup)
        assert ({}, [(message, tip, at(7))]) == (
            found.desired,
            [(finding.message, finding.tip, finding.position) for finding in found.findings],
        )


def test_offline_every_kind_of_rule_is_an_edge_by_names() -> None:
    rules = stated(
        rule("Two", 2),
        backed_by(QueueRef("Three"), 90, False, at(3)),
        watching(GroupRef("Night")),
        watching(GroupRef("Night"), target=QueueRef("Four")),
    )
    policy = replace(queue("One"), stated=rules)
    network, _ = resolve_offline(PolicySet((policy,)))
    assert ["Four", "One", "Three", "Two"] == [node.name for node in network.nodes]
    assert [("Two", SHARE), ("Three", BACKED), ("Four", WATCH)] == [
        (edge.target, edge.role) for edge in network.edges
    ]
    assert [["Two", "Three"], ["Four"]] == [
        [edge.target for edge in edges[1]] for edges in (network.in_force, network.watches)
    ]


HIDDEN = "not visible to this client, or deleted"
SEE = "give a role of the client routing:queue:view in the division of the queue"
PARTIAL = View(True, ("Home",))


def test_in_a_partial_view_a_queue_that_is_not_listed_may_be_there() -> None:
    """No tip with another name: the right one may be hidden."""
    wanted = PolicySet((queue("Orders", rule("Return", 2), rule("", 3, key="z")), queue("Sale", line=4)))
    lives = (live("o", "Orders"), live("r", "Returns"), live("s", "Sales", OverflowRule("gone")))
    found = resolve_live(wanted, lives, view=PARTIAL).findings
    tip = f"{SEE}, or correct the name or id"
    assert [
        ("references.unknown", Severity.ERROR, f"'Sale' is {HIDDEN}", tip),
        ("references.unknown", Severity.ERROR, f"'Return' is {HIDDEN}", tip),
        ("references.unknown", Severity.ERROR, f"the id 'z' is {HIDDEN}", tip),
        (
            "references.dangling",
            Severity.WARNING,
            f"a live rule of 'Sales' has the target 'gone', which is {HIDDEN}",
            f"{SEE}; the rule stays as it is, and no check covers it",
        ),
    ] == told(found)


def test_in_a_partial_view_nothing_that_was_applied_is_called_deleted() -> None:
    before = KnownNames({"old": "Orders", "gone": "Claims"})
    wanted = PolicySet((queue("Orders"), queue("Claims", line=2)))
    found = resolve_live(wanted, (live("new", "Orders"),), before=before, view=PARTIAL).findings
    assert [
        f"'Orders' was old when it was last applied, which is {HIDDEN}; now it is new",
        f"'Claims' is {HIDDEN}; when it was last applied it was 'Claims' (gone)",
    ] == [finding.message for finding in found]

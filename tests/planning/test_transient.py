"""Capacity on the way between two networks that both fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.loads import LEAST, MOST, LoadedNetwork, Loads, loads
from syncer.graph.cycles import looped
from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node, Transfer, edges_of
from syncer.model.rule import Rule
from syncer.planning.order import in_safe_order
from tests.properties import examples

Rules = Mapping[str, tuple[Rule, ...]]


def rules(**thresholds: int) -> tuple[Rule, ...]:
    return tuple(OverflowRule(target, percent, 0, True) for target, percent in thresholds.items())


def network(nodes: Sequence[Node], of: Rules) -> Network:
    edges = (edge for key, found in of.items() for rule in found for edge in edges_of(key, rule))
    return Network(tuple(nodes), tuple(edges))


def planned(
    nodes: Sequence[Node], before: Rules, after: Rules
) -> tuple[tuple[QueueChange, ...], tuple[Finding, ...]]:
    ends = (LoadedNetwork.of(network(nodes, end)) for end in (before, after))
    return in_safe_order(changes_of(nodes, before, after), *ends)


def changes_of(nodes: Sequence[Node], before: Rules, after: Rules) -> list[QueueChange]:
    return [
        QueueChange(
            *(node.key, node.name, (), before.get(node.key, ()), after.get(node.key, ())),
            kinds=("overflow", "backup"),
        )
        for node in nodes
        if before.get(node.key, ()) != after.get(node.key, ())
    ]


def node(name: str, base: float = 0.0, capacity: float | None = None) -> Node:
    return Node(name, name, True, capacity, base)


def waits(changes: Sequence[QueueChange]) -> dict[str, tuple[str, ...]]:
    return {change.queue: change.waits_for for change in changes}


def test_who_sends_more_waits_for_who_sends_less() -> None:
    nodes = [node("A", 100), node("B", 100), node("T", capacity=50)]
    there = {"A": rules(T=30)}, {"B": rules(T=40)}
    for (before, after), first, then in ((there, "A", "B"), (there[::-1], "B", "A")):
        changes, findings = planned(nodes, before, after)
        assert {first: (), then: (first,)} == waits(changes)
        assert [(first, 1), (then, 2)] == [(change.queue, change.step) for change in changes]
        assert () == findings


def test_nobody_waits_where_everything_fits_at_once() -> None:
    nodes = [node("A", 100), node("B", 100), node("T", capacity=70)]
    changes, findings = planned(nodes, {"A": rules(T=30)}, {"B": rules(T=40)})
    assert {"A": (), "B": ()} == waits(changes)
    assert () == findings


def test_a_warning_where_sinks_first_leaves_no_order() -> None:
    # A sends less, but waits for B, which it begins to feed.
    nodes = [node("A", 100), node("B", 100), node("T", capacity=50)]
    before = {"A": rules(T=45)}
    after = {"A": rules(B=1), "B": rules(T=40)}
    changes, [finding] = planned(nodes, before, after)
    assert {"B": (), "A": ("B",)} == waits(changes)
    assert ("capacity.transient", Severity.WARNING, "T") == (finding.id, finding.severity, finding.queue)
    assert "while this is applied, T may receive 45 from A and 40 from B: 85 of 50" == finding.message


def test_what_grows_through_an_unchanged_queue_is_warned_of() -> None:
    # Once A is written, S sends 40 while B may still send 30.
    nodes = [node("A", 100), node("S"), node("B", 100), node("T", capacity=50)]
    before = {"S": rules(T=100), "B": rules(T=30)}
    after = {"A": rules(S=40), "S": rules(T=100)}
    _, [finding] = planned(nodes, before, after)
    assert "while this is applied, T may receive 40 from S and 30 from B: 70 of 50" == finding.message


def test_what_overfills_a_queue_on_the_way_overfills_those_behind_it_too() -> None:
    # S takes 40 from A, then 40 from B, and 80 in between; it bears that, T does not.
    nodes = [node("A", 100), node("B", 100), node("S", capacity=90), node("T", capacity=50)]
    before = {"A": rules(S=40), "S": rules(T=100)}
    after = {"B": rules(S=40), "S": rules(T=100)}
    _, [finding] = planned(nodes, before, after)
    assert "while this is applied, T may receive 80 from S: 80 of 50" == finding.message


def test_an_order_upstream_is_an_order_for_those_behind_it() -> None:
    nodes = [node("A", 100), node("B", 100), node("S", capacity=50), node("T", capacity=50)]
    before = {"A": rules(S=40), "S": rules(T=100)}
    after = {"B": rules(S=40), "S": rules(T=100)}
    changes, findings = planned(nodes, before, after)
    assert {"A": (), "B": ("A",)} == waits(changes)
    assert () == findings


def test_growth_all_along_a_path_needs_no_order() -> None:
    nodes = [node("A", 100), node("B", 100, 20), node("C", capacity=24)]
    before = {"A": rules(B=10), "B": rules(C=10)}
    after = {"A": rules(B=20), "B": rules(C=20)}
    assert () == planned(nodes, before, after)[1]


def test_shares_that_move_along_a_path_are_written_sinks_first_where_a_target_is_small() -> None:
    # Written first, U would send V 90, and V 45 of them on to T.
    nodes = [node("U", 100), node("V"), node("T", capacity=20)]
    before = {"U": rules(V=10), "V": rules(T=50)}
    after = {"U": rules(V=90), "V": rules(T=10)}
    changes, findings = planned(nodes, before, after)
    assert ({"V": (), "U": ("V",)}, ()) == (waits(changes), findings)
    roomy = [node("U", 100), node("V"), node("T", capacity=45)]
    assert ({"V": (), "U": ()}, ()) == (waits(planned(roomy, before, after)[0]), findings)


def test_only_the_cone_of_a_small_target_is_written_sinks_first() -> None:
    nodes = [node(name, 100 * (name in "UX")) for name in ("U", "V", "X", "Y", "Z")]
    nodes.append(node("T", capacity=20))
    before = {"U": rules(V=10), "V": rules(T=50), "X": rules(Y=10), "Y": rules(Z=50)}
    after = {"U": rules(V=90), "V": rules(T=10), "X": rules(Y=90), "Y": rules(Z=10)}
    changes, findings = planned(nodes, before, after)
    assert ({"V": (), "U": ("V",), "X": (), "Y": ()}, ()) == (waits(changes), findings)


def test_a_rule_that_turns_round_is_bounded_closely() -> None:
    nodes = [node("A", 100), node("B", 100), node("C", capacity=40)]
    before = {"A": rules(B=20), "B": rules(C=30)}
    after = {"B": rules(A=20, C=30)}
    assert () == planned(nodes, before, after)[1]


def test_a_target_that_fits_at_one_end_only_is_not_the_business_of_the_way() -> None:
    nodes = [node("A", 100), node("B", 100), node("T", capacity=35)]
    changes, findings = planned(nodes, {"A": rules(T=30)}, {"B": rules(T=40)})
    assert ({"A": (), "B": ()}, ()) == (waits(changes), findings)


def test_one_change_has_no_way() -> None:
    # All that A sends to T it sends through S or R, never through both at once.
    nodes = [node("A", 100), node("S"), node("R"), node("T", capacity=50)]
    through = {"S": rules(T=100), "R": rules(T=100)}
    changes, findings = planned(nodes, {"A": rules(S=40), **through}, {"A": rules(R=40), **through})
    assert (1, ()) == (len(changes), findings)


def test_many_sources_are_put_in_order_without_looking_at_every_moment() -> None:
    olds, news = [f"old{n}" for n in range(10)], [f"new{n}" for n in range(10)]
    nodes = [*(node(name, 100) for name in (*olds, *news)), node("T", capacity=50)]
    changes, findings = planned(
        nodes, {name: rules(T=4) for name in olds}, {name: rules(T=5) for name in news}
    )
    assert dict.fromkeys(news, tuple(olds)) | dict.fromkeys(olds, ()) == waits(changes)
    assert () == findings


def test_very_many_sources_wait_for_one_that_waits_for_the_others() -> None:
    olds, news = [f"old{n:03}" for n in range(100)], [f"new{n:03}" for n in range(100)]
    nodes = [*(node(name, 100) for name in (*olds, *news)), node("T", capacity=500)]
    changes, findings = planned(
        nodes, {name: rules(T=4) for name in olds}, {name: rules(T=5) for name in news}
    )
    first, *others = olds
    expected = dict.fromkeys(others, ()) | {first: tuple(others)} | dict.fromkeys(news, (first,))
    assert expected == waits(changes)
    assert 199 == sum(len(change.waits_for) for change in changes)
    assert () == findings


def test_many_sources_are_not_all_named() -> None:
    olds, news = [f"old{n}" for n in range(10)], [f"new{n}" for n in range(10)]
    nodes = [*(node(name, 100) for name in (*olds, *news)), node("T", capacity=50)]
    before = {name: rules(T=4) for name in olds}
    after = {name: rules(T=5) for name in news} | {name: rules(new9=0) for name in olds}
    _, [finding] = planned(nodes, before, after)
    parts = "5 from new0, 5 from new1, 5 from new2, 5 from new3 and 5 from new4".replace(", ", " and ")
    assert f"while this is applied, T may receive {parts} and 15 more: 90 of 50" == finding.message


def test_behind_a_loop_that_is_not_mended_yet_the_bound_counts() -> None:
    # X is written first; then Y and Z still send their contacts round and to X, nobody knows how many.
    nodes = [node("W", 100), node("X", 10), node("Y", 10), node("Z", 10), node("T", capacity=41)]
    before = {"W": rules(T=30), "X": rules(Y=10), "Y": rules(X=10, Z=10), "Z": rules(Y=10)}
    after = {"W": rules(T=30), "X": rules(T=100), "Y": rules(X=10)}
    changes, [finding] = planned(nodes, before, after)
    assert {"X": (), "Y": ("X",), "Z": ()} == waits(changes)
    assert "T" == finding.queue


BACKUP_OF_X: tuple[Rule, ...] = (BackupRule("X"),)
BACKUP_OF_T: tuple[Rule, ...] = (BackupRule("T"),)
BEHIND_A_BACKUP: tuple[Rule, ...] = (BackupRule("X"), OverflowRule("T", 40, 30, True))


def test_what_a_backup_queue_leaves_may_be_all_that_there_is() -> None:
    nodes = [node("A", 100), node("B", 100), node("X"), node("T", capacity=50)]
    before, after = {"A": BEHIND_A_BACKUP}, {"A": BACKUP_OF_X, "B": rules(T=40)}
    changes, findings = planned(nodes, before, after)
    assert ({"A": (), "B": ("A",)}, ()) == (waits(changes), findings)


def test_what_a_backup_queue_leaves_is_warned_of_where_no_order_helps() -> None:
    # A sends less, but waits for B, which it begins to feed.
    nodes = [node("A", 100), node("B", 100), node("X"), node("T", capacity=50)]
    before = {"A": BEHIND_A_BACKUP}
    after = {"A": (*BACKUP_OF_X, *rules(B=1)), "B": rules(T=40)}
    _, [finding] = planned(nodes, before, after)
    assert "while this is applied, T may receive 40 from A and 40 from B: 80 of 50" == finding.message


def test_what_a_backup_queue_may_get_does_not_hide_what_is_certain_on_the_way() -> None:
    # D may send T up to 100 before; for certain, T takes 40 before, 40 after and 80 in between.
    nodes = [node("A", 100), node("B", 100), node("D", 100), node("T", capacity=50)]
    before = {"A": rules(T=40), "D": BACKUP_OF_T}
    after = {"A": rules(B=1), "B": rules(T=40)}
    _, [finding] = planned(nodes, before, after)
    assert "while this is applied, T may receive 40 from A and 40 from B: 80 of 50" == finding.message
    changes, findings = planned(nodes, before, {"B": rules(T=40)})
    assert ({"A": (), "B": ("A",), "D": ()}, ()) == (waits(changes), findings)


KEYS = "ABCDEF"
shares = st.integers(0, 60)


@st.composite
def acyclic_rules(draw: st.DrawFn, *, backups: bool = False) -> dict[str, tuple[Rule, ...]]:
    """Rules along a random order of the queues."""
    order = draw(st.permutations(KEYS))
    found: dict[str, tuple[Rule, ...]] = {}
    for place, key in enumerate(order[:-1]):
        targets = draw(st.lists(st.sampled_from(order[place + 1 :]), unique=True, max_size=2))
        found[key] = tuple(
            OverflowRule(target, draw(shares), draw(st.sampled_from((0, 30))), draw(st.integers(0, 9)) > 0)
            for target in targets
        )
        if backups and draw(st.booleans()):
            found[key] = (BackupRule(draw(st.sampled_from(order[place + 1 :]))), *found[key])
    return found


def reachable(changes: Sequence[QueueChange]) -> Iterator[frozenset[str]]:
    """Every set of queues that may be written at some moment: all that one waits for are in it too."""
    needs = {change.queue: set(change.waits_for) for change in changes}
    for size in range(len(needs) + 1):
        for chosen in combinations(needs, size):
            if all(needs[queue] <= set(chosen) for queue in chosen):
                yield frozenset(chosen)


@examples(60)
@given(
    acyclic_rules(),
    acyclic_rules(),
    st.tuples(*[st.integers(0, 100)] * len(KEYS)),
    st.tuples(*[st.integers(0, 40)] * len(KEYS)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_target_that_fits_at_both_ends_fits_on_the_way_or_is_warned_of(
    before: Rules,
    after: Rules,
    bases: tuple[int, ...],
    slack: tuple[int, ...],
    near: bool,
    bounds: bool,
    many: bool,
) -> None:
    bare = [Node(key, key, True, None, float(base)) for key, base in zip(KEYS, bases, strict=True)]
    kept = {key: before.get(key, ()) for key in KEYS[:2]} if near else {}
    after = {**after, **kept}
    ends = [loads(network(bare, end)) for end in (before, after)]
    if any(end.unchecked for end in ends):
        return
    nodes = roomy(ends, bases, slack)
    with pytest.MonkeyPatch.context() as patch:
        if bounds:
            patch.setattr("syncer.planning.transient.MOST_WORK", 0)
        if many:
            patch.setattr("syncer.planning.order.MOST_PAIRS", 0)
        changes, findings = planned(nodes, before, after)
    warned = {finding.queue for finding in findings}
    for written in reachable(changes):
        now = loads(network(nodes, {key: (after if key in written else before).get(key, ()) for key in KEYS}))
        assert over(nodes, now) <= warned, (written, waits(changes))


def roomy(ends: Sequence[Loads], bases: Sequence[int], slack: Sequence[int]) -> list[Node]:
    """Nodes with room for what they take at both ends, and for some ``slack``."""
    return [
        Node(key, key, True, max(end.of[key].inflow for end in ends) + more, float(base))
        for key, more, base in zip(KEYS, slack, bases, strict=True)
    ]


def over(nodes: Sequence[Node], now: Loads) -> set[str]:
    """The queues that take more than they can."""
    return {
        each.key for each in nodes if each.capacity and now.of[each.key].inflow > each.capacity * (1 + 1e-6)
    }


def taken(nodes: Sequence[Node], of: Rules, gets: Mapping[str, float]) -> dict[str, float]:
    """What each queue takes where each backup queue gets a part of what is left at its turn."""
    takes = {each.key: 0.0 for each in nodes}
    sent: set[str] = set()
    while len(sent) < len(nodes):
        feeds = {rule.target for key in takes.keys() - sent for rule in of.get(key, ()) if rule.enabled}
        ready = next(each for each in nodes if each.key not in feeds | sent)
        offered = left = ready.base_load + takes[ready.key]
        for rule in sorted(of.get(ready.key, ()), key=lambda rule: rule.delay):
            part = gets[ready.key] * left if rule.kind == "backup" else offered * rule.share / 100
            amount = min(left, part) if rule.enabled else 0.0
            takes[rule.target] += amount
            left -= amount
        sent.add(ready.key)
    return takes


@examples(60)
@given(
    acyclic_rules(backups=True),
    acyclic_rules(backups=True),
    st.tuples(*[st.integers(0, 100)] * len(KEYS)),
    st.tuples(*[st.integers(0, 40)] * len(KEYS)),
    st.booleans(),
    st.tuples(*[st.sampled_from((0.0, 0.5, 1.0))] * len(KEYS)),
)
def test_whatever_backup_queues_get_a_target_that_fits_at_both_ends_fits_on_the_way_or_is_warned_of(
    before: Rules,
    after: Rules,
    bases: tuple[int, ...],
    slack: tuple[int, ...],
    near: bool,
    parts: tuple[float, ...],
) -> None:
    bare = [Node(key, key, True, None, float(base)) for key, base in zip(KEYS, bases, strict=True)]
    after = {**after, **({key: before.get(key, ()) for key in KEYS[:2]} if near else {})}
    if any(loads(network(bare, end)).unchecked for end in (before, after)):
        return
    gets = dict(zip(KEYS, parts, strict=True))
    for reading in (MOST, LEAST):
        ends = [loads(network(bare, end), reading) for end in (before, after)]
        nodes = roomy(ends, bases, slack)
        changes, findings = planned(nodes, before, after)
        warned = {finding.queue for finding in findings}
        for written in reachable(changes):
            now = {key: (after if key in written else before).get(key, ()) for key in KEYS}
            assert over(nodes, loads(network(nodes, now), reading)) <= warned, (written, waits(changes))
            takes = taken(nodes, now, gets)
            full = {each.key for each in nodes if each.capacity and takes[each.key] > each.capacity + 1e-6}
            assert reading is LEAST or full <= warned, (written, waits(changes))


def flowing(nodes: Sequence[Node], of: Rules, transfers: Sequence[Transfer]) -> Network:
    return replace(network(nodes, of), transfers=tuple(transfers))


def closes_circle(nodes: Sequence[Node], before: Rules, after: Rules, transfers: Sequence[Transfer]) -> bool:
    """Whether a new rule lies in a circle that needs a flow: such a plan is refused."""
    old, new = network(nodes, before), flowing(nodes, after, transfers)
    inside = [frozenset(each) for each in looped(new.ways)]
    return any(
        place in circle and target in circle and target not in old.adjacency[place]
        for place, targets in enumerate(new.adjacency)
        for target in targets
        for circle in inside
    )


@examples(60)
@given(
    acyclic_rules(),
    acyclic_rules(),
    st.tuples(*[st.integers(0, 100)] * len(KEYS)),
    st.tuples(*[st.integers(0, 40)] * len(KEYS)),
    st.dictionaries(st.tuples(*[st.sampled_from(KEYS)] * 2), st.integers(1, 30), max_size=3),
    st.booleans(),
)
def test_with_measured_flows_a_target_that_fits_at_both_ends_fits_on_the_way_or_is_warned_of(
    before: Rules,
    after: Rules,
    bases: tuple[int, ...],
    slack: tuple[int, ...],
    pairs: dict[tuple[str, str], int],
    near: bool,
) -> None:
    transfers = [Transfer(*pair, share=share) for pair, share in pairs.items() if pair[0] != pair[1]]
    bare = [Node(key, key, True, None, float(base)) for key, base in zip(KEYS, bases, strict=True)]
    after = {**after, **{key: before.get(key, ()) for key in KEYS[:3]}} if near else after
    ends = [loads(flowing(bare, end, transfers)) for end in (before, after)]
    if any(end.unchecked for end in ends) or closes_circle(bare, before, after, transfers):
        return
    nodes = roomy(ends, bases, slack)
    whole = (LoadedNetwork.of(flowing(nodes, end, transfers)) for end in (before, after))
    changes, findings = in_safe_order(changes_of(nodes, before, after), *whole)
    warned = {finding.queue for finding in findings}
    for written in reachable(changes):
        rules_now = {key: (after if key in written else before).get(key, ()) for key in KEYS}
        now = loads(flowing(nodes, rules_now, transfers))
        assert over(nodes, now) <= warned, (written, waits(changes))


def test_where_contacts_come_back_by_flows_no_bound_is_made_up() -> None:
    nodes = [node("A", 100), node("B"), node("T", capacity=31)]
    back = [Transfer("B", "A", share=20)]
    before, after = {"A": rules(B=50), "B": rules(T=50)}, {"A": rules(B=40, T=5), "B": rules(T=50)}
    changes = changes_of(nodes, before, after)
    ends = [LoadedNetwork.of(flowing(nodes, end, back)) for end in (before, after)]
    _, findings = in_safe_order(changes, *ends)
    assert () == findings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syncer.planning.transient.MOST_WORK", 0)
        _, [finding] = in_safe_order(changes, *ends)
    assert "while this is applied, T may receive more than 31" in finding.message

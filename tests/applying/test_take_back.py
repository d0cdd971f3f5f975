"""What is taken back where a rule of a run lies in a loop."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.take_back import Loops, Ours, Taken, as_written, ours_of, take_back, way_back_of
from syncer.kinds.backup import BackupRule
from syncer.kinds.owner import OwnerMark
from syncer.live.wire import read_queue
from syncer.model.change import Action, QueueChange, Written
from syncer.model.queue import LiveQueue
from tests.applying.scripted import change_to, raw, rule

QUEUES = "abcdef"
Network = dict[str, frozenset[str]]

targets = st.frozensets(st.sampled_from([*QUEUES, "unknown"]), max_size=3)
networks = st.fixed_dictionaries(dict.fromkeys(QUEUES, targets))


@st.composite
def runs(draw: st.DrawFn) -> tuple[Network, list[Ours]]:
    """What was read, and the PUTs of a run, oldest first; others may have taken some of their rules away."""
    network: Network = draw(networks)
    ours = [Ours(queue, draw(targets), draw(targets)) for queue in draw(st.permutations(QUEUES))[:4]]
    ours = [replace(each, old=each.old - each.made - network[each.queue]) for each in ours]
    for each in ours:
        if draw(st.booleans()):
            network[each.queue] |= each.made
    return network, ours


def after(network: Network, ours: list[Ours], taken: tuple[Taken, ...]) -> Network:
    """The network once all of ``taken`` is taken back."""
    made = {each.queue: each.made for each in ours}
    left = dict(network)
    for each in taken:
        left[each.queue] = left[each.queue] - made[each.queue] | each.restored
    return left


def looped(network: Network, ours: list[Ours]) -> set[str]:
    """The queues of ``ours`` with a rule of theirs in a loop, found by walking."""
    return {
        each.queue
        for each in ours
        for target in each.made & network[each.queue]
        if each.queue in reached(network, target)
    }


def reached(network: Network, start: str) -> set[str]:
    seen, ready = {start}, [start]
    while ready:
        for target in network.get(ready.pop(), frozenset()) - seen:
            seen.add(target)
            ready.append(target)
    return seen


@given(runs())
def test_no_rule_of_the_run_lies_in_a_loop_any_more(run: tuple[Network, list[Ours]]) -> None:
    network, ours = run
    taken = take_back(network, ours)
    gone = {each.queue for each in taken}
    left = after(network, ours, taken)
    assert set() == looped(left, [each for each in ours if each.queue not in gone])
    assert len(gone) == len(taken)
    # What comes back closes nothing, and all comes back that could.
    for each in ours:
        for back in taken:
            if back.queue == each.queue:
                assert back.restored <= each.old
                assert not [t for t in back.restored if each.queue in reached(left, t)]


@given(runs())
def test_the_newest_go_first_and_none_without_a_need(run: tuple[Network, list[Ours]]) -> None:
    network, ours = run
    order = [each.queue for each in ours]
    done: list[Taken] = []
    for each in take_back(network, ours):
        gone = {earlier.queue for earlier in done}
        now = after(network, ours, tuple(done))
        caught = looped(now, [put for put in ours if put.queue not in gone])
        assert max(caught, key=order.index) == each.queue
        rules = pairwise([*each.cycle, each.cycle[0]])
        assert all(target in now[source] for source, target in rules)
        assert each.queue == each.cycle[0]
        done.append(each)


@given(networks)
def test_a_loop_without_a_rule_of_the_run_is_left(network: Network) -> None:
    assert () == take_back(network, [])
    assert () == take_back(network, [Ours("a", frozenset({"never written"}), frozenset("b"))])


def test_an_old_rule_that_closes_a_loop_by_now_does_not_come_back() -> None:
    now = {"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("a"), "d": frozenset()}
    [taken] = take_back(now, [Ours("a", frozenset("b"), frozenset("cd"))])
    assert Taken("a", frozenset("d"), ("a", "b")) == taken


def test_a_queue_that_leads_to_itself_is_a_loop() -> None:
    [taken] = take_back({"a": frozenset("a")}, [Ours("a", frozenset("a"))])
    assert ("a",) == taken.cycle
    assert None is Loops({}).home("a")


# ---- the change that does it

OLD, KEPT, NEW = rule("old", 10), rule("kept", 20), rule("new", 30)
SEEN = read_queue(raw(OLD, KEPT))
RETARGETED = change_to(replace(KEPT, threshold=21), NEW, seen=SEEN)
NOW = read_queue(raw(replace(KEPT, threshold=21), NEW))
NAMES = {"old": "Old", "new": "New", "kept": "Kept"}


def back(
    change: QueueChange, now: LiveQueue, restored: frozenset[str] = frozenset({"old"}), *, again: bool = False
) -> QueueChange:
    written = Written({"routingRules": [1]}, {"routingRules": [2]})
    ours = ours_of(change, frozenset())
    taken = Taken(change.queue, restored, (change.queue,))
    return way_back_of(change, ours, taken, now, NAMES, written=written, again=again)


def test_what_a_put_made_and_what_it_put_out_of_force() -> None:
    assert Ours("front", frozenset({"new"}), frozenset({"old"})) == ours_of(RETARGETED, frozenset())
    assert Ours("front", frozenset(), frozenset()) == ours_of(RETARGETED, frozenset({"new", "old"}))
    enabling = change_to(rule("back"), seen=read_queue(raw(rule("back", enabled=False))))
    assert Ours("front", frozenset({"back"})) == ours_of(enabling, frozenset())


def test_the_rules_become_what_they_were() -> None:
    change = back(RETARGETED, NOW)
    assert (RETARGETED.after, {OLD, KEPT}) == (change.before, set(change.after))
    assert change.back is not None
    assert [(Action.CREATE, "Old"), (Action.UPDATE, "Kept"), (Action.DELETE, "New")] == [
        (each.action, each.target_name) for each in change.rules
    ]


def test_what_may_not_come_back_stays_as_the_run_left_it() -> None:
    assert (KEPT,) == back(RETARGETED, NOW, frozenset()).after
    disabling = change_to(replace(OLD, enabled=False), NEW, seen=read_queue(raw(OLD)))
    now = read_queue(raw(replace(OLD, enabled=False), NEW))
    assert (replace(OLD, enabled=False),) == back(disabling, now, frozenset()).after
    assert (OLD,) == back(disabling, now).after


def test_where_somebody_edited_the_rules_since_ours_go_alone() -> None:
    theirs = read_queue(raw(replace(KEPT, threshold=99), replace(NEW, threshold=1), rule("side")))
    change = back(RETARGETED, theirs)
    assert (replace(KEPT, threshold=99), rule("side")) == change.after
    assert (None, ["new"]) == (change.back, [each.target for each in change.rules])


def test_what_a_take_back_restored_goes_alone() -> None:
    first = back(RETARGETED, NOW)
    restored = read_queue(raw(OLD, KEPT))
    ours = Ours("front", frozenset({"old"}))
    again = way_back_of(first, ours, Taken("front", frozenset(), ("front",)), restored, NAMES, again=True)
    assert (KEPT,) == again.after


def test_a_backup_queue_and_the_mark_of_an_owner_go_back_too() -> None:
    before, after = (BackupRule("old"), OwnerMark("ann")), (BackupRule("new"), OwnerMark("bob"))
    change = QueueChange("front", "Front", (), before, after, kinds=("backup", "owner"))
    now = replace(read_queue(raw(OLD)), rules=(OLD, *after))
    assert before == back(change, now).after
    assert (OwnerMark("ann"),) == back(change, now, frozenset()).after


def test_a_stale_reading_is_taken_as_we_left_it() -> None:
    other = BackupRule("other")
    stale = replace(SEEN, rules=(*SEEN.rules, other), problems={0: "odd"})
    assert (*RETARGETED.after, other) == as_written(stale, RETARGETED).rules
    assert {} == as_written(stale, RETARGETED).problems

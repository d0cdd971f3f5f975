"""The policy files as they would have to be: only what live alone moved is written into them."""

from collections.abc import Sequence
from typing import Any

from syncer.drift.found import drift_of
from syncer.drift.three_way import Comparison
from syncer.drift.write_back import BRACKETS, OVERRIDDEN, WHY_NOT, NotWritten, WrittenBack, write_back
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Moved
from syncer.model.policy import PolicySet, QueueRef
from syncer.model.settings import Ignore
from syncer.planning.agreed import Agreed, Agreement
from syncer.planning.gather import read_live
from syncer.policy.parse import parse_queues
from syncer.yamlfile.document import parse
from tests.organizations import API, NOW, Live, overflow, planned, raw

FILE = """\
version: 1
queues:
  - queue: A          # calls from outside
    capacity: 100
    overflow:
      - target: B
        threshold: 20 # agreed in March
        delay: 60
      - target: C
        threshold: 30
        delay: 60
"""
OTHERS = "version: 1\nqueues:\n  - {queue: B, overflow: []}\n  - {queue: C, overflow: []}\n"
LIVE = [raw("A", overflow("B", 10), overflow("C", 5)), raw("B"), raw("C")]


def written(
    *then: OverflowRule,
    overridden: frozenset[QueueRef] = frozenset(),
    ignores: Sequence[Ignore] = (),
    text: str = FILE,
) -> WrittenBack:
    """What becomes of the files, where live had ``then`` as its rules of A when both last agreed."""
    documents = [parse("a.yaml", text.encode()), parse("b.yaml", OTHERS.encode())]
    wanted = PolicySet(tuple(queue for each in documents for queue in parse_queues(each)))
    live = read_live(Live(LIVE), wanted)
    queues = {queue.id: queue for queue in live.queues}
    known = Agreement(API, "", "", NOW, {"id-A": Agreed(then)} if then else {})
    drift = Comparison(drift_of(planned(wanted, LIVE)), queues, NOW).told_apart(known)
    return write_back(live, drift, documents, overridden, ignores)


def test_a_loop_of_live_is_in_no_file() -> None:
    """The policies would not be valid any more: nobody can merge that."""
    live = [raw("A", overflow("B", 20), overflow("C", 30)), raw("B", overflow("A", 5)), raw("C")]
    text = "version: 1\nqueues:\n  - queue: B\n    overflow: []\n  - queue: C\n    overflow: []\n"
    documents = [parse("a.yaml", FILE.encode()), parse("b.yaml", text.encode())]
    wanted = PolicySet(tuple(queue for each in documents for queue in parse_queues(each)))
    found = read_live(Live(live), wanted)
    queues = {queue.id: queue for queue in found.queues}
    known = Agreement(API, "", "", NOW, {"id-A": Agreed(rules(20, 30)), "id-B": Agreed()})
    drift = Comparison(drift_of(planned(wanted, live)), queues, NOW).told_apart(known)
    reason = "B → A → B would overflow in a circle: break the loop first"
    assert WrittenBack({}, (NotWritten("id-B", "B", reason),)) == write_back(found, drift, documents)


def rules(to_b: int, to_c: int) -> tuple[OverflowRule, OverflowRule]:
    return OverflowRule("id-B", to_b, 60, True), OverflowRule("id-C", to_c, 60, True)


def test_what_live_moved_is_written_into_its_own_file_and_nothing_else() -> None:
    found = written(*rules(20, 30))
    expected = FILE.replace("threshold: 20", "threshold: 10").replace("threshold: 30", "threshold: 5")
    assert WrittenBack({"a.yaml": expected}) == found


FLOW = """\
version: 1
queues:
  - queue: A
    overflow:
      - {target: B, threshold: 20, delay: 60}  # agreed in March
  - queue: D
    overflow: [{target: B, threshold: 20, delay: 60}]
  - queue: C
    overflow:
      - target: B
        threshold: 20
        delay: 60
"""


def of_flows(*queues: dict[str, Any]) -> WrittenBack:
    live = [*queues, raw("B")]
    documents = [parse("a.yaml", FLOW.encode())]
    wanted = PolicySet(tuple(parse_queues(documents[0])))
    found = read_live(Live(live), wanted)
    known = {f"id-{name}": Agreed((OverflowRule("id-B", 20, 60, True),)) for name in "ACD"}
    drift = Comparison(drift_of(planned(wanted, live)), {each.id: each for each in found.queues}, NOW)
    return write_back(found, drift.told_apart(Agreement(API, "", "", NOW, known)), documents)


def test_figures_within_brackets_are_written_where_they_stand() -> None:
    live = [raw("A", overflow("B", 10, 5)), raw("D", overflow("B", 30, 0)), raw("C", overflow("B", 9))]
    expected = (
        FLOW.replace("20, delay: 60}  #", "10, delay: 5}  #")
        .replace("[{target: B, threshold: 20, delay: 60}]", "[{target: B, threshold: 30, delay: 0}]")
        .replace("threshold: 20\n", "threshold: 9\n")
    )
    assert WrittenBack({"a.yaml": expected}) == of_flows(*live)


def test_a_field_that_the_brackets_lack_is_added_to_them() -> None:
    off = {**overflow("B", 10, 60), "enabled": False}
    live = [raw("A", off), raw("D", overflow("B", 20)), raw("C", overflow("B", 20))]
    expected = FLOW.replace(
        "{target: B, threshold: 20, delay: 60}  #", "{enabled: false, target: B, threshold: 10, delay: 60}  #"
    )
    assert WrittenBack({"a.yaml": expected}) == of_flows(*live)


def test_a_rule_that_goes_from_within_brackets_leaves_that_queue_out_alone() -> None:
    live = [raw("A", overflow("B", 20)), raw("D", overflow("C", 7)), raw("C", overflow("B", 9))]
    expected = FLOW.replace("threshold: 20\n", "threshold: 9\n")
    left = NotWritten("id-D", "D", BRACKETS)
    assert WrittenBack({"a.yaml": expected}, (left,)) == of_flows(*live)


def test_what_waits_to_be_applied_stays_as_it_was_reviewed() -> None:
    found = written(*rules(20, 5))
    assert WrittenBack({"a.yaml": FILE.replace("threshold: 20", "threshold: 10")}) == found
    assert WrittenBack({}) == written(*rules(10, 5)), "all of it waits"


def test_where_both_moved_people_decide() -> None:
    found = written(*rules(20, 7))
    assert {"a.yaml": FILE.replace("threshold: 20", "threshold: 10")} == found.texts
    reason = f"5 % to C after 60 s: {WHY_NOT[Moved.BOTH]}"
    assert (NotWritten("id-A", "A", reason, Moved.BOTH),) == found.left


def test_what_nobody_knows_is_in_no_file() -> None:
    reason = f"10 % to B after 60 s, 5 % to C after 60 s: {WHY_NOT[Moved.UNKNOWN]}"
    assert WrittenBack({}, (NotWritten("id-A", "A", reason, Moved.UNKNOWN),)) == written()


def test_a_threshold_of_an_environment_is_in_no_file() -> None:
    found = written(*rules(20, 30), overridden=frozenset({QueueRef("A")}))
    assert WrittenBack({}, (NotWritten("id-A", "A", OVERRIDDEN),)) == found


def test_what_settings_leave_to_live_is_in_no_file() -> None:
    found = written(*rules(20, 30), ignores=[Ignore(("A",), ("threshold",))])
    assert {} == {name: text for name, text in found.texts.items() if text != FILE}


def test_an_entry_for_other_environments_stays_as_it_is() -> None:
    other = "  - {queue: A, only: [test], overflow: []}\n"
    text = (
        FILE.replace("  - queue: A          # calls from outside\n", "  - queue: A\n    only: [prod]\n")
        + other
    )
    documents = [parse("a.yaml", text.encode()), parse("b.yaml", OTHERS.encode())]
    policies = tuple(queue for each in documents for queue in parse_queues(each) if queue.counts_in("prod"))
    wanted = PolicySet(policies)
    queues = {queue.id: queue for queue in read_live(Live(LIVE), wanted).queues}
    known = Agreement(API, "", "", NOW, {"id-A": Agreed(rules(20, 30))})
    drift = Comparison(drift_of(planned(wanted, LIVE)), queues, NOW).told_apart(known)
    back = write_back(
        read_live(Live(LIVE), wanted), drift, documents, frozenset({QueueRef("x")}), environment="prod"
    )
    changed = text.replace("threshold: 20", "threshold: 10").replace("threshold: 30", "threshold: 5")
    assert WrittenBack({"a.yaml": changed}) == back

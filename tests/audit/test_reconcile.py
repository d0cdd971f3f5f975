"""A trail held against the audit of the organization."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import networkx
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.period import Period
from syncer.audit.reconcile import ARRIVAL, Reconciliation, paired, reconcile
from syncer.audit.sent_puts import SentPut
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.net.timing import rfc3339
from tests.properties import examples

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = Period(BEGIN - timedelta(hours=1), BEGIN + timedelta(days=1))
NEXT_DAY = BEGIN + timedelta(days=1)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def put(
    seconds: float,
    queue: str = "q",
    *,
    before: float = 30,
    after: float = 5,
    certain: bool = True,
    most: int = 1,
) -> SentPut:
    moment = at(seconds)
    window = moment - timedelta(seconds=before), moment + timedelta(seconds=after)
    return SentPut(queue, queue.upper(), "r", "me", "applied", moment, *window, certain, most)


def edit(seconds: float, queue: str = "q", client: str = "ours", action: str = "Update") -> AuditedEdit:
    return AuditedEdit(queue, rfc3339(at(seconds)), action, client=client)


def held(
    puts: list[SentPut], edits: list[AuditedEdit], period: Period = DAY, now: datetime = NEXT_DAY
) -> Reconciliation:
    return reconcile(puts, edits, ours={"ours"}, queues={"q"}, period=period, now=now)


def test_two_puts_of_a_queue_within_seconds_are_told_apart() -> None:
    found = held([put(4), put(0)], [edit(3), edit(-1)])
    assert [(0, -1), (4, 3)] == [
        ((each.put.at - BEGIN).total_seconds(), seconds)
        for each, seconds in zip(found.matched, (-1, 3), strict=True)
    ]
    assert found.agrees


def test_a_second_event_within_the_time_of_one_put_is_a_stray() -> None:
    found = held([put(4)], [edit(3), edit(-1)])
    assert ([edit(3)], [edit(-1)]) == ([each.edit for each in found.matched], list(found.stray))
    assert not found.agrees


def test_of_two_events_that_fit_the_one_that_names_what_was_written_is_ours() -> None:
    rules, other = (
        replace(edit(seconds), changes=(PropertyChange(path),))
        for seconds, path in ((0, "directRouting.backupQueueId"), (4, "description"))
    )
    written = replace(put(4), fields=frozenset({"directRouting"}))
    assert (other,) == held([written], [rules, other]).stray
    assert (rules,) == held([put(4)], [rules, other]).stray


def test_a_put_that_was_sent_twice_may_have_two_events() -> None:
    found = held([put(4, most=2)], [edit(3), edit(-1)])
    assert (2, True) == (len(found.matched), found.agrees)
    assert held([put(4, most=2)], [edit(3)]).agrees


def test_a_put_without_an_event_is_missing_and_not_yet_while_it_may_arrive() -> None:
    puts = [put(0)]
    assert tuple(puts) == held(puts, []).missing
    early = held(puts, [], now=at(0) + ARRIVAL - timedelta(seconds=1))
    assert ((), tuple(puts), True) == (early.missing, early.pending, early.agrees)


def test_what_only_may_have_been_done_needs_no_event() -> None:
    assert Reconciliation() == held([put(0, certain=False)], [])
    assert 1 == len(held([put(0, certain=False)], [edit(0)]).matched)


def test_an_event_of_another_queue_is_no_match() -> None:
    found = held([put(0)], [edit(0, "other")])
    assert (1, 1) == (len(found.missing), len(found.stray))


def test_our_client_never_creates_or_deletes() -> None:
    found = held([put(0)], [edit(0, action="Delete"), edit(0, action="Create")])
    assert (2, 1) == (len(found.stray), len(found.missing))


def test_an_event_that_names_nobody_is_ours_where_a_put_has_no_other() -> None:
    found = held([put(0), put(60)], [edit(0), edit(59, client=""), edit(0, client="")])
    assert (2, 1, [edit(0, client="")], True) == (
        len(found.matched),
        found.nameless,
        list(found.others),
        found.agrees,
    )
    person = replace(edit(0, client=""), user="u")
    assert (1, (person,)) == (len(held([put(0)], [person]).missing), held([put(0)], [person]).others)


def test_a_put_that_was_certainly_done_comes_before_one_that_may_have_been() -> None:
    found = held([put(2, certain=False), put(4)], [edit(2)])
    assert ([put(4)], ()) == ([each.put for each in found.matched], found.missing)


def test_others_are_listed_where_the_queue_is_ours_and_members_are_counted() -> None:
    theirs = [edit(9, client=""), edit(3, client="x")]
    members = [edit(1, action="MemberAdd"), edit(1, "other", action="MemberAdd")]
    found = held([], [*theirs, edit(0, "other", "x"), *members])
    assert (tuple(reversed(theirs)), 1, ()) == (found.others, found.members, found.stray)


def test_a_pair_across_the_edge_of_a_period_is_found_and_belongs_to_its_event() -> None:
    puts, edits = [put(4)], [edit(-1)]
    before, after = Period(at(-60), at(0)), Period(at(0), at(60))
    assert [1, 0] == [len(held(puts, edits, period).matched) for period in (before, after)]
    assert all(held(puts, edits, period).agrees for period in (before, after))
    assert Reconciliation() == held([put(-900)], [edit(-900, client="x"), edit(-999)], after)


Times = st.lists(st.integers(0, 60), max_size=7)


@given(sent=Times, seen=Times, before=st.integers(0, 20), after=st.integers(0, 5))
@examples(300)
def test_as_many_puts_as_can_be_have_an_event(
    sent: list[int], seen: list[int], before: int, after: int
) -> None:
    puts = [put(seconds, before=before, after=after) for seconds in sorted(sent)]
    events = [edit(seconds) for seconds in sorted(seen)]
    pairs = paired(puts, events)
    graph: Any = networkx.Graph()
    graph.add_nodes_from(("put", place) for place in range(len(puts)))
    for place, each in enumerate(puts):
        graph.add_edges_from(
            (("put", place), ("event", n))
            for n, moment in enumerate(map(at, sorted(seen)))
            if each.may_be(moment)
        )
    top = [("put", place) for place in range(len(puts))]
    assert len(networkx.bipartite.maximum_matching(graph, top)) // 2 == len(pairs)
    assert all(puts[place].may_be(at(sorted(seen)[number])) for place, number in pairs)
    assert all(first < second for side in (0, 1) for first, second in pairwise(pair[side] for pair in pairs))


@given(sent=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3)), max_size=5), seen=Times)
@examples(100)
def test_no_put_has_more_events_than_it_was_sent(sent: list[tuple[int, int]], seen: list[int]) -> None:
    puts = [put(seconds, most=most) for seconds, most in sorted(sent)]
    pairs = paired(puts, [edit(seconds) for seconds in sorted(seen)])
    places = [place for place, _ in pairs]
    assert all(places.count(place) <= puts[place].most for place in places)
    assert len({number for _, number in pairs}) == len(pairs)

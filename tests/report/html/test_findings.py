from dataclasses import replace

from syncer.model.finding import Figure, Finding, Limit, Loop, LoopFlow, LoopRule, Position, Severity, Since
from syncer.report.html.findings import (
    MOST_CARDS,
    card,
    cards,
    caused,
    informing,
    notes,
    standing,
    there_before,
    word_of,
)
from syncer.report.html.names import NO_NAMES
from tests.report.html.pages import Page

OVER = Finding(
    "capacity.exceeded",
    Severity.ERROR,
    "Q takes in 147 of 40",
    Position("a.yaml", 7, 3),
    "send less",
    queue="Q",
    queue_id="q",
    since=Since.NEW,
    figure=Figure(Limit.INFLOW, 147, 40, before=23.8),
)
RING = Finding(
    "loops.cycle",
    Severity.ERROR,
    "A → B → A",
    since=Since.NEW,
    loop=Loop(
        (("a", "A"), ("b", "B")),
        (
            LoopRule("a", "b", "overflow", new=True, position=Position("a.yaml", 3, 5)),
            LoopRule("b", "a", "overflow"),
        ),
        ("a", "b"),
    ),
)


def shown(finding: Finding) -> Page:
    return Page("".join(card(finding, NO_NAMES)))


def test_an_overload_is_what_it_was_and_what_it_becomes() -> None:
    read = shown(OVER)
    assert "✕ Overload new capacity.exceeded" == " ".join(read.one("h3").text.split())
    assert "Q takes in 23.8 of 40  → 147 of 40 " == read.all("p")[0].text
    assert 2 == len(read.all("svg", "bar"))
    assert ["a.yaml:7", "What to do: send less"] == [each.text for each in read.all("p")[1:]]


def test_a_capacity_that_moved_is_said_with_it() -> None:
    figure = Figure(Limit.KEPT, 50, 40, before=50, capacity_before=80)
    assert "Q keeps 50 of 80  → 50 of 40 " == shown(replace(OVER, figure=figure)).all("p")[0].text


def test_what_didnt_move_is_said_once() -> None:
    for figure in (Figure(Limit.INFLOW, 50, 40, before=50), Figure(Limit.INFLOW, 50, 40)):
        assert "Q takes in 50 of 40 " == shown(replace(OVER, figure=figure)).all("p")[0].text
    bound = Figure(Limit.INFLOW, 50, 40, up_to=True, before=45)
    words = shown(replace(OVER, figure=bound)).all("p")[0].text
    assert "Q takes in up to 45 of 40  → up to 50 of 40 " == words
    figure = Figure(Limit.INFLOW, 50, 40, up_to=True)
    assert "Q takes in up to 50 of 40 " == shown(replace(OVER, figure=figure)).all("p")[0].text


def test_a_loop_is_a_chain_in_which_the_rules_of_this_change_stand_out() -> None:
    read = shown(RING)
    assert ["A → B by this change a.yaml:3", "B → A"] == [each.text.strip() for each in read.all("li")]
    assert "2 queues; a contact that overflows can come back." == read.all("p")[0].text


def test_a_way_that_only_a_flow_goes_stands_in_the_chain_with_the_flow() -> None:
    assert RING.loop
    for proven, words in ((True, "by"), (False, "perhaps by")):
        by_flow = replace(
            RING.loop, rules=RING.loop.rules[1:], flows=(LoopFlow("a", "b", "<Night> 1.0", proven),)
        )
        read = shown(replace(RING, id="loops.flow", loop=by_flow))
        lines = [each.text.strip() for each in read.all("li")]
        assert [f"A → B {words} the in-queue flow <Night> 1.0", "B → A"] == lines


def test_a_long_loop_is_cut_and_counted() -> None:
    assert RING.loop
    rules = tuple(LoopRule(f"{n}", f"{n + 1}", "overflow") for n in range(MOST_CARDS + 5))
    read = shown(replace(RING, loop=replace(RING.loop, rules=rules)))
    assert MOST_CARDS == len(read.all("li"))
    assert "… and 5 more ways." == read.one("p", "more").text


def test_anything_else_is_its_message() -> None:
    share = replace(OVER, id="x.y", figure=Figure(Limit.SHARES, 120, 100), message="sends 120 %", tip="")
    assert "sends 120 %" == shown(share).all("p")[0].text
    assert ["Error", "Overload", "Loop", "Circle"] == [
        word_of(each) for each in (share, OVER, RING, replace(RING, id="loops.watch"))
    ]


def test_many_are_cut_and_counted() -> None:
    many = [replace(OVER, queue=f"Q{n}") for n in range(MOST_CARDS + 2)]
    read = Page("".join(cards(many, NO_NAMES)))
    assert MOST_CARDS == len(read.all("article"))
    assert "… and 2 more findings." == read.one("p", "more").text
    folded = Page("".join(standing(many, NO_NAMES)))
    assert "62 findings were there before: 62 errors" == folded.one("summary").text
    assert MOST_CARDS == len(folded.all("li"))
    assert "… and 2 more: 2 errors." == folded.one("p", "more").text


def test_a_line_says_whose_it_is_but_for_a_loop() -> None:
    lines = [each.text for each in Page("".join(notes([OVER, RING], NO_NAMES))).all("li")]
    assert [
        "✕ loops.cycle A → B → A ",
        "✕ capacity.exceeded Q: Q takes in 147 of 40 (before: 23.8) a.yaml:7",
    ] == lines


def test_each_finding_is_in_one_of_three_lists() -> None:
    old = replace(OVER, since=Since.BEFORE, excused=True)
    refusing = replace(old, excused=False)
    note = replace(OVER, severity=Severity.INFO)
    old_note = replace(note, since=Since.BEFORE)
    every = [OVER, old, refusing, note, old_note]
    assert [OVER, refusing] == caused(every)
    assert [note] == informing(every)
    assert [old, old_note] == there_before(every)


def test_nothing_is_folded_where_there_is_nothing() -> None:
    assert [] == [*notes([], NO_NAMES), *standing([], NO_NAMES)]

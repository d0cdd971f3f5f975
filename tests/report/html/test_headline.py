from dataclasses import replace

import pytest

from syncer.checks.safety import REFUSED
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Figure, Finding, Limit, Severity, Since
from syncer.model.network import Headroom
from syncer.model.plan import Plan
from syncer.report.html.headline import MOST_DANGERS, head, kind_of, sentence, tiles
from syncer.report.html.names import NO_NAMES
from tests.contact_centers import contact_center
from tests.report.changes import excused, loop, overload, small
from tests.report.html.pages import Page
from tests.report.html.test_findings import OVER, RING

PLAN = Plan("2026-03-01T08:30:00.000Z", "https://api.example.com")


def with_findings(*findings: Finding) -> Plan:
    return replace(small(), findings=findings)


def numbered(finding: Finding, number: int) -> list[Finding]:
    return [replace(finding, queue=f"Q{n}", queue_id=f"q{n}") for n in range(number)]


WORSE = replace(OVER, since=Since.WORSE)
FULL = replace(OVER, id="capacity.saturated", severity=Severity.WARNING)
OTHER = Finding("names.odd", Severity.WARNING, "odd", since=Since.NEW)
UNKNOWN = Finding(
    "references.unknown",
    Severity.ERROR,
    "the organization lists no queue 'Tier II'",
    tip="did you mean 'Tier 2'?",
    queue="Tier 1",
    since=Since.NEW,
)

SENTENCES = [
    ([OVER], "This change overloads 1 queue"),
    (
        [RING, OVER, *numbered(WORSE, 2)],
        "This change closes 1 loop, overloads 1 queue and makes 2 overloads worse",
    ),
    (
        [RING, *numbered(FULL, 3), OTHER],
        "This change closes 1 loop, overfills 3 queues and causes 1 more problem",
    ),
    ([replace(RING, since=Since.WORSE)], "This change sends more into 1 loop"),
    ([replace(OTHER, severity=Severity.ERROR)], "This change causes 1 problem"),
    ([UNKNOWN], "The organization lists no queue 'Tier II' (did you mean 'Tier 2'?)"),
    (
        [RING, UNKNOWN],
        "The organization lists no queue 'Tier II' (did you mean 'Tier 2'?); this change closes 1 loop",
    ),
    ([FULL], "Can be applied, but it overfills Q (23.8 → 147 of 40)"),
    ([], "Can be applied: it causes no loop and no overload"),
]


@pytest.mark.parametrize(("findings", "words"), SENTENCES, ids=[words for _, words in SENTENCES])
def test_the_verdict_in_one_line(findings: list[Finding], words: str) -> None:
    assert words == sentence(with_findings(*findings))


def test_what_was_there_and_refuses_is_not_laid_to_the_change() -> None:
    assert sentence(with_findings(replace(RING, since=Since.BEFORE))).startswith(
        "Can't be applied: the policies"
    )


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (small(), "good"),
        (loop(), "bad"),
        (overload(), "bad"),
        (excused(), "good"),
        (with_findings(FULL), "warn"),
        (with_findings(Finding(REFUSED, Severity.INFO, "no", since=Since.BEFORE)), "warn"),
    ],
)
def test_how_a_plan_looks(plan: Plan, kind: str) -> None:
    assert kind == kind_of(plan)


def test_a_name_that_live_does_not_list_comes_before_a_loop_with_the_queue_that_it_leaves_out() -> None:
    plan = replace(with_findings(RING, UNKNOWN), untouched=(Untouched("t1", "Tier <1>", Reason.LEFT_OUT),))
    read = Page("".join(head(plan, NO_NAMES)))
    said = [each.text for each in read.all("li")]
    assert "Unknown name: the organization lists no queue 'Tier II' (did you mean 'Tier 2'?)" == said[0]
    assert said[1].startswith("Loop of")
    assert "1 left out. Left out: Tier <1>. Apply refuses this plan." in read.one("p", "counts").text


def test_the_danger_is_named_outside_of_any_fold() -> None:
    plan = contact_center(60).plan()
    read = Page("".join(head(plan, NO_NAMES)))
    first, second = [each.text for each in read.all("li")][:2]
    assert (
        "Loop of 3 queues closed by Sales Berlin Specialists → Sales Berlin Tier 1",
        "Overload Billing Berlin Tier 2: takes in ",
    ) == (first, second[:41])
    assert "Apply refuses this plan." in read.one("p", "counts").text
    assert [] == read.all("details")


def test_deletions_stand_in_the_headline() -> None:
    read = Page("".join(head(contact_center(60).plan(), NO_NAMES)))
    assert "- 1" in [each.text for each in read.all("b", "delete")]


def test_many_dangers_are_cut_with_a_link_to_the_rest() -> None:
    read = Page("".join(head(with_findings(*numbered(OVER, 7)), NO_NAMES)))
    assert MOST_DANGERS + 1 == len(read.all("li"))
    assert ("#causes", "3 more") == (read.one("a").attributes["href"], read.one("a").text)


def test_a_danger_without_figures_is_its_message() -> None:
    read = Page("".join(head(with_findings(OTHER), NO_NAMES)))
    assert ["Warning: odd"] == [each.text for each in read.all("li")]


def test_no_changes_are_said_as_that() -> None:
    assert "No rule changes." == Page("".join(head(PLAN, NO_NAMES))).one("p", "counts").text


def texts(plan: Plan) -> list[tuple[bool, str]]:
    tiles_ = Page("".join(tiles(plan, NO_NAMES))).all("div", "tile")
    return [("worse" in each.classes, each.text) for each in tiles_]


def test_four_figures_red_only_where_it_got_worse() -> None:
    plan = replace(
        with_findings(OVER, replace(FULL, since=Since.BEFORE)),
        headroom_before=Headroom(1.5, "Q", "q", Limit.KEPT),
        headroom=Headroom(0.9, "Q", "q", Limit.KEPT),
    )
    first, errors, warnings, puts = texts(plan)
    assert (True, "1.50 × → 0.90 ×headroom: times today’s loadQ is already over its capacity") == first
    assert (True, "1error caused0 there before") == errors
    assert (False, "0warnings caused1 there before") == warnings
    assert not puts[0]


def test_headroom_that_leaves_queues_out_is_no_improvement() -> None:
    better = replace(
        PLAN, headroom=Headroom(1.09, "Q", "q", Limit.KEPT), headroom_before=Headroom(0.69, "Q", "q")
    )
    for finding, gap in (
        (RING, "the queues in or downstream of a loop"),
        (UNKNOWN, "the changes of queues with unknown names"),
    ):
        words = f"1.09 ×headroom: times today’s load, without {gap}Q is full first"
        assert (False, words) == texts(replace(better, findings=(finding,)))[0]
    before = texts(replace(better, findings=(replace(RING, since=Since.BEFORE),)))[0][1]
    assert before.startswith("0.69 × → 1.09 ×headroom: times today’s load, without the queues in or")
    worse = replace(better, headroom=Headroom(0.5, "Q", "q"), findings=(RING,))
    assert texts(worse)[0][1].startswith("0.69 × → 0.50 ×")
    assert (False, "0.69 × → 1.09 ×headroom: times today’s loadQ is full first") == texts(better)[0]


def test_a_tile_of_warnings_is_amber() -> None:
    shown = Page("".join(tiles(replace(PLAN, findings=(FULL,)), NO_NAMES))).all("div", "tile")
    assert ["tile", "worse", "warning"] == shown[2].classes


def test_headroom_that_stays_or_is_not_known() -> None:
    same = Headroom(1.5, "Q", "q", Limit.KEPT)
    assert (False, "1.50 ×headroom: times today’s loadQ is full first") == texts(
        replace(PLAN, headroom=same, headroom_before=same)
    )[0]
    assert (False, "–headroom: times today’s loadno limit is known") == texts(PLAN)[0]
    assert (False, "0 PUTsnothing to apply") == texts(PLAN)[3]


def test_shares_have_no_bar_but_figures() -> None:
    share = replace(OVER, id="capacity.overcommitted", figure=Figure(Limit.SHARES, 120, 100))
    read = Page("".join(head(with_findings(share), NO_NAMES)))
    assert ["Overcommitted Q: sends on 120 of 100 %"] == [each.text for each in read.all("li")]


def test_less_than_today_is_never_shown_as_today() -> None:
    almost = Headroom(0.9999, "Q", "q", Limit.KEPT)
    assert "1.50 × → 0.99 ×" in texts(replace(PLAN, headroom=almost, headroom_before=Headroom(1.5)))[0][1]


def test_queues_whose_capacity_nobody_knows_are_counted() -> None:
    missing = Finding("capacity.missing", Severity.ERROR, "no capacity", queue="Q", queue_id="q")
    assert "This change loads 1 queue without a known capacity" == sentence(with_findings(missing))

from dataclasses import replace

import pytest

from syncer.drift.found import drift_of
from syncer.model.finding import Position
from syncer.report import render
from syncer.report.views import Drifted, Report
from tests.organizations import overflow, planned, policies, policy, raw, rule
from tests.report.html.pages import Page
from tests.report.report_samples import reports

PLAN = planned(
    policies(policy("A", rule("B", 30), rule("C", 5)), policy("B")),
    [raw("A", overflow("B", 25)), raw("B", overflow("C", 7)), raw("C")],
)


def page(kind: str) -> Page:
    return Page(render("html", reports("x")[kind]))


def headings(read: Page) -> list[str]:
    return [each.text.partition(" (")[0] for each in read.all("h2")]


def test_drifted_rules_have_both_sides() -> None:
    places = {"id-A": Position("policies/a.yaml", 3, 1)}
    read = Page(render("html", Report("drift", 2, Drifted(drift_of(PLAN), places))))
    assert "✕ 3 rules of 2 queues differ from the policies" == read.all("title")[0].text
    rows = {cells[1]: cells for row in rows_of(read) if (cells := row)}
    assert ["A", "→ B", "live differs", "25 % after 60 s", "30 % after 60 s"] == rows["→ B"][:5]
    changes = {each.name: each.rules for each in PLAN.changes}
    stated = next(rule.position for rule in changes["A"] if rule.target_name == "B")
    assert stated is not None
    assert f"{stated.file}:{stated.line}" == rows["→ B"][6]
    assert "policies/a.yaml:3" in [row[6] for row in rows_of(read)]
    (what,) = (each.text for each in read.all("p") if each.text.startswith("What to do: "))
    assert what == (
        "What to do: syncer apply makes the live queues match the policies; "
        "syncer export --output policies --update writes the live rules into the policies."
    )
    assert ["nothing", "5 % after 60 s"] == next(
        row[3:5] for row in rows_of(read) if row[0:2] == ["A", "→ C"]
    )
    assert ["7 % after 60 s", "nothing"] == next(row[3:5] for row in rows_of(read) if row[0] == "B")


def rows_of(read: Page) -> list[list[str]]:
    cells = [each.text for each in read.all("td")]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def test_no_drift_is_good() -> None:
    plan = planned(policies(policy("A", rule("B", 25)), policy("B")), [raw("A", overflow("B", 25)), raw("B")])
    read = Page(render("html", Report("drift", 0, Drifted(drift_of(plan)))))
    assert "✓ No drift: 2 queues compared" == read.all("title")[0].text
    assert ["verdict", "good"] == read.one("header").classes


def test_nothing_compared_is_bad() -> None:
    read = page("drift, nothing compared")
    assert read.all("title")[0].text.endswith("Nothing was compared")
    assert ["verdict", "good"] != read.one("header").classes


def test_each_part_has_its_section() -> None:
    assert "Live loops" == headings(page("drift, loops"))[0]
    assert "Waiting to be applied" in headings(page("drift, pending"))
    assert "Exceptions in force" in headings(page("drift, held"))
    assert "Resolved since the last check" in headings(page("drift, remembered"))
    assert "Who changed these rules" in [each.text for each in page("drift, audited").all("h3")]
    assert "2 queues that no policy describes" in [
        each.text for each in page("drift, unmanaged").all("summary")
    ]


def test_one_rule_and_an_exception_that_isnt_kept() -> None:
    drift = drift_of(PLAN)
    one = replace(drift, rules=drift.rules[:1])
    assert "✕ 1 rule of 1 queue differs from the policies" == title(Drifted(one))
    held = reports("x")["drift, held"].view
    assert isinstance(held, Drifted)
    opened = replace(held.drift, rules=(), plan=replace(held.drift.plan, held=held.drift.plan.held))
    assert ("not kept" in title(Drifted(opened))) == any(each.open for each in opened.plan.held)


def title(view: Drifted) -> str:
    return Page(render("html", Report("drift", 2, view))).all("title")[0].text


def test_what_moved_most_is_named_first_and_drawn() -> None:
    read = Page(render("html", Report("drift", 2, Drifted(drift_of(PLAN)))))
    assert [
        "B → C: the live queue has 7 % after 60 s, the policies have nothing",
        "A → B: the live queue has 25 % after 60 s, the policies have 30 % after 60 s",
        "A → C: the live queue has nothing, the policies have 5 % after 60 s",
    ] == [each.text for each in read.all("li")][:3]
    assert "Network around the drift" in [each.text for each in read.all("h2")]


def test_what_is_wrong_in_live_comes_before_what_moved() -> None:
    plan = planned(
        policies(policy("A", rule("B", 5), base_load=100.0), policy("B", capacity=30.0)),
        [raw("A", overflow("B", 50)), raw("B")],
    )
    read = Page(render("html", Report("drift", 2, Drifted(drift_of(plan)))))
    assert "Overload B: takes in 50 of 30 in the live rules" == read.all("li")[0].text


def test_of_much_that_moved_the_rest_is_counted() -> None:
    names = [f"T{number}" for number in range(6)]
    plan = planned(
        policies(policy("A", *(rule(name, 5) for name in names)), *map(policy, names)),
        map(raw, ["A", *names]),
    )
    read = Page(render("html", Report("drift", 2, Drifted(drift_of(plan)))))
    assert "2 more" == read.all("li")[4].text


def test_without_drift_nothing_is_drawn() -> None:
    plan = planned(policies(policy("A", rule("B", 25)), policy("B")), [raw("A", overflow("B", 25)), raw("B")])
    assert [] == Page(render("html", Report("drift", 0, Drifted(drift_of(plan))))).all("g", "box")


def test_more_rules_than_a_table_takes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.report.html.drift.MOST_ROWS", 1)
    read = Page(render("html", Report("drift", 2, Drifted(drift_of(PLAN)))))
    assert "… and 2 more rules." == read.one("p", "more").text

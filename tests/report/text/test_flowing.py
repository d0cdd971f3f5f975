"""What overflows into a queue, as text."""

from dataclasses import replace

from syncer.planning.inflow import Inflow
from syncer.report.sights import Flowing
from tests.report.report_samples import flowing
from tests.report.text.as_text import text


def test_what_is_direct_stands_before_what_comes_through_others() -> None:
    stopped = "the stop of overflow into Q since 2026-03-01 08:30 UTC by Q, until it is lifted: Q"
    assert [
        "Q (b): 2 rules of 1 queue directly, 3 rules in all; up to 52.5 come in; capacity 100",
        "  directly:",
        "    Q  25 % after 60 s: 12.5 contacts",
        "    Q  25 % after 60 s: up to 40 contacts",
        "  indirectly:",
        "    Q → Q  25 % after 60 s: load not known",
        "",
        f"held: {stopped}; lift it: syncer stop r --lift --state-dir Q",
        "by a flow: Q",
        "contacts per 1h, by the loads of the policies",
        "not known: Q",
    ] == text(flowing("Q"))


def test_nothing_is_good_news() -> None:
    assert ["Q (q): 0 rules of 0 queues directly, 0 rules in all", "  no rule leads into it", ""] == text(
        Flowing("x", "1h", "", (Inflow("q", "Q", None, None, ()),))
    )


def test_a_rule_without_a_delay_acts_at_once_and_exact_loads_are_no_limit() -> None:
    (inflow,) = flowing("Q").queues
    exact = replace(inflow, feeders=(replace(inflow.feeders[0], delay=0),))
    shown = text(replace(flowing("Q"), queues=(exact,)))
    assert ["52.5 come in", "    Q  25 % at once: 12.5 contacts"] == [shown[0].split("; ")[1], shown[2]]


def test_many_rules_upstream_are_cut_unless_all_are_asked_for() -> None:
    (inflow,) = flowing("Q").queues
    many = replace(inflow, feeders=(*inflow.direct, *inflow.upstream * 45))
    view = replace(flowing("Q"), queues=(many,))
    assert "    and 5 rules more (--verbose shows all)" in text(view)
    assert 45 == sum("→" in line for line in text(view, verbose=True))

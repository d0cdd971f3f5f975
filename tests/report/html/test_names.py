from syncer.kinds.overflow import OverflowRule
from syncer.report.html.names import NO_NAMES, Names, target
from syncer.report.picture.model import Box, Picture

WHOLE = Picture((Box("a", "A <b>"), Box("b", "B")), ())
NAMES = Names.of(WHOLE, WHOLE.only("a"))


def test_a_name_leads_to_the_box_where_it_is_drawn() -> None:
    assert '<a class="queue" href="#q0" data-q="0">A &lt;b&gt;</a>' == NAMES.link("a", "other")
    assert '<a class="queue" href="#network" data-q="1">B</a>' == NAMES.link("b")


def test_a_queue_that_nobody_knows_is_text() -> None:
    assert '<span class="queue">C</span>' == NAMES.link("c", "C")
    assert '<span class="queue">c</span>' == NO_NAMES.link("c")


def test_where_a_rule_leads_is_a_link_where_it_leads_to_a_queue() -> None:
    rule = OverflowRule("b", 25, 60, True)
    assert '→ <a class="queue" href="#network" data-q="1">B</a>' == target(rule, "b", "B", NAMES)
    assert '→ <a class="queue" href="#q0" data-q="0">A &lt;b&gt;</a>' == target(rule, "a", "A <b>", NAMES)
    assert "→ B" == target(rule, "", "B", NAMES)

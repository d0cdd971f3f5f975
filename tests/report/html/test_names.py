from syncer.report.html.names import NO_NAMES, Names
from syncer.report.picture.model import Box, Picture

WHOLE = Picture((Box("a", "A <b>"), Box("b", "B")), ())
NAMES = Names.of(WHOLE, WHOLE.only("a"))


def test_a_name_leads_to_the_box_where_it_is_drawn() -> None:
    assert '<a class="queue" href="#q0" data-q="0">A &lt;b&gt;</a>' == NAMES.link("a", "other")
    assert '<a class="queue" href="#network" data-q="1">B</a>' == NAMES.link("b")


def test_a_queue_that_nobody_knows_is_text() -> None:
    assert '<span class="queue">C</span>' == NAMES.link("c", "C")
    assert '<span class="queue">c</span>' == NO_NAMES.link("c")

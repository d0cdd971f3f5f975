from syncer.model.finding import Position
from syncer.report.html.markup import (
    FIRST_ROWS,
    bar,
    chip,
    code,
    facts,
    folded,
    listed,
    long_table,
    place,
    section,
    table,
)
from tests.report.html.pages import Page


def test_a_section_is_named_by_its_heading() -> None:
    read = Page("".join(section("a", "A & B", ["<p>x</p>"])))
    assert "a-h" == read.one("section").attributes["aria-labelledby"]
    assert "A & B" == read.by_id("a-h").text


def test_a_table_says_its_heads_in_every_cell() -> None:
    read = Page("".join(table("Rules", ("One", "Two"), [("<b>1</b>", "2"), ("3", "4")], "rows")))
    assert ["One", "Two"] * 2 == [cell.attributes["data-head"] for cell in read.all("td")]
    assert ["1", "2", "3", "4"] == [cell.text for cell in read.all("td")]
    assert "0" == read.one("div").attributes["tabindex"]
    assert "rows" == read.one("table").attributes["id"]


def test_what_is_empty_is_left_out() -> None:
    assert [] == list(table("Rules", ("One",), []))
    assert [] == list(listed([]))
    assert [] == list(facts([("Name", "")]))
    assert "" == code("") == place(None)


def test_pieces() -> None:
    assert '<ul class="k"><li>a</li></ul>' == "".join(listed(["a"], "k"))
    assert "<dl><dt>N</dt><dd><b>v</b></dd></dl>" == "".join(facts([("N", "<b>v</b>"), ("M", "")]))
    assert '<details id="d"><summary>S</summary>x</details>' == "".join(folded("S", ["x"], "d"))
    assert '<span class="chip error">&lt;</span>' == chip("<", "error")
    assert "<code>a.yaml:3</code>" == place(Position("a.yaml", 3, 1))


def test_a_bar_has_its_tick_at_the_capacity() -> None:
    assert 'width="37.5"' in bar(50, 100)
    assert 'class="fill over" width="100.0"' in bar(500, 100)
    assert 'class="fill over" width="100.0"' in bar(1, 0)


def test_of_a_long_table_the_rest_is_folded() -> None:
    rows = [(str(number),) for number in range(FIRST_ROWS + 1)]
    read = Page("".join(long_table("Rules", ("One",), rows, "rule")))
    assert "1 more rule" == read.one("summary").text
    assert ["Rules", "Rules, the rest"] == [each.text for each in read.all("caption")]
    assert [] == Page("".join(long_table("Rules", ("One",), rows[1:], "rule"))).all("summary")

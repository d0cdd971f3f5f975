"""The Markdown that names from elsewhere stand in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.gitlab.place import Job
from syncer.report.note.markup import (
    LONGEST_NAME,
    code,
    code_cell,
    code_tag,
    fenced,
    folded,
    hidden,
    links,
    shortened,
    table,
    where,
)
from tests.report.harmless import assert_tame
from tests.report.report_samples import HOSTILE

NAMES = st.text(st.characters(exclude_categories=())) | st.text("`|\\ @/<>&!#[]()-", max_size=12)


def read_span(span: str) -> str:
    """What a code span shows, as CommonMark reads it."""
    backticks = re.match("`+", span)
    assert backticks
    inside = span[backticks.end() : -backticks.end()]
    assert not re.search(rf"(?<!`){backticks[0]}(?!`)", inside)
    spaced = inside[:1] == inside[-1:] == " " and inside.strip(" ")
    return inside[1:-1] if spaced else inside


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Tier 1", "`Tier 1`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("", "`  `"),
        (" a", "`  a `"),
        ("a\nb", "`a\\x0ab`"),
        ("a|b", "`a|b`"),
    ],
)
def test_a_code_span(text: str, span: str) -> None:
    assert span == code(text)


@given(NAMES.filter(str.strip))
def test_a_span_shows_the_whole_text(text: str) -> None:
    assert shortened(text) == read_span(code(text))


@given(NAMES)
def test_a_span_in_a_cell_has_no_pipe_of_its_own(text: str) -> None:
    assert not re.search(r"(?<!\\)\|", code_cell(text))


@given(st.text("`|\\a ", min_size=1, max_size=12).filter(lambda name: "\\|" not in name and name.strip()))
def test_a_span_in_a_cell_shows_the_whole_text(text: str) -> None:
    assert text == read_span(code_cell(text).replace("\\|", "|"))


def test_a_pipe_behind_a_backslash_is_spelled() -> None:
    assert r"`a\\x7cb`" == code_cell("a\\|b")


def test_long_texts_are_cut() -> None:
    assert "x" * LONGEST_NAME == shortened("x" * LONGEST_NAME)
    assert "x" * (LONGEST_NAME - 1) + "…" == shortened("x" * (LONGEST_NAME + 1))
    assert LONGEST_NAME == len(shortened("\u202e" * LONGEST_NAME))
    assert "`xx…`" == code("xxxx", 3)


def test_a_summary_holds_code_as_html() -> None:
    assert "<code>&#60;b&#62; &#64;all</code>" == code_tag("<b> @all")


def test_a_fence_is_longer_than_any_backticks_inside() -> None:
    assert ["```diff", "a", "```", ""] == fenced("diff", ["a"])
    assert ["`````diff", "a ```` b", "`````", ""] == fenced("diff", ["a ```` b"])


def test_what_is_folded_shows_once_opened() -> None:
    expected = ["<details>", "<summary>2 notes</summary>", "", "a", "", "</details>", ""]
    assert expected == folded("2 notes", ["a", ""])


@pytest.mark.parametrize("environment", ["a-->b", "a--b---c", "prod eu", "<!--", "@all\n/close"])
def test_a_hidden_line_is_one_comment(environment: str) -> None:
    assert re.fullmatch(r"<!-- syncer:plan:(?:(?!--)[\w.%~-])+ -->", hidden("plan", environment))
    assert "<!-- syncer:drift:default x y -->" == hidden("drift", "", "x", "y")


def test_environments_in_words() -> None:
    assert ("`prod`", "the default environment") == (where("prod"), where(""))


def test_links_as_far_as_they_are_known() -> None:
    job = Job("1" * 40, "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1")
    assert [f"[job](<{job.url}>)", f"[pipeline](<{job.pipeline_url}>)"] == list(links(job))
    assert [] == list(links(Job()))


def test_tables() -> None:
    assert [] == table(["A", "B"], [])
    assert ["| A | B |", "| --- | --- |", "| 1 | 2 |", ""] == table(["A", "B"], [["1", "2"]])


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_can_do_nothing(name: str) -> None:
    lines = [f"- {code(name)}", *table(["A"], [[code_cell(name)]]), code_tag(name), where(name)]
    assert_tame("\n".join([*lines, *fenced("diff", [f"- {shortened(name)}"])]))

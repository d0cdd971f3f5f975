import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.report.escape import markdown, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Support Tier 1", "Support Tier 1"),
        ("Kündigung 日本 ☎ é", "Kündigung 日本 ☎ é"),
        ("\x1b[31m\x07\x7f\x9b", "\\x1b[31m\\x07\\x7f\\x9b"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("\u202e\u200b\ufeff\u2028", "\\u202e\\u200b\\ufeff\\u2028"),
        ("odd\u00a0\u3000spaces", "odd\\xa0\\u3000spaces"),
        ("\ud800\U000e0041", "\\ud800\\U000e0041"),
        ("##[error]a ###[group]", "\\x23#[error]a #\\x23#[group]"),
        ("a ##VSO[task.complete]", "a \\x23#VSO[task.complete]"),
        ("::error file=a::b", "\\x3a:error file=a::b"),
        ("  ::add-mask::b", "  \\x3a:add-mask::b"),
        ("#1 ##x a::b ::1 refuses", "#1 ##x a::b ::1 refuses"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert shown == plain(text)


@given(st.text(st.characters(exclude_categories=())))
def test_plain_is_plain_for_good(text: str) -> None:
    assert plain(text) == plain(plain(text))


@given(st.text(st.characters(exclude_categories=())))
def test_markdown_shows_what_plain_shows(text: str) -> None:
    assert plain(text) == html.unescape(markdown(text))


def test_markdown_leaves_words_alone() -> None:
    assert "Support Tier 1, é" == markdown("Support Tier 1, é")
    assert "&#60;b&#62; &#124; &#64;all" == markdown("<b> | @all")

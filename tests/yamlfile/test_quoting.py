"""Texts in YAML and back."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.document import parse
from syncer.yamlfile.quoting import comment, quoted, scalar

WORDS = ["No", "on", "y", "null", "~", "123", "1e3", "0x1F", ".inf", "12:30", "2024-01-01", "", " a", "a "]
SIGNS = ["-", ": #", "a: b", "a #b", "# a", "<<", "=", "%a", "@a", "*a", "&a", "!a", "|", ">", "{a}", "[a]"]
QUOTES = ["'", '"', "\\", "a'b", 'a"b', "`a`"]
ODD = (*WORDS, *SIGNS, *QUOTES)
INVISIBLE = ["\ufeff", "\u2028", "\u202e", "\ufffe", "\U000e0041", "a\nb", "\t", "\x85", "\x00", "\U0001f600"]


WHOLE = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(WHOLE | st.sampled_from([*ODD, *INVISIBLE]))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    for written in (scalar(text), quoted(text)):
        document = parse("a.yaml", f"a: {written}  {comment(text)}\nb:\n  - {written}\n".encode())
        assert ((), {"a": text, "b": [text]}) == (document.findings, document.data)


@pytest.mark.parametrize("text", ODD)
def test_another_reader_reads_the_same(text: str) -> None:
    assert text == yaml.safe_load(scalar(text))


@pytest.mark.parametrize("text", ["Front", "Support Tier 2", "Zürich & Söhne (VIP), 24/7", "a-b_c.d", "Нет"])
def test_what_is_safe_stays_plain(text: str) -> None:
    assert text == scalar(text)


def test_half_a_character_can_not_be_written_but_in_a_comment() -> None:
    with pytest.raises(ValueError, match="half"):
        quoted("a\ud800")
    assert "# a\\ud800\\U000f0000" == comment("a\ud800\U000f0000")

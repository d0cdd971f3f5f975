import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.document import parse
from syncer.yamlfile.scalars import NumberError, Scalar, comment, quoted, resolve, resolve_tagged, scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2026-01-01", "2026-01-01"),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("-0", 0),
        ("0o17", 15),
        ("0x1F", 31),
        ("0x", "0x"),
        ("1_000", "1_000"),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        (".", "."),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
        (".infinite", ".infinite"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: Scalar) -> None:
    assert (type(value), value) == (type(resolve(text)), resolve(text))


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", ".nan", "1e999", "9" * 5000, "0x" + "f" * 5000, "9" * 400 + ".5"]
)
def test_numbers_that_are_none_raise(text: str) -> None:
    with pytest.raises(NumberError):
        resolve(text)


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [("5", "str", "5"), ("5", "float", 5.0), ("5", "int", 5), ("true", "bool", True), ("", "null", None)],
)
def test_standard_tags(text: str, tag: str, value: Scalar) -> None:
    found = resolve_tagged(text, f"tag:yaml.org,2002:{tag}")
    assert (type(value), value) == (type(found), found)


def test_a_value_that_does_not_fit_its_tag() -> None:
    with pytest.raises(ValueError, match="five"):
        resolve_tagged("five", "tag:yaml.org,2002:int")


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
    with pytest.raises(ValueError, match="lone surrogate"):
        quoted("a\ud800")
    assert "# a\\ud800\\U000f0000" == comment("a\ud800\U000f0000")

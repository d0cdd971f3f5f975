from hypothesis import given
from hypothesis import strategies as st

from syncer.model.json_values import clean


@given(st.text(), st.integers(1, 50))
def test_always_one_short_printable_line(text: str, longest: int) -> None:
    line = clean(text, longest=longest)
    assert len(line) <= longest
    assert line == "" or line.isprintable() or not line.isascii()
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u202e" not in line


def test_secrets_are_blotted_out() -> None:
    assert clean("no \x1b[31m s3cret\n here", secrets=("s3cret", "")) == "no [31m *** here"
    assert clean("abcdef", longest=4) == "abc…"

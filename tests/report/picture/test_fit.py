import pytest

from syncer.report.picture.fit import two_lines, width_of


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Sales", ["Sales"]),
        ("Sales Berlin Evening and weekend", ["Sales Berlin Evening and", "weekend"]),
        ("x" * 30, ["x" * 25, "x" * 5]),
        ("word " * 12, ["word word word word word", "word word word word word…"]),
        ("", [""]),
    ],
)
def test_a_name_on_two_lines_at_most(name: str, lines: list[str]) -> None:
    assert lines == two_lines(name)


def test_wide_letters_are_wider() -> None:
    narrow, usual, digits, capitals, wide = (
        width_of(text, 10) for text in ("iiii", "aaaa", "1111", "AAAA", "WWWW")
    )
    assert narrow < usual < digits < capitals < wide == width_of("漢字漢字", 10)
    assert width_of("e", 10) == width_of("e\u0301", 10)

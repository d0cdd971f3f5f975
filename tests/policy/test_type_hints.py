"""What to write instead of a value of the wrong type."""

from typing import Any

import pytest

from syncer.policy.type_hints import advise


@pytest.mark.parametrize(
    ("value", "wanted", "advice"),
    [
        ("25", "integer", "write it without quotes: 25"),
        ("25 %", "integer", "write the number alone: 25"),
        ("1,500", "number", "write the digits alone: 1500"),
        ("2 min", "integer", "write seconds: 120"),
        ("1h", "integer", "write seconds: 3600"),
        ("01:02:03", "integer", "write seconds: 3723"),
        (2.6, "integer", "round it, to 3 for example"),
        ("many", "number", "write a number in digits"),
        ("yes", "boolean", "write true"),
        ("off", "boolean", "write false"),
        ("true", "boolean", "write true without quotes"),
        (7, "boolean", "write true or false"),
        (7, "string", "write it in quotes"),
        (["a"], "string", "write one value, without brackets or '- '"),
        ({"a": 1}, "string", ""),
        ({"a": 1}, "array", "start each entry with '- '"),
        ("a", "array", "write the entries below it, indented, each starting with '- '"),
        ("queue:Sales", "object", "put a space after the colon: 'queue: Sales'"),
        ("queue:\x1b[31m", "object", ""),
        (["a"], "object", "write 'key: value' lines, and no '- ' before them"),
        ("a", "object", "write 'key: value' lines, indented"),
    ],
)
def test_a_value_of_the_wrong_type(value: Any, wanted: str, advice: str) -> None:
    assert advice == advise(value, [wanted], "x")


def test_nothing_where_a_value_belongs() -> None:
    lines = "write [] for an empty list, or entries below it, indented, each starting with '- '"
    assert lines == advise(None, ["array"], "overflow")
    assert "write a value after 'capacity:'" == advise(None, ["number"], "capacity")
    assert "write an entry after '- '" == advise(None, ["string"], "")

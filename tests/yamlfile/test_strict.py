"""What libyaml takes and YAML does not, by the cases of the yaml-test-suite."""

import pytest

from syncer.yamlfile.document import parse

TAB = "yaml.tab: a tab in the indentation, where YAML allows only spaces"
GLUED = "yaml.syntax: a comment right after a value"
DASH = "yaml.syntax: a dash alone is not allowed between brackets"
WIDE = "yaml.syntax: an empty line is indented further than the text below it"


def told(text: str) -> list[str]:
    return [f"{each.position}: {each.id}: {each.message}" for each in parse("f", text.encode()).findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('foo: "bar\n\tbaz"\n', [f"f:2:1: {TAB}"], id="DK95-01"),
        pytest.param("a:\n  b: 'c\n  \td'\n", [f"f:3:3: {TAB}"], id="DK95-01, deeper"),
        pytest.param("a: >\n \n  \n   \n # comment\n", [f"f:4:2: {WIDE}"], id="S98Z"),
        pytest.param("a:\n  - |\n        \n      # text\n", [f"f:3:7: {WIDE}"], id="S98Z, in a list"),
        pytest.param('key: "value"# comment\n', [f"f:1:13: {GLUED}"], id="SU5Z"),
        pytest.param("key: 'value'# comment\n", [f"f:1:13: {GLUED}"], id="SU5Z, other quotes"),
        pytest.param("key: [a]# comment\n", [f"f:1:9: {GLUED}"], id="SU5Z, brackets"),
        pytest.param("block: ># comment\n  scalar\n", [f"f:1:9: {GLUED}"], id="X4QW"),
        pytest.param("block: &a |-# comment\n  scalar\n", [f"f:1:13: {GLUED}"], id="X4QW, anchor"),
        pytest.param("a:\n- [\n\tfoo,\n foo\n ]\n", [f"f:3:1: {TAB}"], id="Y79Y-003"),
        pytest.param(
            'a: {b: [c,\n\td], e: "f\n\tg"\n\t}\n', [f"f:{n}:1: {TAB}" for n in (2, 3, 4)], id="inner"
        ),
        pytest.param("a: [-]\n", [f"f:1:5: {DASH}"], id="YJV2"),
        pytest.param("a: [b, -, -]\n", [f"f:1:8: {DASH}", f"f:1:11: {DASH}"], id="G5U8"),
        pytest.param("a: {b: -}\n", [f"f:1:8: {DASH}"], id="YJV2, braces"),
    ],
)
def test_what_yaml_refuses_is_refused_at_its_place(text: str, expected: list[str]) -> None:
    assert expected == told(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('foo: "bar\n  \tbaz"\n', id="DK95-02"),
        pytest.param("a:\n- [\n\t\n foo\n ]\n", id="Y79Y-002"),
        pytest.param("a: [\n\t# comment\n b]\n", id="a comment"),
        pytest.param("{a: [\n\tb]}\n", id="6CA3"),
        pytest.param('a: "b\n\n c"  # d\n', id="an empty line"),
        pytest.param("a: |\n\n  b\n\n   c\nd: >\n    \ne: 1\n", id="texts"),
        pytest.param("a: |2\n    \n  b\n", id="with an indentation"),
        pytest.param("a: [-1, -b, 'c#', \"-\"]\nb: --\nc: [d] # e\n", id="dashes"),
        pytest.param("a: 'b''# c'\nd: e#f\n", id="no comments"),
    ],
)
def test_what_yaml_takes_is_taken(text: str) -> None:
    assert [] == told(text)

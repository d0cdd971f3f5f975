"""The data of files that are in order, with the reader that knows all of YAML as the oracle."""

from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.compose import compose
from syncer.yamlfile.decode import decode, split_lines
from syncer.yamlfile.nodes import CHARACTERS_A_NODE, MOST_DEPTH, MOST_NODES
from syncer.yamlfile.quick import quick_data, quick_mark
from tests.properties import examples
from tests.yamlfile.texts import WORDS, paths

EXAMPLES = sorted((Path(__file__).parents[1] / "policy" / "examples").rglob("*.yaml"))


def spelled(value: Any) -> Any:
    """A value with its types and the order of its keys, which ``==`` doesn't see."""
    if isinstance(value, dict):
        return [(key, spelled(each)) for key, each in value.items()]
    return [spelled(each) for each in value] if isinstance(value, list) else (type(value), value)


def agrees(text: str) -> bool:
    """Whether the quick reader says something; then the other one says the same, and finds nothing wrong."""
    lines = split_lines(text)
    read = quick_data(text, lines)
    if read is None:
        return False
    data, outline = read
    composed = compose("p.yaml", text, lines)
    assert () == composed.findings
    assert spelled(composed.data) == spelled(data)
    for path in paths(data):
        assert composed.mark.find(path) == outline.find(path), path
    assert quick_mark(text) in (None, composed.mark)
    return True


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_read_as_by_the_other_one(path: Path) -> None:
    text, findings = decode("p.yaml", path.read_bytes())
    if not findings:
        agrees(text)


@examples(400)
@given(st.lists(WORDS, max_size=60).map("".join), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_is_read_as_by_the_other_one(text: str, end: str) -> None:
    agrees(text.replace("\n", end))
    agrees(f"a:\n- {text}".replace("\n", end))


SCALARS = st.sampled_from(
    [
        *("a", "Tier 1", "5", "5.0", "-5", "0x1f", "0o17", "012", "1e3", ".5", "~", "", "true", "No", "on"),
        *("2026-12-24", "12:30", "'it''s'", '"\\x41 # b"', '"a\n\n    b"', "- a", "-", "<<", "'<<'", ".inf"),
        *("9" * 301, "&a x", "*a", "!!str 5", "! 5", "!foo 5", "a # b", '"a"#', "a#b", "# a", "é 😀", "a: b"),
        *("|\n      a\n       b", ">-\n      a\n\n      b", "|2\n     a", "|\n        \n      a", "[]", "{}"),
        *(
            "[a, -, 5]",
            "[- a]",
            "{a: 1, b: [2]}",
            "{a: 1, a: 2}",
            "{a}",
            "{<<: {b: 1}}",
            "[a: 1]",
            "{id: b-2}#",
        ),
        *("[\n    a,\n\tb]", "\ta", '"a\n\tb"', "? a", "a\n     b", "{[a]: 1}", "{5: 1}", "{~: 1}"),
    ]
)
KEYS = st.sampled_from(
    ["a", "b", "c", "'a'", "5", "~", "true", "<<", "'<<'", "&k a", "? a", "[a]", "!!str a"]
)


@st.composite
def documents(draw: st.DrawFn, indent: int = 0) -> str:
    """A mapping in the ordinary form, with ordinary and less ordinary values and keys."""
    pad = " " * indent
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        lines.append(f"{pad}{draw(KEYS)}:")
        shape = draw(st.sampled_from(["scalar", "scalar", "scalar", "mapping", "list"]))
        if shape == "scalar" or indent > 4:
            lines[-1] += f" {draw(SCALARS)}"
        elif shape == "mapping":
            lines.append(draw(documents(indent + 2)))
        else:
            lines += [f"{pad}- {each}" for each in draw(st.lists(SCALARS, min_size=1, max_size=3))]
            lines.append(f"{pad}- {draw(documents(indent + 2)).lstrip()}")
    return "\n".join(lines)


@examples(1000)
@given(
    documents(),
    st.sampled_from(["", "---\n", "# a\n", "%YAML 1.1\n---\n"]),
    st.sampled_from(["", "...\n", "---\n"]),
)
def test_documents_are_read_as_by_the_other_one(text: str, before: str, behind: str) -> None:
    agrees(f"{before}{text}\n{behind}")


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nqueues:\n  - queue: Tier 1 # the first\n    capacity: 5.5\n    overflow: []\n",
        "# policies\n---\na: 'x'\nb: \"y\"\n'c': ~\nd:\n\n...\n",
        "a: {id: b-2, c: [1, -2, true]}\n",
        "a: >\n  one\n  two\nb: |\n  three\n",
        "a:\r\n- b: plain\r\n    text\r\n-\r\n- - 1\r\n",
        "a: x#y\n",
    ],
)
def test_what_is_ordinary_is_read(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]\n", "a\n", "a: 1\na: 2\n", "5: 1\n", "[a]: 1\n", "<<: {a: 1}\n", "a: .inf\n", "a: *b\n"),
        *(
            "a: &b 1\n",
            "a: !!str 1\n",
            "a: &b {c: 1}\n",
            "a: !!map {c: 1}\n",
            "a: [*b]\n",
            "- a\n",
            "*a : 1\n",
        ),
        *(
            "a: 1\n---\nb: 1\n",
            "a: 'b'#c\n",
            "a: [b]#c\n",
            "a:\tb\n",
            "a: [-]\n",
            "a: |\n    \n  b\n",
            "a: [\n",
        ),
    ],
)
def test_what_is_not_ordinary_is_left_to_the_other_one(text: str) -> None:
    assert not agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a: *b\n",
            "a: &b 1\n",
            "a: &b {c: 1}\n",
            "a: &b [1]\n",
            "&a b: 1\n",
            "<<: {a: 1}\n",
            "a: 1\na: 2\n",
        ),
        *("5: 1\n", "true: 1\n", "? [a]\n: 1\n", "- a\n", "", "a: [\n", "&b {a: 1}\n", f"a: {'[' * 10_000}"),
    ],
)
def test_where_things_stand_is_said_of_ordinary_mappings(text: str) -> None:
    assert quick_mark(text) is None


def test_where_things_stand() -> None:
    text = "a:\n  - 'b'\n  - {c: [1, 2], d: ~}\n\"e f\": |\n  g\ntruest: !!str 5\n"
    assert compose("p.yaml", text, split_lines(text)).mark == quick_mark(text)


def test_what_is_too_deep_or_too_large_is_left_to_the_other_one() -> None:
    assert agrees(f"a: {'[' * (MOST_DEPTH - 1)}{']' * (MOST_DEPTH - 1)}")
    assert not agrees(f"a: {'[' * MOST_DEPTH}{']' * MOST_DEPTH}")
    assert agrees(f"a: {'x' * CHARACTERS_A_NODE * 10}")


@pytest.mark.slow
def test_a_file_at_the_bound_of_values() -> None:
    assert not agrees(f"a: [{'1,' * MOST_NODES}]")
    wide = "\n".join(chain(["a:"], ("- {b: 1}" for _ in range(MOST_NODES // 3 + 1))))
    assert not agrees(wide)

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.compose import compose
from syncer.yamlfile.document import Document, parse
from syncer.yamlfile.nodes import BROKEN
from tests.yamlfile.texts import WORDS, paths


def at(document: Document, *path: str | int, key: bool = False) -> tuple[int, int]:
    position = document.position(path, key=key)
    return position.line, position.column


Place = tuple[str | int, ...]

TESTS = Path(__file__).parents[1]
EXAMPLES = sorted((TESTS / "policy" / "examples").rglob("*.yaml"))


def same_places(document: Document) -> None:
    """Without the places that were handed over, the same ones are found when they are asked for."""
    alone = Document(document.path, document.lines, document.data)
    assert replace(document, findings=()) == alone
    if document.data is BROKEN:
        return
    read = replace(alone, known=compose(document.path, "\n".join(document.lines), document.lines).mark)
    for path in paths(document.data):
        for key in (False, True):
            place = read.position(path, key=key)
            assert [place, place] == [each.position(path, key=key) for each in (document, alone)]


def test_positions_of_values_and_keys() -> None:
    document = parse("p.yaml", b"a:\n  - b: 1\n    c: &c {d: 2}\n  - <<: *c\n    e: x\n")
    assert document.data == {"a": [{"b": 1, "c": {"d": 2}}, {"e": "x", "d": 2}]}
    assert at(document) == (1, 1)
    assert at(document, "a") == (2, 3)
    assert at(document, "a", key=True) == (1, 1)
    assert at(document, "a", 0) == (2, 5)
    assert at(document, "a", 0, "b") == (2, 8)
    assert at(document, "a", 0, "c", key=True) == (3, 5)
    assert at(document, "a", 1, "e") == (5, 8)
    assert at(document, "a", 1, "d") == (3, 15)
    assert at(document, "a", 1, "d", key=True) == (3, 12)


def test_a_place_that_does_not_exist_is_the_nearest_that_does() -> None:
    document = parse("p.yaml", b"a:\n  - b: 1\n")
    assert at(document, "a", 0, "missing") == (2, 5)
    assert at(document, "a", 0, "missing", key=True) == (2, 5)
    assert at(document, "a", 7) == (2, 3)
    assert at(document, "a", "b") == (2, 3)
    assert at(document, 0) == (1, 1)


def test_what_could_not_be_read_stands_at_the_top() -> None:
    document = Document("p.yaml", ("a: [",), BROKEN)
    assert (1, 1) == at(document, "a")


def test_columns_count_characters_and_the_byte_order_mark_is_none() -> None:
    document = parse("p.yaml", '\ufeff"ü😀": {"é": 1}\n'.encode())
    assert at(document, "ü😀") == (1, 7)
    assert at(document, "ü😀", "é") == (1, 13)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_places_of_data_alone_are_those_of_reading(path: Path) -> None:
    same_places(parse(path.name, path.read_bytes()))


@given(st.lists(WORDS, max_size=60).map("".join), st.sampled_from(["\n", "\r\n", "\r"]))
def test_places_of_data_alone_are_those_of_reading_any_text(text: str, end: str) -> None:
    same_places(parse("p.yaml", f"\ufeffa:\n- {text}".replace("\n", end).encode()))


def test_no_place_needs_a_parser_where_none_is_asked_for() -> None:
    code = (
        "import sys; from syncer.yamlfile.document import Document; "
        "document = Document('p.yaml', ('a: 1',), {'a': 1}); print('yaml' in sys.modules); "
        "position = document.position(('a',)); print('yaml' in sys.modules); "
        "print(position); print('yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False\nFalse\np.yaml:1:4\nTrue\n" == done.stdout


def test_where_everything_stands_is_known_here_alone() -> None:
    package = TESTS.parent / "syncer"
    others = [path for path in package.rglob("*.py") if path.parent != package / "yamlfile"]
    assert [] == [path for path in others if re.search(r"\bMark\b|\.mark\b", path.read_text("utf-8"))]

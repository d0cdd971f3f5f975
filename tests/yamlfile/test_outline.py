"""Places of values without the data; `test_quick.py` compares them with those of the slower reader."""

import pytest

from syncer.yamlfile.outline import Outline
from syncer.yamlfile.quick import quick_data

TEXT = "a: 1\nb:\n  - c: [x, {d: y}]\n    e: z\n  - e: {}\nlong: [" + "1, " * 20 + "]\n"


@pytest.fixture(scope="module")
def outline() -> Outline:
    read = quick_data(TEXT, TEXT.split("\n"))
    assert read
    return read[1]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (1, 4)),
        (("b", 0), (3, 5)),
        (("b", 0, "c", 1, "d"), (3, 16)),
        (("b", 1, "e"), (5, 8)),
        (("long", 0), (6, 8)),
        (("long", 19), (6, 65)),
    ],
)
def test_a_value_is_found_by_its_path(
    outline: Outline, path: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    assert place == outline.find(path)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        (("x",), ()),
        ((0,), ()),
        (("a", "x"), ("a",)),
        (("a", 0), ("a",)),
        (("b", 2), ("b",)),
        (("b", 0, "x", "y"), ("b", 0)),
        (("b", 1, "e", "x"), ("b", 1, "e")),
        (("long", 20), ("long",)),
        (("long", "x"), ("long",)),
    ],
)
def test_what_does_not_exist_is_at_the_nearest_above_it(
    outline: Outline, path: tuple[str | int, ...], nearest: tuple[str | int, ...]
) -> None:
    assert outline.find(nearest) == outline.find(path)

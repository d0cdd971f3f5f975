"""Edits of a file of any content: what is not meant stays as it is."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.document import parse
from syncer.yamlfile.editor import Editor

GARDEN = """\
# What grows where.
beds:
  - name: north  # shady
    plants:
      - kind: fern
        number: 5  # old ones
      # the next is new
      - kind: hosta

    note: [wet]

  - name: south
    plants:
    - kind: rose

# Tools.
tools: none
"""


def editor(text: str = GARDEN) -> Editor:
    return Editor(parse("p.yaml", text.encode()))


def changed(before: str, after: str) -> str:
    assert 1 == GARDEN.count(before)
    return GARDEN.replace(before, after)


CASES: dict[str, tuple[Callable[[Editor], None], str]] = {
    "nothing": (lambda edit: None, GARDEN),
    "a number": (
        lambda edit: edit.set(("beds", 0, "plants", 0, "number"), "7"),
        changed("number: 5  #", "number: 7  #"),
    ),
    "a text with a backslash": (
        lambda edit: edit.set(("beds", 0, "name"), r'"n\\1"'),
        changed("north", r'"n\\1"'),
    ),
    "a key of an entry": (
        lambda edit: edit.add(("beds", 0, "plants", 1), ["number: 2"]),
        changed("kind: hosta\n", "kind: hosta\n        number: 2\n"),
    ),
    "a key of the last entry of all": (
        lambda edit: edit.add(("beds", 1), ["note: dry"]),
        changed("kind: rose\n", "kind: rose\n    note: dry\n"),
    ),
    "an entry": (
        lambda edit: edit.append(("beds", 1, "plants"), ["- kind: lily", "  number: 1"]),
        changed("kind: rose\n", "kind: rose\n    - kind: lily\n      number: 1\n"),
    ),
    "an entry of the list around": (
        lambda edit: edit.append(("beds",), ["- name: west"]),
        changed("kind: rose\n", "kind: rose\n  - name: west\n"),
    ),
    "an entry less": (
        lambda edit: edit.remove(("beds", 0, "plants", 0)),
        changed("      - kind: fern\n        number: 5  # old ones\n", ""),
    ),
    "a key with all below it": (
        lambda edit: edit.replace(("beds", 0, "plants"), ["plants: []"]),
        changed(GARDEN[GARDEN.index("plants:") : GARDEN.index("\n\n    note")], "plants: []"),
    ),
    "a key at the top": (
        lambda edit: edit.replace(("tools",), ["tools:", "- rake"]),
        changed("tools: none", "tools:\n- rake"),
    ),
    "a comment": (
        lambda edit: edit.remark(("beds", 1), "new\x07"),
        changed("  - name: south", "  # new\\u0007\n  - name: south"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_change_and_nothing_else(name: str) -> None:
    edit, expected = CASES[name]
    edited = editor()
    edit(edited)
    assert expected == edited.text()


def test_changes_at_one_line_stand_in_their_order() -> None:
    edited = editor("a:\n- b: 1\n")
    edited.append(("a",), ["- b: 2"])
    edited.append(("a",), ["- b: 3"])
    edited.set(("a", 0, "b"), "0")
    assert "a:\n- b: 0\n- b: 2\n- b: 3\n" == edited.text()


@pytest.mark.parametrize("dash", ["- ", "-   ", "-\n    "])
def test_an_entry_has_its_dash_below_the_others(dash: str) -> None:
    edited = editor(f"a:\n  {dash}b: 1\n")
    edited.append(("a",), ["- b: 2"])
    assert {"a": [{"b": 1}, {"b": 2}]} == parse("p.yaml", edited.text().encode()).data


def test_a_comment_is_not_written_twice() -> None:
    edited = editor("a:\n# once\n- b\n")
    edited.remark(("a", 0), "once")
    assert "a:\n# once\n- b\n" == edited.text()


def test_what_is_there_and_what_is_not() -> None:
    edited = editor()
    assert (True, False) == (edited.holds(("beds", 0, "name")), edited.holds(("beds", 0, "size")))
    assert (True, False) == (edited.holds(("beds", 1)), edited.holds(("beds", 2)))
    with pytest.raises(LookupError):
        edited.set(("beds", 2, "name"), "x")


ROWS = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(["", "  # why", "\n  # below", "\n"])), min_size=1
)


@given(ROWS, st.data())
def test_any_entry_may_be_set_or_removed(rows: list[tuple[int, str]], data: st.DataObject) -> None:
    text = "a:\n" + "".join(f"- b: {number}{behind}\n" for number, behind in rows) + "c: 1\n"
    place = data.draw(st.integers(0, len(rows) - 1))
    numbers = [number for number, _ in rows]
    edited = editor(text)
    edited.set(("a", place, "b"), "100")
    others = numbers[:place], numbers[place + 1 :]
    kept = [{"b": number} for number in (*others[0], 100, *others[1])]
    assert {"a": kept, "c": 1} == parse("p.yaml", edited.text().encode()).data
    assert text.count("#") == edited.text().count("#")
    edited = editor(text)
    edited.remove(("a", place))
    left = [{"b": number} for number in (*others[0], *others[1])] or None
    assert {"a": left, "c": 1} == parse("p.yaml", edited.text().encode()).data

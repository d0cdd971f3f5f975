from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadAnswer
from syncer.kinds.owner import Owner, OwnerMark
from syncer.live.wire import read_queue, write_rules
from syncer.model.rule import Rule

OURS = OwnerMark("contact-center/routing")
LINE = "[managed by syncer: contact-center/routing]"
OWNERS = st.text("abcXYZ019._/:-", min_size=1, max_size=100).map(OwnerMark)
TEXTS = st.text() | st.lists(st.sampled_from([LINE, "text", "", " ", LINE.upper(), "\r"])).map("\n".join)


def marks(description: Any) -> list[Rule]:
    return [reading.rule for reading in Owner().read({"description": description})]


def rewritten(description: Any, *wanted: OwnerMark) -> Any:
    raw = {"description": description}
    Owner().write(raw, wanted)
    return raw["description"]


@pytest.mark.parametrize(
    "description",
    [
        LINE,
        f"Text\n{LINE}",
        f"\n{LINE}",
        f"Text\r\n{LINE}\r\n",
        f"Text\n{LINE} \n\n",
        f"{LINE}\n{LINE}",
        f"Text {LINE}",
        f"Text{LINE}",
        f"[managed by syncer: a] {LINE}",
    ],
)
def test_a_mark_ends_the_text(description: str) -> None:
    assert [OURS] == marks(description)


@pytest.mark.parametrize(
    "description",
    [
        None,
        7,
        "",
        "Text",
        f"{LINE}\nText",
        f"{LINE} Text",
        LINE.upper(),
        "[managed by syncer: ]",
        "[managed by syncer: a b]",
        "[managed by syncer: \N{LATIN SMALL LETTER E WITH ACUTE}]",
        f"[managed by syncer: {'a' * 101}]",
        "[managed by syncer: a] [managed by syncer: b],",
    ],
)
def test_what_is_no_mark(description: Any) -> None:
    assert [] == marks(description)


@given(TEXTS.filter(lambda text: not marks(text)), OWNERS, OWNERS)
def test_a_mark_that_came_and_went_leaves_every_character(
    text: str, one: OwnerMark, other: OwnerMark
) -> None:
    marked = rewritten(text, one)
    assert ([one], True) == (marks(marked), marked.startswith(text))
    assert [other] == marks(rewritten(marked, other))
    assert [text, text] == [rewritten(marked), rewritten(rewritten(marked, other))]


@given(TEXTS, OWNERS)
def test_a_mark_that_stands_is_not_written_again(text: str, mark: OwnerMark) -> None:
    once = rewritten(text, mark)
    assert [mark] == marks(once)
    assert [once, f"{once}\n"] == [rewritten(once, mark), rewritten(f"{once}\n", mark)]
    trimmed = once.strip()
    assert ([mark], trimmed) == (marks(trimmed), rewritten(trimmed, mark))


@pytest.mark.parametrize(
    ("kept", "back"),
    [
        (f"Text\r\n{LINE}", "Text"),
        (f"One\r\nTwo\r\n\r\n{LINE}\r\n", "One\r\nTwo\r\n\r\n"),
        (f"Text {LINE}", "Text "),
        (f"Text{LINE}", "Text"),
    ],
)
def test_a_mark_goes_with_its_line_end_whatever_a_server_made_of_it(kept: str, back: str) -> None:
    assert (back, kept) == (rewritten(kept), rewritten(kept, OURS))


@pytest.mark.parametrize("before", [LINE, "[managed by syncer: somebody/else]"])
def test_several_marks_go_together(before: str) -> None:
    assert "Text" == rewritten(f"Text\n{before}\n{LINE}")
    assert "Text \n" == rewritten(f"Text {before}\n{LINE}\n")
    assert "Text\n[managed by syncer: us]" == rewritten(f"Text\n{before}\n{LINE}", OwnerMark("us"))


def test_a_mark_is_written_with_the_line_ends_of_the_text() -> None:
    assert f"One\r\nTwo\r\n{LINE}" == rewritten("One\r\nTwo", OURS)
    assert "One\r" == rewritten(rewritten("One\r", OURS))


def test_a_queue_without_a_description_gets_one() -> None:
    raw = {"id": "a", "name": "A", "routingRules": [1]}
    marked = write_rules(raw, [OURS], ["owner"])
    assert raw | {"description": LINE} == marked
    assert (OURS,) == read_queue(marked).rules
    assert raw | {"description": ""} == write_rules(marked, [], ["owner"])
    assert raw == write_rules(raw, [], ["owner"]) == write_rules(raw, [OURS], ["overflow"])
    assert LINE == rewritten(None, OURS)


def test_a_description_that_is_no_text_is_not_replaced() -> None:
    with pytest.raises(BadAnswer, match="description of the queue 'a' is not a string"):
        Owner().write({"id": "a", "description": ["x"]}, [OURS])
    assert ["x"] == rewritten(["x"])

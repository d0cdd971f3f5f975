import pytest

from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.window import Overwritten, Window, overwritten_document

NOW = "2026-03-01T08:30:00.000Z"
WINDOW = Window("run", "q", "Q", NOW, NOW, NOW, {"id": "q", "a": 1, "b": 2}, {"id": "q", "a": 2, "c": 3})
EDIT = AuditedEdit("q", NOW, "Update", changes=(PropertyChange("a", ("1",), ("5",)),))


def test_a_window_is_kept_with_what_was_sent_as_a_difference() -> None:
    document = WINDOW.as_json()
    assert {"a": 2, "b": None, "c": 3} == document["changed"]
    again = Window.of(document)
    assert {"id": "q", "a": 2, "b": None, "c": 3} == again.sent
    assert (WINDOW.key, WINDOW.read) == (again.key, again.read)


@pytest.mark.parametrize("at", ["yesterday", "2026-03-01T08:30:00"])
def test_a_window_without_times_is_none(at: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|isoformat"):
        Window.of({**WINDOW.as_json(), "sent_at": at})


def test_an_overwritten_edit_comes_back_from_its_json() -> None:
    lost = Overwritten("run", "Q", EDIT, {"a": "2"}, "plan.json")
    assert lost == Overwritten.of(lost.as_json())
    assert {"overwritten": [lost.as_json()]} == overwritten_document([lost])
    assert {} == overwritten_document([])

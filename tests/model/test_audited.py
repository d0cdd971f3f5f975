import pytest

from syncer.model.audited import AuditedEdit, PropertyChange, edit_of

CHANGE = PropertyChange("directRouting.backupQueueId", ("a",), ("b",))
EDIT = AuditedEdit(
    queue="q",
    at="2026-03-01T08:30:00.000Z",
    action="Update",
    user="u",
    user_name="Ada",
    client="c",
    addresses=("10.0.0.7",),
    changes=(CHANGE,),
)


def test_an_edit_says_who_when_from_where_and_what() -> None:
    assert (
        "Ada at 2026-03-01T08:30:00.000Z (client c, address 10.0.0.7): "
        'directRouting.backupQueueId from "Billing" to "b"'
    ) == EDIT.in_words({"a": "Billing"})


def test_what_the_audit_does_not_say_is_left_out() -> None:
    bare = AuditedEdit("q", "2026-03-01T08:30:00.000Z", "Update")
    assert "nobody named at 2026-03-01T08:30:00.000Z: Update" == bare.in_words({})
    assert "nobody named at t: no property named" == AuditedEdit("q", "t").in_words({})
    assert "client c at t: Update" == AuditedEdit("q", "t", "Update", client="c").in_words({})
    assert "u" == AuditedEdit("q", "t", user="u", client="c").by


def test_many_changes_are_counted_and_long_values_cut() -> None:
    changes = tuple(PropertyChange(f"p{number}", (), ("x" * 200,)) for number in range(6))
    said = AuditedEdit("q", "t", changes=changes).in_words({})
    assert said.startswith(f'nobody named at t: p0 from nothing to "{"x" * 79}…"; p1 ')
    assert said.endswith("; and 2 more")


def test_an_edit_comes_back_from_its_json() -> None:
    assert edit_of(EDIT.as_json()) == EDIT
    with pytest.raises(KeyError):
        edit_of({})

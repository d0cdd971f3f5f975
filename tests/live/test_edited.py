from typing import Any

import pytest

from syncer.live.edited import last_edit
from syncer.model.queue import Edit

AT = "2026-03-01T08:30:00.000Z"


@pytest.mark.parametrize(
    ("raw", "expected", "words"),
    [
        ({"modifiedBy": "u1", "dateModified": AT}, Edit("u1", "", AT), f"by u1 at {AT}"),
        ({"modifiedBy": {"id": "u1", "name": "Ada"}}, Edit("u1", "Ada"), "by Ada"),
        ({"modifiedBy": {"id": "u1", "selfUri": "/x"}}, Edit("u1"), "by u1"),
        ({"dateModified": AT}, Edit(at=AT), f"at {AT}"),
        ({}, Edit(), ""),
        ({"modifiedBy": 5, "dateModified": ["x"]}, Edit(), ""),
        ({"modifiedBy": {"id": None, "name": 7}, "dateModified": None}, Edit(), ""),
        ({"modifiedBy": "a\x1b\nb" + "x" * 500}, Edit("a b" + "x" * 116 + "…"), "by a b" + "x" * 116 + "…"),
    ],
)
def test_who_changed_a_queue(raw: dict[str, Any], expected: Edit, words: str) -> None:
    found = last_edit(raw)
    assert (expected, words) == (found, found.in_words())
    assert {"id": found.id, "name": found.name, "at": found.at} == found.as_json()

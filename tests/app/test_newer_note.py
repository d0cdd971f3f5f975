"""Which of two notes on a merge request is of a newer commit."""

from dataclasses import replace

import pytest

from syncer.app.draft_note import DraftNote
from syncer.app.newer_note import is_of_newer
from syncer.gitlab.place import MergeRequest, project_of
from syncer.report.note.applied import OnRequest, applied_commit_in
from tests.stand_in import TOKEN, gitlab

OLD, NEW = "1" * 40, "2" * 40
PLAN = "<!-- syncer:plan:default -->\n\nCommit {}.\n"
APPLY = "<!-- syncer:apply:default -->\n\nCommit {}, [job](<https://gitlab.example.com>).\n"


def written(previous: str, request: OnRequest) -> str:
    del request
    return previous


NOTE = DraftNote("", "", "", written, "", commit=OLD)
AFTERWARDS = replace(NOTE, commit_in=applied_commit_in, afterwards=True)


@pytest.mark.parametrize(
    ("note", "said", "newer"),
    [
        (NOTE, PLAN.format(NEW), True),
        (NOTE, PLAN.format(OLD), False),
        (NOTE, "", False),
        (replace(NOTE, commit=NEW), PLAN.format(OLD), False),
        (replace(NOTE, commit=""), PLAN.format(NEW), False),
        (AFTERWARDS, APPLY.format(NEW), True),
        (replace(AFTERWARDS, commit=NEW), APPLY.format(OLD), False),
        (AFTERWARDS, APPLY.format("9" * 40), False),
    ],
)
def test_a_note_of_a_newer_commit_is_told(note: DraftNote, said: str, newer: bool) -> None:
    with gitlab() as server:
        server.hub.repository.begin(OLD, {})
        server.hub.repository.begin(NEW, {})
        server.hub.repository.requests[5]["sha"] = NEW
        where = MergeRequest(project_of(server.api, "42").url, "42", "5")
        assert newer == is_of_newer(said, note, where, TOKEN)

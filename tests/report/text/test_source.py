"""How what was planned stands to its target branch, in words."""

import pytest

from syncer.model.source import Source
from syncer.report.text.source import standing_in_words

LOOKS = "what others merged looks undone here"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            Source(merge_request="5", target="main", merged=False, behind=12),
            f"12 commits behind main: {LOOKS}",
        ),
        (Source(merge_request="5", target="main", merged=False, behind=1), f"1 commit behind main: {LOOKS}"),
        (
            Source(merge_request="5", target="main"),
            f"whether commits of main are missing here is not known: if some are, {LOOKS}",
        ),
        (Source(merge_request="5", target="main", merged=True), ""),
        (Source(merge_request="5", target="main", merged=True, behind=3), ""),
        (Source(target="main", behind=3), ""),
        (Source(merge_request="5"), ""),
    ],
)
def test_what_is_missing_is_said_in_a_merge_request_alone(source: Source, words: str) -> None:
    assert words == standing_in_words(source)

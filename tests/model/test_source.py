"""Where policies come from."""

from syncer.model.source import NO_SOURCE, Source


def test_a_source_says_what_is_known_of_it() -> None:
    known = Source("c0ffee", target="main", merged=False, behind=0)
    said = {"commit": "c0ffee", "merge_request": "", "target": "main", "merged": False, "behind": 0}
    assert said == known.as_json()
    assert {"commit": "", "merge_request": ""} == NO_SOURCE.as_json()


def test_nothing_known_is_no_source() -> None:
    assert (True, False) == (bool(Source("c0ffee")), bool(Source()))

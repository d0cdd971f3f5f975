import hashlib
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.cover import Attested, Cover, TrailFile, attested, digests
from syncer.audit.filters import Filters
from syncer.audit.sample import Sample
from syncer.audit.verify import Break, Verification
from syncer.errors import AuditError
from tests.audit.histories import story
from tests.audit.trails import written


def test_the_digest_of_a_file_is_that_of_all_its_bytes(tmp_path: Path) -> None:
    path = written(tmp_path).path
    data = path.read_bytes()
    expected = TrailFile(str(path), len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    assert (expected,) == digests([path, tmp_path / "missing"])


def test_what_is_no_file_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="can't be read"):
        digests([tmp_path])


def test_a_head_is_found_at_its_entry() -> None:
    entries: list[Any] = [*story(), {"n": "edited", "hash": "b"}, {"hash": []}]
    kept = entries[3]["hash"]
    assert (Attested(kept, 4), Attested("a", None), Attested("b", None)) == attested(
        [kept, "a", "b"], entries
    )


def test_the_first_page_as_json() -> None:
    file, head = TrailFile("audit.jsonl", 9, "sha256:1"), Attested("h", 3)
    broken = Verification(5, "h5", (Break(2, "edited", "it was"),))
    sample = Sample(1, 7, 2, 1)
    cover = Cover("now", "ann", "host", "1", Filters(), (file,), broken, (head,), 2, sample, 1)
    assert not cover.trusted
    assert {
        "made_at": "now",
        "made_by": "ann",
        "host": "host",
        "version": "1",
        "scope": Filters().as_json(),
        "files": [{"path": "audit.jsonl", "size": 9, "digest": "sha256:1"}],
        "verification": {
            "whole": False,
            "entries": 5,
            "head": "h5",
            "breaks": [{"line": 2, "kind": "edited", "message": "it was"}],
        },
        "attested": [{"head": "h", "entry": 3}],
        "population": 2,
        "sample": sample.as_json(),
        "undated": 1,
    } == cover.as_json()

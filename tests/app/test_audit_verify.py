"""The trail, verified from Python: its chain, what vouches for it, and what contradicts itself."""

import json
from pathlib import Path

import pytest

from syncer.app import LiveTarget, apply, audit_verify
from syncer.audit.chain import Chain
from syncer.errors import AuditError
from tests.audit.trails import rehashed
from tests.use_cases import SOURCE, UNASKED, session

TRAIL = Path(".syncer/audit/audit.jsonl")


@pytest.fixture
def run(target: LiveTarget) -> str:
    """The id of an apply that was done."""
    within = session()
    assert 0 == apply(SOURCE, target, UNASKED, session=within).exit_code
    return within.run


def test_a_chain_is_followed_and_one_that_was_edited_is_broken(run: str) -> None:
    whole = audit_verify()
    assert whole.view is not None
    head = whole.view.verification.head
    assert (0, True, 0) == (
        whole.exit_code,
        whole.view.verification.whole,
        audit_verify(heads=[head]).exit_code,
    )
    assert 1 == audit_verify(heads=["0" * 64]).exit_code
    path = Path(whole.view.paths[0])
    path.write_text(path.read_text().replace("Front", "Frint", 1))
    broken = audit_verify()
    assert broken.view is not None
    assert (1, False) == (broken.exit_code, broken.view.verification.whole)


def test_where_there_is_no_trail_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no audit trail"):
        audit_verify(tmp_path)
    trail = Chain(tmp_path / "audit").path
    trail.parent.mkdir()
    trail.touch()
    with pytest.raises(AuditError, match="has no entries"):
        audit_verify(tmp_path)


def test_every_head_must_be_in_the_chain(run: str) -> None:
    entries = [json.loads(line) for line in TRAIL.read_bytes().splitlines()]
    second, last = entries[1]["hash"], entries[-1]["hash"]
    found = audit_verify(heads=[second]).view
    assert found is not None
    assert (2, len(entries) - 2) == (found.verification.attested, found.verification.unattested)
    assert (0, 1, 0) == (
        audit_verify(heads=[second]).exit_code,
        audit_verify(heads=[second], require_attested=True).exit_code,
        audit_verify(heads=[second, last], require_attested=True).exit_code,
    )
    two = audit_verify(heads=[last, f"sha256:{'1' * 64}"])
    assert two.view is not None
    assert (1, ["truncated"], 0) == (
        two.exit_code,
        [found.kind for found in two.view.verification.breaks],
        two.view.verification.attested,
    )


def test_files_are_verified_where_they_are_named(run: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    lines = TRAIL.read_bytes().splitlines(keepends=True)
    copy.write_bytes(b"".join(lines[1:]))
    report = audit_verify(files=[copy])
    assert report.view is not None
    assert (0, (str(copy),), 2) == (report.exit_code, report.view.paths, report.view.verification.first)
    assert json.loads(lines[0])["hash"] == report.view.verification.before
    with pytest.raises(AuditError, match="there is no audit trail at"):
        audit_verify(files=[tmp_path / "none"])


def test_entries_that_contradict_each_other_are_breaks_though_all_hashes_fit(run: str) -> None:

    entries = [json.loads(line) for line in TRAIL.read_bytes().splitlines()]
    entries[-1]["queues"] = {"applied": 1}
    TRAIL.write_bytes(b"".join(rehashed(entries)))
    report = audit_verify()
    assert report.view is not None
    assert (1, ["totals"]) == (report.exit_code, [found.kind for found in report.view.verification.breaks])

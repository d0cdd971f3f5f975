"""Anchoring the head, from Python and from the command line."""

from pathlib import Path

import pytest

from syncer.app import audit_anchor
from syncer.app.anchor import anchor_after_run, anchors_of, roots_of
from syncer.audit.anchors import Head
from syncer.audit.chain import Chain
from syncer.errors import AuditError, ConfigError, NotSent, SyncerError, WrongUsage
from tests.loopback import CLOSED
from tests.program import Program
from tests.signing import alone, git, repository
from tests.tsa import authority

STATE = Path(".syncer")


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """A trail of three entries, in a repository that signs tags."""
    alone(monkeypatch, tmp_path)
    monkeypatch.chdir(repository(tmp_path / "policies", tmp_path / "key"))
    chain = Chain(STATE / "audit")
    chain.append([{"kind": "run", "run": str(number)} for number in range(3)])
    return chain


def test_the_present_head_is_anchored_to_all_at_once(trail: Chain, tmp_path: Path) -> None:
    with authority(tmp_path / "tsa") as (tsa, server):
        done = audit_anchor([f"rfc3161:{server.url}", "git-tag", "git-tag"], tsa_roots=tsa.roots)
    assert Head(3, trail.head()) == done.head
    assert [("git-tag", True), ("rfc3161", True)] == [(each.kind, each.valid) for each in done.receipts]
    assert 1 == len(tsa.queries)
    assert f"syncer/audit/{done.head.name}" == git(Path(), "tag", "-l")


def test_the_command_says_what_was_anchored(
    trail: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Program(tmp_path, monkeypatch, capsys)
    with authority(tmp_path / "tsa") as (tsa, server):
        arguments = ["audit", "anchor", "--anchor", f"rfc3161:{server.url}", "--anchor", "git-tag"]
        done = program.run(*arguments, "--tsa-roots", str(tsa.roots))
        unchecked = program.run(*arguments)
    assert (0, "") == (done.code, done.err)
    tag, stamp, head = done.out.splitlines()
    name = Head(3, trail.head()).name
    assert tag.startswith("git-tag: entry 3 at 20")
    assert tag.endswith(f"Z: .syncer/audit/anchors/{name}.tag.json")
    assert stamp.startswith("rfc3161: entry 3 at 20")
    assert stamp.endswith(f"Z: .syncer/audit/anchors/{name}.tsr")
    assert f"anchored: entry 3, head {trail.head()}" == head
    assert "(unchecked: no roots were given to verify it with (--tsa-roots))" in unchecked.out
    assert 0 == unchecked.code
    missing = program.run("audit", "anchor")
    assert (64, "error: no anchor is given\n  Name one with --anchor.\n") == (
        missing.code,
        missing.err,
    )


def test_what_fails_keeps_nothing_else_from_being_anchored(trail: Chain) -> None:
    with pytest.raises(NotSent):
        audit_anchor([f"rfc3161:{CLOSED}", "git-tag"])
    assert [f"{Head(3, trail.head()).name}.tag.json"] == [
        path.name for path in (STATE / "audit" / "anchors").iterdir()
    ]


def test_a_broken_trail_is_not_anchored(trail: Chain) -> None:
    trail.path.write_text(trail.path.read_text().replace('"run": "1"', '"run": "9"'))
    with pytest.raises(AuditError, match=r"audit\.jsonl:2: entry 2 was edited.*, so nothing was anchored"):
        audit_anchor(["git-tag"])
    assert "" == git(Path(), "tag", "-l")


def test_no_trail_no_head(trail: Chain) -> None:
    with pytest.raises(AuditError, match="there is no audit trail at elsewhere"):
        audit_anchor(["git-tag"], Path("elsewhere"))
    trail.path.write_text("")
    with pytest.raises(AuditError, match="has no entries"):
        audit_anchor(["git-tag"])


def test_after_a_run_what_fails_is_a_warning(trail: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    head = Head(3, trail.head())
    assert () == anchor_after_run([], STATE, head)
    assert () == anchor_after_run(["git-tag"], STATE, Head(0, "sha256:" + "0" * 64))
    assert not (STATE / "audit" / "anchors").exists()
    assert () == anchor_after_run(["git-tag"], STATE, head)
    warnings = anchor_after_run(["git-tag:nowhere", f"rfc3161:{CLOSED}"], STATE, head)
    assert 2 == len(warnings)
    tag = f"the tag syncer/audit/{head.name}"
    assert warnings[0].startswith(
        f"the audit head was not anchored: {tag} was signed, and not pushed to nowhere"
    )
    assert warnings[1].endswith(" (try again: syncer audit anchor)")
    assert 1 == len(anchor_after_run(["typed wrong"], STATE, head))

    def unreadable(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "anchors")

    monkeypatch.setattr("syncer.audit.anchors.verify_receipts", unreadable)
    expected = "the audit head was not anchored: anchors: Permission denied (try again: syncer audit anchor)"
    assert (expected,) == anchor_after_run(["git-tag"], STATE, head)


def test_anchors_that_can_not_work_are_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("syncer.audit.timestamp.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match="not installed"):
        anchors_of([f"rfc3161:{CLOSED}"])
    with pytest.raises(WrongUsage):
        anchors_of(["somewhere"])
    assert () == anchors_of([])


def test_roots_are_read(tmp_path: Path) -> None:
    assert () == roots_of(None)
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        roots_of(tmp_path / "roots.pem")
    (tmp_path / "roots.pem").write_text("no roots")
    with pytest.raises(SyncerError, match="not PEM certificates"):
        roots_of(tmp_path / "roots.pem")

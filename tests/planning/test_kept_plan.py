import errno
import os
import stat
from pathlib import Path

import pytest

from syncer.errors import AuditError
from syncer.planning import kept_plan
from syncer.planning.document import plan_document, plan_text
from syncer.planning.kept_plan import find_plan, keep_plan, many_plans, refuse_another
from syncer.planning.saved_plan import read_plan, save_plan
from tests.organizations import overflow, planned, policies, policy, raw, rule

SAMPLE = plan_document(
    planned(
        policies(policy("A", rule("B", 30), rule("C")), policy("B", rule("C"))),
        [raw("A", overflow("B"), overflow("D", 1)), raw("B"), raw("C"), raw("D")],
    )
)
DIGEST = SAMPLE["digest"]
HEX = DIGEST.removeprefix("sha256:")
CONTENT = plan_text(SAMPLE, "key").encode()


def names(audit: Path) -> list[str]:
    return sorted(path.name for path in (audit / "plans").iterdir())


def test_the_bytes_of_the_saved_plan_are_kept_once(tmp_path: Path) -> None:
    save_plan(SAMPLE, tmp_path / "plan.json", "key")
    saved, content = read_plan(tmp_path / "plan.json", "key")
    kept = keep_plan(tmp_path / "audit", content, saved.digest)
    assert tmp_path / "audit" / "plans" / f"{HEX}.json" == kept
    assert (tmp_path / "plan.json").read_bytes() == CONTENT == kept.read_bytes()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent, kept.parent.parent)]
    assert [0o600, 0o700, 0o700] == modes
    first = kept.stat()
    assert kept == keep_plan(tmp_path / "audit", content, saved.digest)
    assert (first.st_ino, first.st_mtime_ns) == (kept.stat().st_ino, kept.stat().st_mtime_ns)
    assert [f"{HEX}.json"] == names(tmp_path / "audit")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    first = keep_plan(tmp_path, CONTENT, DIGEST)
    other = plan_text(SAMPLE, "another key").encode()
    second = keep_plan(tmp_path, other, DIGEST)
    assert second == keep_plan(tmp_path, other, DIGEST)
    assert 2 == len(names(tmp_path))
    assert (CONTENT, other) == (first.read_bytes(), second.read_bytes())
    assert first == find_plan(tmp_path, DIGEST), "the first that was kept"
    first.unlink()
    assert second == find_plan(tmp_path, DIGEST)


def test_twelve_digits_are_enough(tmp_path: Path) -> None:
    assert None is find_plan(tmp_path, DIGEST)
    kept = keep_plan(tmp_path, CONTENT, DIGEST)
    (kept.parent / f"{HEX}.json.part").write_text("")
    (kept.parent / f"{HEX[:20]}.json").write_text("")
    assert kept == find_plan(tmp_path, f"sha256:{HEX[:12]}")
    for text in (f"sha256:{HEX[:11]}", HEX, f"sha256:{'*' * 12}", f"sha256:{HEX}0", ""):
        assert None is find_plan(tmp_path, text)
    keep_plan(tmp_path, b"{}", f"sha256:{HEX[:60]}0000")
    with pytest.raises(AuditError, match=f"2 kept plans begin with sha256:{HEX[:12]}$"):
        find_plan(tmp_path, f"sha256:{HEX[:12]}")
    assert kept == find_plan(tmp_path, DIGEST)


def test_a_plan_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    kept = keep_plan(tmp_path, CONTENT, DIGEST)
    refuse_another(SAMPLE, kept)
    refuse_another(SAMPLE, tmp_path / "plan.json")
    with pytest.raises(AuditError, match="contains another plan than the one that it is named after"):
        refuse_another(SAMPLE, kept.with_name(f"{'0' * 64}.json"))


def test_what_is_no_digest_names_no_file(tmp_path: Path) -> None:
    for digest in ("", "sha256:../../../evil", HEX):
        with pytest.raises(AuditError, match=r"isn't one$"):
            keep_plan(tmp_path, CONTENT, digest)
    assert [] == list(tmp_path.iterdir())


def test_a_plan_that_can_not_be_kept_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plans").write_text("")
    with pytest.raises(AuditError, match=r"can't be kept next to the audit: .*File exists") as caught:
        keep_plan(tmp_path, CONTENT, DIGEST)
    assert caught.value.hint.startswith("Nothing is applied without it")
    (tmp_path / "plans").unlink()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(AuditError, match="No space left on device"):
        patched.setattr(os, "fsync", full)
        keep_plan(tmp_path, CONTENT, DIGEST)
    assert [] == names(tmp_path)
    monkeypatch.setattr(kept_plan, "MAX_BYTES", 10)
    with pytest.raises(AuditError, match="at most 0 MiB are read again"):
        keep_plan(tmp_path, CONTENT, DIGEST)


def test_many_plans_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == many_plans(tmp_path)
    keep_plan(tmp_path, CONTENT, DIGEST)
    assert "" == many_plans(tmp_path)
    monkeypatch.setattr(kept_plan, "MANY", len(CONTENT))
    assert many_plans(tmp_path).startswith(
        f"{tmp_path / 'plans'} holds 0 MiB of plans: you may delete those of runs"
    )

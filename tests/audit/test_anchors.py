"""Anchors and their receipts: made by a real timestamp server and by real tags, and what they prove."""

import json
import shutil
import stat
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from syncer.audit import anchors
from syncer.audit.anchors import (
    Anchor,
    Head,
    Receipt,
    anchor_of,
    anchored,
    refuse_unready,
    verify_receipts,
)
from syncer.audit.timestamp import trusted_roots
from syncer.errors import BadAnswer, ConfigError, NotSent, SyncerError, WrongUsage
from tests.loopback import CLOSED
from tests.scripted_server import serving
from tests.signing import alone, git, repository
from tests.special_files import KINDS, put
from tests.tsa import Authority


def hash_of(number: int) -> str:
    return f"sha256:{sha256(str(number).encode()).hexdigest()}"


HEADS = {number: hash_of(number) for number in range(1, 41)}
HEAD = Head(23, HEADS[23])
REWRITTEN = {number: hash_ if number < 20 else hash_of(number + 100) for number, hash_ in HEADS.items()}
TAG = Anchor("git-tag")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "own")


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    alone(monkeypatch, tmp_path)
    return repository(tmp_path / "policies", tmp_path / "key")


def stamped(tsa: Authority, audit: Path, head: Head = HEAD) -> Path:
    with serving(tsa.step) as server:
        return anchored(audit, head, Anchor("rfc3161", server.url), repository=audit)


def told(receipts: Sequence[Receipt]) -> list[tuple[str, int, str, str]]:
    return [(each.kind, each.entry, each.hash, each.status) for each in receipts]


def test_a_timestamp_is_kept_and_verified(tsa: Authority, tmp_path: Path) -> None:
    path = stamped(tsa, tmp_path)
    assert tmp_path / "anchors" / f"000023-{HEAD.hash[7:19]}.tsr" == path
    assert [0o600, 0o700] == [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert "Verification: OK" == tsa.verify(path, HEAD.hash)
    found = verify_receipts(tmp_path, HEADS, roots=trusted_roots(tsa.roots.read_bytes()))
    assert [("rfc3161", 23, HEAD.hash, "valid")] == told(found)
    assert (path, True, "") == (found[0].path, found[0].valid, found[0].problem)
    assert found[0].time.endswith("Z")


def test_a_tag_is_kept_and_verified(policies: Path, tmp_path: Path) -> None:
    path = anchored(tmp_path, HEAD, TAG, repository=policies)
    assert tmp_path / "anchors" / f"000023-{HEAD.hash[7:19]}.tag.json" == path
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert f"syncer/audit/000023-{HEAD.hash[7:19]}" == git(policies, "tag", "-l")
    found = verify_receipts(tmp_path, HEADS, repository=policies)
    assert [("git-tag", 23, HEAD.hash, "valid")] == told(found)
    assert path == anchored(tmp_path, HEAD, TAG, repository=policies), "once a head"


def test_a_tag_is_pushed_and_kept_where_that_fails(policies: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="was signed, and not pushed to hub"):
        anchored(tmp_path, HEAD, Anchor("git-tag", "hub"), repository=policies)
    assert ["valid"] == [each.status for each in verify_receipts(tmp_path, HEADS, repository=policies)]
    git(tmp_path, "init", "--quiet", "--bare", "hub.git")
    git(policies, "remote", "add", "hub", str(tmp_path / "hub.git"))
    anchored(tmp_path, HEAD, Anchor("git-tag", "hub"), repository=policies)
    assert git(policies, "tag", "-l") == git(tmp_path / "hub.git", "tag", "-l")


def test_a_trail_that_was_rewritten(tsa: Authority, policies: Path, tmp_path: Path) -> None:
    stamped(tsa, tmp_path)
    anchored(tmp_path, HEAD, TAG, repository=policies)
    roots = trusted_roots(tsa.roots.read_bytes())
    for heads in (REWRITTEN, {number: hash_ for number, hash_ in HEADS.items() if number < 23}):
        found = verify_receipts(tmp_path, heads, roots=roots, repository=policies)
        assert [("git-tag", 23, HEAD.hash, "rewritten"), ("rfc3161", 23, "", "rewritten")] == told(found)
        assert "an entry 23 that the trail no longer has: it was rewritten or cut off" in found[0].problem
        assert not any(each.valid for each in found)


def test_a_rewritten_trail_is_seen_without_roots_too(tsa: Authority, tmp_path: Path) -> None:
    stamped(tsa, tmp_path)
    assert ["unchecked"] == [each.status for each in verify_receipts(tmp_path, HEADS)]
    found = verify_receipts(tmp_path, REWRITTEN)
    assert ["rewritten"] == [each.status for each in found]
    assert found[0].problem.endswith("(no roots were given to verify it with (--tsa-roots))")


def test_a_receipt_under_another_name_attests_what_it_was_made_for(tsa: Authority, tmp_path: Path) -> None:
    """A rewritten trail can't borrow the receipt of another entry by its name."""
    path = stamped(tsa, tmp_path)
    path.rename(path.with_name(f"{Head(30, HEADS[30]).name}.tsr"))
    roots = trusted_roots(tsa.roots.read_bytes())
    assert [("rfc3161", 23, HEAD.hash, "valid")] == told(verify_receipts(tmp_path, HEADS, roots=roots))


def test_a_signed_tag_of_another_name_is_no_receipt(policies: Path, tmp_path: Path) -> None:
    """Somebody with the key signs releases too: only tags that are named after their head count."""
    path = anchored(tmp_path, HEAD, TAG, repository=policies)
    git(policies, "tag", "-s", "-m", f"entry: 30\nhead: {HEADS[30]}", "syncer/audit/000030-0", "HEAD")
    text = git(policies, "cat-file", "tag", "syncer/audit/000030-0") + "\n"
    path.write_text(json.dumps({**json.loads(path.read_text()), "text": text}))
    found = verify_receipts(tmp_path, HEADS, repository=policies)
    assert [("git-tag", 30, HEADS[30], "invalid")] == told(found)
    assert "its tag is called syncer/audit/000030-0, which is not the name of this head" == found[0].problem


def test_signatures_that_are_not_trusted(tsa: Authority, policies: Path, tmp_path: Path) -> None:
    stamped(tsa, tmp_path)
    anchored(tmp_path, HEAD, TAG, repository=policies)
    roots = trusted_roots(Authority(tmp_path / "other", "Other").roots.read_bytes())
    stranger = repository(tmp_path / "stranger", tmp_path / "other key")
    found = verify_receipts(tmp_path, HEADS, roots=roots, repository=stranger)
    assert ["invalid", "invalid"] == [each.status for each in found]
    nobody = repository(tmp_path / "nobody", tmp_path / "other key", trusted=False)
    found = verify_receipts(tmp_path, HEADS, roots=roots, repository=nobody)
    assert ["unchecked", "invalid"] == [each.status for each in found]


def test_receipts_are_in_the_order_of_their_entries(tsa: Authority, policies: Path, tmp_path: Path) -> None:
    for number in (30, 9, 23):
        anchored(tmp_path, Head(number, HEADS[number]), TAG, repository=policies)
    first, second = stamped(tsa, tmp_path), stamped(tsa, tmp_path)
    assert [f"{HEAD.name}.tsr", f"{HEAD.name}-2.tsr"] == [first.name, second.name], "of two servers"
    found = verify_receipts(tmp_path, HEADS, repository=policies)
    assert [9, 23, 23, 23, 30] == [each.entry for each in found]
    assert [first] == [each.path for each in verify_receipts(tmp_path, HEADS, only={first})]


@pytest.mark.parametrize("name", ["000023-5f1c5f1c5f1c.tsr", "000023-5f1c5f1c5f1c.tag.json"])
def test_a_file_that_is_no_receipt(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "anchors").mkdir()
    path = tmp_path / "anchors" / name
    (tmp_path / "anchors" / "000023-5f1c5f1c5f1c.part").write_text("left by a crash")
    for content in (b"", b"garbage", b"{}"):
        path.write_bytes(content)
        assert [(23, "invalid")] == [(each.entry, each.status) for each in verify_receipts(tmp_path, HEADS)]
    monkeypatch.setattr(anchors, "MAX_BYTES", 1)
    assert ["it is larger than any receipt"] == [each.problem for each in verify_receipts(tmp_path, HEADS)]


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_place_of_a_receipt(tmp_path: Path, kind: str) -> None:
    put(kind, tmp_path / "anchors" / "000023-5f1c5f1c5f1c.tsr")
    found = verify_receipts(tmp_path, HEADS)
    assert ["invalid"] == [each.status for each in found]
    assert found[0].problem.startswith("it can't be read: ")


def test_without_what_it_takes_a_receipt_is_not_judged(
    tsa: Authority, policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped(tsa, tmp_path)
    anchored(tmp_path, HEAD, TAG, repository=policies)
    monkeypatch.setattr("syncer.audit.timestamp.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = verify_receipts(tmp_path, HEADS)
    assert ["unchecked", "unchecked"] == [each.status for each in found]
    assert ["signed tags need Git, which is not installed"] == [found[0].problem]
    assert shutil.which("git") is None
    for anchor in (Anchor("rfc3161", CLOSED), TAG):
        with pytest.raises(ConfigError, match="not installed"):
            refuse_unready([anchor])
    refuse_unready([])


def test_a_hash_that_is_no_text_is_no_head(tsa: Authority, tmp_path: Path) -> None:
    stamped(tsa, tmp_path)
    found = verify_receipts(tmp_path, {23: "sha256:é\udc80"}, roots=trusted_roots(tsa.roots.read_bytes()))
    assert ["rewritten"] == [each.status for each in found]


def test_no_receipts(tmp_path: Path) -> None:
    assert [] == verify_receipts(tmp_path, HEADS)


def test_a_server_that_gives_none_leaves_nothing(tsa: Authority, tmp_path: Path) -> None:
    with pytest.raises(NotSent):
        anchored(tmp_path, HEAD, Anchor("rfc3161", CLOSED), repository=tmp_path)
    roots = trusted_roots(Authority(tmp_path / "other", "Other").roots.read_bytes())
    with serving(tsa.step) as server, pytest.raises(BadAnswer):
        anchored(tmp_path, HEAD, Anchor("rfc3161", server.url), repository=tmp_path, roots=roots)
    assert [] == list((tmp_path / "anchors").iterdir())


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "anchors").write_text("")
    with pytest.raises(SyncerError, match="can't be made: File exists"):
        anchored(tmp_path, HEAD, TAG, repository=tmp_path)


@pytest.mark.parametrize(
    "text", ["git-tag", "git-tag:origin", "rfc3161:https://tsa.example.com/tsr", "rfc3161:http://[::1]:8080"]
)
def test_anchors_as_they_are_typed(text: str) -> None:
    assert text == str(anchor_of(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "git-tag:", "git-tag:--force", "GIT-TAG", "ots:https://a", "rfc3161", "rfc3161:"),
        *("rfc3161:tsa.example.com", "rfc3161:ftp://a/", "rfc3161:https://:443", "rfc3161:https://a:b"),
        "rfc3161:https://me:s3cret@a/",
    ],
)
def test_what_is_no_anchor(text: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        anchor_of(text)
    assert "s3cret" not in caught.value.message + caught.value.hint

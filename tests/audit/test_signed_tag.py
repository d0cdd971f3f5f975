"""Signed tags, by the real Git with a real key: what they hold, and what is believed."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from syncer.audit import signed_tag
from syncer.audit.signed_tag import BadTag, push_tag, read, refuse_without_git, tag_head, verify
from syncer.errors import ConfigError
from tests.signing import alone, git, repository, trust

HEAD = "sha256:" + "5f1c" * 16
NAME = "000023-5f1c5f1c5f1c"
TAG = f"syncer/audit/{NAME}"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch, tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return repository(tmp_path / "policies", tmp_path / "key")


def receipt_of(folder: Path) -> bytes:
    return tag_head(folder, NAME, 23, HEAD).encode()


def edited(receipt: bytes, edit: Callable[[str], str]) -> bytes:
    document = json.loads(receipt)
    return json.dumps({**document, "text": edit(document["text"])}).encode()


def test_a_head_is_tagged_and_signed(made: Path) -> None:
    receipt = receipt_of(made)
    found = read(receipt)
    assert (TAG, 23, HEAD) == (found.tag, found.entry, found.head)
    assert abs(found.time - datetime.now(UTC)) < timedelta(minutes=10)
    assert f"entry: 23\nhead: {HEAD}" in git(made, "tag", "-l", "--format=%(contents:body)", TAG)
    assert git(made, "rev-parse", "HEAD") == git(made, "rev-parse", f"{TAG}^{{commit}}")
    git(made, "verify-tag", TAG)
    verify(receipt, made)


def test_a_receipt_is_verified_where_the_tag_is_gone_and_nothing_is_written(made: Path) -> None:
    receipt = receipt_of(made)
    git(made, "tag", "-d", TAG)
    git(made, "gc", "--quiet", "--prune=now")
    before = sorted((made / ".git").rglob("*"))
    verify(receipt, made)
    assert before == sorted((made / ".git").rglob("*"))


def test_a_receipt_is_verified_where_no_repository_is(made: Path, tmp_path: Path) -> None:
    receipt = receipt_of(made)
    with pytest.raises(BadTag, match="allowedSignersFile needs to be configured") as caught:
        verify(receipt, tmp_path)
    assert caught.value.unchecked
    git(tmp_path, "config", "--global", "gpg.ssh.allowedSignersFile", str(made / ".git" / "signers"))
    verify(receipt, tmp_path)


def test_the_same_head_again_is_the_same_tag(made: Path) -> None:
    assert receipt_of(made) == receipt_of(made)
    with pytest.raises(ConfigError, match=f"there is a tag {TAG} that holds another head"):
        tag_head(made, NAME, 23, HEAD.replace("5", "6"))


def test_a_tag_of_somebody_else_under_this_name(made: Path) -> None:
    git(made, "tag", "-a", "-m", f"entry: 23\nhead: {HEAD}", TAG)
    with pytest.raises(ConfigError, match="that holds another head, or none"):
        receipt_of(made)


def test_who_is_not_trusted(made: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", tmp_path / "other key")
    with pytest.raises(BadTag, match="Git does not verify the signature") as caught:
        verify(receipt_of(other), made)
    assert not caught.value.unchecked
    trust(made, tmp_path / "other key")
    verify(receipt_of(other), made)


EDITS: dict[str, Callable[[str], str]] = {
    "head": lambda text: text.replace("5f1c5f1c5f1c5f1c\n", "5f1c5f1c5f1c5f1d\n"),
    "entry": lambda text: text.replace("entry: 23", "entry: 22"),
    "time": lambda text: text.replace("> 1", "> 2"),
    "name": lambda text: text.replace("Audit Bot", "Other Bot"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_receipt_that_was_edited(made: Path, edit: str) -> None:
    receipt = receipt_of(made)
    forged = edited(receipt, EDITS[edit])
    assert read(forged) and json.loads(forged) != json.loads(receipt)
    with pytest.raises(BadTag, match="Git does not verify the signature") as caught:
        verify(forged, made)
    assert not caught.value.unchecked


def test_a_receipt_that_is_no_tag(made: Path) -> None:
    forged = edited(receipt_of(made), lambda text: text.replace("\ntype commit", "\ntype nothing"))
    with pytest.raises(BadTag, match="its tag is malformed"):
        verify(forged, made)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: "", "holds no tag syncer/audit/"),
        (lambda text: text.replace("syncer/audit/", "v1.0/"), "holds no tag syncer/audit/"),
        (lambda text: text[: text.index("-----BEGIN")], "its tag is not signed"),
        (lambda text: text.replace("head: ", "Head: "), "names no head"),
        (lambda text: text.replace("entry: 23", "entry: 23\nentry: 24"), "names no head"),
        (lambda text: text.replace("> 1", "> 999"), "holds no tag syncer/audit/"),
    ],
)
def test_a_text_that_names_no_head(made: Path, edit: Callable[[str], str], words: str) -> None:
    with pytest.raises(BadTag, match=words):
        read(edited(receipt_of(made), edit))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "not a receipt of the format"),
        (b'{"format": "syncer.anchor/v1", "text": 1}', "not a receipt"),
        (b'{"format": "syncer.anchor/v2", "text": ""}', "not a receipt"),
    ],
)
def test_a_file_that_is_no_receipt(content: bytes, words: str) -> None:
    with pytest.raises(BadTag, match=words):
        read(content)


def test_a_tag_is_pushed(made: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "hub.git")
    git(made, "remote", "add", "hub", str(tmp_path / "hub.git"))
    receipt_of(made)
    push_tag(made, NAME, "hub")
    push_tag(made, NAME, "hub")
    assert TAG == git(tmp_path / "hub.git", "tag", "-l")
    with pytest.raises(ConfigError, match=f"the tag {TAG} was signed, and not pushed to nowhere: fatal"):
        push_tag(made, NAME, "nowhere")
    with pytest.raises(ConfigError) as caught:
        push_tag(made, NAME, "http://bot:s3cret@127.0.0.1:9/policies.git")
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("missing", ["user.signingkey", "user.email"])
def test_what_git_needs_to_sign(made: Path, missing: str) -> None:
    git(made, "config", missing, "" if missing == "user.email" else "/no such key")
    if missing == "user.email":
        git(made, "config", "user.useConfigOnly", "true")
        git(made, "config", "--unset", missing)
    with pytest.raises(ConfigError, match=f"the tag {TAG} was not signed: ") as caught:
        receipt_of(made)
    assert "user.signingkey and gpg.format" in caught.value.hint
    assert "" == git(made, "tag", "-l")


def test_where_no_repository_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="was not signed: fatal: not a git repository"):
        receipt_of(tmp_path)


def test_without_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert refuse_without_git().endswith("/git")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="Git, which is not installed"):
        receipt_of(tmp_path)


def test_a_git_that_does_not_end(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_tag, "SECONDS", 0)
    with pytest.raises(ConfigError, match="took more than 0 s") as caught:
        receipt_of(made)
    assert "ssh-agent" in caught.value.hint


def test_a_key_of_gpg_that_is_not_known_here(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ["--batch", "--passphrase", "", "--quick-generate-key", "auditor@example.com", "ed25519", "sign"]
    with gpg_home(monkeypatch):
        subprocess.run(["gpg", *key], check=True, capture_output=True)
        git(made, "config", "gpg.format", "openpgp")
        git(made, "config", "user.signingkey", "auditor@example.com")
        receipt = receipt_of(made)
        verify(receipt, made)
    with (
        gpg_home(monkeypatch),
        pytest.raises(BadTag, match="Git does not verify the signature") as caught,
    ):
        verify(receipt, made)
    assert caught.value.unchecked


@contextmanager
def gpg_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty keyring, whose path is short: the socket of its agent is in it, and ends with it."""
    with TemporaryDirectory(prefix="gpg") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        try:
            yield
        finally:
            subprocess.run(["gpgconf", "--kill", "all"], check=True)

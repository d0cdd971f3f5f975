"""Whether policy files are those of a commit: every way in which they aren't."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from syncer.model.policy import PolicyFile, PolicyState
from syncer.policy.committed import digest_of, policy_state
from syncer.policy.git import asked
from syncer.policy.load import load_policies
from tests.policy.test_revision import git

TEXT = "version: 1\nqueues:\n  - {queue: A, capacity: 80, overflow: []}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two policies below ``policies`` and a file that is none, all committed."""
    policies = tmp_path / "policies"
    (policies / "more").mkdir(parents=True)
    (policies / "a.yaml").write_text(TEXT)
    (policies / "more" / "b é.yml").write_text(TEXT.replace("A", "B"))
    (policies / ".hidden.yaml").write_text("no policy")
    (tmp_path / "README.md").write_text("hello\n")
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=one")
    return tmp_path


def state(root: Path, named: Sequence[str] = ("policies",), commit: str = "") -> PolicyState:
    paths = [Path(name) for name in named]
    files = load_policies([root / path for path in paths], root).policies.files
    return policy_state(files, paths, root=root, commit=commit)


def head(repository: Path) -> str:
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, check=True)
    return said.stdout.decode().strip()


def test_files_of_the_commit_are_clean(repository: Path) -> None:
    found = state(repository, commit=head(repository))
    assert found.dirty is False
    listed = subprocess.run(
        ["git", "ls-tree", "-rz", "HEAD", "policies"], cwd=repository, capture_output=True, check=True
    )
    tree = [entry.split("\t") for entry in listed.stdout.decode().split("\0") if entry]
    expected = {path: about.split()[2] for about, path in tree if "hidden" not in path}
    assert expected == dict(found.blobs)
    assert ["policies/a.yaml", "policies/more/b é.yml"] == [path for path, _ in found.blobs]
    assert {"digest": found.digest, "dirty": False, "blobs": expected} == found.as_json()


def test_the_digest_is_what_sha256sum_makes_of_the_files(repository: Path) -> None:
    command = (
        "find policies -name '[!.]*.y*ml' | LC_ALL=C sort | tr '\\n' '\\0' | xargs -0 sha256sum | sha256sum"
    )
    said = subprocess.run(command, shell=True, cwd=repository, capture_output=True, check=True)
    assert f"sha256:{said.stdout.decode().split()[0]}" == state(repository).digest


def test_the_digest_is_of_paths_and_bytes_whatever_their_order() -> None:
    files = [PolicyFile("b.yaml", "1" * 64), PolicyFile("a.yaml", "2" * 64)]
    assert digest_of(files) == digest_of(files[::-1])
    others = [
        [files[0], PolicyFile("a.yaml", "3" * 64)],
        [files[0], PolicyFile("c.yaml", "2" * 64)],
        files[:1],
        [],
    ]
    assert 5 == len({digest_of(each) for each in (files, *others)})


def test_an_edit_makes_them_dirty_whatever_the_index_says(repository: Path) -> None:
    path = repository / "policies" / "a.yaml"
    git(repository, "update-index", "--assume-unchanged", "policies/a.yaml")
    path.write_text(TEXT.replace("80", "90"))
    assert state(repository).dirty is True
    path.write_text(TEXT)
    assert state(repository).dirty is False


@pytest.mark.parametrize("ignored", [False, True])
def test_a_file_that_no_commit_has_makes_them_dirty(repository: Path, ignored: bool) -> None:
    if ignored:
        (repository / ".git" / "info" / "exclude").write_text("new.yaml\n")
    (repository / "policies" / "new.yaml").write_text(TEXT.replace("A", "C"))
    found = state(repository)
    assert found.dirty is True
    assert "policies/new.yaml" in dict(found.blobs)


def test_one_that_is_only_staged_does_too(repository: Path) -> None:
    (repository / "policies" / "new.yaml").write_text(TEXT.replace("A", "C"))
    git(repository, "add", ".")
    assert state(repository).dirty is True


def test_one_that_is_gone_does_too(repository: Path) -> None:
    (repository / "policies" / "more" / "b é.yml").unlink()
    assert state(repository).dirty is True
    assert state(repository, ["policies/a.yaml"]).dirty is False


def test_settings_beside_files_that_were_named_count(repository: Path) -> None:
    settings = repository / "policies" / "settings.yaml"
    settings.write_text("version: 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "--message=two")
    a_file = load_policies([repository / "policies" / "more"], repository).policies.files
    named, digest = [Path("policies/more")], hashlib.sha256(b"version: 1\n").hexdigest()
    files = [*a_file, PolicyFile("policies/settings.yaml", digest)]
    assert policy_state(files, named, root=repository).dirty is False
    settings.write_text("version: 1\npace: {burst: 9}\n")
    assert policy_state(files, named, root=repository).dirty is True


def test_what_is_no_policy_does_not(repository: Path) -> None:
    (repository / "policies" / ".hidden.yaml").unlink()
    (repository / "README.md").write_text("bye\n")
    (repository / "other.yaml").write_text("version: 1\n")
    assert state(repository).dirty is False


def test_another_commit_than_the_run_says_makes_them_dirty(repository: Path) -> None:
    assert state(repository, commit=head(repository).upper()).dirty is False
    assert state(repository, commit="1" * 40).dirty is True


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(TEXT)
    git(tmp_path, "init")
    assert state(tmp_path).dirty is True


def test_without_git_nobody_can_say(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_git = state(repository)
    monkeypatch.setenv("PATH", "")
    found = state(repository)
    assert (None, with_git.digest, with_git.blobs) == (found.dirty, found.digest, found.blobs)


def test_outside_of_a_repository_nobody_can_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(TEXT)
    assert state(tmp_path).dirty is None


def test_a_file_that_changed_since_it_was_read(repository: Path) -> None:
    files = load_policies([repository / "policies"], repository).policies.files
    read = dict(policy_state(files, [Path("policies")], root=repository).blobs)
    (repository / "policies" / "a.yaml").write_text(TEXT.replace("80", "90"))
    git(repository, "commit", "--all", "--message=two")
    (repository / "policies" / "more" / "b é.yml").unlink()
    found = policy_state(files, [Path("policies")], root=repository)
    assert found.dirty is True
    assert {**dict.fromkeys(read, "")} == dict(found.blobs)


def test_line_ends_that_git_makes_are_no_edit(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.yaml text eol=crlf\n")
    git(repository, "add", ".")
    git(repository, "commit", "--message=two")
    path = repository / "policies" / "a.yaml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert state(repository).dirty is False
    path.write_bytes(TEXT.replace("\n", "\r\n").replace("80", "90").encode())
    assert state(repository).dirty is True


def test_a_link_counts_as_what_it_leads_to(repository: Path) -> None:
    (repository / "kept.txt").write_text(TEXT.replace("A", "D"))
    policies = repository / "policies"
    (policies / "link.yaml").symlink_to("more/kept.txt")
    (policies / "more" / "kept.txt").write_text(TEXT.replace("A", "D"))
    assert state(repository).dirty is True
    git(repository, "add", ".")
    git(repository, "commit", "--message=two")
    assert state(repository).dirty is False


def test_names_that_look_like_patterns(repository: Path) -> None:
    (repository / "policies").rename(repository / "[p]*")
    git(repository, "add", "--all")
    git(repository, "commit", "--message=two")
    assert state(repository, ["[p]*"]).dirty is False
    (repository / "[p]*" / "a.yaml").write_text("version: 1\nqueues: []\n")
    assert state(repository, ["[p]*"]).dirty is True


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(TEXT)
    git(tmp_path, "init", "--object-format=sha256")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=one")
    found = state(tmp_path)
    content = f"blob {len(TEXT)}\0{TEXT}".encode()
    assert (False, hashlib.sha256(content).hexdigest()) == (found.dirty, found.blobs[0][1])


def test_few_calls_for_many_files(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(300):
        (repository / "policies" / f"{number}.yaml").write_text(TEXT.replace("A", f"Q{number}"))
    git(repository, "add", ".")
    git(repository, "commit", "--message=two")
    calls: list[str] = []

    def counted(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
        calls.append(arguments[0])
        return asked(folder, *arguments, given=given)

    monkeypatch.setattr("syncer.policy.committed.asked", counted)
    assert state(repository).dirty is False
    assert 3 == len(calls)
    for number in range(300):
        os.truncate(repository / "policies" / f"{number}.yaml", 3)
    files = load_policies([repository / "policies"], repository).policies.files
    assert policy_state(files, [Path("policies")], root=repository).dirty is True
    assert 3 + 4 == len(calls)

import subprocess
from pathlib import Path

import pytest

from syncer.errors import ConfigError
from syncer.planning.disk import read_base
from syncer.policy.revision import folder_at

OLD = "version: 1\nqueues:\n  - {queue: A, capacity: 80, overflow: []}\n"
NEW = OLD.replace("80", "40")


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose branch ``main`` has old policies, a link among them; new ones lie in the folder."""
    policies = tmp_path / "policies"
    policies.mkdir()
    git(tmp_path, "init", "--initial-branch=main")
    (policies / "a.yaml").write_text(OLD)
    (policies / "link.yaml").symlink_to("/etc/hostname")
    (policies / "gone.txt").symlink_to("../../elsewhere")
    (policies / "kept.txt").write_text("version: 1\n")
    (tmp_path / ".gitattributes").write_text("a.yaml export-ignore\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=one")
    (policies / "a.yaml").write_text(NEW)
    return tmp_path


def test_the_files_of_a_revision(repository: Path) -> None:
    with folder_at("main", repository / "policies") as then:
        found = {path.name: path.read_text() for path in then.iterdir()}
        assert {"a.yaml": OLD, "kept.txt": "version: 1\n"} == found
    assert not then.exists()
    assert NEW == (repository / "policies" / "a.yaml").read_text()
    (queue,) = read_base(repository / "policies", "main").queues
    assert 80 == queue.capacity


def test_a_folder_is_that(repository: Path) -> None:
    with folder_at(str(repository), repository / "policies") as then:
        assert repository == then


def test_a_link_within_the_folder_stays_one(repository: Path) -> None:
    policies = repository / "policies"
    (policies / "other.yaml").symlink_to("a.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "--message=two")
    with folder_at("HEAD", policies) as then:
        assert NEW == (then / "other.yaml").read_text()


def test_a_folder_with_the_name_of_a_revision_is_not_asked_where_only_git_counts(repository: Path) -> None:
    (repository / "main").mkdir()
    with folder_at(str(repository / "main"), repository) as then:
        assert repository / "main" == then
    with pytest.raises(ConfigError), folder_at(str(repository / "main"), repository, folders=False):
        pass


def test_no_password_is_shown(repository: Path) -> None:
    with pytest.raises(ConfigError) as caught, folder_at("https://me:hidden@host/x", repository):
        pass
    assert "hidden" not in f"{caught.value.message}{caught.value.hint}"


def test_a_folder_that_was_not_there_yet_is_empty(repository: Path) -> None:
    later = repository / "later"
    later.mkdir()
    with folder_at("HEAD", later) as then:
        assert [] == list(then.iterdir())
    assert () == read_base(later, "HEAD").queues


@pytest.mark.parametrize("revision", ["no-such-branch", "--upload-pack=x", "0" * 40])
def test_what_git_does_not_know_is_said(repository: Path, revision: str) -> None:
    with pytest.raises(ConfigError) as caught, folder_at(revision, repository / "policies"):
        pass
    assert revision in caught.value.message
    assert "GIT_DEPTH" in caught.value.hint


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(ConfigError, match="can't be read"), folder_at("main", tmp_path):
        pass


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="git is not installed"), folder_at("main", repository):
        pass


def test_policies_that_were_broken_then_are_no_base(repository: Path) -> None:
    (repository / "policies" / "a.yaml").write_text("version: 2\n")
    git(repository, "commit", "--all", "--message=broken")
    with pytest.raises(ConfigError, match="the policies of HEAD can't be read"):
        read_base(repository / "policies", "HEAD")

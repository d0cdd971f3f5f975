import os
import socket
import subprocess
from pathlib import Path

import pytest

from syncer.model.finding import Finding
from syncer.policy.files import Found, SourceFile, _content, _walk, find, find_settings, read
from syncer.yamlfile.decode import MOST_BYTES


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "policies"
    folder.mkdir(parents=True)
    return tmp_path / "work"


def write(path: Path, text: str = "version: 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def shown(found: Found) -> list[str]:
    return [source.shown for source in found.sources]


def told(found: Found) -> list[tuple[str, str]]:
    return [(str(finding.position), finding.id) for finding in found.findings]


def test_policies_below_a_directory_in_the_order_of_their_paths(root: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.YAML", "sub-z.yaml", "A.yaml", "notes.txt", "sub/settings.yaml"):
        write(root / "policies" / name)
    found = find([root / "policies"], root)
    names = ["A.yaml", "a.yml", "b.yaml", "sub-z.yaml", "sub/c.YAML", "sub/settings.yaml"]
    assert [f"policies/{name}" for name in names] == shown(found)
    assert found.findings == ()


def test_hidden_files_and_the_settings_at_the_top_are_no_policies(root: Path) -> None:
    for name in (".a.yaml", ".git/b.yaml", "settings.yaml", "Settings.YML", "c.yaml"):
        write(root / "policies" / name)
    assert shown(find([root / "policies"], root)) == ["policies/c.yaml"]


def test_named_files_are_taken_whatever_their_suffix_and_each_once(root: Path) -> None:
    path = write(root / "policies" / "a.policy")
    other = write(root / "policies" / "b.yaml")
    found = find([path, path, root / "policies", other], root)
    assert shown(found) == ["policies/a.policy", "policies/b.yaml"]


def test_what_lies_outside_of_the_root_is_shown_absolute(root: Path) -> None:
    outside = write(root.parent / "a.yaml")
    assert [outside.as_posix()] == shown(find([outside], root))


def test_paths_that_lead_nowhere(root: Path) -> None:
    (root / "link").symlink_to("nothing")
    found = find([Path("missing\n"), root / "link", root / ("n" * 300), Path("a\0b")], root)
    where = ["missing\n", "link", "n" * 300, "a\0b"]
    ids = ["files.missing", "files.unreadable", "files.unreadable", "files.unreadable"]
    assert list(zip([f"{name}:1:1" for name in where], ids, strict=True)) == told(found)


def test_a_directory_without_policies_and_no_directory_at_all(root: Path) -> None:
    write(root / "policies" / "settings.yaml")
    write(root / "policies" / "readme.md")
    (root / "policies" / "empty").mkdir()
    assert told(find([root / "policies"], root)) == [("policies:1:1", "files.no-policies")]
    assert told(find([], root)) == [(".:1:1", "files.no-policies")]


def test_whoever_has_no_policies_yet_reads_how_to_begin(root: Path) -> None:
    (root / "none").mkdir()
    tips = [each.tip for name in ("none", "polcies", "a.yaml") for each in find([root / name], root).findings]
    assert [True, True, False] == ["syncer init starts a folder with an example" in tip for tip in tips]


def test_links(root: Path) -> None:
    policies = root / "policies"
    outside = write(root / "outside.yaml")
    write(policies / "real.yaml")
    write(policies / ".data" / "hidden.yaml")
    (policies / "a-link-to-real.yaml").symlink_to("real.yaml")
    (policies / "b-link-to-hidden.yaml").symlink_to(".data/hidden.yaml")
    (policies / "c-leaves.yaml").symlink_to(outside)
    (policies / "d-broken.yaml").symlink_to("nothing.yaml")
    (policies / "e-circle.yaml").symlink_to("e-circle.yaml")
    (policies / "f-folder").symlink_to(".data")
    (policies / "g-folder-outside").symlink_to(root)
    (policies / "h-text").symlink_to("/etc/passwd")
    (policies / "i-broken").symlink_to("nothing")
    (policies / "j-circle").symlink_to("j-circle")
    found = find([policies], root)
    assert shown(found) == ["policies/b-link-to-hidden.yaml", "policies/real.yaml"]
    assert told(found) == [
        ("policies/c-leaves.yaml:1:1", "files.symlink"),
        ("policies/d-broken.yaml:1:1", "files.unreadable"),
        ("policies/e-circle.yaml:1:1", "files.unreadable"),
        ("policies/g-folder-outside:1:1", "files.symlink"),
    ]
    assert ["remove or repair it", "repair the link"] == [finding.tip for finding in found.findings][1:3]


def test_a_directory_may_be_reached_by_a_link(root: Path) -> None:
    write(root / "policies" / "a.yaml")
    (root / "current").symlink_to("policies")
    assert shown(find([root / "current"], root)) == ["current/a.yaml"]


def test_pipes_sockets_and_devices_are_no_policies(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    os.mkfifo(root / "policies" / "pipe.yaml")
    os.mkfifo(root / "policies" / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("policies/socket.yaml")
        found = find([root / "policies", Path("/dev/null")], root)
    assert told(found) == [
        ("policies/pipe.yaml:1:1", "files.not-regular"),
        ("policies/socket.yaml:1:1", "files.not-regular"),
        ("/dev/null:1:1", "files.not-regular"),
    ]


def test_a_file_that_goes_while_its_directory_is_walked(root: Path) -> None:
    for name in "ab":
        write(root / "policies" / f"{name}.yaml")
    walk = _walk(root / "policies", root)
    assert "policies/a.yaml" == next(walk).shown
    (root / "policies" / "b.yaml").unlink()
    gone = next(walk).item
    assert isinstance(gone, Finding)
    assert ("files.missing", "policies/b.yaml") == (gone.id, gone.position and gone.position.file)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml")
    with path.open("rb", buffering=0) as file:
        assert path.read_bytes() == _content(file, 3)


def test_a_directory_that_may_not_be_listed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)
    found = find([root / "policies"], root)
    assert told(found) == [("policies:1:1", "files.unreadable")]
    assert found.findings[0].message == "can't be read: permission denied"
    assert Found((), ()) == find_settings(root / "policies", root)


def test_reading(root: Path) -> None:
    path = write(root / "a.yaml", "version: 1\n")
    assert read(SourceFile(path, "a.yaml")) == b"version: 1\n"


def test_reading_what_became_something_else_since(root: Path) -> None:
    os.mkfifo(root / "pipe")
    pipe, gone = read(SourceFile(root / "pipe", "pipe")), read(SourceFile(root / "gone", "gone"))
    assert isinstance(pipe, Finding)
    assert isinstance(gone, Finding)
    assert [pipe.id, gone.id] == ["files.not-regular", "files.unreadable"]


def test_reading_stops_at_the_bound(root: Path) -> None:
    path = root / "large.yaml"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    large = read(SourceFile(path, "large.yaml"))
    assert isinstance(large, Finding)
    assert (large.id, str(large.position)) == ("yaml.too-large", "large.yaml:1:1")


def test_settings_at_the_top_of_a_directory(root: Path) -> None:
    write(root / "policies" / "sub" / "settings.yaml")
    assert Found((), ()) == find_settings(root / "policies", root)
    assert Found((), ()) == find_settings(root / "missing", root)
    write(root / "policies" / "settings.yml")
    assert shown(find_settings(root / "policies", root)) == ["policies/settings.yml"]
    write(root / "policies" / "settings.yaml")
    found = find_settings(root / "policies", root)
    assert (shown(found), told(found)) == ([], [("policies/settings.yml:1:1", "files.settings")])


def test_settings_that_lie_outside(root: Path) -> None:
    (root / "policies" / "settings.yaml").symlink_to(write(root / "settings.yaml"))
    assert told(find_settings(root / "policies", root)) == [("policies/settings.yaml:1:1", "files.symlink")]


@pytest.mark.slow
def test_folders_below_folders_without_end_are_a_finding(tmp_path: Path) -> None:
    """Their path is longer than the system takes, and a call with it fails."""
    folder = tmp_path / "policies"
    folder.mkdir()
    at = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    try:
        found = find([folder], tmp_path)
        assert ["files.unreadable"] == [each.id for each in found.findings]
        assert "can't be read: file name too long" in found.findings[0].message
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)

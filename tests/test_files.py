import errno
import os
import stat
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from syncer.errors import SyncerError
from syncer.files import (
    alone_with,
    append_synced,
    create_private,
    make_private,
    open_regular,
    open_to_others,
    read_regular,
    refuse_special,
    refuse_unwritable,
    sync_folder,
    write_pieces,
    write_state,
    write_whole,
)
from tests.audit.trails import files_no_larger_than
from tests.special_files import KINDS, put


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_text_is_written_as_utf_8(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", "é\n")
    assert "é\n".encode() == (tmp_path / "file").read_bytes()


def test_pieces_are_one_file_that_is_whole_or_not_there(tmp_path: Path) -> None:
    write_pieces(tmp_path / "file", iter(("é\r\n", "two\n")))
    assert "é\r\ntwo\n".encode() == (tmp_path / "file").read_bytes()

    def broken() -> Iterator[str]:
        yield "new"
        raise ValueError

    with pytest.raises(ValueError):
        write_pieces(tmp_path / "file", broken())
    assert "é\r\ntwo\n".encode() == (tmp_path / "file").read_bytes()
    assert ["file"] == names(tmp_path)


def test_no_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(SyncerError, match="can't be written: No such file or directory"):
        write_whole(tmp_path / "misspelt" / "file", "text")
    assert [] == names(tmp_path)


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old, and longer")
    path.chmod(0o640)
    write_whole(path, "new")
    assert ("new", 0o640) == (path.read_text(), stat.S_IMODE(path.stat().st_mode))
    assert ["file"] == names(tmp_path)


def test_a_new_file_has_the_rights_that_the_umask_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.umask(0o027)
    try:
        with monkeypatch.context() as patched:
            patched.delattr(os, "umask")  # it counts for all threads, so nobody may set it for a moment
            write_whole(tmp_path / "file", "")
    finally:
        os.umask(before)
    assert 0o640 == stat.S_IMODE((tmp_path / "file").stat().st_mode)


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("語" * 85)
    write_whole(path, "text")
    assert "text" == path.read_text()


def test_a_disk_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SyncerError, match="can't be written: No space left on device") as caught:
        write_whole(path, "new")
    assert "Name another file." == caught.value.hint
    assert ("old", ["file"]) == (path.read_text(), names(tmp_path))


@pytest.mark.parametrize("where", [".", "file/below"], ids=["a folder", "below a file"])
def test_what_can_not_be_written_is_an_error(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError, match="can't be written"):
        write_whole(tmp_path / where, "text")


def test_devices_are_written_to(tmp_path: Path) -> None:
    write_whole(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()


def test_pipes_are_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_whole, args=(pipe, "text"))
    writer.start()
    assert "text" == pipe.read_text()
    writer.join(timeout=300)
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_an_error_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncer.files.PATIENCE", 0.1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SyncerError, match="pipe can't be written: it is a pipe that nobody reads"):
        write_whole(pipe, "text")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(SyncerError, match="pipe can't be written: nobody reads what is written to it"):
            write_whole(pipe, "x" * 1024 * 1024)
    finally:
        os.close(reader)


def test_what_is_appended_is_all_there_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "file").open("a+b", buffering=0) as file:
        append_synced(file, b"one\n")
        append_synced(file, b"")

        def fails(handle: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fails)
            with pytest.raises(OSError, match="Input/output error"):
                append_synced(file, b"two\n")
        append_synced(file, b"three\n")
    assert b"one\nthree\n" == (tmp_path / "file").read_bytes()


def test_a_folder_is_synced(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "missing")


@pytest.mark.parametrize("kind", KINDS)
def test_only_an_ordinary_file_is_read_appended_to_or_replaced_as_state(tmp_path: Path, kind: str) -> None:
    place = put(kind, tmp_path / "place")
    why = "Is a directory" if kind == "folder" else "isn't a regular file"
    for refused in (refuse_special, read_regular, open_regular, partial(open_regular, append=True)):
        with pytest.raises(OSError, match=why):
            refused(place)
    with pytest.raises(SyncerError, match="place can't be written: ") as caught:
        write_state(place, "text")
    assert "Look at what is in its place" in caught.value.hint
    assert ["place"] == names(tmp_path)


def test_an_ordinary_file_is_read_and_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "file"
    refuse_special(path)
    with open_regular(path, append=True) as file:
        file.write(b"one")
    write_state(path, "another")
    with open_regular(path, append=True) as file:
        file.write(b", two")
    assert (b"another, two", b"ano") == (read_regular(path), read_regular(path, 3))
    refuse_special(path)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("misspelt/file", "No such file or directory"),
        (".", "Is a directory"),
        ("file/below", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("/dev/full", "No space left on device"),
        ("/proc/file", "No such file or directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_what_could_not_be_written_is_told_before(tmp_path: Path, place: str, why: str) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(SyncerError, match=f"can't be written: {why}") as caught:
        refuse_unwritable(tmp_path / place)
    assert "Name another file." == caught.value.hint
    assert ("old", ["file"]) == ((tmp_path / "file").read_text(), names(tmp_path))


def test_a_disk_without_room_is_told_before(tmp_path: Path) -> None:
    with files_no_larger_than(0), pytest.raises(SyncerError, match="can't be written: File too large"):
        refuse_unwritable(tmp_path / "file")
    assert [] == names(tmp_path)


def test_what_can_be_written_stays_as_it_is_until_then(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    for place in (tmp_path / "file", tmp_path / "new", put("pipe", tmp_path / "pipe"), Path(os.devnull)):
        refuse_unwritable(place)
    assert ("old", ["file", "pipe"]) == ((tmp_path / "file").read_text(), names(tmp_path))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_state_is_for_its_owner_alone_whatever_the_umask_says(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "journal"
    make_private(folder)
    write_state(folder / "state", "text")
    create_private(folder / "journal").close()
    open_regular(folder / "trail", append=True).close()
    assert [0o700, 0o700] == [mode(folder), mode(folder.parent)]
    assert [0o600] * 3 == [mode(folder / name) for name in names(folder)]


def test_state_with_wider_rights_is_tightened_when_it_is_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path, tighten=False)
    assert 0o755 == mode(tmp_path), "a folder that somebody named stays as it is"
    for name in ("state", "trail"):
        (tmp_path / name).write_text("old")
        (tmp_path / name).chmod(0o664)
    make_private(tmp_path)
    write_state(tmp_path / "state", "new")
    open_regular(tmp_path / "trail").close()
    assert 0o664 == mode(tmp_path / "trail"), "who only reads changes nothing"
    open_regular(tmp_path / "trail", append=True).close()
    assert [0o700, 0o600, 0o600] == [mode(tmp_path), mode(tmp_path / "state"), mode(tmp_path / "trail")]


def test_rights_that_can_not_be_changed_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    (tmp_path / "trail").write_text("old")
    (tmp_path / "trail").chmod(0o640)
    monkeypatch.setattr(os, "fchmod", refused)  # as with a file of somebody else
    with open_regular(tmp_path / "trail", append=True) as file:
        file.write(b", new")
    assert ("old, new", 0o640) == ((tmp_path / "trail").read_text(), mode(tmp_path / "trail"))


def test_a_new_private_file_replaces_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "file")
    assert "old" == (tmp_path / "file").read_text()


def test_no_private_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "file")


def test_files_that_others_may_use_are_found(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name, rights, text in (
        ("deep/seen", 0o640, "text"),
        ("deep/own", 0o600, "text"),
        ("empty", 0o644, ""),
        ("written", 0o602, "text"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(rights)
    (tmp_path / "link").symlink_to(Path(__file__))
    assert [tmp_path / "deep/seen", tmp_path / "written"] == open_to_others(tmp_path)
    assert [] == open_to_others(tmp_path / "missing")


def test_a_lock_keeps_others_out_and_is_let_go(tmp_path: Path) -> None:
    lock = tmp_path / "state" / "x.lock"
    held = pytest.raises(SyncerError, match=r"another run holds .*x\.lock")
    with alone_with(lock, 0.01), held, alone_with(lock, 0.01):
        pass
    with alone_with(lock, 0.01):
        assert 0o600 == lock.stat().st_mode & 0o777
    (tmp_path / "file").write_text("")
    unwritable = pytest.raises(SyncerError, match="can't be written")
    with unwritable, alone_with(tmp_path / "file" / "x.lock", 0.01):
        pass

"""Which files are policies, and their bytes: nothing outside of the directory, nothing that blocks."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

from syncer.model.finding import Finding, Position, error
from syncer.model.quick_dataclass import quick_dataclass
from syncer.policy.parsed_files import ParsedFiles
from syncer.yamlfile.decode import MOST_BYTES

_SUFFIXES: Final = (".yaml", ".yml")
_CHUNK: Final = 4096
SETTINGS: Final = ("settings.yaml", "settings.yml")


@quick_dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, its path as findings show it, and its device and inode."""

    path: Path
    shown: str
    identity: tuple[int, int] = (0, 0)


@quick_dataclass(frozen=True, slots=True)
class Found:
    """The files below some paths, each once, in a stable order."""

    sources: tuple[SourceFile, ...]
    findings: tuple[Finding, ...]


@quick_dataclass(frozen=True, slots=True)
class Files:
    """How files are found and read, as the functions of the same names do. ``parsed`` caches earlier
    readings."""

    find: Callable[[tuple[Path, ...], Path], Found]
    find_settings: Callable[[Path, Path], Found]
    read: Callable[["SourceFile"], bytes | Finding]
    parsed: ParsedFiles | None = None


def files_once() -> Files:
    """The files as they are on first use; each is found and read once."""
    return Files(cache(find), cache(find_settings), cache(read))


def find(paths: Sequence[Path], root: Path) -> Found:
    """All policy files: those named in ``paths``, and those below the directories named there.

    A directory gives its ``*.yaml`` and ``*.yml`` in the order of their paths, without hidden ones and
    without its settings. Shown paths are relative to ``root`` if they are below it.
    """
    findings: list[Finding] = []
    sources: dict[tuple[int, int], SourceFile] = {}
    for path in paths:
        for item in _below(path, root):
            if isinstance(item, Finding):
                findings.append(item)
            else:
                sources.setdefault(item.identity, item)
    if not paths:
        message = "no policies were named"
        findings.append(
            error("files.no-policies", message, Position(".", 1, 1), "name a file or a directory")
        )
    return Found(tuple(sources.values()), tuple(findings))


_BEGIN: Final = "syncer init starts a folder with an example"


def find_settings(directory: Path, root: Path) -> Found:
    """The settings at the top of ``directory``: at most one file."""
    try:
        named = [path for path in sorted(directory.iterdir()) if _is_settings(path)]
    except OSError:
        return Found((), ())  # the search for policies there reports why
    items = [_checked(path, directory, show(path, root)) or _no_file(path, root) for path in named]
    findings = [item for item in items if isinstance(item, Finding)]
    sources = [item for item in items if isinstance(item, SourceFile)]
    if len(named) > 1:
        second = Position(show(named[1], root), 1, 1)
        message = f"the settings are in {named[0].name} already"
        return Found((), (*findings, error("files.settings", message, second, "keep one of the two files")))
    return Found(tuple(sources), tuple(findings))


def _no_file(path: Path, root: Path) -> Finding:
    at = Position(show(path, root), 1, 1)
    return error("files.unreadable", "settings must be a file, but this isn't one", at, "rename it")


def read(source: SourceFile) -> bytes | Finding:
    """The bytes of a file, or the finding that explains why it can't be read. Never blocks."""
    at = Position(source.shown, 1, 1)
    try:
        descriptor = os.open(source.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return _not_regular(at)
            content = _content(file, status.st_size)
    except (OSError, ValueError) as problem:
        return _unreadable(at, problem)
    if len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB"
        return error("yaml.too-large", message, at, "split it into several files")
    return content


def _content(file: FileIO, size: int) -> bytes:
    """The bytes of a file of about this ``size``, at most one more than allowed."""
    content, wanted = b"", size + 1
    while more := file.read(min(wanted, MOST_BYTES + 1 - len(content))):
        content, wanted = content + more, _CHUNK
    return content


def show(path: Path, root: Path) -> str:
    """``path`` as findings show it: relative to ``root`` if it is below it, with forward slashes."""
    absolute = Path(os.path.normpath(root / path))
    below = absolute.is_relative_to(root)
    return (absolute.relative_to(root) if below else absolute).as_posix()


def _below(path: Path, root: Path) -> Iterator[SourceFile | Finding]:
    at = Position(show(path, root), 1, 1)
    try:
        status = path.stat()
    except FileNotFoundError:
        yield _missing(path, at)
    except (OSError, ValueError) as problem:
        yield _unreadable(at, problem)
    else:
        if stat.S_ISDIR(status.st_mode):
            yield from _in_directory(path, root, at)
        else:
            yield _source(path, at, status)


def _in_directory(directory: Path, root: Path, at: Position) -> Iterator[SourceFile | Finding]:
    seen: set[tuple[int, int]] = set()
    kept: list[_Met] = []
    for met in sorted(_walk(directory, root), key=lambda met: (met.is_link, met.shown)):
        if isinstance(met.item, SourceFile):
            if met.item.identity in seen:
                continue
            seen.add(met.item.identity)
        kept.append(met)
    yield from (met.item for met in sorted(kept, key=lambda met: met.shown))
    if not kept:
        tip = f"add a file such as support.yaml, or name another directory; {_BEGIN}"
        yield error("files.no-policies", "the directory holds no policy (*.yaml or *.yml)", at, tip)


class _Met(NamedTuple):
    """An entry found in a directory, with its path for findings: a policy file, perhaps by a link, or a
    finding about one that can't be used."""

    shown: str
    item: SourceFile | Finding
    is_link: bool = False


def _walk(directory: Path, root: Path) -> Iterator[_Met]:
    """Every policy file below ``directory``, and findings about those that can't be used."""
    waiting = [directory]
    while waiting:
        below = waiting.pop()
        shown = show(below, root)
        try:
            with os.scandir(below) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as problem:
            yield _Met(shown, _unreadable(Position(shown, 1, 1), problem))
            continue
        prefix = "" if shown == "." else f"{shown.rstrip('/')}/"
        for entry in entries:
            name = entry.name
            if name.startswith(".") or (below == directory and name.lower() in SETTINGS):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(below / name)
                continue
            met = _met(entry, below / name, f"{prefix}{name}", directory)
            if met is not None:
                yield met


def _met(entry: os.DirEntry[str], path: Path, shown: str, directory: Path) -> _Met | None:
    """The kind of an entry that is not a directory itself."""
    if entry.is_file(follow_symlinks=False):
        if not entry.name.lower().endswith(_SUFFIXES):
            return None
        with suppress(OSError):
            status = entry.stat()
            return _Met(shown, SourceFile(path, shown, (status.st_dev, status.st_ino)))
    item = _checked(path, directory, shown)
    return None if item is None else _Met(shown, item, entry.is_symlink())


def _checked(path: Path, directory: Path, shown: str) -> SourceFile | Finding | None:
    """The file at ``path`` in ``directory``; None if it isn't a policy and is no problem."""
    at = Position(shown, 1, 1)
    named_so = path.name.lower().endswith(_SUFFIXES)
    try:
        status = path.stat()
    except FileNotFoundError:
        return _missing(path, at) if named_so else None
    except OSError as problem:
        return _unreadable(at, problem) if named_so else None
    if not (named_so or stat.S_ISDIR(status.st_mode)):
        return None
    if path.is_symlink() and not path.resolve().is_relative_to(directory.resolve()):
        message = "this link points outside the directory of policies"
        return error("files.symlink", message, at, "replace it with the file itself")
    if stat.S_ISDIR(status.st_mode):
        return None
    return _source(path, at, status)


def _source(path: Path, at: Position, status: os.stat_result) -> SourceFile | Finding:
    if not stat.S_ISREG(status.st_mode):
        return _not_regular(at)
    return SourceFile(path, at.file, (status.st_dev, status.st_ino))


def _is_settings(path: Path) -> bool:
    return path.name.lower() in SETTINGS


def _missing(path: Path, at: Position) -> Finding:
    if path.is_symlink():
        return error("files.unreadable", "this link points to nothing", at, "remove or repair it")
    tip = "check the spelling of the path"
    tip = tip if path.suffix else f"{tip}; {_BEGIN}"
    return error("files.missing", "there is no such file or directory", at, tip)


def _unreadable(at: Position, problem: OSError | ValueError) -> Finding:
    reason = problem.strerror if isinstance(problem, OSError) else None
    message = f"can't be read: {(reason or str(problem)).lower()}"
    loop = isinstance(problem, OSError) and problem.errno == errno.ELOOP
    return error("files.unreadable", message, at, "repair the link" if loop else "check its permissions")


def _not_regular(at: Position) -> Finding:
    message = "this is a pipe, a device or a socket, not an ordinary file"
    return error("files.not-regular", message, at, "name a file")


AS_THEY_ARE: Final = Files(find, find_settings, read)
"""Found and read again each time."""

"""Which files are policies, and their bytes: nothing outside of the directory, nothing that blocks."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from syncer.model.finding import Finding, Position, error
from syncer.yamlfile.decode import MOST_BYTES

_SUFFIXES: Final = (".yaml", ".yml")
SETTINGS: Final = ("settings.yaml", "settings.yml")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, its path as findings show it, and its device and inode."""

    path: Path
    shown: str
    identity: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """The files below some paths, each once, in a stable order."""

    sources: tuple[SourceFile, ...]
    findings: tuple[Finding, ...]


def find(paths: Sequence[Path], root: Path) -> Found:
    """All policy files: those named in ``paths``, and those below the directories named there.

    A directory gives its ``*.yaml`` and ``*.yml`` in the order of their paths, without hidden ones and
    without its settings. Shown paths are relative to ``root`` where they lie below it.
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


def find_settings(directory: Path, root: Path) -> Found:
    """The settings at the top of ``directory``: at most one file."""
    try:
        named = [path for path in sorted(directory.iterdir()) if _is_settings(path)]
    except OSError:
        return Found((), ())  # whoever looks for policies there tells why
    items = [_checked(path, directory, root) or _no_file(path, root) for path in named]
    findings = [item for item in items if isinstance(item, Finding)]
    sources = [item for item in items if isinstance(item, SourceFile)]
    if len(named) > 1:
        second = Position(show(named[1], root), 1, 1)
        message = f"settings stand in {named[0].name} already"
        return Found((), (*findings, error("files.settings", message, second, "keep one of the two files")))
    return Found(tuple(sources), tuple(findings))


def _no_file(path: Path, root: Path) -> Finding:
    at = Position(show(path, root), 1, 1)
    return error("files.unreadable", "settings stand in a file, and this is none", at, "rename it")


def read(source: SourceFile) -> bytes | Finding:
    """The bytes of a file, or the finding that says why there are none. Never blocks."""
    at = Position(source.shown, 1, 1)
    try:
        descriptor = os.open(source.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _not_regular(at)
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        return _unreadable(at, problem)
    if len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB"
        return error("yaml.too-large", message, at, "split it into several files")
    return content


def show(path: Path, root: Path) -> str:
    """``path`` as findings show it: relative to ``root`` where it lies below it, with forward slashes."""
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
    items = sorted(_walk(directory, root), key=_files_before_links)
    seen: set[tuple[int, int]] = set()
    kept: list[tuple[str, SourceFile | Finding]] = []
    for path, item in items:
        if isinstance(item, SourceFile):
            if item.identity in seen:
                continue
            seen.add(item.identity)
        kept.append((path.as_posix(), item))
    yield from (item for _, item in sorted(kept, key=lambda pair: pair[0]))
    if not kept:
        tip = "add a file such as support.yaml, or name another directory"
        yield error("files.no-policies", "the directory holds no policy (*.yaml or *.yml)", at, tip)


def _files_before_links(item: tuple[Path, SourceFile | Finding]) -> tuple[bool, str]:
    path, found = item
    return (isinstance(found, SourceFile) and path.is_symlink(), path.as_posix())


def _walk(directory: Path, root: Path) -> Iterator[tuple[Path, SourceFile | Finding]]:
    """Every policy file below ``directory`` with its path, and what should be one and can't."""
    waiting = [directory]
    while waiting:
        below = waiting.pop()
        try:
            entries = sorted(below.iterdir())
        except OSError as problem:
            yield below, _unreadable(Position(show(below, root), 1, 1), problem)
            continue
        for path in entries:
            if path.name.startswith(".") or (below == directory and _is_settings(path)):
                continue
            try:
                is_folder = path.is_dir() and not path.is_symlink()
            except OSError as problem:  # its path is longer than the system takes
                yield path, _unreadable(Position(show(path, root), 1, 1), problem)
                continue
            if is_folder:
                waiting.append(path)
                continue
            item = _checked(path, directory, root)
            if item is not None:
                yield path, item


def _checked(path: Path, directory: Path, root: Path) -> SourceFile | Finding | None:
    """The file at ``path`` in ``directory``; None for what is no policy and no reason to stop."""
    at = Position(show(path, root), 1, 1)
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
        message = "this link leads out of the directory of policies"
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
        return error("files.unreadable", "this link leads to nothing", at, "remove or repair it")
    return error(
        "files.missing", "there is no such file or directory", at, "look at the spelling of the path"
    )


def _unreadable(at: Position, problem: OSError | ValueError) -> Finding:
    reason = problem.strerror if isinstance(problem, OSError) else None
    message = f"can't be read: {(reason or str(problem)).lower()}"
    loop = isinstance(problem, OSError) and problem.errno == errno.ELOOP
    return error("files.unreadable", message, at, "repair the link" if loop else "look at its permissions")


def _not_regular(at: Position) -> Finding:
    message = "this is no ordinary file but a pipe, a device or a socket"
    return error("files.not-regular", message, at, "name a file")

"""Whether the policy files that were read are those of a commit, byte for byte."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from syncer.files import read_regular
from syncer.model.policy import PolicyFile, PolicyState
from syncer.policy.git import asked

_SUFFIXES = (".yaml", ".yml")
_SHA1, _SHA256 = "sha1", "sha256"


def digest_of(files: Sequence[PolicyFile]) -> str:
    """The digest of all files, ``sha256:<hex>``.

    It is the SHA-256 of one line per file, in the order of their paths as bytes of UTF-8: the SHA-256 of the
    file's bytes in hex, two spaces, its path as it was read, a line end. That is what ``sha256sum`` prints::

        find policies -name '*.y*ml' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
    """
    lines = sorted((_bytes(file.path), file.sha256) for file in files)
    text = b"".join(digest.encode("ascii") + b"  " + path + b"\n" for path, digest in lines)
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def policy_state(
    files: Sequence[PolicyFile], named: Sequence[Path], *, root: Path, commit: str = ""
) -> PolicyState:
    """The state of the policy ``files`` that were read in and below the paths ``named``.

    Paths are relative to ``root``. They are dirty if HEAD doesn't have the bytes that were read, or has a
    policy below ``named`` that is missing here, or isn't the ``commit`` that the run states as its origin.
    The index doesn't count. Git is called at most four times.
    """
    repository = _repository([root / path for path in named] or [root])
    algorithm = repository.algorithm if repository else _SHA1
    blobs = {file.path: _blob(root / file.path, file.sha256, algorithm) for file in files}
    here = dict(zip(_real_paths(root, blobs), blobs.values(), strict=True))
    dirty = _is_dirty(repository, here, commit) if repository else None
    return PolicyState(digest_of(files), dirty, tuple(sorted(blobs.items())))


@dataclass(frozen=True, slots=True)
class _Repository:
    """``top`` is its folder, ``named`` the folders and files of policies: real paths, without links."""

    top: str
    algorithm: str
    named: tuple[str, ...]


def _repository(named: Sequence[Path]) -> _Repository | None:
    """The repository of the first path that was named."""
    places = tuple(map(os.path.realpath, named))
    first = Path(places[0])
    said = asked(
        first if first.is_dir() else first.parent, "rev-parse", "--show-toplevel", "--show-object-format"
    )
    if said is None:
        return None
    top, algorithm = said.rstrip(b"\n").rsplit(b"\n", 1)
    # A Git that doesn't know the option prints it back, and has only this algorithm.
    name = _SHA256 if algorithm == _SHA256.encode() else _SHA1
    return _Repository(os.fsdecode(top).rstrip("/"), name, places)


def _real_paths(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """The real paths of files; each folder is resolved once."""
    folders: dict[str, str] = {}
    for path in paths:
        whole = os.path.join(root, path)  # noqa: PTH118 - ten times as fast as pathlib, for 10,000 files
        if os.path.islink(whole):  # noqa: PTH114
            yield os.path.realpath(whole)
            continue
        folder, name = os.path.split(whole)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        yield f"{folders[folder]}/{name}"


def _blob(path: Path, sha256: str, algorithm: str) -> str:
    """The id of the Git blob of these bytes; empty if they are no longer what was read."""
    try:
        content = read_regular(path)
    except OSError:
        return ""
    if hashlib.sha256(content).hexdigest() != sha256:
        return ""
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _is_dirty(repository: _Repository, here: Mapping[str, str], commit: str) -> bool:
    """``here`` are the blobs of the files that were read, by their real paths."""
    said = asked(Path(repository.top), "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    head = (said or b"").decode("ascii").strip()
    if not head or (commit and head != commit.lower()):
        return True
    tree = _tree(repository, head, here)
    if tree is None:
        return True
    others = [path for path, blob in here.items() if not blob or tree.get(path) != blob]
    return not _same_when_filtered(repository, others, here, tree) or any(_missing(repository, tree))


def _tree(repository: _Repository, commit: str, here: Iterable[str]) -> dict[str, str] | None:
    """The blobs of a commit by path, in and below the policies' common folder."""
    top = repository.top
    common = os.path.commonpath([*repository.named, *here])
    only = [common[len(top) + 1 :]] if common.startswith(f"{top}/") else []
    listed = asked(Path(top), "ls-tree", "-r", "-z", commit, "--", *only)
    if listed is None:
        return None
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
    return {f"{top}/{os.fsdecode(path)}": about.split()[2].decode("ascii") for about, _, path in entries}


def _same_when_filtered(
    repository: _Repository, paths: Sequence[str], here: Mapping[str, str], tree: Mapping[str, str]
) -> bool:
    """Whether files differ from their blobs only by Git's own conversions, such as of line ends."""
    if not paths:
        return True
    if any(not here[path] or path not in tree or "\n" in path for path in paths):
        return False
    given = b"".join(os.fsencode(path) + b"\n" for path in paths)
    answer = asked(Path(repository.top), "hash-object", "--stdin-paths", given=given)
    return answer is not None and answer.decode("ascii").split() == [tree[path] for path in paths]


def _missing(repository: _Repository, tree: Iterable[str]) -> Iterator[bool]:
    """One true value for each policy of the commit that is missing here."""
    for path in tree:
        if not path.lower().endswith(_SUFFIXES):
            continue
        folder = next((named for named in repository.named if f"{path}/".startswith(f"{named}/")), None)
        if folder is not None and "/." not in path[len(folder) :]:
            yield not os.path.lexists(path)


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")

"""Anchors: the head of the trail, kept where the bot's token and the owner of the artifact can't rewrite it.

A receipt of it is next to the trail, ``anchors/NNNNNN-<12 digits of the hash>`` with ``.tsr`` (a timestamp
by RFC 3161) or ``.tag.json`` (a signed Git tag). It proves the content of the entries up to its own when
it was made: anyone who rewrites one of them can't make the receipt fit again.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from syncer.audit import signed_tag, timestamp
from syncer.errors import ConfigError, SyncerError, WrongUsage
from syncer.files import make_private, read_regular, write_state
from syncer.net.timing import rfc3339

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

FOLDER = "anchors"
"""Its name, beside the trail."""

MAX_BYTES = 1024 * 1024
"""Of a receipt that is read."""

Kind = Literal["rfc3161", "git-tag"]
Status = Literal["valid", "rewritten", "invalid", "unchecked"]

_NAME = re.compile(r"(\d{6,18})-([0-9a-f]{12})(?:-\d+)?(\.tsr|\.tag\.json)")
_FORMS = "rfc3161:URL, git-tag, or git-tag:REMOTE"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a trail: its number and its hash (``sha256:`` and 64 digits)."""

    number: int
    hash: str

    @property
    def name(self) -> str:
        """What receipts and tags of it are called: ``000023-5f1c5f1c5f1c``."""
        return f"{self.number:06d}-{self.hash.removeprefix('sha256:')[:12]}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a head goes: ``where`` is the URL of a timestamp server, or the remote that gets the tag."""

    kind: Kind
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}" if self.where else self.kind


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt proves.

    ``valid``: the signature is good, and the entry stands in the trail as it stood then. ``rewritten``: the
    entry is another now, or gone. ``invalid``: it is no receipt, or its signature is bad. ``unchecked``: what
    its signature is worth can't be said here. ``problem`` says it in words.

    ``entry`` and ``hash`` are those of the head, of a timestamp ``hash`` is empty where it is not in the
    trail. ``time`` is RFC 3339; of a tag it is by the clock of the signer.
    """

    path: Path
    kind: Kind
    entry: int
    hash: str = ""
    time: str = ""
    status: Status = "valid"
    problem: str = ""

    @property
    def valid(self) -> bool:
        """Whether it attests the trail up to its entry."""
        return self.status == "valid"


def anchor_of(text: str) -> Anchor:
    """``rfc3161:URL``, ``git-tag`` or ``git-tag:REMOTE``. Raises WrongUsage."""
    kind, colon, where = text.partition(":")
    if kind == "git-tag" and bool(colon) == bool(where) and not where.startswith("-"):
        return Anchor("git-tag", where)
    if kind != "rfc3161":
        raise WrongUsage(f"{text!r} is not an anchor", hint=f"Write {_FORMS}.")
    try:
        url = urlsplit(where)
        fine = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or "@" in url.netloc:
        # The URL is not shown: it may hold a password.
        raise WrongUsage("the anchor names no URL of a timestamp server", hint="rfc3161:https://HOST/PATH")
    return Anchor("rfc3161", where)


def refuse_unready(anchors: Sequence[Anchor]) -> None:
    """Raise ConfigError where what an anchor needs is not installed."""
    kinds = {anchor.kind for anchor in anchors}
    if "rfc3161" in kinds:
        timestamp.refuse_without_library()
    if "git-tag" in kinds:
        signed_tag.refuse_without_git()


def anchored(
    audit: Path, head: Head, anchor: Anchor, *, repository: Path, roots: Sequence["Certificate"] = ()
) -> Path:
    """Anchor a head, and keep the receipt beside the trail in ``audit``. Returns its path.

    A tag is made in the Git ``repository``, once a head; ``roots`` are those that a timestamp is verified
    with. Raises SyncerError where there is no receipt, or a tag was not pushed.
    """
    folder = audit / FOLDER
    try:
        make_private(folder)
    except OSError as error:
        raise ConfigError(f"{folder} can't be made: {error.strerror or error}") from error
    if anchor.kind == "rfc3161":
        path = next(path for path in _names(folder, head) if not path.exists())
        write_state(path, timestamp.ask(anchor.where, head.hash, roots))
        return path
    path = folder / f"{head.name}.tag.json"
    write_state(path, signed_tag.tag_head(repository, head.name, head.number, head.hash))
    if anchor.where:
        signed_tag.push_tag(repository, head.name, anchor.where)
    return path


def _names(folder: Path, head: Head) -> Iterator[Path]:
    """The names that a timestamp may have: of several servers each has its own."""
    return (folder / f"{head.name}{f'-{n}' if n > 1 else ''}.tsr" for n in count(1))


def verify_receipts(
    audit: Path,
    heads: Mapping[int, str],
    *,
    roots: Sequence["Certificate"] = (),
    repository: Path = Path(),
    only: Container[Path] | None = None,
) -> list[Receipt]:
    """Verify all receipts beside the trail in ``audit``, in the order of their entries; nothing is written.

    ``heads`` are the hashes of the trail by the number of their entry. Timestamps are verified with
    ``roots``, tags by the signers that Git trusts in ``repository``; ``only`` leaves out all others. Raises
    OSError where the folder can't be read.
    """
    folder = audit / FOLDER
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    names = [path.name for path in paths if only is None or path in only]
    imprints = {timestamp.imprint(hash_): number for number, hash_ in heads.items()}
    stamps = _Stamps(imprints, heads, roots)
    found = [
        _verified(folder / match[0], match, lambda seen, data: _of_tag(seen, data, heads, repository))
        if match[3] != ".tsr"
        else _verified(folder / match[0], match, stamps.of)
        for match in map(_NAME.fullmatch, names)
        if match
    ]
    return sorted(found, key=lambda receipt: (receipt.entry, receipt.path.name))


def _verified(path: Path, match: re.Match[str], check: Callable[[Receipt, bytes], Receipt]) -> Receipt:
    """What a receipt is worth, whatever is in its file."""
    seen = Receipt(path, "rfc3161" if match[3] == ".tsr" else "git-tag", int(match[1]))
    try:
        data = read_regular(path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return _invalid(seen, "it is larger than any receipt")
        return check(seen, data)
    except OSError as error:
        return _invalid(seen, f"it can't be read: {error.strerror or error}")
    except (timestamp.BadStamp, signed_tag.BadTag) as error:
        return _invalid(seen, str(error))
    except SyncerError as error:
        return replace(seen, status="unchecked", problem=error.message)


@dataclass(frozen=True, slots=True)
class _Stamps:
    """Verifies timestamps against the trail: they name a head by a hash of it alone."""

    imprints: Mapping[bytes, int]
    heads: Mapping[int, str]
    roots: Sequence["Certificate"]

    def of(self, seen: Receipt, data: bytes) -> Receipt:
        """What a timestamp proves."""
        timestamp.refuse_without_library()
        stamp = timestamp.read(data, self.roots)
        number = self.imprints.get(stamp.imprint)
        seen = replace(seen, time=rfc3339(stamp.time))
        if number is not None:
            seen = replace(seen, entry=number, hash=self.heads[number])
        why = "" if stamp.checked else "no roots were given to verify it with (--tsa-roots)"
        return _judged(seen, in_trail=number is not None, unchecked=why)


def _of_tag(seen: Receipt, data: bytes, heads: Mapping[int, str], repository: Path) -> Receipt:
    """What a signed tag proves."""
    said = signed_tag.read(data)
    seen = replace(seen, entry=said.entry, hash=said.head, time=rfc3339(said.time))
    if said.tag != signed_tag.PREFIX + Head(said.entry, said.head).name:
        return _invalid(seen, f"its tag is called {said.tag}, which is not the name of this head")
    try:
        signed_tag.verify(data, repository)
        unchecked = ""
    except signed_tag.BadTag as error:
        if not error.unchecked:
            raise
        unchecked = str(error)
    return _judged(seen, in_trail=heads.get(said.entry) == said.head, unchecked=unchecked)


def _invalid(seen: Receipt, why: str) -> Receipt:
    return replace(seen, status="invalid", problem=why)


def _judged(seen: Receipt, *, in_trail: bool, unchecked: str) -> Receipt:
    """What a receipt is worth that is in order, where its signature is good or ``unchecked`` says why not."""
    if in_trail:
        return replace(seen, status="unchecked", problem=unchecked) if unchecked else seen
    why = f"it was made for an entry {seen.entry} that the trail no longer has: it was rewritten or cut off"
    return replace(seen, status="rewritten", problem=f"{why} ({unchecked})" if unchecked else why)

"""Policy files from the live queues: which queues, in which files, and their text."""

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.adopting.adopt import Adopted, adopt
from syncer.adopting.circles import Moves, without_circles
from syncer.adopting.update import Update
from syncer.kinds.together import within_queue
from syncer.model.policy import OnlyIn
from syncer.model.queue import LiveQueue, fits
from syncer.model.rule import NO_RULES
from syncer.model.settings import Ignore
from syncer.planning.gather import Live
from syncer.policy.emit import Remarked, file_text
from syncer.yamlfile.document import Document

WHOLE = "queues"
"""The file of all queues, without its extension."""

_DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
_RESERVED = frozenset({"settings", *_DEVICES})
"""Reserved names: the settings of the folder, and devices of Windows."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A policy file to write: its ``name`` in its folder, its text, and how many queues it has.

    For an existing file, ``updated`` are the queues whose rules change, ``added`` the new ones.
    """

    name: str
    text: str
    queues: int
    updated: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """The result of an export: its files, and the queues that policies can't manage as they are."""

    files: tuple[ExportedFile, ...]
    skipped: tuple[Adopted, ...]


def export(
    live: Live, only: Sequence[str] = (), exclude: Sequence[str] = (), *, split: bool = False
) -> Export:
    """Return the policies that describe the live queues: a plan of them changes nothing.

    ``only`` and ``exclude`` are globs of names. There is one file, or with ``split`` one per division.
    """

    def moves(chosen: Sequence[Adopted]) -> Iterator[Moves]:
        return Update(live, chosen).moves_of_new(each for each in chosen if not each.why_not)

    adopted = without_circles(adopt(live, choose(live.queues, only, exclude), checked=True), moves, live)
    return Export(tuple(_files(_placed(adopted, split), live)), _skipped(adopted))


def refresh(
    live: Live,
    there: Mapping[str, Document],
    only: Sequence[str] = (),
    exclude: Sequence[str] = (),
    ignores: Sequence[Ignore] = (),
    *,
    split: bool = False,
    environment: str = "",
) -> Export:
    """The same if files are already ``there``, by name: those that change, and those that are new. Queues of
    other environments than ``environment`` stay as they are; one that only these have gets its own entry.

    What ``ignores`` leave unmanaged stays as in the files. So do the rules of queues that would close a loop,
    which a policy may not contain.

    Raises Refused if a file can't be changed in place.
    """
    documents = there.values()
    described = (Update(live, (), environment=each).described for each in ("", environment))
    anywhere, known = (set[str]().union(*map(of, documents)) for of in described)

    def moves(chosen: Sequence[Adopted]) -> Iterator[Moves]:
        update = Update(live, chosen, ignores, environment=environment)
        for document in documents:
            yield from update.moves(document)
        new = (each for each in chosen if each.queue.id not in known and not each.why_not)
        yield from update.moves_of_new(new)

    adopted = without_circles(adopt(live, choose(live.queues, only, exclude)), moves, live)
    update = Update(live, adopted, ignores, environment=environment)
    fresh = {
        name: [_of_its_own(each, environment, anywhere) for each in queues if each.queue.id not in known]
        for name, queues in _placed(adopted, split).items()
    }
    files = []
    for name, document in there.items():
        new = list(_remarked(fresh.pop(name, ()), live))
        text = update.text(document, new)
        if text != "\n".join(document.lines):
            queues = len(document.data["queues"]) + len(new)
            added = tuple(str(each.policy.queue) for each in new)
            files.append(ExportedFile(name, text, queues, tuple(update.updated(document)), added))
    return Export((*files, *_files(fresh, live, added=True)), _skipped(adopted))


def _of_its_own(adopted: Adopted, environment: str, described: Container[str]) -> Adopted:
    """The queue with an entry for this environment alone, if one for others describes it."""
    if adopted.policy is None or adopted.queue.id not in described:
        return adopted
    return replace(adopted, policy=replace(adopted.policy, only=(OnlyIn(environment),)))


def _placed(adopted: Sequence[Adopted], split: bool) -> dict[str, list[Adopted]]:
    """The queues by the name of their file."""
    stems = _divided(adopted) if split else {WHOLE: list(adopted)}
    return {f"{stem}.yaml": queues for stem, queues in stems.items()}


def _files(
    placed: Mapping[str, Iterable[Adopted]], live: Live, *, added: bool = False
) -> Iterator[ExportedFile]:
    names = live.names
    for name, queues in placed.items():
        written = list(_remarked(queues, live))
        if written:
            new = tuple(str(each.policy.queue) for each in written) if added else ()
            yield ExportedFile(name, file_text(written, names), len(written), added=new)


def _skipped(adopted: Iterable[Adopted]) -> tuple[Adopted, ...]:
    return tuple(each for each in adopted if each.why_not)


def choose(queues: Iterable[LiveQueue], only: Sequence[str], exclude: Sequence[str]) -> tuple[LiveQueue, ...]:
    """The queues whose name matches one of ``only``, or any if it is empty, and none of ``exclude``."""
    return tuple(
        queue for queue in queues if (not only or fits(queue.name, only)) and not fits(queue.name, exclude)
    )


def _remarked(adopted: Iterable[Adopted], live: Live) -> Iterator[Remarked]:
    """The queues that can be named; above one that is not managed, the reason and its live rules."""
    for each in adopted:
        if each.policy is None:
            continue
        within = within_queue(each.queue.raw)
        remarks = (f"Within the queue, not managed: {', '.join(within)}",) if within else ()
        if each.why_not:
            rules = each.queue.words_of(live.dialect.holds, live.names)
            live_has = f"Live rules: {', '.join(rules) or NO_RULES}"
            remarks = (f"Not managed: {each.why_not}.", live_has, *remarks)
        yield Remarked(each.policy, remarks)


def _divided(adopted: Iterable[Adopted]) -> dict[str, list[Adopted]]:
    """The queues by the name of the file of their division; names that collide are numbered."""
    divisions: dict[tuple[str, str], list[Adopted]] = {}
    for each in adopted:
        divisions.setdefault(_division(each.queue), []).append(each)
    files: dict[str, list[Adopted]] = {}
    for name, id_ in sorted(divisions):
        files[_free(kebab(name), files)] = divisions[name, id_]
    return files


def _division(queue: LiveQueue) -> tuple[str, str]:
    """Name and id of the division of a queue."""
    found = queue.raw.get("division")
    said = found if isinstance(found, dict) else {}
    id_ = str(said.get("id") or "")
    return str(said.get("name") or id_), id_


def kebab(name: str) -> str:
    """``name`` as a file name: letters and digits in lower case, with dashes between the words."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(character if character.isalnum() else " " for character in folded).split()
    return "-".join(words)[:_LONGEST].strip("-") or WHOLE


def _free(stem: str, taken: Iterable[str]) -> str:
    """``stem``, with a number after it if it is taken or reserved."""
    known = {*taken, *_RESERVED}
    number, free = 1, stem
    while free in known:
        number += 1
        free = f"{stem}-{number}"
    return free

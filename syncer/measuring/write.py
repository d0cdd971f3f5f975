"""Write figures into a policy file, in place: all other lines stay, and comments too.

Behind each figure stands when and over what it was measured; the next measurement replaces that::

    base_load: 150  # measured 2026-10-30 to 2026-11-27, busy 95, 34 intervals of 1h
    # capacity: at least 118 (measured 2026-10-30 to 2026-11-27, busy 95, 34 intervals of 1h)
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from syncer.errors import Refused
from syncer.measuring.figures import Capacity
from syncer.model.finding import has_errors
from syncer.model.policy import QueueRef
from syncer.model.traffic import Period
from syncer.policy.emit import QUEUES, written
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import Document, parse
from syncer.yamlfile.editor import Editor, Path

_STAMP: Final = r"measured \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d, busy [\d.]+, \d+ intervals? of \w+"
_OLD: Final = re.compile(rf"(^|; )(at least; )?{_STAMP}$")
_TOKEN: Final = re.compile(r"[^\s,}#]+")
_COMMENTED: Final = {
    name: re.compile(rf"# {name}:(\s*(# contacts per interval .*)?$| (at least )?\d+ \({_STAMP}\)$)")
    for name in ("base_load", "capacity")
}
"""Comments in place of a key: those that an export leaves to fill in, and those of measurements."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write for one queue, in contacts per interval; None is left as it is.

    The ``capacity`` is a comment unless it is wanted ``as_value``. ``shares`` are in percent, each with its
    target as in the file.
    """

    base_load: float | None = None
    capacity: Capacity | None = None
    as_value: bool = False
    shares: tuple[tuple[QueueRef, float], ...] = ()


def stamp_of(period: Period, busy: float, intervals: int, interval: str) -> str:
    """``measured 2026-10-30 to 2026-11-27, busy 95, 34 intervals of 1h``."""
    counted = f"{intervals} interval{'' if intervals == 1 else 's'} of {interval}"
    return f"measured {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}, busy {busy:g}, {counted}"


def rewritten(document: Document, wanted: Mapping[int, Wanted], stamp: str, names: Mapping[str, str]) -> str:
    """Return the text of a policy file with the wanted figures of each queue, by its position in the file.

    ``names`` are those of queues by id. Raises Refused if the file isn't in the ordinary form.
    """
    writing = _Writing(document, stamp, names)
    expected = deepcopy(document.data)
    if any(map(writing.is_in_brackets, wanted)):
        raise _no_ordinary_form(document)
    for place, each in wanted.items():
        writing.write(place, each)
        _expect(expected[QUEUES][place], each)
    text = writing.text()
    again = parse("", text.encode())
    if has_errors((*again.findings, *validate(again, POLICY))) or again.data != expected:
        raise _no_ordinary_form(document)
    return text


def _no_ordinary_form(document: Document) -> Refused:
    return Refused(
        f"no figures can be written into {document.path} in place: nothing was written",
        hint="Write one key a line, without anchors and brackets.",
    )


def _expect(entry: dict[str, Any], wanted: Wanted) -> None:
    """Put the figures into the data of a queue, as its text will have them."""
    if wanted.base_load is not None:
        entry["base_load"] = wanted.base_load
    if wanted.capacity and wanted.as_value:
        entry["capacity"] = wanted.capacity.contacts
    for target, percent in wanted.shares:
        known = entry.setdefault("transfers", [])
        found = [each for each in known if QueueRef.said(each["target"]) == target]
        if found:
            found[0]["share"] = percent
        else:
            known.append({"target": target.name or {"id": target.id}, "share": percent})


class _Writing:
    """The changes of one file."""

    def __init__(self, document: Document, stamp: str, names: Mapping[str, str]) -> None:
        self._editor = Editor(document)
        self._entries = document.data[QUEUES]
        self._stamp, self._names = stamp, names

    def text(self) -> str:
        """The file with all changes."""
        return self._editor.text()

    def is_in_brackets(self, place: int) -> bool:
        """Whether the queue at one position of the file is in brackets."""
        return self._editor.in_brackets((QUEUES, place))

    def write(self, place: int, wanted: Wanted) -> None:
        """Write the figures of the queue at one position of the file."""
        capacity = wanted.capacity
        if capacity and wanted.as_value:
            self._value(place, "capacity", float(capacity.contacts), "at least; " * capacity.at_least)
        elif capacity:
            words = f"{'at least ' * capacity.at_least}{capacity.contacts} ({self._stamp})"
            self._in_place_of_comment(place, "capacity", f"# capacity: {words}")
        if wanted.base_load is not None:
            self._value(place, "base_load", wanted.base_load)
        self._shares(place, wanted.shares)

    def _value(self, place: int, name: str, value: float, kind: str = "") -> None:
        path: Path = (QUEUES, place)
        if name in self._entries[place]:
            self._editor.replace_comment(path, _COMMENTED[name], [])
            self._rewrite((*path, name), value, kind)
        else:
            line = f"{name}: {written(value, self._names)}  # {kind}{self._stamp}"
            self._in_place_of_comment(place, name, line)

    def _in_place_of_comment(self, place: int, name: str, line: str) -> None:
        path: Path = (QUEUES, place)
        if not self._editor.replace_comment(path, _COMMENTED[name], [line]):
            self._editor.insert((*path, "queue"), [line])

    def _rewrite(self, path: Path, value: float, kind: str = "") -> None:
        stamp, said = f"{kind}{self._stamp}", written(value, self._names)
        self._editor.rewrite(path, lambda rest: _restamped(rest, said, stamp))

    def _shares(self, place: int, shares: Iterable[tuple[QueueRef, float]]) -> None:
        path: Path = (QUEUES, place, "transfers")
        known = self._entries[place].get("transfers")
        targets = [QueueRef.said(each["target"]) for each in known or ()]
        new: list[str] = []
        for target, percent in shares:
            if target in targets:
                self._rewrite((*path, targets.index(target), "share"), percent)
            else:
                share = f"  share: {written(percent, self._names)}  # {self._stamp}"
                new += [f"- target: {written(target, self._names)}", share]
        if new and known:
            self._editor.append(path, new)
        elif new:
            self._editor.add((QUEUES, place), ["transfers:", *(f"  {line}" for line in new)])


def _restamped(rest: str, value: str, stamp: str) -> str:
    """Return the rest of a line with another value and a new stamp after it; what people wrote there stays,
    and if there is more than the value on the line, no stamp is added."""
    tail = rest[len(match[0]) if (match := _TOKEN.match(rest)) else 0 :]
    before, _, said = tail.partition("#")
    if before.strip() not in ("", ","):
        return f"{value}{tail}"
    words = _OLD.sub("", said.strip())
    return f"{value}{before.rstrip()}  # {words}{'; ' if words else ''}{stamp}"

"""One YAML file, read strictly: its data, and on demand the place of each key and value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from syncer.model.finding import Finding, Position
from syncer.yamlfile.decode import Lines, decode
from syncer.yamlfile.nodes import BROKEN, TOP, Mark


@dataclass(frozen=True)
class Document:
    """A file that was read.

    ``lines`` are those of its text; ``data`` is its content, ``BROKEN`` if it can't be read; ``findings``
    are those of reading it. ``known`` has all places, if they are known already; without it, the text is
    read again when a place is first needed.
    """

    path: str
    lines: Sequence[str]
    data: Any
    findings: tuple[Finding, ...] = ()
    known: Mark | None = field(default=None, repr=False, compare=False)

    @cached_property
    def places(self) -> "Places":
        """All places, without the data."""
        return Places(self.path, self.lines, TOP if self.data is BROKEN else self.known)

    @property
    def mark(self) -> Mark:
        """All places, for the editor; others use ``position``."""
        return self.places.mark

    def position(self, path: Sequence[str | int], *, key: bool = False) -> Position:
        """The start of the value at ``path``, or with ``key`` of its key; the nearest place that exists.

        The place of a value is computed when its line or column is first used.
        """
        if key:
            return Position(self.path, *self.places.find(path, key=True))
        return Position.later(self.path, self.places, path)


@dataclass(frozen=True)
class Places:
    """All places in a file; ``known`` and ``lines`` are those of its document. Positions refer to it until
    they are first used."""

    path: str
    lines: Sequence[str]
    known: Mark | None = None

    @cached_property
    def mark(self) -> Mark:
        """The top of the file, with everything below it."""
        return self._mark(keys=True)

    @cached_property
    def values(self) -> Mark:
        """The same for values only: it takes half as much memory, and places of keys are rarely needed."""
        return self._mark(keys=False)

    def _mark(self, *, keys: bool) -> Mark:
        if self.known is not None:
            return self.known
        from syncer.yamlfile.quick import quick_mark

        text = "\n".join(self.lines)
        found = quick_mark(text, keys=keys)
        if found is not None:
            return found
        from syncer.yamlfile.compose import compose

        return compose(self.path, text, self.lines).mark

    def find(self, path: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
        """The line and column of a position, as in ``Document.position``."""
        mark = self.mark if key else self.values
        for place, step in enumerate(path):
            if key and place == len(path) - 1 and isinstance(step, str) and step in mark.keys:
                mark = mark.keys[step]
                break
            below = mark.below(step)
            if below is None:
                break
            mark = below
        return mark.line, mark.column


def parse(path: str, content: bytes) -> Document:
    """Read the bytes of a file. Never raises: errors are findings of the document."""
    from syncer.yamlfile.quick import quick_data

    text, findings = decode(path, content)
    lines = Lines(path, content)
    if findings:
        return Document(path, lines, BROKEN, findings)
    data = quick_data(text, lines)
    if data is not None:
        return Document(path, lines, data)
    from syncer.yamlfile.compose import compose

    composed = compose(path, text, lines)
    return Document(path, lines, composed.data, composed.findings, composed.mark)

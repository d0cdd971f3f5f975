"""One YAML file, read strictly: its data, and on demand the place of each key and value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from syncer.model.finding import Finding, Position
from syncer.yamlfile.decode import Lines, decode
from syncer.yamlfile.nodes import BROKEN, TOP, Mark
from syncer.yamlfile.outline import Outline


@dataclass(frozen=True)
class Document:
    """A file that was read.

    ``lines`` are those of its text; ``data`` is its content, ``BROKEN`` if it can't be read; ``findings``
    are those of reading it. ``known`` has all places, or ``outline`` those of values, if they are known
    already; without them, the text is read again when a place is first needed.
    """

    path: str
    lines: Sequence[str]
    data: Any
    findings: tuple[Finding, ...] = ()
    known: Mark | None = field(default=None, repr=False, compare=False)
    outline: Outline | None = field(default=None, repr=False, compare=False)

    @cached_property
    def places(self) -> "Places":
        """All places, without the data."""
        return Places(self.path, self.lines, TOP if self.data is BROKEN else self.known, self.outline)

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
    """All places in a file; ``known``, ``outline`` and ``lines`` are those of its document. Positions refer
    to it until they are first used."""

    path: str
    lines: Sequence[str]
    known: Mark | None = None
    outline: Outline | None = None

    @cached_property
    def mark(self) -> Mark:
        """The top of the file, with everything below it."""
        if self.known is not None:
            return self.known
        from syncer.yamlfile.quick import quick_mark

        return quick_mark(self._text) or self._composed

    @cached_property
    def values(self) -> "Outline | Mark":
        """The places of values only: they take a fraction of the memory, and those of keys are rarely
        needed."""
        if self.known is not None:
            return self.known
        if self.outline is not None:
            return self.outline
        from syncer.yamlfile.quick import quick_data

        read = quick_data(self._text, self.lines)
        return read[1] if read else self._composed

    @property
    def _text(self) -> str:
        return "\n".join(self.lines)

    @property
    def _composed(self) -> Mark:
        from syncer.yamlfile.compose import compose

        return compose(self.path, self._text, self.lines).mark

    def find(self, path: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
        """The line and column of a position, as in ``Document.position``."""
        return self.mark.find(path, key=True) if key else self.values.find(path)


def parse(path: str, content: bytes) -> Document:
    """Read the bytes of a file. Never raises: errors are findings of the document."""
    from syncer.yamlfile.quick import quick_data

    text, findings = decode(path, content)
    lines = Lines(path, content)
    if findings:
        return Document(path, lines, BROKEN, findings)
    if read := quick_data(text, lines):
        data, outline = read
        return Document(path, lines, data, outline=outline)
    from syncer.yamlfile.compose import compose

    composed = compose(path, text, lines)
    return Document(path, lines, composed.data, composed.findings, composed.mark)

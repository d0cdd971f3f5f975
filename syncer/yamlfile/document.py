"""One YAML file, read strictly: its data, and where each key and value stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from syncer.model.finding import Finding, Position
from syncer.yamlfile.compose import compose
from syncer.yamlfile.decode import decode, split_lines
from syncer.yamlfile.marks import BROKEN, Mark


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    ``lines`` are those of its text; ``data`` is what it holds, ``BROKEN`` where that can't be told;
    ``findings`` are those of reading it.
    """

    path: str
    lines: tuple[str, ...]
    data: Any
    mark: Mark
    findings: tuple[Finding, ...] = ()

    def position(self, path: Sequence[str | int], *, key: bool = False) -> Position:
        """Where the value at ``path`` begins, or with ``key`` its key; the nearest place that exists."""
        mark = self.mark
        for place, step in enumerate(path):
            if key and place == len(path) - 1 and isinstance(step, str) and step in mark.keys:
                mark = mark.keys[step]
                break
            below = _child(mark, step)
            if below is None:
                break
            mark = below
        return Position(self.path, mark.line, mark.column)


def parse(path: str, content: bytes) -> Document:
    """Read the bytes of a file. Never raises: what is wrong is in the findings of the document."""
    text, findings = decode(path, content)
    lines = split_lines(text)
    if findings:
        return Document(path, lines, BROKEN, Mark(1, 1), findings)
    composed = compose(path, text, lines)
    return Document(path, lines, composed.data, composed.mark, composed.findings)


def _child(mark: Mark, step: str | int) -> Mark | None:
    if isinstance(step, str):
        return mark.entries.get(step)
    return mark.items[step] if step < len(mark.items) else None

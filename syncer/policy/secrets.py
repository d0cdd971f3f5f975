"""What may be shown of a settings file: a secret may stand where a variable's name belongs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from syncer.model.finding import Finding
from syncer.yamlfile.document import Document

HIDDEN: Final = "(hidden)"

_VARIABLE: Final = re.compile(r"(?!(?:.*_)?(?=[A-Z0-9]{16})[A-Z]*[0-9]+[A-Z]+[0-9])[A-Z_][A-Z0-9_]{0,127}")
"""As in the schema. A long word with several groups of digits in it is more likely a secret in capitals."""
_SECTION: Final = re.compile(
    r"(?<![\w-])(?:credentials|client_id|url|[\w-]*(?i:secret|token|passw|passphrase|api_?key)[\w-]*)['\"]?\s*:"
)
_WORD: Final = re.compile(r"[^\s{}\[\],:'\"\\&*!#%@|>?]+")
_KEY: Final = re.compile(r"[a-z_]{1,24}(?=['\"]?\s*:)")
_CUT: Final = re.compile(r"[^\s'\"]+…")
_SHORTEST: Final = 4
"""A shorter word is no secret, and stands in the middle of others."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """The ``lines`` of a file as they may be shown, and the ``words`` that were taken out of them."""

    lines: tuple[str, ...]
    words: tuple[str, ...]

    def masked(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings without these words."""
        return tuple(
            replace(finding, message=self._mask(finding.message), tip=self._mask(finding.tip))
            for finding in findings
        )

    def _mask(self, text: str) -> str:
        masked = text
        for word in self.words:
            masked = masked.replace(word, HIDDEN)
        cut = (match[0] for match in _CUT.finditer(masked))
        return HIDDEN.join(_split(masked, [part for part in cut if self._begins(part[:-1])]))

    def _begins(self, part: str) -> bool:
        return any(word.startswith(part.lstrip("&*!")) for word in self.words)


def hide(document: Document) -> Hiding:
    """Hide all but names of variables below ``credentials`` and its keys, in broken files too."""
    begins = dict(_by_text(document.lines))
    for line, column in _by_data(document):
        begins[line] = min(column, begins.get(line, column))
    lines, words = list(document.lines), set[str]()
    for line, column in begins.items():
        words.update(_WORD.findall(lines[line][column:]))
        lines[line] = lines[line][:column] + HIDDEN
    secret = {word for word in words if len(word) >= _SHORTEST and not _VARIABLE.fullmatch(word)}
    return Hiding(tuple(lines), tuple(sorted(secret, key=lambda word: (-len(word), word))))


def _by_text(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Line and column, from 0, from which on something is hidden: in such a section or below it."""
    indent = -1
    for number, line in enumerate(lines):
        section = _SECTION.search(line)
        column = len(line) - len(line.lstrip())
        if section and (indent < 0 or column <= indent):
            indent = column
            begin = section.end()
        elif line.strip() and column <= indent:
            indent = -1
            continue
        elif indent < 0:
            continue
        else:
            begin = 0
        suspicious = next((word for word in _WORD.finditer(line, begin) if not _is_safe(line, word)), None)
        if suspicious:
            yield number, suspicious.start()


def _is_safe(line: str, word: re.Match[str]) -> bool:
    key = _KEY.match(line, word.start())
    return bool(_VARIABLE.fullmatch(word[0])) or (key is not None and key.end() == word.end())


def _by_data(document: Document) -> Iterator[tuple[int, int]]:
    """The same from what was read: an alias has its value elsewhere."""
    environments = document.data.get("environments") if isinstance(document.data, dict) else None
    for name, own in (environments if isinstance(environments, dict) else {}).items():
        credentials = own.get("credentials") if isinstance(own, dict) else None
        for place in _suspicious(credentials):
            at = document.position(("environments", name, "credentials", *place))
            yield at.line - 1, at.column - 1


def _suspicious(credentials: Any) -> list[tuple[str, ...]]:
    """The paths of all values that are no names of variables."""
    if isinstance(credentials, dict):
        return [(key,) for key, value in credentials.items() if not _is_variable(value)]
    return [] if credentials is None else [()]


def _is_variable(value: Any) -> bool:
    return isinstance(value, str) and bool(_VARIABLE.fullmatch(value))


def _split(text: str, parts: Iterable[str]) -> list[str]:
    """``text`` between ``parts``, which stand in it in this order."""
    found = []
    for part in parts:
        before, _, text = text.partition(part)
        found.append(before)
    return [*found, text]

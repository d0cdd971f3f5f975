"""The parts of a settings file that may be shown: a secret may be in place of a variable's name.

Everything below ``credentials`` is hidden, and so is the value of a key that is named like a secret. Names of
variables are hidden too, since they can't be distinguished from secrets.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from syncer.model.finding import Finding
from syncer.model.quick_dataclass import quick_dataclass
from syncer.yamlfile.document import Document

HIDDEN: Final = "(hidden)"

_SECTION: Final = re.compile(
    r"(?<![\w-])(?:credentials|client_id|url|[\w-]*(?i:secret|token|passw|passphrase|api_?key)[\w-]*)['\"]?\s*:"
)
_WORD: Final = re.compile(r"[^\s{}\[\],:'\"\\&*!#%@|>?]+")
_KEY: Final = re.compile(r"[a-z_]{1,24}(?=['\"]?\s*:)")
_OWN_KEYS: Final = frozenset({"credentials", "client_id", "client_secret", "access_token"})
_CUT: Final = re.compile(r"[^\s'\"]+…")
_SHORTEST: Final = 4
"""A shorter word isn't a secret, and occurs within others."""


@quick_dataclass(frozen=True, slots=True)
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
        return _CUT.sub(lambda cut: HIDDEN if self._begins(cut[0][:-1]) else cut[0], masked)

    def _begins(self, part: str) -> bool:
        """Whether a word that a message truncates is the start of a hidden one."""
        return any(word.startswith(part.lstrip("&*!")) for word in self.words)


def hide(document: Document) -> Hiding:
    """Hide the content of a section of secrets, in broken files too."""
    begins = dict(_by_text(document.lines))
    for line, column in _by_data(document):
        begins[line] = min(column, begins.get(line, column))
    lines, words = list(document.lines), set[str]()
    for line, column in begins.items():
        words.update(_WORD.findall(lines[line][column:]))
        lines[line] = lines[line][:column] + HIDDEN
    secret = {word for word in words - _OWN_KEYS if len(word) >= _SHORTEST}
    return Hiding(tuple(lines), tuple(sorted(secret, key=lambda word: (-len(word), word))))


def _by_text(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Line and column, from 0, from which on something is hidden: in such a section or below it."""
    indent = -1
    for number, line in enumerate(lines):
        section = _SECTION.search(line)
        column = len(line) - len(line.lstrip())
        if section and (indent < 0 or column <= indent):
            indent, begin = column, section.end()
        elif indent < 0 or (line.strip() and column <= indent):
            indent = -1
            continue
        else:
            begin = 0
        hidden = next((word for word in _WORD.finditer(line, begin) if not _is_key(line, word)), None)
        if hidden:
            yield number, hidden.start()


def _is_key(line: str, word: re.Match[str]) -> bool:
    key = _KEY.match(line, word.start())
    return key is not None and key.end() == word.end()


def _by_data(document: Document) -> Iterator[tuple[int, int]]:
    """The same from what was read: an alias has its value elsewhere."""
    environments = document.data.get("environments") if isinstance(document.data, dict) else None
    for name, own in (environments if isinstance(environments, dict) else {}).items():
        credentials = own.get("credentials") if isinstance(own, dict) else None
        for key in credentials if isinstance(credentials, dict) else ():
            at = document.position(("environments", name, "credentials", key))
            yield at.line - 1, at.column - 1

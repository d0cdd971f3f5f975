"""The lines of a settings file that may be shown: a secret may stand where a variable's name belongs."""

import re
from typing import Any, Final

from syncer.policy.yaml import Document

HIDDEN: Final = "(hidden)"

_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,127}")


def without_secrets(document: Document) -> tuple[str, ...]:
    """The lines of ``document``; below ``credentials`` everything is hidden but names of variables."""
    lines = list(document.lines)
    environments = document.data.get("environments") if isinstance(document.data, dict) else None
    for name, own in (environments if isinstance(environments, dict) else {}).items():
        path = ("environments", name, "credentials")
        credentials = own.get("credentials") if isinstance(own, dict) else None
        for place in _suspicious(credentials):
            at = document.position((*path, *place))
            lines[at.line - 1] = lines[at.line - 1][: at.column - 1] + HIDDEN
    return tuple(lines)


def _suspicious(credentials: Any) -> list[tuple[str, ...]]:
    """The paths of all values that are no names of variables."""
    if isinstance(credentials, dict):
        return [(key,) for key, value in credentials.items() if not _is_variable(value)]
    return [] if credentials is None else [()]


def _is_variable(value: Any) -> bool:
    return isinstance(value, str) and bool(_VARIABLE.fullmatch(value))

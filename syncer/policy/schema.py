"""The schemas of the files: their texts, and data checked against them."""

import re
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from syncer.errors import ConfigError
from syncer.model.finding import Finding
from syncer.model.fits_schema import Fits, compiled
from syncer.model.json_reader import parsed
from syncer.yamlfile.document import Document
from syncer.yamlfile.nodes import BROKEN

POLICY: Final = "policy.v1.schema.json"
SETTINGS: Final = "settings.v1.schema.json"

_PACKAGE: Final = Path(__file__).parents[1]
_SUFFIX: Final = ".schema.json"
_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def schema_names() -> tuple[str, ...]:
    """The file names of all schemas, sorted: ``policy.v1.schema.json`` and others."""
    return tuple(sorted(path.name for path in _folder().glob(f"*{_SUFFIX}")))


def schema_text(name: str) -> str:
    """The text of the schema with this file name.

    Raises:
        ConfigError: there is no such schema.
    """
    known = schema_names()
    if name not in known:
        raise ConfigError(f"there is no schema {name}", hint=f"the schemas are {', '.join(known)}")
    return (_folder() / name).read_text("utf-8")


def validate(document: Document, name: str) -> tuple[Finding, ...]:
    """Findings for the parts of a document that don't match the schema ``name``, by line, at most 1,000."""
    if document.data is BROKEN or _check(name)(document.data):
        return ()
    from syncer.policy.misfits import misfits

    return misfits(document, schema(name))


@cache
def schema(name: str) -> Any:
    """The schema with this file name, parsed. Raises as ``schema_text``."""
    return parsed(schema_text(name).encode())


@cache
def _check(name: str) -> Fits:
    """Whether data matches a schema: most does, and then no search for errors is needed."""
    return compiled(schema(name), {"date-time": is_moment})


def read_moment(text: str) -> datetime:
    """The moment that an RFC 3339 text names, with its time zone.

    Raises:
        ValueError: the text has another form, or there is no such day or time.
    """
    if not _RFC_3339.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def is_moment(text: str) -> bool:
    """Whether a text is one that ``read_moment`` reads."""
    with suppress(ValueError):
        return bool(read_moment(text))
    return False


def _folder() -> Path:
    """The schemas inside the installed package, or those of the source tree it runs from."""
    installed = _PACKAGE / "schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"

"""The schemas of the files: their texts, and data checked against them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from syncer.errors import ConfigError
from syncer.model.finding import Finding, in_order
from syncer.model.json_reader import parsed
from syncer.policy.schema_errors import explain
from syncer.yamlfile.document import Document
from syncer.yamlfile.nodes import BROKEN

POLICY: Final = "policy.v1.schema.json"
SETTINGS: Final = "settings.v1.schema.json"

MOST_FINDINGS: Final = 1_000
"""More of one file help nobody."""

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
    """What of a document does not fit the schema ``name``, in the order of its lines, at most 1,000."""
    if document.data is BROKEN:
        return ()
    schema = parsed(schema_text(name).encode())
    validator = Draft202012Validator(schema, format_checker=_formats())
    return in_order(islice(_findings(document, validator, schema), MOST_FINDINGS))


def read_moment(text: str) -> datetime:
    """The moment that an RFC 3339 text names, with its time zone.

    Raises:
        ValueError: the text has another form, or there is no such day or time.
    """
    if not _RFC_3339.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def _folder() -> Path:
    """The schemas inside the installed package, or those of the source tree it runs from."""
    installed = _PACKAGE / "schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"


def _findings(document: Document, validator: Draft202012Validator, schema: Any) -> Iterator[Finding]:
    told = set()
    for problem in validator.iter_errors(document.data):
        place = (tuple(problem.absolute_path), str(problem.validator))
        if problem.instance is BROKEN or place in told:
            continue
        told.add(place)
        queue = _queue_at(document.data, place[0])
        yield from (replace(finding, queue=queue) for finding in explain(document, problem, schema))


def _queue_at(data: Any, path: Sequence[str | int]) -> str:
    """The queue of a policy that a place belongs to, by its name or id; empty where it belongs to none."""
    match path, data:
        case ["queues", int(number), *_], {"queues": [*queues]}:
            match queues[number]:
                case {"queue": str(named)} | {"queue": {"id": str(named)}}:
                    return named
    return ""


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())

    @checker.checks("date-time", raises=ValueError)
    def _is_moment(value: object) -> bool:
        return not isinstance(value, str) or bool(read_moment(value))

    return checker
